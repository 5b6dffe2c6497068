// SPDX-License-Identifier: GPL-2.0-or-later
#include "esp/plan.h"

#include <algorithm>

#include <fmt/format.h>

namespace ct {

const std::vector<AlgorithmName> &algorithm_names()
{
    // ICVs of RFC 4106, 2404 and 4868.
    static const std::vector<AlgorithmName> all{
        {"rfc4106-8", Suite::Gcm, 8},         {"rfc4106-12", Suite::Gcm, 12},
        {"rfc4106-16", Suite::Gcm, 16},       {"cbc-sha1", Suite::CbcSha1, 12},
        {"cbc-sha256", Suite::CbcSha256, 16}, {"cbc-sha512", Suite::CbcSha512, 32},
    };
    return all;
}

std::string choice_text(const SuiteChoice &choice)
{
    const auto &all = algorithm_names();
    const auto place = std::find_if(all.begin(), all.end(), [&](const AlgorithmName &known) {
        return known.suite == choice.suite && known.icv_len == choice.icv_len;
    });
    return fmt::format("{}, {}-bit key{}",
                       place == all.end() ? std::string("unknown") : std::string(place->name),
                       choice.key_len * 8, choice.esn ? ", ESN" : "");
}

SaKeys keys_of(const SuiteChoice &choice, std::uint64_t seed, std::uint64_t number)
{
    return make_keys(choice.suite, choice.key_len, choice.icv_len, choice.esn, seed, number);
}

SuiteChoice choice_of(const SaKeys &keys)
{
    return {keys.suite, static_cast<unsigned>(keys.key.size()), keys.icv_len, keys.esn};
}

std::string tunnel_text(const TunnelPlan &plan)
{
    return fmt::format("{}, {}", name(plan.mode), plan.v6 ? "IPv6" : "IPv4");
}

std::string protocol_text(FlowKind kind)
{
    switch (kind) {
    case FlowKind::Tcp:
        return "TCP";
    case FlowKind::Udp:
        return "UDP";
    case FlowKind::Ping:
        break;
    }
    return "ICMP";
}

} // namespace ct
