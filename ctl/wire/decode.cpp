// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/decode.h"
#include "wire/nest.h"

#include <utility>

#include <linux/cryptorture.h>

// The number of an attribute and its name in the contract.
#define KEY(attribute) (attribute), #attribute

namespace ct {

// The words of the program and of the contract are the same, in order.
static_assert(count_of<Context> == CT_CONTEXTS);
static_assert(static_cast<int>(Context::Caller) == CT_CONTEXT_CALLER);
// The last number of the contract was for freq, a disturber of clock frequencies; what an
// older module says of it is left out.
static_assert(count_of<Disturber> == CT_DISTURB_FREQ && CT_DISTURBERS == CT_DISTURB_FREQ + 1);
static_assert(static_cast<int>(Disturber::Ipi) == CT_DISTURB_IPI);
static_assert(static_cast<int>(Disturber::Memory) == CT_DISTURB_MEMORY);
static_assert(count_of<Direction> == CT_DIRECTIONS);
static_assert(static_cast<int>(Direction::Tampered) == CT_TAMPERED);
static_assert(count_of<State> == CT_RUN_ENDED + 1);
static_assert(static_cast<int>(State::Stopping) == CT_RUN_STOPPING);
static_assert(count_of<Verdict> == CT_VERDICT_INCONCLUSIVE + 1);
static_assert(static_cast<int>(Verdict::Clean) == CT_VERDICT_CLEAN);
static_assert(static_cast<int>(Verdict::Corrupt) == CT_VERDICT_CORRUPT);
static_assert(count_of<End> == CT_END_FAILED + 1);
static_assert(static_cast<int>(End::Mismatch) == CT_END_MISMATCH);
static_assert(count_of<Gap> == CT_GAP_NOT_APPLICABLE + 1);
static_assert(static_cast<int>(Gap::NoFpuHit) == CT_GAP_NO_FPU_HIT);
static_assert(static_cast<int>(Gap::DriverFailed) == CT_GAP_DRIVER_FAILED);
static_assert(static_cast<int>(Gap::NoNested) == CT_GAP_NO_NESTED);
static_assert(count_of<Exempt> == CT_EXEMPTS);
static_assert(static_cast<int>(Exempt::Threaded) == CT_EXEMPT_THREADED);
static_assert(count_of<BenchMode> == CT_BENCH_MODES);
static_assert(static_cast<int>(BenchMode::Naive) == CT_BENCH_NAIVE);
static_assert(static_cast<int>(BenchMode::Single) == CT_BENCH_SINGLE);

namespace {

constexpr std::size_t digest_size = 32;

Result<std::vector<std::string>> decode_drivers(Bytes nest)
{
    return decode_list<std::string>(nest, CT_LIST_DRIVER, "the drivers of a run",
                                    "CT_CONFIG_DRIVERS",
                                    [](AttributeReader &reader, std::string &name) {
                                        reader.text(KEY(CT_LIST_DRIVER), name);
                                    });
}

// Nothing where it is freq.
Result<std::optional<DisturberCount>> decode_disturber(Bytes nest)
{
    AttributeReader reader(nest, "a disturber of a run");
    std::optional<DisturberCount> result;
    std::uint32_t id = 0;
    reader.u32(KEY(CT_DISTURBER_ID), id);
    if (id == CT_DISTURB_FREQ)
        return finish(reader, result);
    DisturberCount &count = result.emplace();
    reader.word(KEY(CT_DISTURBER_ID), count.disturber);
    reader.u64(KEY(CT_DISTURBER_COUNT), count.count);
    reader.maybe_text(KEY(CT_DISTURBER_REASON), count.reason);
    return finish(reader, result);
}

Result<std::vector<DisturberCount>> decode_disturbers(Bytes nest)
{
    const auto list = decode_list<std::optional<DisturberCount>>(
        nest, CT_LIST_DISTURBER, "the disturbers of a run", "CT_STATUS_DISTURBERS",
        [](AttributeReader &reader, std::optional<DisturberCount> &count) {
            decode_nest(reader, KEY(CT_LIST_DISTURBER), count, decode_disturber);
        });
    if (!list)
        return Failure(list.error());
    std::vector<DisturberCount> result;
    for (const auto &count : *list)
        if (count)
            result.push_back(*count);
    return result;
}

void read_sweep(AttributeReader &reader, Status &status)
{
    std::vector<std::uint8_t> raw;
    std::array<std::uint64_t, 16> sweep{};
    reader.maybe_binary(KEY(CT_STATUS_SWEEP), sizeof(sweep), raw);
    if (raw.empty())
        return;
    if (raw.size() != sizeof(sweep)) {
        reader.fail("CT_STATUS_SWEEP", "does not have 16 numbers");
        return;
    }
    std::memcpy(sweep.data(), raw.data(), sizeof(sweep));
    status.sweep = sweep;
}

} // namespace

Result<Version> decode_version(Bytes attributes)
{
    AttributeReader reader(attributes, "the version");
    Version version;
    reader.text(KEY(CT_VERSION_MODULE), version.module);
    reader.text(KEY(CT_VERSION_KERNEL), version.kernel);
    return finish(reader, version);
}

Result<Config> decode_config(Bytes attributes)
{
    AttributeReader reader(attributes, "the parameters of a run");
    Config config;
    reader.maybe_u64(KEY(CT_CONFIG_DURATION_MS), config.duration_ms);
    // The module tells a run without an end as one of no duration.
    if (config.duration_ms == 0U)
        config.duration_ms.reset();
    reader.maybe_u64(KEY(CT_CONFIG_SEED), config.seed);
    decode_nest(reader, KEY(CT_CONFIG_DRIVERS), config.drivers, decode_drivers);
    if (reader.has(CT_CONFIG_CONTEXTS))
        reader.words(KEY(CT_CONFIG_CONTEXTS), config.contexts.emplace());
    if (reader.has(CT_CONFIG_DISTURB))
        reader.words(KEY(CT_CONFIG_DISTURB), config.disturbers.emplace(),
                     1U << CT_DISTURB_FREQ);
    if (reader.has(CT_CONFIG_CPUS))
        reader.text(KEY(CT_CONFIG_CPUS), config.cpus.emplace());
    reader.maybe_u32(KEY(CT_CONFIG_LOAD), config.load);
    reader.maybe_u32(KEY(CT_CONFIG_TIMER_HZ), config.timer_hz);
    reader.maybe_u64(KEY(CT_CONFIG_INJECT_EVERY), config.inject_every);
    reader.flag(KEY(CT_CONFIG_UNTIL_MISMATCH), config.until_mismatch);
    if (reader.has(CT_CONFIG_SIZES))
        reader.text(KEY(CT_CONFIG_SIZES), config.sizes.emplace());
    // The module may tell its own choice of sizes as none.
    if (config.sizes && config.sizes->empty())
        config.sizes.reset();
    if (reader.has(CT_CONFIG_EXERCISERS))
        reader.u32(KEY(CT_CONFIG_EXERCISERS), config.exercisers);
    return finish(reader, config);
}

Result<Status> decode_status(Bytes attributes)
{
    AttributeReader reader(attributes, "the status");
    Status status;
    reader.word(KEY(CT_STATUS_STATE), status.state);
    // What the module measured of this kernel, run or not.
    std::uint32_t nests = 0;
    reader.u32(KEY(CT_STATUS_FPU_NESTS), nests);
    if (nests > 1)
        reader.fail("CT_STATUS_FPU_NESTS", "is neither 0 nor 1");
    status.fpu_nests = nests == 1;
    reader.maybe_u64(KEY(CT_STATUS_JOB), status.job);
    // Before the first run there is nothing to count.
    if (status.state == State::Idle)
        return finish(reader, status);

    reader.u64(KEY(CT_STATUS_RUN), status.run);
    reader.word(KEY(CT_STATUS_VERDICT), status.verdict);
    reader.word(KEY(CT_STATUS_END), status.end);
    reader.maybe_text(KEY(CT_STATUS_FAILURE), status.failure);
    if (!reader.has(CT_STATUS_CONFIG))
        reader.fail("CT_STATUS_CONFIG", "is missing");
    decode_nest(reader, KEY(CT_STATUS_CONFIG), status.config, decode_config);
    reader.u64(KEY(CT_STATUS_SEED), status.seed);
    reader.u64(KEY(CT_STATUS_ELAPSED), status.elapsed_ns);
    reader.u64(KEY(CT_STATUS_STARTED), status.started_ns);
    reader.u64(KEY(CT_STATUS_OPERATIONS), status.operations);
    reader.u64(KEY(CT_STATUS_BYTES), status.bytes);
    reader.u64(KEY(CT_STATUS_BLOCKS), status.blocks);
    reader.u64(KEY(CT_STATUS_MISMATCHES), status.mismatches);
    reader.u64(KEY(CT_STATUS_INJECTED), status.injected);
    reader.u64(KEY(CT_STATUS_INJECTED_FOUND), status.injected_found);
    reader.u64(KEY(CT_STATUS_RECORDS), status.records);
    reader.u64(KEY(CT_STATUS_OVERWRITTEN), status.overwritten);
    reader.u64(KEY(CT_STATUS_UNRECORDED), status.unrecorded);
    reader.u64(KEY(CT_STATUS_INTERRUPTIONS), status.interruptions);
    reader.u64(KEY(CT_STATUS_FPU_HITS), status.fpu_hits);
    reader.u64(KEY(CT_STATUS_PREEMPTIONS), status.preemptions);
    reader.u64(KEY(CT_STATUS_NESTED), status.nested);
    reader.u64(KEY(CT_STATUS_NESTED_FPU), status.nested_fpu);
    reader.u32(KEY(CT_STATUS_CELLS_PLANNED), status.cells_planned);
    reader.u32(KEY(CT_STATUS_CELLS_REACHED), status.cells_reached);
    reader.u64(KEY(CT_STATUS_MEMORY), status.memory);
    reader.u64(KEY(CT_STATUS_VECTORS), status.vectors);
    reader.maybe_binary(KEY(CT_STATUS_DIGEST), digest_size, status.digest);
    if (!status.digest.empty() && status.digest.size() != digest_size)
        reader.fail("CT_STATUS_DIGEST", "does not have 32 bytes");
    if (!reader.has(CT_STATUS_DISTURBERS))
        reader.fail("CT_STATUS_DISTURBERS", "is missing");
    decode_nest(reader, KEY(CT_STATUS_DISTURBERS), status.disturbers, decode_disturbers);
    read_sweep(reader, status);
    reader.maybe_u32(KEY(CT_STATUS_DEFAULTS_CHANGED), status.defaults_changed);
    reader.u64(KEY(CT_STATUS_STARVED), status.starved);
    reader.u64(KEY(CT_STATUS_NESTED_USER), status.nested_user);
    reader.u64(KEY(CT_STATUS_FALLBACKS), status.fallbacks);
    reader.u64(KEY(CT_STATUS_MIGRATIONS), status.migrations);
    reader.u64(KEY(CT_STATUS_ASYNC), status.async);
    reader.u64(KEY(CT_STATUS_REORDERED), status.reordered);
    reader.u64(KEY(CT_STATUS_BACKLOGGED), status.backlogged);
    reader.u64(KEY(CT_STATUS_REGISTER_CHECKS), status.register_checks);
    reader.u64(KEY(CT_STATUS_REGISTER_MISMATCHES), status.register_mismatches);
    reader.u64(KEY(CT_STATUS_REFERENCE_CHECKS), status.reference_checks);
    reader.u64(KEY(CT_STATUS_MISMATCHES_VOID), status.mismatches_void);
    reader.u32(KEY(CT_STATUS_CELLS_EXEMPT), status.cells_exempt);
    return finish(reader, status);
}

Result<Driver> decode_driver(Bytes attributes)
{
    AttributeReader reader(attributes, "a driver");
    Driver driver;
    reader.u32(KEY(CT_DRIVER_ID), driver.id);
    reader.text(KEY(CT_DRIVER_NAME), driver.name);
    reader.text(KEY(CT_DRIVER_ALGORITHM), driver.algorithm);
    reader.maybe_text(KEY(CT_DRIVER_MODULE), driver.module);
    reader.maybe_s32(KEY(CT_DRIVER_PRIORITY), driver.priority);
    reader.flag(KEY(CT_DRIVER_ASYNC), driver.async);
    reader.flag(KEY(CT_DRIVER_SIMD), driver.simd);
    reader.flag(KEY(CT_DRIVER_DEFAULT), driver.is_default);
    reader.flag(KEY(CT_DRIVER_PRESENT), driver.present);
    reader.flag(KEY(CT_DRIVER_EXPECTED), driver.expected);
    reader.flag(KEY(CT_DRIVER_DEFERRED), driver.deferred);
    reader.maybe_u32(KEY(CT_DRIVER_ERRNO), driver.error);
    reader.maybe_text(KEY(CT_DRIVER_REASON), driver.reason);
    return finish(reader, driver);
}

Result<Cell> decode_cell(Bytes attributes)
{
    AttributeReader reader(attributes, "a cell of coverage");
    Cell cell;
    reader.u32(KEY(CT_CELL_CPU), cell.cpu);
    reader.u32(KEY(CT_CELL_DRIVER), cell.driver);
    reader.word(KEY(CT_CELL_CONTEXT), cell.context);
    reader.word(KEY(CT_CELL_DIRECTION), cell.direction);
    reader.word(KEY(CT_CELL_GAP), cell.gap);
    reader.u64(KEY(CT_CELL_OPERATIONS), cell.operations);
    reader.u64(KEY(CT_CELL_BYTES), cell.bytes);
    reader.u64(KEY(CT_CELL_MISMATCHES), cell.mismatches);
    reader.u64(KEY(CT_CELL_MISMATCHES_MOVED), cell.mismatches_moved);
    reader.u64(KEY(CT_CELL_INTERRUPTIONS), cell.interruptions);
    reader.u64(KEY(CT_CELL_FPU_HITS), cell.fpu_hits);
    reader.u64(KEY(CT_CELL_PREEMPTIONS), cell.preemptions);
    reader.u64(KEY(CT_CELL_MIGRATIONS), cell.migrations);
    reader.u64(KEY(CT_CELL_NESTED), cell.nested);
    reader.u64(KEY(CT_CELL_NESTED_FPU), cell.nested_fpu);
    reader.u64(KEY(CT_CELL_ASYNC), cell.async);
    reader.u64(KEY(CT_CELL_SIMD), cell.simd);
    reader.u64(KEY(CT_CELL_FALLBACKS), cell.fallbacks);
    reader.u64(KEY(CT_CELL_LIVE), cell.live);
    reader.words(KEY(CT_CELL_EXEMPT), cell.exempt);
    return finish(reader, cell);
}

Result<BenchResult> decode_bench(Bytes attributes)
{
    AttributeReader reader(attributes, "a measurement");
    BenchResult result;
    reader.u64(KEY(CT_BENCH_OPERATIONS), result.operations);
    reader.u64(KEY(CT_BENCH_BYTES), result.bytes);
    reader.u64(KEY(CT_BENCH_TIME), result.time_ns);
    reader.maybe_text(KEY(CT_BENCH_GENERIC), result.generic);
    return finish(reader, result);
}

Result<Event> decode_event(unsigned command, Bytes attributes)
{
    if (command == CT_CMD_EVENT_ENDED)
        return decode_status(attributes).map([](Status status) {
            return Event(RunEnded{std::move(status)});
        });
    if (command == CT_CMD_EVENT_JOB)
        return decode_job(attributes).map([](Job job) {
            return Event(JobSeen{std::move(job)});
        });

    AttributeReader reader(attributes, "an event");
    Event event;
    switch (command) {
    case CT_CMD_EVENT_STARTED: {
        RunStarted started;
        reader.u64(KEY(CT_STATUS_RUN), started.run);
        reader.u64(KEY(CT_STATUS_SEED), started.seed);
        event = started;
        break;
    }
    case CT_CMD_EVENT_MISMATCH: {
        MismatchSeen seen;
        reader.u64(KEY(CT_MISMATCH_NUMBER), seen.number);
        reader.u64(KEY(CT_MISMATCH_RUN), seen.run);
        event = seen;
        break;
    }
    default:
        reader.fail("an event", "is of a kind that this program does not know");
    }
    return finish(reader, event);
}

} // namespace ct
