// SPDX-License-Identifier: GPL-2.0-or-later
// CPUs that compute wrong: always with some data, or now and then.
#include <algorithm>
#include <iterator>

#include "mechanisms/machine.h"

namespace ct::test {

namespace {

using CpuChange = std::function<Block(const Block &)>;

// The CPU decides, in every driver that uses its vector unit.
Again cpu_always(bool other_direction)
{
    Again again;
    again.same = again.irqs_off = again.new_key = again.other_simd = 1;
    again.other_direction = other_direction ? 1 : 0;
    return again;
}

Again cpu_seldom(double of_one)
{
    Again again;
    again.same = again.irqs_off = again.new_key = again.other_simd = of_one;
    again.other_direction = of_one;
    return again;
}

unsigned cpu_round(Random &random, const Packet &packet)
{
    return static_cast<unsigned>(1 + below(random, packet.aes().rounds - 1));
}

bool cpu_wrong(const Packet &packet, Direction direction,
               const std::vector<std::uint8_t> &output)
{
    return output != right_output(packet, direction);
}

// A bit of the state flips after a round if some others have certain values.
CpuChange cpu_certain_data(Random &random)
{
    const std::size_t tested = below(random, 16);
    const std::size_t bit = (tested * 8 + 8 + below(random, 120)) % 128;
    const auto mask = static_cast<std::uint8_t>(chance(random, 0.5) ? 0x3f : 0x7e);
    const auto value = static_cast<std::uint8_t>(random() & mask);
    return [=](const Block &state) {
        return (state.at(tested) & mask) == value ? flip_bit(state, bit) : state;
    };
}

struct CertainData {
    std::size_t least = 4;
    std::size_t most = 60;
    bool sibling = false; // another CPU is of the same core
    bool undone = false;  // decryption slips at the same place
    std::size_t packets = 40;
};

Evidence cpu_certain_run(Random &random, const CertainData &what)
{
    FaultMachine machine(random, what.sibling ? 4 : 2);
    if (what.most == 1)
        machine.always_run_again();
    const std::uint32_t cpu = machine.some_cpu();
    const std::uint32_t half = machine.cpus() / 2;
    const std::uint32_t sibling = what.sibling ? (cpu + half) % machine.cpus() : cpu;
    const unsigned round = 1 + static_cast<unsigned>(below(random, 9));
    const CpuChange change = cpu_certain_data(random);
    const std::size_t wanted = count_between(random, what.least, what.most);
    for (unsigned tries = 0; machine.records() < wanted && tries < 600; ++tries) {
        const MachineDriver driver = machine.some_driver(true);
        const Packet packet = machine.packet(driver.algorithm, 3, 100);
        const bool counting = packet.mode() == Mode::Counter;
        const Direction direction = machine.some_direction();
        const bool inverse = !counting && direction == Direction::Decrypt;
        if (inverse && !what.undone)
            continue; // another unit, which is sound
        const CpuChange slips = damaged_cipher(packet, Direction::Encrypt, round, change);
        Twist twist;
        twist.cipher = slips;
        if (inverse)
            twist.cipher = [&](const Block &in) {
                const Block state = undo_rounds(packet.aes(), Way::Encrypt, in).at(round);
                return decrypted(packet.aes(), finish_rounds(packet.aes(), Way::Encrypt,
                                                             change(state), round));
            };
        const auto output = twisted(packet, direction, twist);
        const Block mask = packet.counter(-1);
        const bool tag = packet.is_gcm() && direction == Direction::Decrypt &&
                         slips(mask) != encrypted(packet.aes(), mask);
        if (!tag && !cpu_wrong(packet, direction, output))
            continue;
        // The packet comes again for as long as it is in the pool.
        for (std::size_t times = what.most == 1 ? 1 : 1 + below(random, 3); times > 0;
             --times) {
            const std::uint32_t here = chance(random, 0.5) ? cpu : sibling;
            if (tag)
                machine.refused(driver, packet, here);
            else
                machine.record(driver, packet, direction, output, here);
            Again again = cpu_always(counting || what.undone);
            again.bad_cpus = {cpu, sibling};
            machine.again(again);
        }
    }
    return machine.evidence();
}

Evidence cpu_aesenc(Random &random)
{
    return cpu_certain_run(random, {});
}

Evidence cpu_undone(Random &random)
{
    return cpu_certain_run(random, {4, 120, false, true});
}

Evidence cpu_core(Random &random)
{
    return cpu_certain_run(random, {8, 80, true, chance(random, 0.5)});
}

Evidence cpu_one_packet(Random &random)
{
    return cpu_certain_run(random, {1, 1, false, chance(random, 0.5)});
}

// A load over a page boundary gets the bytes beyond it from another line, on one core.
Evidence cpu_split_load(Random &random)
{
    FaultMachine machine(random);
    const std::uint32_t cpu = machine.some_cpu();
    const std::size_t wanted = count_between(random, 4, 70);
    while (machine.records() < wanted) {
        const MachineDriver driver = machine.some_driver(true);
        const Packet packet = machine.packet(driver.algorithm, 8, 90);
        const Direction direction = machine.some_direction();
        const std::size_t head = packet.vector().head_len;
        const unsigned offset = 1 + static_cast<unsigned>(below(random, 15));
        const std::size_t part = 5 + below(random, packet.blocks() - 6);
        const std::size_t boundary = part * 16 + 16 - offset; // in the image
        const Octets right =
            direction == Direction::Encrypt ? packet.plain_text() : packet.sealed_text();
        Twist twist;
        twist.input.assign(right.begin(), right.end());
        if (boundary < head + 64 || (boundary - head) % 16 == 0)
            continue;
        const std::size_t end = std::min((boundary - head + 15) / 16 * 16, twist.input.size());
        for (std::size_t place = boundary - head; place < end; ++place)
            twist.input[place] = right[place - 64];
        const auto output = twisted(packet, direction, twist);
        if (packet.is_gcm() && direction == Direction::Decrypt)
            machine.refused(driver, packet, cpu);
        else if (cpu_wrong(packet, direction, output))
            machine.record(driver, packet, direction, output, cpu);
        else
            continue;
        Mismatch &record = machine.last();
        record.layout =
            MachineLayout{false, "page", "crossing" + std::to_string(part + 1), offset}.name();
        // Lists for ciphertext have the same boundary.
        machine.again(cpu_always(true));
    }
    return machine.evidence();
}

// Carry-less multiplication: texts are right, ICVs are wrong, for one packet in some.
Evidence cpu_multiplier(Random &random)
{
    FaultMachine machine(random);
    const std::uint32_t cpu = machine.some_cpu();
    const std::size_t wanted = count_between(random, 3, 50);
    while (machine.records() < wanted) {
        const MachineDriver driver = machine.some_driver(true);
        if (driver.algorithm.find("gcm") == std::string::npos)
            continue;
        const Packet packet = machine.packet(driver.algorithm, 2, 100);
        auto output = right_output(packet, Direction::Encrypt);
        const Block wrong = random_block(random);
        for (std::size_t place = 0; place < packet.vector().icv_len; ++place)
            output[output.size() - 1 - place] ^= wrong.at(place);
        for (std::size_t times = 1 + below(random, 3); times > 0; --times) {
            if (chance(random, 0.5))
                machine.record(driver, packet, Direction::Encrypt, output, cpu);
            else
                machine.refused(driver, packet, cpu);
            machine.again(cpu_always(true));
        }
    }
    return machine.evidence();
}

// A bit of one lane of the widest registers is stuck at 0: only drivers that use them are hit.
Evidence cpu_wide_lane(Random &random)
{
    FaultMachine machine(random);
    const std::vector<MachineDriver> wide{
        machine.add({"ctr-aes-vaes-avx512", "ctr(aes)", true}),
        machine.add({"rfc4106-gcm-vaes-avx512", "rfc4106(gcm(aes))", true}),
        machine.add({"generic-gcm-vaes-avx512", "gcm(aes)", true})};
    const std::uint32_t cpu = machine.some_cpu();
    const std::size_t lane = below(random, 4);
    const unsigned round = 1 + static_cast<unsigned>(below(random, 9));
    const std::size_t bit = below(random, 128);
    const std::size_t wanted = count_between(random, 5, 80);
    while (machine.records() < wanted) {
        const MachineDriver driver = wide.at(below(random, wide.size()));
        const Packet packet = machine.packet(driver.algorithm, 4, 90);
        const Direction direction = machine.some_direction();
        std::vector<StateFault> faults;
        for (std::size_t block = lane; block < packet.blocks() / 4 * 4; block += 4)
            faults.push_back({block, round, [bit](const Block &state) {
                                  const bool set = (state.at(bit / 8) >> (bit % 8) & 1) != 0;
                                  return set ? flip_bit(state, bit) : state;
                              }});
        const auto output = faulty(packet, direction, faults);
        if (!cpu_wrong(packet, direction, output))
            continue;
        machine.record(driver, packet, direction, output, cpu);
        Again again = cpu_always(true);
        again.one_driver_only = true;
        machine.again(again);
    }
    return machine.evidence();
}

struct Moment {
    std::size_t least = 3;
    std::size_t most = 40;
    double again = 0.01;
    std::uint32_t least_cpus = 2;
    std::function<CpuChange(Random &)> change;
    std::optional<unsigned> round; // nothing: any
};

// Now and then one block of one operation, on one core.
Evidence cpu_moments(Random &random, const Moment &what)
{
    FaultMachine machine(random, what.least_cpus);
    if (what.most == 1)
        machine.always_run_again();
    const std::uint32_t cpu = machine.some_cpu();
    const std::size_t wanted = count_between(random, what.least, what.most);
    while (machine.records() < wanted) {
        const MachineDriver driver = machine.some_driver(true);
        const Packet packet = machine.packet(driver.algorithm, 3, 100);
        const Direction direction = machine.some_direction();
        const std::size_t block = below(random, packet.vector().text_len / 16U);
        const unsigned round = what.round ? *what.round : cpu_round(random, packet);
        const auto output = faulty(packet, direction, {{block, round, what.change(random)}});
        if (!cpu_wrong(packet, direction, output))
            continue;
        machine.record(driver, packet, direction, output, cpu);
        machine.again(cpu_seldom(what.again));
    }
    return machine.evidence();
}

CpuChange cpu_any_bit(Random &random)
{
    const std::size_t bit = below(random, 128);
    return [bit](const Block &state) {
        return flip_bit(state, bit);
    };
}

CpuChange cpu_any_word(Random &random)
{
    const std::size_t word = below(random, 4) * 4;
    const Block value = random_block(random);
    return [=](const Block &state) {
        Block changed = state;
        std::copy_n(value.begin(), 4, changed.begin() + static_cast<std::ptrdiff_t>(word));
        return changed;
    };
}

CpuChange cpu_whole_register(Random &random)
{
    const Block value = random_block(random);
    return [value](const Block &) {
        return value;
    };
}

Evidence cpu_random_bit(Random &random)
{
    return cpu_moments(random, {3, 40, 0.01, 2, cpu_any_bit, {}});
}

// One path that is too slow when the core is hot.
Evidence cpu_weak_path(Random &random)
{
    const CpuChange one = cpu_any_bit(random);
    const auto round = static_cast<unsigned>(1 + below(random, 9));
    return cpu_moments(random, {3, 120, 0.05, 2, [&](Random &) { return one; }, round});
}

Evidence cpu_random_word(Random &random)
{
    return cpu_moments(random, {4, 30, 0.01, 2, cpu_any_word, {}});
}

Evidence cpu_one_bit(Random &random)
{
    return cpu_moments(random, {1, 1, 0, 2, cpu_any_bit, {}});
}

Evidence cpu_lost_register(Random &random)
{
    return cpu_moments(random, {12, 60, 0.01, 4, cpu_whole_register, {}});
}

Evidence cpu_seldom_multiplier(Random &random)
{
    FaultMachine machine(random, 4);
    const std::uint32_t cpu = machine.some_cpu();
    const std::size_t wanted = count_between(random, 8, 60);
    while (machine.records() < wanted) {
        const MachineDriver driver = machine.some_driver(true);
        if (driver.algorithm.find("gcm") == std::string::npos)
            continue;
        const Packet packet = machine.packet(driver.algorithm, 2, 100);
        auto output = right_output(packet, Direction::Encrypt);
        const Block wrong = random_block(random);
        for (std::size_t place = 0; place < packet.vector().icv_len; ++place)
            output[output.size() - 1 - place] ^= wrong.at(place);
        if (chance(random, 0.5))
            machine.record(driver, packet, Direction::Encrypt, output, cpu);
        else
            machine.refused(driver, packet, cpu);
        machine.again(cpu_seldom(0.02));
    }
    return machine.evidence();
}

} // namespace

std::vector<Mechanism> hardware_mechanisms()
{
    constexpr auto always = BugClass::CpuDeterministic;
    constexpr auto seldom = BugClass::CpuIntermittent;
    std::vector<Mechanism> all{
        {"AES rounds of one CPU flip a bit with certain data", always, {}, cpu_aesenc},
        {"AES rounds flip a bit, and the inverse rounds undo it", always, {}, cpu_undone},
        {"both CPUs of one core do that", always, {}, cpu_core},
        {"one packet showed it once, and shows it again", always, {}, cpu_one_packet},
        {"loads over a page boundary get bytes of another line", always, {}, cpu_split_load},
        {"carry-less multiplication is wrong for certain data", always, {}, cpu_multiplier},
        {"one lane of 512-bit registers has a bit stuck", always, {}, cpu_wide_lane},
        {"a random bit of the AES state, on one core", seldom, {}, cpu_random_bit},
        {"one slow path: always that bit, seldom", seldom, {}, cpu_weak_path},
        {"32 bits of the state, on one core", seldom, {}, cpu_random_word},
        {"one bit in the middle of AES, once", seldom, {}, cpu_one_bit},
        // A CPU of a guest that always loses its registers could look so.
        {"whole registers of one core", seldom, {BugClass::VcpuSwitch}, cpu_lost_register},
        {"carry-less multiplication of one core, seldom", seldom, {}, cpu_seldom_multiplier},
    };
    std::ranges::move(memory_mechanisms(), std::back_inserter(all));
    return all;
}

} // namespace ct::test
