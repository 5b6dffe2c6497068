// SPDX-License-Identifier: GPL-2.0-or-later
#include "tunnel/session.h"

#include <algorithm>
#include <map>
#include <sys/resource.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/quantity.h"
#include "facts/release.h"
#include "session/processors.h"
#include "tunnel/beside.h"
#include "tunnel/esp_folder.h"
#include "tunnel/lab.h"

namespace ct {

namespace {

using namespace std::chrono_literals;
using Time = std::chrono::nanoseconds;

constexpr const char *cannot_run = "cannot run over real tunnels";
constexpr auto progress_every = 200ms;
constexpr auto telling_every = 5s;
// What is on its way when the senders stop.
constexpr auto drain_most = 30s;
constexpr std::size_t findings_most = 2000;

// The wrong packets of a run as they are settled.
class Findings {
public:
    Findings(Renderer &renderer, Lab &lab, EspFolder *folder)
        : renderer_(renderer), lab_(lab), folder_(folder)
    {
    }

    void take()
    {
        for (EspFinding &finding : lab_.ledger().findings()) {
            const WireOrigin &origin = *finding.record.wire;
            finding.record.injected =
                origin.stage == Stage::Wire &&
                lab_.was_injected(origin.packet.spi, origin.packet.sequence);
            ++count_;
            injected_ += finding.record.injected ? 1 : 0;
            real_ += finding.record.injected ? 0 : 1;
            note_reach(finding);
            renderer_.esp_finding(finding);
            if (folder_ != nullptr)
                folder_->finding(finding);
            if (records_.size() < findings_most)
                records_.push_back(std::move(finding));
        }
    }

    [[nodiscard]] std::uint64_t count() const { return count_; }
    [[nodiscard]] std::uint64_t injected() const { return injected_; }
    [[nodiscard]] std::uint64_t real() const { return real_; }
    [[nodiscard]] std::vector<EspFinding> records() { return std::move(records_); }
    // Wrong content that a receiver decapsulated, by flow of the lab.
    [[nodiscard]] std::uint64_t wrong_of(unsigned tunnel, FlowKind kind) const
    {
        const auto place = wrong_.find({tunnel, kind});
        return place == wrong_.end() ? 0 : place->second;
    }

private:
    void note_reach(const EspFinding &finding)
    {
        const WireOrigin &origin = *finding.record.wire;
        const auto flow = from_name<FlowKind>(origin.flow);
        const bool opened = origin.stage != Stage::Encapsulation || origin.icv_valid;
        if (flow && finding.delivered && opened)
            ++wrong_[{finding.tunnel, *flow}];
    }

    Renderer &renderer_;
    Lab &lab_;
    EspFolder *folder_;
    std::uint64_t count_ = 0;
    std::uint64_t injected_ = 0;
    std::uint64_t real_ = 0;
    std::map<std::pair<unsigned, FlowKind>, std::uint64_t> wrong_; // by tunnel of the testbed
    std::vector<EspFinding> records_;
};

class Session {
public:
    Session(Environment &environment, Renderer &renderer, Waiter &waiter, const EspPlan &plan,
            Lab &lab, ModuleRun *beside, EspFolder *folder)
        : environment_(environment), renderer_(renderer), waiter_(waiter), plan_(plan),
          lab_(lab), beside_(beside), findings_(renderer, lab, folder)
    {
    }

    // Until its time is over, it is interrupted or, on request, something was found.
    [[nodiscard]] Result<void> follow();
    [[nodiscard]] Result<EspReport> report(std::uint64_t started_ns,
                                           const std::vector<std::uint32_t> &cpus,
                                           std::uint64_t left_out);

private:
    [[nodiscard]] Result<void> drain();
    void tell();
    [[nodiscard]] std::vector<EspReach> reach() const;
    [[nodiscard]] EspProgress progress() const;

