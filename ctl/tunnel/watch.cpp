// SPDX-License-Identifier: GPL-2.0-or-later
#include "tunnel/watch.h"

#include <cerrno>
#include <chrono>
#include <sys/epoll.h>
#include <sys/stat.h>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/descriptor.h"
#include "base/quantity.h"
#include "facts/release.h"
#include "render/renderer.h"
#include "traffic/tap.h"
#include "tunnel/host_view.h"
#include "tunnel/watch_folder.h"
#include "watch/report.h"

namespace ct {

namespace {

using namespace std::chrono_literals;
using WatchTime = std::chrono::nanoseconds;

constexpr const char *cannot_watch = "cannot watch this host's ESP";
constexpr auto watch_read_every = 20ms;
constexpr auto watch_show_every = 200ms;
constexpr auto watch_tell_every = 5s;
constexpr auto watch_count_every = 1s;
constexpr auto watch_addresses_every = 5s;
// What was on its way at the end.
constexpr auto watch_rest = 300ms;
constexpr std::size_t watch_frames_at_once = 512;
constexpr std::size_t watch_batches_most = 64; // before the taps are read
constexpr std::size_t watch_delivered_at_once = 128;
constexpr std::uint32_t watch_ring_bytes = 16U << 20U;
constexpr std::size_t watch_findings_kept = 2000;

class HostWatch {
public:
    HostWatch(Renderer &renderer, Waiter &waiter, const WatchPlan &plan, HostView view,
              Ring ring, Result<Tap> tap, WatchFolder *folder)
        : renderer_(renderer), waiter_(waiter), plan_(plan), view_(std::move(view)),
          ring_(std::move(ring)), watcher_(table_, plan.budget), folder_(folder)
    {
        table_.set_driver_of([this](const SaKeys &keys) { return view_.driver_of(keys); });
        if (tap)
            tap_.emplace(std::move(*tap));
        else
            untapped_ = tap.error().sentence();
        watcher_.set_tapped(tap_.has_value());
        if (folder_ != nullptr)
            watcher_.set_sink([this](const WatchedPacket &packet) { folder_->packet(packet); });
    }

    // The first look at the host.
    [[nodiscard]] Result<void> begin();
    // Until its time is over, it is interrupted, or the interface is gone.
    [[nodiscard]] Result<void> follow();
    [[nodiscard]] WatchReport report(const Environment &environment, std::uint64_t started_ns);

private:
    [[nodiscard]] Result<void> look();
    [[nodiscard]] Result<void> read_frames();
    void read_taps();
    void keep_up();
    void take_findings();
    void tell();

