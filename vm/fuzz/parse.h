// SPDX-License-Identifier: GPL-2.0-or-later
// What is in the attributes of an answer.
#ifndef CRYPTORTURE_FUZZ_PARSE_H
#define CRYPTORTURE_FUZZ_PARSE_H

#include "message.h"

#include <linux/netlink.h>

#include <cstring>
#include <map>
#include <string>

namespace fuzz {

inline std::map<unsigned, Bytes> parse(const Bytes &from)
{
    std::map<unsigned, Bytes> found;
    for (std::size_t at = 0; at + NLA_HDRLEN <= from.size();) {
        std::uint16_t head[2];
        std::memcpy(head, from.data() + at, sizeof(head));
        if (head[0] < NLA_HDRLEN || at + head[0] > from.size())
            break;
        const auto begin = from.begin() + static_cast<long>(at);
        found[head[1] & NLA_TYPE_MASK] = Bytes(begin + NLA_HDRLEN, begin + head[0]);
        at += NLA_ALIGN(head[0]);
    }
    return found;
}

template <typename T> T number(const Bytes &bytes)
{
    T value{};
    if (bytes.size() >= sizeof(value))
        std::memcpy(&value, bytes.data(), sizeof(value));
    return value;
}

inline std::string text(const Bytes &bytes)
{
    return {bytes.begin(), bytes.end() - !bytes.empty()};
}

} // namespace fuzz

#endif // CRYPTORTURE_FUZZ_PARSE_H