    Environment &environment_;
    Renderer &renderer_;
    Waiter &waiter_;
    const EspPlan &plan_;
    Lab &lab_;
    ModuleRun *beside_; // none: no disturbers are wanted
    Findings findings_;
    Time begun_{0};
    Time drawn_at_{0};
    Time milestone_at_{0};
    Time elapsed_{0};
    bool interrupted_ = false;
};

EspProgress Session::progress() const
{
    EspProgress progress;
    progress.elapsed_ns = static_cast<std::uint64_t>(elapsed_.count());
    progress.duration_ms = plan_.duration_ms;
    for (const auto &sa : lab_.sas().all()) {
        progress.encapsulated += sa->tally.encapsulated;
        progress.decapsulated += sa->tally.decapsulated;
    }
    progress.wrong = findings_.count();
    progress.cells = lab_.keying().cells().size();
    progress.cells_reached = lab_.keying().cells_reached();
    return progress;
}

void Session::tell()
{
    if (waiter_.now() < drawn_at_)
        return;
    drawn_at_ = waiter_.now() + progress_every;
    const bool milestone = waiter_.now() >= milestone_at_;
    if (milestone)
        milestone_at_ = waiter_.now() + telling_every;
    renderer_.esp_progress(progress(), milestone);
}

Result<void> Session::follow()
{
    begun_ = waiter_.now();
    milestone_at_ = begun_ + telling_every;
    if (auto started = lab_.start_flows(); !started)
        return started;
    // Before the senders, whose threads are there by now: a ring that is full loses packets.
    constexpr int most_urgent = -20;
    (void)setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), most_urgent);
    const Time time = std::chrono::milliseconds(plan_.duration_ms.value_or(0));
    while (true) {
        const Wake wake = waiter_.wait(-1, lab_.pause());
        elapsed_ = waiter_.now() - begun_;
        const auto read = lab_.read();
        if (!read)
            return Failure(read.error());
        lab_.settle(false);
        findings_.take();
        lab_.advance(waiter_.now());
        tell();
        if (wake.interrupted || wake.hangup) {
            interrupted_ = plan_.duration_ms.has_value();
            break;
        }
        if (plan_.duration_ms && elapsed_ >= time)
            break;
        if (plan_.until_mismatch && (findings_.real() > 0 || lab_.ledger().wrong() > 0))
            break;
    }
    return drain();
}

Result<void> Session::drain()
{
    lab_.pause_flows();
    lab_.stop_rekeying();
    const Time until = waiter_.now() + drain_most;
    unsigned quiet = 0;
    // What was sent is delivered, or lost, and nothing more comes.
    constexpr unsigned quiet_usual = 25;
    constexpr unsigned quiet_found = 3; // who waits for the first wrong packet has it
    const unsigned quiet_enough =
        plan_.until_mismatch && lab_.ledger().wrong() > 0 ? quiet_found : quiet_usual;
    while (waiter_.now() < until && quiet < quiet_enough) {
        (void)waiter_.wait(-1, lab_.pause());
        const auto read = lab_.read();
        if (!read)
            return Failure(read.error());
        quiet = *read == 0 ? quiet + 1 : 0;
        lab_.settle(false);
        findings_.take();
    }
    lab_.stop_flows();
    lab_.settle(true);
    findings_.take();
    return {};
}

std::vector<EspReach> Session::reach() const
{
    std::vector<EspReach> rows;
    for (const LabFlow &flow : lab_.flows()) {
        EspReach row;
        row.tunnel = lab_.tunnels()[flow.tunnel];
        row.kind = flow.flow->plan().kind;
        row.wrong = findings_.wrong_of(flow.tunnel, row.kind);
        row.reached = flow.flow->counts().wrong;
        rows.push_back(row);
    }
    return rows;
}

