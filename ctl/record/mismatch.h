// SPDX-License-Identifier: GPL-2.0-or-later
// The record of one failure. Offsets count from the first byte of the
// destination buffer (header, text, ICV); blocks from the first byte of text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "record/fields.h"
#include "record/replay.h"
#include "record/words.h"

namespace ct {

inline constexpr std::size_t block_size = 16;    // bytes
inline constexpr std::size_t register_size = 64; // bytes of the widest register

// A live register of a user thread that changed under it.
struct RegisterChange {
    std::string name;                      // such as "xmm3"
    std::string owner;                     // whose value turned up, in words; empty if unknown
    ThreadEvent event = ThreadEvent::Spin; // since the last good check
    std::uint32_t thread = 0;              // number of the exerciser
    std::uint64_t epoch = 0;               // of its pattern

    friend bool operator==(const RegisterChange &, const RegisterChange &) = default;
};

// The whole packet of a record, generated again from its seed. Images are what lies in the
// request's buffer (header, text, ICV); the record's offsets count in them.
struct PacketBytes {
    std::vector<std::uint8_t> key;      // of AES
    std::vector<std::uint8_t> auth_key; // of HMAC; empty without
    std::vector<std::uint8_t> iv;       // of CBC; nonce of GCM; first counter block of CTR
    std::vector<std::uint8_t> aad;      // what the ICV covers before the ciphertext
    std::vector<std::uint8_t> source;   // the input
    std::vector<std::uint8_t> expected; // empty where an output has no meaning
    std::vector<std::uint8_t> actual;   // empty too if wrong bytes lie outside the window

    friend bool operator==(const PacketBytes &, const PacketBytes &) = default;
};

// Where the damage came in: before the packet was on the wire, between the two interfaces, or
// after it.
enum class Stage { Encapsulation, Wire, Decapsulation };

template <>
inline constexpr std::array<std::string_view, 3> names<Stage>{"encapsulation", "wire",
                                                              "decapsulation"};

// A packet whole, with what it takes to compute it again; images as in record/mismatch.h.
struct WirePacket {
    std::string algorithm;
    std::uint32_t spi = 0;
    std::uint64_t sequence = 0;
    bool esn = false;
    std::uint32_t icv_len = 0;
    std::vector<std::uint8_t> key;
    std::vector<std::uint8_t> salt;
    std::vector<std::uint8_t> auth_key;
    std::vector<std::uint8_t> plain;  // head and text
    std::vector<std::uint8_t> sealed; // head, text and ICV, as they have to be

    friend bool operator==(const WirePacket &, const WirePacket &) = default;
};

struct WireOrigin {
    Stage stage = Stage::Encapsulation;
    std::string mode; // such as "natt-transport"
    bool v6 = false;
    std::string side; // host that made the damage: "a" or "b"; of a live host "here" or "peer"
    std::string flow; // "tcp", "udp", "ping"; empty: unknown
    bool icv_valid = true; // of the packet as it was captured
    WirePacket packet;
    // Packets of the same moment: whose data may have come in. Not saved.
    std::vector<WirePacket> others;

    friend bool operator==(const WireOrigin &, const WireOrigin &) = default;
};

// Bytes that are no output, and were changed: a guard, a part of the source.
struct Change {
    Outside where = Outside::Destination;
    std::uint32_t offset = 0; // in source or destination; 0 beside the IV
    std::vector<std::uint8_t> expected;
    std::vector<std::uint8_t> actual; // as many as expected

    friend bool operator==(const Change &, const Change &) = default;
};

// An operation that overlapped in time with that of a record.
struct Concurrent {
    std::uint32_t cpu = 0;
    Context context = Context::Task;
    std::string driver;
    Direction direction = Direction::Encrypt;
    std::uint64_t index = 0; // of its packet; the seed is the record's
    bool nested = false;     // in a softirq over it, or below it in the interrupted task

    friend bool operator==(const Concurrent &, const Concurrent &) = default;
};

struct Mismatch : PacketFields {
    std::uint64_t number = 0; // from 1, without gaps, in one run
    std::uint64_t run = 0;
    std::uint64_t time_ns = 0; // wall clock, since 1970
    std::uint32_t cpu_before = 0;
    std::uint32_t cpu_after = 0;
    Context context = Context::Task;
    std::string algorithm; // both empty where no driver was involved
    std::string driver;
    Direction direction = Direction::Encrypt;
    std::string layout;
    std::vector<What> what;
    std::uint64_t seed = 0;
    std::optional<std::uint32_t> first; // first wrong offset
    std::uint32_t wrong_bytes = 0;
    std::uint32_t wrong_bits = 0;
    std::vector<std::uint32_t> blocks; // numbers of the wrong ones, ascending
    std::uint32_t window = 0;          // offset of the first byte of the next two
    std::vector<std::uint8_t> expected;
    std::vector<std::uint8_t> actual; // as many as expected
    std::vector<std::uint8_t> iv_expected;
    std::vector<std::uint8_t> iv_actual;
    bool injected = false;
    // Those of the same driver first; nothing: not known.
    std::optional<std::vector<Concurrent>> concurrent;
    std::optional<Replay> replay; // nothing: not reported, or a register
    // With this there is no packet: expected and actual are the register's values.
    std::optional<RegisterChange> changed;
    std::optional<Change> outside;
    std::optional<PacketBytes> packet; // with the first record of each kind
    // Of a real tunnel's packet: then there is neither seed nor index, and what the module
    // reports of an operation (its context, its course) is not known.
    std::optional<WireOrigin> wire;

    friend bool operator==(const Mismatch &, const Mismatch &) = default;
};

} // namespace ct
