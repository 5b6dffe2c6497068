// SPDX-License-Identifier: GPL-2.0-or-later
// A folder with the report of a run: report.txt and report.jsonl.
#pragma once

#include <memory>
#include <string>

#include "record/error.h"
#include "render/renderer.h"

namespace ct {

// Makes the folder if need be; errors tell why it cannot be written into.
[[nodiscard]] Result<std::unique_ptr<Renderer>> make_folder(const std::string &path);

} // namespace ct