Result<EspReport> Session::report(std::uint64_t started_ns,
                                  const std::vector<std::uint32_t> &cpus,
                                  std::uint64_t left_out)
{
    EspFacts facts;
    facts.plan = plan_;
    facts.program = environment_.program;
    facts.kernel = read_release(Source(environment_.root)).release;
    facts.started_ns = started_ns;
    facts.elapsed_ns = static_cast<std::uint64_t>(elapsed_.count());
    facts.interrupted = interrupted_;
    facts.cpus = cpus;
    facts.cells = lab_.keying().cells();
    facts.by_cpu = lab_.ledger().cpus();
    facts.totals = lab_.ledger().totals();
    facts.reach = reach();
    if (beside_ != nullptr) {
        const ModuleRun::Outcome beside = beside_->end();
        facts.fpu_nests = beside.fpu_nests;
        facts.module_mismatches = beside.mismatches;
        if (!beside.why.empty())
            facts.notes.push_back("no disturbers: " + beside.why);
    } else {
        facts.fpu_nests = ModuleRun::fpu_nests(environment_);
    }
    facts.no_contexts = lab_.no_probe();
    if (!lab_.not_steered().empty())
        facts.notes.push_back("receiving CPUs stayed the same: " + lab_.not_steered());
    if (const auto &probe = lab_.probe()) {
        facts.unprobed = probe->missing();
        auto contexts = probe->read();
        if (contexts)
            facts.contexts = std::move(*contexts);
        else
            facts.no_contexts = contexts.error().sentence();
    }
    facts.ring_dropped = lab_.ring_dropped();
    facts.tap_dropped = lab_.tap_dropped();
    facts.rekeys = lab_.keying().rekeys();
    facts.injected = lab_.injected();
    facts.injected_found = findings_.injected();
    facts.findings = findings_.count();
    facts.skipped = lab_.skipped();
    const auto &more = lab_.keying().skipped();
    facts.skipped.insert(facts.skipped.end(), more.begin(), more.end());
    facts.troubles = lab_.keying().troubles();
    for (const LabFlow &flow : lab_.flows()) {
        const FlowCounts counts = flow.flow->counts();
        facts.payload += counts.payload;
        const FlowPlan &plan = flow.flow->plan();
        if (!counts.trouble.empty())
            facts.troubles.push_back(
                fmt::format("{} in {} stood still: {}", protocol_text(plan.kind),
                            tunnel_text(lab_.tunnels()[flow.tunnel]), counts.trouble));
        if (counts.reconnects > 0)
            facts.notes.push_back(fmt::format("TCP in {} connected again {}",
                                              tunnel_text(lab_.tunnels()[flow.tunnel]),
                                              plural(counts.reconnects, "time", "times")));
    }
    const auto refused = lab_.integrity_failures();
    if (!refused)
        return Failure(refused.error());
    std::uint64_t wrong_icv = 0;
    for (const auto &sa : lab_.sas().all())
        wrong_icv += sa->tally.icv_wrong + sa->tally.wire_wrong;
    if (auto drops = lab_.drops())
        facts.drops = std::move(*drops);
    else
        facts.troubles.push_back(drops.error().sentence());
    // Of frames that found no room nobody knows whether their ICV was right.
    if (facts.ring_dropped == 0 && *refused > wrong_icv)
        facts.refused = *refused - wrong_icv;
    if (left_out > 0)
        facts.notes.push_back(fmt::format("{} left out of the capture, which has its size",
                                          plural(left_out, "packet was", "packets were")));
    facts.notes.emplace_back(plan_.offload ? "ESP offload (esp4_offload, esp6_offload) was on"
                                           : "ESP offload was off; --offload tests that path");
    return make_esp_report(std::move(facts), findings_.records());
}

} // namespace

ExitStatus run_tunnels(Environment &environment, Renderer &renderer, const EspPlan &plan,
                       const std::optional<std::string> &out)
{
    if (auto proven = proven_cipher(cannot_run); !proven)
        return fail(renderer, proven.error());
    auto waiter = environment.make_waiter();
    if (!waiter)
        return fail(renderer, waiter.error());
    std::optional<EspFolder> folder;
    if (out) {
        auto made = EspFolder::create(*out, environment.program);
        if (!made)
            return fail(renderer, made.error());
        folder = std::move(*made);
        renderer.message(fmt::format("{} will hold keys and payload of the test's own tunnels",
                                     printable(*out)));
    }
    const std::uint64_t started_ns = wall_clock();
    const std::vector<std::uint32_t> cpus = list_numbers(online_cpus(environment.root));
    std::optional<ModuleRun> beside;
    if (plan.disturb)
        beside.emplace(environment, plan.duration_ms);
    auto lab = Lab::make(plan, cpus, (*waiter)->now());
    if (!lab)
        return fail(renderer, lab.error());
    if (folder)
        (*lab)->ledger().set_sink(
            [&folder](const SettledPacket &packet) { folder->packet(packet); });
    Session session(environment, renderer, **waiter, plan, **lab, beside ? &*beside : nullptr,
                    folder ? &*folder : nullptr);
    if (auto followed = session.follow(); !followed)
        return fail(renderer, followed.error());
    auto report = session.report(started_ns, cpus, folder ? folder->left_out() : 0);
    if (!report)
        return fail(renderer, report.error());
    renderer.esp_verdict(*report);
    ExitStatus status = report->exit_status();
    if (folder)
        if (auto written = folder->finish(*report, (*lab)->sas()); !written) {
            renderer.error(written.error());
            status = after_loss(status);
        }
    return status;
}

} // namespace ct
