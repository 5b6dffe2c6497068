// SPDX-License-Identifier: GPL-2.0-or-later
// The whole examination.
#pragma once

#include <string>

#include "cpu/cpuid.h"
#include "facts/source.h"
#include "judge/host.h"
#include "record/examination.h"

namespace ct {

// Facts that the caller has, and that are not in files.
struct Known {
    std::string program;  // version of the control program
    bool callers = false; // see reach_of()
};

// host: as it was read, with the module's drivers if it could be asked.
[[nodiscard]] Examination examine(const Host &host, const Source &source, const Known &known);

} // namespace ct
