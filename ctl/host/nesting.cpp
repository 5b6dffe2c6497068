// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/nesting.h"

namespace ct {

Nesting nesting_of(const Release &release)
{
    if (!release.known())
        return Nesting::Unknown;
    // d02198550423 in 6.15; with PREEMPT_RT softirqs are threads.
    if (release.real_time || release.from(6, 15))
        return Nesting::KeptOut;
    return Nesting::Allowed;
}

void tell_nesting(const Release &release, Findings &findings)
{
    switch (nesting_of(release)) {
    case Nesting::Unknown:
        tell(findings, Topic::Nesting, Level::Note,
             "whether softirqs run inside a task's FPU section is unknown",
             "measured by a run: see its count of operations nested over an FPU section");
        break;
    case Nesting::Allowed:
        tell(findings, Topic::Nesting, Level::Ok,
             "softirqs can run inside a task's kernel FPU section (before 6.15 it only "
             "disables preemption)",
             "the situation of fpu-nested comes about here; a run measures how often");
        break;
    case Nesting::KeptOut:
        tell(findings, Topic::Nesting, Level::Note,
             release.real_time
                 ? "softirqs are threads here (PREEMPT_RT), and a section cannot be preempted"
                 : "softirqs are held off inside a task's kernel FPU section (d02198550423, "
                   "6.15)",
             "SIMD over SIMD can come from hard interrupts only, where the kernel refuses it: "
             "0 nested over an FPU section is right here. Measured by a run");
        break;
    }
}

} // namespace ct
