// SPDX-License-Identifier: GPL-2.0-or-later
// Two images of registers, side by side.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "registers/pattern.h"
#include "registers/registers.h"

namespace ct {

// A register with another value. Of ZMM0-15 the name is that of the narrowest
// register with all bytes that changed: "xmm3" if they are all in its 16 bytes,
// "ymm3" if they reach into the upper half of that, "zmm3" if beyond; and the
// values are those of the register of that name. ZMM16-31 are whole always.
// Besides these: "k1", "st0", "mxcsr", "fcw", "fsw", "ftw".
struct Difference {
    std::string name;
    std::vector<std::uint8_t> expected;
    std::vector<std::uint8_t> actual; // as many
};

// XSAVE need not write a component that is in its initial state, but marks it:
// makes the image hold that state.
void settle(Image image, const RegisterSets &sets);

// Nothing but the registers counts. Both are settled.
[[nodiscard]] bool same(ConstImage expected, ConstImage actual, const RegisterSets &sets);
[[nodiscard]] std::vector<Difference> compare(ConstImage expected, ConstImage actual,
                                              const RegisterSets &sets);

// The origin of the value found, in words; empty if unknown. self: the thread that filled
// the registers. At most owner_max characters.
inline constexpr std::size_t owner_max = 95;
[[nodiscard]] std::string owner_of(const Difference &difference, const Author &self,
                                   const RegisterSets &sets);

} // namespace ct
