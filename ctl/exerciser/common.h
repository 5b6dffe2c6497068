// SPDX-License-Identifier: GPL-2.0-or-later
// What the threads of a pool share. It outlives all of them.
#pragma once

#include <optional>
#include <vector>

#include "exerciser/notes.h"
#include "exerciser/schedule.h"
#include "process/mover.h"
#include "process/successor.h"
#include "registers/mapping.h"
#include "registers/registers.h"
#include "registers/stop_word.h"

namespace ct {

struct Common {
    RegisterSets sets;
    Mixture mixture;
    std::uint32_t load = 0; // per mille
    std::vector<std::uint32_t> cpus;
    bool membarrier = false; // is to be had
    Mapping page;            // all threads read it, and take it away
    std::optional<Successor> successor;
    StopWord stop;
    Notes notes;
    Mover mover;
};

} // namespace ct
