// SPDX-License-Identifier: GPL-2.0-or-later
#include "xfrm/crypto_user.h"

#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <linux/cryptouser.h>
#include <netlink/attr.h>
#include <netlink/errno.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>

namespace ct {

namespace {

constexpr const char *no_crypto_user_hint =
    "load it with 'modprobe crypto_user', or let the kernel choose the driver";

struct FreeCryptoMessage {
    void operator()(nl_msg *message) const { nlmsg_free(message); }
};
struct FreeCryptoCallbacks {
    void operator()(nl_cb *callbacks) const { nl_cb_put(callbacks); }
};

// What came of one request: 0, or a positive errno.
int on_crypto_error(sockaddr_nl * /*from*/, nlmsgerr *error, void *argument) noexcept
{
    *static_cast<std::optional<int> *>(argument) = -error->error;
    return NL_STOP;
}

int on_crypto_acknowledge(nl_msg * /*message*/, void *argument) noexcept
{
    *static_cast<std::optional<int> *>(argument) = 0;
    return NL_STOP;
}

Failure crypto_socket_failure(const std::string &what, int code)
{
    switch (-code) {
    case NLE_PROTO_MISMATCH:
    case NLE_AF_NOSUPPORT:
        return failure(ErrorKind::Unsupported, what,
                       "this kernel has no crypto_user, through which drivers are chosen",
                       no_crypto_user_hint);
    case NLE_PERM:
    case NLE_NOACCESS:
        return failure(ErrorKind::Permission, what, "a netlink socket is not allowed here",
                       "run it as root, outside of sandboxes");
    default:
        return failure(
            ErrorKind::System, what,
            fmt::format("the netlink socket of crypto_user failed ({})", nl_geterror(code)),
            "try again; if it persists, please report it");
    }
}

} // namespace

struct CryptoUser::Request {
    int type = 0;
    std::string algorithm; // either
    std::string driver;    // or
    std::optional<std::uint32_t> priority;
};

void CryptoUser::Free::operator()(nl_sock *socket) const
{
    nl_socket_free(socket);
}

Result<CryptoUser> CryptoUser::open(std::string what)
{
    std::unique_ptr<nl_sock, Free> socket(nl_socket_alloc());
    if (!socket)
        return failure(ErrorKind::System, what, "there is no memory left");
    if (const int code = nl_connect(socket.get(), NETLINK_CRYPTO); code < 0)
        return crypto_socket_failure(what, code);
    return CryptoUser(std::move(socket), std::move(what));
}

Result<void> CryptoUser::ask(const Request &request)
{
    const std::string &name = request.driver.empty() ? request.algorithm : request.driver;
    crypto_user_alg header{};
    if (name.size() >= sizeof(header.cru_driver_name))
        return failure(
            ErrorKind::Unsupported, what_,
            fmt::format("the name {} is longer than the {} bytes that crypto_user takes", name,
                        sizeof(header.cru_driver_name) - 1));
    std::memcpy(request.driver.empty() ? header.cru_name : header.cru_driver_name, name.data(),
                name.size());

    const std::unique_ptr<nl_msg, FreeCryptoMessage> message(
        nlmsg_alloc_simple(request.type, NLM_F_REQUEST | NLM_F_ACK));
    const std::unique_ptr<nl_cb, FreeCryptoCallbacks> callbacks(nl_cb_alloc(NL_CB_DEFAULT));
    if (!message || !callbacks ||
        nlmsg_append(message.get(), &header, sizeof(header), NLMSG_ALIGNTO) < 0 ||
        (request.priority &&
         nla_put_u32(message.get(), CRYPTOCFGA_PRIORITY_VAL, *request.priority) < 0))
        return failure(ErrorKind::System, what_, "there is no memory left");

    std::optional<int> answer;
    nl_cb_err(callbacks.get(), NL_CB_CUSTOM, on_crypto_error, &answer);
    nl_cb_set(callbacks.get(), NL_CB_ACK, NL_CB_CUSTOM, on_crypto_acknowledge, &answer);
    if (const int code = nl_send_auto(socket_.get(), message.get()); code < 0)
        return crypto_socket_failure(what_, code);
    while (!answer)
        if (const int code = nl_recvmsgs(socket_.get(), callbacks.get()); code < 0 && !answer)
            return crypto_socket_failure(what_, code);

    switch (*answer) {
    case 0:
        return {};
    case EEXIST:
        if (request.type == CRYPTO_MSG_NEWALG)
            return {};
        break;
    case EPERM:
        return failure(ErrorKind::Permission, what_,
                       "crypto_user takes orders from CAP_NET_ADMIN in the initial user "
                       "namespace alone",
                       "run it as root, outside of containers");
    case EINVAL:
        if (request.type != CRYPTO_MSG_NEWALG)
            break;
        [[fallthrough]];
    case ENOENT:
    // Made, but under another name.
    case EAGAIN:
    case ENAMETOOLONG:
    // Parts that do not go into each other.
    case ELOOP:
        return failure(ErrorKind::NotFound, what_,
                       fmt::format("this kernel has no {} and can make none", name));
    case EBUSY:
        return failure(ErrorKind::Busy, what_, fmt::format("{} is in use", name));
    default:
        break;
    }
    return failure(ErrorKind::System, what_,
                   fmt::format("crypto_user refused it for {} ({})", name, errno_text(*answer)),
                   "see the kernel log");
}

Result<void> CryptoUser::make(const std::string &driver)
{
    return ask({CRYPTO_MSG_NEWALG, {}, driver, {}});
}

Result<void> CryptoUser::make_best(const std::string &algorithm)
{
    return ask({CRYPTO_MSG_NEWALG, algorithm, {}, {}});
}

Result<void> CryptoUser::set_priority(const std::string &driver, std::uint32_t priority)
{
    return ask({CRYPTO_MSG_UPDATEALG, {}, driver, priority});
}

Result<void> CryptoUser::remove(const std::string &driver)
{
    return ask({CRYPTO_MSG_DELALG, {}, driver, {}});
}

} // namespace ct
