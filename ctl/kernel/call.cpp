// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/call.h"

#include <cerrno>
#include <cstring>
#include <sys/socket.h>
#include <sys/time.h>

#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <netlink/attr.h>

#include <linux/cryptorture.h>

#include "kernel/refusal.h"
#include "kernel/socket.h"

// The number of an attribute and its name in the contract.
#define KEY(attribute) (attribute), #attribute

namespace ct {

static_assert(call_operations_max == CT_CALL_OPERATIONS_MAX);
static_assert(register_size == CT_REGISTER_BYTES);

namespace {

constexpr const char *cannot_call = "cannot make operations in an exerciser's context";
constexpr const char *cannot_report = "cannot report a register that changed";
constexpr int wait_microseconds = 500000; // for an answer; the module gives it at once

// Where what changes lies in a request.
constexpr std::size_t headers = NLMSG_HDRLEN + GENL_HDRLEN;
constexpr std::size_t operations_at = headers + NLA_HDRLEN;
constexpr std::size_t checks_at = operations_at + sizeof(std::uint32_t) + NLA_HDRLEN;
constexpr std::size_t barriers_at = checks_at + sizeof(std::uint64_t) + NLA_HDRLEN;
constexpr std::size_t migrations_at = barriers_at + sizeof(std::uint64_t) + NLA_HDRLEN;
constexpr std::size_t request_size = migrations_at + sizeof(std::uint64_t);

Result<CallReply> decode_reply(Bytes attributes)
{
    AttributeReader reader(attributes, "the answer to a call");
    CallReply reply;
    reader.u64(KEY(CT_CALL_RUN), reply.run);
    reader.u32(KEY(CT_CALL_DONE), reply.done);
    reader.u32(KEY(CT_CALL_MISMATCHES), reply.mismatches);
    if (reader.error())
        return Failure(*reader.error());
    return reply;
}

Failure refused(int number, Bytes acknowledgement, Bytes request)
{
    Error error = refusal_error(read_refusal(number, acknowledgement), request, cannot_call);
    if (number == ENODEV)
        error.kind = ErrorKind::NotFound;
    return Failure(std::move(error));
}

// One message with its header; payload: what is behind that.
Result<CallReply> read_message(const nlmsghdr &header, Bytes payload, Bytes request)
{
    constexpr const char *cut_short = "the module's answer is cut short";
    constexpr const char *hint =
        "module and program may be of different builds: see 'cryptorture version'";
    if (header.nlmsg_type != NLMSG_ERROR) {
        if (payload.size() < GENL_HDRLEN)
            return failure(ErrorKind::Malformed, cannot_call, cut_short, hint);
        return decode_reply(payload.subspan(GENL_HDRLEN));
    }
    nlmsgerr error{};
    if (payload.size() < sizeof(error))
        return failure(ErrorKind::Malformed, cannot_call, cut_short, hint);
    std::memcpy(&error, payload.data(), sizeof(error));
    std::size_t behind = sizeof(error);
    // Without NETLINK_CAP_ACK the kernel sends the request back in between.
    if ((header.nlmsg_flags & NLM_F_CAPPED) == 0 && error.msg.nlmsg_len > sizeof(nlmsghdr))
        behind += NLMSG_ALIGN(error.msg.nlmsg_len - sizeof(nlmsghdr));
    Bytes acknowledgement;
    if ((header.nlmsg_flags & NLM_F_ACK_TLVS) != 0 && behind <= payload.size())
        acknowledgement = payload.subspan(behind);
    return refused(-error.error, acknowledgement, request);
}

class NetlinkCallLink final : public CallLink {
public:
    explicit NetlinkCallLink(Socket socket)
        : socket_(std::move(socket)), request_(socket_.family_id())
    {
    }

    CallMessage prepare(std::uint32_t operations, const CallTally &tally) override
    {
        bytes_ = request_.next(operations, tally);
        return {socket_.descriptor(), bytes_, nullptr};
    }

    Result<CallReply> reply(long sent) override
    {
        if (sent < 0)
            return refused(static_cast<int>(-sent), {}, bytes_);
        // Answers to earlier calls that were given up may come first.
        for (;;) {
            const ssize_t size = recv(socket_.descriptor(), answer_.data(), answer_.size(), 0);
            if (size < 0 && errno == EINTR)
                continue;
            if (size < 0)
                return failure(ErrorKind::Again, cannot_call, "the module gave no answer",
                               "if it stays so, please report it");
            const auto datagram = Bytes(answer_).first(static_cast<std::size_t>(size));
            if (auto result = read_call_reply(datagram, request_.sequence(), bytes_))
                return std::move(*result);
        }
    }

