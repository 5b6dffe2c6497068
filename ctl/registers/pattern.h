// SPDX-License-Identifier: GPL-2.0-or-later
// What exercisers put into their registers: values that name their owner
// wherever they turn up.
//
// A lane of 16 bytes: magic "CTEX", thread (its highest bit: the thread's signal
// handler), epoch, register, lane, and a check over them; with all bits inverted
// in odd epochs, so that every bit takes both values. x87 and mask registers are
// too short for all of it, and say their thread modulo 4096. MXCSR and x87
// control have but a few bits, which follow from thread and epoch.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "registers/registers.h"

namespace ct {

enum class Bank { Vector, Mask, X87 };

// The thread that fills registers, and which time.
struct Author {
    std::uint32_t thread = 0;
    bool handler = false; // not the thread itself, but its signal handler
    std::uint64_t epoch = 0;
};

// What a value says.
struct Tag {
    Bank bank = Bank::Vector;
    unsigned number = 0;      // of the register
    unsigned lane = 0;        // of a vector register, from the lowest
    std::uint32_t thread = 0; // modulo tag_threads unless it is a vector register
    bool handler = false;
    std::uint32_t epoch = 0; // its low 32 bits

    // "xmm3", "ymm3", "zmm3" by the lane; "k1", "st0".
    [[nodiscard]] std::string register_name() const;
};

inline constexpr std::uint32_t tag_threads = 4096;

// All registers of the sets; the image must be sets.size long and zero where
// nothing of them lies.
void fill(Image image, const RegisterSets &sets, const Author &author);

// Of the author's own epoch; not initial values, and legal with every mask.
[[nodiscard]] std::uint32_t mxcsr_of(const Author &author, std::uint32_t mxcsr_mask);
[[nodiscard]] std::uint16_t fcw_of(const Author &author);

// A value of lane_size, mask_size or st_size bytes; nothing if it is no pattern.
[[nodiscard]] std::optional<Tag> read_tag(ConstImage value);

} // namespace ct
