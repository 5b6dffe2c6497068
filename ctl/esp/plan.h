// SPDX-License-Identifier: GPL-2.0-or-later
// What a run over real tunnels is made of.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cipher/suite.h"
#include "testbed/testbed.h"
#include "traffic/content.h"

namespace ct {

// An algorithm with its sizes; keys are made for each SA.
struct SuiteChoice {
    Suite suite = Suite::Gcm;
    unsigned key_len = 16; // bytes, without the salt
    unsigned icv_len = 16;
    bool esn = false;

    friend auto operator<=>(const SuiteChoice &, const SuiteChoice &) = default;
};

// "rfc4106-16", "cbc-sha256": what --algorithms takes.
struct AlgorithmName {
    const char *name;
    Suite suite;
    unsigned icv_len;
};
[[nodiscard]] const std::vector<AlgorithmName> &algorithm_names();
// "rfc4106-16, 256-bit key, ESN"
[[nodiscard]] std::string choice_text(const SuiteChoice &choice);
[[nodiscard]] SaKeys keys_of(const SuiteChoice &choice, std::uint64_t seed,
                             std::uint64_t number);
[[nodiscard]] SuiteChoice choice_of(const SaKeys &keys);

struct EspPlan {
    std::optional<std::uint64_t> duration_ms; // none: until it is stopped
    std::vector<TunnelPlan> tunnels;
    std::vector<SuiteChoice> suites;
    std::vector<FlowKind> traffic;
    std::vector<std::string> drivers; // of the crypto API; empty: the default of each
    std::vector<std::uint8_t> pattern;
    std::uint64_t seed = 0;
    std::uint64_t inject_every = 0; // 0: never
    bool offload = false;           // esp4_offload, esp6_offload
    bool gro = false;
    bool disturb = true; // by a run of the module
    bool check = true;   // packets are opened; else only captured, for benchmarks
    bool until_mismatch = false;
    bool watch = true;         // packets are captured; else there is traffic alone, likewise
    bool large_writes = false; // of TCP, in place of those of all sizes, likewise

    // All that the modes, families, algorithms, key sizes and ESN give.
    [[nodiscard]] std::size_t cells() const { return tunnels.size() * suites.size(); }
};

[[nodiscard]] std::string tunnel_text(const TunnelPlan &plan); // "natt-transport, IPv4"
[[nodiscard]] std::string protocol_text(FlowKind kind);        // "TCP", "UDP", "ICMP"

} // namespace ct
