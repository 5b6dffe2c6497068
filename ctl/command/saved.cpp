// SPDX-License-Identifier: GPL-2.0-or-later
#include "command/saved.h"

#include <fmt/format.h>

#include "record/quantity.h"

namespace ct {

void tell_saved(const Environment &environment, Renderer &renderer, const SavedRun &saved)
{
    for (const std::string &warning : saved.warnings)
        renderer.message(warning);
    if (!saved.program.empty() && saved.program != environment.program)
        renderer.message(
            fmt::format("cryptorture {} wrote this; {} may put it into other words",
                        printable(saved.program), environment.program));
    if (saved.left_out > 0)
        renderer.message(fmt::format("{} more were counted, but not written down",
                                     plural(saved.left_out, "record", "records")));
    if (saved.error)
        renderer.message(
            fmt::format("when it was written: {}", printable(saved.error->sentence())));
}

} // namespace ct
