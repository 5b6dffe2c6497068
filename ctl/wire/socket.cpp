// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/socket.h"

#include <cerrno>
#include <cstdlib>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>
#include <linux/netlink.h>
#include <netlink/errno.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>

#include <linux/cryptorture.h>

#include "wire/refusal.h"

namespace ct {

namespace {

constexpr const char *no_memory = "there is no memory left";
constexpr int interrupted_dumps_max = 5;   // tries before giving up
constexpr int event_buffer = 1024 * 1024;  // bytes
constexpr std::size_t request_max = 65536; // bytes

struct FreeCallbacks {
    void operator()(nl_cb *callbacks) const { nl_cb_put(callbacks); }
};
using CallbacksPtr = std::unique_ptr<nl_cb, FreeCallbacks>;

Bytes bytes_of(const void *start, std::size_t size)
{
    return {static_cast<const std::byte *>(start), size};
}

// What one request has come to; the callbacks fill it.
struct Exchange {
    std::uint32_t sequence = 0;
    bool done = false;
    bool interrupted = false; // a dump over something that changed
    bool cut_short = false;   // a message without a whole header
    std::optional<Refusal> refusal;
    std::vector<Answer> answers;
};

// Everything behind the generic netlink header.
std::optional<Bytes> attributes_of(nlmsghdr *header)
{
    if (genlmsg_valid_hdr(header, 0) == 0)
        return std::nullopt;
    auto *const generic = static_cast<genlmsghdr *>(nlmsg_data(header));
    return bytes_of(genlmsg_attrdata(generic, 0),
                    static_cast<std::size_t>(genlmsg_attrlen(generic, 0)));
}

int on_valid(nl_msg *message, void *argument) noexcept
{
    auto &exchange = *static_cast<Exchange *>(argument);
    nlmsghdr *const header = nlmsg_hdr(message);
    if ((header->nlmsg_flags & NLM_F_DUMP_INTR) != 0)
        exchange.interrupted = true;
    const auto attributes = attributes_of(header);
    if (attributes)
        exchange.answers.emplace_back(attributes->begin(), attributes->end());
    else
        exchange.cut_short = true;
    return NL_OK;
}

// Answers to a request that was given up are of no interest any more.
int on_sequence(nl_msg *message, void *argument) noexcept
{
    const auto &exchange = *static_cast<Exchange *>(argument);
    return nlmsg_hdr(message)->nlmsg_seq == exchange.sequence ? NL_OK : NL_SKIP;
}

int on_acknowledge(nl_msg * /*message*/, void *argument) noexcept
{
    static_cast<Exchange *>(argument)->done = true;
    return NL_STOP;
}

// The end of a dump: an errno, and behind it the same attributes as an error's.
int on_finish(nl_msg *message, void *argument) noexcept
{
    auto &exchange = *static_cast<Exchange *>(argument);
    nlmsghdr *const header = nlmsg_hdr(message);
    const auto size = static_cast<std::size_t>(nlmsg_datalen(header));
    const Bytes payload = bytes_of(nlmsg_data(header), size);
    int number = 0;
    exchange.done = true;
    if ((header->nlmsg_flags & NLM_F_DUMP_INTR) != 0)
        exchange.interrupted = true;
    if (size < sizeof(number))
        return NL_STOP;
    std::memcpy(&number, payload.data(), sizeof(number));
    if (number < 0)
        exchange.refusal = read_refusal(-number, (header->nlmsg_flags & NLM_F_ACK_TLVS) != 0
                                                     ? payload.subspan(sizeof(number))
                                                     : Bytes{});
    return NL_STOP;
}

// libnl passes only struct nlmsgerr; the message's header lies before it.
int on_error(sockaddr_nl * /*from*/, nlmsgerr *error, void *argument) noexcept
{
    auto &exchange = *static_cast<Exchange *>(argument);
    const auto *const start = reinterpret_cast<const std::byte *>(error);
    nlmsghdr header{};
    std::memcpy(&header, start - NLMSG_HDRLEN, sizeof(header));
    if (header.nlmsg_seq != exchange.sequence)
        return NL_SKIP;

    const std::size_t size = header.nlmsg_len - static_cast<std::size_t>(NLMSG_HDRLEN);
    std::size_t behind = sizeof(nlmsgerr);
    // Without NETLINK_CAP_ACK the kernel sends the request back in between.
    if ((header.nlmsg_flags & NLM_F_CAPPED) == 0 && error->msg.nlmsg_len > sizeof(nlmsghdr))
        behind += NLMSG_ALIGN(error->msg.nlmsg_len - sizeof(nlmsghdr));
    Bytes acknowledgement;
    if ((header.nlmsg_flags & NLM_F_ACK_TLVS) != 0 && behind <= size)
        acknowledgement = bytes_of(start + behind, size - behind);
    exchange.refusal = read_refusal(-error->error, acknowledgement);
    exchange.done = true;
    return NL_STOP;
}

Failure nl_failure(std::string_view what, int code)
{
    if (-code == NLE_INTR || -code == NLE_NOMEM || -code == NLE_AGAIN)
        return failure(ErrorKind::Again, std::string(what),
                       "the conversation with the kernel was interrupted", "try again");
    return failure(ErrorKind::System, std::string(what),
                   fmt::format("the netlink socket failed ({})", nl_geterror(code)),
                   "try again; if it persists, please report it");
}

Failure no_family(std::string_view what, std::string_view family)
{
    const std::string loaded = fmt::format("/sys/module/{}", family);
    if (access(loaded.c_str(), F_OK) == 0)
        return failure(
            ErrorKind::NoModule, std::string(what),
            fmt::format("the module {} is loaded, but its netlink family cannot be reached",
                        family),
            "run it as root in the initial network namespace, not in a container");
    return failure(ErrorKind::NoModule, std::string(what),
                   fmt::format("the module {} is not loaded", family),
                   fmt::format("load it with 'modprobe {}'", family));
}

constexpr std::string_view cannot_reach = "cannot talk to the kernel";

Failure no_netlink(int code)
{
    switch (-code) {
    case NLE_PROTO_MISMATCH:
    case NLE_AF_NOSUPPORT:
        return failure(ErrorKind::NoModule, std::string(cannot_reach),
                       "this kernel has no generic netlink",
                       "boot one that is built with CONFIG_NET");
    case NLE_PERM:
    case NLE_NOACCESS:
        return failure(ErrorKind::Permission, std::string(cannot_reach),
                       "a netlink socket is not allowed here",
                       "run it as root, outside of sandboxes");
    default:
        return nl_failure(cannot_reach, code);
    }
}

} // namespace

void Socket::Free::operator()(nl_sock *socket) const
{
    nl_socket_free(socket);
}

void Socket::FreeMessage::operator()(nl_msg *message) const
{
    nlmsg_free(message);
}

Result<Socket> Socket::open(std::string_view family)
{
    std::unique_ptr<nl_sock, Free> socket(nl_socket_alloc());
    if (!socket)
        return failure(ErrorKind::System, std::string(cannot_reach), no_memory);
    errno = 0;
    if (const int code = genl_connect(socket.get()); code < 0) {
        // libnl has no word for it.
        const int number = errno;
        if (number == EMFILE || number == ENFILE)
            return failure(ErrorKind::System, std::string(cannot_reach), errno_text(number),
                           errno_hint(number));
        return no_netlink(code);
    }

    // Without these the kernel would keep its reasons to itself; kernels that
    // do not know them answer with a plain errno, which is dealt with.
    const int on = 1;
    const int descriptor = nl_socket_get_fd(socket.get());
    (void)setsockopt(descriptor, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
    (void)setsockopt(descriptor, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
    // Messages have any length: peek before reading.
    nl_socket_enable_msg_peek(socket.get());

    std::string name(family);
    const int id = genl_ctrl_resolve(socket.get(), name.c_str());
    if (id == -NLE_OBJ_NOTFOUND)
        return no_family(cannot_reach, name);
    if (id < 0)
        return no_netlink(id);
    return Socket(std::move(socket), std::move(name), id);
}

bool Socket::family_is_there()
{
    return genl_ctrl_resolve(socket_.get(), family_.c_str()) == id_;
}

int Socket::descriptor() const
{
    return nl_socket_get_fd(socket_.get());
}

Result<Socket::Request> Socket::send(unsigned command, bool dump, std::string_view what,
                                     const Filler *filler)
{
    Request message(nlmsg_alloc_size(request_max));
    if (!message)
        return failure(ErrorKind::System, std::string(what), no_memory);
    const int flags = NLM_F_REQUEST | (dump ? NLM_F_DUMP : NLM_F_ACK);
    if (genlmsg_put(message.get(), NL_AUTO_PORT, NL_AUTO_SEQ, id_, 0, flags,
                    static_cast<std::uint8_t>(command),
                    CRYPTORTURE_FAMILY_VERSION) == nullptr ||
        (filler != nullptr && !(*filler)(*message)))
        return failure(ErrorKind::Usage, std::string(what),
                       "the parameters do not fit into one netlink message",
                       "name fewer drivers");
    if (const int code = nl_send_auto(socket_.get(), message.get()); code < 0)
        return nl_failure(what, code);
    return message;
}

Result<Socket::Answers> Socket::receive(const Request &message, std::string_view what)
{
    const CallbacksPtr callbacks(nl_cb_alloc(NL_CB_DEFAULT));
    if (!callbacks)
        return failure(ErrorKind::System, std::string(what), no_memory);
    const nlmsghdr *const sent = nlmsg_hdr(message.get());
    Exchange exchange;
    exchange.sequence = sent->nlmsg_seq;
    nl_cb_set(callbacks.get(), NL_CB_VALID, NL_CB_CUSTOM, on_valid, &exchange);
    nl_cb_set(callbacks.get(), NL_CB_SEQ_CHECK, NL_CB_CUSTOM, on_sequence, &exchange);
    nl_cb_set(callbacks.get(), NL_CB_ACK, NL_CB_CUSTOM, on_acknowledge, &exchange);
    nl_cb_set(callbacks.get(), NL_CB_FINISH, NL_CB_CUSTOM, on_finish, &exchange);
    nl_cb_err(callbacks.get(), NL_CB_CUSTOM, on_error, &exchange);

    while (!exchange.done) {
        const int code = nl_recvmsgs(socket_.get(), callbacks.get());
        if (code == -NLE_DUMP_INTR)
            exchange.interrupted = true;
        else if (code < 0 && !exchange.done)
            return nl_failure(what, code);
    }
    if (exchange.refusal) {
        Error error = refusal_error(*exchange.refusal, bytes_of(sent, sent->nlmsg_len), what);
        if (error.kind == ErrorKind::NoModule && family_is_there())
            error.kind = ErrorKind::NotFound;
        return Failure(std::move(error));
    }
    if (exchange.cut_short)
        return failure(ErrorKind::Malformed, std::string(what),
                       "the module's answer is cut short",
                       "module and program may be of different builds: see "
                       "'cryptorture version'");
    return Answers{std::move(exchange.answers), exchange.interrupted};
}

Result<std::vector<Answer>> Socket::request(unsigned command, bool dump, std::string_view what,
                                            const Filler *filler)
{
    for (int attempt = 0; attempt < interrupted_dumps_max; ++attempt) {
        const auto message = send(command, dump, what, filler);
        if (!message)
            return Failure(message.error());
        auto answers = receive(*message, what);
        if (!answers)
            return Failure(answers.error());
        if (!answers->interrupted)
            return std::move(answers->list);
    }
    return failure(ErrorKind::Again, std::string(what),
                   "the list changed again and again while it was read", "try again");
}

Result<Socket::Asked> Socket::ask(unsigned command, std::string_view what, const Filler *filler)
{
    const auto message = send(command, false, what, filler);
    if (!message)
        return Failure(message.error());
    auto answers = receive(*message, what);
    if (!answers)
        return Failure(answers.error());
    if (answers->list.empty())
        return failure(ErrorKind::Malformed, std::string(what), "the module gave no answer",
                       "module and program may be of different builds: see "
                       "'cryptorture version'");
    const nlmsghdr *const sent = nlmsg_hdr(message->get());
    const Bytes bytes = bytes_of(sent, sent->nlmsg_len);
    return Asked{Answer(bytes.begin(), bytes.end()), std::move(answers->list.front())};
}

Result<void> Socket::listen(std::string_view group)
{
    constexpr std::string_view cannot_listen = "cannot listen to the module's events";
    const std::string name(group);
    const int id = genl_ctrl_resolve_grp(socket_.get(), family_.c_str(), name.c_str());
    if (id == -NLE_OBJ_NOTFOUND)
        return no_family(cannot_listen, family_);
    if (id < 0)
        return nl_failure(cannot_listen, id);

    nl_socket_disable_seq_check(socket_.get());
    if (const int code = nl_socket_set_buffer_size(socket_.get(), event_buffer, 0); code < 0)
        return nl_failure(cannot_listen, code);
    // Setting the size turns looking before reading off.
    nl_socket_enable_msg_peek(socket_.get());
    if (const int code = nl_socket_add_membership(socket_.get(), id); code < 0) {
        if (-code == NLE_PERM || -code == NLE_NOACCESS)
            return failure(ErrorKind::Permission, std::string(cannot_listen),
                           "this needs CAP_NET_ADMIN in the initial user and network namespace",
                           "run it as root, outside of containers");
        return nl_failure(cannot_listen, code);
    }
    if (const int code = nl_socket_set_nonblocking(socket_.get()); code < 0)
        return nl_failure(cannot_listen, code);
    return {};
}

Result<Socket::Messages> Socket::drain()
{
    Messages result;
    const CallbacksPtr callbacks(nl_cb_alloc(NL_CB_DEFAULT));
    if (!callbacks)
        return failure(ErrorKind::System, "cannot read the module's events", no_memory);
    const auto on_event = [](nl_msg *message, void *argument) noexcept -> int {
        auto &messages = static_cast<Messages *>(argument)->messages;
        nlmsghdr *const header = nlmsg_hdr(message);
        if (const auto attributes = attributes_of(header)) {
            const auto *const generic = static_cast<genlmsghdr *>(nlmsg_data(header));
            messages.push_back(
                Message{generic->cmd, Answer(attributes->begin(), attributes->end())});
        }
        return NL_OK;
    };
    const auto any_sequence = [](nl_msg *, void *) noexcept -> int {
        return NL_OK;
    };
    nl_cb_set(callbacks.get(), NL_CB_VALID, NL_CB_CUSTOM, on_event, &result);
    nl_cb_set(callbacks.get(), NL_CB_SEQ_CHECK, NL_CB_CUSTOM, any_sequence, nullptr);

    for (;;) {
        const int code = nl_recvmsgs(socket_.get(), callbacks.get());
        if (-code == NLE_AGAIN)
            return result;
        // ENOBUFS: the kernel dropped some. It is reported once; read on.
        if (-code == NLE_NOMEM)
            result.overrun = true;
        else if (code < 0 && -code != NLE_INTR)
            return nl_failure("cannot read the module's events", code);
    }
}

} // namespace ct
