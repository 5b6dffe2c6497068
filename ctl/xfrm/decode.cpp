// SPDX-License-Identifier: GPL-2.0-or-later
#include "xfrm/decode.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cstring>
#include <map>
#include <string_view>
#include <sys/socket.h>

#include <fmt/format.h>
#include <linux/netlink.h>
#include <linux/udp.h>
#include <linux/xfrm.h>
#include <netinet/in.h>

#include "base/quantity.h"

namespace ct {

namespace {

constexpr std::size_t salt_size = 4;
constexpr unsigned bits = 8; // of a byte
constexpr unsigned half = 32;
constexpr std::uint8_t any_protocol = 255; // the kernel's IPSEC_PROTO_ANY

// The kernel's structures without the array of no length at their end.
struct CipherHead {
    // NOLINTNEXTLINE(cppcoreguidelines-avoid-c-arrays): a structure of the kernel's interface
    char name[sizeof(xfrm_algo::alg_name)];
    std::uint32_t key_bits;
};
static_assert(sizeof(CipherHead) == sizeof(xfrm_algo));
struct CheckedHead {
    // NOLINTNEXTLINE(cppcoreguidelines-avoid-c-arrays): a structure of the kernel's interface
    char name[sizeof(xfrm_algo_aead::alg_name)];
    std::uint32_t key_bits;
    std::uint32_t icv_bits;
};
static_assert(sizeof(CheckedHead) == sizeof(xfrm_algo_aead));
static_assert(sizeof(CheckedHead) == sizeof(xfrm_algo_auth));
struct WideSequence {
    std::uint32_t map_words;
    std::uint32_t out;
    std::uint32_t in;
    std::uint32_t out_high;
    std::uint32_t in_high;
    std::uint32_t window;
};
static_assert(sizeof(WideSequence) == sizeof(xfrm_replay_state_esn));

Failure malformed_sa(std::string_view why)
{
    return failure(ErrorKind::Malformed, "cannot read a security association of the kernel",
                   std::string(why),
                   "this kernel may be newer than the program: please report it");
}

using XfrmAttributes = std::map<std::uint16_t, Bytes>;

// A structure, and the attributes behind it.
template <typename Header> struct XfrmParts {
    Header header{};
    XfrmAttributes attributes;
};

template <typename Header> Result<XfrmParts<Header>> xfrm_parts(Bytes payload)
{
    XfrmParts<Header> parts;
    if (payload.size() < sizeof(Header))
        return malformed_sa("the message is cut short");
    std::memcpy(&parts.header, payload.data(), sizeof(Header));
    constexpr std::size_t alignment = NLMSG_ALIGNTO;
    constexpr std::size_t behind = (sizeof(Header) + alignment - 1) / alignment * alignment;
    bool repeated = false;
    const bool whole = walk(
        payload.subspan(std::min(behind, payload.size())), [&](const Attribute &attribute) {
            const bool fresh =
                parts.attributes.emplace(attribute.type, attribute.payload).second;
            repeated = repeated || (!fresh && attribute.type != XFRMA_UNSPEC &&
                                    attribute.type != XFRMA_PAD);
        });
    if (!whole)
        return malformed_sa("the message ends inside of an attribute");
    if (repeated)
        return malformed_sa("an attribute is there twice");
    return parts;
}

// The structure that an attribute begins with; rest: what is behind it.
template <typename Value>
Result<std::optional<Value>> xfrm_value(const XfrmAttributes &attributes, int type,
                                        Bytes *rest = nullptr)
{
    const auto found = attributes.find(static_cast<std::uint16_t>(type));
    if (found == attributes.end())
        return std::optional<Value>();
    if (found->second.size() < sizeof(Value))
        return malformed_sa(fmt::format("attribute {} is too short", type));
    Value value{};
    std::memcpy(&value, found->second.data(), sizeof(value));
    if (rest != nullptr)
        *rest = found->second.subspan(sizeof(Value));
    return std::optional<Value>(value);
}

Address xfrm_address(const xfrm_address_t &from, unsigned family)
{
    Address address;
    address.v6 = family == AF_INET6;
    std::memcpy(address.bytes.data(), &from, address.v6 ? sizeof(in6_addr) : sizeof(in_addr));
    return address;
}

bool known_family(unsigned family)
{
    return family == AF_INET || family == AF_INET6;
}

// A name of the kernel's, which may lack its NUL.
// NOLINTNEXTLINE(cppcoreguidelines-avoid-c-arrays): a structure of the kernel's interface
template <std::size_t size> std::string xfrm_name(const char (&name)[size])
{
    return printable(std::string_view(name, strnlen(name, size)));
}

Result<std::vector<std::uint8_t>> xfrm_key(Bytes rest, unsigned key_bits)
{
    const std::size_t size = (std::size_t{key_bits} + bits - 1) / bits;
    if (size > rest.size())
        return malformed_sa("a key is longer than its attribute");
    std::vector<std::uint8_t> key(size);
    if (size > 0)
        std::memcpy(key.data(), rest.data(), size);
    return key;
}

bool all_zero(const std::vector<std::uint8_t> &bytes)
{
    return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte == 0; });
}

