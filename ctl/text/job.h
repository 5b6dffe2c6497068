// SPDX-License-Identifier: GPL-2.0-or-later
// Progress of a job of the module, as text.
#pragma once

#include <string>

#include "record/job.h"

namespace ct {

// "looking for drivers: 23 of 51, testing cbc-aes-aesni"
[[nodiscard]] std::string job_text(const JobProgress &progress);

} // namespace ct
