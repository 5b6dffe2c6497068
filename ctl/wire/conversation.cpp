// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/conversation.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <sys/socket.h>
#include <utility>

#include <linux/netlink.h>
#include <netlink/errno.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>

namespace ct {

namespace {

constexpr int changed_dumps_most = 5;            // tries before giving up
constexpr int listener_buffer = 4 * 1024 * 1024; // bytes

Refusal refusal_of(int number)
{
    Refusal refusal;
    refusal.number = number;
    return refusal;
}

// libnl has one number for several of the kernel's, so errno is asked first.
Refusal library_refusal(int code, int number)
{
    if (number != 0)
        return refusal_of(number);
    switch (-code) {
    case NLE_PERM:
    case NLE_NOACCESS:
        return refusal_of(EPERM);
    case NLE_NOMEM:
        return refusal_of(ENOMEM);
    case NLE_PROTO_MISMATCH:
    case NLE_AF_NOSUPPORT:
        return refusal_of(EPROTONOSUPPORT);
    default:
        return refusal_of(EIO);
    }
}

Refusal cut_short()
{
    Refusal refusal = refusal_of(EBADMSG);
    refusal.text = "the kernel's answer is cut short";
    return refusal;
}

NetlinkMessage kept(const NetlinkPart &part)
{
    return NetlinkMessage{part.type, {part.payload.begin(), part.payload.end()}};
}

// An acknowledgement, good or bad: errno, the request's header, and the kernel's reason.
Refusal acknowledged(const NetlinkPart &part)
{
    int number = 0;
    if (part.payload.size() < sizeof(nlmsgerr))
        return cut_short();
    nlmsgerr error{};
    std::memcpy(&error, part.payload.data(), sizeof(error));
    number = -error.error;
    std::size_t behind = sizeof(nlmsgerr);
    // Without NETLINK_CAP_ACK the kernel sends the request back in between.
    if ((part.flags & NLM_F_CAPPED) == 0 && error.msg.nlmsg_len > sizeof(nlmsghdr))
        behind += NLMSG_ALIGN(error.msg.nlmsg_len - sizeof(nlmsghdr));
    if ((part.flags & NLM_F_ACK_TLVS) != 0 && behind <= part.payload.size())
        return read_refusal(number, part.payload.subspan(behind));
    return refusal_of(number);
}

// The end of a list: an errno, and its reason behind it.
Refusal finished(const NetlinkPart &part)
{
    int number = 0;
    if (part.payload.size() < sizeof(number))
        return refusal_of(0);
    std::memcpy(&number, part.payload.data(), sizeof(number));
    if ((part.flags & NLM_F_ACK_TLVS) != 0)
        return read_refusal(-number, part.payload.subspan(sizeof(number)));
    return refusal_of(number < 0 ? -number : 0);
}

struct FreeBuffer {
    // NOLINTNEXTLINE(cppcoreguidelines-no-malloc): as libnl allocates
    void operator()(unsigned char *buffer) const { std::free(buffer); }
};

} // namespace

std::optional<std::vector<NetlinkPart>> split_messages(Bytes bytes)
{
    std::vector<NetlinkPart> parts;
    std::size_t offset = 0;
    while (bytes.size() - offset >= sizeof(nlmsghdr)) {
        nlmsghdr header{};
        std::memcpy(&header, bytes.data() + offset, sizeof(header));
        const std::size_t rest = bytes.size() - offset;
        if (header.nlmsg_len < sizeof(header) || header.nlmsg_len > rest)
            return std::nullopt;
        parts.push_back(NetlinkPart{
            header.nlmsg_type, header.nlmsg_flags, header.nlmsg_seq,
            bytes.subspan(offset + sizeof(header), header.nlmsg_len - sizeof(header))});
        constexpr std::size_t alignment = NLMSG_ALIGNTO;
        const std::size_t step = (header.nlmsg_len + alignment - 1) / alignment * alignment;
        offset += std::min(step, rest);
    }
    if (offset != bytes.size())
        return std::nullopt;
    return parts;
}

void Conversation::FreeSocket::operator()(nl_sock *socket) const
{
    nl_socket_free(socket);
}

tl::expected<Conversation, Refusal> Conversation::open(int protocol)
{
    std::unique_ptr<nl_sock, FreeSocket> socket(nl_socket_alloc());
    if (!socket)
        return tl::unexpected(refusal_of(ENOMEM));
    errno = 0;
    if (const int code = nl_connect(socket.get(), protocol); code < 0)
        return tl::unexpected(library_refusal(code, errno));
    const int on = 1;
    const int descriptor = nl_socket_get_fd(socket.get());
    // Kernels that do not know these answer with a plain errno, which is dealt with.
    (void)setsockopt(descriptor, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
    (void)setsockopt(descriptor, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
    nl_socket_enable_msg_peek(socket.get()); // messages have any length
    return Conversation(std::move(socket));
}

int Conversation::descriptor() const
{
    return nl_socket_get_fd(socket_.get());
}

tl::expected<std::vector<std::byte>, int> Conversation::read()
{
    sockaddr_nl from{};
    unsigned char *bytes = nullptr;
    const int size = nl_recv(socket_.get(), &from, &bytes, nullptr);
    if (size < 0)
        return tl::unexpected(size);
    const std::unique_ptr<unsigned char, FreeBuffer> owner(bytes);
    // Other processes may write to a netlink socket; only the kernel has port 0.
    if (size == 0 || from.nl_pid != 0)
        return std::vector<std::byte>{};
    const auto *const start = reinterpret_cast<const std::byte *>(bytes);
    return std::vector<std::byte>(start, start + size);
}

// NOLINTNEXTLINE(readability-function-cognitive-complexity): the cases of an answer
tl::expected<Conversation::Told, Refusal> Conversation::ask_once(const Request &request)
{
    nl_msg *const message = request.message();
    nlmsghdr *const header = nlmsg_hdr(message);
    const bool dump = (header->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
    header->nlmsg_seq = NL_AUTO_SEQ;
    if (!dump)
        header->nlmsg_flags |= NLM_F_ACK;
    errno = 0;
    if (const int code = nl_send_auto(socket_.get(), message); code < 0)
        return tl::unexpected(library_refusal(code, errno));
    Told told;
    while (!told.done) {
        errno = 0;
        const auto bytes = read();
        if (!bytes)
            return tl::unexpected(library_refusal(bytes.error(), errno));
        const auto parts = split_messages(*bytes);
        if (!parts)
            return tl::unexpected(cut_short());
        for (const NetlinkPart &part : *parts) {
            if (part.sequence != header->nlmsg_seq)
                continue; // of a request that was given up
            if ((part.flags & NLM_F_DUMP_INTR) != 0)
                told.changed = true;
            if (part.type == NLMSG_ERROR || part.type == NLMSG_DONE) {
                Refusal refusal =
                    part.type == NLMSG_ERROR ? acknowledged(part) : finished(part);
                if (refusal.number != 0)
                    return tl::unexpected(std::move(refusal));
                told.done = true;
            } else if (part.type >= NLMSG_MIN_TYPE) {
                told.messages.push_back(kept(part));
            }
        }
    }
    return told;
}

Conversation::Answers Conversation::ask(const Request &request)
{
    if (!request.whole())
        return tl::unexpected(refusal_of(EMSGSIZE));
    for (int attempt = 0; attempt < changed_dumps_most; ++attempt) {
        auto told = ask_once(request);
        if (!told)
            return tl::unexpected(std::move(told.error()));
        if (!told->changed)
            return std::move(told->messages);
    }
    Refusal refusal = refusal_of(EAGAIN);
    refusal.text = "the list changed again and again while it was read";
    return tl::unexpected(std::move(refusal));
}

tl::expected<void, Refusal> Conversation::join(const std::vector<int> &groups)
{
    // Beyond the host's limit where that is allowed.
    if (setsockopt(descriptor(), SOL_SOCKET, SO_RCVBUFFORCE, &listener_buffer,
                   sizeof(listener_buffer)) != 0)
        (void)setsockopt(descriptor(), SOL_SOCKET, SO_RCVBUF, &listener_buffer,
                         sizeof(listener_buffer));
    for (const int group : groups)
        if (setsockopt(descriptor(), SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group,
                       sizeof(group)) != 0)
            return tl::unexpected(refusal_of(errno));
    errno = 0;
    if (const int code = nl_socket_set_nonblocking(socket_.get()); code < 0)
        return tl::unexpected(library_refusal(code, errno));
    return {};
}

tl::expected<Conversation::Heard, Refusal> Conversation::hear()
{
    Heard heard;
    for (;;) {
        errno = 0;
        const auto bytes = read();
        const int number = errno;
        if (!bytes) {
            if (-bytes.error() == NLE_AGAIN)
                return heard;
            // The kernel dropped some. It says so once: read on.
            if (number == ENOBUFS || -bytes.error() == NLE_NOMEM) {
                heard.overrun = true;
                continue;
            }
            return tl::unexpected(library_refusal(bytes.error(), number));
        }
        const auto parts = split_messages(*bytes);
        if (!parts)
            return tl::unexpected(cut_short());
        for (const NetlinkPart &part : *parts)
            if (part.type >= NLMSG_MIN_TYPE)
                heard.messages.push_back(kept(part));
    }
}

} // namespace ct
