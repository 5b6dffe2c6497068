// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/command_line.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "facts/words.h"

namespace ct {

namespace {

struct Matter {
    std::string_view name; // with "=" where a value follows
    Level level;
    std::string_view meaning;
};

constexpr std::array matters{
    Matter{"noxsave", Level::Warning,
           "the kernel keeps x87 and SSE only: no AVX driver, and no bug of the XSAVE format"},
    Matter{"noxsaves", Level::Note,
           "the kernel saves registers with XSAVEC or XSAVE instead of XSAVES, which most "
           "machines use"},
    Matter{"noxsaveopt", Level::Note, "the kernel saves no registers with XSAVEOPT"},
    Matter{"nofxsr", Level::Ok, "it does nothing on x86-64"},
    Matter{"no387", Level::Ok, "it does nothing on x86-64"},
    Matter{"eagerfpu=", Level::Ok,
           "it does nothing since Linux 4.9: the FPU is always switched eagerly"},
    Matter{
        "clearcpuid=", Level::Warning,
        "the kernel takes these CPU features as absent, and so has no drivers that need them"},
    Matter{"mitigations=", Level::Note,
           "which microcode and kernel work-arounds are in force depends on it"},
    Matter{"nosmt", Level::Note,
           "SMT siblings are off: faults that need both are not provoked"},
    Matter{"nosmt=", Level::Note,
           "SMT siblings are off: faults that need both are not provoked"},
    Matter{
        "isolcpus=", Level::Note,
        "these CPUs get no work of others: only cryptorture's own disturbers interrupt there"},
    Matter{"nohz_full=", Level::Note,
           "these CPUs have no tick of their own while one task runs"},
    Matter{"preempt=", Level::Ok, ""},
    Matter{"maxcpus=", Level::Note, "not every CPU was brought up"},
    Matter{"nr_cpus=", Level::Note, "not every CPU was brought up"},
    Matter{"cryptomgr.notests", Level::Note,
           "the kernel does not test its drivers on first use"},
    Matter{"highres=", Level::Note, "timers may come no faster than the tick"},
    Matter{"module.sig_enforce", Level::Note, "only signed modules load"},
    Matter{"module.sig_enforce=", Level::Note, "only signed modules load"},
    Matter{"lockdown=", Level::Note, "only signed modules load"},
    Matter{"nomodule", Level::Problem, "no module loads"},
    Matter{"modules_disabled", Level::Problem, "no module loads"},
};

bool fits(std::string_view word, std::string_view name)
{
    return name.ends_with('=') ? word.starts_with(name) : word == name;
}

} // namespace

bool CommandLine::has(const std::string &name) const
{
    return std::find(words.begin(), words.end(), name) != words.end();
}

std::optional<std::string> CommandLine::value(const std::string &name) const
{
    std::optional<std::string> last;
    for (const std::string &word : words)
        if (word.starts_with(name + "="))
            last = word.substr(name.size() + 1);
    return last;
}

CommandLine read_command_line(const Source &source)
{
    return {split(source.line("/proc/cmdline").value_or(""), ' ')};
}

void report_command_line(const CommandLine &line, Findings &findings)
{
    for (const std::string &word : line.words) {
        // What follows is for the first program.
        if (word == "--")
            break;
        for (const Matter &matter : matters)
            if (fits(word, matter.name))
                tell(findings, Topic::Kernel, matter.level, "command line: " + word,
                     std::string(matter.meaning));
    }
}

} // namespace ct
