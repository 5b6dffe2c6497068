// SPDX-License-Identifier: GPL-2.0-or-later
// What the record of a mismatch says of its packet and of its course, each in one line, as
// record/counters.h has the counters. What is not a plain number or flag, or depends on
// another member, is in record/mismatch.h.
#pragma once

#include <cstdint>
#include <optional>

#include <linux/cryptorture.h>

namespace ct {

// FIELD(type; name, as a member and in JSON; its attribute; text for the schema). A flag is
// an attribute that is there or not; an optional one has a value only where it is there.
#define PACKET_FIELDS(FIELD)                                                                   \
    FIELD(std::uint64_t, index, CRYPTORTURE_A_MISMATCH_INDEX, "")                              \
    FIELD(std::uint32_t, key_len, CRYPTORTURE_A_MISMATCH_KEY_LEN, "")                          \
    FIELD(std::uint32_t, icv_len, CRYPTORTURE_A_MISMATCH_ICV_LEN, "")                          \
    FIELD(std::uint32_t, payload_len, CRYPTORTURE_A_MISMATCH_PAYLOAD_LEN, "")                  \
    FIELD(std::uint32_t, text_offset, CRYPTORTURE_A_MISMATCH_TEXT_OFFSET, "")                  \
    FIELD(std::uint32_t, text_len, CRYPTORTURE_A_MISMATCH_TEXT_LEN, "")                        \
    FIELD(std::uint32_t, output_len, CRYPTORTURE_A_MISMATCH_OUTPUT_LEN, "")                    \
    FIELD(std::int32_t, status, CRYPTORTURE_A_MISMATCH_STATUS, "")                             \
    FIELD(std::int32_t, status_expected, CRYPTORTURE_A_MISMATCH_STATUS_EXPECTED, "")           \
    FIELD(bool, persists, CRYPTORTURE_A_MISMATCH_PERSISTS, "")                                 \
    FIELD(std::uint32_t, interruptions, CRYPTORTURE_A_MISMATCH_INTERRUPTIONS, "")              \
    FIELD(std::uint32_t, fpu_hits, CRYPTORTURE_A_MISMATCH_FPU_HITS, "")                        \
    FIELD(std::uint32_t, preemptions, CRYPTORTURE_A_MISMATCH_PREEMPTIONS, "")                  \
    FIELD(std::uint32_t, nested, CRYPTORTURE_A_MISMATCH_NESTED, "")                            \
    FIELD(bool, nested_fpu, CRYPTORTURE_A_MISMATCH_NESTED_FPU, "")                             \
    FIELD(bool, async, CRYPTORTURE_A_MISMATCH_ASYNC, "")                                       \
    FIELD(std::uint64_t, duration_ns, CRYPTORTURE_A_MISMATCH_DURATION, "")                     \
    FIELD(std::uint32_t, in_flight, CRYPTORTURE_A_MISMATCH_IN_FLIGHT,                          \
          "Other requests that drivers had for this CPU then")                                 \
    FIELD(bool, simd, CRYPTORTURE_A_MISMATCH_SIMD, "The FPU was free at submission")           \
    FIELD(bool, live, CRYPTORTURE_A_MISMATCH_LIVE, "Live user registers lay below")            \
    FIELD(std::optional<std::uint64_t>, foreign, CRYPTORTURE_A_MISMATCH_FOREIGN,               \
          "Index of another packet of the same SA whose right result this is")                 \
    FIELD(std::optional<std::uint32_t>, cpu_reference, CRYPTORTURE_A_MISMATCH_CPU_REFERENCE,   \
          "That computed the expected result")

#define DECLARE_FIELD(type, name, attribute, text) type name{};

struct PacketFields {
    PACKET_FIELDS(DECLARE_FIELD)

    friend bool operator==(const PacketFields &, const PacketFields &) = default;
};

#undef DECLARE_FIELD

template <typename Value> struct PacketField {
    const char *name;
    Value PacketFields::*member;
    int attribute;
    const char *key; // name of the attribute in the contract
    const char *text;
};

#define CALL_FIELD(type, name, attribute, text)                                                \
    call(PacketField<type>{#name, &PacketFields::name, attribute, #attribute, text});

// call(const PacketField<Value> &) for each in turn.
template <typename Call> void each_packet_field(Call &&call)
{
    PACKET_FIELDS(CALL_FIELD)
}

#undef CALL_FIELD

} // namespace ct
