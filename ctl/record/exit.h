// SPDX-License-Identifier: GPL-2.0-or-later
// What the program says to its caller.
#pragma once

#include "record/words.h"

namespace ct {

enum class ExitStatus : int {
    Clean = 0, // also: done, for commands that give no verdict
    Corrupt = 1,
    CouldNotRun = 2, // also: done, but not all of it could be written
    Inconclusive = 3,
    Interrupted = 130, // before a verdict could be had
};

[[nodiscard]] constexpr ExitStatus exit_status(Verdict verdict)
{
    switch (verdict) {
    case Verdict::Clean:
        return ExitStatus::Clean;
    case Verdict::Corrupt:
        return ExitStatus::Corrupt;
    case Verdict::Inconclusive:
        return ExitStatus::Inconclusive;
    case Verdict::None:
        break;
    }
    return ExitStatus::CouldNotRun;
}

// When something of it could not be written: an error, but none that hides a mismatch.
[[nodiscard]] constexpr ExitStatus after_loss(ExitStatus status)
{
    return status == ExitStatus::Clean || status == ExitStatus::Inconclusive
               ? ExitStatus::CouldNotRun
               : status;
}

} // namespace ct