Result<void> read_aead(const CheckedHead &algorithm, Bytes rest, Sa &sa)
{
    auto key = xfrm_key(rest, algorithm.key_bits);
    if (!key)
        return Failure(key.error());
    const std::string name = xfrm_name(algorithm.name);
    if (name != "rfc4106(gcm(aes))" || key->size() < salt_size) {
        sa.unreadable = fmt::format("its algorithm {} is not supported", name);
        return {};
    }
    sa.keys.suite = Suite::Gcm;
    sa.keys.salt.assign(key->end() - salt_size, key->end());
    key->resize(key->size() - salt_size);
    sa.keys.key = std::move(*key);
    sa.keys.icv_len = algorithm.icv_bits / bits;
    return {};
}

Result<void> read_cipher(const CipherHead &algorithm, Bytes rest, Sa &sa)
{
    auto key = xfrm_key(rest, algorithm.key_bits);
    if (!key)
        return Failure(key.error());
    if (const std::string name = xfrm_name(algorithm.name); name != "cbc(aes)")
        sa.unreadable = fmt::format("its cipher {} is not supported", name);
    sa.keys.key = std::move(*key);
    return {};
}

Result<void> read_hmac(const CheckedHead &algorithm, Bytes rest, Sa &sa)
{
    constexpr std::array<std::pair<std::string_view, Suite>, 3> known{
        {{"hmac(sha1)", Suite::CbcSha1},
         {"hmac(sha256)", Suite::CbcSha256},
         {"hmac(sha512)", Suite::CbcSha512}}};
    auto key = xfrm_key(rest, algorithm.key_bits);
    if (!key)
        return Failure(key.error());
    const std::string name = xfrm_name(algorithm.name);
    const auto *const found = std::find_if(
        known.begin(), known.end(), [&](const auto &entry) { return entry.first == name; });
    if (found == known.end() && sa.unreadable.empty())
        sa.unreadable = fmt::format("its integrity algorithm {} is not supported", name);
    if (found != known.end())
        sa.keys.suite = found->second;
    sa.keys.auth_key = std::move(*key);
    sa.keys.icv_len = algorithm.icv_bits / bits;
    return {};
}

Result<void> read_algorithms(const XfrmAttributes &attributes, Sa &sa)
{
    Bytes rest;
    const auto aead = xfrm_value<CheckedHead>(attributes, XFRMA_ALG_AEAD, &rest);
    if (!aead)
        return Failure(aead.error());
    if (*aead)
        return read_aead(**aead, rest, sa);
    Bytes auth_rest;
    const auto cipher = xfrm_value<CipherHead>(attributes, XFRMA_ALG_CRYPT, &rest);
    const auto hmac = xfrm_value<CheckedHead>(attributes, XFRMA_ALG_AUTH_TRUNC, &auth_rest);
    if (!cipher || !hmac)
        return Failure(cipher ? hmac.error() : cipher.error());
    if (!*cipher || !*hmac) {
        sa.unreadable = "it has no integrity algorithm";
        return {};
    }
    if (auto read = read_cipher(**cipher, rest, sa); !read)
        return read;
    return read_hmac(**hmac, auth_rest, sa);
}

Result<void> read_sequence(const XfrmAttributes &attributes, Sa &sa)
{
    Bytes map;
    const auto wide = xfrm_value<WideSequence>(attributes, XFRMA_REPLAY_ESN_VAL, &map);
    const auto narrow = xfrm_value<xfrm_replay_state>(attributes, XFRMA_REPLAY_VAL);
    if (!wide || !narrow)
        return Failure(wide ? narrow.error() : wide.error());
    if (*wide) {
        const WideSequence &state = **wide;
        if (state.map_words > map.size() / sizeof(std::uint32_t))
            return malformed_sa("a replay window is longer than its attribute");
        sa.replay_window = state.window;
        sa.sequence_out = state.out;
        sa.sequence_in = state.in;
        if (sa.keys.esn) {
            sa.sequence_out |= static_cast<std::uint64_t>(state.out_high) << half;
            sa.sequence_in |= static_cast<std::uint64_t>(state.in_high) << half;
        }
    } else if (*narrow) {
        sa.sequence_out = (*narrow)->oseq;
        sa.sequence_in = (*narrow)->seq;
    }
    return {};
}

