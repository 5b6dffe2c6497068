// SPDX-License-Identifier: GPL-2.0-or-later
// Code of drivers that is wrong by itself: with some data, lengths or buffers; that accepts
// what it has to refuse; that writes where it should not.
#include <algorithm>
#include <iterator>

#include "mechanisms/machine.h"
#include "record/counters.h"

namespace ct::test {

namespace {

using DriverOutput = std::vector<std::uint8_t>;

Again driver_always(bool other_direction)
{
    Again again;
    again.same = again.irqs_off = again.other_cpu = again.new_key = 1;
    again.other_direction = other_direction ? 1 : 0;
    again.one_driver_only = true;
    return again;
}

struct DriverFault {
    MachineDriver driver;
    FaultMachine::Fits fits;
    // Its output, or that of a refusal: empty. The right one: this packet is none.
    std::function<DriverOutput(const Packet &, Direction, MachineLayout &)> work;
    std::size_t least = 3;
    std::size_t most = 90;
    bool both_directions = true;
    bool alone = false;
    bool scalar_machine = false;
    bool fallback = false; // only where the FPU is busy
};

Evidence driver_run(Random &random, const DriverFault &fault)
{
    FaultMachine machine(random);
    if (fault.scalar_machine)
        machine.scalar_only();
    machine.add(fault.driver, fault.alone);
    if (fault.most == 1)
        machine.always_run_again();
    const std::size_t wanted = count_between(random, fault.least, fault.most);
    while (machine.records() < wanted) {
        const Packet packet = machine.packet(fault.driver.algorithm, fault.fits);
        const Direction direction =
            fault.both_directions ? machine.some_direction() : Direction::Encrypt;
        MachineLayout layout = some_layout(random);
        const DriverOutput output = fault.work(packet, direction, layout);
        if (output == right_output(packet, direction))
            continue;
        for (std::size_t times = fault.most == 1 ? 1 : 1 + below(random, 3); times > 0;
             --times) {
            const std::uint32_t cpu = machine.some_cpu();
            if (output.empty())
                machine.refused(fault.driver, packet, cpu);
            else
                machine.record(fault.driver, packet, direction, output, cpu);
            machine.last().layout = layout.name();
            Again again = driver_always(fault.both_directions);
            if (fault.fallback) {
                machine.in_context(machine.last(), Context::Softirq);
                machine.last().nested = 1;
                over_fpu_section(machine.last()) = true;
                machine.last().simd = false;
                again = {};
                again.same = 0.04; // seldom over an FPU section again
            }
            machine.again(again);
        }
    }
    return machine.evidence();
}

MachineDriver driver_counting(Random &random)
{
    static const std::array<MachineDriver, 4> all{
        MachineDriver{"ctr-aes-by8-qx", "ctr(aes)", true},
        MachineDriver{"rfc4106-gcm-qx", "rfc4106(gcm(aes))", true},
        MachineDriver{"gcm-aes-t4", "gcm(aes)"},
        MachineDriver{"ctr-aes-t4", "ctr(aes)"},
    };
    return all.at(below(random, all.size()));
}

// The last blocks, too few for a batch, get the counters of the batch before.
DriverFault driver_tail(Random &random)
{
    const std::size_t batch = chance(random, 0.5) ? 8 : 4;
    const std::size_t rest = 1 + below(random, batch - 1);
    DriverFault fault;
    fault.driver = driver_counting(random);
    fault.fits = [=](const yt_sa &, const yt_vector &vector) {
        const std::size_t blocks = (vector.text_len + 15U) / 16U;
        return blocks > batch && blocks % batch == rest && blocks < 100;
    };
    fault.work = [=](const Packet &packet, Direction direction, MachineLayout &) {
        const auto end = static_cast<std::ptrdiff_t>(packet.blocks() - rest);
        Twist twist;
        twist.counter = [&packet, end, batch](std::ptrdiff_t number) {
            return packet.counter(number < end ? number
                                               : number - static_cast<std::ptrdiff_t>(batch));
        };
        return twisted(packet, direction, twist);
    };
    return fault;
}

Evidence driver_tails(Random &random)
{
    return driver_run(random, driver_tail(random));
}

Evidence driver_tail_once(Random &random)
{
    DriverFault fault = driver_tail(random);
    fault.least = fault.most = 1;
    return driver_run(random, fault);
}

// The counter's lowest byte does not carry: only long texts show it.
Evidence driver_carry(Random &random)
{
    DriverFault fault;
    fault.driver = chance(random, 0.5)
                       ? MachineDriver{"rfc4106-gcm-qx", "rfc4106(gcm(aes))", true}
                       : MachineDriver{"gcm-aes-t4", "gcm(aes)"};
    fault.most = 24;
    fault.fits = [](const yt_sa &, const yt_vector &vector) {
        return vector.text_len > 255 * 16;
    };
    fault.work = [](const Packet &packet, Direction direction, MachineLayout &) {
        Twist twist;
        twist.counter = [&packet](std::ptrdiff_t number) {
            return packet.counter(((number + 2) & 0xff) - 2);
        };
        return twisted(packet, direction, twist);
    };
    return driver_run(random, fault);
}

// Loads from the address rounded down, where a buffer is not aligned.
Evidence driver_alignment(Random &random)
{
    DriverFault fault;
    fault.driver = chance(random, 0.5) ? MachineDriver{"cbc-aes-qx", "cbc(aes)", true}
                                       : MachineDriver{"ctr-aes-t4", "ctr(aes)"};
    fault.fits = [](const yt_sa &, const yt_vector &vector) {
        return vector.text_len >= 32 && vector.text_len < 1600;
    };
    const unsigned few = chance(random, 0.5) ? 15 : 3;
    fault.work = [few](const Packet &packet, Direction direction, MachineLayout &layout) {
        const unsigned wrong = layout.offset & few;
        const Octets right =
            direction == Direction::Encrypt ? packet.plain_text() : packet.sealed_text();
        Twist twist;
        twist.input.assign(right.begin(), right.end());
        for (unsigned place = 0; place < 16; ++place)
            twist.input[place] =
                place < wrong ? guard_bytes().at(64 - wrong + place) : right[place - wrong];
        return twisted(packet, direction, twist);
    };
    return driver_run(random, fault);
}

// A piece that ends inside a block: the next one begins with a block of key stream of its own.
Evidence driver_pieces(Random &random)
{
    DriverFault fault;
    fault.driver = driver_counting(random);
    fault.fits = [](const yt_sa &, const yt_vector &vector) {
        return vector.text_len > 64 && vector.text_len < 1600 && vector.text_len / 2 % 16 != 0;
    };
    fault.work = [](const Packet &packet, Direction direction, MachineLayout &layout) {
        layout.split = "middles";
        const bool sealing = direction == Direction::Encrypt;
        const Octets input = sealing ? packet.plain_text() : packet.sealed_text();
        const std::size_t cut = input.size() / 2;
        DriverOutput text;
        for (std::size_t place = 0; place < input.size(); ++place) {
            const std::size_t stream =
                place < cut ? place : (cut + 15) / 16 * 16 + (place - cut);
            const Block key = encrypted(
                packet.aes(), packet.counter(static_cast<std::ptrdiff_t>(stream / 16)));
            text.push_back(input[place] ^ key.at(stream % 16));
        }
        return output_of(packet, direction, text);
    };
    fault.most = 40;
    return driver_run(random, fault);
}

// The ICV forgets the upper half of extended sequence numbers; texts are right.
Evidence driver_esn(Random &random)
{
    DriverFault fault;
    fault.driver = {"gcm-aes-qx", "gcm(aes)", chance(random, 0.5)};
    fault.fits = [](const yt_sa &, const yt_vector &vector) {
        return vector.header.esn && vector.text_len < 1600;
    };
    fault.work = [&random](const Packet &packet, Direction direction, MachineLayout &) {
        DriverOutput output = right_output(packet, direction);
        if (direction == Direction::Decrypt)
            return DriverOutput{};
        const Block wrong = random_block(random);
        for (std::size_t place = 0; place < packet.vector().icv_len; ++place)
            output[output.size() - 1 - place] ^= wrong.at(place);
        return output;
    };
    return driver_run(random, fault);
}

// The code for a busy FPU begins its last part of a block with the first counter again.
Evidence driver_fallback(Random &random)
{
    DriverFault fault;
    fault.driver = chance(random, 0.5)
                       ? MachineDriver{"ctr-aes-qx", "ctr(aes)", true}
                       : MachineDriver{"rfc4106-gcm-qx", "rfc4106(gcm(aes))", true};
    fault.fallback = true;
    fault.fits = [](const yt_sa &, const yt_vector &vector) {
        return vector.text_len % 16 != 0 && vector.text_len > 40 && vector.text_len < 1600;
    };
    fault.work = [](const Packet &packet, Direction direction, MachineLayout &) {
        const auto last = static_cast<std::ptrdiff_t>(packet.blocks()) - 1;
        Twist twist;
        twist.counter = [&packet, last](std::ptrdiff_t number) {
            return packet.counter(number == last ? 0 : number);
        };
        return twisted(packet, direction, twist);
    };
    return driver_run(random, fault);
}

// The only driver of its algorithm, on a CPU without AES instructions: no more than three
// rows of four words are written of the last 64 bytes.
Evidence driver_alone(Random &random)
{
    DriverFault fault;
    fault.driver = {"ctr-aes-m0", "ctr(aes)"};
    fault.alone = fault.scalar_machine = true;
    fault.fits = [](const yt_sa &, const yt_vector &vector) {
        return vector.text_len % 64 > 48 && vector.text_len > 64 && vector.text_len < 1600;
    };
    fault.work = [](const Packet &packet, Direction direction, MachineLayout &) {
        const Octets input =
            direction == Direction::Encrypt ? packet.plain_text() : packet.sealed_text();
        DriverOutput output = right_output(packet, direction);
        for (std::size_t place = input.size() / 64 * 64 + 48; place < input.size(); ++place)
            output[place] = input[place];
        return output;
    };
    return driver_run(random, fault);
}

// Keys of 192 bits are expanded wrongly, always in the same way.
Evidence driver_key_length(Random &random)
{
    DriverFault fault;
    fault.driver = chance(random, 0.5) ? MachineDriver{"cbc-aes-qx", "cbc(aes)", true}
                                       : MachineDriver{"ctr-aes-t4", "ctr(aes)"};
    fault.fits = [](const yt_sa &sa, const yt_vector &vector) {
        return sa.key_len == 24 && vector.text_len < 1200;
    };
    const auto from = 2 + static_cast<unsigned>(below(random, 9));
    fault.work = [from](const Packet &packet, Direction direction, MachineLayout &) {
        Random of_key(packet.sa().number);
        RoundKeys wrong;
        for (unsigned round = from; round <= packet.aes().rounds; ++round)
            wrong.emplace_back(round, random_block(of_key));
        Twist twist;
        twist.cipher = keyed_cipher(
            packet, packet.mode() == Mode::Counter || direction == Direction::Encrypt, wrong);
        return twisted(packet, direction, twist);
    };
    return driver_run(random, fault);
}

struct Lenient {
    MachineDriver driver;
    FaultMachine::Fits fits;
    Again again;
    std::size_t least = 2;
    std::size_t most = 100;
    std::size_t times = 1; // a packet
    bool fallback = false;
    std::uint32_t in_flight = 0;
};

bool lenient_any(const yt_sa &, const yt_vector &vector)
{
    return vector.text_len < 1600;
}

Evidence lenient_run(Random &random, const Lenient &what)
{
    FaultMachine machine(random);
    machine.add(what.driver);
    const std::size_t wanted = count_between(random, what.least, what.most);
    while (machine.records() < wanted) {
        const Packet packet = machine.packet(what.driver.algorithm, what.fits);
        for (std::size_t times = what.times; times > 0; --times) {
            Mismatch &record = machine.accepted(what.driver, packet, machine.some_cpu());
            if (what.in_flight > 0)
                record.in_flight = what.in_flight + static_cast<std::uint32_t>(random() % 9);
            if (what.fallback) {
                machine.in_context(record, Context::Softirq);
                record.nested = 1;
                over_fpu_section(record) = true;
                record.simd = false;
            }
            machine.again(what.again);
        }
    }
    return machine.evidence();
}

MachineDriver lenient_driver(Random &random)
{
    const bool simd = chance(random, 0.5);
    return chance(random, 0.5) ? MachineDriver{"gcm-aes-qx", "gcm(aes)", simd}
                               : MachineDriver{"authenc-hmac-sha1-cbc-aes-qx",
                                               "authenc(hmac(sha1),cbc(aes))", simd};
}

// Only the first bytes of the ICV are compared.
Evidence lenient_short(Random &random)
{
    const std::size_t compared = chance(random, 0.5) ? 4 : 8;
    return lenient_run(random, {lenient_driver(random),
                                [compared](const yt_sa &, const yt_vector &vector) {
                                    return vector.tamper_offset >=
                                           yt_vector_plain_len(&vector) + compared;
                                },
                                driver_always(false)});
}

Evidence lenient_always(Random &random)
{
    return lenient_run(random,
                       {lenient_driver(random), lenient_any, driver_always(false), 20, 200});
}

// The result of the comparison is cut to 8 bits: one packet in 256 passes.
Evidence lenient_cut(Random &random)
{
    return lenient_run(random, {lenient_driver(random), lenient_any, driver_always(false), 1,
                                12, 1 + below(random, 3)});
}

// One variable for the results of all operations.
Evidence lenient_race(Random &random)
{
    Again again;
    again.same = again.irqs_off = again.other_cpu = again.new_key = 0.03;
    again.one_driver_only = true;
    return lenient_run(random, {{"gcm-aes-t4", "gcm(aes)"}, lenient_any, again, 2, 40});
}

// A device's error is lost when the next request is done.
Evidence lenient_device(Random &random)
{
    Again again;
    again.same = again.other_cpu = again.new_key = 0.2;
    again.one_driver_only = true;
    Lenient what{{"gcm-aes-eng0", "gcm(aes)", false, true}, lenient_any, again, 1, 30};
    what.in_flight = 2;
    return lenient_run(random, what);
}

// The code for a busy FPU does not compare.
Evidence lenient_fallback(Random &random)
{
    Again again;
    again.same = 0.05;
    again.one_driver_only = true;
    return lenient_run(
        random,
        {{"rfc4106-gcm-qx", "rfc4106(gcm(aes))", true}, lenient_any, again, 2, 30, 1, true});
}

} // namespace

std::vector<Mechanism> driver_mechanisms()
{
    constexpr auto data = BugClass::DriverData;
    constexpr auto bypass = BugClass::AuthBypass;
    constexpr auto race = BugClass::DriverRace;
    std::vector<Mechanism> all{
        {"the last blocks get counters of the batch before", data, {}, driver_tails},
        {"the last blocks get other counters, once", data, {}, driver_tail_once},
        {"a counter that does not carry in long texts", data, {}, driver_carry},
        {"unaligned buffers are read from too low", data, {}, driver_alignment},
        {"a piece that ends inside a block", data, {}, driver_pieces},
        {"the ICV of extended sequence numbers", data, {}, driver_esn},
        {"the code for a busy FPU ends wrongly", data, {}, driver_fallback},
        {"the end of rows, by the only driver of its algorithm", data, {}, driver_alone},
        {"keys of 192 bits are expanded wrongly", data, {}, driver_key_length},
        {"only the first bytes of ICVs are compared", bypass, {}, lenient_short},
        {"ICVs are not compared", bypass, {}, lenient_always},
        {"comparisons are cut to 8 bits", bypass, {}, lenient_cut},
        {"one result for all operations", bypass, {race}, lenient_race},
        {"a device's errors get lost", bypass, {BugClass::AsyncOrder, race}, lenient_device},
        {"the code for a busy FPU does not compare", bypass, {}, lenient_fallback},
    };
    std::ranges::move(race_mechanisms(), std::back_inserter(all));
    std::ranges::move(request_mechanisms(), std::back_inserter(all));
    return all;
}

} // namespace ct::test
