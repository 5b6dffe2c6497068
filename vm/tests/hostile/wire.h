// SPDX-License-Identifier: GPL-2.0-or-later
// Messages of the family and a netlink socket, by hand, so that any bytes can be sent.
#ifndef CRYPTORTURE_TESTS_HOSTILE_WIRE_H
#define CRYPTORTURE_TESTS_HOSTILE_WIRE_H

#include <linux/cryptorture.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <map>
#include <string>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include <vector>

using Bytes = std::vector<std::uint8_t>;

constexpr std::size_t attributes = NLMSG_HDRLEN + GENL_HDRLEN; // where they begin
constexpr std::uint64_t biggest = ~0ULL;

inline std::uint16_t family;
inline std::uint32_t group;

template <typename T> void put(Bytes &bytes, std::size_t at, T value)
{
    std::memcpy(bytes.data() + at, &value, sizeof(value));
}

template <typename T> T get(const Bytes &bytes, std::size_t at = 0)
{
    T value{};
    if (at + sizeof(value) <= bytes.size())
        std::memcpy(&value, bytes.data() + at, sizeof(value));
    return value;
}

inline Bytes with_nul(const std::string &text)
{
    return {text.c_str(), text.c_str() + text.size() + 1};
}

template <typename T> Bytes number(T value)
{
    Bytes bytes(sizeof(value));
    put(bytes, 0, value);
    return bytes;
}

// An attribute with its padding; nla_len may say something else.
inline Bytes attribute(unsigned type, const Bytes &data, int len = -1)
{
    Bytes bytes(NLA_HDRLEN);
    put(bytes, 0,
        static_cast<std::uint16_t>(len < 0 ? NLA_HDRLEN + data.size() : unsigned(len)));
    put(bytes, 2, static_cast<std::uint16_t>(type));
    bytes.insert(bytes.end(), data.begin(), data.end());
    bytes.resize(NLA_ALIGN(bytes.size()));
    return bytes;
}

struct Message {
    Bytes bytes = Bytes(attributes);
    std::size_t last = 0; // offset of the attribute that was added last
    std::size_t nest = 0; // offset of the nest that all that is added goes into; 0: none

    explicit Message(unsigned command, unsigned flags = 0)
    {
        put(bytes, 4, family);
        put(bytes, 6, static_cast<std::uint16_t>(NLM_F_REQUEST | NLM_F_ACK | flags));
        bytes[NLMSG_HDRLEN] = static_cast<std::uint8_t>(command);
        bytes[NLMSG_HDRLEN + 1] = CRYPTORTURE_FAMILY_VERSION;
        length(bytes.size());
    }
    Message &length(std::size_t len)
    {
        put(bytes, 0, static_cast<std::uint32_t>(len));
        return *this;
    }
    Message &raw(const Bytes &more)
    {
        last = bytes.size();
        bytes.insert(bytes.end(), more.begin(), more.end());
        if (nest)
            put(bytes, nest, static_cast<std::uint16_t>(bytes.size() - nest));
        return length(bytes.size());
    }
    // From here on into a nest of its own.
    Message &into(unsigned type)
    {
        nest = 0;
        add(type | NLA_F_NESTED, {});
        nest = last;
        return *this;
    }
    Message &add(unsigned type, const Bytes &data, int len = -1)
    {
        return raw(attribute(type, data, len));
    }
    Message &u32(unsigned type, std::uint32_t value) { return add(type, number(value)); }
    Message &u64(unsigned type, std::uint64_t value) { return add(type, number(value)); }
    Message &text(unsigned type, const std::string &value)
    {
        return add(type, with_nul(value));
    }
    Message &drivers(const Bytes &list)
    {
        return add(CRYPTORTURE_A_CONFIG_DRIVERS | NLA_F_NESTED, list);
    }
    template <typename T> Message &set(std::size_t at, T value)
    {
        put(bytes, at, value);
        return *this;
    }
};

