// SPDX-License-Identifier: GPL-2.0-or-later
// A testbed with all tunnels that this kernel can have, its SAs made anew with every suite, and
// ordinary sockets over it. Prints a case a line, as vm/tests/lib.sh counts them.
// esp_net brief: with fewer suites and rekeys.
// esp_net hold: makes it all, says "ready", and waits to be killed.
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string_view>
#include <thread>
#include <unistd.h>

#include <fmt/format.h>

#include "testbed/steering.h"
#include "testbed/testbed.h"

#include "endpoint.h"

namespace {

using namespace ct;
using Clock = std::chrono::steady_clock;

struct Cases {
    unsigned passed = 0;
    unsigned failed = 0;

    bool check(bool good, const std::string &name, const std::string &why = {})
    {
        ++(good ? passed : failed);
        std::printf("%s %s%s%s\n", good ? "ok" : "not ok", name.c_str(), good ? "" : ": ",
                    good ? "" : why.c_str());
        (void)std::fflush(stdout);
        return good;
    }
    int finish() const
    {
        std::printf("finished %u\n", passed + failed);
        return failed == 0 ? 0 : 1;
    }
};

struct Suites {
    Suite suite;
    unsigned icv_len;
};
constexpr std::array<Suites, 6> suites{{{Suite::Gcm, 8},
                                        {Suite::Gcm, 12},
                                        {Suite::Gcm, 16},
                                        {Suite::CbcSha1, 12},
                                        {Suite::CbcSha256, 16},
                                        {Suite::CbcSha512, 32}}};

// Else all are tried.
bool brief = false;

std::vector<SaKeys> all_keys()
{
    std::vector<SaKeys> list;
    for (const Suites &one : suites)
        for (const unsigned key_len : {16U, 24U, 32U})
            for (const bool esn : {false, true})
                list.push_back(make_keys(one.suite, key_len, one.icv_len, esn, 1, list.size()));
    return list;
}

struct Line {
    unsigned number = 0;
    TunnelPlan plan;
    std::string name;
};

std::string mode_text(const TunnelPlan &plan)
{
    return fmt::format("{} IPv{}", names<EspMode>[static_cast<std::size_t>(plan.mode)],
                       plan.v6 ? 6 : 4);
}

double seconds_since(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
}

std::vector<Line> add_all(Testbed &testbed, Cases &cases)
{
    std::vector<Line> lines;
    for (const bool v6 : {false, true})
        for (std::size_t mode = 0; mode < names<EspMode>.size(); ++mode) {
            const TunnelPlan plan{static_cast<EspMode>(mode), v6};
            const auto number = testbed.add_tunnel(plan);
            if (cases.check(number.has_value(), "a tunnel can be made: " + mode_text(plan),
                            number ? "" : number.error().sentence()))
                lines.push_back({*number, plan, mode_text(plan)});
        }
    return lines;
}

// Sends some datagrams each way and a ping, and waits for all.
std::string try_out(Testbed &testbed, const Line &line)
{
    constexpr int datagrams = 4;
    const Address a = testbed.address_a(line.number);
    const Address b = testbed.address_b(line.number);
    test::Udp here(testbed.a(), a, 9);
    test::Udp there(testbed.b(), b, 9);
    const auto before_a = testbed.received_a(line.number);
    const auto before_b = testbed.received_b(line.number);
    for (int count = 0; count < datagrams; ++count)
        if (!here.send(b, 9, 1000) || !there.send(a, 9, 1000))
            return fmt::format("a datagram cannot be sent: {}", std::strerror(errno));
    for (int count = 0; count < datagrams; ++count)
        if (!here.receive(5000) || !there.receive(5000))
            return fmt::format("{} of {} datagrams were received", count, datagrams);
    if (const std::string why = test::ping(testbed.a(), a, b); !why.empty())
        return why;
    const auto after_a = testbed.received_a(line.number);
    const auto after_b = testbed.received_b(line.number);
    if (!before_a || !before_b || !after_a || !after_b)
        return "the counts cannot be read";
    if (after_a->packets < before_a->packets + datagrams + 1 ||
        after_b->packets < before_b->packets + datagrams + 1)
        return fmt::format("the SAs counted {} and {} packets more",
                           after_a->packets - before_a->packets,
                           after_b->packets - before_b->packets);
    if (after_a->integrity + after_b->integrity + after_a->replay + after_b->replay != 0)
        return "the SAs refused packets";
    return {};
}

void every_suite(Testbed &testbed, const std::vector<Line> &lines, Cases &cases)
{
    const auto keys = all_keys();
    const auto start = Clock::now();
    double rekeying = 0;
    for (const Line &line : lines) {
        std::string wrong;
        // With 5 all sizes come in turn.
        for (std::size_t place = 0; place < keys.size() && wrong.empty();
             place += brief ? 5 : 1) {
            const auto before = Clock::now();
            const auto pair = testbed.rekey(line.number, keys[place], 7, place, "");
            rekeying += seconds_since(before);
            wrong = pair ? try_out(testbed, line) : pair.error().sentence();
            if (!wrong.empty())
                wrong = suite_text(keys[place]) + ": " + wrong;
        }
        cases.check(wrong.empty(), fmt::format("{}: all suites pass UDP and pings", line.name),
                    wrong);
    }
    std::printf("# %zu suites over %zu tunnels in %.1f s, one rekey takes %.1f ms\n",
                (keys.size() + (brief ? 4 : 0)) / (brief ? 5 : 1), lines.size(),
                seconds_since(start),
                rekeying * 1000 /
                    static_cast<double>((keys.size() + (brief ? 4 : 0)) / (brief ? 5 : 1) *
                                        lines.size()));
}

// What a host counted of refused and lost packets.
std::string losses(Testbed &testbed, const Namespace &side)
{
    const auto counters = testbed.counters(side);
    std::string text;
    if (counters)
        for (const auto &[name, value] : *counters)
            if (value != 0 && (name.starts_with("Xfrm") || name.ends_with("Errors") ||
                               name.ends_with("Discards") || name.ends_with("NoPorts")))
                text += fmt::format(" {} {}", name, value);
    return text;
}

// New SAs a hundred times while datagrams flow: each arrives.
void no_loss(Testbed &testbed, const Line &line, Cases &cases)
{
    const unsigned times = brief ? 30 : 100;
    const auto keys = all_keys();
    if (const auto first = testbed.rekey(line.number, keys.front(), 9, times, ""); !first) {
        cases.check(false, line.name, first.error().sentence());
        return;
    }
    test::Flood flood(testbed.a(), testbed.address_a(line.number), testbed.b(),
                      testbed.address_b(line.number));
    std::string wrong;
    for (unsigned count = 0; count < times && wrong.empty(); ++count) {
        const auto pair = testbed.rekey(line.number, keys[count % keys.size()], 9, count, "");
        if (!pair)
            wrong = pair.error().sentence();
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    flood.stop();
    if (wrong.empty() && (flood.sent() < times || flood.sent() != flood.received()))
        wrong = fmt::format("{} sent, {} received; in all A has{}; B has{}", flood.sent(),
                            flood.received(), losses(testbed, testbed.a()),
                            losses(testbed, testbed.b()));
    cases.check(wrong.empty(),
                fmt::format("{}: nothing is lost over {} rekeys", line.name, times), wrong);
    std::printf("# %s: %llu datagrams meanwhile\n", line.name.c_str(),
                static_cast<unsigned long long>(flood.sent()));
}

void tcp_at_once(Testbed &testbed, const Line &line, Cases &cases)
{
    constexpr std::size_t size = 512UL * 1024;
    const auto start = Clock::now();
    const std::string wrong = test::stream(testbed.a(), testbed.address_a(line.number),
                                           testbed.b(), testbed.address_b(line.number), size);
    const double took = seconds_since(start);
    cases.check(wrong.empty() && took < 20, fmt::format("{}: TCP flows at once", line.name),
                wrong.empty() ? fmt::format("{:.1f} s", took) : wrong);
}

// Packets that were steered, over all CPUs.
std::uint64_t steered()
{
    std::ifstream file("/proc/net/softnet_stat");
    std::uint64_t sum = 0;
    for (std::string text; std::getline(file, text);) {
        constexpr int column = 10; // received_rps
        std::istringstream words(text);
        std::string word;
        for (int place = 0; place < column; ++place)
            words >> word;
        sum += std::stoull(word, nullptr, 16);
    }
    return sum;
}

// cpus: that both hosts receive on; none: as it is.
void other_testbed(const char *name, const TestbedOptions &options, Cases &cases,
                   const std::vector<std::uint32_t> &cpus = {})
{
    auto testbed = Testbed::make(options);
    if (!cases.check(testbed.has_value(), fmt::format("{}: a testbed is made", name),
                     testbed ? "" : testbed.error().sentence()))
        return;
    for (const Namespace *const host : {&testbed->a(), &testbed->b()}) {
        auto steering = Steering::open(*host, Testbed::link());
        if (!cpus.empty() && !(steering && steering->set(cpus)))
            cases.check(false, fmt::format("{}: a host is steered", name), "it is not");
    }
    std::unique_ptr<test::Forwarder> forwarder;
    if (options.bridged)
        forwarder = std::make_unique<test::Forwarder>(testbed->middle(), "a", "b");
    const std::uint64_t before = steered();
    const auto keys = all_keys();
    for (const bool v6 : {false, true})
        for (const EspMode mode : {EspMode::Transport, EspMode::Tunnel, EspMode::GreNatt}) {
            const TunnelPlan plan{mode, v6};
            const auto number = testbed->add_tunnel(plan);
            std::string wrong = number ? "" : number.error().sentence();
            if (number) {
                const auto pair = testbed->rekey(*number, keys.front(), 3, *number, "");
                wrong = pair ? try_out(*testbed, {*number, plan, ""}) : pair.error().sentence();
            }
            cases.check(wrong.empty(), fmt::format("{}: {} passes", name, mode_text(plan)),
                        wrong);
        }
    if (!cpus.empty())
        cases.check(steered() > before, fmt::format("{}: packets were steered", name),
                    "none was");
}

} // namespace

int main(int count, char **words)
{
    Cases cases;
    const auto start = Clock::now();
    auto testbed = Testbed::make({});
    if (!testbed) {
        std::fprintf(stderr, "%s\n", testbed.error().sentence().c_str());
        return 2;
    }
    const double made = seconds_since(start);
    const auto lines = add_all(*testbed, cases);
    std::printf("# a testbed takes %.0f ms, %zu tunnels %.0f ms\n", made * 1000, lines.size(),
                (seconds_since(start) - made) * 1000);
    if (count > 1 && std::string_view(words[1]) == "hold") {
        for (const Line &line : lines)
            (void)testbed->rekey(line.number, all_keys().front(), 1, 1, "");
        std::puts("ready");
        (void)std::fflush(stdout);
        for (;;)
            (void)pause();
    }
    for (const Line &line : lines) {
        test::Udp here(testbed->a(), testbed->address_a(line.number), 9);
        test::Udp there(testbed->b(), testbed->address_b(line.number), 9);
        (void)here.send(testbed->address_b(line.number), 9, 100);
        cases.check(!there.receive(200),
                    fmt::format("{}: nothing passes before there is an SA", line.name),
                    "a datagram was received");
    }
    brief = count > 1 && std::string_view(words[1]) == "brief";
    every_suite(*testbed, lines, cases);
    for (const Line &line : lines)
        no_loss(*testbed, line, cases);
    for (const Line &line : lines)
        tcp_at_once(*testbed, line, cases);
    const auto counters = testbed->counters(testbed->b());
    bool found = false;
    if (counters)
        for (const auto &[name, value] : *counters)
            found = found || (name == "UdpInDatagrams" && value > 0);
    cases.check(found, "the counters of a host are read", "no UdpInDatagrams");
    other_testbed("rps", {}, cases, {1});
    TestbedOptions bridged;
    bridged.bridged = true;
    other_testbed("bridged", bridged, cases);
    TestbedOptions offload;
    offload.esp_offload = true;
    offload.gro = true;
    other_testbed("offload", offload, cases);
    return cases.finish();
}
