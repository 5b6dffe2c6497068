// SPDX-License-Identifier: GPL-2.0-or-later
// A bug of a kernel, or of what runs with it, that has damaged crypto or registers: the
// releases that have it, and where it can strike.
#pragma once

#include <string_view>
#include <vector>

#include "facts/release.h"
#include "record/bug_class.h"
#include "record/examination.h"

namespace ct {

// Where a bug can occur.
enum class Where {
    Anywhere,
    XenHvm,
    Pipapo,
    Cryptd,
    Pcrypt,
    Amx,
    Zfs516, // OpenZFS with Linux 5.16 or later
    ZfsAmx,
    Candidate, // an -rc kernel
};

// Releases from the first until, but not including, the last. All of 0.0.0 is a first
// release that is older than every kernel that the module can be built for.
struct VersionRange {
    KernelVersion from;
    KernelVersion until;

    [[nodiscard]] bool has(const KernelVersion &version) const
    {
        return from <= version && version < until;
    }
};

struct KnownBug {
    std::string_view name;
    BugClass word = BugClass::FpuNested;
    Where where = Where::Anywhere;
    Level level = Level::Warning;
    std::vector<VersionRange> ranges; // ascending
    std::string_view source;
    std::string_view meaning;

    // Xen and OpenZFS have versions of their own: the ranges are theirs then.
    [[nodiscard]] bool by_kernel() const
    {
        return where != Where::XenHvm && where != Where::Zfs516 && where != Where::ZfsAmx;
    }
    [[nodiscard]] bool has(const KernelVersion &version) const;
};

[[nodiscard]] const std::vector<KnownBug> &known_bugs();

} // namespace ct
