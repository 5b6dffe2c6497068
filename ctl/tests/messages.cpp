// SPDX-License-Identifier: GPL-2.0-or-later
#include "messages.h"

#include <algorithm>
#include <cstring>

#include <linux/cryptorture.h>

#include "record/counters.h"

namespace ct::test {

namespace {

template <typename Number> std::vector<std::uint8_t> bytes_of(Number value)
{
    std::vector<std::uint8_t> bytes(sizeof(value));
    std::memcpy(bytes.data(), &value, sizeof(value));
    return bytes;
}

} // namespace

Attributes &Attributes::raw(int type, const std::vector<std::uint8_t> &payload)
{
    constexpr std::size_t header = 4;
    const auto length = static_cast<std::uint16_t>(header + payload.size());
    const auto number = static_cast<std::uint16_t>(type);
    const std::size_t start = bytes_.size();
    bytes_.resize(start + (length + header - 1) / header * header);
    std::memcpy(bytes_.data() + start, &length, sizeof(length));
    std::memcpy(bytes_.data() + start + sizeof(length), &number, sizeof(number));
    if (!payload.empty())
        std::memcpy(bytes_.data() + start + header, payload.data(), payload.size());
    return *this;
}

Attributes &Attributes::u32(int type, std::uint32_t value)
{
    return raw(type, bytes_of(value));
}

Attributes &Attributes::s32(int type, std::int32_t value)
{
    return raw(type, bytes_of(value));
}

Attributes &Attributes::u64(int type, std::uint64_t value)
{
    return raw(type, bytes_of(value));
}

Attributes &Attributes::text(int type, std::string_view value)
{
    std::vector<std::uint8_t> payload(value.begin(), value.end());
    payload.push_back(0);
    return raw(type, payload);
}

Attributes &Attributes::flag(int type)
{
    return raw(type, {});
}

Attributes &Attributes::nest(int type, const Attributes &inner)
{
    std::vector<std::uint8_t> payload(inner.bytes_.size());
    if (!payload.empty())
        std::memcpy(payload.data(), inner.bytes_.data(), payload.size());
    return raw(type, payload);
}

Attributes &Attributes::append(const Attributes &others)
{
    bytes_.insert(bytes_.end(), others.bytes_.begin(), others.bytes_.end());
    return *this;
}

Attributes Attributes::without(int type) const
{
    Attributes result;
    (void)walk(bytes_, [&](const Attribute &attribute) {
        std::vector<std::uint8_t> payload(attribute.payload.size());
        std::transform(attribute.payload.begin(), attribute.payload.end(), payload.begin(),
                       [](std::byte byte) { return std::to_integer<std::uint8_t>(byte); });
        if (attribute.type != type)
            result.raw(attribute.type, payload);
    });
    return result;
}

Attributes Attributes::resized(int type, std::size_t size) const
{
    Attributes result;
    (void)walk(bytes_, [&](const Attribute &attribute) {
        std::vector<std::uint8_t> payload(attribute.payload.size());
        std::transform(attribute.payload.begin(), attribute.payload.end(), payload.begin(),
                       [](std::byte byte) { return std::to_integer<std::uint8_t>(byte); });
        if (attribute.type == type)
            payload.resize(size);
        result.raw(attribute.type, payload);
    });
    return result;
}

std::vector<int> Attributes::types() const
{
    std::vector<int> types;
    (void)walk(bytes_, [&](const Attribute &attribute) { types.push_back(attribute.type); });
    return types;
}

std::uint64_t wide(int type)
{
    return 0x100000000ULL + static_cast<std::uint64_t>(type);
}

Attributes config_message()
{
    return Attributes()
        .u64(CRYPTORTURE_A_CONFIG_DURATION_MS, 30000)
        .u64(CRYPTORTURE_A_CONFIG_SEED, 0x1122334455667788)
        .nest(CRYPTORTURE_A_CONFIG_DRIVERS,
              Attributes()
                  .text(CRYPTORTURE_A_LIST_DRIVER, "cbc-aes-aesni")
                  .text(CRYPTORTURE_A_LIST_DRIVER, "cbc(aes-generic)"))
        .u32(CRYPTORTURE_A_CONFIG_CONTEXTS, 3)
        .u32(CRYPTORTURE_A_CONFIG_DISTURB, 1)
        .text(CRYPTORTURE_A_CONFIG_CPUS, "0-1")
        .u32(CRYPTORTURE_A_CONFIG_LOAD, 50)
        .u32(CRYPTORTURE_A_CONFIG_TIMER_HZ, 4000)
        .u64(CRYPTORTURE_A_CONFIG_INJECT_EVERY, 50000)
        .flag(CRYPTORTURE_A_CONFIG_UNTIL_MISMATCH)
        .text(CRYPTORTURE_A_CONFIG_SIZES, "64,1300-1500")
        .u32(CRYPTORTURE_A_CONFIG_EXERCISERS, 2);
}

Attributes disturber_message()
{
    return Attributes()
        .u32(CRYPTORTURE_A_DISTURBER_ID, CRYPTORTURE_DISTURBER_IPI)
        .u64(CRYPTORTURE_A_DISTURBER_COUNT, 0x123456789);
}

Attributes status_message()
{
    Attributes message;
    message.u64(CRYPTORTURE_A_STATUS_RUN, 3)
        .u32(CRYPTORTURE_A_STATUS_STATE, CRYPTORTURE_RUN_STATE_ENDED)
        .u32(CRYPTORTURE_A_STATUS_VERDICT, CRYPTORTURE_VERDICT_CORRUPT)
        .u32(CRYPTORTURE_A_STATUS_END, CRYPTORTURE_END_STOPPED)
        .text(CRYPTORTURE_A_STATUS_FAILURE, "a worker failed")
        .nest(CRYPTORTURE_A_STATUS_CONFIG, config_message());
    // Every count has a value of its own, so that no two can be confused.
    for (const int type :
         {CRYPTORTURE_A_STATUS_SEED, CRYPTORTURE_A_STATUS_RECORDS, CRYPTORTURE_A_STATUS_JOB})
        message.u64(type, wide(type));
    for (const auto &counter : run_counters)
        message.u64(counter.attribute, wide(counter.attribute));
    for (const auto &counter : verdict_counters)
        message.u64(counter.attribute, wide(counter.attribute));
    message.u32(CRYPTORTURE_A_STATUS_CELLS_PLANNED, 48)
        .u32(CRYPTORTURE_A_STATUS_CELLS_REACHED, 47)
        .raw(CRYPTORTURE_A_STATUS_DIGEST, std::vector<std::uint8_t>(32, 0xd1))
        .raw(CRYPTORTURE_A_STATUS_SWEEP, std::vector<std::uint8_t>(128, 0x01))
        .u32(CRYPTORTURE_A_STATUS_DEFAULTS_CHANGED, 0)
        .nest(CRYPTORTURE_A_STATUS_DISTURBERS,
              Attributes()
                  .nest(CRYPTORTURE_A_LIST_DISTURBER, disturber_message())
                  .nest(CRYPTORTURE_A_LIST_DISTURBER,
                        Attributes()
                            .u32(CRYPTORTURE_A_DISTURBER_ID, CRYPTORTURE_DISTURBER_MEMORY)
                            .u64(CRYPTORTURE_A_DISTURBER_COUNT, 0)
                            .text(CRYPTORTURE_A_DISTURBER_REASON, "no reclaim here")))
        .u32(CRYPTORTURE_A_STATUS_CELLS_EXEMPT, 5)
        .u32(CRYPTORTURE_A_STATUS_FPU_NESTS, 1);
    return message;
}

Attributes driver_message()
{
    return Attributes()
        .u32(CRYPTORTURE_A_DRIVER_ID, 7)
        .text(CRYPTORTURE_A_DRIVER_NAME, "rfc4106-gcm-aesni")
        .text(CRYPTORTURE_A_DRIVER_ALGORITHM, "rfc4106(gcm(aes))")
        .text(CRYPTORTURE_A_DRIVER_MODULE, "aesni_intel")
        .s32(CRYPTORTURE_A_DRIVER_PRIORITY, -400)
        .flag(CRYPTORTURE_A_DRIVER_ASYNC)
        .flag(CRYPTORTURE_A_DRIVER_SIMD)
        .flag(CRYPTORTURE_A_DRIVER_DEFAULT)
        .flag(CRYPTORTURE_A_DRIVER_PRESENT)
        .u32(CRYPTORTURE_A_DRIVER_ERRNO, 2)
        .text(CRYPTORTURE_A_DRIVER_REASON, "this CPU has no vpclmulqdq")
        .flag(CRYPTORTURE_A_DRIVER_EXPECTED)
        .flag(CRYPTORTURE_A_DRIVER_DEFERRED);
}

Attributes cell_message()
{
    Attributes message;
    message.u32(CRYPTORTURE_A_CELL_CPU, 1)
        .u32(CRYPTORTURE_A_CELL_DRIVER, 7)
        .u32(CRYPTORTURE_A_CELL_CONTEXT, CRYPTORTURE_CONTEXT_SOFTIRQ)
        .u32(CRYPTORTURE_A_CELL_DIRECTION, CRYPTORTURE_DIRECTION_TAMPERED)
        .u32(CRYPTORTURE_A_CELL_GAP, CRYPTORTURE_GAP_NO_FPU_HIT);
    for (const auto &counter : cell_counters)
        message.u64(counter.attribute, wide(counter.attribute));
    message.u32(CRYPTORTURE_A_CELL_EXEMPT, 1U << CRYPTORTURE_EXEMPT_DEFERRED);
    return message;
}

Attributes concurrent_message()
{
    return Attributes()
        .u32(CRYPTORTURE_A_CONCURRENT_CPU, 7)
        .u32(CRYPTORTURE_A_CONCURRENT_CONTEXT, CRYPTORTURE_CONTEXT_CALLER)
        .text(CRYPTORTURE_A_CONCURRENT_DRIVER, "rfc4106-gcm-aesni")
        .u32(CRYPTORTURE_A_CONCURRENT_DIRECTION, CRYPTORTURE_DIRECTION_TAMPERED)
        .u64(CRYPTORTURE_A_CONCURRENT_INDEX, 0x123456789a);
}

Attributes attempt_message()
{
    return Attributes()
        .u32(CRYPTORTURE_A_REPLAY_WAY, CRYPTORTURE_WAY_OTHER_DRIVER)
        .u32(CRYPTORTURE_A_REPLAY_CPU, 1)
        .u32(CRYPTORTURE_A_REPLAY_CONTEXT, CRYPTORTURE_CONTEXT_TASK)
        .text(CRYPTORTURE_A_REPLAY_DRIVER, "rfc4106(gcm_base(ctr(aes-generic),ghash-generic))")
        .u32(CRYPTORTURE_A_REPLAY_RUNS, 4)
        .u32(CRYPTORTURE_A_REPLAY_WRONG, 3)
        .u32(CRYPTORTURE_A_REPLAY_ERRNO, 12);
}

Attributes mismatch_message()
{
    std::vector<std::uint8_t> expected(64, 0xee);
    std::vector<std::uint8_t> actual = expected;
    actual[20] = 0xaa;
    return Attributes()
        .u64(CRYPTORTURE_A_MISMATCH_NUMBER, 12)
        .u64(CRYPTORTURE_A_MISMATCH_RUN, 3)
        .u64(CRYPTORTURE_A_MISMATCH_TIME, 1700000000000000000)
        .u32(CRYPTORTURE_A_MISMATCH_CPU_BEFORE, 1)
        .u32(CRYPTORTURE_A_MISMATCH_CPU_AFTER, 0)
        .u32(CRYPTORTURE_A_MISMATCH_CONTEXT, CRYPTORTURE_CONTEXT_SOFTIRQ)
        .text(CRYPTORTURE_A_MISMATCH_ALGORITHM, "rfc4106(gcm(aes))")
        .text(CRYPTORTURE_A_MISMATCH_DRIVER, "rfc4106-gcm-aesni")
        .u32(CRYPTORTURE_A_MISMATCH_DIRECTION, CRYPTORTURE_DIRECTION_DECRYPT)
        .text(CRYPTORTURE_A_MISMATCH_LAYOUT, "in-place+3")
        .u32(CRYPTORTURE_A_MISMATCH_WHAT,
             1U << CRYPTORTURE_WHAT_TEXT | 1U << CRYPTORTURE_WHAT_IV)
        .u64(CRYPTORTURE_A_MISMATCH_SEED, 0xfedcba9876543210)
        .u64(CRYPTORTURE_A_MISMATCH_INDEX, 99)
        .u32(CRYPTORTURE_A_MISMATCH_KEY_LEN, 16)
        .u32(CRYPTORTURE_A_MISMATCH_ICV_LEN, 12)
        .u32(CRYPTORTURE_A_MISMATCH_PAYLOAD_LEN, 1420)
        .u32(CRYPTORTURE_A_MISMATCH_TEXT_OFFSET, 16)
        .u32(CRYPTORTURE_A_MISMATCH_TEXT_LEN, 1424)
        .u32(CRYPTORTURE_A_MISMATCH_OUTPUT_LEN, 1452)
        .s32(CRYPTORTURE_A_MISMATCH_STATUS, -74)
        .s32(CRYPTORTURE_A_MISMATCH_STATUS_EXPECTED, 0)
        .u32(CRYPTORTURE_A_MISMATCH_FIRST, 20)
        .u32(CRYPTORTURE_A_MISMATCH_WRONG_BYTES, 1)
        .u32(CRYPTORTURE_A_MISMATCH_WRONG_BITS, 2)
        .raw(CRYPTORTURE_A_MISMATCH_BLOCKS, {0x01, 0x80})
        .u32(CRYPTORTURE_A_MISMATCH_WINDOW, 0)
        .raw(CRYPTORTURE_A_MISMATCH_EXPECTED, expected)
        .raw(CRYPTORTURE_A_MISMATCH_ACTUAL, actual)
        .raw(CRYPTORTURE_A_MISMATCH_IV_EXPECTED, std::vector<std::uint8_t>(16, 1))
        .raw(CRYPTORTURE_A_MISMATCH_IV_ACTUAL, std::vector<std::uint8_t>(16, 2))
        .flag(CRYPTORTURE_A_MISMATCH_PERSISTS)
        .u32(CRYPTORTURE_A_MISMATCH_INTERRUPTIONS, 5)
        .u32(CRYPTORTURE_A_MISMATCH_FPU_HITS, 4)
        .u32(CRYPTORTURE_A_MISMATCH_PREEMPTIONS, 3)
        .u32(CRYPTORTURE_A_MISMATCH_NESTED, 1)
        .flag(CRYPTORTURE_A_MISMATCH_NESTED_FPU)
        .flag(CRYPTORTURE_A_MISMATCH_ASYNC)
        .u64(CRYPTORTURE_A_MISMATCH_DURATION, 123456)
        .flag(CRYPTORTURE_A_MISMATCH_INJECTED)
        .u32(CRYPTORTURE_A_MISMATCH_CPU_REFERENCE, 6)
        .u64(CRYPTORTURE_A_MISMATCH_FOREIGN, 101)
        .u32(CRYPTORTURE_A_MISMATCH_IN_FLIGHT, 8)
        .flag(CRYPTORTURE_A_MISMATCH_SIMD)
        .flag(CRYPTORTURE_A_MISMATCH_LIVE)
        .nest(CRYPTORTURE_A_MISMATCH_CONCURRENT,
              Attributes()
                  .nest(CRYPTORTURE_A_LIST_CONCURRENT,
                        concurrent_message().flag(CRYPTORTURE_A_CONCURRENT_NESTED))
                  .nest(CRYPTORTURE_A_LIST_CONCURRENT, concurrent_message()))
        .u32(CRYPTORTURE_A_MISMATCH_REPLAY_STATE, CRYPTORTURE_REPLAY_STATE_DONE)
        .nest(CRYPTORTURE_A_MISMATCH_REPLAYS,
              Attributes()
                  .nest(CRYPTORTURE_A_LIST_REPLAY,
                        Attributes()
                            .u32(CRYPTORTURE_A_REPLAY_WAY, CRYPTORTURE_WAY_SAME)
                            .u32(CRYPTORTURE_A_REPLAY_CPU, 1)
                            .u32(CRYPTORTURE_A_REPLAY_CONTEXT, CRYPTORTURE_CONTEXT_SOFTIRQ)
                            .u32(CRYPTORTURE_A_REPLAY_RUNS, 8)
                            .u32(CRYPTORTURE_A_REPLAY_WRONG, 0))
                  .nest(CRYPTORTURE_A_LIST_REPLAY, attempt_message()))
        .u32(CRYPTORTURE_A_MISMATCH_REPLAY_CPUS_LEFT, 5)
        .u32(CRYPTORTURE_A_MISMATCH_REPLAY_DRIVERS_LEFT, 2)
        .u32(CRYPTORTURE_A_MISMATCH_OUTSIDE, CRYPTORTURE_OUTSIDE_SOURCE_BEHIND)
        .u32(CRYPTORTURE_A_MISMATCH_OUTSIDE_OFFSET, 1468)
        .raw(CRYPTORTURE_A_MISMATCH_OUTSIDE_EXPECTED, {1, 2, 3, 4})
        .raw(CRYPTORTURE_A_MISMATCH_OUTSIDE_ACTUAL, {1, 2, 3, 5});
}

Attributes register_message()
{
    std::vector<std::uint8_t> actual(32, 0x11);
    actual[16] = 0x10;
    return Attributes()
        .u64(CRYPTORTURE_A_MISMATCH_NUMBER, 13)
        .u64(CRYPTORTURE_A_MISMATCH_RUN, 3)
        .u64(CRYPTORTURE_A_MISMATCH_TIME, 1700000000000000000)
        .u32(CRYPTORTURE_A_MISMATCH_CPU_BEFORE, 1)
        .u32(CRYPTORTURE_A_MISMATCH_CPU_AFTER, 0)
        .u32(CRYPTORTURE_A_MISMATCH_CONTEXT, CRYPTORTURE_CONTEXT_CALLER)
        .u32(CRYPTORTURE_A_MISMATCH_WHAT, 1U << CRYPTORTURE_WHAT_REGISTER)
        .raw(CRYPTORTURE_A_MISMATCH_EXPECTED, std::vector<std::uint8_t>(32, 0x11))
        .raw(CRYPTORTURE_A_MISMATCH_ACTUAL, actual)
        .text(CRYPTORTURE_A_MISMATCH_REGISTER, "ymm3")
        .text(CRYPTORTURE_A_MISMATCH_OWNER, "ymm3 of exerciser 4 on CPU 0")
        .u32(CRYPTORTURE_A_MISMATCH_EVENT, CRYPTORTURE_EVENT_MIGRATE)
        .u32(CRYPTORTURE_A_MISMATCH_THREAD, 5)
        .u64(CRYPTORTURE_A_MISMATCH_EPOCH, 0x100000009);
}

Attributes bench_message()
{
    return Attributes()
        .u64(CRYPTORTURE_A_BENCH_OPERATIONS, 1000)
        .u64(CRYPTORTURE_A_BENCH_BYTES, 1420000)
        .u64(CRYPTORTURE_A_BENCH_TIME, 100000000)
        .text(CRYPTORTURE_A_BENCH_GENERIC, "cbc(aes-generic)");
}

Attributes job_message()
{
    return Attributes()
        .u64(CRYPTORTURE_A_JOB_NUMBER, 0x100000007)
        .u32(CRYPTORTURE_A_JOB_KIND, CRYPTORTURE_JOB_KIND_START)
        .u32(CRYPTORTURE_A_JOB_STATE, CRYPTORTURE_JOB_STATE_DONE)
        .u32(CRYPTORTURE_A_JOB_STEP, CRYPTORTURE_JOB_STEP_DRIVERS)
        .u32(CRYPTORTURE_A_JOB_DONE, 23)
        .u32(CRYPTORTURE_A_JOB_TOTAL, 51)
        .text(CRYPTORTURE_A_JOB_WHAT, "cbc-aes-aesni")
        .u32(CRYPTORTURE_A_JOB_ERROR, 2)
        .text(CRYPTORTURE_A_JOB_WHY, "unknown driver: see the list")
        .u32(CRYPTORTURE_A_JOB_WHERE, 40);
}

Attributes job_message(std::uint32_t kind, std::uint32_t state)
{
    return Attributes()
        .u64(CRYPTORTURE_A_JOB_NUMBER, 7)
        .u32(CRYPTORTURE_A_JOB_KIND, kind)
        .u32(CRYPTORTURE_A_JOB_STATE, state)
        .u32(CRYPTORTURE_A_JOB_STEP, CRYPTORTURE_JOB_STEP_NONE)
        .u32(CRYPTORTURE_A_JOB_DONE, 0)
        .u32(CRYPTORTURE_A_JOB_TOTAL, 0);
}

Attributes version_message()
{
    return Attributes()
        .text(CRYPTORTURE_A_VERSION_MODULE, "0.1.0")
        .text(CRYPTORTURE_A_VERSION_KERNEL, "6.1.0-56-amd64");
}

} // namespace ct::test
