// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/decode.h"
#include "wire/nest.h"

#include <algorithm>
#include <utility>

#include <linux/cryptorture.h>

// The number of an attribute and its name in the contract.
#define KEY(attribute) (attribute), #attribute

namespace ct {

static_assert(count_of<What> == __CRYPTORTURE_WHAT_MAX);
static_assert(static_cast<int>(What::Guard) == CRYPTORTURE_WHAT_GUARD);
static_assert(static_cast<int>(What::Stuck) == CRYPTORTURE_WHAT_STUCK);
static_assert(static_cast<int>(What::Reference) == CRYPTORTURE_WHAT_REFERENCE);
static_assert(count_of<ThreadEvent> == __CRYPTORTURE_EVENT_MAX);
static_assert(static_cast<int>(ThreadEvent::Signal) == CRYPTORTURE_EVENT_SIGNAL);
static_assert(static_cast<int>(ThreadEvent::Barrier) == CRYPTORTURE_EVENT_BARRIER);
static_assert(static_cast<int>(ThreadEvent::Ptrace) == CRYPTORTURE_EVENT_PTRACE);
static_assert(register_size == CRYPTORTURE_REGISTER_BYTES);
static_assert(count_of<Outside> == __CRYPTORTURE_OUTSIDE_MAX);
static_assert(static_cast<int>(Outside::Source) == CRYPTORTURE_OUTSIDE_SOURCE);
static_assert(static_cast<int>(Outside::IvBehind) == CRYPTORTURE_OUTSIDE_IV_BEHIND);

namespace {

void read_output(AttributeReader &reader, Mismatch &record)
{
    std::vector<std::uint8_t> bitmap;
    reader.maybe_u32(KEY(CRYPTORTURE_A_MISMATCH_FIRST), record.first);
    if (record.first) {
        reader.u32(KEY(CRYPTORTURE_A_MISMATCH_WRONG_BYTES), record.wrong_bytes);
        reader.u32(KEY(CRYPTORTURE_A_MISMATCH_WRONG_BITS), record.wrong_bits);
    }
    reader.maybe_binary(KEY(CRYPTORTURE_A_MISMATCH_BLOCKS), CRYPTORTURE_BLOCKS_MAX, bitmap);
    reader.maybe_binary(KEY(CRYPTORTURE_A_MISMATCH_EXPECTED), CRYPTORTURE_WINDOW,
                        record.expected);
    reader.maybe_binary(KEY(CRYPTORTURE_A_MISMATCH_ACTUAL), CRYPTORTURE_WINDOW, record.actual);
    reader.maybe_binary(KEY(CRYPTORTURE_A_MISMATCH_IV_EXPECTED), block_size,
                        record.iv_expected);
    reader.maybe_binary(KEY(CRYPTORTURE_A_MISMATCH_IV_ACTUAL), block_size, record.iv_actual);
    const bool packet =
        !record.expected.empty() && !reader.has(CRYPTORTURE_A_MISMATCH_REGISTER);
    if (reader.has(CRYPTORTURE_A_MISMATCH_WINDOW) || packet)
        reader.u32(KEY(CRYPTORTURE_A_MISMATCH_WINDOW), record.window);

    if (record.expected.size() != record.actual.size())
        reader.fail("CRYPTORTURE_A_MISMATCH_ACTUAL",
                    "has not as many bytes as CRYPTORTURE_A_MISMATCH_EXPECTED");
    if (record.iv_expected.size() != record.iv_actual.size())
        reader.fail("CRYPTORTURE_A_MISMATCH_IV_ACTUAL",
                    "has not as many bytes as CRYPTORTURE_A_MISMATCH_IV_EXPECTED");

    for (std::size_t bit = 0; bit < bitmap.size() * 8; ++bit)
        if (((static_cast<unsigned>(bitmap[bit / 8]) >> (bit % 8)) & 1U) != 0)
            record.blocks.push_back(static_cast<std::uint32_t>(bit));
}

void take(AttributeReader &reader, const PacketField<std::uint32_t> &field, Mismatch &record)
{
    reader.u32(field.attribute, field.key, record.*field.member);
}

void take(AttributeReader &reader, const PacketField<std::int32_t> &field, Mismatch &record)
{
    reader.s32(field.attribute, field.key, record.*field.member);
}

void take(AttributeReader &reader, const PacketField<std::uint64_t> &field, Mismatch &record)
{
    reader.u64(field.attribute, field.key, record.*field.member);
}

void take(AttributeReader &reader, const PacketField<bool> &field, Mismatch &record)
{
    reader.flag(field.attribute, field.key, record.*field.member);
}

void take(AttributeReader &reader, const PacketField<std::optional<std::uint32_t>> &field,
          Mismatch &record)
{
    reader.maybe_u32(field.attribute, field.key, record.*field.member);
}

void take(AttributeReader &reader, const PacketField<std::optional<std::uint64_t>> &field,
          Mismatch &record)
{
    reader.maybe_u64(field.attribute, field.key, record.*field.member);
}

// What every record has, of a packet or of a register.
void read_circumstances(AttributeReader &reader, Mismatch &record)
{
    reader.u64(KEY(CRYPTORTURE_A_MISMATCH_NUMBER), record.number);
    reader.u64(KEY(CRYPTORTURE_A_MISMATCH_RUN), record.run);
    reader.u64(KEY(CRYPTORTURE_A_MISMATCH_TIME), record.time_ns);
    reader.u32(KEY(CRYPTORTURE_A_MISMATCH_CPU_BEFORE), record.cpu_before);
    reader.u32(KEY(CRYPTORTURE_A_MISMATCH_CPU_AFTER), record.cpu_after);
    reader.word(KEY(CRYPTORTURE_A_MISMATCH_CONTEXT), record.context);
    reader.words(KEY(CRYPTORTURE_A_MISMATCH_WHAT), record.what);
    reader.flag(KEY(CRYPTORTURE_A_MISMATCH_INJECTED), record.injected);
    reader.maybe_text(KEY(CRYPTORTURE_A_MISMATCH_ALGORITHM), record.algorithm);
    reader.maybe_text(KEY(CRYPTORTURE_A_MISMATCH_DRIVER), record.driver);
    read_output(reader, record);
}

void read_outside(AttributeReader &reader, Mismatch &record)
{
    if (!reader.has(CRYPTORTURE_A_MISMATCH_OUTSIDE) &&
        !reader.has(CRYPTORTURE_A_MISMATCH_OUTSIDE_OFFSET) &&
        !reader.has(CRYPTORTURE_A_MISMATCH_OUTSIDE_EXPECTED) &&
        !reader.has(CRYPTORTURE_A_MISMATCH_OUTSIDE_ACTUAL))
        return;
    Change &change = record.outside.emplace();
    reader.word(KEY(CRYPTORTURE_A_MISMATCH_OUTSIDE), change.where);
    reader.u32(KEY(CRYPTORTURE_A_MISMATCH_OUTSIDE_OFFSET), change.offset);
    reader.maybe_binary(KEY(CRYPTORTURE_A_MISMATCH_OUTSIDE_EXPECTED), CRYPTORTURE_OUTSIDE_BYTES,
                        change.expected);
    reader.maybe_binary(KEY(CRYPTORTURE_A_MISMATCH_OUTSIDE_ACTUAL), CRYPTORTURE_OUTSIDE_BYTES,
                        change.actual);
    if (change.expected.empty())
        reader.missing("CRYPTORTURE_A_MISMATCH_OUTSIDE_EXPECTED");
    if (change.expected.size() != change.actual.size())
        reader.fail("CRYPTORTURE_A_MISMATCH_OUTSIDE_ACTUAL",
                    "has not as many bytes as CRYPTORTURE_A_MISMATCH_OUTSIDE_EXPECTED");
}

Result<Concurrent> decode_concurrent(Bytes nest)
{
    AttributeReader reader(nest, "an operation of the same time");
    Concurrent other;
    reader.u32(KEY(CRYPTORTURE_A_CONCURRENT_CPU), other.cpu);
    reader.word(KEY(CRYPTORTURE_A_CONCURRENT_CONTEXT), other.context);
    reader.text(KEY(CRYPTORTURE_A_CONCURRENT_DRIVER), other.driver);
    reader.word(KEY(CRYPTORTURE_A_CONCURRENT_DIRECTION), other.direction);
    reader.u64(KEY(CRYPTORTURE_A_CONCURRENT_INDEX), other.index);
    reader.flag(KEY(CRYPTORTURE_A_CONCURRENT_NESTED), other.nested);
    return finish(reader, other);
}

void read_concurrent(AttributeReader &reader, Mismatch &record)
{
    const auto list = reader.nest(KEY(CRYPTORTURE_A_MISMATCH_CONCURRENT));
    if (!list)
        return;
    auto others = decode_list<Concurrent>(
        *list, CRYPTORTURE_A_LIST_CONCURRENT, "an operation of the same time",
        "CRYPTORTURE_A_MISMATCH_CONCURRENT", [](AttributeReader &inner, Concurrent &other) {
            decode_nest(inner, KEY(CRYPTORTURE_A_LIST_CONCURRENT), other, decode_concurrent);
        });
    if (!others)
        reader.fail(others.error());
    else if (others->size() > CRYPTORTURE_CONCURRENT_MAX)
        reader.fail("CRYPTORTURE_A_MISMATCH_CONCURRENT",
                    "has more than CRYPTORTURE_CONCURRENT_MAX members");
    else
        record.concurrent = std::move(*others);
}

void read_packet(AttributeReader &reader, Mismatch &record)
{
    // When two CPUs disagree on an expected result, no driver was involved.
    const bool reference =
        std::find(record.what.begin(), record.what.end(), What::Reference) != record.what.end();
    if (!reader.has(CRYPTORTURE_A_MISMATCH_ALGORITHM))
        reader.missing("CRYPTORTURE_A_MISMATCH_ALGORITHM");
    if (!reader.has(CRYPTORTURE_A_MISMATCH_DRIVER) && !reference)
        reader.missing("CRYPTORTURE_A_MISMATCH_DRIVER");
    reader.word(KEY(CRYPTORTURE_A_MISMATCH_DIRECTION), record.direction);
    reader.text(KEY(CRYPTORTURE_A_MISMATCH_LAYOUT), record.layout);
    reader.u64(KEY(CRYPTORTURE_A_MISMATCH_SEED), record.seed);
    each_packet_field([&](const auto &field) { take(reader, field, record); });
    if (!record.cpu_reference)
        reader.missing("CRYPTORTURE_A_MISMATCH_CPU_REFERENCE");
    read_outside(reader, record);
    read_concurrent(reader, record);
    read_replay(reader, record.replay.emplace());
}

// There is no packet then, and attributes of a packet mean nothing.
void read_register(AttributeReader &reader, Mismatch &record)
{
    RegisterChange &changed = record.changed.emplace();
    reader.text(KEY(CRYPTORTURE_A_MISMATCH_REGISTER), changed.name);
    reader.maybe_text(KEY(CRYPTORTURE_A_MISMATCH_OWNER), changed.owner);
    reader.word(KEY(CRYPTORTURE_A_MISMATCH_EVENT), changed.event);
    reader.u32(KEY(CRYPTORTURE_A_MISMATCH_THREAD), changed.thread);
    reader.u64(KEY(CRYPTORTURE_A_MISMATCH_EPOCH), changed.epoch);
    if (changed.name.empty())
        reader.fail("CRYPTORTURE_A_MISMATCH_REGISTER", "is empty");
    if (record.expected.empty())
        reader.missing("CRYPTORTURE_A_MISMATCH_EXPECTED");
    if (record.expected.size() > register_size)
        reader.fail("CRYPTORTURE_A_MISMATCH_EXPECTED", "has more bytes than any register");
    record.first.reset();
    record.blocks.clear();
    record.window = 0;
}

} // namespace

Result<Mismatch> decode_mismatch(Bytes attributes)
{
    AttributeReader reader(attributes, "the record of a mismatch");
    Mismatch record;
    read_circumstances(reader, record);
    const bool of_register =
        std::find(record.what.begin(), record.what.end(), What::Register) != record.what.end();
    if (of_register)
        read_register(reader, record);
    else if (reader.has(CRYPTORTURE_A_MISMATCH_REGISTER))
        reader.fail("CRYPTORTURE_A_MISMATCH_REGISTER",
                    "comes without CRYPTORTURE_WHAT_REGISTER");
    else
        read_packet(reader, record);
    if (reader.error())
        return Failure(*reader.error());
    return record;
}

} // namespace ct
