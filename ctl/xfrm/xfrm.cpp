// SPDX-License-Identifier: GPL-2.0-or-later
#include "xfrm/xfrm.h"

#include <cerrno>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <linux/netlink.h>
#include <linux/xfrm.h>

#include "wire/conversation.h"
#include "xfrm/decode.h"
#include "xfrm/encode.h"

namespace ct {

namespace {

// What a refused request was about, for the module that may be missing.
struct Subject {
    bool v6 = false;
    bool natt = false;
    std::string algorithm;
};

Error lacks(Error error, std::string why, std::string hint)
{
    error.kind = ErrorKind::Unsupported;
    error.why = std::move(why);
    error.hint = std::move(hint);
    return error;
}

Error xfrm_error(const Refusal &refusal, std::string_view what, const Subject &subject = {})
{
    const char *const esp = subject.v6 ? "esp6" : "esp4";
    const char *const option = subject.v6 ? "CONFIG_INET6_ESP" : "CONFIG_INET_ESP";
    Error error;
    error.what = what;
    switch (refusal.number) {
    case EPERM:
    case EACCES:
        error.kind = ErrorKind::Permission;
        error.why = "this needs CAP_NET_ADMIN in that network namespace";
        error.hint = "run it as root, outside of containers";
        return error;
    case EPROTONOSUPPORT:
        if (subject.algorithm.empty())
            return lacks(std::move(error), "this kernel has no xfrm_user",
                         "load it with 'modprobe xfrm_user', or boot a kernel that is built "
                         "with CONFIG_XFRM_USER");
        return lacks(std::move(error), fmt::format("this kernel has no {}", esp),
                     fmt::format("load it with 'modprobe {}', or boot a kernel that is built "
                                 "with {}",
                                 esp, option));
    case EAFNOSUPPORT:
        return lacks(std::move(error), "this kernel has no IPv6",
                     "boot one that is built with CONFIG_IPV6, without ipv6.disable=1 on its "
                     "command line");
    case ENOSYS:
    case ENOENT:
        if (subject.algorithm.empty())
            break;
        return lacks(
            std::move(error),
            fmt::format("this kernel has no {}, or does not allow it", subject.algorithm),
            "see 'cryptorture drivers', and in FIPS mode what it allows");
    case EEXIST:
        error.kind = ErrorKind::Refused;
        error.why = "it is there already";
        return error;
    case ESRCH:
        error.kind = ErrorKind::NotFound;
        error.why = "it is not there";
        return error;
    case EBADMSG:
        error.kind = ErrorKind::Malformed;
        break;
    case EAGAIN:
        error.kind = ErrorKind::Again;
        break;
    default:
        error.kind = ErrorKind::System;
        break;
    }
    if (refusal.number == ENOENT) {
        error.kind = ErrorKind::NotFound;
        error.why = "it is not there";
        return error;
    }
    error.why = refusal.text.empty()
                    ? fmt::format("xfrm returned \"{}\"", errno_text(refusal.number))
                    : refusal.text;
    error.hint = errno_hint(refusal.number);
    if (error.hint.empty())
        error.hint = subject.natt && subject.v6 && refusal.number == EINVAL
                         ? "use a kernel of 5.8 or later for ESP in UDP over IPv6"
                         : "the kernel log may have the reason, see 'dmesg'";
    return error;
}

std::string sa_text(const Sa &sa)
{
    return fmt::format("the SA {:#010x} to {}", sa.spi, address_text(sa.destination));
}

std::string policy_text(const Policy &policy)
{
    return fmt::format("the policy from {}/{} to {}/{}", address_text(policy.source),
                       policy.source_prefix, address_text(policy.destination),
                       policy.destination_prefix);
}

} // namespace

struct Xfrm::State {
    Conversation talk;
    Conversation news; // in the same namespace, so opened at the same time

