// SPDX-License-Identifier: GPL-2.0-or-later
#include "registers/compare.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

namespace ct {

namespace {

constexpr unsigned sixteen = 16; // XMM and YMM registers

struct Area {
    std::size_t offset;
    std::size_t size;
};

std::array<Area, 4> extended(const RegisterSets &sets)
{
    constexpr std::size_t xmm_size = sixteen * lane_size;
    return {{{sets.ymm, xmm_size},
             {sets.opmask, eight * mask_size},
             {sets.zmm_high, 2 * xmm_size},
             {sets.hi16_zmm, 4 * xmm_size}}};
}

bool differs(ConstImage expected, ConstImage actual, std::size_t offset, std::size_t size)
{
    return std::memcmp(expected.data() + offset, actual.data() + offset, size) != 0;
}

// Collects one register, lane by lane.
class Collector {
public:
    Collector(ConstImage expected, ConstImage actual) : expected_(expected), actual_(actual) {}

    void one(std::string name, std::size_t offset, std::size_t size)
    {
        if (!differs(expected_, actual_, offset, size))
            return;
        Difference difference;
        difference.name = std::move(name);
        append(difference, offset, size);
        list_.push_back(std::move(difference));
    }

    // parts: from the lowest bytes up; the register's name goes by how many of
    // them it takes to reach the last changed one.
    struct Part {
        char letter;
        std::size_t offset;
        std::size_t size;
    };
    void nested(std::size_t number, std::span<const Part> parts)
    {
        std::size_t reach = 0;
        for (std::size_t place = 0; place < parts.size(); ++place)
            if (parts[place].offset != 0 &&
                differs(expected_, actual_, parts[place].offset, parts[place].size))
                reach = place + 1;
        if (reach == 0)
            return;
        Difference difference;
        difference.name = fmt::format("{}mm{}", parts[reach - 1].letter, number);
        for (const Part &part : parts.first(reach))
            append(difference, part.offset, part.size);
        list_.push_back(std::move(difference));
    }

    std::vector<Difference> take() { return std::move(list_); }

private:
    void append(Difference &difference, std::size_t offset, std::size_t size) const
    {
        const auto add = [&](std::vector<std::uint8_t> &to, ConstImage from) {
            const auto *const start =
                reinterpret_cast<const std::uint8_t *>(from.data() + offset);
            to.insert(to.end(), start, start + size);
        };
        add(difference.expected, expected_);
        add(difference.actual, actual_);
    }

