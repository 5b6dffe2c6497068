// SPDX-License-Identifier: GPL-2.0-or-later
// The fuzzer of the family, in a VM that has the module loaded, as root:
//   fuzz [--messages N] [--seed S] [--show STREAM]
// Prints "ok fuzz: NAME" or "not ok fuzz: NAME: why" for each promise, counts, figures, and
// "finished N". A failure names seed, stream and message; --show STREAM makes that stream
// again, alone, and prints its messages.
#include "job.h"
#include "parse.h"
#include "people.h"

#include <linux/cryptorture.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <new>
#include <string>
#include <sys/mman.h>
#include <unistd.h>

using namespace fuzz;

namespace {

constexpr std::uint64_t enough = 100000; // messages, for each command to be met

unsigned cases, failures;

void report(const std::string &name, const std::string &why)
{
    cases++;
    failures += !why.empty();
    std::printf(why.empty() ? "ok fuzz: %s\n" : "not ok fuzz: %s: %s\n", name.c_str(),
                why.c_str());
    std::fflush(stdout);
}

void add(Bytes &bytes, unsigned type, const Bytes &data)
{
    append_attribute(bytes, type, data);
    const auto length = static_cast<std::uint32_t>(bytes.size());
    std::memcpy(bytes.data(), &length, sizeof(length));
}

Bytes bytes_of(const std::string &from)
{
    return {from.c_str(), from.c_str() + from.size() + 1};
}

bool find_family(Family &family)
{
    Bytes ask = plain_message(GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 0);
    add(ask, CTRL_ATTR_FAMILY_NAME, bytes_of(CRYPTORTURE_FAMILY_NAME));
    auto all = parse(Link().ask(ask).payload);
    family.id = number<std::uint16_t>(all[CTRL_ATTR_FAMILY_ID]);
    auto group = parse(parse(all[CTRL_ATTR_MCAST_GROUPS])[1]);
    family.group = number<std::uint32_t>(group[CTRL_ATTR_MCAST_GRP_ID]);
    if (!family.id || !family.group)
        return false;
    do_job(job_message(family.id, CRYPTORTURE_JOB_KIND_SEARCH), family);
    const auto drivers =
        Link().ask(plain_message(family.id, CRYPTORTURE_CMD_DRIVER_GET, NLM_F_DUMP));
    for (const Bytes &one : drivers.payloads) {
        auto has = parse(one);
        if (has.count(CRYPTORTURE_A_DRIVER_PRESENT))
            family.words["driver"].push_back(text(has[CRYPTORTURE_A_DRIVER_NAME]));
    }
    family.words["cpus"] = {"0", "1", "0-1", "0,1"};
    family.words["sizes"] = {"64", "64,1300-1500", "1-9000"};
    family.words["name"] = {"xmm3", "ymm15", "mxcsr"};
    family.words["owner"] = {"xmm4 of exerciser 1"};
    family.words["layout"] = {"in-place/page/whole+0", "out-of-place/kmalloc/whole+3+0",
                              "alias/vmalloc/fields-ends+15"};
    family.words["strange"] = {"",
                               "9999",
                               "0-",
                               "9001",
                               "no-such-driver",
                               "\x1b[2J",
                               "in-place/page/bytes64+0",
                               std::string(127, 'a'),
                               std::string(5000, '0')};
    return !family.words["driver"].empty();
}

// The job that is being done comes and goes by itself.
std::map<unsigned, Bytes> status(const Family &family)
{
    auto all =
        parse(Link().ask(plain_message(family.id, CRYPTORTURE_CMD_STATUS_GET, 0)).payload);
    all.erase(CRYPTORTURE_A_STATUS_JOB);
    return all;
}

std::uint64_t runs(const Family &family)
{
    return number<std::uint64_t>(status(family)[CRYPTORTURE_A_STATUS_RUN]);
}

void stop(const Family &family)
{
    do_job(job_message(family.id, CRYPTORTURE_JOB_KIND_STOP), family);
}

bool begin_run(const Family &family)
{
    Bytes message = job_message(family.id, CRYPTORTURE_JOB_KIND_START);
    const std::uint32_t exercisers = 1;
    const std::uint64_t every = 500;
    Bytes one(4), other(8), nest;
    std::memcpy(one.data(), &exercisers, sizeof(exercisers));
    std::memcpy(other.data(), &every, sizeof(every));
    append_attribute(nest, CRYPTORTURE_A_CONFIG_EXERCISERS, one);
    append_attribute(nest, CRYPTORTURE_A_CONFIG_INJECT_EVERY, other);
    add(message, CRYPTORTURE_A_JOB_CONFIG | NLA_F_NESTED, nest);
    return do_job(message, family).error == 0;
}

std::vector<Stream> strangers(std::uint64_t seed, std::uint64_t &next, std::uint64_t messages)
{
    std::vector<Stream> streams;
    for (unsigned caller = 1; caller < callers; caller++)
        streams.push_back(
            {seed, next++, static_cast<Caller>(caller), messages / (callers - 1) + 1, false});
    return streams;
}

struct Findings {
    std::string idle, in_run, counted;
    std::uint64_t rounds = 0;
};

// Strangers alone, first with no run and then with one; then everybody.
void round(const Family &family, Tally &tally, std::uint64_t seed, std::uint64_t &next,
           std::uint64_t messages, Findings &found)
{
    stop(family);
    const auto before = status(family);
    let_loose(strangers(seed, next, messages / 10), family, tally);
    if (found.idle.empty() && (before.empty() || status(family) != before))
        found.idle = "round " + std::to_string(found.rounds) + ": the status has changed";

    const bool begun = begin_run(family);
    auto at_first = status(family);
    let_loose(strangers(seed, next, messages / 10), family, tally);
    auto at_last = status(family);
    if (found.in_run.empty() &&
        (!begun ||
         number<std::uint32_t>(at_last[CRYPTORTURE_A_STATUS_STATE]) !=
             CRYPTORTURE_RUN_STATE_RUNNING ||
         at_first[CRYPTORTURE_A_STATUS_RUN] != at_last[CRYPTORTURE_A_STATUS_RUN] ||
         at_first[CRYPTORTURE_A_STATUS_CONFIG] != at_last[CRYPTORTURE_A_STATUS_CONFIG] ||
         number<std::uint64_t>(at_last[CRYPTORTURE_A_STATUS_REGISTER_MISMATCHES]) != 0))
        found.in_run = "round " + std::to_string(found.rounds) +
                       (begun ? ": it is another run, or has other parameters"
                              : ": no run could be begun");
    stop(family);

    const std::uint64_t before_all = runs(family), counted = tally.starts;
    const std::uint64_t silent = tally.silent;
    auto all = strangers(seed, next, messages / 10);
    for (unsigned i = 0; i < 3; i++)
        all.push_back({seed, next++, Caller::root, messages * 7 / 30, false});
    let_loose(all, family, tally);
    stop(family);
    const std::uint64_t begun_by_all = runs(family) - before_all;
    const std::uint64_t answered = tally.starts - counted;
    const std::uint64_t unheard = tally.silent - silent;
    if (found.counted.empty() && (begun_by_all < answered || begun_by_all > answered + unheard))
        found.counted = "round " + std::to_string(found.rounds) + ": " +
                        std::to_string(begun_by_all) + " runs, but " +
                        std::to_string(answered) + " were accepted, and " +
                        std::to_string(unheard) + " starts had no answer";
    found.rounds++;
}

void line(const char *name, const Count &count)
{
    std::printf("count %-40s %9llu sent %9llu refused %9llu accepted %8llu unanswered\n", name,
                static_cast<unsigned long long>(count.sent),
                static_cast<unsigned long long>(count.refused),
                static_cast<unsigned long long>(count.accepted),
                static_cast<unsigned long long>(count.unanswered));
}

void figures(const Tally &tally, std::uint64_t seed, double seconds)
{
    static Count rest;
    std::uint64_t sent = 0;
    for (unsigned id = 0; id < 256; id++) {
        const Count &count = tally.by_command[id];
        sent += count.sent;
        const Command *known = nullptr;
        for (const Command &command : commands)
            if (command.id == id)
                known = &command;
        if (known) {
            line(known->name, count);
            continue;
        }
        rest.sent += count.sent;
        rest.refused += count.refused;
        rest.accepted += count.accepted;
        rest.unanswered += count.unanswered;
    }
    line("no command", rest);
    for (unsigned caller = 0; caller < callers; caller++)
        line(name_of(static_cast<Caller>(caller)), tally.by_caller[caller]);
    std::printf("figure seed %llu: %llu messages in %.0f s, %.0f a second; %llu runs begun, "
                "%llu sockets closed in a dump, %llu strangers joined the group of events\n",
                static_cast<unsigned long long>(seed), static_cast<unsigned long long>(sent),
                seconds, static_cast<double>(sent) / seconds,
                static_cast<unsigned long long>(tally.starts),
                static_cast<unsigned long long>(tally.abandoned),
                static_cast<unsigned long long>(tally.joined));
}

std::string is_a_test(const Tally &tally)
{
    for (const Command &command : commands) {
        const Count &count = tally.by_command[command.id];
        if (!count.accepted || !count.refused)
            return std::string(command.name) + " was never " +
                   (count.accepted ? "refused" : "accepted");
    }
    for (unsigned caller = 0; caller < callers; caller++)
        if (!tally.by_caller[caller].refused)
            return std::string(name_of(static_cast<Caller>(caller))) + " was never refused";
    return tally.starts ? "" : "no run was ever begun";
}

int fuzz_all(const Family &family, Tally &tally, std::uint64_t seed, std::uint64_t messages)
{
    const auto start = std::chrono::steady_clock::now();
    Findings found;
    std::uint64_t next = 0;
    const std::uint64_t rounds = messages / 50000 + 1;
    for (std::uint64_t i = 0; i < rounds && !tally.failures; i++) {
        round(family, tally, seed, next, messages / rounds, found);
        if (i % 4 == 3)
            std::fprintf(stderr, "fuzz: round %llu of %llu\n",
                         static_cast<unsigned long long>(i + 1),
                         static_cast<unsigned long long>(rounds));
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    const std::string of = "seed " + std::to_string(seed) + ", ";
    report("every answer is as it has to be", tally.failures ? of + tally.failure : "");
    report("whoever must not changes nothing when nothing runs", found.idle);
    report("whoever must not changes nothing of a run", found.in_run);
    report("as many runs as were accepted", found.counted);
    if (messages >= enough)
        report("every command was accepted and refused, every caller refused",
               tally.failures ? "" : is_a_test(tally));
    figures(tally, seed, took.count());
    std::printf("finished %u\n", cases);
    return failures ? 1 : 0;
}

} // namespace

int main(int argc, char **argv)
{
    std::uint64_t messages = 20000, seed = 2014, show = 0;
    bool one = false;
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string option = argv[i];
        const std::uint64_t value = std::strtoull(argv[i + 1], nullptr, 0);
        if (option == "--messages")
            messages = value;
        else if (option == "--seed")
            seed = value;
        else if (option == "--show") {
            show = value;
            one = true;
        } else
            return 2;
    }
    void *const memory =
        mmap(nullptr, sizeof(Tally), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    Family family;
    if (memory == MAP_FAILED || !find_family(family)) {
        std::fprintf(stderr, "fuzz: no family, no group or no driver: is the module loaded, "
                             "and are we root?\n");
        return 2;
    }
    auto &tally = *new (memory) Tally{};
    if (!one)
        return fuzz_all(family, tally, seed, messages);
    // A round has five strangers, five again, five and three of root.
    const std::uint64_t place = show % 18;
    const auto caller = place < 15 ? static_cast<Caller>(1 + place % 5) : Caller::root;
    let_loose({{seed, show, caller, messages, true}}, family, tally);
    std::printf("%s\n", tally.failures ? tally.failure : "no failure");
    return tally.failures ? 1 : 0;
}