struct Reply {
    bool done = false;
    int error = -1; // errno; 0: success; -1: no answer
    std::string text;
    long offset = -1;
    std::vector<Bytes> messages; // the attributes of each
};

inline std::map<unsigned, Bytes> parse(const Bytes &from, std::size_t at = 0)
{
    std::map<unsigned, Bytes> found;
    while (at + NLA_HDRLEN <= from.size()) {
        const std::size_t len = get<std::uint16_t>(from, at);
        if (len < NLA_HDRLEN || at + len > from.size())
            break;
        const auto begin = from.begin() + static_cast<long>(at);
        found[get<std::uint16_t>(from, at + 2) & NLA_TYPE_MASK] =
            Bytes(begin + NLA_HDRLEN, begin + static_cast<long>(len));
        at += NLA_ALIGN(len);
    }
    return found;
}

inline std::string text_of(const Bytes &bytes)
{
    return {bytes.begin(), bytes.end() - !bytes.empty()};
}

class Socket {
public:
    explicit Socket(int timeout = 60)
        : fd(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC))
    {
        const int on = 1;
        const timeval limit{timeout, 0};
        sockaddr_nl self{}; // any port: without one, no event comes
        self.nl_family = AF_NETLINK;
        bind(fd, reinterpret_cast<const sockaddr *>(&self), sizeof(self));
        setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
        setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    }
    ~Socket() { close(fd); }
    Socket(const Socket &) = delete;
    Socket &operator=(const Socket &) = delete;

    int join() const
    {
        return setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group))
                   ? errno
                   : 0;
    }
    std::uint32_t send(Bytes bytes)
    {
        put(bytes, 8, ++seq);
        // Without an address, or else netlink does not check who opened the socket.
        if (::send(fd, bytes.data(), bytes.size(), 0) < 0)
            replies[seq] = {true, errno, "", -1, {}};
        return seq;
    }
    bool receive()
    {
        Bytes buffer(65536);
        const ssize_t got = recv(fd, buffer.data(), buffer.size(), 0);
        std::size_t left = got < 0 ? 0 : static_cast<std::size_t>(got);
        for (auto *at = buffer.data(); left >= NLMSG_HDRLEN;) {
            const std::size_t len = get<std::uint32_t>({at, at + 4});
            if (len < NLMSG_HDRLEN || len > left)
                break;
            take({at, at + len});
            at += std::min<std::size_t>(NLMSG_ALIGN(len), left);
            left -= std::min<std::size_t>(NLMSG_ALIGN(len), left);
        }
        return got >= 0;
    }
    Reply wait(std::uint32_t number)
    {
        while (!replies[number].done && receive())
            ;
        return replies[number];
    }
    Reply ask(const Message &message)
    {
        replies.clear();
        return wait(send(message.bytes));
    }
    std::map<std::uint32_t, Reply> replies; // by sequence number; events: 0

private:
    void take(const Bytes &message)
    {
        const auto type = get<std::uint16_t>(message, 4),
                   flags = get<std::uint16_t>(message, 6);
        Reply &reply = replies[get<std::uint32_t>(message, 8)];
        if (type != NLMSG_ERROR && type != NLMSG_DONE) {
            reply.messages.emplace_back(message.begin() + NLMSG_HDRLEN, message.end());
            return;
        }
        reply.done = true;
        reply.error = -get<int>(message, NLMSG_HDRLEN);
        const std::size_t body = type == NLMSG_ERROR ? sizeof(nlmsgerr) : sizeof(int);
        if (!(flags & NLM_F_ACK_TLVS))
            return;
        auto tlvs = parse(message, NLMSG_HDRLEN + body);
        reply.text = text_of(tlvs[NLMSGERR_ATTR_MSG]);
        if (tlvs.count(NLMSGERR_ATTR_OFFS))
            reply.offset = get<std::uint32_t>(tlvs[NLMSGERR_ATTR_OFFS]);
    }
    int fd;
    std::uint32_t seq = 0;
};

#endif // CRYPTORTURE_TESTS_HOSTILE_WIRE_H
