// SPDX-License-Identifier: GPL-2.0-or-later
// A watch over a live host's ESP as text.
#pragma once

#include <string>

#include "watch/report.h"

namespace ct {

// "0:07 of 1:00, 0 wrong, 1,234 opened, 600 compared with what was delivered, 3 SAs"
[[nodiscard]] std::string watch_progress_text(const WatchProgress &progress);
// One line without its end: who made it wrong, on which CPU, the SA, the packet.
[[nodiscard]] std::string watch_finding_line(const WatchFinding &finding);
// What follows "CLEAN: ".
[[nodiscard]] std::string watch_sentence(const WatchReport &report);
// The verdict first, then what it rests on; ends with a line feed.
[[nodiscard]] std::string watch_report_text(const WatchReport &report, bool colour);

} // namespace ct
