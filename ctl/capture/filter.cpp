// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/filter.h"

#include <array>
#include <bit>
#include <cstddef>
#include <initializer_list>

#include <linux/filter.h>
#include <linux/if_packet.h>

namespace ct {

namespace {

enum class RingMark {
    Next,
    FirstExtension,
    SecondHeader,
    SecondExtension,
    Ip4,
    Protocol,
    Udp,
    Esp,
    Keep,
    Whole,
    Drop
};

// Instructions with marks in place of distances.
class RingProgram {
public:
    void add(unsigned code, std::uint32_t value)
    {
        lines_.push_back(
            {static_cast<std::uint16_t>(code), value, RingMark::Next, RingMark::Next});
    }
    void test(unsigned how, std::uint32_t value, RingMark yes, RingMark no)
    {
        lines_.push_back({static_cast<std::uint16_t>(BPF_JMP | BPF_K | how), value, yes, no});
    }
    void here(RingMark mark) { places_.at(static_cast<std::size_t>(mark)) = lines_.size(); }
    [[nodiscard]] std::vector<sock_filter> assemble() const
    {
        std::vector<sock_filter> program;
        for (const Line &line : lines_) {
            const std::size_t next = program.size() + 1;
            program.push_back(
                {line.code, distance(next, line.yes), distance(next, line.no), line.value});
        }
        return program;
    }

private:
    struct Line {
        std::uint16_t code;
        std::uint32_t value;
        RingMark yes;
        RingMark no;
    };
    [[nodiscard]] std::uint8_t distance(std::size_t next, RingMark mark) const
    {
        if (mark == RingMark::Next)
            return 0;
        return static_cast<std::uint8_t>(places_.at(static_cast<std::size_t>(mark)) - next);
    }

    std::vector<Line> lines_;
    std::array<std::size_t, static_cast<std::size_t>(RingMark::Drop) + 1> places_{};
};

constexpr unsigned ring_byte = BPF_LD | BPF_B | BPF_ABS;
constexpr unsigned ring_half = BPF_LD | BPF_H | BPF_ABS;
constexpr unsigned ring_half_behind = BPF_LD | BPF_H | BPF_IND; // the header's end in X
constexpr unsigned ring_word_behind = BPF_LD | BPF_W | BPF_IND;
constexpr std::uint32_t ring_whole = 0x40000;

// A is the protocol of the header at X, which is skipped if it is an extension header of IPv6.
void skip_extension(RingProgram &program, RingMark found, RingMark none)
{
    for (const std::uint32_t extension : {0U, 43U, 44U})
        program.test(BPF_JEQ, extension, found, RingMark::Next);
    program.test(BPF_JEQ, 60, found, none);
    program.here(found);
    program.add(BPF_LD | BPF_B | BPF_IND, 0);
    program.add(BPF_ST, 0);
    program.add(BPF_LD | BPF_B | BPF_IND, 1); // its length; of a fragment header 0
    // NOLINTNEXTLINE(misc-redundant-expression)
    program.add(BPF_ALU | BPF_ADD | BPF_K, 1);
    program.add(BPF_ALU | BPF_LSH | BPF_K, 3);
    program.add(BPF_ALU | BPF_ADD | BPF_X, 0);
    program.add(BPF_MISC | BPF_TAX, 0);
    program.add(BPF_LD | BPF_MEM, 0);
}

// A load beyond the end of the packet ends the program and drops it: so do keep-alives.
void let_esp_through(RingProgram &program, const RingOptions &options)
{
    program.test(BPF_JEQ, 4, RingMark::Ip4, RingMark::Next);
    program.test(BPF_JEQ, 6, RingMark::Next, RingMark::Drop);
    program.add(BPF_LDX | BPF_IMM, 40);
    program.add(ring_byte, 6);
    skip_extension(program, RingMark::FirstExtension, RingMark::SecondHeader);
    program.here(RingMark::SecondHeader);
    skip_extension(program, RingMark::SecondExtension, RingMark::Protocol);
    program.test(BPF_JGE, 0, RingMark::Protocol, RingMark::Protocol);

    program.here(RingMark::Ip4);
    program.add(ring_half, 6);
    program.test(BPF_JSET, 0x1fff, RingMark::Drop, RingMark::Next);
    program.add(BPF_LDX | BPF_B | BPF_MSH, 0);
    program.add(ring_byte, 9);

    program.here(RingMark::Protocol);
    program.test(BPF_JEQ, 50, RingMark::Esp, RingMark::Next);
    program.test(BPF_JEQ, 17, RingMark::Next, RingMark::Drop);
    program.add(ring_half_behind, 0);
    program.test(BPF_JEQ, options.natt_port, RingMark::Udp, RingMark::Next);
    program.add(ring_half_behind, 2);
    program.test(BPF_JEQ, options.natt_port, RingMark::Udp, RingMark::Drop);

    program.here(RingMark::Udp);
    program.add(BPF_MISC | BPF_TXA, 0);
    // NOLINTNEXTLINE(misc-redundant-expression)
    program.add(BPF_ALU | BPF_ADD | BPF_K, 8);
    program.add(BPF_MISC | BPF_TAX, 0);

    program.here(RingMark::Esp);
    program.add(ring_word_behind, 0);
    program.test(BPF_JGE, 256, RingMark::Next, RingMark::Drop); // no SPI below, and 0 marks IKE
    if (options.sample > 1) {
        program.add(ring_word_behind, 4);
        if (std::has_single_bit(options.sample))
            program.add(BPF_ALU | BPF_AND | BPF_K, options.sample - 1);
        else
            program.add(BPF_ALU | BPF_MOD | BPF_K, options.sample);
        program.test(BPF_JEQ, 0, RingMark::Keep, RingMark::Drop);
    }
}

} // namespace

std::vector<sock_filter> ring_filter(const RingOptions &options)
{
    RingProgram program;
    program.add(ring_byte, 0);
    program.add(BPF_ALU | BPF_RSH | BPF_K, 4);
    if (options.esp_only) {
        let_esp_through(program, options);
    } else {
        program.test(BPF_JEQ, 4, RingMark::Keep, RingMark::Next);
        program.test(BPF_JEQ, 6, RingMark::Keep, RingMark::Drop);
    }
    program.here(RingMark::Keep);
    if (options.snap_received != 0) {
        program.add(ring_byte, static_cast<std::uint32_t>(SKF_AD_OFF + SKF_AD_PKTTYPE));
        program.test(BPF_JEQ, PACKET_OUTGOING, RingMark::Whole, RingMark::Next);
        program.add(BPF_RET | BPF_K, options.snap_received);
    }
    program.here(RingMark::Whole);
    program.add(BPF_RET | BPF_K, ring_whole);
    program.here(RingMark::Drop);
    program.add(BPF_RET | BPF_K, 0);
    return program.assemble();
}

std::vector<sock_filter> closed_filter()
{
    RingProgram program;
    program.add(BPF_RET | BPF_K, 0);
    return program.assemble();
}

} // namespace ct
