// SPDX-License-Identifier: GPL-2.0-or-later
// A run from the lines that 'cryptorture run --json' gave, wherever they were kept.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "artifact/saved_run.h"
#include "base/error.h"

namespace ct {

// The last run of the text. Lines of other types and of other programs may lie between
// its own; those of records that cannot be read are left out, with a warning. Without
// a start, as 'cryptorture mismatches --json' has none, the records alone. Nothing where
// there is neither a record nor a verdict; an error where the run is of a format that this
// release does not know.
[[nodiscard]] Result<std::optional<SavedRun>> parse_lines(std::string_view text);
// Of a file.
[[nodiscard]] Result<SavedRun> read_lines(const std::string &path);

} // namespace ct
