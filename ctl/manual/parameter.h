// SPDX-License-Identifier: GPL-2.0-or-later
// The parameters of the module, read from its sources.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace ct {

struct Parameter {
    std::string name;
    std::string type; // as in module_param(): "ulong"
    std::string text; // of MODULE_PARM_DESC()
};

// What #define says of numbers, as it is written there: for __stringify().
using Constants = std::map<std::string, std::string>;
void read_constants(std::string_view source, Constants &constants);

// Those of one source, in its order. A parameter without a text is an error, and so is
// what cannot be read.
[[nodiscard]] Result<std::vector<Parameter>> read_parameters(std::string_view source,
                                                             const Constants &constants);

// The part of cryptorture(4) about them.
[[nodiscard]] std::string parameters_part(const std::vector<Parameter> &parameters);

} // namespace ct
