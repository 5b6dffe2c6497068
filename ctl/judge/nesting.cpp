// SPDX-License-Identifier: GPL-2.0-or-later
#include "judge/nesting.h"

namespace ct {

Nesting nesting_of(const Module &module, const Release &release)
{
    if (release.real_time) // softirqs are threads
        return Nesting::KeptOut;
    if (!module.fpu_nests)
        return Nesting::Unknown;
    return *module.fpu_nests ? Nesting::Allowed : Nesting::KeptOut;
}

void report_nesting(const Module &module, const Release &release, Findings &findings)
{
    switch (nesting_of(module, release)) {
    case Nesting::Unknown:
        tell(findings, Topic::Nesting, Level::Note,
             "whether softirqs run inside a task's FPU section is not known: the module "
             "measures it",
             "by version, a hint: before Linux 6.15 they do, unless the distribution "
             "backported d02198550423",
             module.loaded ? "" : "load it and ask again: modprobe cryptorture");
        break;
    case Nesting::Allowed:
        tell(findings, Topic::Nesting, Level::Ok,
             "softirqs can run inside a task's kernel FPU section (measured)",
             "the situation of fpu-nested occurs on this machine; a run measures how often");
        break;
    case Nesting::KeptOut:
        tell(findings, Topic::Nesting, Level::Note,
             release.real_time
                 ? "softirqs are threads here (PREEMPT_RT), and a section cannot be preempted"
                 : "softirqs are kept out inside a task's kernel FPU section (measured)",
             "SIMD over SIMD can come from hard interrupts only, where the kernel refuses it: "
             "0 nested over an FPU section is expected");
        break;
    }
}

} // namespace ct
