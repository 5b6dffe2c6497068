// SPDX-License-Identifier: GPL-2.0-or-later
// What stands between this machine and a run.
#pragma once

#include <string>
#include <vector>

#include "judge/host.h"
#include "record/examination.h"

namespace ct {

// Empty when a run can be started, if need be after loading the module.
[[nodiscard]] std::vector<Reasoned> obstacles_of(const Host &host);

} // namespace ct
