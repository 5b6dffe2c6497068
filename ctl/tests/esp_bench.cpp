// SPDX-License-Identifier: GPL-2.0-or-later
// What it costs to check every packet of a tunnel: the payload that TCP brings through it with
// nobody looking, with its packets captured but not opened, and with all of them checked as
// `cryptorture esp` does, in turns. A line of JSON for each turn. Run by vm/bench/run.
//   esp_bench [SECONDS [ROUNDS]]
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <sys/resource.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/quantity.h"
#include "session/processors.h"
#include "session/waiter.h"
#include "tunnel/lab.h"

namespace {

using namespace std::chrono_literals;

struct Way {
    const char *name;
    bool watch;
    bool check;
};
constexpr std::array<Way, 3> ways{
    {{"unread", false, false}, {"captured", true, false}, {"checked", true, true}}};

constexpr auto warm_up = 1s;
constexpr auto drain_most = 3s;
constexpr int most_urgent = -20; // as the session does

struct Measured {
    double seconds = 0;
    std::uint64_t payload = 0; // bytes that reached applications
    std::uint64_t packets = 0; // checked
    double start = 0;          // until the first packet was checked, in seconds
    double reader = 0;         // CPU time of the thread that reads, in seconds
    double idle = 0;           // of all CPUs
    std::uint64_t lost = 0;
    std::uint64_t findings = 0;
};

std::uint64_t payload_of(const ct::Lab &lab)
{
    std::uint64_t sum = 0;
    for (const ct::LabFlow &flow : lab.flows())
        sum += flow.flow->counts().payload;
    return sum;
}

double reader_time()
{
    rusage usage{};
    (void)getrusage(RUSAGE_THREAD, &usage);
    const auto seconds = [](const timeval &time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double idle_time()
{
    std::ifstream file("/proc/stat");
    std::string word;
    double user = 0;
    double nice = 0;
    double system = 0;
    double idle = 0;
    file >> word >> user >> nice >> system >> idle;
    return idle / static_cast<double>(sysconf(_SC_CLK_TCK));
}

ct::Result<void> turn(ct::Lab &lab, ct::Waiter &waiter)
{
    (void)waiter.wait(-1, lab.pause());
    const auto read = lab.read();
    if (!read)
        return ct::Failure(read.error());
    lab.settle(false);
    return {};
}

// The keys stay: making others would cost each way the same.
ct::Result<Measured> measure(const ct::EspPlan &plan, ct::Waiter &waiter,
                             std::chrono::nanoseconds time)
{
    const auto first = waiter.now();
    auto made = ct::Lab::make(plan, ct::list_numbers(ct::online_cpus("")), waiter.now());
    if (!made)
        return ct::Failure(made.error());
    ct::Lab &lab = **made;
    if (auto started = lab.start_flows(); !started)
        return ct::Failure(started.error());
    (void)setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), most_urgent);
    Measured measured;
    const auto run_until = [&](std::chrono::nanoseconds until) -> ct::Result<void> {
        while (waiter.now() < until) {
            if (auto turned = turn(lab, waiter); !turned)
                return turned;
            if (measured.start == 0 && lab.ledger().totals().frames > 0)
                measured.start = std::chrono::duration<double>(waiter.now() - first).count();
        }
        return {};
    };
    if (auto warm = run_until(waiter.now() + warm_up); !warm)
        return ct::Failure(warm.error());
    const auto begun = waiter.now();
    measured.payload = payload_of(lab);
    measured.packets = lab.ledger().totals().frames;
    measured.reader = reader_time();
    measured.idle = idle_time();
    if (auto ran = run_until(begun + time); !ran)
        return ct::Failure(ran.error());
    measured.seconds = std::chrono::duration<double>(waiter.now() - begun).count();
    measured.payload = payload_of(lab) - measured.payload;
    measured.packets = lab.ledger().totals().frames - measured.packets;
    measured.reader = reader_time() - measured.reader;
    measured.idle = idle_time() - measured.idle;

    lab.pause_flows();
    const auto until = waiter.now() + drain_most;
    constexpr unsigned quiet_enough = 25;
    for (unsigned quiet = 0; waiter.now() < until && quiet < quiet_enough;) {
        (void)waiter.wait(-1, lab.pause());
        const auto read = lab.read();
        if (!read)
            return ct::Failure(read.error());
        quiet = *read == 0 ? quiet + 1 : 0;
        lab.settle(false);
    }
    lab.stop_flows();
    lab.settle(true);
    measured.lost = lab.ring_dropped() + lab.tap_dropped() + lab.ledger().totals().unseen;
    for (const auto &sa : lab.sas().all())
        measured.lost += sa->tally.lost;
    measured.findings = lab.ledger().findings().size();
    return measured;
}

int fail(const ct::Error &error)
{
    std::fprintf(stderr, "esp_bench: %s\n", error.sentence().c_str());
    return 2;
}

} // namespace

int main(int count, char **arguments)
{
    const std::chrono::seconds time(count > 1 ? std::max(std::atoi(arguments[1]), 1) : 5);
    const int rounds = count > 2 ? std::max(std::atoi(arguments[2]), 1) : 5;
    auto waiter = ct::make_signal_waiter();
    if (!waiter)
        return fail(waiter.error());
    ct::EspPlan plan;
    plan.tunnels = {{ct::EspMode::NattTransport, false}};
    plan.traffic = {ct::FlowKind::Tcp};
    plan.seed = 1;
    plan.large_writes = true;
    constexpr std::array<ct::SuiteChoice, 2> suites{
        {{ct::Suite::CbcSha256, 16, 16, false}, {ct::Suite::Gcm, 16, 16, false}}};
    for (const ct::SuiteChoice &suite : suites)
        for (int round = 0; round < rounds; ++round)
            for (std::size_t place = 0; place < ways.size(); ++place) {
                // Each way is the first, the second and the last one in turns.
                const Way &way = ways[(place + static_cast<std::size_t>(round)) % ways.size()];
                plan.suites = {suite};
                plan.watch = way.watch;
                plan.check = way.check;
                const auto measured = measure(plan, **waiter, time);
                if (!measured)
                    return fail(measured.error());
                fmt::print("{{\"type\":\"esp\",\"suite\":\"{}\",\"round\":{},\"way\":\"{}\","
                           "\"seconds\":{:.3f},\"start\":{:.3f},\"payload\":{},\"packets\":{},"
                           "\"reader\":{:.3f},\"idle\":{:.2f},\"lost\":{},\"findings\":{}}}\n",
                           ct::choice_text(suite), round, way.name, measured->seconds,
                           measured->start, measured->payload, measured->packets,
                           measured->reader, measured->idle, measured->lost,
                           measured->findings);
                std::fflush(stdout);
            }
    return 0;
}