    Result<void> report(const RegisterFinding &finding) override
    {
        struct Fill final : Socket::Filler {
            explicit Fill(const RegisterFinding &what) : finding(what) {}
            bool operator()(nl_msg &message) const override
            {
                return encode_finding(message, finding);
            }
            const RegisterFinding &finding;
        };
        const Fill fill(finding);
        const auto answers =
            socket_.request(CT_CMD_REGISTER_REPORT, false, cannot_report, &fill);
        if (!answers)
            return Failure(answers.error());
        return {};
    }

private:
    Socket socket_;
    CallRequest request_;
    Bytes bytes_;
    std::array<std::byte, 4096> answer_{};
};

} // namespace

CallRequest::CallRequest(int family)
{
    static_assert(request_size <= sizeof(bytes_));
    const auto put = [this](std::size_t offset, const auto &value) {
        std::memcpy(bytes_.data() + offset, &value, sizeof(value));
    };
    put(0, nlmsghdr{request_size, static_cast<std::uint16_t>(family), NLM_F_REQUEST, 0, 0});
    put(NLMSG_HDRLEN, genlmsghdr{CT_CMD_CALL, CT_FAMILY_VERSION, 0});
    const auto attribute = [&put](std::size_t payload_at, std::uint16_t type,
                                  std::size_t size) {
        put(payload_at - NLA_HDRLEN,
            nlattr{static_cast<std::uint16_t>(NLA_HDRLEN + size), type});
    };
    attribute(operations_at, CT_CALL_OPERATIONS, sizeof(std::uint32_t));
    attribute(checks_at, CT_CALL_CHECKS, sizeof(std::uint64_t));
    attribute(barriers_at, CT_CALL_BARRIERS, sizeof(std::uint64_t));
    attribute(migrations_at, CT_CALL_MIGRATIONS, sizeof(std::uint64_t));
}

std::span<const std::byte> CallRequest::next(std::uint32_t operations, const CallTally &tally)
{
    const auto put = [this](std::size_t offset, const auto &value) {
        std::memcpy(bytes_.data() + offset, &value, sizeof(value));
    };
    ++sequence_;
    put(offsetof(nlmsghdr, nlmsg_seq), sequence_);
    put(operations_at, operations);
    put(checks_at, tally.checks);
    put(barriers_at, tally.barriers);
    put(migrations_at, tally.migrations);
    return std::span(bytes_).first(request_size);
}

std::optional<Result<CallReply>> read_call_reply(Bytes datagram, std::uint32_t sequence,
                                                 Bytes request)
{
    while (datagram.size() >= NLMSG_HDRLEN) {
        nlmsghdr header{};
        std::memcpy(&header, datagram.data(), sizeof(header));
        if (header.nlmsg_len < NLMSG_HDRLEN || header.nlmsg_len > datagram.size())
            return std::nullopt;
        if (header.nlmsg_seq == sequence)
            return read_message(
                header,
                datagram.subspan(NLMSG_HDRLEN, header.nlmsg_len - std::size_t{NLMSG_HDRLEN}),
                request);
        datagram = datagram.subspan(
            std::min<std::size_t>(NLMSG_ALIGN(header.nlmsg_len), datagram.size()));
    }
    return std::nullopt;
}

bool encode_finding(nl_msg &message, const RegisterFinding &finding)
{
    const auto binary = [&message](int type, const std::vector<std::uint8_t> &bytes) {
        return nla_put(&message, type, static_cast<int>(bytes.size()), bytes.data()) >= 0;
    };
    const RegisterChange &change = finding.change;
    return change.name.size() < CT_REGISTER_NAME_MAX && change.owner.size() < CT_OWNER_MAX &&
           nla_put_string(&message, CT_REGISTER_NAME, change.name.c_str()) >= 0 &&
           binary(CT_REGISTER_EXPECTED, finding.expected) &&
           binary(CT_REGISTER_ACTUAL, finding.actual) &&
           (change.owner.empty() ||
            nla_put_string(&message, CT_REGISTER_OWNER, change.owner.c_str()) >= 0) &&
           nla_put_u32(&message, CT_REGISTER_EVENT, static_cast<std::uint32_t>(change.event)) >=
               0 &&
           nla_put_u32(&message, CT_REGISTER_CPU_BEFORE, finding.cpu_before) >= 0 &&
           nla_put_u32(&message, CT_REGISTER_CPU_AFTER, finding.cpu_after) >= 0 &&
           nla_put_u32(&message, CT_REGISTER_THREAD, change.thread) >= 0 &&
           nla_put_u64(&message, CT_REGISTER_EPOCH, change.epoch) >= 0;
}

Result<std::unique_ptr<CallLink>> open_call_link()
{
    auto socket = Socket::open(CT_FAMILY_NAME);
    if (!socket)
        return Failure(socket.error());
    const timeval limit{0, wait_microseconds};
    if (setsockopt(socket->descriptor(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) != 0)
        return failure(ErrorKind::System, cannot_call, errno_text(errno));
    return std::make_unique<NetlinkCallLink>(std::move(*socket));
}

} // namespace ct
