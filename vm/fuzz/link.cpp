// SPDX-License-Identifier: GPL-2.0-or-later
#include "link.h"

#include <linux/genetlink.h>
#include <linux/netlink.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace fuzz {

namespace {

template <typename T> T get(const std::uint8_t *from)
{
    T value;
    std::memcpy(&value, from, sizeof(value));
    return value;
}

// Extended acknowledgements: a text and an offset may come, and nothing else.
void read_extension(const std::uint8_t *at, const std::uint8_t *end, Answer &answer)
{
    while (end - at >= NLA_HDRLEN) {
        const std::size_t length = get<std::uint16_t>(at);
        const unsigned type = get<std::uint16_t>(at + 2) & NLA_TYPE_MASK;
        if (length < NLA_HDRLEN || length > static_cast<std::size_t>(end - at))
            return;
        if (type == NLMSGERR_ATTR_MSG)
            answer.text.assign(reinterpret_cast<const char *>(at) + NLA_HDRLEN,
                               length - NLA_HDRLEN - (length > NLA_HDRLEN));
        else if (type != NLMSGERR_ATTR_OFFS)
            answer.echo = true;
        at += std::min<std::size_t>(NLA_ALIGN(length), static_cast<std::size_t>(end - at));
    }
}

Answer read_answer(const std::uint8_t *at, std::size_t length)
{
    Answer answer;
    const auto flags = get<std::uint16_t>(at + 6);
    answer.type = get<std::uint16_t>(at + 4);
    answer.seq = get<std::uint32_t>(at + 8);
    answer.end = answer.type == NLMSG_ERROR || answer.type == NLMSG_DONE;
    if (!answer.end) {
        answer.payload.assign(at + NLMSG_HDRLEN, at + length);
        return answer;
    }
    const std::size_t body = answer.type == NLMSG_ERROR ? sizeof(nlmsgerr) : sizeof(int);
    if (length < NLMSG_HDRLEN + body)
        return answer;
    answer.error = -get<int>(at + NLMSG_HDRLEN);
    const std::size_t known = NLMSG_HDRLEN + NLMSG_ALIGN(body);
    if (flags & NLM_F_ACK_TLVS)
        read_extension(at + known, at + length, answer);
    else
        answer.echo = length > known;
    return answer;
}

} // namespace

Link::Link(int timeout_s)
    : fd(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC)), buffer(65536)
{
    const int on = 1;
    const timeval limit{timeout_s, 0};
    sockaddr_nl self{};
    self.nl_family = AF_NETLINK;
    bind(fd, reinterpret_cast<const sockaddr *>(&self), sizeof(self));
    setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
    setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
}

Link::~Link()
{
    close(fd);
}

int Link::join(std::uint32_t group) const
{
    return setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)) ? errno
                                                                                      : 0;
}

int Link::send(const Bytes &bytes) const
{
    // Without an address, or else netlink does not check who opened the socket.
    return ::send(fd, bytes.data(), bytes.size(), 0) < 0 ? errno : 0;
}

bool Link::receive(const std::function<void(const Answer &)> &take, bool wait)
{
    const ssize_t got = recv(fd, buffer.data(), buffer.size(), wait ? 0 : MSG_DONTWAIT);
    if (got < 0)
        return errno == ENOBUFS; // some were lost: there may be more
    const std::uint8_t *at = buffer.data(), *const end = at + got;
    while (end - at >= NLMSG_HDRLEN) {
        const std::size_t length = get<std::uint32_t>(at);
        if (length < NLMSG_HDRLEN || length > static_cast<std::size_t>(end - at))
            break;
        take(read_answer(at, length));
        at += std::min<std::size_t>(NLMSG_ALIGN(length), static_cast<std::size_t>(end - at));
    }
    return true;
}

Link::Reply Link::ask(Bytes bytes)
{
    Reply reply;
    const std::uint32_t mine = ++seq;
    std::memcpy(bytes.data() + 8, &mine, sizeof(mine));
    reply.error = -send(bytes) - 1;
    bool over = reply.error < -1;
    const auto take = [&](const Answer &answer) {
        if (answer.seq != mine)
            return;
        if (answer.end) {
            reply.error = answer.error;
            reply.text = answer.text;
            over = true;
        } else if (answer.payload.size() >= GENL_HDRLEN) {
            reply.payload.assign(answer.payload.begin() + GENL_HDRLEN, answer.payload.end());
            reply.payloads.push_back(reply.payload);
        }
    };
    while (!over && receive(take, true))
        ;
    return reply;
}

} // namespace fuzz
