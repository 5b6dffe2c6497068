// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/decode.h"
#include "wire/nest.h"

#include <utility>

#include <linux/cryptorture.h>

// The number of an attribute and its name in the contract.
#define KEY(attribute) (attribute), #attribute

namespace ct {

// The words of the program and of the contract are the same, in order; see wire/number.h.
static_assert(count_of<Context> == __CRYPTORTURE_CONTEXT_MAX);
static_assert(static_cast<int>(Context::Caller) == CRYPTORTURE_CONTEXT_CALLER);
// One number was for freq, a disturber of clock frequencies; what an older module says of it
// is left out.
static_assert(count_of<Disturber> + 1 == __CRYPTORTURE_DISTURBER_MAX,
              "record/words.h and module/cryptorture.yaml differ: see CONTRIBUTING.md");
static_assert(!names<Disturber>.back().empty(), "a name is missing in record/words.h");
static_assert(static_cast<int>(Disturber::Ipi) == CRYPTORTURE_DISTURBER_IPI);
static_assert(number_of(Disturber::Memory) == CRYPTORTURE_DISTURBER_MEMORY);
static_assert(!word_of<Disturber>(CRYPTORTURE_DISTURBER_RETIRED_8));
static_assert(count_of<Direction> == __CRYPTORTURE_DIRECTION_MAX);
static_assert(static_cast<int>(Direction::Tampered) == CRYPTORTURE_DIRECTION_TAMPERED);
static_assert(count_of<State> == CRYPTORTURE_RUN_STATE_ENDED + 1);
static_assert(static_cast<int>(State::Stopping) == CRYPTORTURE_RUN_STATE_STOPPING);
static_assert(count_of<Verdict> == CRYPTORTURE_VERDICT_INCONCLUSIVE + 1);
static_assert(static_cast<int>(Verdict::Clean) == CRYPTORTURE_VERDICT_CLEAN);
static_assert(static_cast<int>(Verdict::Corrupt) == CRYPTORTURE_VERDICT_CORRUPT);
static_assert(count_of<End> == CRYPTORTURE_END_FAILED + 1);
static_assert(static_cast<int>(End::Mismatch) == CRYPTORTURE_END_MISMATCH);
static_assert(count_of<Gap> == CRYPTORTURE_GAP_NOT_APPLICABLE + 1);
static_assert(static_cast<int>(Gap::NoFpuHit) == CRYPTORTURE_GAP_NO_FPU_HIT);
static_assert(static_cast<int>(Gap::DriverFailed) == CRYPTORTURE_GAP_DRIVER_FAILED);
static_assert(static_cast<int>(Gap::NoNested) == CRYPTORTURE_GAP_NO_NESTED);
static_assert(count_of<Exempt> == __CRYPTORTURE_EXEMPT_MAX);
static_assert(static_cast<int>(Exempt::Threaded) == CRYPTORTURE_EXEMPT_THREADED);
static_assert(count_of<BenchMode> == __CRYPTORTURE_BENCH_MODE_MAX);
static_assert(static_cast<int>(BenchMode::Naive) == CRYPTORTURE_BENCH_MODE_NAIVE);
static_assert(static_cast<int>(BenchMode::Single) == CRYPTORTURE_BENCH_MODE_SINGLE);

namespace {

constexpr std::size_t digest_size = 32;

Result<std::vector<std::string>> decode_drivers(Bytes nest)
{
    return decode_list<std::string>(nest, CRYPTORTURE_A_LIST_DRIVER, "the drivers of a run",
                                    "CRYPTORTURE_A_CONFIG_DRIVERS",
                                    [](AttributeReader &reader, std::string &name) {
                                        reader.text(KEY(CRYPTORTURE_A_LIST_DRIVER), name);
                                    });
}

// Nothing where it is freq.
Result<std::optional<DisturberCount>> decode_disturber(Bytes nest)
{
    AttributeReader reader(nest, "a disturber of a run");
    std::optional<DisturberCount> result;
    std::uint32_t id = 0;
    reader.u32(KEY(CRYPTORTURE_A_DISTURBER_ID), id);
    if (id == retired<Disturber>)
        return finish(reader, result);
    DisturberCount &count = result.emplace();
    reader.word(KEY(CRYPTORTURE_A_DISTURBER_ID), count.disturber);
    reader.u64(KEY(CRYPTORTURE_A_DISTURBER_COUNT), count.count);
    reader.maybe_text(KEY(CRYPTORTURE_A_DISTURBER_REASON), count.reason);
    return finish(reader, result);
}

Result<std::vector<DisturberCount>> decode_disturbers(Bytes nest)
{
    const auto list = decode_list<std::optional<DisturberCount>>(
        nest, CRYPTORTURE_A_LIST_DISTURBER, "the disturbers of a run",
        "CRYPTORTURE_A_STATUS_DISTURBERS",
        [](AttributeReader &reader, std::optional<DisturberCount> &count) {
            decode_nest(reader, KEY(CRYPTORTURE_A_LIST_DISTURBER), count, decode_disturber);
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
    reader.maybe_binary(KEY(CRYPTORTURE_A_STATUS_SWEEP), sizeof(sweep), raw);
    if (raw.empty())
        return;
    if (raw.size() != sizeof(sweep)) {
        reader.fail("CRYPTORTURE_A_STATUS_SWEEP", "does not have 16 numbers");
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
    reader.text(KEY(CRYPTORTURE_A_VERSION_MODULE), version.module);
    reader.text(KEY(CRYPTORTURE_A_VERSION_KERNEL), version.kernel);
    return finish(reader, version);
}

Result<Config> decode_config(Bytes attributes)
{
    AttributeReader reader(attributes, "the parameters of a run");
    Config config;
    reader.maybe_u64(KEY(CRYPTORTURE_A_CONFIG_DURATION_MS), config.duration_ms);
    // The module reports a run without an end with a duration of 0.
    if (config.duration_ms == 0U)
        config.duration_ms.reset();
    reader.maybe_u64(KEY(CRYPTORTURE_A_CONFIG_SEED), config.seed);
    decode_nest(reader, KEY(CRYPTORTURE_A_CONFIG_DRIVERS), config.drivers, decode_drivers);
    if (reader.has(CRYPTORTURE_A_CONFIG_CONTEXTS))
        reader.words(KEY(CRYPTORTURE_A_CONFIG_CONTEXTS), config.contexts.emplace());
    if (reader.has(CRYPTORTURE_A_CONFIG_DISTURB))
        reader.words(KEY(CRYPTORTURE_A_CONFIG_DISTURB), config.disturbers.emplace());
    if (reader.has(CRYPTORTURE_A_CONFIG_CPUS))
        reader.text(KEY(CRYPTORTURE_A_CONFIG_CPUS), config.cpus.emplace());
    reader.maybe_u32(KEY(CRYPTORTURE_A_CONFIG_LOAD), config.load);
    reader.maybe_u32(KEY(CRYPTORTURE_A_CONFIG_TIMER_HZ), config.timer_hz);
    reader.maybe_u64(KEY(CRYPTORTURE_A_CONFIG_INJECT_EVERY), config.inject_every);
    reader.flag(KEY(CRYPTORTURE_A_CONFIG_UNTIL_MISMATCH), config.until_mismatch);
    if (reader.has(CRYPTORTURE_A_CONFIG_SIZES))
        reader.text(KEY(CRYPTORTURE_A_CONFIG_SIZES), config.sizes.emplace());
    // The module may report its default sizes as none.
    if (config.sizes && config.sizes->empty())
        config.sizes.reset();
    if (reader.has(CRYPTORTURE_A_CONFIG_EXERCISERS))
        reader.u32(KEY(CRYPTORTURE_A_CONFIG_EXERCISERS), config.exercisers);
    return finish(reader, config);
}

Result<Status> decode_status(Bytes attributes)
{
    AttributeReader reader(attributes, "the status");
    Status status;
    reader.word(KEY(CRYPTORTURE_A_STATUS_STATE), status.state);
    // What the module measured of this kernel, run or not.
    std::uint32_t nests = 0;
    reader.u32(KEY(CRYPTORTURE_A_STATUS_FPU_NESTS), nests);
    if (nests > 1)
        reader.fail("CRYPTORTURE_A_STATUS_FPU_NESTS", "is neither 0 nor 1");
    status.fpu_nests = nests == 1;
    reader.maybe_u64(KEY(CRYPTORTURE_A_STATUS_JOB), status.job);
    // Before the first run there is nothing to count.
    if (status.state == State::Idle)
        return finish(reader, status);

    reader.u64(KEY(CRYPTORTURE_A_STATUS_RUN), status.run);
    reader.word(KEY(CRYPTORTURE_A_STATUS_VERDICT), status.verdict);
    reader.word(KEY(CRYPTORTURE_A_STATUS_END), status.end);
    reader.maybe_text(KEY(CRYPTORTURE_A_STATUS_FAILURE), status.failure);
    if (!reader.has(CRYPTORTURE_A_STATUS_CONFIG))
        reader.missing("CRYPTORTURE_A_STATUS_CONFIG");
    decode_nest(reader, KEY(CRYPTORTURE_A_STATUS_CONFIG), status.config, decode_config);
    reader.u64(KEY(CRYPTORTURE_A_STATUS_SEED), status.seed);
    reader.counters(run_counters, status);
    reader.counters(verdict_counters, status);
    reader.u64(KEY(CRYPTORTURE_A_STATUS_RECORDS), status.records);
    reader.u32(KEY(CRYPTORTURE_A_STATUS_CELLS_PLANNED), status.cells_planned);
    reader.u32(KEY(CRYPTORTURE_A_STATUS_CELLS_REACHED), status.cells_reached);
    reader.maybe_binary(KEY(CRYPTORTURE_A_STATUS_DIGEST), digest_size, status.digest);
    if (!status.digest.empty() && status.digest.size() != digest_size)
        reader.fail("CRYPTORTURE_A_STATUS_DIGEST", "does not have 32 bytes");
    if (!reader.has(CRYPTORTURE_A_STATUS_DISTURBERS))
        reader.missing("CRYPTORTURE_A_STATUS_DISTURBERS");
    decode_nest(reader, KEY(CRYPTORTURE_A_STATUS_DISTURBERS), status.disturbers,
                decode_disturbers);
    read_sweep(reader, status);
    reader.maybe_u32(KEY(CRYPTORTURE_A_STATUS_DEFAULTS_CHANGED), status.defaults_changed);
    reader.u32(KEY(CRYPTORTURE_A_STATUS_CELLS_EXEMPT), status.cells_exempt);
    return finish(reader, status);
}

Result<Driver> decode_driver(Bytes attributes)
{
    AttributeReader reader(attributes, "a driver");
    Driver driver;
    reader.u32(KEY(CRYPTORTURE_A_DRIVER_ID), driver.id);
    reader.text(KEY(CRYPTORTURE_A_DRIVER_NAME), driver.name);
    reader.text(KEY(CRYPTORTURE_A_DRIVER_ALGORITHM), driver.algorithm);
    reader.maybe_text(KEY(CRYPTORTURE_A_DRIVER_MODULE), driver.module);
    reader.maybe_s32(KEY(CRYPTORTURE_A_DRIVER_PRIORITY), driver.priority);
    reader.flag(KEY(CRYPTORTURE_A_DRIVER_ASYNC), driver.async);
    reader.flag(KEY(CRYPTORTURE_A_DRIVER_SIMD), driver.simd);
    reader.flag(KEY(CRYPTORTURE_A_DRIVER_DEFAULT), driver.is_default);
    reader.flag(KEY(CRYPTORTURE_A_DRIVER_PRESENT), driver.present);
    reader.flag(KEY(CRYPTORTURE_A_DRIVER_EXPECTED), driver.expected);
    reader.flag(KEY(CRYPTORTURE_A_DRIVER_DEFERRED), driver.deferred);
    reader.maybe_u32(KEY(CRYPTORTURE_A_DRIVER_ERRNO), driver.error);
    reader.maybe_text(KEY(CRYPTORTURE_A_DRIVER_REASON), driver.reason);
    return finish(reader, driver);
}

Result<Cell> decode_cell(Bytes attributes)
{
    AttributeReader reader(attributes, "a cell of coverage");
    Cell cell;
    reader.u32(KEY(CRYPTORTURE_A_CELL_CPU), cell.cpu);
    reader.u32(KEY(CRYPTORTURE_A_CELL_DRIVER), cell.driver);
    reader.word(KEY(CRYPTORTURE_A_CELL_CONTEXT), cell.context);
    reader.word(KEY(CRYPTORTURE_A_CELL_DIRECTION), cell.direction);
    reader.word(KEY(CRYPTORTURE_A_CELL_GAP), cell.gap);
    reader.counters(cell_counters, cell);
    reader.words(KEY(CRYPTORTURE_A_CELL_EXEMPT), cell.exempt);
    return finish(reader, cell);
}

Result<BenchResult> decode_bench(Bytes attributes)
{
    AttributeReader reader(attributes, "a measurement");
    BenchResult result;
    reader.u64(KEY(CRYPTORTURE_A_BENCH_OPERATIONS), result.operations);
    reader.u64(KEY(CRYPTORTURE_A_BENCH_BYTES), result.bytes);
    reader.u64(KEY(CRYPTORTURE_A_BENCH_TIME), result.time_ns);
    reader.maybe_text(KEY(CRYPTORTURE_A_BENCH_GENERIC), result.generic);
    return finish(reader, result);
}

bool is_event(unsigned command)
{
    return command == CRYPTORTURE_CMD_EVENT_STARTED ||
           command == CRYPTORTURE_CMD_EVENT_MISMATCH ||
           command == CRYPTORTURE_CMD_EVENT_ENDED || command == CRYPTORTURE_CMD_EVENT_JOB;
}

Result<Event> decode_event(unsigned command, Bytes attributes)
{
    if (command == CRYPTORTURE_CMD_EVENT_ENDED)
        return decode_status(attributes).map([](Status status) {
            return Event(RunEnded{std::move(status)});
        });
    if (command == CRYPTORTURE_CMD_EVENT_JOB)
        return decode_job(attributes).map([](Job job) {
            return Event(JobSeen{std::move(job)});
        });

    AttributeReader reader(attributes, "an event");
    Event event;
    switch (command) {
    case CRYPTORTURE_CMD_EVENT_STARTED: {
        RunStarted started;
        reader.u64(KEY(CRYPTORTURE_A_STATUS_RUN), started.run);
        reader.u64(KEY(CRYPTORTURE_A_STATUS_SEED), started.seed);
        event = started;
        break;
    }
    case CRYPTORTURE_CMD_EVENT_MISMATCH: {
        MismatchSeen seen;
        reader.u64(KEY(CRYPTORTURE_A_MISMATCH_NUMBER), seen.number);
        reader.u64(KEY(CRYPTORTURE_A_MISMATCH_RUN), seen.run);
        event = seen;
        break;
    }
    default:
        reader.fail("an event", "is of a kind that this program does not know");
    }
    return finish(reader, event);
}

} // namespace ct
