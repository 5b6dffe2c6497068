// SPDX-License-Identifier: GPL-2.0-or-later
// Which known bugs this machine has, by version. Distributions take fixes over, so a range
// of versions is a hint and not a proof.
#pragma once

#include <string>

#include "facts/release.h"
#include "facts/source.h"
#include "judge/host.h"
#include "judge/known_bug.h"
#include "record/examination.h"

namespace ct {

enum class Applies {
    No,
    Perhaps, // the release does not contain its stable version
    Yes,
};

[[nodiscard]] Applies applies(const KnownBug &bug, const Release &release);

// The first release from that one on that has none of the kernel's bugs that are worth a
// warning: what may be advised.
[[nodiscard]] KernelVersion free_of_bugs(KernelVersion version);

// What decides where a bug can strike.
struct Surroundings {
    const Host &host;
    bool pipapo = false;     // nf_tables is loaded
    bool cryptd = false;     // is there, or a run will load it
    bool pcrypt = false;     // the same
    std::string zfs_version; // empty when it is not loaded
};

[[nodiscard]] Surroundings read_surroundings(const Source &source, const Host &host);

void report_known_bugs(const Surroundings &surroundings, Findings &findings);

} // namespace ct
