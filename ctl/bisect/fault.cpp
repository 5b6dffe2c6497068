// SPDX-License-Identifier: GPL-2.0-or-later
#include "bisect/fault.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/quantity.h"

namespace ct {

namespace {

bool is_among(const std::vector<What> &list, What what)
{
    return std::find(list.begin(), list.end(), what) != list.end();
}

} // namespace

bool Fault::in_register() const
{
    return is_among(what, What::Register);
}

bool Fault::covers(const Mismatch &record) const
{
    return record.driver == driver && record.injected == injected &&
           std::any_of(record.what.begin(), record.what.end(),
                       [this](What wrong) { return is_among(what, wrong); });
}

std::string Fault::text() const
{
    if (in_register())
        return "registers of user threads changed";
    std::string text = fmt::format("{} wrong", join_names(what));
    if (!driver.empty())
        text = fmt::format("{}: {}", printable(driver), text);
    return injected ? text + ", injected" : text;
}

std::string Fault::chances() const
{
    if (in_register())
        return "checks of registers";
    if (what.empty()) // none yet
        return "operations";
    return driver.empty() ? "comparisons of the reference"
                          : "operations of " + printable(driver);
}

Fault fault_of(const Mismatch &record)
{
    return Fault{record.driver, record.what, record.injected};
}

bool needs_cells(const Fault &fault, const Status &status)
{
    return !fault.driver.empty() && status.config.drivers.size() != 1;
}

std::uint64_t chances_in(const Fault &fault, const Status &status,
                         const std::vector<Driver> &drivers, const std::vector<Cell> &cells)
{
    if (fault.in_register())
        return status.register_checks;
    if (fault.driver.empty())
        return status.reference_checks;
    if (!needs_cells(fault, status))
        return status.operations;
    std::uint64_t operations = 0;
    for (const Driver &driver : drivers)
        if (driver.name == fault.driver)
            for (const Cell &cell : cells)
                operations += cell.driver == driver.id ? cell.operations : 0;
    return operations;
}

} // namespace ct
