// SPDX-License-Identifier: GPL-2.0-or-later
// The values of options that are lists: names, patterns or ranges with commas
// between them. "all" and "default" stand for what they say, an item with a
// "-" before it is left out of the others, and of the default if there are no
// others: "all,-hotplug", "-0", "cryptd*,rfc4106*".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "record/config.h"
#include "record/driver.h"

namespace ct {

// A list as it is written.
struct Selection {
    std::vector<std::string> included; // "all" and "default" among them
    std::vector<std::string> excluded; // without their "-"

    // One of the words that stand for many, or nothing but exclusions.
    [[nodiscard]] bool has(const std::string &word) const;
    [[nodiscard]] bool from_default() const { return included.empty() || has("default"); }
};

// Commas inside of parentheses are part of an item.
[[nodiscard]] Result<Selection> parse_selection(const std::string &option,
                                                const std::string &text);

// Of all that follow, nothing means that the module's default was chosen.

// exercisers: on each CPU; without any there is no caller context.
[[nodiscard]] Result<std::optional<std::vector<Context>>>
parse_contexts(const std::string &option, const std::string &text, std::uint32_t exercisers);
// "none" too.
[[nodiscard]] Result<std::optional<std::vector<Disturber>>>
parse_disturbers(const std::string &option, const std::string &text, std::uint32_t exercisers);
// "0-3,5": checked and brought into order. online: the CPUs that are, as a list.
[[nodiscard]] Result<std::optional<std::string>>
parse_cpus(const std::string &option, const std::string &text, const std::string &online);
// "64,1300-1500", as it is written unless something is left out of it.
[[nodiscard]] Result<std::optional<std::string>> parse_sizes(const std::string &option,
                                                             const std::string &text);

// Checked as far as that goes without the module.
[[nodiscard]] Result<Selection> parse_drivers(const std::string &option,
                                              const std::string &text);
// True if the module's list is needed to resolve it.
[[nodiscard]] bool needs_drivers(const Selection &selection);
// Patterns are those of a shell, and match the drivers that can be used; names
// are taken as they are. Empty: every driver.
[[nodiscard]] Result<std::vector<std::string>>
choose_drivers(const std::string &option, const Selection &selection,
               const std::vector<Driver> &drivers);

} // namespace ct
