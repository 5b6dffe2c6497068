// SPDX-License-Identifier: GPL-2.0-or-later
// Records of which nobody can say what made them.
#include "mechanisms/thread_run.h"

#include <algorithm>
#include <cstring>

namespace ct::test {

namespace {

std::size_t unclear_suite(Random &random)
{
    return below(random, fpu_suites.size());
}

// Without a replay, and without a second of its kind.
Evidence unclear_done(FpuRun &run)
{
    Evidence evidence = run.evidence();
    for (Mismatch &record : evidence.records)
        record.replay.reset();
    return evidence;
}

// A driver has once answered what it does not answer to this packet at any other time.
Evidence unclear_status(Random &random)
{
    constexpr std::array<std::int32_t, 4> statuses{-5, -12, -16, -22};
    FpuRun run(random);
    const std::size_t suite = unclear_suite(random);
    const Packet packet = run.packet(suite, 1, 90);
    Mismatch &record = run.add(suite, packet, Direction::Encrypt,
                               {packet.sealed().begin(), packet.sealed().end()});
    record.what = {What::Status};
    record.status = statuses.at(below(random, statuses.size()));
    record.expected.clear();
    record.actual.clear();
    run.again({});
    return run.evidence();
}

// One bit of the output, once: the CPU, memory, or anything else.
Evidence unclear_bit(Random &random)
{
    FpuRun run(random);
    const std::size_t suite = unclear_suite(random);
    const Packet packet = run.packet(suite, 2, 90);
    const Octets right = packet.plain();
    std::vector<std::uint8_t> output(right.begin(), right.end());
    output.at(packet.vector().head_len + below(random, packet.vector().text_len)) ^=
        static_cast<std::uint8_t>(1U << below(random, 8));
    run.add(suite, packet, Direction::Decrypt, output);
    return unclear_done(run);
}

// Bits on the way into the rounds, all on one CPU, and no counts that tell how many others
// there were: that CPU, or the memory that it read.
Evidence unclear_input(Random &random)
{
    FpuRun run(random);
    for (std::size_t count = fpu_some(random, 2, 6); count > 0; --count) {
        const Packet packet = run.packet(fpu_cbc, 10, 90);
        Block flip{};
        flip.at(below(random, flip.size())) = static_cast<std::uint8_t>(1U << below(random, 8));
        Mismatch &record =
            run.add(fpu_cbc, packet, Direction::Encrypt,
                    faulty(packet, Direction::Encrypt,
                           {{1 + below(random, 8), 0, [flip](const Block &state) {
                                 return state ^ flip;
                             }}}));
        FpuRun::nothing_seen(record);
        record.cpu_before = 1;
        record.cpu_after = 1;
    }
    Evidence evidence = unclear_done(run);
    evidence.cells.clear();
    return evidence;
}

// A block replaced, once, and nothing was seen.
Evidence unclear_block(Random &random)
{
    FpuRun run(random);
    const std::size_t suite = unclear_suite(random);
    const Packet packet = run.packet(suite, 4, 90);
    const Direction direction = fpu_direction(random);
    const auto faults = fpu_replaced(packet, 1, 1, fpu_same(random_block(random)), random);
    FpuRun::nothing_seen(run.add(suite, packet, direction, faulty(packet, direction, faults)));
    return unclear_done(run);
}

// A register of a thread that did nothing, once, with a value of nobody.
Evidence unclear_register(Random &random)
{
    ThreadRun run(random, {ThreadCpu::Sse, ThreadCpu::Avx});
    run.lose(ThreadEvent::Spin, [&](ThreadWindow &window) {
        const Block value = random_block(random);
        std::memcpy(window.image.data() + place::st + 3 * st_step, value.data(), st_size);
    });
    return run.evidence();
}

// The file was changed: its packets are not those of its seed.
Evidence unclear_file(Random &random)
{
    FpuRun run(random);
    for (std::size_t count = fpu_some(random, 1, 20); count > 0; --count) {
        const std::size_t suite = unclear_suite(random);
        const Packet packet = run.packet(suite, 4, 90);
        const Packet other = run.packet(suite, 4, 90);
        const auto faults = fpu_replaced(packet, 1, 1, fpu_same(random_block(random)), random);
        Mismatch &record = run.add(suite, packet, Direction::Encrypt,
                                   faulty(packet, Direction::Encrypt, faults));
        record.seed ^= 1U << below(random, 30);
        record.payload_len = other.vector().payload_len;
    }
    return unclear_done(run);
}

// A request that has not come back by then, of a machine that did not run for a while.
Evidence unclear_stuck(Random &random)
{
    FpuRun run(random);
    const std::size_t suite = unclear_suite(random);
    const Packet packet = run.packet(suite, 1, 90);
    Mismatch &record = run.add(suite, packet, Direction::Encrypt,
                               {packet.sealed().begin(), packet.sealed().end()});
    record.what = {What::Stuck};
    record.async = true;
    record.duration_ns = 10000000000 + below(random, 90000000);
    record.expected.clear();
    record.actual.clear();
    Evidence evidence = unclear_done(run);
    const std::string inner = evidence.records.front().driver;
    evidence.records.front().driver = "cryptd(" + inner + ")";
    for (CellTotal &cell : evidence.cells)
        if (cell.driver == inner) {
            cell.driver = "cryptd(" + inner + ")";
            cell.async = cell.operations;
        }
    return evidence;
}

// The reference itself, on two CPUs: either may be the bad one, or what the packet lay in.
Evidence unclear_reference(Random &random)
{
    FpuRun run(random);
    const std::size_t suite = unclear_suite(random);
    const Packet packet = run.packet(suite, 4, 90);
    std::vector<std::uint8_t> output(packet.sealed().begin(), packet.sealed().end());
    output.at(packet.vector().head_len + below(random, packet.vector().text_len)) ^=
        static_cast<std::uint8_t>(1U << below(random, 8));
    Mismatch &record = run.add(suite, packet, Direction::Encrypt, output);
    FpuRun::nothing_seen(record);
    record.what = {What::Reference};
    record.driver.clear();
    record.layout.clear();
    record.context = Context::Task;
    record.live = false;
    record.simd = false;
    record.duration_ns = 0;
    record.cpu_before = 0;
    record.cpu_after = run.cpus() - 1;
    record.cpu_reference = record.cpu_before;
    return unclear_done(run);
}

} // namespace

std::vector<Mechanism> unclear_mechanisms()
{
    using enum BugClass;
    return {
        {"a strange status, once", {}, {}, unclear_status},
        {"a bit of an output, once", {}, {Memory, CpuIntermittent}, unclear_bit},
        {"bits of the input on one CPU, without counts",
         {},
         {Memory, CpuIntermittent},
         unclear_input},
        {"a block replaced, once", {}, {FpuNested, VcpuSwitch}, unclear_block},
        {"an x87 register, once", {}, {FpuUserClobber, VcpuSwitch}, unclear_register},
        {"a file that was changed", {}, {}, unclear_file},
        {"a request that was late, once", {}, {}, unclear_stuck},
        {"the reference on two CPUs, once",
         {},
         {Memory, CpuIntermittent, CpuDeterministic},
         unclear_reference},
    };
}

} // namespace ct::test
