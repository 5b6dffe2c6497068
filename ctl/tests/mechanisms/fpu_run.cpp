// SPDX-License-Identifier: GPL-2.0-or-later
#include "mechanisms/fpu_run.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "record/counters.h"
#include "replays.h"

namespace ct::test {

namespace {

constexpr std::int32_t fpu_bad_message = -74;
constexpr std::size_t fpu_replays_max = 32;

// GCM counts in the last 4 bytes alone.
Block fpu_plus(Block counter, std::uint32_t more, bool gcm)
{
    for (std::size_t place = counter.size(); place-- > (gcm ? 12U : 0U);) {
        const std::uint32_t sum = counter.at(place) + (more & 0xffU);
        counter.at(place) = static_cast<std::uint8_t>(sum);
        more = (more >> 8U) + (sum >> 8U);
    }
    return counter;
}

} // namespace

bool fpu_chance(Random &random, double likely)
{
    constexpr std::size_t fine = 1000000;
    return static_cast<double>(below(random, fine)) < likely * fine;
}

std::size_t fpu_some(Random &random, std::size_t least, std::size_t most)
{
    const double power = static_cast<double>(below(random, 1000)) / 1000;
    const double ratio = static_cast<double>(most) / static_cast<double>(least);
    return std::min(most, static_cast<std::size_t>(static_cast<double>(least) *
                                                   std::pow(ratio, power) * 1.1));
}

Direction fpu_direction(Random &random)
{
    return below(random, 2) == 0 ? Direction::Encrypt : Direction::Decrypt;
}

FpuRun::FpuRun(Random &random)
    : random_(random), cpus_(2U << below(random, 4)), seed_(random()),
      wide_(below(random, 3) == 0), alone_(below(random, 5) == 0),
      replays_(below(random, 3) != 0), now_(1790000000000000000ULL + below(random, 1000000000))
{
}

std::uint32_t FpuRun::cpu()
{
    return static_cast<std::uint32_t>(below(random_, cpus_));
}

std::size_t FpuRun::width(const Packet &packet, Direction direction) const
{
    if (packet.mode() == Mode::Cbc)
        return direction == Direction::Encrypt ? 1 : 8;
    if (wide_)
        return 16;
    return packet.is_gcm() ? 4 : 8;
}

Packet FpuRun::packet(std::size_t suite, std::size_t least, std::size_t most)
{
    const yt_algorithm &algorithm =
        yt_algorithms[yt_algorithm_find(fpu_suites.at(suite).algorithm)];
    for (std::uint64_t index = below(random_, 100000);; ++index) {
        yt_sa sa{};
        yt_vector vector{};
        yt_sa_make(&sa, &algorithm, seed_, index / YT_SA_VECTORS);
        yt_vector_shape(&vector, &sa, index);
        if (vector.text_len >= least * 16 && vector.text_len <= most * 16)
            return Packet::make(algorithm, seed_, index, 0);
    }
}

Mismatch &FpuRun::add(std::size_t suite, const Packet &packet, Direction direction,
                      const std::vector<std::uint8_t> &output)
{
    Mismatch record = record_of(packet, direction, output);
    used_.at(suite) = true;
    record.driver = wide_ ? fpu_suites.at(suite).wide : fpu_suites.at(suite).sse;
    record.layout = layout();
    const auto end =
        static_cast<std::ptrdiff_t>(record.text_offset + std::size_t{record.text_len});
    const Octets right = direction == Direction::Encrypt ? packet.sealed() : packet.plain();
    record.what.clear();
    if (!record.blocks.empty())
        record.what.push_back(What::Text);
    if (!std::equal(right.begin() + end, right.end(), output.begin() + end))
        record.what.push_back(What::Icv);
    record.context = some_context();
    put(record, cpu());
    record.cpu_reference = cpu();
    if (record.context == Context::Caller)
        record.live = below(random_, 10) != 0;
    else if (record.context == Context::Softirq)
        record.live = below(random_, 3) == 0;
    if (record.context != Context::Softirq && below(random_, 5) == 0) {
        record.interruptions = 1 + (below(random_, 8) == 0 ? 1U : 0U);
        record.fpu_hits = below(random_, 10) == 0 ? 1 : 0;
        record.nested = below(random_, 6) == 0 ? 1 : 0;
    }
    record.duration_ns =
        700 + record.text_len * 2ULL / 3 + below(random_, 400) + record.interruptions * 6000ULL;
    return append(std::move(record));
}

Mismatch &FpuRun::add_refused(std::size_t suite, const Packet &packet)
{
    Mismatch &record =
        add(suite, packet, Direction::Decrypt, {packet.plain().begin(), packet.plain().end()});
    record.what = {What::Status};
    record.status = fpu_bad_message;
    record.expected.clear();
    record.actual.clear();
    return record;
}

Mismatch &FpuRun::append(Mismatch record, bool together)
{
    now_ += 1000 + below(random_, together ? 20000 : pause_);
    record.time_ns = now_;
    record.seed = seed_;
    record.number = records_.size() + 1;
    records_.push_back(std::move(record));
    return records_.back();
}

void FpuRun::put(Mismatch &record, std::uint32_t cpu)
{
    record.cpu_before = cpu;
    record.cpu_after = cpu;
}

void FpuRun::not_in_softirq(Mismatch &record)
{
    if (record.context != Context::Softirq)
        return;
    record.context = Context::Task;
    record.live = false;
}

void FpuRun::nothing_seen(Mismatch &record)
{
    record.interruptions = 0;
    record.fpu_hits = 0;
    record.nested = 0;
}

void FpuRun::hit(Mismatch &record, bool nested)
{
    not_in_softirq(record);
    record.fpu_hits = 1 + (below(random_, 12) == 0 ? 1U : 0U);
    record.interruptions =
        std::max(record.interruptions, record.fpu_hits + (below(random_, 6) == 0 ? 1U : 0U));
    record.nested = nested ? 1 : 0;
    over_fpu_section(record) = nested;
    // The softirq operation may have come by its own timer, which is no disturber.
    if (nested && below(random_, 4) == 0) {
        record.fpu_hits = 0;
        record.interruptions = 0;
    }
    record.duration_ns += 4000 + below(random_, 9000);
}

Attempt FpuRun::attempt(ReplayWay way, std::uint32_t cpu, std::uint32_t runs, double wrong)
{
    Attempt made;
    made.way = way;
    made.cpu = cpu;
    made.runs = runs;
    for (std::uint32_t run = 0; run < runs; ++run)
        made.wrong += fpu_chance(random_, wrong) ? 1U : 0U;
    return made;
}

void FpuRun::again(const FpuAgain &likely)
{
    Mismatch &record = records_.back();
    if (!replays_ || ++replayed_ > fpu_replays_max)
        return;
    const std::uint32_t here = record.cpu_before;
    Replay replay;
    replay.state = ReplayState::Done;
    std::vector<Attempt> &made = replay.attempts;
    made.push_back(attempt(ReplayWay::Same, here, 8, likely.same));
    if (record.context == Context::Softirq)
        made.back().context = Context::Softirq;
    made.push_back(attempt(ReplayWay::IrqsOff, here, 8, likely.irqs_off));
    add_trials(replay, {likely.same, likely.elsewhere, likely.softirqs_off}, here == 0 ? 1 : 0,
               random_);
    for (std::uint32_t other = 0; other < cpus_; ++other)
        if (other != here)
            made.push_back(attempt(ReplayWay::OtherCpu, other, 4, likely.elsewhere));
    made.push_back(attempt(ReplayWay::NewKey, here, 4, likely.elsewhere));
    if (!alone_) {
        made.push_back(attempt(ReplayWay::OtherDriver, here, 4, 0));
        for (const FpuSuite &suite : fpu_suites)
            if (record.algorithm == suite.algorithm)
                made.back().driver = suite.plain;
    }
    made.push_back(attempt(ReplayWay::OtherDirection, here, 4, likely.other_direction));
    made.push_back(attempt(ReplayWay::Reference, here, 1, 0));
    record.replay = std::move(replay);
}

Evidence FpuRun::evidence()
{
    Evidence evidence;
    for (std::size_t suite = 0; suite < fpu_suites.size(); ++suite) {
        // Others were in the run as well.
        if (!used_.at(suite) && (alone_ || below(random_, 2) == 0))
            continue;
        const FpuSuite &names = fpu_suites.at(suite);
        cells(evidence, wide_ ? names.wide : names.sse, true);
        if (!alone_)
            cells(evidence, names.plain, false);
    }
    evidence.records = std::move(records_);
    return evidence;
}

Context FpuRun::some_context()
{
    const std::size_t some = below(random_, 10);
    if (some < 6)
        return Context::Task;
    return some < 8 ? Context::Softirq : Context::Caller;
}

std::string FpuRun::layout()
{
    constexpr std::array<const char *, 5> names{
        "in-place/page/whole+", "in-place/page/whole+", "in-place/page/fields+",
        "in-place/vmalloc/middles+", "out-of-place/page/whole+0+"};
    const std::size_t offset = below(random_, 2) == 0 ? 0 : below(random_, 16);
    return fmt::format("{}{}", names.at(below(random_, names.size())), offset);
}

void FpuRun::cells(Evidence &evidence, const char *driver, bool simd)
{
    for (std::uint32_t cpu = 0; cpu < cpus_; ++cpu)
        for (const Context context : {Context::Task, Context::Softirq, Context::Caller})
            for (const Direction direction : {Direction::Encrypt, Direction::Decrypt})
                evidence.cells.push_back(cell(driver, simd, cpu, context, direction));
}

CellTotal FpuRun::cell(const char *driver, bool simd, std::uint32_t cpu, Context context,
                       Direction direction)
{
    CellTotal cell;
    cell.driver = driver;
    cell.cpu = cpu;
    cell.context = context;
    cell.direction = direction;
    const bool softirq = context == Context::Softirq;
    const std::uint64_t usual = (context == Context::Task ? 60000 : 20000) * (simd ? 3U : 1U);
    cell.operations = (usual + below(random_, 9000)) / hurry_;
    cell.bytes = cell.operations * 1100;
    cell.interruptions = cell.operations / (softirq ? 40 : 5);
    cell.fpu_hits = simd && !softirq ? cell.operations / 50 : 0;
    cell.preemptions = softirq ? 0 : cell.operations / 150;
    cell.nested = softirq ? cell.operations / 7 : 0;
    over_fpu_section(cell) = softirq ? cell.operations / 60 : 0;
    cell.simd = simd ? cell.operations - over_fpu_section(cell) : 0;
    cell.fallbacks = simd ? over_fpu_section(cell) : 0;
    if (softirq)
        cell.live = cell.operations / 3;
    else if (context == Context::Caller)
        cell.live = cell.operations;
    for (const Mismatch &record : records_) {
        if (record.driver != driver || record.cpu_before != cpu || record.context != context ||
            record.direction != direction)
            continue;
        ++cell.mismatches;
        cell.mismatches_moved += record.cpu_after != cpu ? 1U : 0U;
        cell.interruptions += record.interruptions;
        cell.fpu_hits += record.fpu_hits;
        cell.preemptions += record.preemptions;
    }
    return cell;
}

FpuValue fpu_left_by(const Packet &packet)
{
    std::vector<Block> left;
    const auto blocks = static_cast<std::ptrdiff_t>(packet.blocks());
    for (std::ptrdiff_t block = std::max<std::ptrdiff_t>(0, blocks - 8); block < blocks;
         ++block)
        left.push_back(
            packet.mode() == Mode::Counter
                ? encrypted(packet.aes(), packet.counter(block))
                : block_at(packet.sealed_text(), static_cast<std::size_t>(block) * 16));
    const Block key = round_key(packet.aes(), Way::Encrypt, packet.aes().rounds);
    return [left, key](std::size_t place) {
        return place == 1 ? key : left.at(place % left.size());
    };
}

FpuValue fpu_same(const Block &value)
{
    return [value](std::size_t) {
        return value;
    };
}

FpuValue fpu_unknown(Random &random)
{
    std::array<Block, 16> values{};
    for (Block &value : values)
        value = random_block(random);
    return [values](std::size_t place) {
        return values.at(place);
    };
}

FpuValue fpu_user(Random &random, std::uint32_t thread)
{
    const std::uint64_t epoch = 1000 + below(random, 3000000);
    return [thread, epoch](std::size_t place) {
        return exerciser_lane(thread, static_cast<unsigned>(place), epoch);
    };
}

std::vector<StateFault> fpu_replaced(const Packet &packet, std::size_t width, unsigned mask,
                                     const FpuValue &value, Random &random)
{
    const std::size_t whole = packet.vector().text_len / 16U;
    const std::size_t wide = whole >= width ? width : 1;
    const std::size_t first = below(random, whole / wide) * wide;
    const auto round = static_cast<unsigned>(1 + below(random, packet.aes().rounds - 1));
    const std::size_t done = below(random, wide + 1); // these are a round further
    std::vector<StateFault> faults;
    for (std::size_t place = 0; place < wide; ++place)
        if (wide == 1 || (mask >> place & 1U) != 0)
            faults.push_back({first + place, round + (place < done ? 1U : 0U),
                              [lost = value(place)](const Block &) {
                                  return lost;
                              }});
    if (faults.empty())
        faults.push_back({first, round, [lost = value(0)](const Block &) {
                              return lost;
                          }});
    return faults;
}

std::vector<StateFault> fpu_miscounted(const Packet &packet, std::size_t from,
                                       const Block &value)
{
    const Block key = round_key(packet.aes(), Way::Encrypt, 0);
    const bool gcm = packet.is_gcm();
    std::vector<StateFault> faults;
    for (std::size_t block = from; block < packet.blocks(); ++block) {
        const auto more = static_cast<std::uint32_t>(block - from);
        faults.push_back({block, 0, [=](const Block &) {
                              return fpu_plus(value, more, gcm) ^ key;
                          }});
    }
    return faults;
}

std::vector<std::uint8_t> fpu_wrong_icv(const Packet &packet, Random &random)
{
    std::vector<std::uint8_t> output(packet.sealed().begin(), packet.sealed().end());
    const std::size_t size = packet.vector().icv_len;
    for (std::size_t place = output.size() - size; place < output.size(); ++place)
        output[place] ^= static_cast<std::uint8_t>(random());
    output.back() ^= 1; // one bit at least
    return output;
}

} // namespace ct::test
