// SPDX-License-Identifier: GPL-2.0-or-later
#include "mechanisms/races.h"

#include <algorithm>

namespace ct::test {

Again race_again(double of_one, bool other_cpus)
{
    Again again;
    again.same = again.other_cpu = again.new_key = again.other_direction = of_one;
    again.irqs_off = other_cpus ? of_one : 0;
    again.one_driver_only = true;
    return again;
}

void iv_record(FaultMachine &machine, Random &random, const MachineDriver &driver)
{
    for (;;) {
        const Packet packet = machine.packet(driver.algorithm, 2, 100);
        const Packet other = machine.of_same_sa(packet, packet.vector().index + 1 +
                                                            below(random, YT_SA_VECTORS - 1));
        const Direction direction = machine.some_direction();
        Twist twist;
        twist.iv = other.iv();
        twist.counter = [&](std::ptrdiff_t number) {
            return other.counter(number);
        };
        const auto output = twisted(packet, direction, twist);
        if (output == right_output(packet, direction))
            continue;
        if (packet.is_gcm() && direction == Direction::Decrypt)
            machine.refused(driver, packet, machine.some_cpu());
        else
            machine.record(driver, packet, direction, output, machine.some_cpu());
        return;
    }
}

Mismatch &swapped_record(FaultMachine &machine, Random &random, const MachineDriver &driver,
                         double same_sa)
{
    for (;;) {
        const Packet packet = machine.packet(driver.algorithm, 3, 100);
        const bool neighbour = chance(random, same_sa);
        const Packet other = neighbour ? machine.of_same_sa(packet, random())
                                       : machine.packet(driver.algorithm, 3, 100);
        const Direction direction = machine.some_direction();
        const RaceBytes result = right_output(other, direction);
        MachineLayout layout = some_layout(random);
        layout.out_of_place = chance(random, 0.5);
        RaceBytes output = right_output(packet, direction);
        if (other.vector().index == packet.vector().index || result.size() > output.size())
            continue;
        const Octets input = direction == Direction::Encrypt ? packet.plain() : packet.sealed();
        for (std::size_t place = 0; place < output.size(); ++place)
            output[place] = place < result.size()                          ? result[place]
                            : layout.out_of_place || place >= input.size() ? poison
                                                                           : input[place];
        Mismatch &record =
            machine.record(driver, packet, direction, output, machine.some_cpu());
        record.layout = layout.name();
        FaultMachine::set_iv(record, packet, last_block(other));
        if (neighbour && record.window + 16 <= result.size())
            record.foreign = other.vector().index;
        return record;
    }
}

Mismatch &early_record(FaultMachine &machine, Random &random, const MachineDriver &driver,
                       bool all)
{
    const Packet packet = machine.packet(driver.algorithm, 4, 100);
    const Direction direction = machine.some_direction();
    MachineLayout layout = some_layout(random);
    RaceBytes output = right_output(packet, direction);
    const Octets input = direction == Direction::Encrypt ? packet.plain() : packet.sealed();
    const std::size_t head = packet.vector().head_len;
    const std::size_t from = all ? head : head + below(random, packet.blocks()) * 16;
    for (std::size_t place = from; place < output.size(); ++place)
        output[place] = layout.out_of_place || place >= input.size() ? poison : input[place];
    Mismatch &record = machine.record(driver, packet, direction, output, machine.some_cpu());
    record.layout = layout.name();
    FaultMachine::set_iv(record, packet, packet.iv()); // not yet either
    return record;
}

} // namespace ct::test
