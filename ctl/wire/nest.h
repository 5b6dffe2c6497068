// SPDX-License-Identifier: GPL-2.0-or-later
// Records inside of records: nests, and lists in nests.
#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "wire/attribute.h"

namespace ct {

template <typename Record> Result<Record> finish(const AttributeReader &reader, Record &record)
{
    if (reader.error())
        return Failure(*reader.error());
    return std::move(record);
}

template <typename Record>
void decode_nest(AttributeReader &reader, int type, std::string_view key, Record &record,
                 Result<Record> (*decode)(Bytes))
{
    const auto nest = reader.nest(type, key);
    if (!nest)
        return;
    Result<Record> inner = decode(*nest);
    if (inner)
        record = std::move(*inner);
    else
        reader.fail(inner.error());
}

// The one nest that a message is about.
template <typename Record>
Result<Record> decode_member(Bytes attributes, std::string_view subject, int type,
                             std::string_view key, Result<Record> (*decode)(Bytes))
{
    AttributeReader reader(attributes, subject);
    Record record{};
    if (!reader.has(type))
        reader.missing(key);
    decode_nest(reader, type, key, record, decode);
    return finish(reader, record);
}

// The members of that type in a nested list, each read by read(reader, member).
template <typename Member>
Result<std::vector<Member>> decode_list(Bytes nest, int type, std::string_view subject,
                                        std::string_view key,
                                        void (*read)(AttributeReader &, Member &))
{
    std::vector<Member> members;
    std::optional<Error> error;
    const bool whole = walk(nest, [&](const Attribute &attribute) {
        if (attribute.type != type)
            return;
        const auto *const start = nest.data() + attribute.offset;
        const std::size_t size = attribute.payload.size() +
                                 static_cast<std::size_t>(attribute.payload.data() - start);
        AttributeReader reader(Bytes(start, size), subject);
        Member member{};
        read(reader, member);
        if (reader.error() && !error)
            error = reader.error();
        members.push_back(std::move(member));
    });
    if (!whole) {
        AttributeReader reader({}, subject);
        reader.fail(key, "is cut short");
        error = reader.error();
    }
    if (error)
        return Failure(*error);
    return members;
}

} // namespace ct
