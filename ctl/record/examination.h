// SPDX-License-Identifier: GPL-2.0-or-later
// What a machine and its kernel can and cannot show, found out before a run.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "record/bug_class.h"
#include "record/cpu.h"
#include "record/words.h"

namespace ct {

enum class Topic {
    Cpu,
    Registers,
    Hypervisor,
    Kernel,
    Mitigations,
    Drivers,
    Independence,
    Nesting,
    KnownBugs,
    Disturbers,
    Module,
    Permissions,
};
enum class Level { Ok, Note, Warning, Problem };

template <>
inline constexpr std::array<std::string_view, 12> names<Topic>{
    "cpu",          "registers", "hypervisor", "kernel",     "mitigations", "drivers",
    "independence", "nesting",   "known-bugs", "disturbers", "module",      "permissions"};
template <>
inline constexpr std::array<std::string_view, 4> names<Level>{"ok", "note", "warning",
                                                              "problem"};

struct Finding {
    Topic topic = Topic::Cpu;
    Level level = Level::Ok;
    std::string what;              // the fact
    std::string meaning;           // for a verdict; may be empty
    std::string action;            // what to do about it; may be empty
    std::vector<BugClass> classes; // of a known bug
    std::string source;            // commit, CVE or issue of a known bug
};

using Findings = std::vector<Finding>;

inline void tell(Findings &findings, Topic topic, Level level, std::string what,
                 std::string meaning = {}, std::string action = {})
{
    findings.push_back(
        {topic, level, std::move(what), std::move(meaning), std::move(action), {}, {}});
}

// Something with its reason: why it cannot be shown, or how an obstacle is removed.
struct Reasoned {
    std::string what;
    std::string why;
};

struct Examination {
    std::string program; // version
    std::string module;  // version of the one that is loaded; empty when none is
    std::string kernel;  // release
    std::string preemption = "unknown";
    std::string hypervisor = "none";
    std::vector<std::pair<std::string, bool>> features; // of the CPU
    std::vector<CpuIdentity> cpus;                      // those that are online
    Findings findings;
    std::vector<std::string> can;
    std::vector<Reasoned> cannot;
    std::vector<Reasoned> obstacles; // to a run, and what to do about each
    [[nodiscard]] bool ready() const { return obstacles.empty(); }
};

} // namespace ct
