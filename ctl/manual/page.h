// SPDX-License-Identifier: GPL-2.0-or-later
// A manual page: a template with hand-written sections, and parts that are
// generated from the program and the module.
#pragma once

#include <map>
#include <string>

#include "base/error.h"

namespace ct {

// By name: "COMMANDS" takes the place of the line "@COMMANDS@".
using PageParts = std::map<std::string, std::string>;

// Lines that are one name become its part; "@VERSION@" may stand anywhere. page: its name,
// for errors. A name without a part, or with an empty one, is an error.
[[nodiscard]] Result<std::string> fill_page(const std::string &page, const std::string &text,
                                            const std::string &version, const PageParts &parts);

} // namespace ct
