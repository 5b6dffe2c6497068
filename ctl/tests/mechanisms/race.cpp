// SPDX-License-Identifier: GPL-2.0-or-later
// Operations of one driver that meet in one place.
#include <algorithm>

#include "mechanisms/races.h"
#include "record/counters.h"

namespace ct::test {

namespace {

MachineDriver race_scalar(Random &random)
{
    static const std::array<MachineDriver, 4> all{
        MachineDriver{"ctr-aes-t4", "ctr(aes)"},
        MachineDriver{"gcm-aes-t4", "gcm(aes)"},
        MachineDriver{"cbc-aes-t4", "cbc(aes)"},
        MachineDriver{"rfc4106-gcm-t4", "rfc4106(gcm(aes))"},
    };
    return all.at(below(random, all.size()));
}

MachineDriver race_any(Random &random)
{
    MachineDriver driver = race_scalar(random);
    if (chance(random, 0.5)) {
        driver.simd = true;
        driver.name.replace(driver.name.size() - 2, 2, "qx");
    }
    return driver;
}

Octets race_input(const Packet &packet, Direction direction)
{
    return direction == Direction::Encrypt ? packet.plain_text() : packet.sealed_text();
}

// What another operation of the driver had in the same place: of the same SA, or of any.
RaceBytes race_others(FaultMachine &machine, Random &random, const Packet &packet, bool input,
                      Direction direction, std::size_t size)
{
    const Packet other = chance(random, 0.3)
                             ? machine.of_same_sa(packet, packet.vector().index + 1)
                             : machine.packet(packet.sa().alg->name, 2, 100);
    const Octets text =
        input == (direction == Direction::Encrypt) ? other.plain_text() : other.sealed_text();
    RaceBytes bytes(text.begin(), text.end());
    while (bytes.size() < size) // what the operations before left there
        bytes.push_back(static_cast<std::uint8_t>(random()));
    return bytes;
}

// A scratch buffer: the texts of two operations are mixed in it, before or after the work.
struct Scratch {
    bool input = false;
    bool nested = false; // it is of a CPU, and an operation in a softirq uses it too
    double again = 0.02;
};

void scratch_record(FaultMachine &machine, Random &random, const MachineDriver &driver,
                    const Scratch &what)
{
    const Packet packet = machine.packet(driver.algorithm, 4, 100);
    const Direction direction = machine.some_direction();
    const Octets right =
        what.input ? race_input(packet, direction)
                   : race_input(packet, direction == Direction::Encrypt ? Direction::Decrypt
                                                                        : Direction::Encrypt);
    RaceBytes text(right.begin(), right.end());
    // The other one copies its text from the beginning, and is somewhere in it; or this
    // operation had come so far when the other one came.
    const std::size_t from = chance(random, 0.5) ? 0 : below(random, text.size() / 8) * 8;
    const std::size_t until =
        from > 0 ? text.size() : std::min(text.size(), 8 + below(random, text.size() / 8) * 8);
    const RaceBytes others =
        race_others(machine, random, packet, what.input, direction, text.size());
    for (std::size_t place = from; place < until; ++place)
        text[place] = others[place];
    if (std::ranges::equal(text, right))
        return; // the same pattern in both
    const std::uint32_t cpu = machine.some_cpu();
    if (what.input && direction == Direction::Decrypt && packet.vector().icv_len > 0) {
        machine.refused(driver, packet, cpu);
    } else if (what.input) {
        Twist twist;
        twist.input = text;
        machine.record(driver, packet, direction, twisted(packet, direction, twist), cpu);
    } else {
        // The ICV was made of the right text.
        RaceBytes output = right_output(packet, direction);
        std::ranges::copy(text, output.begin() + packet.vector().head_len);
        FaultMachine::set_iv(machine.record(driver, packet, direction, output, cpu), packet,
                             last_block(packet));
    }
    if (what.nested) {
        machine.in_context(machine.last(),
                           chance(random, 0.8) ? Context::Task : Context::Caller);
        machine.interrupted(machine.last(), true);
    }
    machine.again(race_again(what.again, !what.nested));
}

Evidence scratch_run(Random &random, const MachineDriver &driver, const Scratch &what,
                     std::size_t wanted)
{
    FaultMachine machine(random);
    machine.add(driver);
    while (machine.records() < wanted)
        scratch_record(machine, random, driver, what);
    return machine.evidence();
}

Evidence scratch_of_all(Random &random)
{
    return scratch_run(random, race_any(random), {chance(random, 0.5), false, 0.03},
                       count_between(random, 5, 120));
}

Evidence scratch_few(Random &random)
{
    return scratch_run(random, race_scalar(random), {false, false, 0.01}, 2 + below(random, 2));
}

Evidence scratch_nested(Random &random)
{
    return scratch_run(random, race_scalar(random), {chance(random, 0.5), true, 0.05},
                       count_between(random, 4, 80));
}

// Blocks of key stream are computed beforehand into a buffer of the CPU; a softirq operation
// puts its own there. last: only the last part of a block goes through it, within a section.
Evidence stream_run(Random &random, bool last)
{
    FaultMachine machine(random);
    MachineDriver driver{"ctr-aes-t4", "ctr(aes)"};
    if (last || chance(random, 0.5))
        driver = {"rfc4106-gcm-t4", "rfc4106(gcm(aes))"};
    if (last)
        driver = {"rfc4106-gcm-qx", "rfc4106(gcm(aes))", true};
    machine.add(driver, chance(random, 0.3));
    const std::size_t batch = chance(random, 0.5) ? 4 : 8;
    const std::size_t wanted = count_between(random, last ? 5 : 4, 70);
    while (machine.records() < wanted) {
        const Packet packet =
            machine.packet(driver.algorithm, [&](const yt_sa &, const yt_vector &vector) {
                return vector.text_len > 160 && vector.text_len < 1600 &&
                       (!last || vector.text_len % 16 != 0);
            });
        const Packet other = chance(random, 0.4) ? machine.of_same_sa(packet, random())
                                                 : machine.packet(driver.algorithm, 10, 100);
        std::size_t first = below(random, packet.blocks() / batch) * batch;
        if (last)
            first = packet.blocks() - 1;
        const std::size_t done = last ? 0 : below(random, batch); // used before
        std::vector<StateFault> faults;
        for (std::size_t place = done; place < (last ? 1 : batch); ++place) {
            const Block stream =
                encrypted(other.aes(), other.counter(static_cast<std::ptrdiff_t>(place)));
            faults.push_back({first + place, packet.aes().rounds, [stream](const Block &) {
                                  return stream;
                              }});
        }
        const Direction direction = machine.some_direction();
        const auto output = faulty(packet, direction, faults);
        if (output == right_output(packet, direction))
            continue;
        Mismatch &record =
            machine.record(driver, packet, direction, output, machine.some_cpu());
        machine.in_context(record, chance(random, 0.8) ? Context::Task : Context::Caller);
        machine.interrupted(record, true);
        if (last) {
            record.fpu_hits = 1;
            over_fpu_section(record) = true;
        }
        machine.again(race_again(0.03, false));
    }
    return machine.evidence();
}

Evidence stream_nested(Random &random)
{
    return stream_run(random, false);
}

Evidence stream_in_section(Random &random)
{
    return stream_run(random, true);
}

Evidence iv_in_transform(Random &random)
{
    FaultMachine machine(random);
    const MachineDriver driver = race_any(random);
    machine.add(driver);
    const std::size_t wanted = count_between(random, 3, 60);
    while (machine.records() < wanted) {
        iv_record(machine, random, driver);
        machine.again(race_again(0.02));
    }
    return machine.evidence();
}

Evidence swapped_results(Random &random)
{
    FaultMachine machine(random);
    const MachineDriver driver = race_any(random);
    machine.add(driver);
    const std::size_t wanted = count_between(random, 2, 50);
    while (machine.records() < wanted) {
        swapped_record(machine, random, driver, 0.7);
        machine.again(race_again(0.02));
    }
    return machine.evidence();
}

Evidence early_run(Random &random, const MachineDriver &driver, double again)
{
    FaultMachine machine(random);
    machine.add(driver);
    const std::size_t wanted = count_between(random, 4, 100);
    while (machine.records() < wanted) {
        Mismatch &record = early_record(machine, random, driver, chance(random, 0.2));
        record.persists = chance(random, 0.3); // the rest comes soon
        if (driver.async)
            record.in_flight += 1;
        machine.again(race_again(again));
    }
    return machine.evidence();
}

Evidence early_device(Random &random)
{
    const MachineDriver driver =
        chance(random, 0.5)
            ? MachineDriver{"cbc-aes-eng0", "cbc(aes)", false, false, false, true}
            : MachineDriver{"gcm-aes-eng0", "gcm(aes)", false, false, false, true};
    return early_run(random, driver, 0.3);
}

Evidence early_deferred(Random &random)
{
    return early_run(random, {"cbc-aes-wq", "cbc(aes)", false, true, true}, 0.25);
}

// One sum of GHASH for all operations of a transform: texts are right.
Evidence shared_sum(Random &random)
{
    FaultMachine machine(random);
    const MachineDriver driver{"gcm-aes-t4", "gcm(aes)"};
    machine.add(driver);
    const std::size_t wanted = count_between(random, 4, 80);
    while (machine.records() < wanted) {
        const Packet packet = machine.packet(driver.algorithm, 2, 100);
        RaceBytes output = right_output(packet, Direction::Encrypt);
        for (std::size_t place = 0; place < packet.vector().icv_len; ++place)
            output[output.size() - 1 - place] ^= static_cast<std::uint8_t>(random());
        if (chance(random, 0.5))
            machine.record(driver, packet, Direction::Encrypt, output, machine.some_cpu());
        else
            machine.refused(driver, packet, machine.some_cpu());
        machine.again(race_again(0.02));
    }
    return machine.evidence();
}

} // namespace

std::vector<Mechanism> race_mechanisms()
{
    constexpr auto race = BugClass::DriverRace;
    return {
        {"one scratch buffer for all CPUs", race, {}, scratch_of_all},
        {"one scratch buffer, seen two or three times", race, {}, scratch_few},
        {"a CPU's scratch buffer, used again by softirqs", race, {}, scratch_nested},
        {"a CPU's key stream, used again by softirqs", race, {}, stream_nested},
        // Memory or registers: both are lost in the section only.
        {"a block of memory for the last part, in FPU sections",
         race,
         {BugClass::FpuNested},
         stream_in_section},
        {"an IV kept in the transform", race, {}, iv_in_transform},
        {"results of two operations are swapped", race, {}, swapped_results},
        {"a device's thread is woken before all is written", race, {}, early_device},
        {"deferred work completes before all is written",
         race,
         {BugClass::AsyncOrder},
         early_deferred},
        {"one sum of GHASH for a transform's operations", race, {}, shared_sum},
    };
}

} // namespace ct::test
