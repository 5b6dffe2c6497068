// SPDX-License-Identifier: GPL-2.0-or-later
// Records in one line each.
#pragma once

#include <string>

#include "record/mismatch.h"
#include "record/status.h"

namespace ct {

// "record 3: rfc4106-gcm-aesni, encrypt, task, CPU 1: text: 16 bytes ..."
[[nodiscard]] std::string mismatch_line(const Mismatch &record);

// "text, icv"
[[nodiscard]] std::string what_names(std::uint32_t bits);

// "every driver, in task+softirq, disturbed by timer+preempt, on CPUs 0-1"
[[nodiscard]] std::string setting_line(const Config &config);
// "every driver, task+softirq, disturbed by timer+preempt, CPUs 0-1, load 100%"
[[nodiscard]] std::string config_line(const Config &config);

} // namespace ct