Result<void> read_encapsulation(const XfrmAttributes &attributes, Sa &sa)
{
    const auto encap = xfrm_value<xfrm_encap_tmpl>(attributes, XFRMA_ENCAP);
    if (!encap)
        return Failure(encap.error());
    if (!*encap)
        return {};
    if ((*encap)->encap_type != UDP_ENCAP_ESPINUDP) {
        sa.unreadable = "its packets are in TCP, or in UDP of an old draft";
        return {};
    }
    sa.natt = true;
    sa.source_port = ntohs((*encap)->encap_sport);
    sa.destination_port = ntohs((*encap)->encap_dport);
    return {};
}

Result<void> read_marks(const XfrmAttributes &attributes, Sa &sa)
{
    const auto mark = xfrm_value<xfrm_mark>(attributes, XFRMA_MARK);
    const auto interface = xfrm_value<std::uint32_t>(attributes, XFRMA_IF_ID);
    const auto offload = xfrm_value<xfrm_user_offload>(attributes, XFRMA_OFFLOAD_DEV);
    if (!mark || !interface || !offload)
        return Failure(!mark ? mark.error() : !interface ? interface.error() : offload.error());
    if (*mark) {
        sa.mark = (*mark)->v;
        sa.mark_mask = (*mark)->m;
    }
    sa.if_id = interface->value_or(0);
    sa.hardware = offload->has_value();
    return {};
}

// What is known now, and why it is of no use.
void judge_sa(Sa &sa)
{
    if (sa.protocol != IPPROTO_ESP) {
        sa.unreadable = sa.protocol == IPPROTO_AH ? "it is AH, which does not encrypt"
                                                  : "it is IPComp, which does not encrypt";
        return;
    }
    if (sa.hardware)
        sa.unreadable = "the network card encrypts and decrypts it (hardware offload), so that "
                        "the kernel never sees its packets encrypted";
    if (!sa.unreadable.empty())
        return;
    if (all_zero(sa.keys.key) && all_zero(sa.keys.auth_key) && all_zero(sa.keys.salt))
        sa.unreadable = "the kernel hides its keys: lockdown=confidentiality shows zeros";
    else if (const auto good = check_keys(sa.keys); !good)
        sa.unreadable = good.error().why.empty() ? good.error().what : good.error().why;
}

Result<Sa> read_sa(const xfrm_usersa_info &info, const XfrmAttributes &attributes)
{
    if (!known_family(info.family))
        return malformed_sa(fmt::format("its address family {} is unknown", info.family));
    Sa sa;
    sa.spi = ntohl(info.id.spi);
    sa.protocol = info.id.proto;
    sa.source = xfrm_address(info.saddr, info.family);
    sa.destination = xfrm_address(info.id.daddr, info.family);
    sa.mode = info.mode == XFRM_MODE_TRANSPORT ? SaMode::Transport
              : info.mode == XFRM_MODE_TUNNEL  ? SaMode::Tunnel
                                               : SaMode::Other;
    sa.replay_window = info.replay_window;
    sa.keys.esn = (info.flags & XFRM_STATE_ESN) != 0;
    for (const auto read : {read_algorithms, read_sequence, read_encapsulation, read_marks})
        if (const auto done = read(attributes, sa); !done)
            return Failure(done.error());
    judge_sa(sa);
    return sa;
}

bool of_interest(std::uint8_t protocol)
{
    return protocol == IPPROTO_ESP || protocol == IPPROTO_AH || protocol == IPPROTO_COMP;
}

// An SPI that was only reserved while keys are negotiated (XFRM_MSG_ALLOCSPI): the kernel has
// no ESP without a cipher.
bool is_larval(const xfrm_usersa_info &info, const XfrmAttributes &attributes)
{
    return info.id.proto == IPPROTO_ESP && !attributes.contains(XFRMA_ALG_AEAD) &&
           !attributes.contains(XFRMA_ALG_CRYPT);
}

