// SPDX-License-Identifier: GPL-2.0-or-later
// Memory that does not keep what was written, and key schedules that were changed.
#include <algorithm>
#include <bit>

#include "mechanisms/machine.h"

namespace ct::test {

namespace {

// Any driver, any packet: memory does not know them.
template <typename Strike>
Evidence memory_run(Random &random, std::size_t least, std::size_t most, double persists,
                    Strike &&strike)
{
    FaultMachine machine(random);
    if (most == 1)
        machine.always_run_again();
    const std::size_t wanted = count_between(random, least, most);
    while (machine.records() < wanted) {
        const MachineDriver driver = machine.some_driver();
        const Packet packet = machine.packet(driver.algorithm, 2, 100);
        const Direction direction = machine.some_direction();
        auto output = right_output(packet, direction);
        MachineLayout layout = some_layout(random);
        if (!strike(output, layout) || output == right_output(packet, direction))
            continue;
        Mismatch &record =
            machine.record(driver, packet, direction, output, machine.some_cpu());
        record.layout = layout.name();
        FaultMachine::set_iv(record, packet, last_block(packet)); // it was kept elsewhere
        record.persists = chance(random, persists);
        machine.again({}); // in other memory
    }
    return machine.evidence();
}

// A bit of the destination is read differently from time to time.
Evidence memory_flicker(Random &random)
{
    return memory_run(random, 3, 60, 0.15, [&](auto &output, MachineLayout &) {
        const std::size_t bit = below(random, output.size() * 8);
        output[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
        return true;
    });
}

Evidence memory_once(Random &random)
{
    return memory_run(random, 1, 1, 0, [&](auto &output, MachineLayout &) {
        const std::size_t bit = below(random, output.size() * 8);
        output[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
        return true;
    });
}

// A cell of a page is stuck: the same bit of the same address, and only where it should be
// the other value.
Evidence memory_stuck(Random &random)
{
    const std::size_t address = 40 + below(random, 500);
    const auto bit = static_cast<std::uint8_t>(1U << below(random, 8));
    const bool one = chance(random, 0.5);
    return memory_run(random, 5, 80, 0.9, [&](auto &output, MachineLayout &layout) {
        layout.backing = "page";
        layout.split = "whole";
        const std::size_t place = address - layout.offset;
        if (place >= output.size() || ((output[place] & bit) != 0) == one)
            return false;
        output[place] ^= bit;
        return true;
    });
}

// A line of 64 bytes, or a beat of 8, is lost on its way.
Evidence memory_line(Random &random)
{
    const std::size_t size = chance(random, 0.5) ? 64 : 8;
    const bool zeros = chance(random, 0.4);
    return memory_run(random, 3, 40, 0.35, [&](auto &output, MachineLayout &layout) {
        layout.split = "whole";
        if (output.size() < 160)
            return false;
        const std::size_t line = 64 + below(random, output.size() - 140) / size * size;
        for (std::size_t place = line - layout.offset; place < line - layout.offset + size;
             ++place)
            output[place] = zeros ? 0 : static_cast<std::uint8_t>(random());
        return true;
    });
}

// A bit of the input is wrong before the driver reads it: what comes out is consistent.
Evidence memory_input(Random &random)
{
    FaultMachine machine(random);
    const std::size_t wanted = count_between(random, 6, 60);
    while (machine.records() < wanted) {
        const MachineDriver driver = machine.some_driver();
        const Packet packet = machine.packet(driver.algorithm, 2, 100);
        const Direction direction = machine.some_direction();
        const bool sealing = direction == Direction::Encrypt;
        const std::size_t head = packet.vector().head_len;
        const std::size_t bit = below(random, packet.vector().text_len * std::size_t{8});
        const auto mask = static_cast<std::uint8_t>(1U << (bit % 8));
        const Octets image = sealing ? packet.plain() : packet.sealed();
        const Octets text = image.subspan(head, packet.vector().text_len);
        Twist twist;
        twist.input.assign(text.begin(), text.end());
        twist.input[bit / 8] ^= mask;
        const std::uint32_t cpu = machine.some_cpu();
        if (!sealing && packet.vector().icv_len > 0)
            machine.refused(driver, packet, cpu);
        else
            machine.record(driver, packet, direction, twisted(packet, direction, twist), cpu);
        MachineLayout layout = some_layout(random);
        layout.out_of_place = chance(random, 0.6);
        machine.last().layout = layout.name();
        if (layout.out_of_place) {
            const std::size_t from = (head + bit / 8) / 64 * 64;
            const std::size_t size = std::min<std::size_t>(64, image.size() - from);
            Change change{Outside::Source, static_cast<std::uint32_t>(from), {}, {}};
            const Octets bytes = image.subspan(from, size);
            change.expected.assign(bytes.begin(), bytes.end());
            change.actual = change.expected;
            change.actual.at(head + bit / 8 - from) ^= mask;
            machine.last().outside = change;
            machine.last().what.push_back(What::Source);
        }
        machine.again({});
    }
    return machine.evidence();
}

// A bit of what the run keeps of a packet: every driver on every CPU seems wrong with it.
Evidence memory_expected(Random &random)
{
    FaultMachine machine(random, 4);
    const std::size_t packets = 2 + below(random, 5);
    for (std::size_t number = 0; number < packets; ++number) {
        const MachineDriver first = machine.some_driver();
        const Packet packet = machine.packet(first.algorithm, 2, 100);
        auto struck = right_output(packet, Direction::Encrypt);
        const std::size_t place =
            packet.vector().head_len + below(random, packet.vector().text_len);
        struck[place] ^= static_cast<std::uint8_t>(1U << below(random, 8));
        const std::uint32_t reference = machine.some_cpu();
        for (std::size_t times = 2 + below(random, 12); times > 0; --times) {
            MachineDriver driver = machine.some_driver();
            while (driver.algorithm != first.algorithm)
                driver = machine.some_driver();
            const std::uint32_t cpu = machine.some_cpu();
            if (chance(random, 0.6)) {
                Mismatch &record =
                    machine.record(driver, packet, Direction::Encrypt, struck, cpu);
                std::swap(record.expected, record.actual);
                FaultMachine::set_iv(record, packet, last_block(packet));
            } else if (packet.vector().icv_len > 0) {
                machine.refused(driver, packet, cpu);
            } else {
                Twist twist;
                twist.input.assign(struck.begin(), struck.end());
                machine.record(driver, packet, Direction::Decrypt,
                               twisted(packet, Direction::Decrypt, twist), cpu);
            }
            machine.last().cpu_reference = reference;
            machine.again({1, 1, 1, 0, 1, 1, 1, 1, {}, false});
        }
    }
    return machine.evidence();
}

// A bad cell beside the buffers: any driver's guards are hit, always by that bit.
Evidence memory_guard(Random &random)
{
    FaultMachine machine(random);
    const std::size_t place = below(random, 64);
    const auto mask = static_cast<std::uint8_t>(1U << below(random, 8));
    const bool front = chance(random, 0.5);
    const std::size_t wanted = count_between(random, 6, 40);
    while (machine.records() < wanted) {
        const MachineDriver driver = machine.some_driver();
        const Packet packet = machine.packet(driver.algorithm, 2, 100);
        Change change{
            front ? Outside::DestinationFront : Outside::DestinationBehind, 0, {}, {}};
        if (!front)
            change.offset = static_cast<std::uint32_t>(packet.sealed().size());
        change.expected = guard_bytes();
        change.actual = change.expected;
        change.actual.at(place) ^= mask;
        machine.beside(driver, packet, Direction::Encrypt, machine.some_cpu(), change);
        machine.again({});
    }
    return machine.evidence();
}

Again until_setkey(bool other_direction)
{
    Again again;
    again.same = again.irqs_off = again.other_cpu = 1;
    again.other_direction = other_direction ? 1 : 0;
    return again;
}

// All operations of one transform with these keys.
void key_transform(FaultMachine &machine, Random &random, std::size_t wanted, bool late,
                   const std::function<RoundKeys(unsigned)> &damage)
{
    const MachineDriver driver = machine.some_driver();
    const Packet first = machine.packet(driver.algorithm, 4, 90);
    const bool counting = first.mode() == Mode::Counter;
    const bool inverse = !counting && chance(random, 0.5); // which of two schedules
    const RoundKeys wrong = damage(first.aes().rounds);
    const std::size_t before = machine.records();
    while (machine.records() < before + wanted) {
        const Packet packet = wanted == 1 ? machine.of_same_sa(first, first.vector().index)
                                          : machine.of_same_sa(first, random());
        const Direction direction = counting  ? machine.some_direction()
                                    : inverse ? Direction::Decrypt
                                              : Direction::Encrypt;
        const std::uint32_t cpu = machine.some_cpu();
        Twist twist;
        twist.cipher = keyed_cipher(packet, !inverse, wrong);
        if (packet.is_gcm() && direction == Direction::Decrypt)
            machine.refused(driver, packet, cpu);
        else
            machine.record(driver, packet, direction, twisted(packet, direction, twist), cpu);
        machine.again(late ? Again{} : until_setkey(counting));
    }
}

RoundKeys key_one_bit(Random &random, unsigned rounds)
{
    return {{static_cast<unsigned>(below(random, rounds + 1)),
             flip_bit(Block{}, below(random, 128))}};
}

RoundKeys key_overrun(Random &random, unsigned rounds, bool to_end)
{
    RoundKeys wrong;
    const auto from = static_cast<unsigned>(below(random, rounds - 1));
    const unsigned until = to_end ? rounds : from + static_cast<unsigned>(below(random, 3));
    for (unsigned round = from; round <= std::min(until, rounds); ++round)
        wrong.emplace_back(round, random_block(random));
    return wrong;
}

Evidence key_bit(Random &random)
{
    FaultMachine machine(random);
    for (std::size_t transforms = 1 + below(random, 3); transforms > 0; --transforms)
        key_transform(machine, random, count_between(random, 2, 40), false,
                      [&](unsigned rounds) { return key_one_bit(random, rounds); });
    return machine.evidence();
}

Evidence key_once(Random &random)
{
    FaultMachine machine(random);
    machine.always_run_again();
    key_transform(machine, random, 1, false, [&](unsigned rounds) {
        return chance(random, 0.5) ? key_one_bit(random, rounds)
                                   : key_overrun(random, rounds, false);
    });
    return machine.evidence();
}

Evidence key_overwritten(Random &random)
{
    FaultMachine machine(random);
    key_transform(machine, random, count_between(random, 4, 100), false,
                  [&](unsigned rounds) { return key_overrun(random, rounds, false); });
    return machine.evidence();
}

// Operations with a schedule that is still being written, for moments.
Evidence key_half(Random &random)
{
    FaultMachine machine(random);
    for (std::size_t transforms = 2 + below(random, 4); transforms > 0; --transforms)
        key_transform(machine, random, 2 + below(random, 5), true,
                      [&](unsigned rounds) { return key_overrun(random, rounds, true); });
    return machine.evidence();
}

// The key of GHASH, which lies beside the schedule.
Evidence key_hash(Random &random)
{
    FaultMachine machine(random);
    const MachineDriver driver = chance(random, 0.5)
                                     ? MachineDriver{"gcm-aes-qx", "gcm(aes)", true}
                                     : MachineDriver{"gcm-aes-sw4", "gcm(aes)"};
    machine.add(driver);
    const Packet first = machine.packet(driver.algorithm, 1, 90);
    Block hash = flip_bit(encrypted(first.aes(), Block{}), below(random, 128));
    yt_ghash_key wrong{};
    yt_ghash_setkey(&wrong, hash.data());
    const std::size_t wanted = count_between(random, 3, 80);
    while (machine.records() < wanted) {
        const Packet packet = machine.of_same_sa(first, random());
        auto output = right_output(packet, Direction::Encrypt);
        Block right_sum{};
        Block wrong_sum{};
        Block lengths{};
        put_unaligned_be64(8ULL * packet.aad().size(), lengths.data());
        put_unaligned_be64(8ULL * packet.sealed_text().size(), lengths.data() + 8);
        for (const auto &[key, sum] :
             {std::pair{&packet.ghash(), &right_sum},
              std::pair{static_cast<const yt_ghash_key *>(&wrong), &wrong_sum}})
            for (const Octets part : {packet.aad(), packet.sealed_text(), Octets(lengths)})
                yt_ghash_update(key, sum->data(), part.data(), part.size());
        const Block difference = right_sum ^ wrong_sum;
        const std::size_t icv = output.size() - packet.vector().icv_len;
        for (std::size_t place = icv; place < output.size(); ++place)
            output[place] ^= difference.at(place - icv);
        if (chance(random, 0.5))
            machine.record(driver, packet, Direction::Encrypt, output, machine.some_cpu());
        else
            machine.refused(driver, packet, machine.some_cpu());
        machine.again(until_setkey(true));
    }
    return machine.evidence();
}

// setkey does nothing on a transform that has a key already.
Evidence key_kept(Random &random)
{
    FaultMachine machine(random);
    const bool cbc = chance(random, 0.5);
    const MachineDriver driver = cbc ? MachineDriver{"cbc-aes-qx", "cbc(aes)", true}
                                     : MachineDriver{"ctr-aes-qx", "ctr(aes)", true};
    machine.add(driver);
    const Packet old = machine.packet(driver.algorithm, 1, 90);
    const std::size_t wanted = count_between(random, 5, 100);
    while (machine.records() < wanted) {
        const Packet packet = machine.packet(driver.algorithm, 1, 90);
        const Direction direction = machine.some_direction();
        Twist twist;
        twist.cipher = [&](const Block &in) {
            return cbc && direction == Direction::Decrypt ? decrypted(old.aes(), in)
                                                          : encrypted(old.aes(), in);
        };
        machine.record(driver, packet, direction, twisted(packet, direction, twist),
                       machine.some_cpu());
        machine.again(until_setkey(true));
    }
    return machine.evidence();
}

} // namespace

std::vector<Mechanism> memory_mechanisms()
{
    constexpr auto memory = BugClass::Memory;
    constexpr auto key = BugClass::KeySchedule;
    return {
        {"bits of destinations are read differently now and then", memory, {}, memory_flicker},
        {"one bit of a destination, right when it is read again", memory, {}, memory_once},
        {"a cell of a page is stuck", memory, {}, memory_stuck},
        {"lines or beats of memory are lost", memory, {}, memory_line},
        {"bits of sources flip before they are read", memory, {}, memory_input},
        {"bits of the expected results flip", memory, {}, memory_expected},
        // Always that bit of every driver's guard; but guards are what it hits.
        {"a bad cell in guards", memory, {BugClass::SgWriteback}, memory_guard},
        {"a bit of a round key flips until setkey", key, {}, key_bit},
        {"one operation with wrong round keys, and again the same", key, {}, key_once},
        {"an overrun into some round keys", key, {}, key_overwritten},
        // Not of operations alone, but a race of the driver.
        {"operations while setkey writes", key, {BugClass::DriverRace}, key_half},
        {"a bit of GHASH's key flips until setkey", key, {}, key_hash},
        {"setkey keeps the first key", key, {BugClass::DriverData}, key_kept},
    };
}

} // namespace ct::test
