// SPDX-License-Identifier: GPL-2.0-or-later
#include "xfrm/encode.h"

#include <algorithm>
#include <arpa/inet.h>
#include <cstring>
#include <string_view>
#include <sys/socket.h>

#include <linux/netlink.h>
#include <linux/udp.h>
#include <linux/xfrm.h>
#include <netinet/in.h>

namespace ct {

namespace {

constexpr unsigned bits_a_byte = 8;
constexpr unsigned bits_a_word = 32;
constexpr std::uint32_t narrow_window_most = 32; // beyond it the window is an attribute
constexpr std::uint32_t window_most = 4096;      // the kernel's XFRMA_REPLAY_ESN_MAX, in bits
constexpr std::uint32_t any_algorithm = ~0U;

xfrm_address_t raw_address(const Address &address)
{
    xfrm_address_t raw{};
    std::memcpy(&raw, address.bytes.data(), address.v6 ? sizeof(in6_addr) : sizeof(in_addr));
    return raw;
}

std::uint16_t raw_family(const Address &address)
{
    return address.v6 ? AF_INET6 : AF_INET;
}

xfrm_lifetime_cfg for_ever()
{
    xfrm_lifetime_cfg lifetime{};
    lifetime.soft_byte_limit = XFRM_INF;
    lifetime.hard_byte_limit = XFRM_INF;
    lifetime.soft_packet_limit = XFRM_INF;
    lifetime.hard_packet_limit = XFRM_INF;
    return lifetime;
}

template <typename Algorithm>
std::vector<std::uint8_t> with_key(Algorithm algorithm, std::string_view name,
                                   const std::vector<std::uint8_t> &key)
{
    name.copy(algorithm.alg_name, sizeof(algorithm.alg_name) - 1);
    algorithm.alg_key_len = static_cast<unsigned>(key.size()) * bits_a_byte;
    std::vector<std::uint8_t> bytes(sizeof(algorithm) + key.size());
    std::memcpy(bytes.data(), &algorithm, sizeof(algorithm));
    std::copy(key.begin(), key.end(), bytes.begin() + sizeof(algorithm));
    return bytes;
}

void put_bytes(Request &request, int type, const std::vector<std::uint8_t> &bytes)
{
    request.put(type, bytes.data(), bytes.size());
}

std::string_view hmac_name(Suite suite)
{
    switch (suite) {
    case Suite::CbcSha1:
        return "hmac(sha1)";
    case Suite::CbcSha256:
        return "hmac(sha256)";
    default:
        return "hmac(sha512)";
    }
}

void put_keys(Request &request, const SaKeys &keys)
{
    if (keys.suite == Suite::Gcm) {
        std::vector<std::uint8_t> key = keys.key;
        key.insert(key.end(), keys.salt.begin(), keys.salt.end());
        xfrm_algo_aead algorithm{};
        algorithm.alg_icv_len = keys.icv_len * bits_a_byte;
        put_bytes(request, XFRMA_ALG_AEAD, with_key(algorithm, "rfc4106(gcm(aes))", key));
        return;
    }
    xfrm_algo_auth hmac{};
    hmac.alg_trunc_len = keys.icv_len * bits_a_byte;
    put_bytes(request, XFRMA_ALG_AUTH_TRUNC,
              with_key(hmac, hmac_name(keys.suite), keys.auth_key));
    put_bytes(request, XFRMA_ALG_CRYPT, with_key(xfrm_algo{}, "cbc(aes)", keys.key));
}

bool wide_window(const Sa &sa)
{
    return sa.keys.esn || sa.replay_window > narrow_window_most;
}

void put_sequence(Request &request, const Sa &sa)
{
    if (!wide_window(sa)) {
        xfrm_replay_state state{};
        state.oseq = static_cast<std::uint32_t>(sa.sequence_out);
        state.seq = static_cast<std::uint32_t>(sa.sequence_in);
        request.put(XFRMA_REPLAY_VAL, state);
        return;
    }
    const std::uint32_t window = std::clamp(sa.replay_window, 1U, window_most);
    xfrm_replay_state_esn state{};
    state.replay_window = window;
    state.bmp_len = (window + bits_a_word - 1) / bits_a_word;
    state.oseq = static_cast<std::uint32_t>(sa.sequence_out);
    state.oseq_hi = static_cast<std::uint32_t>(sa.sequence_out >> bits_a_word);
    state.seq = static_cast<std::uint32_t>(sa.sequence_in);
    state.seq_hi = static_cast<std::uint32_t>(sa.sequence_in >> bits_a_word);
    std::vector<std::uint8_t> bytes(sizeof(state) + state.bmp_len * sizeof(std::uint32_t));
    std::memcpy(bytes.data(), &state, sizeof(state));
    put_bytes(request, XFRMA_REPLAY_ESN_VAL, bytes);
}

void put_mark(Request &request, const Sa &sa)
{
    if (sa.mark == 0 && sa.mark_mask == 0)
        return;
    xfrm_mark mark{};
    mark.v = sa.mark;
    mark.m = sa.mark_mask;
    request.put(XFRMA_MARK, mark);
}

xfrm_selector selector_of(const Policy &policy)
{
    xfrm_selector selector{};
    selector.saddr = raw_address(policy.source);
    selector.daddr = raw_address(policy.destination);
    selector.prefixlen_s = static_cast<std::uint8_t>(policy.source_prefix);
    selector.prefixlen_d = static_cast<std::uint8_t>(policy.destination_prefix);
    selector.family = raw_family(policy.source);
    selector.proto = policy.protocol;
    return selector;
}

std::uint8_t direction_of(PolicyDirection direction)
{
    switch (direction) {
    case PolicyDirection::In:
        return XFRM_POLICY_IN;
    case PolicyDirection::Out:
        return XFRM_POLICY_OUT;
    default:
        return XFRM_POLICY_FWD;
    }
}

} // namespace

Request encode_new_sa(const Sa &sa, std::uint32_t reqid)
{
    Request request(XFRM_MSG_NEWSA, NLM_F_CREATE | NLM_F_EXCL);
    xfrm_usersa_info info{};
    info.id.daddr = raw_address(sa.destination);
    info.id.spi = htonl(sa.spi);
    info.id.proto = IPPROTO_ESP;
    info.saddr = raw_address(sa.source);
    info.family = raw_family(sa.destination);
    info.lft = for_ever();
    info.reqid = reqid;
    info.mode = sa.mode == SaMode::Tunnel ? XFRM_MODE_TUNNEL : XFRM_MODE_TRANSPORT;
    info.replay_window =
        wide_window(sa) ? std::uint8_t{0} : static_cast<std::uint8_t>(sa.replay_window);
    info.flags = sa.keys.esn ? XFRM_STATE_ESN : 0;
    request.header(info);
    put_keys(request, sa.keys);
    put_sequence(request, sa);
    put_mark(request, sa);
    if (sa.natt) {
        xfrm_encap_tmpl encap{};
        encap.encap_type = UDP_ENCAP_ESPINUDP;
        encap.encap_sport = htons(sa.source_port);
        encap.encap_dport = htons(sa.destination_port);
        request.put(XFRMA_ENCAP, encap);
    }
    if (sa.if_id != 0)
        request.put(XFRMA_IF_ID, sa.if_id);
    if (sa.offload_link != 0) {
        xfrm_user_offload offload{};
        offload.ifindex = static_cast<int>(sa.offload_link);
        request.put(XFRMA_OFFLOAD_DEV, offload);
    }
    return request;
}

Request encode_sa_id(int type, const Sa &sa)
{
    Request request(type, 0);
    xfrm_usersa_id id{};
    id.daddr = raw_address(sa.destination);
    id.spi = htonl(sa.spi);
    id.family = raw_family(sa.destination);
    id.proto = sa.protocol;
    request.header(id);
    put_mark(request, sa);
    return request;
}

Request encode_policy(int type, const Policy &policy)
{
    Request request(type, NLM_F_CREATE | (type == XFRM_MSG_NEWPOLICY ? NLM_F_EXCL : 0));
    xfrm_userpolicy_info info{};
    info.sel = selector_of(policy);
    info.lft = for_ever();
    info.dir = direction_of(policy.direction);
    info.action = policy.block ? XFRM_POLICY_BLOCK : XFRM_POLICY_ALLOW;
    info.share = XFRM_SHARE_ANY;
    request.header(info);
    if (policy.block)
        return request;
    xfrm_user_tmpl tmpl{};
    tmpl.id.spi = htonl(policy.spi);
    tmpl.id.proto = IPPROTO_ESP;
    tmpl.family = raw_family(policy.source);
    if (policy.mode == SaMode::Tunnel) {
        tmpl.family = raw_family(policy.tunnel_source);
        tmpl.saddr = raw_address(policy.tunnel_source);
        tmpl.id.daddr = raw_address(policy.tunnel_destination);
    }
    tmpl.reqid = policy.reqid;
    tmpl.mode = policy.mode == SaMode::Tunnel ? XFRM_MODE_TUNNEL : XFRM_MODE_TRANSPORT;
    tmpl.aalgos = any_algorithm;
    tmpl.ealgos = any_algorithm;
    tmpl.calgos = any_algorithm;
    request.put(XFRMA_TMPL, tmpl);
    return request;
}

Request encode_del_policy(const Policy &policy)
{
    Request request(XFRM_MSG_DELPOLICY, 0);
    xfrm_userpolicy_id id{};
    id.sel = selector_of(policy);
    id.dir = direction_of(policy.direction);
    request.header(id);
    return request;
}

Request encode_larval_sa(std::uint32_t spi)
{
    Request request(XFRM_MSG_ALLOCSPI, 0);
    xfrm_userspi_info info{};
    info.info.family = AF_INET;
    info.info.id.proto = IPPROTO_ESP;
    info.info.id.daddr.a4 = htonl(INADDR_LOOPBACK);
    info.info.saddr.a4 = info.info.id.daddr.a4;
    info.info.mode = XFRM_MODE_TRANSPORT;
    info.min = spi;
    info.max = spi;
    request.header(info);
    return request;
}

Request encode_table_size()
{
    Request request(XFRM_MSG_GETSADINFO, 0);
    request.header(std::uint32_t{0});
    return request;
}

Request encode_flush()
{
    Request request(XFRM_MSG_FLUSHSA, 0);
    xfrm_usersa_flush flush{};
    flush.proto = IPPROTO_ESP;
    request.header(flush);
    return request;
}

} // namespace ct
