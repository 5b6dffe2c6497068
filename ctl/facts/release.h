// SPDX-License-Identifier: GPL-2.0-or-later
// Which kernel runs.
#pragma once

#include <compare>
#include <string>

#include "facts/source.h"
#include "record/examination.h"

namespace ct {

struct KernelVersion {
    unsigned major = 0;
    unsigned minor = 0;
    unsigned patch = 0;

    // NOLINTNEXTLINE(modernize-use-nullptr): what the compiler makes of it is not ours
    friend auto operator<=>(const KernelVersion &, const KernelVersion &) = default;
    [[nodiscard]] std::string text() const;
};

struct Release {
    std::string release;    // uname -r
    std::string version;    // uname -v
    KernelVersion base;     // 0.0.0 when it cannot be read
    bool patch = false;     // base.patch is that of the stable series
    bool candidate = false; // an -rc
    bool real_time = false; // PREEMPT_RT

    [[nodiscard]] bool known() const { return base.major > 0; }
    [[nodiscard]] bool from(unsigned major, unsigned minor) const
    {
        return known() && base >= KernelVersion{major, minor, 0};
    }
};

[[nodiscard]] Release read_release(const Source &source);

void report_release(const Release &release, Findings &findings);

} // namespace ct
