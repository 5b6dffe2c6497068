// SPDX-License-Identifier: GPL-2.0-or-later
// Registers that user threads lose, and what has no class.
#include "mechanisms/thread_run.h"

#include <algorithm>
#include <cstring>

namespace ct::test {

namespace {

Evidence thread_repeat(ThreadRun &run, Random &random, std::size_t most,
                       const std::function<void()> &one)
{
    for (std::size_t count = fpu_some(random, 2, most); count > 0; --count)
        one();
    return run.evidence();
}

// ---- Kernel SIMD over live registers

Evidence thread_unasked(Random &random)
{
    ThreadRun run(random, {ThreadCpu::Sse, ThreadCpu::Avx, ThreadCpu::Avx512});
    return thread_repeat(run, random, 60, [&] {
        run.lose(ThreadEvent::Call, thread_worked(random, 2 + below(random, 2)));
    });
}

Evidence thread_interrupts(Random &random)
{
    ThreadRun run(random, {ThreadCpu::Sse, ThreadCpu::Avx});
    return thread_repeat(run, random, 40,
                         [&] { run.lose(thread_any(random), thread_worked(random, 2)); });
}

// Checksums of a file system, or random numbers: AVX2 without asking, and clean upper halves.
Evidence thread_avx_syscall(Random &random)
{
    ThreadRun run(random, {ThreadCpu::Avx});
    return thread_repeat(run, random, 12, [&] {
        const auto event = thread_one_of(random, {ThreadEvent::Syscall, ThreadEvent::Call});
        const auto lows = thread_worked(random, 6);
        run.lose(event, [&](ThreadWindow &window) {
            lows(window);
            window.clear(window.sets.ymm, 16 * lane_size);
        });
    });
}

// The second begin took the first one's registers for the user's.
Evidence thread_saved_twice(Random &random)
{
    ThreadRun run(random, {ThreadCpu::Sse, ThreadCpu::Avx});
    return thread_repeat(run, random, 6,
                         [&] { run.lose(ThreadEvent::Call, thread_worked(random, 16)); });
}

Evidence thread_once_in_call(Random &random)
{
    ThreadRun run(random, {ThreadCpu::Sse, ThreadCpu::Avx});
    run.lose(ThreadEvent::Call, thread_worked(random, 2));
    return run.evidence();
}

// ---- Interrupts while registers are switched

Evidence thread_switches(Random &random)
{
    ThreadRun run(random, {ThreadCpu::Sse, ThreadCpu::Avx, ThreadCpu::Avx512});
    using enum ThreadEvent;
    return thread_repeat(run, random, 12, [&] {
        run.lose(thread_one_of(random, {Sleep, Sleep, Migrate, Signal, Altstack, Fork}),
                 thread_worked(random, 2));
    });
}

// A thread that spins or calls is switched as well, when it is preempted.
Evidence thread_switches_unseen(Random &random)
{
    ThreadRun run(random, {ThreadCpu::Sse, ThreadCpu::Avx});
    using enum ThreadEvent;
    run.lose(Sleep, thread_worked(random, 2));
    return thread_repeat(run, random, 10, [&] {
        run.lose(thread_one_of(random, {Sleep, Sleep, Sleep, Migrate, Migrate, Spin, Syscall}),
                 thread_worked(random, 2));
    });
}

Evidence thread_signal_frame(Random &random)
{
    ThreadRun run(random, {ThreadCpu::Sse, ThreadCpu::Avx});
    return thread_repeat(run, random, 25, [&] {
        run.lose(thread_one_of(random, {ThreadEvent::Signal, ThreadEvent::Altstack}),
                 thread_worked(random, 3));
    });
}

// The registers of the one that was switched from, of which the interrupt kept a part.
Evidence thread_switch_foreign(Random &random)
{
    ThreadRun run(random, {ThreadCpu::Sse, ThreadCpu::Avx});
    return thread_repeat(run, random, 6, [&] {
        const std::uint32_t thread = run.some_thread();
        const std::size_t registers = 1 + below(random, 8);
        const std::uint64_t age = below(random, 4000);
        run.lose(
            thread_one_of(random, {ThreadEvent::Sleep, ThreadEvent::Migrate}),
            [&](ThreadWindow &window) {
                window.take(
                    window.filled({run.neighbour(thread), false, window.author.epoch - age}),
                    place::xmm, registers * lane_size);
            },
            {}, thread);
    });
}

Evidence thread_exec(Random &random)
{
    ThreadRun run(random, {ThreadCpu::Sse, ThreadCpu::Avx});
    return thread_repeat(
        run, random, 5, [&] { run.lose_in_exec(thread_worked(random, 2 + below(random, 2))); });
}

// ---- Registers of a task that are not its newest

Evidence thread_bad_stack(Random &random)
{
    ThreadRun run(random, {ThreadCpu::Sse, ThreadCpu::Avx, ThreadCpu::Avx512});
    return thread_repeat(run, random, 5, [&] {
        run.lose(below(random, 4) == 0 ? ThreadEvent::Signal : ThreadEvent::Altstack,
                 thread_older(1 + below(random, 3)));
    });
}

Evidence thread_moved_back(Random &random)
{
    ThreadRun run(random, {ThreadCpu::Sse, ThreadCpu::Avx, ThreadCpu::Avx512});
    return thread_repeat(run, random, 6, [&] {
        run.lose(below(random, 4) == 0 ? ThreadEvent::Sleep : ThreadEvent::Migrate,
                 thread_older(1 + below(random, 300)));
    });
}

Evidence thread_zeros(Random &random)
{
    ThreadRun run(random, {ThreadCpu::Sse, ThreadCpu::Avx});
    return thread_repeat(run, random, 5, [&] {
        run.lose(ThreadEvent::Altstack, [](ThreadWindow &window) {
            window.clear(0, window.image.size());
            std::memcpy(window.image.data() + place::fcw, &initial::fcw, sizeof(initial::fcw));
            std::memcpy(window.image.data() + place::mxcsr, &initial::mxcsr,
                        sizeof(initial::mxcsr));
        });
    });
}

// The frame was not read, so those of the handler stay.
Evidence thread_of_handler(Random &random)
{
    ThreadRun run(random, {ThreadCpu::Sse, ThreadCpu::Avx});
    return thread_repeat(run, random, 6, [&] {
        run.lose(thread_one_of(random, {ThreadEvent::Signal, ThreadEvent::Altstack}),
                 [](ThreadWindow &window) {
                     Author handler = window.author;
                     handler.handler = true;
                     window.image = window.filled(handler);
                 });
    });
}

// Memory is read, while the newest are in the registers of another CPU.
Evidence thread_traced(Random &random)
{
    ThreadRun run(random, {ThreadCpu::Sse, ThreadCpu::Avx});
    return thread_repeat(run, random, 4, [&] {
        run.lose(ThreadEvent::Ptrace, thread_older(1 + below(random, 2)), "as ptrace has it");
    });
}

// ---- Components

ThreadEvent thread_switched(Random &random)
{
    using enum ThreadEvent;
    return thread_one_of(random, {Sleep, Sleep, Migrate, Spin, Signal, Fork});
}

Evidence thread_no_ymm(Random &random)
{
    ThreadRun run(random, {ThreadCpu::Avx, ThreadCpu::Avx512});
    return thread_repeat(run, random, 10, [&] {
        run.lose(thread_switched(random), thread_cleared(&RegisterSets::ymm, 16 * lane_size));
    });
}

Evidence thread_no_sse(Random &random)
{
    ThreadRun run(random, {ThreadCpu::Avx, ThreadCpu::Avx512});
    return thread_repeat(run, random, 10, [&] {
        run.lose(thread_switched(random),
                 [](ThreadWindow &window) { window.clear(place::xmm, 16 * lane_size); });
    });
}

Evidence thread_no_zmm(Random &random)
{
    ThreadRun run(random, {ThreadCpu::Avx512});
    const bool high = below(random, 2) == 0;
    return thread_repeat(run, random, 8, [&] {
        run.lose(thread_switched(random),
                 high ? thread_cleared(&RegisterSets::zmm_high, 32 * lane_size)
                      : thread_cleared(&RegisterSets::hi16_zmm, 64 * lane_size));
    });
}

Evidence thread_no_masks(Random &random)
{
    ThreadRun run(random, {ThreadCpu::Avx512});
    return thread_repeat(run, random, 12, [&] {
        run.lose(thread_switched(random), thread_cleared(&RegisterSets::opmask, 64));
    });
}

// The compacted format was read at another offset: all of it four registers up.
Evidence thread_offset(Random &random)
{
    ThreadRun run(random, {ThreadCpu::Avx, ThreadCpu::Avx512});
    const std::size_t by = (2 + 2 * below(random, 2)) * lane_size;
    return thread_repeat(run, random, 5, [&] {
        run.lose(thread_switched(random), [by](ThreadWindow &window) {
            std::byte *const area = window.high(0);
            std::memmove(area + by, area, 16 * lane_size - by);
            std::memset(area, 0, by);
        });
    });
}

Evidence thread_old_component(Random &random)
{
    ThreadRun run(random, {ThreadCpu::Avx, ThreadCpu::Avx512});
    return thread_repeat(run, random, 6, [&] {
        const std::uint64_t age = 1 + below(random, 9);
        run.lose(thread_switched(random), [age](ThreadWindow &window) {
            Author before = window.author;
            before.epoch -= age;
            window.take(window.filled(before), window.sets.ymm, 16 * lane_size);
        });
    });
}

// ---- Upper halves that hold what is not theirs

// value: of the upper half of another author's register.
void thread_leak(ThreadRun &run, Random &random, ThreadEvent event,
                 const std::function<Block(ThreadWindow &)> &value)
{
    const std::size_t number = below(random, 16);
    run.lose(event,
             [&](ThreadWindow &window) { thread_put(window.high(number), value(window)); });
}

Evidence thread_leak_threads(Random &random)
{
    ThreadRun run(random, {ThreadCpu::Avx});
    const bool handlers = below(random, 3) == 0;
    return thread_repeat(run, random, 30, [&] {
        thread_leak(run, random, thread_any(random), [&](ThreadWindow &window) {
            Author other = run.some_other(window.author);
            other.handler = handlers;
            const ThreadImage full = window.filled(other);
            Block value{};
            std::memcpy(value.data(),
                        full.data() + window.sets.ymm + below(random, 16) * lane_size,
                        value.size());
            return value;
        });
    });
}

// Text of some other program.
Evidence thread_leak_text(Random &random)
{
    ThreadRun run(random, {ThreadCpu::Avx});
    return thread_repeat(run, random, 40, [&] {
        Block text{};
        for (std::uint8_t &letter : text)
            letter = static_cast<std::uint8_t>('a' + below(random, 26));
        thread_leak(run, random, thread_any(random), [&](ThreadWindow &) { return text; });
    });
}

// Of the thread on the same core, always; seldom two registers at a moment.
Evidence thread_leak_sibling(Random &random)
{
    ThreadRun run(random, {ThreadCpu::Avx});
    return thread_repeat(run, random, 8, [&] {
        const std::uint32_t thread = run.some_thread();
        const std::size_t count = 1 + (below(random, 5) == 0 ? 1U : 0U);
        run.lose(
            thread_any(random),
            [&](ThreadWindow &window) {
                const ThreadImage full = window.filled(
                    {thread ^ 1U, false, window.author.epoch + below(random, 900)});
                for (std::size_t place = 0; place < count; ++place)
                    std::memcpy(window.high(3 + 5 * place),
                                full.data() + window.sets.ymm + below(random, 16) * lane_size,
                                lane_size);
            },
            {}, thread);
    });
}

// Once only, but it says whose it is.
Evidence thread_leak_once(Random &random)
{
    ThreadRun run(random, {ThreadCpu::Avx});
    thread_leak(run, random, ThreadEvent::Spin, [&](ThreadWindow &window) {
        const ThreadImage full = window.filled(run.some_other(window.author));
        Block value{};
        std::memcpy(value.data(), full.data() + window.sets.ymm + 5 * lane_size, value.size());
        return value;
    });
    return run.evidence();
}

} // namespace

std::vector<Mechanism> thread_mechanisms()
{
    using enum BugClass;
    std::vector<Mechanism> list{
        {"AES-NI in system calls without asking", FpuUserClobber, {}, thread_unasked},
        {"AES-NI in interrupts over users", FpuUserClobber, {FpuIrqWindow}, thread_interrupts},
        {"AVX2 in system calls without asking",
         FpuUserClobber,
         {XstateFormat},
         thread_avx_syscall},
        {"nested sections save twice", FpuUserClobber, {}, thread_saved_twice},
        {"two registers in a call, once", FpuUserClobber, {}, thread_once_in_call},
        {"interrupts in switches", FpuIrqWindow, {}, thread_switches},
        {"interrupts in switches, unseen too",
         FpuIrqWindow,
         {FpuUserClobber},
         thread_switches_unseen},
        {"interrupts while a signal frame is made", FpuIrqWindow, {}, thread_signal_frame},
        {"interrupts that keep the former thread's",
         FpuIrqWindow,
         {FpuStaleOwner},
         thread_switch_foreign},
        {"interrupts in exec", FpuIrqWindow, {}, thread_exec},
        {"a signal stack that faults", FpuStaleOwner, {}, thread_bad_stack},
        {"back on the CPU of before", FpuStaleOwner, {}, thread_moved_back},
        {"zeros after a signal", FpuStaleOwner, {XstateFormat}, thread_zeros},
        {"the handler's registers stay", FpuStaleOwner, {FpuIrqWindow}, thread_of_handler},
        {"ptrace reads old registers", FpuStaleOwner, {}, thread_traced},
        {"upper halves of ymm are initial", XstateFormat, {}, thread_no_ymm},
        {"xmm are initial, upper halves are not", XstateFormat, {}, thread_no_sse},
        {"a part of zmm is initial", XstateFormat, {}, thread_no_zmm},
        {"masks are initial", XstateFormat, {}, thread_no_masks},
        {"a component at a wrong offset", XstateFormat, {}, thread_offset},
        {"one component is old", XstateFormat, {FpuStaleOwner}, thread_old_component},
        {"upper halves of other threads", RegfileLeak, {}, thread_leak_threads},
        {"upper halves of other programs", RegfileLeak, {}, thread_leak_text},
        {"upper halves of the same core", RegfileLeak, {}, thread_leak_sibling},
        {"an upper half of another thread, once", RegfileLeak, {}, thread_leak_once},
    };
    for (Mechanism &mechanism : unclear_mechanisms())
        list.push_back(std::move(mechanism));
    return list;
}

} // namespace ct::test
