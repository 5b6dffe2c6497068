// SPDX-License-Identifier: GPL-2.0-or-later
// Registers lost in ways that nothing is set with, and what has no class.
#include <algorithm>
#include <array>
#include <cstring>

#include "mechanisms/fresh.h"
#include "mechanisms/held.h"
#include "mechanisms/thread_run.h"

namespace ct::test {

namespace {

std::size_t held_suite(Random &random, std::initializer_list<std::size_t> suites)
{
    return *(suites.begin() + below(random, suites.size()));
}

Direction held_way(const Packet &packet, Random &random)
{
    return packet.is_gcm() ? Direction::Encrypt : fpu_direction(random);
}

// The last bytes are one number, the first of them the highest.
Block held_plus(Block block, std::uint64_t more, std::size_t bytes)
{
    for (std::size_t place = block.size(); place-- > block.size() - bytes;) {
        const std::uint64_t sum = block.at(place) + (more & 0xffU);
        block.at(place) = static_cast<std::uint8_t>(sum);
        more = (more >> 8U) + (sum >> 8U);
    }
    return block;
}

// All round keys stay in registers while an operation lasts: those of the nested one stay too.
Evidence held_nested_keys(Random &random)
{
    FpuRun run(random);
    run.make_wide();
    std::size_t count = fpu_some(random, 1, 60);
    while (count > 0) {
        const std::size_t suite = held_suite(random, {fpu_ctr, fpu_rfc4106, fpu_gcm});
        const Packet packet = run.packet(suite, 24, 90);
        const Packet other = run.packet(suite, 1, 90);
        if (other.sa().number == packet.sa().number)
            continue;
        --count;
        RoundKeys keys;
        const unsigned rounds = std::min(packet.aes().rounds, other.aes().rounds);
        for (unsigned round = 0; round <= rounds; ++round)
            keys.emplace_back(round, round_key(packet.aes(), Way::Encrypt, round) ^
                                         round_key(other.aes(), Way::Encrypt, round));
        const Direction direction = held_way(packet, random);
        const std::size_t width = run.width(packet, direction);
        Twist twist;
        twist.cipher =
            fresh_from(below(random, packet.blocks() / width) * width,
                       keyed_cipher(packet, true, {}), keyed_cipher(packet, true, keys));
        run.hit(run.add(suite, packet, direction, twisted(packet, direction, twist)), true);
        run.again({0.02, 0, 0.02, 0.02});
    }
    return run.evidence();
}

// What is added to the counter for the next batch lies in a register as well.
Evidence held_step(Random &random)
{
    FpuRun run(random);
    const bool seen = fpu_chance(random, 0.5); // the run's own softirqs
    for (std::size_t count = fpu_some(random, 1, 80); count > 0; --count) {
        const std::size_t suite = held_suite(random, {fpu_ctr, fpu_rfc4106, fpu_gcm});
        const Packet packet = run.packet(suite, 48, 400);
        const Direction direction = held_way(packet, random);
        const std::size_t width = run.width(packet, direction);
        const std::size_t last = below(random, packet.blocks() / width - 1);
        const std::uint64_t lost = random();
        Twist twist;
        twist.counter = [&](std::ptrdiff_t number) {
            const auto place = static_cast<std::size_t>(std::max<std::ptrdiff_t>(number, 0));
            if (place / width <= last)
                return packet.counter(number);
            const Block before =
                packet.counter(static_cast<std::ptrdiff_t>(last * width + place % width));
            return held_plus(before, lost * (place / width - last), packet.is_gcm() ? 4 : 8);
        };
        Mismatch &record = run.add(suite, packet, direction, twisted(packet, direction, twist));
        run.hit(record, seen && fpu_chance(random, 0.9));
        run.again({0.03, 0, 0.03, 0.03});
    }
    return run.evidence();
}

// Behind 4 KiB of the text.
std::size_t held_page(const Packet &packet)
{
    return (fresh_page - packet.vector().head_len) / block_size;
}

void held_slept(Mismatch &record, Random &random)
{
    FpuRun::not_in_softirq(record);
    FpuRun::nothing_seen(record);
    record.layout = "in-place/page/whole+0";
    record.preemptions = 1 + (fpu_chance(random, 0.15) ? 1U : 0U);
    record.duration_ns += 15000 + below(random, 1200000);
}

// The register that says how bytes are swapped is lost: counters get their bytes from anywhere.
Evidence held_swap_mask(Random &random)
{
    FpuRun run(random);
    for (std::size_t count = fpu_some(random, 2, 50); count > 0; --count) {
        const std::size_t suite = held_suite(random, {fpu_ctr, fpu_ctr, fpu_gcm});
        const Packet packet = run.packet(suite, 262, 560);
        const Direction direction = held_way(packet, random);
        const std::size_t from = held_page(packet);
        const auto thread = static_cast<std::uint32_t>(below(random, 2U * run.cpus()));
        const Block mask = fpu_chance(random, 0.6) ? fpu_user(random, thread)(below(random, 16))
                                                   : random_block(random);
        Twist twist;
        twist.counter = [&](std::ptrdiff_t number) {
            Block counter = packet.counter(number);
            if (number < static_cast<std::ptrdiff_t>(from))
                return counter;
            std::reverse(counter.begin(), counter.end());
            Block swapped{};
            for (std::size_t place = 0; place < swapped.size(); ++place)
                if ((mask.at(place) & 0x80U) == 0)
                    swapped.at(place) = counter.at(mask.at(place) & 0x0fU);
            return swapped;
        };
        FreshBytes output = twisted(packet, direction, twist);
        if (packet.is_gcm()) // GHASH swaps its bytes with it too
            for (std::size_t place = output.size() - packet.vector().icv_len;
                 place < output.size(); ++place)
                output[place] ^= static_cast<std::uint8_t>(random());
        held_slept(run.add(suite, packet, direction, output), random);
        run.again({0.25, 0, 0.25, 0.25});
    }
    return run.evidence();
}

// It wakes on another CPU, and goes on with what an operation there has left.
Evidence held_woken_elsewhere(Random &random)
{
    FpuRun run(random);
    for (std::size_t count = fpu_some(random, 2, 50); count > 0; --count) {
        const std::size_t suite = held_suite(random, {fpu_cbc, fpu_ctr, fpu_gcm});
        const Packet packet = run.packet(suite, 280, 560);
        const Packet other = run.packet(suite, 8, 90);
        const Direction direction =
            suite == fpu_cbc ? Direction::Decrypt : held_way(packet, random);
        const std::size_t width = run.width(packet, direction);
        const std::size_t from = held_page(packet) / width * width;
        const auto round = static_cast<unsigned>(1 + below(random, packet.aes().rounds - 1U));
        const FpuValue left = fpu_left_by(other);
        std::vector<StateFault> faults;
        for (std::size_t place = 0; place < width; ++place)
            faults.push_back({from + place, round, [lost = left(place)](const Block &) {
                                  return lost;
                              }});
        Mismatch &record = run.add(suite, packet, direction, faulty(packet, direction, faults));
        held_slept(record, random);
        record.cpu_after = (record.cpu_before + 1 +
                            static_cast<std::uint32_t>(below(random, run.cpus() - 1))) %
                           run.cpus();
        run.again({0.05, 0, 0.05, 0.05}); // it seldom moves
    }
    return run.evidence();
}

// Of the 512-bit registers those that the compiler takes last, and a mask.
Evidence held_wide_calls(Random &random)
{
    using enum ThreadEvent;
    ThreadRun run(random, {ThreadCpu::Avx512});
    const std::size_t registers = 1 + below(random, 5);
    for (std::size_t count = fpu_some(random, 1, 25); count > 0; --count)
        run.lose(thread_one_of(random, {Call, Call, Syscall}), [&](ThreadWindow &window) {
            std::byte *const zmm16 = window.image.data() + window.sets.hi16_zmm;
            for (std::size_t lane = 0; lane < registers * register_size / lane_size; ++lane)
                thread_put(zmm16 + lane * lane_size, random_block(random));
            const std::uint64_t tail = (1ULL << (1 + below(random, 15))) - 1;
            std::memcpy(window.image.data() + window.sets.opmask + mask_size, &tail,
                        sizeof(tail));
        });
    return run.evidence();
}

// A section is begun without saving: its begin sets the control words, and nothing else is
// used.
Evidence held_control_words(Random &random)
{
    using enum ThreadEvent;
    ThreadRun run(random, {ThreadCpu::Sse, ThreadCpu::Avx, ThreadCpu::Avx512});
    for (std::size_t count = fpu_some(random, 2, 60); count > 0; --count)
        run.lose(thread_one_of(random, {Call, Call, Syscall, Fault}), [](ThreadWindow &window) {
            std::byte *const image = window.image.data();
            std::memcpy(image + place::fcw, &initial::fcw, sizeof(initial::fcw));
            std::memcpy(image + place::mxcsr, &initial::mxcsr, sizeof(initial::mxcsr));
            window.clear(place::fsw, sizeof(initial::fsw));
            window.clear(place::ftw, sizeof(initial::ftw));
        });
    return run.evidence();
}

// An interrupt while ptrace copies them.
Evidence held_traced_window(Random &random)
{
    ThreadRun run(random, {ThreadCpu::Sse, ThreadCpu::Avx, ThreadCpu::Avx512});
    for (std::size_t count = fpu_some(random, 1, 20); count > 0; --count)
        run.lose(ThreadEvent::Ptrace, thread_worked(random, 1 + below(random, 8)),
                 fpu_chance(random, 0.5) ? "as ptrace has it" : "");
    return run.evidence();
}

// The interrupts' code counts in the high registers.
Evidence held_counters(Random &random)
{
    using enum ThreadEvent;
    ThreadRun run(random, {ThreadCpu::Sse, ThreadCpu::Avx, ThreadCpu::Avx512});
    const std::size_t blocks = fpu_chance(random, 0.5) ? 4 : 8;
    for (std::size_t count = fpu_some(random, 2, 40); count > 0; --count) {
        const Block first = random_block(random);
        run.lose(thread_one_of(random, {Sleep, Sleep, Migrate, Signal, Fork}),
                 [&](ThreadWindow &window) {
                     for (std::size_t number = 0; number < blocks; ++number)
                         thread_put(window.low(8 + number), held_plus(first, number, 4));
                 });
    }
    return run.evidence();
}

// A new program begins with what the one before had.
Evidence held_old_program(Random &random)
{
    ThreadRun run(random, {ThreadCpu::Sse, ThreadCpu::Avx, ThreadCpu::Avx512});
    for (std::size_t count = fpu_some(random, 1, 8); count > 0; --count)
        run.lose_in_exec(thread_older(1 + below(random, 3)));
    return run.evidence();
}

// The interrupt of a barrier lets an image of before count as the newest.
Evidence held_barrier(Random &random)
{
    ThreadRun run(random, {ThreadCpu::Sse, ThreadCpu::Avx, ThreadCpu::Avx512});
    for (std::size_t count = fpu_some(random, 1, 15); count > 0; --count)
        run.lose(ThreadEvent::Barrier, thread_older(1 + below(random, 4)));
    return run.evidence();
}

// MXCSR is in no component of the mask with which it is restored.
Evidence held_mxcsr(Random &random)
{
    using enum ThreadEvent;
    ThreadRun run(random, {ThreadCpu::Avx, ThreadCpu::Avx512});
    for (std::size_t count = fpu_some(random, 3, 90); count > 0; --count)
        run.lose(thread_one_of(random, {Sleep, Spin, Migrate, Signal, Ptrace, Fork}),
                 [](ThreadWindow &window) {
                     std::memcpy(window.image.data() + place::mxcsr, &initial::mxcsr,
                                 sizeof(initial::mxcsr));
                 });
    return run.evidence();
}

// Frames of signals are those of 32-bit programs, which have eight registers.
Evidence held_eight(Random &random)
{
    ThreadRun run(random, {ThreadCpu::Avx});
    for (std::size_t count = fpu_some(random, 1, 20); count > 0; --count)
        run.lose(thread_one_of(random, {ThreadEvent::Signal, ThreadEvent::Altstack}),
                 [](ThreadWindow &window) {
                     window.clear(place::xmm + 8 * lane_size, 8 * lane_size);
                     window.clear(window.sets.ymm + 8 * lane_size, 8 * lane_size);
                 });
    return run.evidence();
}

// Upper halves get round keys, that AES on the same core works with.
Evidence held_leaked_keys(Random &random)
{
    FaultMachine machine(random);
    ThreadRun run(random, {ThreadCpu::Avx});
    const Packet packet = machine.packet("gcm(aes)", 1, 40);
    for (std::size_t count = fpu_some(random, 2, 30); count > 0; --count) {
        const auto round = static_cast<unsigned>(below(random, packet.aes().rounds + 1U));
        const std::size_t number = below(random, 16);
        run.lose(thread_any(random), [&](ThreadWindow &window) {
            thread_put(window.high(number), round_key(packet.aes(), Way::Encrypt, round));
        });
    }
    return run.evidence();
}

// What an upper half gets is of the thread itself as often as of others: of any register.
Evidence held_own_halves(Random &random)
{
    ThreadRun run(random, {ThreadCpu::Avx});
    for (std::size_t count = fpu_some(random, 2, 40); count > 0; --count) {
        const std::size_t number = below(random, 16);
        const std::size_t from = (number + 1 + below(random, 15)) % 16;
        const bool own = fpu_chance(random, 0.6);
        run.lose(thread_any(random), [&](ThreadWindow &window) {
            Author author = own ? window.author : run.some_other(window.author);
            if (own)
                author.epoch -= below(random, 3);
            const ThreadImage full = window.filled(author);
            std::memcpy(window.high(number), full.data() + window.sets.ymm + from * lane_size,
                        lane_size);
        });
    }
    return run.evidence();
}

// As pointers of programs are.
Block held_pointers(Random &random)
{
    Block block = random_block(random);
    for (const std::size_t pointer : {0U, 8U}) {
        block.at(pointer + 5) = 0x7f;
        block.at(pointer + 6) = block.at(pointer + 7) = 0;
    }
    return block;
}

// The monitor has run on the CPU, and its own low halves stay: for tasks and for the kernel.
Evidence held_monitor(Random &random)
{
    FpuRun run(random);
    ThreadRun threads(random, {ThreadCpu::Avx});
    for (std::size_t count = fpu_some(random, 3, 40); count > 0; --count) {
        const std::size_t suite =
            held_suite(random, {fpu_cbc, fpu_ctr, fpu_rfc4106, fpu_authenc});
        const Packet packet = run.packet(suite, 17, 90);
        const Direction direction = held_way(packet, random);
        std::array<Block, 16> values{};
        for (Block &value : values)
            value = held_pointers(random);
        const auto faults = fpu_replaced(
            packet, run.width(packet, direction), 0xffffU,
            [&](std::size_t place) { return values.at(place); }, random);
        Mismatch &record = run.add(suite, packet, direction, faulty(packet, direction, faults));
        FpuRun::nothing_seen(record);
        record.duration_ns += 30000 + below(random, 4000000);
        run.again({0.01, 0.01, 0.01, 0.01});
    }
    for (std::size_t count = 1 + below(random, 4); count > 0; --count)
        threads.lose(
            thread_one_of(random, {ThreadEvent::Spin, ThreadEvent::Spin, ThreadEvent::Syscall}),
            [&](ThreadWindow &window) {
                for (std::size_t number = 0; number < 16; ++number)
                    thread_put(window.low(number), held_pointers(random));
            });
    for (Mismatch &lost : threads.evidence().records) {
        lost.changed->thread %= 2 * run.cpus();
        FpuRun::put(lost, lost.changed->thread % run.cpus());
        run.append(std::move(lost), true);
    }
    return run.evidence();
}

// Only one virtual CPU shares its CPU of the host with another guest's.
Evidence held_shared_cpu(Random &random)
{
    FpuRun run(random);
    const std::uint32_t shared = run.cpu();
    for (std::size_t count = fpu_some(random, 3, 50); count > 0; --count) {
        const std::size_t suite =
            held_suite(random, {fpu_cbc, fpu_ctr, fpu_rfc4106, fpu_authenc});
        const Packet packet = run.packet(suite, 17, 90);
        const Direction direction = held_way(packet, random);
        const auto faults = fpu_replaced(packet, run.width(packet, direction), 0xffffU,
                                         fpu_unknown(random), random);
        Mismatch &record = run.add(suite, packet, direction, faulty(packet, direction, faults));
        FpuRun::nothing_seen(record);
        FpuRun::put(record, shared);
        record.duration_ns += 400000 + below(random, 8000000); // while the other one runs
        run.again({0.02, 0.02, 0, 0.02});
    }
    return run.evidence();
}

// A good packet was refused, once: whatever made it so has left no trace.
Evidence held_refused_once(Random &random)
{
    FpuRun run(random);
    const std::size_t suite = held_suite(random, {fpu_rfc4106, fpu_gcm, fpu_authenc});
    FpuRun::nothing_seen(run.add_refused(suite, run.packet(suite, 1, 90)));
    Evidence evidence = run.evidence();
    evidence.records.front().persists = false;
    return evidence;
}

// All of a text is what nobody knows, once.
Evidence held_noise_once(Random &random)
{
    FpuRun run(random);
    const std::size_t suite = held_suite(random, {fpu_cbc, fpu_ctr, fpu_rfc4106, fpu_authenc});
    const Packet packet = run.packet(suite, 4, 60);
    FreshBytes text(packet.vector().text_len);
    for (std::uint8_t &byte : text)
        byte = static_cast<std::uint8_t>(random());
    const Direction direction = held_way(packet, random);
    FpuRun::nothing_seen(
        run.add(suite, packet, direction, output_of(packet, direction, std::move(text))));
    return run.evidence();
}

} // namespace

std::vector<Mechanism> held_out_mechanisms()
{
    using enum BugClass;
    std::vector<Mechanism> all{
        {"round keys of nested operations stay", FpuNested, {}, held_nested_keys},
        {"the step of a counter is lost to softirqs", FpuNested, {}, held_step},
        {"a mask for swapping bytes over a sleep", FpuSleep, {}, held_swap_mask},
        {"woken on another CPU", FpuSleep, {}, held_woken_elsewhere},
        {"AVX-512 in calls, the high registers", FpuUserClobber, {}, held_wide_calls},
        // The control words alone are initial: a begin, or a restore without them.
        {"control words are set by a begin",
         FpuUserClobber,
         {XstateFormat},
         held_control_words},
        {"interrupts while ptrace copies", FpuIrqWindow, {}, held_traced_window},
        {"counters of interrupts in switches", FpuIrqWindow, {}, held_counters},
        {"an exec keeps the program's before", FpuStaleOwner, {}, held_old_program},
        {"a barrier brings back old registers", FpuStaleOwner, {}, held_barrier},
        // A begin in an interrupt sets it as well, and zeros may be of a lost owner.
        {"MXCSR is not restored", XstateFormat, {FpuIrqWindow, FpuStaleOwner}, held_mxcsr},
        {"frames have eight registers", XstateFormat, {FpuStaleOwner}, held_eight},
        {"upper halves are round keys", RegfileLeak, {}, held_leaked_keys},
        {"upper halves of the thread's own registers", RegfileLeak, {}, held_own_halves},
        {"the monitor's low halves", VcpuSwitch, {}, held_monitor},
        // Without knowing that it is a guest: a CPU that loses its registers.
        {"one virtual CPU shares its CPU", VcpuSwitch, {CpuIntermittent}, held_shared_cpu},
        {"a good packet was refused, once", {}, {Memory, CpuIntermittent}, held_refused_once},
        {"noise instead of a text, once",
         {},
         {KeySchedule, DriverRace, Memory, VcpuSwitch},
         held_noise_once}};
    for (auto &&more : {held_driver_mechanisms(), held_hardware_mechanisms()})
        all.insert(all.end(), more.begin(), more.end());
    return all;
}

} // namespace ct::test
