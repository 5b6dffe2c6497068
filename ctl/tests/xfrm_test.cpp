// SPDX-License-Identifier: GPL-2.0-or-later
#include "xfrm/decode.h"
#include "xfrm/encode.h"

#include <arpa/inet.h>
#include <cstring>
#include <vector>

#include <gtest/gtest.h>
#include <linux/netlink.h>
#include <linux/udp.h>
#include <linux/xfrm.h>
#include <netinet/in.h>
#include <netlink/msg.h>

#include "net/counters.h"
#include "wire/conversation.h"

namespace ct::test {

namespace {

using XfrmBytes = std::vector<std::byte>;

// What is behind struct nlmsghdr of a request; a list has the same for each SA.
XfrmBytes payload_of(const Request &request)
{
    const nlmsghdr *const header = nlmsg_hdr(request.message());
    const auto *const start = reinterpret_cast<const std::byte *>(header);
    return {start + NLMSG_HDRLEN, start + header->nlmsg_len};
}

std::vector<std::uint8_t> count_up(std::size_t size, std::uint8_t first)
{
    std::vector<std::uint8_t> bytes(size);
    for (std::uint8_t &byte : bytes)
        byte = first++;
    return bytes;
}

Sa sample_sa(Suite suite, bool esn, bool v6)
{
    Sa sa;
    sa.spi = 0xc7000001;
    sa.source.v6 = v6;
    sa.destination.v6 = v6;
    for (std::size_t place = 0; place < (v6 ? 16U : 4U); ++place) {
        sa.source.bytes[place] = static_cast<std::uint8_t>(10 + place);
        sa.destination.bytes[place] = static_cast<std::uint8_t>(100 + place);
    }
    sa.mode = SaMode::Tunnel;
    sa.keys.suite = suite;
    sa.keys.key = count_up(32, 1);
    sa.keys.esn = esn;
    if (suite == Suite::Gcm)
        sa.keys.salt = count_up(4, 0xa0);
    if (suite == Suite::CbcSha1) {
        sa.keys.auth_key = count_up(20, 0x40);
        sa.keys.icv_len = 12;
    }
    if (suite == Suite::CbcSha512) {
        sa.keys.auth_key = count_up(64, 0x40);
        sa.keys.icv_len = 32;
    }
    sa.natt = true;
    sa.source_port = 4500;
    sa.destination_port = 4501;
    sa.replay_window = 4096;
    sa.sequence_out = esn ? 0x1'0000'0007 : 7;
    sa.sequence_in = esn ? 0x2'ffff'fff0 : 0xfffffff0;
    sa.mark = 3;
    sa.mark_mask = 7;
    sa.if_id = 42;
    return sa;
}

XfrmBytes sample(const Sa &sa)
{
    return payload_of(encode_new_sa(sa, 9));
}

// That attribute's first byte, or the message's end.
std::size_t place_of(const XfrmBytes &bytes, int type)
{
    std::size_t place = bytes.size();
    (void)walk(Bytes(bytes).subspan(sizeof(xfrm_usersa_info)), [&](const Attribute &attribute) {
        if (attribute.type == type)
            place = sizeof(xfrm_usersa_info) + attribute.offset;
    });
    return place;
}

XfrmBytes without_attribute(XfrmBytes bytes, int type)
{
    const std::size_t place = place_of(bytes, type);
    std::uint16_t length = 0;
    std::memcpy(&length, bytes.data() + place, sizeof(length));
    const auto start = bytes.begin() + static_cast<long>(place);
    bytes.erase(start, start + NLMSG_ALIGN(length));
    return bytes;
}

std::string unreadable(const XfrmBytes &bytes)
{
    const auto sa = decode_sa(bytes);
    if (!sa)
        return "error: " + sa.error().sentence();
    return *sa ? (*sa)->unreadable : "not of interest";
}

template <typename Header> XfrmBytes bytes_of_header(const Header &header)
{
    const auto *const start = reinterpret_cast<const std::byte *>(&header);
    return {start, start + sizeof(header)};
}

} // namespace

TEST(Xfrm, AnSaIsReadAsItWasWritten)
{
    for (const Suite suite : {Suite::Gcm, Suite::CbcSha1, Suite::CbcSha512})
        for (const bool esn : {false, true})
            for (const bool v6 : {false, true}) {
                const Sa sa = sample_sa(suite, esn, v6);
                const auto read = decode_sa(sample(sa));
                ASSERT_TRUE(read && *read) << read.error().sentence();
                const Sa &got = **read;
                EXPECT_EQ(got.unreadable, "");
                EXPECT_EQ(got.keys, sa.keys);
                EXPECT_EQ(got.spi, sa.spi);
                EXPECT_EQ(got.source, sa.source);
                EXPECT_EQ(got.destination, sa.destination);
                EXPECT_EQ(got.mode, sa.mode);
                EXPECT_TRUE(got.natt);
                EXPECT_EQ(got.source_port, sa.source_port);
                EXPECT_EQ(got.destination_port, sa.destination_port);
                EXPECT_EQ(got.replay_window, sa.replay_window);
                EXPECT_EQ(got.sequence_out, sa.sequence_out);
                EXPECT_EQ(got.sequence_in, sa.sequence_in);
                EXPECT_EQ(got.mark, sa.mark);
                EXPECT_EQ(got.mark_mask, sa.mark_mask);
                EXPECT_EQ(got.if_id, sa.if_id);
                EXPECT_FALSE(got.hardware);
            }
}

TEST(Xfrm, ANarrowWindowIsWrittenAsSuch)
{
    Sa sa = sample_sa(Suite::Gcm, false, false);
    sa.replay_window = 32;
    const auto read = decode_sa(sample(sa));
    ASSERT_TRUE(read && *read);
    EXPECT_EQ((*read)->replay_window, 32U);
    EXPECT_EQ((*read)->sequence_out, 7U);
}

TEST(Xfrm, WhatCannotBeOpenedSaysWhy)
{
    Sa sa = sample_sa(Suite::Gcm, false, false);
    sa.offload_link = 2;
    EXPECT_NE(unreadable(sample(sa)).find("hardware offload"), std::string::npos);

    Sa hidden = sample_sa(Suite::CbcSha1, true, true);
    hidden.keys.key.assign(32, 0);
    hidden.keys.auth_key.assign(20, 0);
    EXPECT_NE(unreadable(sample(hidden)).find("lockdown=confidentiality"), std::string::npos);
    Sa hidden_aead = sample_sa(Suite::Gcm, true, true);
    hidden_aead.keys.key.assign(32, 0);
    hidden_aead.keys.salt.assign(4, 0);
    EXPECT_NE(unreadable(sample(hidden_aead)).find("lockdown=confidentiality"),
              std::string::npos);

    XfrmBytes other = sample(sample_sa(Suite::Gcm, false, false));
    std::memcpy(other.data() + place_of(other, XFRMA_ALG_AEAD) + NLA_HDRLEN,
                "rfc4309(ccm(aes))", sizeof("rfc4309(ccm(aes))"));
    EXPECT_EQ(unreadable(other), "its algorithm rfc4309(ccm(aes)) is not supported");

    const XfrmBytes whole = sample(sample_sa(Suite::CbcSha1, false, false));
    EXPECT_EQ(unreadable(without_attribute(whole, XFRMA_ALG_AUTH_TRUNC)),
              "it has no integrity algorithm");

    XfrmBytes in_tcp = sample(sample_sa(Suite::Gcm, false, false));
    const std::uint16_t espintcp = 7;
    std::memcpy(in_tcp.data() + place_of(in_tcp, XFRMA_ENCAP) + NLA_HDRLEN, &espintcp,
                sizeof(espintcp));
    EXPECT_NE(unreadable(in_tcp).find("TCP"), std::string::npos);

    for (const auto &[protocol, word] :
         {std::pair{std::uint8_t{IPPROTO_COMP}, "IPComp"}, {std::uint8_t{IPPROTO_AH}, "AH"}}) {
        XfrmBytes bytes = sample(sample_sa(Suite::Gcm, false, false));
        bytes[offsetof(xfrm_usersa_info, id) + offsetof(xfrm_id, proto)] = std::byte{protocol};
        EXPECT_NE(unreadable(bytes).find(word), std::string::npos);
    }
    XfrmBytes tunnel = sample(sample_sa(Suite::Gcm, false, false));
    tunnel[offsetof(xfrm_usersa_info, id) + offsetof(xfrm_id, proto)] = std::byte{IPPROTO_IPIP};
    EXPECT_EQ(unreadable(tunnel), "not of interest");
}

// As the kernel lists an SPI that an IKE daemon has asked for, until keys are there.
TEST(Xfrm, AReservedSpiIsNoSa)
{
    const XfrmBytes whole = sample(sample_sa(Suite::CbcSha1, false, true));
    EXPECT_EQ(unreadable(whole), "");
    EXPECT_EQ(unreadable(without_attribute(without_attribute(whole, XFRMA_ALG_CRYPT),
                                           XFRMA_ALG_AUTH_TRUNC)),
              "not of interest");
    EXPECT_EQ(unreadable(without_attribute(sample(sample_sa(Suite::Gcm, false, false)),
                                           XFRMA_ALG_AEAD)),
              "not of interest");
}

TEST(Xfrm, NoCutIsReadBeyondItsEnd)
{
    for (const Suite suite : {Suite::Gcm, Suite::CbcSha512}) {
        const XfrmBytes whole = sample(sample_sa(suite, true, true));
        for (std::size_t size = 0; size < whole.size(); ++size) {
            // A copy of that size, so that AddressSanitizer sees a byte too far.
            const XfrmBytes part(whole.begin(), whole.begin() + static_cast<long>(size));
            const auto read = decode_sa(part);
            if (size < sizeof(xfrm_usersa_info)) {
                EXPECT_FALSE(read) << size;
            }
            for (const unsigned type : {XFRM_MSG_NEWSA, XFRM_MSG_DELSA, XFRM_MSG_EXPIRE,
                                        XFRM_MSG_FLUSHSA, XFRM_MSG_NEWPOLICY})
                (void)decode_sa_change(type, part);
            (void)decode_sa_counts(part);
            (void)decode_table_size(part);
        }
    }
}

TEST(Xfrm, NoLengthIsTrusted)
{
    for (const Suite suite : {Suite::Gcm, Suite::CbcSha1}) {
        const XfrmBytes whole = sample(sample_sa(suite, true, false));
        for (std::size_t place = sizeof(xfrm_usersa_info); place < whole.size(); ++place)
            for (const unsigned value : {0U, 3U, 0xffU}) {
                XfrmBytes changed = whole;
                changed[place] = static_cast<std::byte>(value);
                (void)decode_sa(changed);
                (void)decode_sa_change(XFRM_MSG_NEWSA, changed);
            }
    }
    // A key that claims more bits than its attribute has, and a window more words.
    XfrmBytes key = sample(sample_sa(Suite::Gcm, true, false));
    const std::uint32_t huge = 0xfffffff9;
    std::memcpy(key.data() + place_of(key, XFRMA_ALG_AEAD) + NLA_HDRLEN + 64, &huge,
                sizeof(huge));
    EXPECT_NE(unreadable(key).find("a key is longer"), std::string::npos);
    XfrmBytes window = sample(sample_sa(Suite::Gcm, true, false));
    std::memcpy(window.data() + place_of(window, XFRMA_REPLAY_ESN_VAL) + NLA_HDRLEN, &huge,
                sizeof(huge));
    EXPECT_NE(unreadable(window).find("a replay window is longer"), std::string::npos);
}

TEST(Xfrm, ARepeatedAttributeIsRefused)
{
    XfrmBytes bytes = sample(sample_sa(Suite::Gcm, true, false));
    const XfrmBytes again(bytes.begin() + static_cast<long>(place_of(bytes, XFRMA_ALG_AEAD)),
                          bytes.end());
    bytes.insert(bytes.end(), again.begin(), again.end());
    EXPECT_NE(unreadable(bytes).find("is there twice"), std::string::npos);
}

TEST(Xfrm, ChangesAreRead)
{
    const Sa sa = sample_sa(Suite::Gcm, false, true);
    const auto added = decode_sa_change(XFRM_MSG_NEWSA, sample(sa));
    ASSERT_TRUE(added && *added);
    EXPECT_EQ((*added)->kind, SaChange::Kind::Added);
    EXPECT_EQ((*added)->sa.keys, sa.keys);

    const auto deleted =
        decode_sa_change(XFRM_MSG_DELSA, payload_of(encode_sa_id(XFRM_MSG_DELSA, sa)));
    ASSERT_TRUE(deleted && *deleted);
    EXPECT_EQ((*deleted)->kind, SaChange::Kind::Deleted);
    EXPECT_EQ((*deleted)->sa.spi, sa.spi);
    EXPECT_EQ((*deleted)->sa.destination, sa.destination);

    xfrm_user_expire expire{};
    const XfrmBytes whole = sample(sa);
    std::memcpy(&expire.state, whole.data(), sizeof(expire.state));
    const auto soft = decode_sa_change(XFRM_MSG_EXPIRE, bytes_of_header(expire));
    EXPECT_TRUE(soft && !*soft);
    expire.hard = 1;
    const auto hard = decode_sa_change(XFRM_MSG_EXPIRE, bytes_of_header(expire));
    ASSERT_TRUE(hard && *hard);
    EXPECT_EQ((*hard)->kind, SaChange::Kind::Expired);
    EXPECT_EQ((*hard)->sa.spi, sa.spi);

    const auto flushed = decode_sa_change(XFRM_MSG_FLUSHSA, payload_of(encode_flush()));
    ASSERT_TRUE(flushed && *flushed);
    EXPECT_EQ((*flushed)->kind, SaChange::Kind::Flushed);
    const auto policy = decode_sa_change(XFRM_MSG_NEWPOLICY, whole);
    EXPECT_TRUE(policy && !*policy);
}

TEST(Xfrm, CountsAreRead)
{
    XfrmBytes bytes = sample(sample_sa(Suite::Gcm, false, false));
    xfrm_usersa_info info{};
    std::memcpy(&info, bytes.data(), sizeof(info));
    info.curlft.packets = 5;
    info.curlft.bytes = 500;
    info.stats = {1, 2, 3};
    std::memcpy(bytes.data(), &info, sizeof(info));
    const auto counts = decode_sa_counts(bytes);
    ASSERT_TRUE(counts);
    EXPECT_EQ(counts->packets, 5U);
    EXPECT_EQ(counts->bytes, 500U);
    EXPECT_EQ(counts->replay_window, 1U);
    EXPECT_EQ(counts->replay, 2U);
    EXPECT_EQ(counts->integrity, 3U);
}

TEST(Xfrm, APolicyNamesItsSpi)
{
    Policy policy;
    policy.spi = 0xc7000005;
    policy.reqid = 17;
    const XfrmBytes bytes = payload_of(encode_policy(XFRM_MSG_UPDPOLICY, policy));
    xfrm_user_tmpl tmpl{};
    bool found = false;
    EXPECT_TRUE(walk(
        Bytes(bytes).subspan(sizeof(xfrm_userpolicy_info)), [&](const Attribute &attribute) {
            found = attribute.type == XFRMA_TMPL && attribute.payload.size() == sizeof(tmpl);
            if (found)
                std::memcpy(&tmpl, attribute.payload.data(), sizeof(tmpl));
        }));
    ASSERT_TRUE(found);
    EXPECT_EQ(ntohl(tmpl.id.spi), policy.spi);
    EXPECT_EQ(tmpl.reqid, policy.reqid);
    policy.block = true; // no SA is asked for
    EXPECT_EQ(payload_of(encode_policy(XFRM_MSG_NEWPOLICY, policy)).size(),
              sizeof(xfrm_userpolicy_info));
}

TEST(Conversation, MessagesAreSplitByTheirLengths)
{
    XfrmBytes bytes(2 * NLMSG_HDRLEN + 8);
    nlmsghdr header{};
    header.nlmsg_len = NLMSG_HDRLEN + 5;
    header.nlmsg_type = 20;
    header.nlmsg_seq = 7;
    std::memcpy(bytes.data(), &header, sizeof(header));
    header.nlmsg_len = NLMSG_HDRLEN;
    std::memcpy(bytes.data() + NLMSG_HDRLEN + 8, &header, sizeof(header));
    const auto parts = split_messages(bytes);
    ASSERT_TRUE(parts);
    ASSERT_EQ(parts->size(), 2U);
    EXPECT_EQ(parts->front().payload.size(), 5U);
    EXPECT_EQ(parts->front().sequence, 7U);
    for (std::size_t size = 1; size < bytes.size(); ++size) {
        const XfrmBytes part(bytes.begin(), bytes.begin() + static_cast<long>(size));
        const auto cut = split_messages(part);
        // Where the first ends, and in the padding behind it, nothing is cut.
        EXPECT_EQ(cut.has_value(), size >= NLMSG_HDRLEN + 5 && size <= NLMSG_HDRLEN + 8)
            << size;
    }
    for (const std::uint32_t length : {0U, 15U, 1000U, 0xffffffffU}) {
        header.nlmsg_len = length;
        std::memcpy(bytes.data(), &header, sizeof(header));
        EXPECT_FALSE(split_messages(bytes)) << length;
    }
}

TEST(NetCounters, AreReadFromTheKernelsText)
{
    const auto snmp = parse_snmp("Tcp: MaxConn InCsumErrors\nTcp: -1 7\nUdp: A B\nUdp: 1\n"
                                 "Icmp: X\nIcmp: 3\nUdp:\n");
    const NetCounters expected{{"TcpInCsumErrors", 7}, {"IcmpX", 3}};
    EXPECT_EQ(snmp, expected);
    const NetCounters lines{{"XfrmInError", 4}};
    EXPECT_EQ(parse_counter_lines("XfrmInError   \t4\nbroken\nBad x\n"), lines);
}

} // namespace ct::test
