// SPDX-License-Identifier: GPL-2.0-or-later
#include "args/list.h"

#include <algorithm>
#include <fnmatch.h>

#include <fmt/format.h>

#include "args/option.h"
#include "base/quantity.h"

namespace ct {

namespace {

bool is_pattern(const std::string &item)
{
    return item.find_first_of("*?[") != std::string::npos;
}

bool matches(const std::string &item, const std::string &driver)
{
    return is_pattern(item) ? fnmatch(item.c_str(), driver.c_str(), 0) == 0 : item == driver;
}

// A pattern without what makes it one, for a name that is near.
std::string letters(const std::string &item)
{
    std::string text;
    for (const char character : item)
        if (character != '*' && character != '?' && character != '[' && character != ']')
            text += character;
    return text;
}

Failure no_match(const std::string &option, const std::string &item,
                 const std::vector<std::string> &present)
{
    const auto meant = nearest(letters(item), present);
    return bad_value(
        option, item,
        fmt::format("no driver on this machine {} it{}", is_pattern(item) ? "matches" : "has",
                    meant ? fmt::format(", did you mean \"{}\"?", *meant) : ""),
        fmt::format("there are {}; see 'cryptorture drivers'",
                    present.empty() ? "none" : fmt::format("{}", fmt::join(present, ", "))));
}

} // namespace

Result<Selection> parse_drivers(const std::string &option, const std::string &text)
{
    constexpr std::size_t name_max = 127; // CRYPTO_MAX_ALG_NAME without the NUL
    if (std::count(text.begin(), text.end(), '(') != std::count(text.begin(), text.end(), ')'))
        return bad_value(option, text, "the parentheses do not match",
                         "quote the list, and see 'cryptorture drivers' for the names");
    auto selection = parse_selection(option, text);
    if (!selection)
        return selection;
    for (const auto *const list : {&selection->included, &selection->excluded})
        for (const std::string &item : *list)
            if (item.size() > name_max)
                return bad_value(option, text, "a name is longer than any driver's",
                                 "see 'cryptorture drivers' for the names");
    if (selection->has("none"))
        return bad_value(option, text, "nothing can be tested without a driver",
                         "see 'cryptorture drivers' for the names, or write all");
    return selection;
}

bool needs_drivers(const Selection &selection)
{
    return !selection.excluded.empty() ||
           std::any_of(selection.included.begin(), selection.included.end(), is_pattern);
}

namespace {

std::vector<std::string> usable_names(const std::vector<Driver> &drivers)
{
    std::vector<std::string> names;
    for (const Driver &driver : drivers)
        if (driver.usable())
            names.push_back(driver.name);
    return names;
}

// Adds those that match and are not there yet; whether any matched.
bool add_matching(std::vector<std::string> &chosen, const std::string &item,
                  const std::vector<std::string> &present)
{
    bool found = false;
    for (const std::string &driver : present) {
        if (!matches(item, driver))
            continue;
        found = true;
        if (std::find(chosen.begin(), chosen.end(), driver) == chosen.end())
            chosen.push_back(driver);
    }
    return found;
}

} // namespace

Result<std::vector<std::string>> choose_drivers(const std::string &option,
                                                const Selection &selection,
                                                const std::vector<Driver> &drivers)
{
    const std::vector<std::string> present = usable_names(drivers);
    const bool all = selection.from_default() || selection.has("all");
    if (all && selection.excluded.empty())
        return std::vector<std::string>();

    std::vector<std::string> chosen;
    if (all)
        chosen = present;
    for (const std::string &item : selection.included) {
        if (item == "all" || item == "default")
            continue;
        // What is named may be absent: the module says why it is.
        if (!is_pattern(item))
            (void)add_matching(chosen, item, {item});
        else if (!add_matching(chosen, item, present))
            return no_match(option, item, present);
    }
    for (const std::string &item : selection.excluded) {
        if (std::none_of(present.begin(), present.end(),
                         [&](const std::string &driver) { return matches(item, driver); }))
            return no_match(option, "-" + item, present);
        std::erase_if(chosen, [&](const std::string &driver) { return matches(item, driver); });
    }
    if (chosen.empty())
        return bad_value(option, fmt::format("{}", fmt::join(selection.included, ",")),
                         "no driver is left", "leave one in");
    return chosen;
}

} // namespace ct
