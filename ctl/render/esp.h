// SPDX-License-Identifier: GPL-2.0-or-later
// A run over real tunnels as text.
#pragma once

#include <string>

#include "esp/report.h"

namespace ct {

// "0:07 of 1:00, 1,234 encapsulations, 1,230 decapsulations, 0 wrong; 12 of 432 combinations"
[[nodiscard]] std::string esp_progress_text(const EspProgress &progress);
// "3: encapsulation on CPU 1 by a, natt-transport, IPv4, ...", one line without its end.
[[nodiscard]] std::string esp_finding_line(const EspFinding &finding);
// What follows "CLEAN: ".
[[nodiscard]] std::string esp_sentence(const EspReport &report);
// The verdict first, then what it rests on; ends with a line feed.
[[nodiscard]] std::string esp_report_text(const EspReport &report, bool colour);

} // namespace ct
