// SPDX-License-Identifier: GPL-2.0-or-later
// Parts of held_out_mechanisms().
#pragma once

#include <vector>

#include "mechanisms/mechanism.h"

namespace ct::test {

[[nodiscard]] std::vector<Mechanism> held_driver_mechanisms();
[[nodiscard]] std::vector<Mechanism> held_hardware_mechanisms();

} // namespace ct::test