Result<std::optional<SaChange>> decode_deleted(Bytes payload)
{
    const auto parts = xfrm_parts<xfrm_usersa_id>(payload);
    if (!parts)
        return Failure(parts.error());
    const xfrm_usersa_id &id = parts->header;
    if (!of_interest(id.proto))
        return std::optional<SaChange>();
    if (!known_family(id.family))
        return malformed_sa(fmt::format("its address family {} is unknown", id.family));
    SaChange change;
    change.kind = SaChange::Kind::Deleted;
    change.sa.spi = ntohl(id.spi);
    change.sa.protocol = id.proto;
    change.sa.destination = xfrm_address(id.daddr, id.family);
    change.sa.source.v6 = change.sa.destination.v6;
    const auto info = xfrm_value<xfrm_usersa_info>(parts->attributes, XFRMA_SA);
    if (!info)
        return Failure(info.error());
    if (*info)
        change.sa.source = xfrm_address((*info)->saddr, id.family);
    return std::optional<SaChange>(std::move(change));
}

Result<std::optional<SaChange>> decode_expired(Bytes payload)
{
    const auto parts = xfrm_parts<xfrm_user_expire>(payload);
    if (!parts)
        return Failure(parts.error());
    const xfrm_usersa_info &info = parts->header.state;
    if (parts->header.hard == 0 || !of_interest(info.id.proto))
        return std::optional<SaChange>(); // a soft limit is for who negotiates
    if (!known_family(info.family))
        return malformed_sa(fmt::format("its address family {} is unknown", info.family));
    SaChange change;
    change.kind = SaChange::Kind::Expired;
    change.sa.spi = ntohl(info.id.spi);
    change.sa.protocol = info.id.proto;
    change.sa.source = xfrm_address(info.saddr, info.family);
    change.sa.destination = xfrm_address(info.id.daddr, info.family);
    return std::optional<SaChange>(std::move(change));
}

Result<std::optional<SaChange>> decode_flushed(Bytes payload)
{
    const auto parts = xfrm_parts<xfrm_usersa_flush>(payload);
    if (!parts)
        return Failure(parts.error());
    const std::uint8_t protocol = parts->header.proto;
    if (protocol != 0 && protocol != any_protocol && !of_interest(protocol))
        return std::optional<SaChange>();
    SaChange change;
    change.kind = SaChange::Kind::Flushed;
    change.sa.protocol = protocol == any_protocol ? std::uint8_t{0} : protocol;
    return std::optional<SaChange>(std::move(change));
}

} // namespace

Result<std::optional<Sa>> decode_sa(Bytes payload)
{
    const auto parts = xfrm_parts<xfrm_usersa_info>(payload);
    if (!parts)
        return Failure(parts.error());
    if (!of_interest(parts->header.id.proto) || is_larval(parts->header, parts->attributes))
        return std::optional<Sa>();
    auto sa = read_sa(parts->header, parts->attributes);
    if (!sa)
        return Failure(sa.error());
    return std::optional<Sa>(std::move(*sa));
}

Result<SaCounts> decode_sa_counts(Bytes payload)
{
    const auto parts = xfrm_parts<xfrm_usersa_info>(payload);
    if (!parts)
        return Failure(parts.error());
    const xfrm_usersa_info &info = parts->header;
    return SaCounts{info.curlft.packets, info.curlft.bytes, info.stats.replay_window,
                    info.stats.replay, info.stats.integrity_failed};
}

std::uint32_t decode_table_size(Bytes payload)
{
    const auto parts = xfrm_parts<std::uint32_t>(payload);
    if (!parts)
        return 0;
    const auto sizes = xfrm_value<xfrmu_sadhinfo>(parts->attributes, XFRMA_SAD_HINFO);
    return sizes && *sizes ? (*sizes)->sadhcnt : 0;
}

Result<std::optional<SaChange>> decode_sa_change(unsigned type, Bytes payload)
{
    switch (type) {
    case XFRM_MSG_NEWSA:
    case XFRM_MSG_UPDSA: {
        auto sa = decode_sa(payload);
        if (!sa)
            return Failure(sa.error());
        if (!*sa)
            return std::optional<SaChange>();
        return std::optional<SaChange>(SaChange{SaChange::Kind::Added, std::move(**sa)});
    }
    case XFRM_MSG_DELSA:
        return decode_deleted(payload);
    case XFRM_MSG_EXPIRE:
        return decode_expired(payload);
    case XFRM_MSG_FLUSHSA:
        return decode_flushed(payload);
    default:
        return std::optional<SaChange>();
    }
}

} // namespace ct