    Result<void> ask(const Request &request, std::string_view what, const Subject &subject = {})
    {
        if (const auto answers = talk.ask(request); !answers)
            return Failure(xfrm_error(answers.error(), what, subject));
        return {};
    }
};

Xfrm::Xfrm(std::unique_ptr<State> state) : state_(std::move(state)) {}
Xfrm::Xfrm(Xfrm &&) noexcept = default;
Xfrm &Xfrm::operator=(Xfrm &&) noexcept = default;
Xfrm::~Xfrm() = default;

Result<Xfrm> Xfrm::open()
{
    constexpr std::string_view what = "cannot reach the kernel's IPsec";
    auto talk = Conversation::open(NETLINK_XFRM);
    if (!talk)
        return Failure(xfrm_error(talk.error(), what));
    auto news = Conversation::open(NETLINK_XFRM);
    if (!news)
        return Failure(xfrm_error(news.error(), what));
    return Xfrm(std::make_unique<State>(State{std::move(*talk), std::move(*news)}));
}

Result<void> Xfrm::add(const Sa &sa, std::uint32_t reqid)
{
    const std::string what = fmt::format("cannot add {}", sa_text(sa));
    if (auto good = check_keys(sa.keys); !good)
        return good;
    return state_->ask(encode_new_sa(sa, reqid), what,
                       Subject{sa.destination.v6, sa.natt, algorithm_name(sa.keys)});
}

Result<void> Xfrm::remove(const Sa &sa)
{
    return state_->ask(encode_sa_id(XFRM_MSG_DELSA, sa),
                       fmt::format("cannot remove {}", sa_text(sa)));
}

Result<void> Xfrm::add(const Policy &policy)
{
    return state_->ask(encode_policy(XFRM_MSG_NEWPOLICY, policy),
                       fmt::format("cannot add {}", policy_text(policy)));
}

Result<void> Xfrm::update(const Policy &policy)
{
    return state_->ask(encode_policy(XFRM_MSG_UPDPOLICY, policy),
                       fmt::format("cannot change {}", policy_text(policy)));
}

Result<void> Xfrm::remove(const Policy &policy)
{
    return state_->ask(encode_del_policy(policy),
                       fmt::format("cannot remove {}", policy_text(policy)));
}

Result<SaCounts> Xfrm::counts(const Sa &sa)
{
    const std::string what = fmt::format("cannot read the counts of {}", sa_text(sa));
    const auto answers = state_->talk.ask(encode_sa_id(XFRM_MSG_GETSA, sa));
    if (!answers)
        return Failure(xfrm_error(answers.error(), what));
    for (const NetlinkMessage &answer : *answers)
        if (answer.type == XFRM_MSG_NEWSA)
            return decode_sa_counts(answer.payload);
    return failure(ErrorKind::Malformed, what, "the kernel gave no answer", "please report it");
}

Result<std::vector<Sa>> Xfrm::list()
{
    // Without a header: what follows is read as attributes, and the kernel's log tells of any
    // rest.
    const Request request(XFRM_MSG_GETSA, NLM_F_DUMP);
    const auto answers = state_->talk.ask(request);
    if (!answers)
        return Failure(xfrm_error(answers.error(), "cannot list the security associations"));
    std::vector<Sa> list;
    for (const NetlinkMessage &answer : *answers) {
        if (answer.type != XFRM_MSG_NEWSA)
            continue;
        auto sa = decode_sa(answer.payload);
        if (!sa)
            return Failure(sa.error());
        if (*sa)
            list.push_back(std::move(**sa));
    }
    return list;
}

Result<void> Xfrm::reserve(std::uint32_t sas)
{
    constexpr std::string_view what = "cannot make room for security associations";
    const std::uint32_t most = 8 * sas; // the table grows in the background
    constexpr std::uint32_t first = 0xc6000000;
    constexpr std::uint32_t step = 32; // between looks at it
    for (std::uint32_t count = 0; count < most; ++count) {
        if (auto added = state_->ask(encode_larval_sa(first + count), what); !added)
            return added;
        if (count % step != 0)
            continue;
        const auto answers = state_->talk.ask(encode_table_size());
        if (!answers)
            return Failure(xfrm_error(answers.error(), what));
        const std::uint32_t size =
            answers->empty() ? 0 : decode_table_size(answers->front().payload);
        if (size == 0 || size >= sas)
            break;
    }
    // Nothing to remove is no failure.
    if (const auto answers = state_->talk.ask(encode_flush());
        !answers && answers.error().number != ESRCH)
        return Failure(xfrm_error(answers.error(), what));
    return {};
}

Result<void> Xfrm::listen()
{
    if (const auto joined = state_->news.join({XFRMNLGRP_SA, XFRMNLGRP_EXPIRE}); !joined)
        return Failure(
            xfrm_error(joined.error(), "cannot listen to changes of security associations"));
    return {};
}

int Xfrm::descriptor() const
{
    return state_->news.descriptor();
}

Result<Xfrm::Changes> Xfrm::drain()
{
    auto heard = state_->news.hear();
    if (!heard)
        return Failure(
            xfrm_error(heard.error(), "cannot hear of changes of security associations"));
    Changes changes;
    changes.overrun = heard->overrun;
    for (const NetlinkMessage &message : heard->messages) {
        auto change = decode_sa_change(message.type, message.payload);
        if (!change)
            return Failure(change.error());
        if (*change)
            changes.list.push_back(std::move(**change));
    }
    return changes;
}

} // namespace ct
