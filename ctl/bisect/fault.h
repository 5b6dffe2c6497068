// SPDX-License-Identifier: GPL-2.0-or-later
// What a bisection searches for: mismatches of one kind. Mismatches of other kinds are
// other faults.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "record/cell.h"
#include "record/driver.h"
#include "record/mismatch.h"
#include "record/status.h"

namespace ct {

struct Fault {
    std::string driver; // empty where no driver was involved
    std::vector<What> what;
    bool injected = false; // on request

    // It is in a user thread's register, and no driver's.
    [[nodiscard]] bool in_register() const;
    // The same driver, and at least one of the same things wrong.
    [[nodiscard]] bool covers(const Mismatch &record) const;
    // "cbc-aes-aesni: text wrong", "registers of user threads changed"
    [[nodiscard]] std::string text() const;
    // What its chances are counted in: "operations of cbc-aes-aesni", "checks of registers"
    [[nodiscard]] std::string chances() const;
};

[[nodiscard]] Fault fault_of(const Mismatch &record);

// The chances that the fault had in a run so far: operations of its driver, checks of
// registers, comparisons of the reference. cells: needed where the run has other drivers;
// see needs_cells().
[[nodiscard]] std::uint64_t chances_in(const Fault &fault, const Status &status,
                                       const std::vector<Driver> &drivers,
                                       const std::vector<Cell> &cells);
[[nodiscard]] bool needs_cells(const Fault &fault, const Status &status);

} // namespace ct
