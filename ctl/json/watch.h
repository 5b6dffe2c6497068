// SPDX-License-Identifier: GPL-2.0-or-later
// A watch over a live host's ESP as JSON objects.
#pragma once

#include "watch/report.h"
#include "json/object.h"

namespace ct {

[[nodiscard]] Object watch_progress_object(const WatchProgress &progress);
// Without its bytes: payload is of no use to who reads a verdict.
[[nodiscard]] Object watch_finding_object(const WatchFinding &finding);
[[nodiscard]] Object watch_report_object(const WatchReport &report);

} // namespace ct
