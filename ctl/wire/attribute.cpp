// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/attribute.h"

#include <algorithm>

#include <fmt/format.h>

namespace ct {

namespace {

template <typename Number> Number number_of(Bytes payload)
{
    Number value = 0;
    std::memcpy(&value, payload.data(), sizeof(value));
    return value;
}

} // namespace

AttributeReader::AttributeReader(Bytes bytes, std::string_view subject) : subject_(subject)
{
    const bool whole = walk(bytes, [&](const Attribute &attribute) {
        if (!found_.emplace(attribute.type, attribute.payload).second)
            repeated_.insert(attribute.type);
    });
    if (!whole)
        fail("the message", "is cut short");
}

bool AttributeReader::has(int type) const
{
    return found_.contains(static_cast<std::uint16_t>(type));
}

void AttributeReader::fail(std::string_view key, std::string_view complaint)
{
    if (error_)
        return;
    error_ = Error{ErrorKind::Malformed, fmt::format("cannot read {}", subject_),
                   fmt::format("{} from the module {}", key, complaint),
                   "module and program may be of different builds: see 'cryptorture version'",
                   std::nullopt};
}

void AttributeReader::fail(const Error &error)
{
    if (!error_)
        error_ = error;
}

void AttributeReader::missing(std::string_view key)
{
    fail(Error{ErrorKind::OtherVersion, fmt::format("cannot read {}", subject_),
               fmt::format("the module does not report {}", key),
               "install the module of this program's release, and load it with 'modprobe -r "
               "cryptorture && modprobe cryptorture'",
               std::nullopt});
}

void AttributeReader::unknown(std::string_view key, std::string_view kind)
{
    fail(Error{
        ErrorKind::OtherVersion, fmt::format("cannot read {}", subject_),
        fmt::format("the module reports a {} of {} that this program does not know", kind, key),
        "use the program of the module's release", std::nullopt});
}

std::optional<Bytes> AttributeReader::payload(int type, std::string_view key)
{
    const auto place = found_.find(static_cast<std::uint16_t>(type));
    if (error_ || place == found_.end())
        return std::nullopt;
    if (repeated_.contains(place->first)) {
        fail(key, "comes twice");
        return std::nullopt;
    }
    return place->second;
}

std::optional<Bytes> AttributeReader::nest(int type, std::string_view key)
{
    return payload(type, key);
}

std::optional<Bytes> AttributeReader::fixed(int type, std::string_view key, std::size_t size)
{
    const auto bytes = payload(type, key);
    if (bytes && bytes->size() != size) {
        fail(key, fmt::format("has {} bytes, not {}", bytes->size(), size));
        return std::nullopt;
    }
    return bytes;
}

void AttributeReader::maybe_u32(int type, std::string_view key,
                                std::optional<std::uint32_t> &out)
{
    if (const auto payload = fixed(type, key, sizeof(std::uint32_t)))
        out = number_of<std::uint32_t>(*payload);
}

void AttributeReader::maybe_s32(int type, std::string_view key,
                                std::optional<std::int32_t> &out)
{
    if (const auto payload = fixed(type, key, sizeof(std::int32_t)))
        out = number_of<std::int32_t>(*payload);
}

void AttributeReader::maybe_u64(int type, std::string_view key,
                                std::optional<std::uint64_t> &out)
{
    if (const auto payload = fixed(type, key, sizeof(std::uint64_t)))
        out = number_of<std::uint64_t>(*payload);
}

void AttributeReader::u32(int type, std::string_view key, std::uint32_t &out)
{
    std::optional<std::uint32_t> value;
    maybe_u32(type, key, value);
    if (value)
        out = *value;
    else
        missing(key);
}

void AttributeReader::s32(int type, std::string_view key, std::int32_t &out)
{
    std::optional<std::int32_t> value;
    maybe_s32(type, key, value);
    if (value)
        out = *value;
    else
        missing(key);
}

void AttributeReader::u64(int type, std::string_view key, std::uint64_t &out)
{
    std::optional<std::uint64_t> value;
    maybe_u64(type, key, value);
    if (value)
        out = *value;
    else
        missing(key);
}

void AttributeReader::maybe_text(int type, std::string_view key, std::string &out)
{
    const auto bytes = payload(type, key);
    if (!bytes)
        return;
    const auto *const first = bytes->data();
    const auto *const last = first + bytes->size();
    // A string ends with its only NUL; anything behind it would be hidden.
    if (bytes->empty() || std::find(first, last, std::byte{0}) != last - 1) {
        fail(key, "is not a terminated string");
        return;
    }
    out.resize(bytes->size() - 1);
    std::memcpy(out.data(), first, out.size());
}

void AttributeReader::text(int type, std::string_view key, std::string &out)
{
    if (!error_ && !has(type))
        missing(key);
    maybe_text(type, key, out);
}

void AttributeReader::maybe_binary(int type, std::string_view key, std::size_t max,
                                   std::vector<std::uint8_t> &out)
{
    const auto bytes = payload(type, key);
    if (!bytes)
        return;
    if (bytes->size() > max) {
        fail(key, fmt::format("has {} bytes, more than {}", bytes->size(), max));
        return;
    }
    out.resize(bytes->size());
    if (!out.empty())
        std::memcpy(out.data(), bytes->data(), out.size());
}

void AttributeReader::flag(int type, std::string_view key, bool &out)
{
    out = fixed(type, key, 0).has_value();
}

} // namespace ct
