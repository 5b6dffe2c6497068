// SPDX-License-Identifier: GPL-2.0-or-later
// Registers lost in ways that nothing was fitted to.
#include <algorithm>
#include <array>
#include <cstring>

#include "mechanisms/fresh.h"
#include "mechanisms/thread_run.h"

namespace ct::test {

namespace {

std::size_t fresh_suite(Random &random, std::initializer_list<std::size_t> suites)
{
    return *(suites.begin() + below(random, suites.size()));
}

// A checksum in a softirq used the register with the round key of the moment, which is read
// again in the next round and for the next blocks.
Evidence fresh_key_register(Random &random)
{
    FpuRun run(random);
    const bool nested = fpu_chance(random, 0.5); // by operations of the run, or by others
    for (std::size_t count = fpu_some(random, 1, 120); count > 0; --count) {
        const std::size_t suite =
            fresh_suite(random, {fpu_cbc, fpu_ctr, fpu_rfc4106, fpu_gcm, fpu_authenc});
        const Packet packet = run.packet(suite, 17, 90);
        const Direction direction =
            packet.is_gcm() ? Direction::Encrypt : fpu_direction(random);
        const std::size_t width = run.width(packet, direction);
        const std::size_t batch = below(random, packet.vector().text_len / 16U / width) * width;
        const auto round = static_cast<unsigned>(1 + below(random, packet.aes().rounds - 1U));
        const Block lost = random_block(random);
        std::vector<StateFault> faults;
        for (std::size_t block = batch + below(random, width); block < batch + width; ++block)
            faults.push_back({block, round, [lost](const Block &state) {
                                  return state ^ lost;
                              }});
        Mismatch &record = run.add(suite, packet, direction, faulty(packet, direction, faults));
        run.hit(record, nested && fpu_chance(random, 0.9));
        run.again({0.02, 0, 0.02, 0.02});
    }
    return run.evidence();
}

// The nested work ends with vzeroupper, and nobody saves the upper halves for those below.
Evidence fresh_vzeroupper(Random &random)
{
    FpuRun run(random);
    run.make_wide();
    for (std::size_t count = fpu_some(random, 1, 150); count > 0; --count) {
        const std::size_t suite = fresh_suite(random, {fpu_ctr, fpu_rfc4106, fpu_gcm});
        const Packet packet = run.packet(suite, 17, 90);
        const Direction direction =
            packet.is_gcm() ? Direction::Encrypt : fpu_direction(random);
        const std::size_t width = run.width(packet, direction);
        unsigned upper = 0;
        for (std::size_t place = 1; place < width; place += 2)
            upper |= 1U << place;
        const auto faults = fpu_replaced(packet, width, upper, fpu_same(Block{}), random);
        Mismatch &record = run.add(suite, packet, direction, faulty(packet, direction, faults));
        run.hit(record, fpu_chance(random, 0.8));
        run.again({0.03, 0, 0.03, 0.03});
    }
    return run.evidence();
}

// Where the text goes on in another page, the walk may sleep; what is in work is lost.
Evidence fresh_batch_over_sleep(Random &random)
{
    FpuRun run(random);
    for (std::size_t count = fpu_some(random, 2, 60); count > 0; --count) {
        const std::size_t suite = fresh_suite(random, {fpu_ctr, fpu_gcm, fpu_cbc});
        const Packet packet = run.packet(suite, 280, 560);
        const Direction direction = suite == fpu_cbc   ? Direction::Decrypt
                                    : suite == fpu_gcm ? Direction::Encrypt
                                                       : fpu_direction(random);
        const std::size_t width = run.width(packet, direction);
        const std::size_t offset = 16 * below(random, 16);
        const std::size_t boundary =
            (fresh_page - offset - packet.vector().head_len) / 16 / width * width;
        const auto round = static_cast<unsigned>(1 + below(random, packet.aes().rounds - 1U));
        const FpuValue value =
            fpu_chance(random, 0.5)
                ? fpu_unknown(random)
                : fpu_user(random, static_cast<std::uint32_t>(below(random, 2U * run.cpus())));
        std::vector<StateFault> faults;
        for (std::size_t place = 0; place < width; ++place)
            faults.push_back({boundary + place, round, [lost = value(place)](const Block &) {
                                  return lost;
                              }});
        Mismatch &record = run.add(suite, packet, direction, faulty(packet, direction, faults));
        FpuRun::not_in_softirq(record);
        FpuRun::nothing_seen(record);
        record.layout = "in-place/page/whole+" + std::to_string(offset);
        record.preemptions = 1;
        record.duration_ns += 20000 + below(random, 900000);
        if (fpu_chance(random, 0.3))
            record.cpu_after = run.cpu();
        run.again({0.25, 0, 0.25, 0.1});
    }
    return run.evidence();
}

// All keys are in registers, and those of another thread are there after the sleep.
Evidence fresh_keys_over_sleep(Random &random)
{
    FpuRun run(random);
    run.make_wide();
    for (std::size_t count = fpu_some(random, 2, 30); count > 0; --count) {
        const std::size_t suite = fresh_suite(random, {fpu_ctr, fpu_gcm});
        const Packet packet = run.packet(suite, 280, 400);
        const std::size_t from = (fresh_page - packet.vector().head_len) / 16;
        const FpuValue value =
            fpu_user(random, static_cast<std::uint32_t>(below(random, 2U * run.cpus())));
        RoundKeys keys;
        for (unsigned round = 0; round <= packet.aes().rounds; ++round)
            keys.emplace_back(round,
                              round_key(packet.aes(), Way::Encrypt, round) ^ value(round));
        Twist twist;
        twist.cipher = [&, wrong = keyed_cipher(packet, true, keys),
                        done = std::size_t{0}](const Block &in) mutable {
            return done++ < from ? encrypted(packet.aes(), in) : wrong(in);
        };
        Mismatch &record = run.add(suite, packet, Direction::Encrypt,
                                   twisted(packet, Direction::Encrypt, twist));
        FpuRun::not_in_softirq(record);
        FpuRun::nothing_seen(record);
        record.layout = "in-place/page/whole+0";
        record.preemptions = 1 + (fpu_chance(random, 0.2) ? 1U : 0U);
        record.duration_ns += 20000 + below(random, 900000);
        run.again({0.3, 0, 0.3, 0.3});
    }
    return run.evidence();
}

// A page is copied with vector registers when a thread first writes to it.
Evidence fresh_page_copies(Random &random)
{
    ThreadRun run(random, {ThreadCpu::Avx, ThreadCpu::Avx512});
    const std::size_t registers = 1 + below(random, 4);
    for (std::size_t count = fpu_some(random, 1, 40); count > 0; --count) {
        const FpuValue data = fpu_unknown(random);
        run.lose(ThreadEvent::Fault, [&](ThreadWindow &window) {
            for (std::size_t number = 0; number < registers; ++number) {
                thread_put(window.low(number), data(2 * number));
                thread_put(window.high(number), data(2 * number + 1));
            }
        });
    }
    return run.evidence();
}

// A tracer of system calls computes with floating point, and begins with fninit.
Evidence fresh_floating_point(Random &random)
{
    using enum ThreadEvent;
    ThreadRun run(random, {ThreadCpu::Sse, ThreadCpu::Avx, ThreadCpu::Avx512});
    const std::size_t registers = 1 + below(random, 3);
    for (std::size_t count = fpu_some(random, 2, 40); count > 0; --count)
        run.lose(
            thread_one_of(random, {Syscall, Syscall, Call, Sleep}), [&](ThreadWindow &window) {
                std::byte *image = window.image.data();
                window.clear(place::fsw, sizeof(initial::fsw));
                window.clear(place::ftw, sizeof(initial::ftw));
                std::memcpy(image + place::fcw, &initial::fcw, sizeof(initial::fcw));
                for (std::size_t number = 0; number < registers; ++number) {
                    Block value = random_block(random);
                    value.at(7) |= 0x80; // normal
                    value.at(8) = 0x05;
                    value.at(9) = 0x40;
                    std::memcpy(image + place::st + number * st_step, value.data(), st_size);
                }
            });
    return run.evidence();
}

// The parent's registers are copied for the child, and a softirq comes in between.
Evidence fresh_fork_window(Random &random)
{
    ThreadRun run(random, {ThreadCpu::Sse, ThreadCpu::Avx, ThreadCpu::Avx512});
    for (std::size_t count = fpu_some(random, 2, 20); count > 0; --count)
        run.lose(ThreadEvent::Fork, thread_worked(random, 1 + below(random, 8)),
                 "in the child");
    return run.evidence();
}

Evidence fresh_migration_window(Random &random)
{
    ThreadRun run(random, {ThreadCpu::Sse, ThreadCpu::Avx, ThreadCpu::Avx512});
    for (std::size_t count = fpu_some(random, 2, 30); count > 0; --count)
        run.lose(ThreadEvent::Migrate, thread_worked(random, 2 + below(random, 7)));
    return run.evidence();
}

// A CPU was off and came back, and its thread of before still counts as the owner.
Evidence fresh_owner_of_before(Random &random)
{
    using enum ThreadEvent;
    ThreadRun run(random, {ThreadCpu::Sse, ThreadCpu::Avx, ThreadCpu::Avx512});
    for (std::size_t count = fpu_some(random, 1, 12); count > 0; --count) {
        const std::uint32_t thread = run.some_thread();
        run.lose(
            thread_one_of(random, {Sleep, Sleep, Migrate}),
            [&](ThreadWindow &window) {
                window.image = window.filled(
                    {run.neighbour(thread), false, window.author.epoch - below(random, 3000)});
            },
            {}, thread);
    }
    return run.evidence();
}

// The image in memory is copied without having saved the registers to it.
Evidence fresh_unsaved_fork(Random &random)
{
    ThreadRun run(random, {ThreadCpu::Sse, ThreadCpu::Avx, ThreadCpu::Avx512});
    for (std::size_t count = fpu_some(random, 1, 20); count > 0; --count)
        run.lose(ThreadEvent::Fork, thread_older(1 + below(random, 60)), "in the child");
    return run.evidence();
}

Evidence fresh_initial_x87(Random &random)
{
    using enum ThreadEvent;
    ThreadRun run(random, {ThreadCpu::Avx, ThreadCpu::Avx512});
    for (std::size_t count = fpu_some(random, 2, 40); count > 0; --count)
        run.lose(thread_one_of(random, {Spin, Sleep, Migrate, Signal, Ptrace}),
                 [](ThreadWindow &window) {
                     window.clear(place::fsw, sizeof(initial::fsw));
                     window.clear(place::ftw, sizeof(initial::ftw));
                     std::memcpy(window.image.data() + place::fcw, &initial::fcw,
                                 sizeof(initial::fcw));
                     window.clear(place::st, place::xmm - place::st);
                 });
    return run.evidence();
}

// The size was computed of the components before: the last registers are not in it.
Evidence fresh_short_buffer(Random &random)
{
    using enum ThreadEvent;
    ThreadRun run(random, {ThreadCpu::Avx512});
    const std::size_t registers = std::size_t{4} << below(random, 2);
    const bool frames = fpu_chance(random, 0.5); // those of signals, or those of tasks
    for (std::size_t count = fpu_some(random, 2, 40); count > 0; --count)
        run.lose(frames ? thread_one_of(random, {Signal, Altstack})
                        : thread_one_of(random, {Sleep, Spin, Migrate}),
                 [&](ThreadWindow &window) {
                     window.clear(window.sets.hi16_zmm + (16 - registers) * register_size,
                                  registers * register_size);
                 });
    return run.evidence();
}

// What programs search in strings.
Evidence fresh_strings(Random &random)
{
    ThreadRun run(random, {ThreadCpu::Avx});
    for (std::size_t count = fpu_some(random, 1, 30); count > 0; --count) {
        Block text{};
        for (std::uint8_t &character : text)
            character = static_cast<std::uint8_t>("/abcdeilnorstu-._=:0123"[below(random, 23)]);
        const std::size_t number = below(random, 16);
        run.lose(thread_any(random),
                 [&](ThreadWindow &window) { thread_put(window.high(number), text); });
    }
    return run.evidence();
}

// The upper lane of a register, as that thread fills it.
Block fresh_upper_lane(std::uint32_t thread, std::size_t number, std::uint64_t epoch)
{
    CpuFacts facts;
    facts.mxcsr_mask = 0xffff;
    facts.osxsave = true;
    facts.xcr0 = 7;
    facts.areas = {{{}, {}, {256, 576}, {}, {}, {}, {}, {}}};
    const RegisterSets sets = make_register_sets(facts);
    ThreadImage image(sets.size);
    fill(image, sets, {thread, false, epoch});
    Block lane{};
    std::memcpy(lane.data(), image.data() + sets.ymm + number * lane_size, lane.size());
    return lane;
}

// Two blocks to a register: the second of one is what a thread had there.
Evidence fresh_leak_into_aes(Random &random)
{
    FpuRun run(random);
    run.make_wide();
    for (std::size_t count = fpu_some(random, 2, 30); count > 0; --count) {
        const std::size_t suite = fresh_suite(random, {fpu_ctr, fpu_rfc4106, fpu_gcm});
        const Packet packet = run.packet(suite, 17, 90);
        const Direction direction =
            packet.is_gcm() ? Direction::Encrypt : fpu_direction(random);
        const std::size_t block = 2 * below(random, packet.vector().text_len / 16U / 2) + 1;
        const auto round = static_cast<unsigned>(1 + below(random, packet.aes().rounds - 1U));
        const Block lost =
            fresh_upper_lane(static_cast<std::uint32_t>(below(random, 2U * run.cpus())),
                             below(random, 16), 1000 + below(random, 3000000));
        Mismatch &record =
            run.add(suite, packet, direction,
                    faulty(packet, direction, {{block, round, [&](const Block &) {
                                                    return lost;
                                                }}}));
        if (fpu_chance(random, 0.7))
            FpuRun::nothing_seen(record);
        run.again({0, 0, 0.005, 0});
    }
    return run.evidence();
}

// The hypervisor emulates an instruction, and writes back a register that it read long before:
// to whatever runs.
Evidence fresh_emulation(Random &random)
{
    FpuRun run(random);
    ThreadRun threads(random, {ThreadCpu::Avx, ThreadCpu::Avx512});
    for (std::size_t count = fpu_some(random, 2, 30); count > 0; --count) {
        const std::size_t suite =
            fresh_suite(random, {fpu_cbc, fpu_ctr, fpu_rfc4106, fpu_authenc});
        const Packet packet = run.packet(suite, 17, 90);
        const Direction direction =
            packet.is_gcm() ? Direction::Encrypt : fpu_direction(random);
        const std::size_t width = run.width(packet, direction);
        const auto faults = fpu_replaced(packet, width, 1U << below(random, width),
                                         fpu_unknown(random), random);
        Mismatch &record = run.add(suite, packet, direction, faulty(packet, direction, faults));
        FpuRun::nothing_seen(record);
        run.again({0.01, 0.01, 0.01, 0.01});
    }
    for (std::size_t count = fpu_some(random, 2, 15); count > 0; --count) {
        const std::size_t number = below(random, 16);
        const std::uint64_t age = 1 + below(random, 90);
        threads.lose(ThreadEvent::Spin, [&](ThreadWindow &window) {
            Author before = window.author;
            before.epoch -= age;
            window.take(window.filled(before), place::xmm + number * lane_size, lane_size);
        });
    }
    for (Mismatch &lost : threads.evidence().records) {
        lost.changed->thread %= 2 * run.cpus();
        FpuRun::put(lost, lost.changed->thread % run.cpus());
        run.append(std::move(lost));
    }
    return run.evidence();
}

// All CPUs are held at one moment, and get their registers from an older moment.
Evidence fresh_pause(Random &random)
{
    using enum ThreadEvent;
    ThreadRun run(random, {ThreadCpu::Sse, ThreadCpu::Avx, ThreadCpu::Avx512});
    const std::uint32_t cpus = run.neighbour(0);
    const std::uint64_t age = 20 + below(random, 400);
    for (std::uint32_t cpu = 0; cpu < cpus; ++cpu)
        run.lose(thread_one_of(random, {Spin, Spin, Spin, Syscall}),
                 thread_older(age + below(random, 9)), {},
                 fpu_chance(random, 0.5) ? cpu : run.neighbour(cpu));
    Evidence evidence = run.evidence();
    const std::uint64_t moment = evidence.records.front().time_ns;
    for (Mismatch &record : evidence.records)
        record.time_ns = moment + 3000 * record.number;
    return evidence;
}

} // namespace

std::vector<Mechanism> fresh_register_mechanisms()
{
    using enum BugClass;
    return {
        {"a checksum of softirqs over a round key's register",
         FpuNested,
         {},
         fresh_key_register},
        {"vzeroupper over upper halves in use", FpuNested, {}, fresh_vzeroupper},
        {"blocks in work over a sleep", FpuSleep, {}, fresh_batch_over_sleep},
        {"all round keys over a sleep", FpuSleep, {}, fresh_keys_over_sleep},
        {"pages are copied with vector registers", FpuUserClobber, {}, fresh_page_copies},
        {"floating point in a tracer", FpuUserClobber, {}, fresh_floating_point},
        {"interrupts while a fork copies", FpuIrqWindow, {}, fresh_fork_window},
        {"interrupts in migrations", FpuIrqWindow, {}, fresh_migration_window},
        {"an owner of before a CPU was off", FpuStaleOwner, {}, fresh_owner_of_before},
        {"a fork copies what was not saved", FpuStaleOwner, {}, fresh_unsaved_fork},
        {"x87 is initial", XstateFormat, {}, fresh_initial_x87},
        {"a buffer is too short for the last registers", XstateFormat, {}, fresh_short_buffer},
        {"upper halves are pieces of strings", RegfileLeak, {}, fresh_strings},
        {"upper halves of threads in AES", RegfileLeak, {}, fresh_leak_into_aes},
        {"a register of an emulated instruction", VcpuSwitch, {}, fresh_emulation},
        {"a pause brings back old registers", VcpuSwitch, {FpuStaleOwner}, fresh_pause}};
}

} // namespace ct::test
