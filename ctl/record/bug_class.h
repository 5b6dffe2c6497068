// SPDX-License-Identifier: GPL-2.0-or-later
// The ways in which kernel crypto has gone wrong in the field, by their names.
#pragma once

#include "record/words.h"

namespace ct {

enum class BugClass {
    FpuNested,
    FpuUserClobber,
    FpuIrqWindow,
    FpuStaleOwner,
    FpuSleep,
    XstateFormat,
    DriverData,
    DriverRace,
    AuthBypass,
    AsyncOrder,
    SgWriteback,
    CpuDeterministic,
    CpuIntermittent,
    RegfileLeak,
    VcpuSwitch,
    KeySchedule,
    Memory,
};

template <>
inline constexpr std::array<std::string_view, 17> names<BugClass>{"fpu-nested",
                                                                  "fpu-user-clobber",
                                                                  "fpu-irq-window",
                                                                  "fpu-stale-owner",
                                                                  "fpu-sleep",
                                                                  "xstate-format",
                                                                  "driver-data",
                                                                  "driver-race",
                                                                  "auth-bypass",
                                                                  "async-order",
                                                                  "sg-writeback",
                                                                  "cpu-deterministic",
                                                                  "cpu-intermittent",
                                                                  "regfile-leak",
                                                                  "vcpu-switch",
                                                                  "key-schedule",
                                                                  "memory"};

} // namespace ct
