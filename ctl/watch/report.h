// SPDX-License-Identifier: GPL-2.0-or-later
// What a watch over a live host's ESP has shown, and the verdict that follows.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "record/exit.h"
#include "watch/plan.h"
#include "watch/watcher.h"

namespace ct {

// What is known at the end.
struct WatchFacts {
    WatchPlan plan;
    std::string program;
    std::string kernel;
    std::uint64_t started_ns = 0;
    std::uint64_t elapsed_ns = 0;
    bool interrupted = false; // before its time
    std::string cut_short;    // why it ended by itself before its time: interface gone
    std::vector<const WatchedSa *> sas; // oldest first; the table's
    std::uint64_t forgotten = 0;        // SAs that there was no room for
    std::uint64_t others = 0;           // AH, IPComp
    std::set<Address> local;
    WatchTotals totals;
    std::map<std::uint32_t, WatchCpu> cpus;
    std::uint64_t ring_dropped = 0;
    std::uint64_t downs = 0; // times that the interface was set down
    std::string untapped;    // why deliveries were not compared; empty: they were
    std::uint64_t tap_dropped = 0;
    bool esp_offload_module = false; // esp4_offload or esp6_offload is loaded
    std::uint64_t findings = 0;
};

// Where a watch stands.
struct WatchProgress {
    std::uint64_t elapsed_ns = 0;
    std::optional<std::uint64_t> duration_ms;
    std::uint64_t opened = 0;
    std::uint64_t compared = 0;
    std::uint64_t skipped = 0;
    std::uint64_t wrong = 0;
    std::size_t sas = 0;
};

// An SA as it is shown, after the watch.
struct WatchSaRow {
    std::uint32_t spi = 0;
    Address source;
    Address destination;
    bool incoming = false; // to this host
    std::string mode;      // "transport", "tunnel", "other", behind "natt-" in UDP
    std::string algorithm; // "rfc4106 16, 256-bit key, ESN"
    std::string driver;    // that has the highest priority here; empty: not known
    std::string unreadable;
    bool gone = false;
    WatchTally tally;
    std::uint64_t kernel_packets = 0;   // that the kernel counted meanwhile
    std::uint64_t kernel_integrity = 0; // refused by ICV
    std::uint64_t refused = 0;          // of these, right on the wire
    bool hidden = false; // the kernel decapsulates what this interface does not show
};

struct WatchReport : WatchFacts {
    std::vector<WatchFinding> records; // the first ones
    std::vector<WatchSaRow> rows;
    std::vector<std::string> reasons; // a sentence each: what a CORRUPT rests on
    std::vector<std::string> gaps;    // why it is not CLEAN
    std::vector<std::string> advice;
    std::vector<std::string> notes;
    std::uint64_t refused = 0;
    std::uint64_t kernel_packets = 0;
    Verdict verdict = Verdict::Inconclusive;

    [[nodiscard]] ExitStatus exit_status() const { return ct::exit_status(verdict); }
};

// Packets that have to be opened before any of it is CLEAN.
inline constexpr std::uint64_t watch_least = 50;

[[nodiscard]] WatchReport make_watch_report(WatchFacts facts,
                                            std::vector<WatchFinding> records);

} // namespace ct
