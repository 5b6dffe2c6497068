// SPDX-License-Identifier: GPL-2.0-or-later
// Errata of CPUs that damage registers or results.
#pragma once

#include "cpu/cpu.h"
#include "facts/release.h"
#include "record/examination.h"

namespace ct {

void report_errata(const Cpus &cpus, bool guest, const Release &release, Findings &findings);

} // namespace ct
