// SPDX-License-Identifier: GPL-2.0-or-later
#include "process/cpu_mask.h"

#include <cerrno>
#include <sys/syscall.h>
#include <unistd.h>

namespace ct {

long CpuMask::apply(int thread) const
{
    const long result = syscall(SYS_sched_setaffinity, thread,
                                words_.size() * sizeof(unsigned long), words_.data());
    return result < 0 ? -errno : 0;
}

void CpuMask::prepare(Action &action) const
{
    action.kind = ActionKind::Syscall;
    action.number = SYS_sched_setaffinity;
    action.arguments = {0,
                        static_cast<long>(words_.size() * sizeof(unsigned long)),
                        reinterpret_cast<long>(words_.data()),
                        0,
                        0,
                        0};
}

} // namespace ct
