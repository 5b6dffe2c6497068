// SPDX-License-Identifier: GPL-2.0-or-later
// cryptorture doctor, run on a machine that was made up.
#pragma once

#include <string>

#include "fake_kernel.h"
#include "machines.h"
#include "outcome.h"

namespace ct::test {

struct Visit {
    ExitStatus status;
    json object;
    std::string text;
};

[[nodiscard]] Visit visit(const Tree &tree, Machine &machine, const Cpuid &cpuid);
[[nodiscard]] Visit visit(const Tree &tree, const std::string &signature = "");

// The finding that says so, or null.
[[nodiscard]] const json *find(const json &object, const std::string &part);
[[nodiscard]] bool lists(const json &list, const std::string &part);

} // namespace ct::test
