// SPDX-License-Identifier: GPL-2.0-or-later
// A run over real tunnels as JSON objects.
#pragma once

#include "esp/report.h"
#include "json/object.h"

namespace ct {

[[nodiscard]] Object esp_progress_object(const EspProgress &progress);
[[nodiscard]] Object esp_finding_object(const EspFinding &finding);
[[nodiscard]] Object esp_report_object(const EspReport &report);

} // namespace ct
