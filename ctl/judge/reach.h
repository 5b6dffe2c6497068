// SPDX-License-Identifier: GPL-2.0-or-later
// Which classes of bugs a run can show here, and why not the others.
#pragma once

#include <string>
#include <vector>

#include "judge/host.h"
#include "record/examination.h"

namespace ct {

struct Reach {
    std::vector<std::string> can;
    std::vector<Reasoned> cannot;
};

// callers: operations also run in threads of user space that hold live registers.
[[nodiscard]] Reach reach_of(const Host &host, bool callers);

} // namespace ct
