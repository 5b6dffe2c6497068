// SPDX-License-Identifier: GPL-2.0-or-later
// All that a run over real tunnels holds while it runs: hosts, tunnels, flows, and what
// watches them. Gone, with everything in it, when it goes.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "capture/ring.h"
#include "esp/judge.h"
#include "esp/ledger.h"
#include "esp/plan.h"
#include "esp/tunnel_sa.h"
#include "kernel/esp_probe.h"
#include "testbed/bridge.h"
#include "testbed/steerer.h"
#include "testbed/testbed.h"
#include "traffic/flow.h"
#include "traffic/tap.h"
#include "tunnel/keying.h"
#include "tunnel/rekeyer.h"

namespace ct {

// A flow in a tunnel.
struct LabFlow {
    unsigned tunnel = 0; // place in Lab::tunnels()
    std::unique_ptr<Flow> flow;
};

class Lab {
public:
    // cpus: that are online. Tunnels that this kernel cannot have are skipped, and said.
    [[nodiscard]] static Result<std::unique_ptr<Lab>>
    make(const EspPlan &plan, const std::vector<std::uint32_t> &cpus, Keying::Time now);

    // Traffic begins.
    [[nodiscard]] Result<void> start_flows();
    void pause_flows();
    void stop_flows();
    // Reads what rings and taps have; gives how many frames and packets that were.
    [[nodiscard]] Result<std::size_t> read();
    // How long to wait before the next read(): no time where the last one has left something.
    [[nodiscard]] std::chrono::milliseconds pause() const;
    // Settles what has waited long enough; last: all.
    void settle(bool last);
    // Other keys and other CPUs to receive on, where it is time.
    void advance(Keying::Time now);
    // No more of that; what is under way is finished.
    void stop_rekeying();

    [[nodiscard]] Ledger &ledger() { return *ledger_; }
    [[nodiscard]] const SaTable &sas() const { return sas_; }
    [[nodiscard]] const Keying &keying() const { return keying_; }
    [[nodiscard]] const std::vector<TunnelPlan> &tunnels() const { return tunnels_; }
    [[nodiscard]] const std::vector<LabFlow> &flows() const { return flows_; }
    [[nodiscard]] const std::vector<EspSkip> &skipped() const { return skipped_; }
    [[nodiscard]] const std::optional<EspProbe> &probe() const { return probe_; }
    [[nodiscard]] const std::string &no_probe() const { return no_probe_; }
    // Why CPUs that receive were not changed; empty: they were.
    [[nodiscard]] const std::string &not_steered() const { return steerer_->trouble(); }
    // True if the bridge changed this packet, which is asked once.
    [[nodiscard]] bool was_injected(std::uint32_t spi, std::uint64_t sequence);
    [[nodiscard]] std::uint64_t injected() const { return injected_; }
    [[nodiscard]] std::uint64_t ring_dropped() const;
    [[nodiscard]] std::uint64_t tap_dropped() const;
    // What both hosts' kernels have counted since traffic began.
    [[nodiscard]] Result<std::vector<EspDrop>> drops();
    // Counted by the receivers' SAs as packets with a wrong ICV.
    [[nodiscard]] Result<std::uint64_t> integrity_failures();

private:
    Lab(const EspPlan &plan, Testbed testbed, Keying keying)
        : plan_(plan), testbed_(std::move(testbed)), keying_(std::move(keying)),
          ledger_(std::make_unique<Ledger>(sas_, judge_, plan.inject_every > 0))
    {
    }
    [[nodiscard]] Result<void> open_watchers();
    [[nodiscard]] Result<std::map<std::string, std::uint64_t>> drop_counters();
    void plan_flows();
    // The senders wait for this reader where it falls behind: nothing is to be lost.
    void keep_pace();
    void allow();
    [[nodiscard]] Result<std::size_t> read_tap(std::size_t number);
    [[nodiscard]] Result<void> add_tunnel(const TunnelPlan &plan, Keying::Time now);
    void take_keys(Keying::Time now);
    void tell_bridge();

    EspPlan plan_;
    Testbed testbed_;
    SaTable sas_;
    Judge judge_;
    Keying keying_;
    std::unique_ptr<Ledger> ledger_;
    std::vector<TunnelPlan> tunnels_;
    std::vector<unsigned> numbers_; // of these, in the testbed
    std::vector<EspSkip> skipped_;
    std::vector<Ring> rings_; // of A, of B
    std::vector<Tap> taps_;
    std::vector<FlowPlan> planned_;
    std::vector<unsigned> planned_tunnels_;
    std::vector<LabFlow> flows_;
    std::unique_ptr<Bridge> bridge_;
    std::size_t bridged_sas_ = 0; // that the bridge knows
    struct Change {
        std::uint32_t spi = 0;
        std::uint64_t sequence = 0;
    };
    std::vector<Change> changes_; // injected, and not found yet
    std::uint64_t injected_ = 0;
    std::optional<Steerer> steerer_;
    std::optional<EspProbe> probe_;
    std::string no_probe_;
    // Of each ring and tap: time of the last that was read; nothing: all that there was is
    // read.
    std::vector<std::optional<std::uint64_t>> behind_;
    // Of each tap: when all was read last, and since then the last packet of each socket.
    struct TapProgress {
        std::uint64_t all_read = 0;
        std::map<std::pair<bool, std::uint8_t>, std::uint64_t> last{};
    };
    std::vector<TapProgress> tap_progress_;
    std::map<std::string, std::uint64_t> drops_before_;
    std::unique_ptr<Rekeyer> rekeyer_; // while flows are
    bool asked_ = false;               // the rekeyer is at work
    bool held_ = false;
};

// UDP and TCP ports and identifiers of pings of the flows: this one and those that follow.
inline constexpr std::uint16_t flow_port = 7000;

} // namespace ct
