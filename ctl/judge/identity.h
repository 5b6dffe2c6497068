// SPDX-License-Identifier: GPL-2.0-or-later
// The machine in short, to be kept with the results of a run.
#pragma once

#include "judge/host.h"
#include "record/identity.h"

namespace ct {

[[nodiscard]] HostIdentity identity_of(const Host &host);

} // namespace ct