    Renderer &renderer_;
    Waiter &waiter_;
    const WatchPlan &plan_;
    HostView view_;
    Ring ring_;
    std::optional<Tap> tap_;
    WatchTable table_;
    Watcher watcher_;
    WatchFolder *folder_;
    Descriptor poll_{-1};
    std::vector<WatchFinding> records_;
    std::uint64_t findings_ = 0;
    std::string untapped_;
    std::string cut_short_;
    bool interrupted_ = false;
    WatchTime begun_{0};
    WatchTime elapsed_{0};
    WatchTime shown_at_{0};
    WatchTime told_at_{0};
    WatchTime counted_at_{0};
    WatchTime addresses_at_{0};
};

Result<void> HostWatch::begin()
{
    // Not the taps: on a busy host they are readable all the time.
    poll_ = Descriptor(epoll_create1(EPOLL_CLOEXEC));
    std::vector<int> readable = ring_.descriptors();
    readable.push_back(view_.descriptor());
    for (const int descriptor : readable) {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.fd = descriptor;
        if (epoll_ctl(poll_.number(), EPOLL_CTL_ADD, descriptor, &event) != 0)
            return failure(ErrorKind::System, cannot_watch, errno_text(errno));
    }
    if (auto listed = view_.list(table_); !listed)
        return listed;
    watcher_.set_local(local_addresses());
    view_.count(table_, true);
    std::size_t readable_sas = 0;
    std::string reason;
    for (const WatchedSaPtr &sa : table_.all()) {
        readable_sas += sa->cipher ? 1 : 0;
        if (!sa->cipher && reason.empty())
            reason = sa->unreadable;
    }
    if (table_.all().empty())
        renderer_.message("this host has no SA of ESP in this network namespace; those that "
                          "come are watched");
    else if (readable_sas == 0)
        renderer_.message(fmt::format("none of the {} of this host can be opened: {}",
                                      plural(table_.all().size(), "SA", "SAs"),
                                      printable(reason)));
    return {};
}

Result<void> HostWatch::read_frames()
{
    for (std::size_t batch = 0; batch < watch_batches_most; ++batch) {
        const auto frames = ring_.take(watch_frames_at_once);
        if (!frames) {
            cut_short_ = frames.error().why;
            return {};
        }
        // After the frames: so the SA of each of them is known.
        if (auto followed = view_.follow(table_); !followed)
            return followed;
        if (frames->empty())
            break;
        for (const Frame &frame : *frames)
            watcher_.frame(frame);
    }
    return {};
}

void HostWatch::read_taps()
{
    if (!tap_)
        return;
    for (std::size_t batch = 0; batch < watch_batches_most; ++batch) {
        const auto packets = tap_->take(watch_delivered_at_once);
        if (!packets) {
            untapped_ = packets.error().sentence();
            tap_.reset();
            watcher_.set_tapped(false);
            return;
        }
        if (packets->empty())
            break;
        for (const Delivered &packet : *packets)
            watcher_.delivered(packet);
    }
}

void HostWatch::keep_up()
{
    const WatchTime now = waiter_.now();
    if (now >= counted_at_) {
        counted_at_ = now + watch_count_every;
        view_.count(table_, false);
    }
    if (now >= addresses_at_) {
        addresses_at_ = now + watch_addresses_every;
        watcher_.set_local(local_addresses());
    }
}

void HostWatch::take_findings()
{
    for (WatchFinding &finding : watcher_.findings()) {
        ++findings_;
        renderer_.watch_finding(finding);
        if (folder_ != nullptr)
            folder_->finding(finding);
        if (records_.size() < watch_findings_kept)
            records_.push_back(std::move(finding));
    }
}

void HostWatch::tell()
{
    const WatchTime now = waiter_.now();
    if (now < shown_at_)
        return;
    shown_at_ = now + watch_show_every;
    const bool milestone = now >= told_at_;
    if (milestone)
        told_at_ = now + watch_tell_every;
    WatchProgress progress;
    progress.elapsed_ns = static_cast<std::uint64_t>(elapsed_.count());
    progress.duration_ms = plan_.duration_ms;
    progress.opened = watcher_.totals().sum.opened;
    progress.compared = watcher_.totals().sum.compared;
    progress.skipped = watcher_.totals().sum.skipped;
    progress.wrong = findings_;
    progress.sas = table_.all().size();
    renderer_.watch_progress(progress, milestone);
}

Result<void> HostWatch::look()
{
    if (auto read = read_frames(); !read)
        return read;
    read_taps();
    watcher_.settle(wall_clock());
    take_findings();
    return {};
}

Result<void> HostWatch::follow()
{
    begun_ = waiter_.now();
    told_at_ = begun_ + watch_tell_every;
    const WatchTime most = plan_.duration_ms
                               ? WatchTime(std::chrono::milliseconds(*plan_.duration_ms))
                               : WatchTime::max();
    while (cut_short_.empty()) {
        const Wake wake = waiter_.wait(poll_.number(), watch_read_every);
        elapsed_ = waiter_.now() - begun_;
        if (auto looked = look(); !looked)
            return looked;
        keep_up();
        tell();
        if (wake.interrupted || wake.hangup) {
            interrupted_ = plan_.duration_ms.has_value();
            break;
        }
        if (elapsed_ >= most)
            break;
    }
    // The kernel's counts first: what they have is in the ring by then.
    view_.count(table_, true);
    const WatchTime until = waiter_.now() + watch_rest;
    while (cut_short_.empty() && waiter_.now() < until) {
        (void)waiter_.wait(-1, watch_read_every);
        if (auto looked = look(); !looked)
            return looked;
    }
    read_taps();
    watcher_.settle(wall_clock(), true);
    take_findings();
    return {};
}

WatchReport HostWatch::report(const Environment &environment, std::uint64_t started_ns)
{
    WatchFacts facts;
    facts.plan = plan_;
    facts.program = environment.program;
    facts.kernel = read_release(Source(environment.root)).release;
    facts.started_ns = started_ns;
    facts.elapsed_ns = static_cast<std::uint64_t>(elapsed_.count());
    facts.interrupted = interrupted_;
    facts.cut_short = cut_short_;
    for (const WatchedSaPtr &sa : table_.all())
        facts.sas.push_back(sa.get());
    facts.forgotten = table_.forgotten();
    facts.others = table_.others();
    facts.local = watcher_.local();
    facts.totals = watcher_.totals();
    facts.cpus = watcher_.cpus();
    const RingCounts counts = ring_.counts();
    facts.ring_dropped = counts.dropped;
    facts.downs = counts.downs;
    facts.untapped = untapped_;
    facts.tap_dropped = tap_ ? tap_->dropped() : 0;
    facts.esp_offload_module = view_.esp_offload();
    facts.findings = findings_;
    return make_watch_report(std::move(facts), std::move(records_));
}

} // namespace

ExitStatus watch_tunnels(Environment &environment, Renderer &renderer, const WatchPlan &plan,
                         const std::optional<std::string> &out)
{
    if (auto proven = proven_cipher(cannot_watch); !proven)
        return fail(renderer, proven.error());
    auto waiter = environment.make_waiter();
    if (!waiter)
        return fail(renderer, waiter.error());
    // Before the ring: so what is seen on the wire can be seen when it is delivered.
    auto tap = Tap::open();
    RingOptions options;
    options.bytes = watch_ring_bytes;
    options.sample = plan.sample;
    auto ring = Ring::open(plan.interface, options);
    if (!ring)
        return fail(renderer, ring.error());
    auto view = HostView::open(environment.root);
    if (!view)
        return fail(renderer, view.error());
    std::optional<WatchFolder> folder;
    if (out) {
        // All of it: also the reports name hosts and flows.
        umask(S_IRWXG | S_IRWXO);
        auto made = WatchFolder::create(*out, environment.program);
        if (!made)
            return fail(renderer, made.error());
        folder.emplace(std::move(*made));
        renderer.message(
            fmt::format("warning: {} will hold payload of this host's tunnels and "
                        "the keys that decrypt it, for this user alone (mode 0600)",
                        printable(*out)));
    }
    const std::uint64_t started_ns = wall_clock();
    HostWatch watch(renderer, **waiter, plan, std::move(*view), std::move(*ring),
                    std::move(tap), folder ? &*folder : nullptr);
    if (auto begun = watch.begin(); !begun)
        return fail(renderer, begun.error());
    if (auto followed = watch.follow(); !followed)
        return fail(renderer, followed.error());
    const WatchReport report = watch.report(environment, started_ns);
    renderer.watch_verdict(report);
    ExitStatus status = report.exit_status();
    if (folder)
        if (auto written = folder->finish(report); !written) {
            renderer.error(written.error());
            status = after_loss(status);
        }
    return status;
}

} // namespace ct
