// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/request.h"

#include <cstring>

#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>

namespace ct {

namespace {

constexpr std::size_t request_most = 16384; // bytes

} // namespace

void Request::FreeRequest::operator()(nl_msg *message) const
{
    nlmsg_free(message);
}

Request::Request(int type, int flags) : message_(nlmsg_alloc_size(request_most))
{
    // NOLINTNEXTLINE(cppcoreguidelines-prefer-member-initializer): its parts come first
    whole_ = message_ != nullptr && nlmsg_put(message_.get(), NL_AUTO_PORT, NL_AUTO_SEQ, type,
                                              0, flags | NLM_F_REQUEST) != nullptr;
}

Request &Request::append(const void *bytes, std::size_t size)
{
    if (whole_)
        whole_ =
            // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast): of libnl
            nlmsg_append(message_.get(), const_cast<void *>(bytes), size, NLMSG_ALIGNTO) == 0;
    return *this;
}

Request &Request::put(int type, const void *bytes, std::size_t size)
{
    if (whole_)
        whole_ = nla_put(message_.get(), type, static_cast<int>(size), bytes) == 0;
    return *this;
}

Request &Request::text(int type, const std::string &value)
{
    return put(type, value.c_str(), value.size() + 1);
}

std::size_t Request::open_nest(int type)
{
    if (!whole_)
        return 0;
    const std::size_t start = nlmsg_hdr(message_.get())->nlmsg_len;
    put(type, nullptr, 0);
    return start;
}

// The nest's own length is known only now.
Request &Request::close_nest(std::size_t start)
{
    if (!whole_)
        return *this;
    nlmsghdr *const header = nlmsg_hdr(message_.get());
    const auto length = static_cast<std::uint16_t>(header->nlmsg_len - start);
    std::memcpy(reinterpret_cast<std::byte *>(header) + start, &length, sizeof(length));
    return *this;
}

} // namespace ct
