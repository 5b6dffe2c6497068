// SPDX-License-Identifier: GPL-2.0-or-later
// What a run over real tunnels has shown: counts by tunnel, algorithm and CPU, what was not
// covered and why, and the verdict that follows.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "diagnose/diagnosis.h"
#include "esp/ledger.h"
#include "esp/plan.h"
#include "kernel/esp_probe.h"
#include "record/exit.h"
#include "report/bound.h"
#include "traffic/flow.h"

namespace ct {

// One algorithm with its sizes in one tunnel.
struct EspCell {
    TunnelPlan tunnel;
    SuiteChoice suite;
    std::string driver;
    SaTally tally;
};

// One protocol in one mode: what became of packets with wrong content and a valid ICV.
struct EspReach {
    TunnelPlan tunnel;
    FlowKind kind = FlowKind::Tcp;
    std::uint64_t wrong = 0;   // that the receiver's kernel decapsulated
    std::uint64_t reached = 0; // the application, by its own check
};

struct EspCpu {
    std::uint32_t cpu = 0;
    CpuTally tally;
    std::optional<EspCpuContexts> contexts; // none: without the module
};

// Packets that the receivers' kernels could not use, by one of their counters. No evidence of
// damage: a full queue of cryptd and no memory count as XfrmInStateProtoError, too.
struct EspDrop {
    std::string counter; // as in /proc/net/snmp, snmp6, xfrm_stat: "XfrmInHdrError"
    std::uint64_t packets = 0;
};

struct EspSkip {
    std::string what; // "gre, IPv6"
    std::string why;
};

// What is known at the end of a run.
struct EspFacts {
    EspPlan plan;
    std::string program;
    std::string kernel;
    std::uint64_t started_ns = 0;
    std::uint64_t elapsed_ns = 0;
    bool interrupted = false;        // before its time
    std::vector<std::uint32_t> cpus; // online
    std::vector<EspCell> cells;
    std::map<std::uint32_t, CpuTally> by_cpu;
    LedgerTotals totals;
    std::vector<EspReach> reach;
    std::optional<std::vector<EspCpuContexts>> contexts;
    std::string no_contexts;           // why there are none
    bool fpu_nests = true;             // softirqs run inside FPU sections of this kernel
    std::vector<std::string> unprobed; // functions of ESP that are not counted
    std::uint64_t refused = 0;         // packets with a right ICV that the receiver refused
    std::vector<EspDrop> drops;        // of both hosts; a packet may be in several
    std::uint64_t ring_dropped = 0;
    std::uint64_t tap_dropped = 0;
    std::uint64_t rekeys = 0;
    std::uint64_t injected = 0;
    std::uint64_t injected_found = 0;
    std::uint64_t findings = 0;        // all, injected ones among them
    std::uint64_t payload = 0;         // bytes that reached applications
    std::vector<EspSkip> skipped;      // what this kernel does not have
    std::vector<std::string> troubles; // flows that stood still, SAs that could not be made
    std::vector<std::string> notes;
    std::optional<std::uint64_t> module_mismatches; // of the run beside it, if there was one
};

// Where a run stands.
struct EspProgress {
    std::uint64_t elapsed_ns = 0;
    std::optional<std::uint64_t> duration_ms;
    std::uint64_t encapsulated = 0;
    std::uint64_t decapsulated = 0;
    std::uint64_t wrong = 0;
    std::size_t cells_reached = 0;
    std::size_t cells = 0;
};

struct EspReport : EspFacts {
    std::vector<EspFinding> records; // the first ones
    std::vector<EspCpu> cpu_rows;
    std::vector<std::string> gaps; // a sentence each: why it is not CLEAN
    std::vector<std::string> advice;
    SaTally sum;
    Verdict verdict = Verdict::Inconclusive;
    std::optional<Bound> bound;
    std::optional<Diagnosis> diagnosis;

    [[nodiscard]] ExitStatus exit_status() const { return ct::exit_status(verdict); }
};

// Packets that a cell or a CPU has to have in each direction.
inline constexpr std::uint64_t esp_cell_least = 20;
inline constexpr std::uint64_t esp_cpu_least = 50;

// Whether packets that this counter counts have no use for a receiver.
[[nodiscard]] bool is_drop_counter(std::string_view counter);
[[nodiscard]] EspReport make_esp_report(EspFacts facts, std::vector<EspFinding> records);
// "5 of 7 reached the application: this kernel does not check TCP in natt-transport"
[[nodiscard]] std::string reach_text(const EspReach &reach);

} // namespace ct
