// SPDX-License-Identifier: GPL-2.0-or-later
// Faults of CPUs, keys and memory that nothing was fitted to.
#include "mechanisms/fresh.h"

namespace ct::test {

namespace {

// One entry of a table in the circuit of the last round, for one byte of the sixteen.
Evidence fresh_last_round(Random &random)
{
    FaultMachine machine(random);
    const std::uint32_t cpu = machine.some_cpu();
    const std::size_t lane = below(random, block_size);
    const auto value = static_cast<std::uint8_t>(random());
    const auto mask = static_cast<std::uint8_t>(1 + below(random, 255));
    const std::size_t count = count_between(random, 4, 60);
    while (machine.records() < count) {
        const MachineDriver &driver = machine.some_driver(true);
        const Packet packet = machine.packet(driver.algorithm, 40, 300);
        const bool counting = packet.mode() == Mode::Counter;
        const Direction direction = counting ? machine.some_direction() : Direction::Encrypt;
        const Block key = round_key(packet.aes(), Way::Encrypt, packet.aes().rounds);
        Twist twist;
        twist.cipher = [&](const Block &in) {
            Block out = encrypted(packet.aes(), in);
            if ((out.at(lane) ^ key.at(lane)) == value)
                out.at(lane) ^= mask;
            return out;
        };
        const FreshBytes output = twisted(packet, direction, twist);
        if (output == right_output(packet, direction))
            continue;
        machine.record(driver, packet, direction, output, cpu);
        Again again;
        again.same = again.irqs_off = again.other_simd = 1;
        again.new_key = 1; // the same key, expanded again
        again.other_direction = counting ? 1 : 0;
        machine.again(again);
    }
    return machine.evidence();
}

Evidence fresh_sha(Random &random)
{
    FaultMachine machine(random);
    const MachineDriver driver = machine.add(
        {"authenc(hmac(sha1-ni),cbc-aes-aesni)", "authenc(hmac(sha1),cbc(aes))", true});
    const std::uint32_t cpu = machine.some_cpu();
    const std::size_t count = count_between(random, 4, 40);
    while (machine.records() < count) {
        const Packet packet = machine.packet(driver.algorithm, 1, 400);
        fresh_icv_record(machine, random, driver, packet, cpu);
        Again again;
        again.same = again.irqs_off = again.new_key = again.other_direction = 1;
        machine.again(again);
    }
    return machine.evidence();
}

// General registers: tables in memory, whichever driver has no SIMD code.
Evidence fresh_integer_unit(Random &random)
{
    FaultMachine machine(random);
    const std::uint32_t cpu = machine.some_cpu();
    const std::size_t count = count_between(random, 2, 25);
    while (machine.records() < count) {
        const MachineDriver &driver = machine.some_driver(false);
        if (driver.deferred)
            continue; // those are few
        const Packet packet = machine.packet(driver.algorithm, 4, 400);
        const Direction direction = machine.some_direction();
        const auto round = static_cast<unsigned>(1 + below(random, packet.aes().rounds - 1U));
        const std::size_t bit = below(random, 128);
        machine.record(driver, packet, direction,
                       faulty(packet, direction,
                              {{below(random, packet.blocks() - 1), round,
                                [bit](const Block &state) {
                                    return flip_bit(state, bit);
                                }}}),
                       cpu);
        Again again;
        again.same = again.irqs_off = again.new_key = again.other_scalar = 0.02;
        again.other_direction = 0.02;
        machine.again(again);
    }
    return machine.evidence();
}

// What was written never leaves the core.
Evidence fresh_lost_stores(Random &random)
{
    FaultMachine machine(random);
    const std::uint32_t cpu = machine.some_cpu();
    const std::size_t count = count_between(random, 4, 20);
    while (machine.records() < count) {
        const MachineDriver &driver = machine.some_driver();
        if (driver.deferred)
            continue;
        const Packet packet = machine.packet(driver.algorithm, 2, 400);
        const Direction direction = machine.some_direction();
        const MachineLayout layout = some_layout(random);
        const FreshBytes input = fresh_input(packet, direction);
        FreshBytes output = right_output(packet, direction);
        const std::size_t size = driver.simd ? 16 : 8; // of one store
        const std::size_t head = packet.vector().head_len;
        const std::size_t from = head + below(random, packet.vector().text_len / size) * size;
        for (std::size_t place = from; place < from + size; ++place)
            output[place] = layout.out_of_place ? poison : input[place];
        Mismatch &record = machine.record(driver, packet, direction, output, cpu);
        record.layout = layout.name();
        FaultMachine::set_iv(record, packet, last_block(packet)); // from a register
        Again again;
        again.same = again.irqs_off = again.new_key = again.other_direction = 0.01;
        again.other_simd = again.other_scalar = 0.01;
        machine.again(again);
    }
    return machine.evidence();
}

// A neighbour in the slab wrote over what setkey had prepared of the key of HMAC.
Evidence fresh_hmac_state(Random &random)
{
    FaultMachine machine(random);
    const MachineDriver driver = fresh_driver(machine, "authenc");
    for (std::size_t victims = count_between(random, 1, 4); victims > 0; --victims) {
        const Packet first = machine.packet(driver.algorithm, 1, 400);
        for (std::size_t place = below(random, 5); place < YT_SA_VECTORS; ++place) {
            const Packet packet = machine.of_same_sa(first, place);
            if (packet.vector().text_len < block_size)
                continue;
            fresh_icv_record(machine, random, driver, packet, machine.some_cpu());
            Again again = fresh_always(true);
            again.new_key = 0;
            machine.again(again);
        }
    }
    return machine.evidence();
}

Evidence fresh_salt(Random &random)
{
    FaultMachine machine(random);
    machine.always_run_again();
    const MachineDriver driver = fresh_driver(machine, "rfc4106");
    for (std::size_t victims = count_between(random, 1, 4); victims > 0; --victims) {
        const Packet first = machine.packet(driver.algorithm, 1, 400);
        const auto wrong = static_cast<std::uint32_t>(1 + below(random, 0xffffffff));
        for (std::size_t place = below(random, 5); place < YT_SA_VECTORS; ++place) {
            const Packet packet = machine.of_same_sa(first, place);
            if (packet.vector().text_len < block_size)
                continue;
            Twist twist;
            twist.counter = [&](std::ptrdiff_t number) {
                Block counter = packet.counter(number);
                for (unsigned byte = 0; byte < 4; ++byte)
                    counter.at(byte) ^= static_cast<std::uint8_t>(wrong >> (8 * byte));
                return counter;
            };
            if (chance(random, 0.5))
                machine.record(driver, packet, Direction::Encrypt,
                               twisted(packet, Direction::Encrypt, twist), machine.some_cpu());
            else
                machine.refused(driver, packet, machine.some_cpu());
            Again again = fresh_always(true);
            again.new_key = 0;
            machine.again(again);
        }
    }
    return machine.evidence();
}

// Cells of one row that leak: whatever lies there for long loses some ones.
Evidence fresh_leaking_row(Random &random)
{
    FaultMachine machine(random);
    const std::size_t count = count_between(random, 3, 14);
    while (machine.records() < count) {
        const MachineDriver &driver = machine.some_driver();
        const Packet packet = machine.packet(driver.algorithm, 20, 560);
        const Direction direction = machine.some_direction();
        FreshBytes output = right_output(packet, direction);
        const std::size_t head = packet.vector().head_len;
        for (std::size_t bits = 1 + below(random, 5); bits > 0; --bits)
            output[head + below(random, packet.vector().text_len)] &=
                static_cast<std::uint8_t>(~(1U << below(random, 8)));
        if (output == right_output(packet, direction))
            continue;
        Mismatch &record =
            machine.record(driver, packet, direction, output, machine.some_cpu());
        FaultMachine::set_iv(record, packet, last_block(packet));
        machine.again(fresh_equally(0.06, false));
    }
    return machine.evidence();
}

// Eight bits wide: one byte of each eight in a line, in what is read and what is written.
Evidence fresh_chip(Random &random)
{
    FaultMachine machine(random);
    const std::size_t lane = below(random, 8);
    const std::size_t count = count_between(random, 3, 30);
    while (machine.records() < count) {
        const MachineDriver &driver = machine.some_driver();
        const Packet packet = machine.packet(driver.algorithm, 10, 500);
        const Direction direction = machine.some_direction();
        const bool sources = chance(random, 0.3);
        if (sources && fresh_has_icv(driver) && direction == Direction::Decrypt)
            continue; // nobody sees more than that these were refused
        FreshBytes text = fresh_text(packet, sources ? fresh_input(packet, direction)
                                                     : right_output(packet, direction));
        MachineLayout layout = some_layout(random);
        layout.offset = 0;
        const std::size_t head = packet.vector().head_len;
        const auto from = static_cast<std::ptrdiff_t>(head);
        const std::size_t line =
            fresh_line * (1 + below(random, packet.vector().text_len / fresh_line - 1));
        for (std::size_t place = line; place < line + fresh_line; ++place)
            if (place % 8 == lane && place >= head && place - head < text.size())
                text[place - head] ^= static_cast<std::uint8_t>(random());
        Twist twist;
        twist.input = text;
        FreshBytes output = right_output(packet, direction);
        if (sources)
            output = twisted(packet, direction, twist);
        else
            std::copy(text.begin(), text.end(), output.begin() + from);
        if (output == right_output(packet, direction))
            continue;
        Mismatch &record =
            machine.record(driver, packet, direction, output, machine.some_cpu());
        record.layout = layout.name();
        if (!sources)
            FaultMachine::set_iv(record, packet, last_block(packet));
        machine.again(fresh_equally(0.02, false));
    }
    return machine.evidence();
}

} // namespace

std::vector<Mechanism> fresh_hardware_mechanisms()
{
    using enum BugClass;
    return {
        {"one entry of the last round's table", CpuDeterministic, {}, fresh_last_round},
        {"SHA rounds of one CPU", CpuDeterministic, {}, fresh_sha},
        {"the integer unit of one core flips a bit", CpuIntermittent, {}, fresh_integer_unit},
        {"stores of one core are lost", CpuIntermittent, {Memory}, fresh_lost_stores},
        {"the state of an HMAC key is overwritten", KeySchedule, {}, fresh_hmac_state},
        {"a salt is overwritten", KeySchedule, {}, fresh_salt},
        {"a row of memory leaks", Memory, {}, fresh_leaking_row},
        {"one chip of a memory module", Memory, {}, fresh_chip}};
}

} // namespace ct::test
