// SPDX-License-Identifier: GPL-2.0-or-later
// The record of one failure, from its line.
#pragma once

#include "artifact/members.h"
#include "record/mismatch.h"

namespace ct {

[[nodiscard]] Mismatch read_mismatch(const Parsed &line, Complaint &complaint);

} // namespace ct
