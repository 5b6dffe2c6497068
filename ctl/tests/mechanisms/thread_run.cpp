// SPDX-License-Identifier: GPL-2.0-or-later
#include "mechanisms/thread_run.h"

#include <algorithm>
#include <cstring>

namespace ct::test {

namespace {

constexpr std::size_t thread_reports_max = 16; // of one window, as the program does

RegisterSets thread_sets(ThreadCpu kind)
{
    CpuFacts facts;
    facts.mxcsr_mask = 0xffff;
    facts.osxsave = kind != ThreadCpu::Sse;
    facts.xcr0 = kind == ThreadCpu::Avx512 ? 0xe7 : 0x7;
    facts.areas = {{{}, {}, {256, 576}, {}, {}, {64, 1088}, {512, 1152}, {1024, 1664}}};
    facts.avx512bw = true;
    return make_register_sets(facts);
}

} // namespace

void thread_put(std::byte *to, const Block &value)
{
    std::memcpy(to, value.data(), value.size());
}

ThreadEvent thread_one_of(Random &random, std::initializer_list<ThreadEvent> events)
{
    return *(events.begin() + below(random, events.size()));
}

ThreadEvent thread_any(Random &random)
{
    using enum ThreadEvent;
    return thread_one_of(random, {Spin, Spin, Spin, Spin, Call, Call, Call, Sleep, Sleep,
                                  Syscall, Fault, Signal, Barrier, Altstack});
}

ThreadRun::ThreadRun(Random &random, std::initializer_list<ThreadCpu> kinds)
    : random_(random), run_(random),
      sets_(thread_sets(*(kinds.begin() + below(random, kinds.size())))),
      epoch_(50000 + below(random, 2000000))
{
}

std::uint32_t ThreadRun::some_thread()
{
    return static_cast<std::uint32_t>(below(random_, std::size_t{2} * run_.cpus()));
}

Author ThreadRun::some_other(const Author &author)
{
    const std::uint32_t threads = 2 * run_.cpus();
    const auto far = static_cast<std::uint32_t>(1 + below(random_, threads - 1));
    return {(author.thread + far) % threads, false, author.epoch - below(random_, 40000)};
}

std::uint32_t ThreadRun::neighbour(std::uint32_t thread) const
{
    return (thread + run_.cpus()) % (2 * run_.cpus());
}

void ThreadRun::lose(ThreadEvent event, const ThreadChange &change, std::string_view where,
                     std::optional<std::uint32_t> thread)
{
    epoch_ += 1 + below(random_, 50000);
    ThreadWindow window{sets_, {thread.value_or(some_thread()), false, epoch_}, {}};
    const ThreadImage right = window.filled(window.author);
    window.image = right;
    change(window);
    report(window, right, event, where);
}

void ThreadRun::lose_in_exec(const ThreadChange &change)
{
    epoch_ += 1 + below(random_, 50000);
    ThreadWindow window{sets_, {some_thread(), false, epoch_}, {}};
    ThreadImage right(sets_.size);
    std::memcpy(right.data() + place::fcw, &initial::fcw, sizeof(initial::fcw));
    std::memcpy(right.data() + place::mxcsr, &initial::mxcsr, sizeof(initial::mxcsr));
    window.image = right;
    change(window);
    report(window, right, ThreadEvent::Exec, "in the new program");
}

void ThreadRun::report(const ThreadWindow &window, const ThreadImage &right, ThreadEvent event,
                       std::string_view where)
{
    const std::uint32_t home = window.author.thread % run_.cpus();
    const bool moved = event == ThreadEvent::Migrate && below(random_, 3) != 0;
    const std::uint32_t cpu_after = moved ? run_.cpu() : home;
    // The child of a fork is checked as well as the parent.
    if (event == ThreadEvent::Fork && where.empty() && below(random_, 2) == 0)
        where = "in the child";
    auto differences = compare(right, window.image, sets_);
    differences.resize(std::min(differences.size(), thread_reports_max));
    for (const Difference &difference : differences) {
        Mismatch record;
        record.context = Context::Caller;
        record.what = {What::Register};
        record.cpu_before = home;
        record.cpu_after = cpu_after;
        record.expected = difference.expected;
        record.actual = difference.actual;
        std::string owner = owner_of(difference, window.author, sets_);
        if (!owner.empty() && !where.empty())
            owner = (owner + ", " + std::string(where)).substr(0, owner_max);
        record.changed = RegisterChange{difference.name, owner, event, window.author.thread,
                                        window.author.epoch};
        run_.append(std::move(record), &difference != differences.data());
    }
}

ThreadChange thread_worked(Random &random, std::size_t registers)
{
    std::vector<Block> values(registers);
    for (Block &value : values)
        value = random_block(random);
    return [values](ThreadWindow &window) {
        for (std::size_t number = 0; number < values.size(); ++number)
            thread_put(window.low(number), values[number]);
    };
}

ThreadChange thread_older(std::uint64_t age)
{
    return [age](ThreadWindow &window) {
        Author before = window.author;
        before.epoch -= age;
        window.image = window.filled(before);
    };
}

ThreadChange thread_cleared(std::size_t RegisterSets::*area, std::size_t size)
{
    return [area, size](ThreadWindow &window) {
        window.clear(window.sets.*area, size);
    };
}

} // namespace ct::test
