// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/saved.h"

#include <filesystem>

#include <fmt/format.h>

#include "artifact/lines.h"
#include "base/quantity.h"

namespace ct {

Result<SavedRun> read_saved(const std::string &what, const std::string &path)
{
    if (path.empty())
        return failure(ErrorKind::Usage, what, "no file or folder is named",
                       "name a folder that 'cryptorture run --out' wrote, or a file of its "
                       "'--json' lines");
    std::error_code code;
    return std::filesystem::is_directory(path, code) ? read_run(path) : read_lines(path);
}

void print_saved(const Environment &environment, Renderer &renderer, const SavedRun &saved)
{
    for (const std::string &warning : saved.warnings)
        renderer.message(warning);
    if (!saved.program.empty() && saved.program != environment.program)
        renderer.message(fmt::format("cryptorture {} wrote this; {} may word it differently",
                                     printable(saved.program), environment.program));
    if (saved.left_out > 0)
        renderer.message(fmt::format("{} more were counted, but not written down",
                                     plural(saved.left_out, "record", "records")));
    if (saved.error)
        renderer.message(
            fmt::format("when it was written: {}", printable(saved.error->sentence())));
}

} // namespace ct
