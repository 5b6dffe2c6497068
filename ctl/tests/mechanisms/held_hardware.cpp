// SPDX-License-Identifier: GPL-2.0-or-later
// Faults of CPUs, keys and memory that nothing is set with.
#include "mechanisms/fresh.h"
#include "mechanisms/held.h"

namespace ct::test {

namespace {

// The vector unit of one CPU loses the carry out of the lowest byte.
Evidence held_carry(Random &random)
{
    FaultMachine machine(random);
    const std::uint32_t cpu = machine.some_cpu();
    const std::size_t count = count_between(random, 3, 60);
    while (machine.records() < count) {
        const bool gcm = chance(random, 0.4);
        const MachineDriver driver = fresh_driver(machine, gcm ? "gcm" : "ctr(aes)", true);
        const Packet packet = machine.packet(driver.algorithm, gcm ? 256 : 20, 560);
        const auto blocks = static_cast<std::ptrdiff_t>(packet.blocks());
        std::ptrdiff_t carry = 1;
        while (carry < blocks && packet.counter(carry).back() != 0)
            ++carry;
        if (carry == blocks)
            continue;
        Twist twist;
        twist.counter = [&](std::ptrdiff_t number) {
            Block counter = packet.counter(std::min(number, carry - 1));
            counter.back() = packet.counter(number).back();
            return counter;
        };
        const Direction direction = machine.some_direction();
        machine.record(driver, packet, direction, twisted(packet, direction, twist), cpu);
        Again again;
        again.same = again.irqs_off = again.new_key = again.other_simd = 1;
        again.other_direction = 1;
        machine.again(again);
    }
    return machine.evidence();
}

// One CPU copies what remains of a block over two pieces a byte too far, for one length of it.
Evidence held_copy(Random &random)
{
    FaultMachine machine(random);
    const std::uint32_t cpu = machine.some_cpu();
    const std::size_t first = chance(random, 0.5) ? 8 : 2 * (1 + below(random, 7));
    const std::size_t count = count_between(random, 3, 50);
    while (machine.records() < count) {
        // Text of CBC is of whole blocks, so that its half ends there or after 8 bytes.
        const char *const some = first == 8 ? "aes" : chance(random, 0.5) ? "gcm" : "ctr(aes)";
        const MachineDriver driver = fresh_driver(machine, some);
        const Packet packet =
            machine.packet(driver.algorithm, [=](const yt_sa &, const yt_vector &vector) {
                return vector.text_len > 64 && vector.text_len < 4000 &&
                       vector.text_len / 2U % block_size == first;
            });
        const Direction direction = machine.some_direction();
        const FreshBytes right = fresh_text(packet, right_output(packet, direction));
        FreshBytes text = right;
        const std::size_t cut = text.size() / 2;
        for (std::size_t place = cut + 1; place < cut + block_size - first; ++place)
            text[place] = right[place - 1];
        FreshBytes output = right_output(packet, direction);
        if (driver.algorithm.find("authenc") != std::string::npos)
            output = output_of(packet, direction, text); // the digest reads what was copied
        else
            std::ranges::copy(text, output.begin() + packet.vector().head_len);
        if (text == right)
            continue;
        Mismatch &record = machine.record(driver, packet, direction, output, cpu);
        FaultMachine::set_iv(record, packet, last_block(packet));
        MachineLayout layout = some_layout(random);
        layout.split = "middles";
        record.layout = layout.name();
        Again again;
        again.same = again.irqs_off = again.new_key = again.other_direction = 1;
        again.other_simd = again.other_scalar = 1;
        machine.again(again);
    }
    return machine.evidence();
}

// The voltage of one core is too low for moments: whatever its two CPUs do then goes wrong.
Evidence held_voltage(Random &random)
{
    FaultMachine machine(random, 4);
    const std::uint32_t cpu = machine.some_cpu();
    const std::uint32_t sibling =
        chance(random, 0.5) ? cpu ^ 1U : (cpu + machine.cpus() / 2) % machine.cpus();
    const std::size_t count = count_between(random, 3, 45);
    while (machine.records() < count) {
        const MachineDriver &driver = machine.some_driver();
        if (driver.deferred)
            continue; // those are few
        const Packet packet = machine.packet(driver.algorithm, 4, 400);
        const Direction direction = machine.some_direction();
        const auto round = static_cast<unsigned>(1 + below(random, packet.aes().rounds - 1U));
        Block wrong{};
        for (std::size_t bits = count_between(random, 1, 5); bits > 0; --bits)
            wrong.at(below(random, block_size)) |=
                static_cast<std::uint8_t>(1U << below(random, 8));
        const auto output =
            faulty(packet, direction,
                   {{below(random, packet.blocks() - 1), round, [wrong](const Block &state) {
                         return state ^ wrong;
                     }}});
        const bool here = chance(random, 0.6);
        machine.record(driver, packet, direction, output, here ? cpu : sibling);
        Again again = fresh_equally(0.04, false);
        again.other_cpu = 0;
        again.bad_cpus = {here ? sibling : cpu};
        machine.again(again);
    }
    Evidence evidence = machine.evidence();
    std::uint64_t moment = evidence.records.front().time_ns;
    for (Mismatch &record : evidence.records) {
        if (chance(random, 0.2))
            moment += 1000000000 * (5 + below(random, 900));
        moment += 2000 + below(random, 3000000);
        record.time_ns = moment;
    }
    return evidence;
}

// Flags of comparisons are now and then wrong on one core, which is seen where ICVs are
// compared.
Evidence held_comparison(Random &random)
{
    FaultMachine machine(random);
    const std::uint32_t cpu = machine.some_cpu();
    const std::size_t count = count_between(random, 4, 25);
    while (machine.records() < count) {
        const MachineDriver driver =
            fresh_driver(machine, chance(random, 0.5) ? "gcm" : "authenc");
        machine.refused(driver, machine.packet(driver.algorithm, 1, 400), cpu);
        Again again = fresh_equally(0.01, false);
        again.other_cpu = again.other_direction = 0;
        machine.again(again);
    }
    return machine.evidence();
}

// A row is chosen by an address line that is loose: two pages are the same one for a while.
Evidence held_alias(Random &random)
{
    FaultMachine machine(random);
    const std::size_t count = count_between(random, 3, 40);
    while (machine.records() < count) {
        const MachineDriver &driver = machine.some_driver();
        const MachineDriver &above = machine.some_driver();
        const Packet packet = machine.packet(driver.algorithm, 20, 250);
        const Packet other = machine.packet(above.algorithm, 20, 250);
        const Direction direction = machine.some_direction();
        const FreshBytes foreign = chance(random, 0.5)
                                       ? fresh_input(other, machine.some_direction())
                                       : right_output(other, machine.some_direction());
        const MachineLayout layout{chance(random, 0.5), "page", "whole",
                                   static_cast<unsigned>(below(random, 16))};
        FreshBytes output = right_output(packet, direction);
        const std::size_t lines = std::min(foreign.size(), output.size()) / fresh_line;
        const std::size_t line = 1 + below(random, lines - 1);
        const std::size_t from = line * fresh_line - layout.offset;
        const std::size_t to = std::min(
            {from + (1 + below(random, 4)) * fresh_line, foreign.size(), output.size()});
        std::copy(foreign.begin() + static_cast<std::ptrdiff_t>(from),
                  foreign.begin() + static_cast<std::ptrdiff_t>(to),
                  output.begin() + static_cast<std::ptrdiff_t>(from));
        if (output == right_output(packet, direction))
            continue;
        Mismatch &record =
            machine.record(driver, packet, direction, output, machine.some_cpu());
        record.layout = layout.name();
        FaultMachine::set_iv(record, packet, last_block(packet)); // long read by then
        machine.again(fresh_equally(0.04, false));
    }
    return machine.evidence();
}

// One wire of 64 to a memory module: its bit is wrong in whatever goes over it.
Evidence held_wire(Random &random)
{
    FaultMachine machine(random);
    const std::size_t wire = below(random, 64);
    const auto mask = static_cast<std::uint8_t>(1U << (wire % 8));
    const std::size_t count = count_between(random, 4, 60);
    while (machine.records() < count) {
        const MachineDriver &driver = machine.some_driver();
        const Packet packet = machine.packet(driver.algorithm, 4, 500);
        const Direction direction = machine.some_direction();
        MachineLayout layout = some_layout(random);
        FreshBytes output = right_output(packet, direction);
        const double dice = static_cast<double>(below(random, 100)) / 100;
        const bool source = dice >= 0.65 && dice < 0.8;
        layout.out_of_place = layout.out_of_place || source;
        // The first byte from there on that this wire carries. Only the other one has an
        // offset.
        const std::size_t start = source ? 0 : layout.offset;
        const auto carried = [&](std::size_t place) {
            return place + (wire / 8 + 8 - (start + place) % 8) % 8;
        };
        if (dice < 0.65) {
            output[carried(below(random, output.size() - 8))] ^= mask;
            Mismatch &record =
                machine.record(driver, packet, direction, output, machine.some_cpu());
            FaultMachine::set_iv(record, packet, last_block(packet));
        } else {
            const FreshBytes input = fresh_input(packet, direction);
            const std::size_t place =
                carried(source ? below(random, input.size() - 8)
                               : output.size() + below(random, fresh_line - 8));
            Change change;
            change.where = source ? Outside::Source : Outside::DestinationBehind;
            change.offset = static_cast<std::uint32_t>(source ? place : output.size());
            change.expected = source ? FreshBytes{input[place]} : guard_bytes();
            change.actual = change.expected;
            change.actual[place - change.offset] ^= mask;
            machine.beside(driver, packet, direction, machine.some_cpu(), change);
        }
        machine.last().layout = layout.name();
        if (dice < 0.65)
            machine.last().persists = chance(random, 0.5); // on the way there, or back
        machine.again(fresh_equally(0.02, false));
    }
    return machine.evidence();
}

// What goes wrong is wrong for all packets of some SAs, from a moment on.
template <typename Cipher>
Evidence held_broken_keys(Random &random, std::string_view algorithm, Cipher &&cipher_for)
{
    FaultMachine machine(random);
    for (std::size_t victims = count_between(random, 1, 5); victims > 0; --victims) {
        const MachineDriver driver = fresh_driver(machine, algorithm);
        const Packet first = machine.packet(driver.algorithm, 1, 400);
        for (std::size_t place = below(random, 6); place < YT_SA_VECTORS; ++place) {
            const Packet packet = machine.of_same_sa(first, place);
            if (packet.vector().text_len < block_size)
                continue;
            const Direction direction = machine.some_direction();
            Twist twist;
            twist.cipher = cipher_for(
                packet, packet.mode() == Mode::Counter || direction == Direction::Encrypt,
                victims);
            if (packet.is_gcm() && direction == Direction::Decrypt)
                machine.refused(driver, packet, machine.some_cpu());
            else
                machine.record(driver, packet, direction, twisted(packet, direction, twist),
                               machine.some_cpu());
            Again again = fresh_always(true);
            again.new_key = 0;
            machine.again(again);
        }
    }
    // Else there would be nothing that went wrong.
    return machine.records() > 0
               ? machine.evidence()
               : held_broken_keys(random, algorithm, std::forward<Cipher>(cipher_for));
}

// Beside the round keys their number is written over.
Evidence held_rounds(Random &random)
{
    const std::size_t start = below(random, 2);
    return held_broken_keys(
        random, "aes", [start](const Packet &packet, bool forward, std::size_t victim) {
            yt_aes aes = packet.aes();
            const auto more = static_cast<unsigned>(2 + 2 * ((start + victim) % 2));
            aes.rounds = aes.rounds == 14 ? 14 - more : aes.rounds == 10 ? 10 + more : 10;
            return [aes, forward](const Block &in) {
                return forward ? encrypted(aes, in) : decrypted(aes, in);
            };
        });
}

// A transform is freed, which wipes its keys, and used on.
Evidence held_wiped(Random &random)
{
    const bool counting = chance(random, 0.4);
    return held_broken_keys(
        random, counting ? "ctr(aes)" : "cbc(aes)",
        [](const Packet &packet, bool forward, std::size_t) {
            RoundKeys zeros;
            for (unsigned round = 0; round <= packet.aes().rounds; ++round)
                zeros.emplace_back(
                    round,
                    round_key(packet.aes(), forward ? Way::Encrypt : Way::Decrypt, round));
            return keyed_cipher(packet, forward, zeros);
        });
}

} // namespace

std::vector<Mechanism> held_hardware_mechanisms()
{
    using enum BugClass;
    return {{"vector additions of one CPU lose a carry", CpuDeterministic, {}, held_carry},
            {"short copies of one CPU go too far", CpuDeterministic, {}, held_copy},
            {"moments of low voltage of one core", CpuIntermittent, {}, held_voltage},
            {"comparisons of one core, seldom", CpuIntermittent, {}, held_comparison},
            {"two pages are one for a while", Memory, {}, held_alias},
            {"one wire to a memory module", Memory, {}, held_wire},
            {"the number of rounds is written over", KeySchedule, {}, held_rounds},
            {"a freed transform's keys are zeros", KeySchedule, {}, held_wiped}};
}

} // namespace ct::test
