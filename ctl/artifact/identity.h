// SPDX-License-Identifier: GPL-2.0-or-later
// The machine that a run was on.
#pragma once

#include "artifact/members.h"
#include "record/identity.h"

namespace ct {

[[nodiscard]] HostIdentity read_identity(Members &host);

} // namespace ct
