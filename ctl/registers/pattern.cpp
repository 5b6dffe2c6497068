// SPDX-License-Identifier: GPL-2.0-or-later
#include "registers/pattern.h"

#include <cstring>

#include <fmt/format.h>

namespace ct {

namespace {

constexpr std::uint32_t lane_magic = 0x58455443; // "CTEX"
constexpr std::uint32_t handler_bit = 1U << 31U;
constexpr unsigned registers_max = 32;
constexpr unsigned lanes_max = 4;

struct Lane {
    std::uint32_t magic;
    std::uint32_t thread;
    std::uint32_t epoch;
    std::uint8_t number;
    std::uint8_t lane;
    std::uint16_t check;
};
static_assert(sizeof(Lane) == lane_size);

// Murmur's finalizer: every bit in changes half of the bits out.
constexpr std::uint32_t mix(std::uint32_t value)
{
    value ^= value >> 16U;
    value *= 0x85ebca6bU;
    value ^= value >> 13U;
    value *= 0xc2b2ae35U;
    return value ^ (value >> 16U);
}

std::uint16_t check_of(const Lane &lane)
{
    const std::uint32_t place = (static_cast<std::uint32_t>(lane.number) << 8U) | lane.lane;
    return static_cast<std::uint16_t>(mix(mix(lane.epoch ^ lane.thread) + place));
}

template <typename Number> void put(Image image, std::size_t offset, Number value)
{
    std::memcpy(image.data() + offset, &value, sizeof(value));
}

template <typename Number> Number get(ConstImage image, std::size_t offset)
{
    Number value = 0;
    std::memcpy(&value, image.data() + offset, sizeof(value));
    return value;
}

constexpr bool odd(std::uint64_t epoch)
{
    return (epoch & 1U) != 0;
}

void put_lane(Image image, std::size_t offset, const Author &author, unsigned number,
              unsigned lane)
{
    Lane value{lane_magic,
               author.thread | (author.handler ? handler_bit : 0),
               static_cast<std::uint32_t>(author.epoch),
               static_cast<std::uint8_t>(number),
               static_cast<std::uint8_t>(lane),
               0};
    value.check = check_of(value);
    std::array<std::uint64_t, 2> words{};
    std::memcpy(words.data(), &value, sizeof(value));
    const std::uint64_t invert = odd(author.epoch) ? ~0ULL : 0;
    put(image, offset, words[0] ^ invert);
    put(image, offset + sizeof(invert), words[1] ^ invert);
}

// Magic 16 bits, thread 12, register 3, handler 1, epoch 32.
constexpr std::uint64_t mask_magic = 0xc7e5;

std::uint64_t mask_value(const Author &author, unsigned number, bool wide)
{
    const std::uint64_t value =
        (mask_magic << 48U) | (static_cast<std::uint64_t>(author.thread % tag_threads) << 36U) |
        (static_cast<std::uint64_t>(number) << 33U) |
        (static_cast<std::uint64_t>(author.handler) << 32U) |
        static_cast<std::uint32_t>(author.epoch);
    constexpr std::uint32_t narrow = 0xffff;
    // 16 bits are too few to name an owner.
    if (!wide)
        return (mix(static_cast<std::uint32_t>(value) ^ (number << 24U) ^ author.thread) &
                narrow) |
               1U;
    return odd(author.epoch) ? ~value : value;
}

std::optional<Tag> read_mask(std::uint64_t value)
{
    if ((value >> 48U) != mask_magic)
        value = ~value;
    if ((value >> 48U) != mask_magic)
        return std::nullopt;
    Tag tag;
    tag.bank = Bank::Mask;
    tag.thread = static_cast<std::uint32_t>(value >> 36U) % tag_threads;
    tag.number = static_cast<unsigned>(value >> 33U) % eight;
    tag.handler = ((value >> 32U) & 1U) != 0;
    tag.epoch = static_cast<std::uint32_t>(value);
    return tag;
}

// Normal numbers: the highest bit of the mantissa set, the exponent neither zero
// nor all ones. Exponent: thread and handler; mantissa: 1, magic 12 bits,
// register 3, zero 16, epoch 32; sign: of an odd epoch.
constexpr std::uint64_t st_magic = 0xe5c;
constexpr std::uint32_t st_exponent = 0x1000;
constexpr std::uint32_t st_handler = 0x2000;
constexpr std::uint32_t st_sign = 0x8000;

void put_st(Image image, std::size_t offset, const Author &author, unsigned number)
{
    const std::uint64_t mantissa = (1ULL << 63U) | (st_magic << 51U) |
                                   (static_cast<std::uint64_t>(number) << 48U) |
                                   static_cast<std::uint32_t>(author.epoch);
    const std::uint32_t head = (author.thread % tag_threads) | st_exponent |
                               (author.handler ? st_handler : 0) |
                               (odd(author.epoch) ? st_sign : 0);
    put(image, offset, mantissa);
    put(image, offset + sizeof(mantissa), static_cast<std::uint16_t>(head));
}

std::optional<Tag> read_st(ConstImage value)
{
    const auto mantissa = get<std::uint64_t>(value, 0);
    const auto head = get<std::uint16_t>(value, sizeof(mantissa));
    constexpr std::uint64_t first_bits = (1ULL << 12U) | st_magic;
    if ((mantissa >> 51U) != first_bits || (head & 0x5000U) != st_exponent)
        return std::nullopt;
    Tag tag;
    tag.bank = Bank::X87;
    tag.thread = head % tag_threads;
    tag.number = static_cast<unsigned>(mantissa >> 48U) % eight;
    tag.handler = (head & st_handler) != 0;
    tag.epoch = static_cast<std::uint32_t>(mantissa);
    return tag;
}

std::optional<Tag> read_lane(ConstImage value)
{
    std::array<std::uint64_t, 2> words{get<std::uint64_t>(value, 0),
                                       get<std::uint64_t>(value, sizeof(std::uint64_t))};
    Lane lane{};
    const auto fits = [&] {
        std::memcpy(&lane, words.data(), sizeof(lane));
        return lane.magic == lane_magic && lane.number < registers_max &&
               lane.lane < lanes_max && lane.check == check_of(lane);
    };
    if (!fits()) {
        words = {~words[0], ~words[1]};
        if (!fits())
            return std::nullopt;
    }
    return Tag{Bank::Vector,
               lane.number,
               lane.lane,
               lane.thread & ~handler_bit,
               (lane.thread & handler_bit) != 0,
               lane.epoch};
}

std::uint32_t few_bits(const Author &author, std::uint32_t salt)
{
    return mix(mix(static_cast<std::uint32_t>(author.epoch) + salt) ^
               (author.thread | (author.handler ? handler_bit : 0)));
}

} // namespace

std::string Tag::register_name() const
{
    if (bank == Bank::Mask)
        return fmt::format("k{}", number);
    if (bank == Bank::X87)
        return fmt::format("st{}", number);
    if (lane > 1 || number >= 16)
        return fmt::format("zmm{}", number);
    return fmt::format("{}mm{}", lane == 0 ? 'x' : 'y', number);
}

std::uint32_t mxcsr_of(const Author &author, std::uint32_t mxcsr_mask)
{
    // All exceptions masked; flags, rounding, and the treatment of denormals vary.
    constexpr std::uint32_t varied = 0xe07f;
    const std::uint32_t value = (initial::mxcsr | (few_bits(author, 1) & varied)) & mxcsr_mask;
    return value != initial::mxcsr ? value : value | 1U;
}

std::uint16_t fcw_of(const Author &author)
{
    // All exceptions masked; precision 24, 53 or 64 bits (1 is reserved).
    constexpr std::array<std::uint16_t, 3> precisions{0x000, 0x200, 0x300};
    constexpr std::uint16_t masks = 0x007f;
    constexpr unsigned rounding_shift = 10;
    const std::uint32_t bits = few_bits(author, 2);
    const std::uint32_t rounding = (bits >> 8U) % 4;
    const auto value = static_cast<std::uint16_t>(
        masks | precisions.at(bits % precisions.size()) | (rounding << rounding_shift));
    return value != initial::fcw ? value
                                 : static_cast<std::uint16_t>(value | 1U << rounding_shift);
}

void fill(Image image, const RegisterSets &sets, const Author &author)
{
    // The top of the x87 stack and the condition bits; no exceptions.
    constexpr std::uint32_t fsw_varied = 0x7f00;
    put(image, place::fcw, fcw_of(author));
    put(image, place::fsw, static_cast<std::uint16_t>(few_bits(author, 3) & fsw_varied));
    put(image, place::ftw, std::uint8_t{0xff});
    put(image, place::mxcsr, mxcsr_of(author, sets.mxcsr_mask));
    for (unsigned number = 0; number < eight; ++number)
        put_st(image, place::st + number * st_step, author, number);

    for (unsigned number = 0; number < 16; ++number) {
        put_lane(image, place::xmm + number * lane_size, author, number, 0);
        if (sets.ymm != 0)
            put_lane(image, sets.ymm + number * lane_size, author, number, 1);
        if (sets.zmm_high != 0)
            for (unsigned lane = 2; lane < lanes_max; ++lane)
                put_lane(image, sets.zmm_high + (number * 2 + lane - 2) * lane_size, author,
                         number, lane);
        if (sets.hi16_zmm != 0)
            for (unsigned lane = 0; lane < lanes_max; ++lane)
                put_lane(image, sets.hi16_zmm + (number * lanes_max + lane) * lane_size, author,
                         number + 16, lane);
    }
    if (sets.opmask != 0)
        for (unsigned number = 0; number < eight; ++number)
            put(image, sets.opmask + number * mask_size,
                mask_value(author, number, sets.wide_masks));
    if (sets.xsave())
        put(image, place::xstate_bv, sets.mask);
}

std::optional<Tag> read_tag(ConstImage value)
{
    switch (value.size()) {
    case lane_size:
        return read_lane(value);
    case mask_size:
        return read_mask(get<std::uint64_t>(value, 0));
    case st_size:
        return read_st(value);
    default:
        return std::nullopt;
    }
}

} // namespace ct
