// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/call.h"

#include <cerrno>
#include <cstring>

#include <gtest/gtest.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <netlink/msg.h>

#include <linux/cryptorture.h>

#include "messages.h"
#include "outcome.h"

namespace ct::test {

namespace {

using Datagram = std::vector<std::byte>;

template <typename Value> void append(Datagram &to, const Value &value)
{
    const auto *const bytes = reinterpret_cast<const std::byte *>(&value);
    to.insert(to.end(), bytes, bytes + sizeof(value));
}

Datagram answer(std::uint32_t sequence, const Attributes &attributes)
{
    Datagram message;
    const Bytes bytes = attributes.bytes();
    append(message,
           nlmsghdr{static_cast<std::uint32_t>(NLMSG_HDRLEN + GENL_HDRLEN + bytes.size()), 40,
                    0, sequence, 0});
    append(message, genlmsghdr{CT_CMD_CALL, 1, 0});
    message.insert(message.end(), bytes.begin(), bytes.end());
    return message;
}

Datagram refusal(std::uint32_t sequence, int number)
{
    Datagram message;
    append(message,
           nlmsghdr{NLMSG_HDRLEN + sizeof(nlmsgerr), NLMSG_ERROR, NLM_F_CAPPED, sequence, 0});
    append(message, nlmsgerr{-number, {}});
    return message;
}

Attributes reply_message()
{
    Attributes attributes;
    attributes.u64(CT_CALL_RUN, 3).u32(CT_CALL_DONE, 2).u32(CT_CALL_MISMATCHES, 1);
    return attributes;
}

ErrorKind kind(const Datagram &datagram)
{
    const auto reply = read_call_reply(datagram, 7, {});
    EXPECT_TRUE(reply && !*reply);
    return reply && !*reply ? reply->error().kind : ErrorKind::Usage;
}

} // namespace

TEST(Call, IsOneMessageMadeBeforehand)
{
    CallRequest request(40);
    (void)request.next(1, {});
    const auto bytes = request.next(4, {1000, 5, 0x1122334455667788});
    nlmsghdr header{};
    genlmsghdr generic{};
    std::memcpy(&header, bytes.data(), sizeof(header));
    std::memcpy(&generic, bytes.data() + NLMSG_HDRLEN, sizeof(generic));
    EXPECT_EQ(header.nlmsg_len, bytes.size());
    EXPECT_EQ(header.nlmsg_type, 40);
    EXPECT_EQ(header.nlmsg_flags, NLM_F_REQUEST);
    EXPECT_EQ(header.nlmsg_seq, 2U);
    EXPECT_EQ(request.sequence(), 2U);
    EXPECT_EQ(generic.cmd, CT_CMD_CALL);
    EXPECT_EQ(generic.version, CT_FAMILY_VERSION);
    const Attributes expected = Attributes()
                                    .u32(CT_CALL_OPERATIONS, 4)
                                    .u64(CT_CALL_CHECKS, 1000)
                                    .u64(CT_CALL_BARRIERS, 5)
                                    .u64(CT_CALL_MIGRATIONS, 0x1122334455667788);
    const auto attributes = bytes.subspan(NLMSG_HDRLEN + GENL_HDRLEN);
    ASSERT_EQ(attributes.size(), expected.bytes().size());
    EXPECT_EQ(std::memcmp(attributes.data(), expected.bytes().data(), attributes.size()), 0);
}

TEST(Call, ReadsItsAnswer)
{
    const auto reply = read_call_reply(answer(7, reply_message()), 7, {});
    ASSERT_TRUE(reply && *reply);
    EXPECT_EQ((*reply)->run, 3U);
    EXPECT_EQ((*reply)->done, 2U);
    EXPECT_EQ((*reply)->mismatches, 1U);
}

TEST(Call, PassesOverAnswersToOthers)
{
    EXPECT_FALSE(read_call_reply(answer(6, reply_message()), 7, {}));
    EXPECT_FALSE(read_call_reply(refusal(6, ESRCH), 7, {}));
    Datagram both = refusal(6, ESRCH);
    const Datagram own = answer(7, reply_message());
    both.insert(both.end(), own.begin(), own.end());
    const auto reply = read_call_reply(both, 7, {});
    EXPECT_TRUE(reply && *reply);
}

TEST(Call, KnowsWhyNot)
{
    EXPECT_EQ(kind(refusal(7, ESRCH)), ErrorKind::NotRunning);
    EXPECT_EQ(kind(refusal(7, ENODEV)), ErrorKind::NotFound);
    EXPECT_EQ(kind(refusal(7, EINTR)), ErrorKind::Again);
    EXPECT_EQ(kind(refusal(7, ENOENT)), ErrorKind::NoModule);
    EXPECT_EQ(kind(refusal(7, EPERM)), ErrorKind::Permission);
}

TEST(Call, DoesNotTrustWhatItReads)
{
    for (const int type : reply_message().types())
        EXPECT_EQ(kind(answer(7, reply_message().without(type))), ErrorKind::Malformed);
    EXPECT_EQ(kind(answer(7, reply_message().resized(CT_CALL_DONE, 3))), ErrorKind::Malformed);
    const Datagram whole = answer(7, reply_message());
    for (std::size_t size = 0; size < whole.size(); ++size)
        EXPECT_FALSE(read_call_reply(Bytes(whole).first(size), 7, {}));
    // A header that says less than it is, and one that is alone.
    for (const std::uint32_t length : {0U, 8U, 16U, 18U}) {
        Datagram message = whole;
        std::memcpy(message.data(), &length, sizeof(length));
        const auto reply = read_call_reply(message, 7, {});
        EXPECT_TRUE(!reply || !*reply);
    }
    Datagram error = refusal(7, ESRCH);
    const std::uint32_t length = NLMSG_HDRLEN + 4;
    std::memcpy(error.data(), &length, sizeof(length));
    EXPECT_EQ(kind(error), ErrorKind::Malformed);
}

TEST(Call, ReportsARegister)
{
    const std::unique_ptr<nl_msg, decltype(&nlmsg_free)> message(nlmsg_alloc_size(4096),
                                                                 nlmsg_free);
    nlmsg_put(message.get(), 0, 0, 0, 0, 0);
    RegisterFinding finding;
    finding.change = {"xmm3", "xmm5 of exerciser 0, epoch 77", ThreadEvent::Fork, 12,
                      0x100000001};
    finding.cpu_before = 1;
    finding.cpu_after = 2;
    finding.expected = {1, 2, 3, 4};
    finding.actual = {5, 6, 7, 8};
    ASSERT_TRUE(encode_finding(*message, finding));
    const Attributes expected = Attributes()
                                    .text(CT_REGISTER_NAME, "xmm3")
                                    .raw(CT_REGISTER_EXPECTED, {1, 2, 3, 4})
                                    .raw(CT_REGISTER_ACTUAL, {5, 6, 7, 8})
                                    .text(CT_REGISTER_OWNER, finding.change.owner)
                                    .u32(CT_REGISTER_EVENT, CT_EVENT_FORK)
                                    .u32(CT_REGISTER_CPU_BEFORE, 1)
                                    .u32(CT_REGISTER_CPU_AFTER, 2)
                                    .u32(CT_REGISTER_THREAD, 12)
                                    .u64(CT_REGISTER_EPOCH, 0x100000001);
    const nlmsghdr *const header = nlmsg_hdr(message.get());
    ASSERT_EQ(static_cast<std::size_t>(nlmsg_datalen(header)), expected.bytes().size());
    EXPECT_EQ(std::memcmp(nlmsg_data(header), expected.bytes().data(), expected.bytes().size()),
              0);
    finding.change.owner.assign(CT_OWNER_MAX, 'x');
    EXPECT_FALSE(encode_finding(*message, finding));
}

TEST(Finding, IsASentence)
{
    RegisterFinding finding;
    finding.change = {"xmm3", "xmm5 of exerciser 0, epoch 77", ThreadEvent::Call, 1, 5};
    finding.cpu_before = 1;
    finding.cpu_after = 1;
    EXPECT_EQ(finding.sentence(),
              "register xmm3 of exerciser 1 on CPU 1 changed during a call: "
              "it holds xmm5 of exerciser 0, epoch 77");
    finding.cpu_after = 3;
    finding.change.owner.clear();
    finding.change.event = ThreadEvent::Migrate;
    finding.expected = {1, 2};
    finding.actual = {0xab, 0xcd};
    EXPECT_EQ(finding.sentence(), "register xmm3 of exerciser 1 on CPUs 1 and 3 changed while "
                                  "it moved between CPUs: it holds abcd instead of 0102");
}

} // namespace ct::test