    ConstImage expected_;
    ConstImage actual_;
    std::vector<Difference> list_;
};

template <typename Number> bool holds(const Difference &difference, Number value)
{
    return difference.actual.size() == sizeof(value) &&
           std::memcmp(difference.actual.data(), &value, sizeof(value)) == 0;
}

bool is_initial(const Difference &difference)
{
    if (difference.name == "mxcsr")
        return holds(difference, initial::mxcsr);
    if (difference.name == "fcw")
        return holds(difference, initial::fcw);
    // Lanes that did not change say nothing.
    const std::size_t step =
        difference.actual.size() % lane_size == 0 ? lane_size : difference.actual.size();
    for (std::size_t offset = 0; offset < difference.actual.size(); offset += step) {
        const auto *const lane = difference.actual.data() + offset;
        if (std::memcmp(difference.expected.data() + offset, lane, step) != 0 &&
            std::any_of(lane, lane + step, [](std::uint8_t byte) { return byte != 0; }))
            return false;
    }
    return true;
}

// A lane at a time; the whole of a register that has no lanes.
std::optional<Tag> foreign_tag(const Difference &difference)
{
    const auto bytes = std::as_bytes(std::span(difference.actual));
    if (bytes.size() % lane_size != 0)
        return read_tag(bytes);
    for (std::size_t offset = 0; offset < bytes.size(); offset += lane_size) {
        if (std::memcmp(difference.expected.data() + offset, bytes.data() + offset,
                        lane_size) == 0)
            continue;
        if (auto tag = read_tag(bytes.subspan(offset, lane_size)))
            return tag;
    }
    return std::nullopt;
}

std::string_view bare_number(std::string_view name)
{
    return name.substr(std::min(name.find_first_of("0123456789"), name.size()));
}

std::string words_of(const Tag &tag, const Difference &difference, const Author &self)
{
    const std::uint32_t self_thread =
        tag.bank == Bank::Vector ? self.thread : self.thread % tag_threads;
    const bool own = tag.thread == self_thread;
    const std::string name = tag.register_name();
    if (tag.handler)
        return own ? fmt::format("{} of its own signal handler", name)
                   : fmt::format("{} of the signal handler of exerciser {}", name, tag.thread);
    if (!own)
        return fmt::format("{} of exerciser {}, epoch {}", name, tag.thread, tag.epoch);

    const std::uint32_t age = static_cast<std::uint32_t>(self.epoch) - tag.epoch;
    const bool here = bare_number(name) == bare_number(difference.name);
    const std::string what =
        here ? "its own value" : fmt::format("{} of the same exerciser", name);
    if (age == 0)
        return here ? "its own value, out of place" : what;
    return fmt::format("{} of {} epoch{} before", what, age, age == 1 ? "" : "s");
}

// Registers of few bits can only be compared with what they held before.
bool is_previous(const Difference &difference, const Author &self, const RegisterSets &sets)
{
    if (self.epoch == 0)
        return false;
    Author before = self;
    --before.epoch;
    return (difference.name == "mxcsr" &&
            holds(difference, mxcsr_of(before, sets.mxcsr_mask))) ||
           (difference.name == "fcw" && holds(difference, fcw_of(before)));
}

} // namespace

void settle(Image image, const RegisterSets &sets)
{
    if (!sets.xsave())
        return;
    std::uint64_t present = 0;
    std::memcpy(&present, image.data() + place::xstate_bv, sizeof(present));
    const auto clear = [&](std::size_t offset, std::size_t size) {
        if (offset != 0)
            std::memset(image.data() + offset, 0, size);
    };
    if ((present & component::x87) == 0) {
        clear(place::st, eight * st_step);
        std::memcpy(image.data() + place::fcw, &initial::fcw, sizeof(initial::fcw));
        std::memcpy(image.data() + place::fsw, &initial::fsw, sizeof(initial::fsw));
        std::memcpy(image.data() + place::ftw, &initial::ftw, sizeof(initial::ftw));
    }
    // MXCSR is written in any case.
    if ((present & component::sse) == 0)
        clear(place::xmm, sixteen * lane_size);
    const auto areas = extended(sets);
    constexpr std::array<std::uint64_t, 4> bits{component::ymm, component::opmask,
                                                component::zmm_high, component::hi16_zmm};
    for (std::size_t number = 0; number < areas.size(); ++number)
        if ((present & bits.at(number)) == 0)
            clear(areas.at(number).offset, areas.at(number).size);
}

bool same(ConstImage expected, ConstImage actual, const RegisterSets &sets)
{
    // Control, status and tag word; what follows in the image is of the last
    // x87 instruction, and CPUs differ about when they write it.
    constexpr std::size_t x87_words = 5;
    if (differs(expected, actual, place::fcw, x87_words) ||
        differs(expected, actual, place::mxcsr, sizeof(initial::mxcsr)) ||
        differs(expected, actual, place::xmm, sixteen * lane_size))
        return false;
    for (std::size_t number = 0; number < eight; ++number)
        if (differs(expected, actual, place::st + number * st_step, st_size))
            return false;
    const auto areas = extended(sets);
    return std::none_of(areas.begin(), areas.end(), [&](const Area &area) {
        return area.offset != 0 && differs(expected, actual, area.offset, area.size);
    });
}

std::vector<Difference> compare(ConstImage expected, ConstImage actual,
                                const RegisterSets &sets)
{
    Collector collector(expected, actual);
    for (std::size_t number = 0; number < sixteen; ++number)
        collector.nested(
            number, std::array<Collector::Part, 3>{
                        {{'x', place::xmm + number * lane_size, lane_size},
                         {'y', sets.ymm == 0 ? 0 : sets.ymm + number * lane_size, lane_size},
                         {'z', sets.zmm_high == 0 ? 0 : sets.zmm_high + number * 2 * lane_size,
                          2 * lane_size}}});
    if (sets.hi16_zmm != 0)
        for (std::size_t number = 0; number < sixteen; ++number)
            collector.one(fmt::format("zmm{}", number + sixteen),
                          sets.hi16_zmm + number * 4 * lane_size, 4 * lane_size);
    if (sets.opmask != 0)
        for (std::size_t number = 0; number < eight; ++number)
            collector.one(fmt::format("k{}", number), sets.opmask + number * mask_size,
                          mask_size);
    for (std::size_t number = 0; number < eight; ++number)
        collector.one(fmt::format("st{}", number), place::st + number * st_step, st_size);
    collector.one("mxcsr", place::mxcsr, sizeof(initial::mxcsr));
    collector.one("fcw", place::fcw, sizeof(initial::fcw));
    collector.one("fsw", place::fsw, sizeof(initial::fsw));
    collector.one("ftw", place::ftw, sizeof(initial::ftw));
    return collector.take();
}

std::string owner_of(const Difference &difference, const Author &self, const RegisterSets &sets)
{
    std::string text;
    if (is_initial(difference))
        text = "the initial state";
    else if (is_previous(difference, self, sets))
        text = "its own value of 1 epoch before";
    else if (const auto tag = foreign_tag(difference))
        text = words_of(*tag, difference, self);
    if (text.size() > owner_max)
        text.resize(owner_max);
    return text;
}

} // namespace ct
