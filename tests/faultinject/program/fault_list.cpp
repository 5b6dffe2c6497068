// SPDX-License-Identifier: GPL-2.0-or-later
#include "program/fault_list.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "args/list.h"
#include "args/option.h"
#include "base/quantity.h"

namespace ct {

namespace {

using enum BugClass;

constexpr std::string_view aesni = "cbc-aes-aesni,ctr-aes-aesni,rfc4106-gcm-aesni";
constexpr std::string_view nested = "cbc-aes-aesni,authenc*sha1*,busted-cbc-aes";
constexpr std::string_view own = "busted-cbc-aes,busted-ctr-aes";
constexpr std::string_view own_all = "busted-cbc-aes,busted-ctr-aes,busted-rfc4106-gcm";

constexpr std::array<BustedFault, 22> fault_table{{
    {"fpu-nested", FpuNested, "AES-NI work in a softirq over an FPU section", nested, "", true},
    {"fpu-nested-tagged", FpuNested, "a softirq puts a tag into xmm0 over an FPU section",
     nested, "", false},
    {"fpu-nested-reload", FpuNested,
     "an empty section in a softirq reloads the task's image over the registers", nested, "",
     false},
    {"fpu-nested-irq", FpuNested, "AES-NI work in an interrupt over an FPU section", aesni, "",
     true, true},
    {"fpu-user-clobber", FpuUserClobber, "a driver's AES-NI without kernel_fpu_begin()", own,
     "", true},
    {"fpu-user-clobber-irq", FpuUserClobber, "AES-NI in an interrupt over a user thread", aesni,
     "", false},
    {"fpu-irq-window", FpuIrqWindow, "AES-NI between a switch and the return to user space",
     aesni, "", false},
    {"fpu-stale-owner", FpuStaleOwner, "older registers of the thread after a switch", aesni,
     "", false},
    {"fpu-sleep", FpuSleep, "a chaining value kept in a register over a sleep", own, "", false},
    {"xstate-format", XstateFormat, "all XMM in the initial state after a switch", aesni, "",
     false},
    {"xstate-format-avx", XstateFormat, "the upper YMM in the initial state after a switch",
     aesni, "", false},
    {"driver-data", DriverData, "the last block is forgotten at certain lengths", own, "",
     true},
    {"driver-race", DriverRace, "one register for the IV of all CPUs", own_all, "", false},
    {"accepted", AuthBypass, "packets whose ICV is wrong are accepted", "busted-rfc4106-gcm",
     "", false},
    {"async-order", AsyncOrder, "requests in flight share the register of the IV", own_all, "",
     false},
    {"sg-writeback", SgWriteback, "4 bytes behind the destination, as authencesn",
     "busted-rfc4106-gcm", "", true},
    {"cpu-deterministic", CpuDeterministic,
     "one CPU's AES is wrong for certain data, both ways", own, "cpu=1", true},
    {"cpu-intermittent", CpuIntermittent, "one bit of the AES state on one CPU, seldom", own,
     "cpu=1", false},
    {"regfile-leak", RegfileLeak, "another thread's upper half of a YMM register", aesni, "",
     false},
    {"vcpu-switch", VcpuSwitch, "AES-NI in an NMI that no counter sees", aesni, "", false},
    {"key-schedule", KeySchedule, "a bit of a round key flips after setkey", own, "", true},
    {"memory", Memory, "a bit of a page flips after the operation", own_all, "", false},
}};

} // namespace

std::span<const BustedFault> busted_faults()
{
    return fault_table;
}

std::string fault_file(std::string_view fault)
{
    return fmt::format("{}.jsonl", fault);
}

Result<std::vector<BustedFault>> choose_faults(const std::string &option,
                                               const std::string &text)
{
    const auto selection = parse_selection(option, text);
    if (!selection)
        return Failure(selection.error());
    std::vector<std::string> known;
    known.reserve(fault_table.size());
    for (const BustedFault &fault : fault_table)
        known.emplace_back(fault.name);
    for (const auto *const words : {&selection->included, &selection->excluded})
        for (const std::string &word : *words) {
            if (word == "all" || word == "default" ||
                std::find(known.begin(), known.end(), word) != known.end())
                continue;
            const auto meant = nearest(word, known);
            return bad_value(
                option, text,
                fmt::format("there is no fault \"{}\"{}", printable(word),
                            meant ? fmt::format(", did you mean \"{}\"?", *meant) : ""),
                fmt::format("there are {}, and all", fmt::join(known, ", ")));
        }
    const bool all = selection->from_default() || selection->has("all");
    const auto has = [](const std::vector<std::string> &words, std::string_view word) {
        return std::find(words.begin(), words.end(), word) != words.end();
    };
    std::vector<BustedFault> chosen;
    for (const BustedFault &fault : fault_table)
        if ((all || has(selection->included, fault.name)) &&
            !has(selection->excluded, fault.name))
            chosen.push_back(fault);
    if (chosen.empty())
        return bad_value(option, text, "no fault is left", "name one of them, or all");
    return chosen;
}

} // namespace ct
