// SPDX-License-Identifier: GPL-2.0-or-later
// AES rounds undone: at which of them a wrong block parted from the right one.
// The rounds themselves are the reference's, taken one at a time.
#pragma once

#include <vector>

#include "damage/packet.h"

namespace ct {

// The instruction that works on the block.
enum class Way { Encrypt, Decrypt };

// The register after that many rounds: at place 0 what round 1 begins with, at the
// last place what comes out. In the order of aesenc, or of aesdec.
using Chain = std::vector<Block>;

// The states that an output has come through.
[[nodiscard]] Chain undo_rounds(const yt_aes &aes, Way way, const Block &output);
// What comes out of the state after so many rounds.
[[nodiscard]] Block finish_rounds(const yt_aes &aes, Way way, Block state, unsigned rounds);
// Round key of that place in the chain.
[[nodiscard]] Block round_key(const yt_aes &aes, Way way, unsigned round);
[[nodiscard]] Block encrypted(const yt_aes &aes, const Block &block);
[[nodiscard]] Block decrypted(const yt_aes &aes, const Block &block);

enum class Extent {
    FewBits, // a datapath fault: by chance once in 10^20 blocks
    Part,    // half of the register or less
    Whole,   // at every round all is different: the register was replaced
};

// Where two chains are nearest to each other.
struct EntryPoint {
    Extent extent = Extent::Whole;
    unsigned round = 0; // rounds that were done right; of no meaning with Whole
    unsigned bits = 0;  // that differ there
    unsigned bytes = 0;
    unsigned byte = 0; // the first of them
    unsigned bit = 0;  // the first in it
};

[[nodiscard]] unsigned bits_of(const Block &difference);
[[nodiscard]] EntryPoint find_entry(const Chain &expected, const Chain &actual);

} // namespace ct
