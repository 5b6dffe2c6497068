// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/encode.h"

#include <netlink/attr.h>
#include <netlink/msg.h>

#include <linux/cryptorture.h>

#include "wire/number.h"

namespace ct {

static_assert(duration_max_ms == CRYPTORTURE_DURATION_MAX_MS);
static_assert(load_full == CRYPTORTURE_LOAD_FULL);
static_assert(timer_hz_min == CRYPTORTURE_TIMER_HZ_MIN);
static_assert(timer_hz_max == CRYPTORTURE_TIMER_HZ_MAX);
static_assert(timer_hz_default == CRYPTORTURE_TIMER_HZ_DEFAULT);
static_assert(payload_max == CRYPTORTURE_PAYLOAD_MAX);
static_assert(bench_min_ms == CRYPTORTURE_BENCH_MIN_MS);
static_assert(bench_max_ms == CRYPTORTURE_BENCH_MAX_MS);
static_assert(sizes_max == CRYPTORTURE_SIZES_MAX);
static_assert(exercisers_max == CRYPTORTURE_EXERCISERS_MAX);

namespace {

template <typename Word> std::uint32_t mask_of(const std::vector<Word> &words)
{
    std::uint32_t mask = 0;
    for (const Word word : words)
        mask |= 1U << number_of(word);
    return mask;
}

bool encode_drivers(nl_msg &message, const std::vector<std::string> &drivers)
{
    if (drivers.empty())
        return true;
    nlattr *const nest = nla_nest_start(&message, CRYPTORTURE_A_CONFIG_DRIVERS);
    if (nest == nullptr)
        return false;
    for (const std::string &driver : drivers)
        if (nla_put_string(&message, CRYPTORTURE_A_LIST_DRIVER, driver.c_str()) < 0)
            return false;
    return nla_nest_end(&message, nest) >= 0;
}

std::optional<int> nest_of(JobKind kind)
{
    switch (kind) {
    case JobKind::Start:
        return CRYPTORTURE_A_JOB_CONFIG;
    case JobKind::Bench:
        return CRYPTORTURE_A_JOB_BENCH;
    case JobKind::Replay:
        return CRYPTORTURE_A_JOB_PACKET;
    case JobKind::Search:
    case JobKind::Stop:
        break;
    }
    return std::nullopt;
}

} // namespace

bool encode_config(nl_msg &message, const Config &config)
{
    const auto u64 = [&message](int type, const std::optional<std::uint64_t> &value) {
        return !value || nla_put_u64(&message, type, *value) >= 0;
    };
    const auto u32 = [&message](int type, const std::optional<std::uint32_t> &value) {
        return !value || nla_put_u32(&message, type, *value) >= 0;
    };
    std::optional<std::uint32_t> contexts;
    std::optional<std::uint32_t> disturbers;
    if (config.contexts)
        contexts = mask_of(*config.contexts);
    if (config.disturbers)
        disturbers = mask_of(*config.disturbers);

    return u64(CRYPTORTURE_A_CONFIG_DURATION_MS, config.duration_ms) &&
           u64(CRYPTORTURE_A_CONFIG_SEED, config.seed) &&
           encode_drivers(message, config.drivers) &&
           u32(CRYPTORTURE_A_CONFIG_CONTEXTS, contexts) &&
           u32(CRYPTORTURE_A_CONFIG_DISTURB, disturbers) &&
           (!config.cpus ||
            nla_put_string(&message, CRYPTORTURE_A_CONFIG_CPUS, config.cpus->c_str()) >= 0) &&
           u32(CRYPTORTURE_A_CONFIG_LOAD, config.load) &&
           u32(CRYPTORTURE_A_CONFIG_TIMER_HZ, config.timer_hz) &&
           u64(CRYPTORTURE_A_CONFIG_INJECT_EVERY, config.inject_every) &&
           (!config.until_mismatch ||
            nla_put_flag(&message, CRYPTORTURE_A_CONFIG_UNTIL_MISMATCH) >= 0) &&
           (!config.sizes ||
            nla_put_string(&message, CRYPTORTURE_A_CONFIG_SIZES, config.sizes->c_str()) >= 0) &&
           (config.exercisers == 0 ||
            nla_put_u32(&message, CRYPTORTURE_A_CONFIG_EXERCISERS, config.exercisers) >= 0);
}

bool encode_mismatch_number(nl_msg &message, std::uint64_t number)
{
    return nla_put_u64(&message, CRYPTORTURE_A_MISMATCH_NUMBER, number) >= 0;
}

bool encode_packet(nl_msg &message, const Mismatch &record)
{
    return nla_put_string(&message, CRYPTORTURE_A_MISMATCH_DRIVER, record.driver.c_str()) >=
               0 &&
           nla_put_u64(&message, CRYPTORTURE_A_MISMATCH_SEED, record.seed) >= 0 &&
           nla_put_u64(&message, CRYPTORTURE_A_MISMATCH_INDEX, record.index) >= 0 &&
           nla_put_u32(&message, CRYPTORTURE_A_MISMATCH_PAYLOAD_LEN, record.payload_len) >= 0 &&
           nla_put_u32(&message, CRYPTORTURE_A_MISMATCH_DIRECTION,
                       static_cast<std::uint32_t>(record.direction)) >= 0 &&
           nla_put_u32(&message, CRYPTORTURE_A_MISMATCH_CONTEXT,
                       static_cast<std::uint32_t>(record.context)) >= 0 &&
           nla_put_string(&message, CRYPTORTURE_A_MISMATCH_LAYOUT, record.layout.c_str()) >=
               0 &&
           nla_put_u32(&message, CRYPTORTURE_A_MISMATCH_CPU_BEFORE, record.cpu_before) >= 0;
}

bool encode_bench(nl_msg &message, const BenchRequest &request)
{
    return nla_put_string(&message, CRYPTORTURE_A_BENCH_DRIVER, request.driver.c_str()) >= 0 &&
           nla_put_u32(&message, CRYPTORTURE_A_BENCH_MODE,
                       static_cast<std::uint32_t>(request.mode)) >= 0 &&
           nla_put_u32(&message, CRYPTORTURE_A_BENCH_PAYLOAD, request.payload) >= 0 &&
           nla_put_u32(&message, CRYPTORTURE_A_BENCH_DIRECTION,
                       static_cast<std::uint32_t>(request.direction)) >= 0 &&
           nla_put_u32(&message, CRYPTORTURE_A_BENCH_DURATION_MS, request.duration_ms) >= 0;
}

bool encode_job(nl_msg &message, JobKind kind, const JobParameters &parameters)
{
    if (nla_put_u32(&message, CRYPTORTURE_A_JOB_KIND, static_cast<std::uint32_t>(kind)) < 0)
        return false;
    const auto type = nest_of(kind);
    if (!type)
        return true;
    nlattr *const nest = nla_nest_start(&message, *type);
    if (nest == nullptr || (parameters && !parameters(message)))
        return false;
    // libnl would take an empty one away again; it says that all is as by default.
    if (nlmsg_tail(nlmsg_hdr(&message)) == nla_data(nest))
        return true;
    return nla_nest_end(&message, nest) >= 0;
}

bool encode_job_number(nl_msg &message, std::uint64_t number)
{
    return nla_put_u64(&message, CRYPTORTURE_A_JOB_NUMBER, number) >= 0;
}

} // namespace ct
