// SPDX-License-Identifier: GPL-2.0-or-later
// The whole packet in addition to the first record of each kind, so that the result can
// be computed again without this program.
#pragma once

#include <cstddef>
#include <optional>

#include "record/mismatch.h"
#include "report/quota.h"

namespace ct {

// Nothing for a register, and for a record that does not fit what its seed makes.
[[nodiscard]] std::optional<PacketBytes> packet_bytes(const Mismatch &record);

class Wholes {
public:
    static constexpr std::size_t most = 200; // of at most 60 KB each

    // The next record of the run.
    void complete(Mismatch &record);

private:
    Kinds kinds_{most};
};

} // namespace ct
