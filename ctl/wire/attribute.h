// SPDX-License-Identifier: GPL-2.0-or-later
// Reading and writing netlink attributes: the bytes of one message or one
// nest, without any trust in their lengths, types or number.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/error.h"
#include "record/counters.h"
#include "wire/number.h"

namespace ct {

using Bytes = std::span<const std::byte>;

struct Attribute {
    std::uint16_t type = 0; // without the nest and byte order flags
    std::size_t offset = 0; // of its header, from the start of the bytes walked
    Bytes payload;
};

// Calls visit(const Attribute &) for each attribute in turn. False if the bytes
// end in the middle of one, or hold one that is shorter than its own header.
template <typename Visitor> [[nodiscard]] bool walk(Bytes bytes, Visitor &&visit)
{
    constexpr std::size_t header = 4;
    constexpr std::size_t alignment = 4;
    constexpr std::uint16_t type_mask = 0x3fff; // NLA_TYPE_MASK
    std::size_t offset = 0;
    while (bytes.size() - offset >= header) {
        std::uint16_t length = 0;
        std::uint16_t type = 0;
        std::memcpy(&length, bytes.data() + offset, sizeof(length));
        std::memcpy(&type, bytes.data() + offset + sizeof(length), sizeof(type));
        if (length < header || length > bytes.size() - offset)
            return false;
        visit(Attribute{static_cast<std::uint16_t>(type & type_mask), offset,
                        bytes.subspan(offset + header, length - header)});
        const std::size_t step = (length + alignment - 1) / alignment * alignment;
        offset += std::min(step, bytes.size() - offset);
    }
    return offset == bytes.size();
}

// Takes known attributes out of a message one by one. The first thing that is
// wrong stays, and everything after it is left untouched; error() returns it.
class AttributeReader {
public:
    // subject: what the message is about ("a status"), for the error.
    AttributeReader(Bytes bytes, std::string_view subject);

    [[nodiscard]] bool has(int type) const;

    // Mandatory ones; key is the name of the attribute in the contract.
    void u32(int type, std::string_view key, std::uint32_t &out);
    void s32(int type, std::string_view key, std::int32_t &out);
    void u64(int type, std::string_view key, std::uint64_t &out);
    void text(int type, std::string_view key, std::string &out);

    void counter(int type, std::string_view key, Presence presence, std::uint64_t &out)
    {
        if (presence == Presence::Needed || has(type))
            u64(type, key, out);
    }
    // All of a list.
    template <typename Counters, std::size_t size>
    void counters(const std::array<CounterEntry<Counters>, size> &list,
                  std::type_identity_t<Counters> &out)
    {
        for (const auto &entry : list)
            counter(entry.attribute, entry.key, entry.presence, out.*entry.member);
    }

    // Where absence means something.
    void maybe_u32(int type, std::string_view key, std::optional<std::uint32_t> &out);
    void maybe_s32(int type, std::string_view key, std::optional<std::int32_t> &out);
    void maybe_u64(int type, std::string_view key, std::optional<std::uint64_t> &out);
    void maybe_text(int type, std::string_view key, std::string &out);
    void maybe_binary(int type, std::string_view key, std::size_t max,
                      std::vector<std::uint8_t> &out);
    void flag(int type, std::string_view key, bool &out);
    // The bytes of a nest; nothing if it is absent.
    [[nodiscard]] std::optional<Bytes> nest(int type, std::string_view key);

    template <typename Word> void word(int type, std::string_view key, Word &out)
    {
        std::uint32_t value = 0;
        u32(type, key, value);
        if (error_)
            return;
        if (const auto known = word_of<Word>(value))
            out = *known;
        else
            unknown(key, "value");
    }

    // A mask of bits into the words that they stand for; one that is retired is left out.
    template <typename Word> void words(int type, std::string_view key, std::vector<Word> &out)
    {
        std::uint32_t mask = 0;
        u32(type, key, mask);
        if (error_)
            return;
        out.clear();
        for (unsigned bit = 0; bit < 32; ++bit) {
            if (((mask >> bit) & 1U) == 0 || bit == retired<Word>)
                continue;
            const auto known = word_of<Word>(bit);
            if (!known) {
                unknown(key, "bit");
                return;
            }
            out.push_back(*known);
        }
    }

    void fail(std::string_view key, std::string_view complaint);
    // Not reported, as by a module of an earlier release.
    void missing(std::string_view key);
    void fail(const Error &error);
    [[nodiscard]] const std::optional<Error> &error() const { return error_; }

private:
    // The payload of exactly that size, or nothing with the error set.
    [[nodiscard]] std::optional<Bytes> payload(int type, std::string_view key);
    [[nodiscard]] std::optional<Bytes> fixed(int type, std::string_view key, std::size_t size);
    // As of a module of a later release.
    void unknown(std::string_view key, std::string_view kind);

    std::string subject_;
    std::map<std::uint16_t, Bytes> found_;
    std::set<std::uint16_t> repeated_; // padding may be; nothing that is asked for
    std::optional<Error> error_;
};

} // namespace ct
