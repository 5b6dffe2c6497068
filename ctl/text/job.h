// SPDX-License-Identifier: GPL-2.0-or-later
// Work of the module that somebody waits for, in words.
#pragma once

#include <string>

#include "record/job.h"

namespace ct {

// "looking for drivers: 23 of 51, testing cbc-aes-aesni"
[[nodiscard]] std::string job_text(const JobProgress &progress);

} // namespace ct
