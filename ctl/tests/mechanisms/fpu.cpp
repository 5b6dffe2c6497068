// SPDX-License-Identifier: GPL-2.0-or-later
// Vector registers that an operation loses: to what interrupts its FPU section, to a sleep in
// it, to a hypervisor.
#include "mechanisms/fpu_run.h"

#include <algorithm>
#include <fmt/format.h>

namespace ct::test {

namespace {

constexpr unsigned fpu_all = ~0U; // registers
// With disturbers a moment can come again, as seldom as it came in the run.
constexpr FpuAgain fpu_seldom{0.0003, 0, 0.0003, 0.0003};
// Interrupts strike, and no softirq does.
constexpr FpuAgain fpu_struck{0.0003, 0, 0.0003, 0.0003, 0.0003};
constexpr FpuAgain fpu_often{0.04, 0, 0.03, 0.04};
// Interrupts that are off in a guest are no matter to what is below it.
constexpr FpuAgain fpu_below{0.0003, 0.0003, 0.0003, 0.0003};

std::size_t fpu_any(Random &random)
{
    return below(random, fpu_suites.size());
}

// ---- FPU sections that are interrupted by FPU work

// AES of a softirq over that of a task: its state is left in the first registers.
Evidence fpu_softirq_aes(Random &random)
{
    FpuRun run(random);
    for (std::size_t count = fpu_some(random, 2, 80); count > 0; --count) {
        const std::size_t suite = fpu_any(random);
        const Packet packet = run.packet(suite, 8, 90);
        const Packet other = run.packet(fpu_any(random), 2, 90);
        const Direction direction = fpu_direction(random);
        const auto faults =
            fpu_replaced(packet, run.width(packet, direction),
                         below(random, 3) == 0 ? 0xffU : 0x3U, fpu_left_by(other), random);
        run.hit(run.add(suite, packet, direction, faulty(packet, direction, faults)), true);
        run.again(fpu_seldom);
    }
    return run.evidence();
}

// The nested end makes the next access load the task's image over all registers.
Evidence fpu_reload(Random &random)
{
    FpuRun run(random);
    const bool often = below(random, 2) == 0;
    if (often)
        run.soon();
    for (std::size_t count = fpu_some(random, 2, 30); count > 0; --count) {
        const std::size_t suite = fpu_any(random);
        const Packet packet = run.packet(suite, 20, 90);
        const Direction direction = fpu_direction(random);
        const std::uint32_t cpu = run.cpu();
        const bool caller = below(random, 3) != 0;
        // A kernel thread has an image that never changes: zeros.
        const FpuValue image = caller ? fpu_user(random, cpu) : fpu_same(Block{});
        auto faults =
            fpu_replaced(packet, run.width(packet, direction), fpu_all, image, random);
        if (packet.mode() == Mode::Counter)
            for (StateFault &later : fpu_miscounted(packet, faults.back().block + 1, image(15)))
                faults.push_back(std::move(later));
        Mismatch &record = run.add(suite, packet, direction, faulty(packet, direction, faults));
        run.hit(record, true);
        record.context = caller ? Context::Caller : Context::Task;
        record.live = caller;
        FpuRun::put(record, cpu);
        run.again(often ? fpu_often : fpu_seldom);
    }
    return run.evidence();
}

// A tracer on the way of hard interrupts uses vector registers: always the same values.
Evidence fpu_hardirq(Random &random)
{
    FpuRun run(random);
    const FpuValue left = fpu_unknown(random);
    const std::uint32_t traced = run.cpu();
    const bool spread = below(random, 2) == 0;
    for (std::size_t count = fpu_some(random, 3, 25); count > 0; --count) {
        const std::size_t suite = fpu_any(random);
        const Packet packet = run.packet(suite, 8, 90);
        const Direction direction = fpu_direction(random);
        const auto faults =
            fpu_replaced(packet, run.width(packet, direction), 0x5U, left, random);
        Mismatch &record = run.add(suite, packet, direction, faulty(packet, direction, faults));
        run.hit(record, false);
        if (!spread)
            FpuRun::put(record, traced);
        // Which the module cannot tell of from an operation in a softirq.
        if (below(random, 6) == 0) {
            record.context = Context::Softirq;
            record.fpu_hits = 0;
        }
        run.again(fpu_struck);
    }
    return run.evidence();
}

// GHASH or a digest was in the registers at that moment, and no text.
Evidence fpu_icv_only(Random &random)
{
    FpuRun run(random);
    for (std::size_t count = fpu_some(random, 2, 20); count > 0; --count) {
        const std::size_t suite = fpu_rfc4106 + below(random, 4);
        const Packet packet = run.packet(suite, 2, 90);
        const bool refused = below(random, 2) == 0;
        run.hit(refused
                    ? run.add_refused(suite, packet)
                    : run.add(suite, packet, Direction::Encrypt, fpu_wrong_icv(packet, random)),
                true);
        run.again(fpu_seldom);
    }
    return run.evidence();
}

// A run that ends at its first mismatch: the counter was lost to a user's register.
Evidence fpu_once(Random &random)
{
    FpuRun run(random);
    const std::size_t suite = below(random, 2) == 0 ? fpu_ctr : fpu_gcm;
    const Packet packet = run.packet(suite, 20, 90);
    const Direction direction = fpu_direction(random);
    const std::uint32_t cpu = run.cpu();
    const auto faults = fpu_miscounted(packet, 1 + below(random, packet.blocks() - 2),
                                       fpu_user(random, cpu)(below(random, 16)));
    Mismatch &record = run.add(suite, packet, direction, faulty(packet, direction, faults));
    run.hit(record, true);
    record.fpu_hits = std::max(record.fpu_hits, 1U);
    record.interruptions = std::max(record.interruptions, record.fpu_hits);
    record.context = Context::Caller;
    record.live = true;
    FpuRun::put(record, cpu);
    run.again(fpu_seldom);
    return run.evidence();
}

// Hard interrupts over softirqs: the module sees them, but not that they hit a section.
Evidence fpu_over_softirqs(Random &random)
{
    FpuRun run(random);
    for (std::size_t count = fpu_some(random, 3, 40); count > 0; --count) {
        const std::size_t suite = fpu_any(random);
        const Packet packet = run.packet(suite, 8, 90);
        const Packet other = run.packet(fpu_ctr, 2, 40);
        const Direction direction = fpu_direction(random);
        const auto faults = fpu_replaced(packet, run.width(packet, direction), 0x3U,
                                         fpu_left_by(other), random);
        Mismatch &record = run.add(suite, packet, direction, faulty(packet, direction, faults));
        record.context = Context::Softirq;
        record.live = below(random, 3) == 0;
        FpuRun::nothing_seen(record);
        record.interruptions = 1;
        run.again(fpu_struck);
    }
    return run.evidence();
}

// Softirqs of the network with AVX2, which are none of this run's: seen by chance only.
Evidence fpu_pipapo(Random &random)
{
    FpuRun run(random);
    for (std::size_t count = fpu_some(random, 4, 30); count > 0; --count) {
        const std::size_t suite = fpu_any(random);
        const Packet packet = run.packet(suite, 8, 90);
        const Direction direction = fpu_direction(random);
        // Bitmaps: few bits are set.
        Block bits{};
        bits.at(below(random, 16)) = static_cast<std::uint8_t>(1U << below(random, 8));
        const auto faults =
            fpu_replaced(packet, run.width(packet, direction), 0xffU, fpu_same(bits), random);
        Mismatch &record = run.add(suite, packet, direction, faulty(packet, direction, faults));
        FpuRun::not_in_softirq(record);
        if (below(random, 3) == 0)
            run.hit(record, false);
        run.again(fpu_seldom);
    }
    return run.evidence();
}

// ---- Sleeps in FPU sections

// A text with a page to sleep behind; where the walk goes on after it.
struct FpuSlept {
    Packet packet;
    std::size_t from;
};

FpuSlept fpu_slept_packet(FpuRun &run, std::size_t suite, Random &random)
{
    Packet packet = run.packet(suite, 262, 600);
    const std::size_t lost = below(random, 3) == 0 ? 1 + below(random, 5) : 0;
    const std::size_t page = packet.blocks() > 520 && below(random, 2) == 0 ? 512 : 256;
    return {std::move(packet), page - lost};
}

Mismatch &fpu_slept(FpuRun &run, Mismatch &record, Random &random)
{
    FpuRun::not_in_softirq(record);
    record.preemptions = 1 + static_cast<std::uint32_t>(below(random, 2));
    record.duration_ns += 50000 + below(random, 3000000);
    if (below(random, 8) == 0)
        record.cpu_after = run.cpu();
    // It sleeps again each time, but others do not always take the registers.
    const double likely = 0.3 + static_cast<double>(below(random, 60)) / 100;
    run.again({likely, 0, likely, likely});
    return record;
}

// CBC keeps its chaining value in a register from one page to the next.
Evidence fpu_sleep_chain(Random &random)
{
    FpuRun run(random);
    run.soon();
    for (std::size_t count = fpu_some(random, 2, 60); count > 0; --count) {
        const std::size_t suite = below(random, 2) == 0 ? fpu_cbc : fpu_authenc;
        const auto [packet, from] = fpu_slept_packet(run, suite, random);
        const Direction direction = fpu_direction(random);
        const Block lost = below(random, 3) == 0
                               ? exerciser_lane(run.cpu(), 3, 1000 + below(random, 100000))
                               : random_block(random);
        const Block difference = lost ^ block_at(packet.sealed_text(), (from - 1) * 16);
        const bool sealing = direction == Direction::Encrypt;
        const unsigned round = sealing ? 0 : packet.aes().rounds;
        fpu_slept(run,
                  run.add(suite, packet, direction,
                          faulty(packet, direction,
                                 {{from, round,
                                   [difference](const Block &state) {
                                       return state ^ difference;
                                   }}})),
                  random);
    }
    return run.evidence();
}

// A counter that is kept in a register: all of the text from the sleep on.
Evidence fpu_sleep_counter(Random &random)
{
    FpuRun run(random);
    run.soon();
    for (std::size_t count = fpu_some(random, 1, 40); count > 0; --count) {
        const std::size_t suite = fpu_ctr + below(random, 3);
        const auto [packet, from] = fpu_slept_packet(run, suite, random);
        const Direction direction = fpu_direction(random);
        const Block lost = below(random, 2) == 0 ? Block{} : random_block(random);
        fpu_slept(run,
                  run.add(suite, packet, direction,
                          faulty(packet, direction, fpu_miscounted(packet, from, lost))),
                  random);
    }
    return run.evidence();
}

// One of the round keys, where all of them are in registers.
Evidence fpu_sleep_key(Random &random)
{
    FpuRun run(random);
    run.make_wide();
    run.soon();
    const std::size_t suite = fpu_ctr + below(random, 3);
    const auto round = static_cast<unsigned>(1 + below(random, 9));
    for (std::size_t count = fpu_some(random, 2, 25); count > 0; --count) {
        const auto [packet, from] = fpu_slept_packet(run, suite, random);
        const Block difference = random_block(random);
        std::vector<StateFault> faults;
        for (std::size_t block = from; block < packet.blocks(); ++block)
            faults.push_back({block, round, [difference](const Block &state) {
                                  return state ^ difference;
                              }});
        const Direction direction = fpu_direction(random);
        fpu_slept(run, run.add(suite, packet, direction, faulty(packet, direction, faults)),
                  random);
    }
    return run.evidence();
}

// As aegis: what authenticates is in registers over the walk, and the text is right.
Evidence fpu_sleep_icv(Random &random)
{
    FpuRun run(random);
    run.soon();
    const std::size_t suite = below(random, 2) == 0 ? fpu_rfc4106 : fpu_gcm;
    for (std::size_t count = fpu_some(random, 3, 30); count > 0; --count) {
        const Packet packet = run.packet(suite, 262, 600);
        fpu_slept(run,
                  below(random, 2) == 0 ? run.add_refused(suite, packet)
                                        : run.add(suite, packet, Direction::Encrypt,
                                                  fpu_wrong_icv(packet, random)),
                  random);
    }
    return run.evidence();
}

// ---- Registers that a hypervisor loses

// All at once, of all that runs, with nothing to be seen in the guest.
Evidence fpu_vcpu_all(Random &random)
{
    FpuRun run(random);
    const bool often = below(random, 2) == 0;
    if (often)
        run.soon();
    for (std::size_t count = fpu_some(random, 3, 60); count > 0; --count) {
        const std::size_t suite = fpu_any(random);
        const Packet packet = run.packet(suite, 8, 90);
        const Direction direction = fpu_direction(random);
        const auto faults = fpu_replaced(packet, run.width(packet, direction), fpu_all,
                                         fpu_unknown(random), random);
        Mismatch &record = run.add(suite, packet, direction, faulty(packet, direction, faults));
        // As long as another guest had the CPU.
        record.duration_ns += 200000 + below(random, 9000000);
        run.again(often ? FpuAgain{0.02, 0.02, 0.02, 0.02} : fpu_below);
    }
    return run.evidence();
}

Mismatch fpu_user_register(std::uint32_t cpu, std::uint32_t owner, unsigned number,
                           std::uint64_t epoch, Random &random)
{
    Mismatch record;
    record.context = Context::Caller;
    record.what = {What::Register};
    FpuRun::put(record, cpu);
    RegisterChange changed;
    changed.name = fmt::format("xmm{}", number);
    changed.owner = fmt::format("xmm{} of exerciser {}, epoch {}", number, owner, epoch + 77);
    changed.event = below(random, 3) == 0 ? ThreadEvent::Call : ThreadEvent::Spin;
    changed.thread = cpu;
    changed.epoch = epoch;
    record.changed = changed;
    const Block right = exerciser_lane(cpu, number, epoch);
    const Block wrong = exerciser_lane(owner, number, epoch + 77);
    record.expected.assign(right.begin(), right.end());
    record.actual.assign(wrong.begin(), wrong.end());
    return record;
}

// Two virtual CPUs share one that is real, and get each other's registers.
Evidence fpu_vcpu_pair(Random &random)
{
    FpuRun run(random);
    for (std::size_t count = fpu_some(random, 2, 12); count > 0; --count) {
        const auto cpu = static_cast<std::uint32_t>(below(random, 2));
        const std::uint32_t owner = 1 - cpu;
        const std::size_t suite = fpu_any(random);
        const Packet packet = run.packet(suite, 8, 90);
        const Direction direction = fpu_direction(random);
        const auto faults = fpu_replaced(packet, run.width(packet, direction), fpu_all,
                                         fpu_user(random, owner), random);
        Mismatch &record = run.add(suite, packet, direction, faulty(packet, direction, faults));
        FpuRun::nothing_seen(record);
        FpuRun::put(record, cpu);
        run.again(fpu_below);
        const std::uint64_t epoch = 1000 + below(random, 1000000);
        // In some of the switches a user thread was running.
        const unsigned registers = below(random, 2) == 0 ? 16 : 0;
        for (unsigned number = 0; number < registers; ++number) {
            Random same(epoch);
            run.append(fpu_user_register(cpu, owner, number, epoch, same), true);
        }
    }
    return run.evidence();
}

// A move to another host: many at a moment, and never again.
Evidence fpu_vcpu_moved(Random &random)
{
    FpuRun run(random);
    run.at_once();
    for (std::uint32_t count = 3 + static_cast<std::uint32_t>(below(random, run.cpus()));
         count > 0; --count) {
        const std::size_t suite = fpu_any(random);
        const Packet packet = run.packet(suite, 8, 90);
        const Direction direction = fpu_direction(random);
        const auto faults = fpu_replaced(packet, run.width(packet, direction), fpu_all,
                                         fpu_same(Block{}), random);
        Mismatch &record = run.add(suite, packet, direction, faulty(packet, direction, faults));
        FpuRun::nothing_seen(record);
        FpuRun::put(record, count % run.cpus());
        record.duration_ns += 80000000 + below(random, 200000000);
        run.again({});
    }
    return run.evidence();
}

// Only upper halves: every other block of those that the wide registers hold.
Evidence fpu_vcpu_upper(Random &random)
{
    FpuRun run(random);
    run.make_wide();
    for (std::size_t count = fpu_some(random, 3, 40); count > 0; --count) {
        const std::size_t suite = fpu_ctr + below(random, 3);
        const Packet packet = run.packet(suite, 16, 90);
        const Direction direction = fpu_direction(random);
        const auto faults = fpu_replaced(packet, 16, 0xaaaaU, fpu_same({}), random);
        Mismatch &record = run.add(suite, packet, direction, faulty(packet, direction, faults));
        record.duration_ns += 100000 + below(random, 5000000);
        run.again(fpu_below);
    }
    return run.evidence();
}

// Timers that came due meanwhile fire as soon as it has its CPU again: in the section.
Evidence fpu_vcpu_late_timers(Random &random)
{
    FpuRun run(random);
    for (std::size_t count = fpu_some(random, 6, 60); count > 0; --count) {
        const std::size_t suite = fpu_any(random);
        const Packet packet = run.packet(suite, 8, 90);
        const Direction direction = fpu_direction(random);
        const auto faults = fpu_replaced(packet, run.width(packet, direction), fpu_all,
                                         fpu_unknown(random), random);
        Mismatch &record = run.add(suite, packet, direction, faulty(packet, direction, faults));
        if (record.context != Context::Softirq && below(random, 5) < 3)
            run.hit(record, below(random, 2) == 0);
        record.duration_ns += 200000 + below(random, 9000000);
        run.again(fpu_below);
    }
    return run.evidence();
}

} // namespace

std::vector<Mechanism> fpu_mechanisms()
{
    using enum BugClass;
    return {
        {"AES of softirqs over that of tasks", FpuNested, {}, fpu_softirq_aes},
        {"a nested end reloads the task's image", FpuNested, {}, fpu_reload},
        {"vector registers used in a hard interrupt", FpuNested, {}, fpu_hardirq},
        {"nested work that hits only the ICV", FpuNested, {}, fpu_icv_only},
        {"a counter lost to a user's register, once", FpuNested, {}, fpu_once},
        {"hard interrupts over softirqs only", FpuNested, {VcpuSwitch}, fpu_over_softirqs},
        {"softirqs that the run does not see", FpuNested, {VcpuSwitch}, fpu_pipapo},
        {"a chaining value over a sleep", FpuSleep, {}, fpu_sleep_chain},
        {"a counter over a sleep", FpuSleep, {}, fpu_sleep_counter},
        {"a round key over a sleep", FpuSleep, {}, fpu_sleep_key},
        {"an ICV's state over a sleep", FpuSleep, {}, fpu_sleep_icv},
        {"all registers of a virtual CPU", VcpuSwitch, {}, fpu_vcpu_all},
        {"registers of another virtual CPU", VcpuSwitch, {}, fpu_vcpu_pair},
        {"a move to another host", VcpuSwitch, {}, fpu_vcpu_moved},
        {"upper halves lost by a hypervisor", VcpuSwitch, {XstateFormat}, fpu_vcpu_upper},
        {"late timers of a virtual CPU", VcpuSwitch, {FpuNested}, fpu_vcpu_late_timers},
    };
}

} // namespace ct::test
