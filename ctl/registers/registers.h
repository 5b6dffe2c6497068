// SPDX-License-Identifier: GPL-2.0-or-later
// Which vector registers a CPU has, and where they lie in a memory image. An
// image has XSAVE's standard format; without XSAVE, that of FXSAVE, which is
// the beginning of the same.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace ct {

// State components, by their bits in XCR0.
namespace component {
inline constexpr std::uint64_t x87 = 1U << 0;
inline constexpr std::uint64_t sse = 1U << 1;
inline constexpr std::uint64_t ymm = 1U << 2;      // upper halves of YMM0-15
inline constexpr std::uint64_t opmask = 1U << 5;   // k0-7
inline constexpr std::uint64_t zmm_high = 1U << 6; // upper halves of ZMM0-15
inline constexpr std::uint64_t hi16_zmm = 1U << 7; // ZMM16-31
inline constexpr std::uint64_t avx512 = opmask | zmm_high | hi16_zmm;
} // namespace component

// Offsets in every image.
namespace place {
inline constexpr std::size_t fcw = 0;
inline constexpr std::size_t fsw = 2;
inline constexpr std::size_t ftw = 4; // one byte, a bit for each register in use
inline constexpr std::size_t mxcsr = 24;
inline constexpr std::size_t mxcsr_mask = 28;
inline constexpr std::size_t st = 32; // 16 bytes apart
inline constexpr std::size_t xmm = 160;
inline constexpr std::size_t xstate_bv = 512; // which components are not initial
} // namespace place

inline constexpr std::size_t legacy_size = 512;
inline constexpr std::size_t image_size_max = 4096;
inline constexpr std::size_t st_size = 10;
inline constexpr std::size_t st_step = 16;
inline constexpr std::size_t lane_size = 16; // of an XMM register
inline constexpr std::size_t mask_size = 8;  // of k0-7
inline constexpr unsigned eight = 8;         // x87 and mask registers

// The state that a thread begins with.
namespace initial {
inline constexpr std::uint16_t fcw = 0x037f;
inline constexpr std::uint16_t fsw = 0;
inline constexpr std::uint8_t ftw = 0;
inline constexpr std::uint32_t mxcsr = 0x1f80;
} // namespace initial

// What CPUID, XGETBV and FXSAVE say.
struct CpuFacts {
    struct Area {
        std::size_t size = 0;
        std::size_t offset = 0;
    };
    bool osxsave = false;        // XSAVE is there and the kernel uses it
    std::uint64_t xcr0 = 0;      // with osxsave only
    std::array<Area, 8> areas{}; // by component: CPUID leaf 0xd
    bool avx512bw = false;       // k0-7 have 64 bits, not 16
    std::uint32_t mxcsr_mask = 0;
};

struct RegisterSets {
    std::uint64_t mask = 0; // components for XSAVE; 0: FXSAVE
    std::uint32_t mxcsr_mask = 0;
    std::size_t size = legacy_size; // of an image
    std::size_t ymm = 0;            // offsets; 0 where absent
    std::size_t opmask = 0;
    std::size_t zmm_high = 0;
    std::size_t hi16_zmm = 0;
    bool wide_masks = false; // k0-7 have 64 bits

    [[nodiscard]] bool xsave() const { return mask != 0; }
    // "x87, YMM0-15"
    [[nodiscard]] std::string text() const;
};

[[nodiscard]] CpuFacts facts_of_this_cpu();
[[nodiscard]] RegisterSets make_register_sets(const CpuFacts &facts);

using Image = std::span<std::byte>;
using ConstImage = std::span<const std::byte>;

} // namespace ct
