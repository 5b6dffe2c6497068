// SPDX-License-Identifier: GPL-2.0-or-later
// Every packet of a tunnel between two hosts, from the wire to its delivery: opened by the
// reference, judged by its content, and compared with what the receiver made of it. So each
// wrong one is known to have been damaged in encapsulation, on the wire or in decapsulation.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "capture/ring.h"
#include "esp/judge.h"
#include "esp/ledger_entry.h"
#include "esp/tunnel_sa.h"
#include "esp/wire_record.h"
#include "record/mismatch.h"
#include "traffic/tap.h"

namespace ct {

struct CpuTally {
    std::uint64_t encapsulations = 0;
    std::uint64_t encapsulations_wrong = 0;
    std::uint64_t decapsulations = 0;
    std::uint64_t decapsulations_wrong = 0;
};

// A wrong packet that was settled.
struct EspFinding {
    Mismatch record; // number, time and CPU too; with record.wire
    unsigned tunnel = 0;
    bool forwards = true;
    InnerFault fault = InnerFault::None; // of its content as it was captured
    bool exact = false;                  // what it had to be is known; else record has no bytes
    bool delivered = false;              // a raw socket of the receiver got the wrong content
    std::vector<std::uint8_t> packet;    // as captured, from the IP header on
    std::uint32_t cpu = 0;
    bool outgoing = true;
};

struct LedgerTotals {
    std::uint64_t frames = 0; // of ESP, sent
    std::uint64_t unknown_spi = 0;
    std::uint64_t refused_outside = 0;  // received, whose UDP a tap's policy refuses, see tap.h
    std::uint64_t truncated = 0;        // frames that could not be opened whole
    std::uint64_t unseen = 0;           // delivered right, and not seen on the wire
    std::uint64_t unattributed = 0;     // delivered wrong, and not seen on the wire
    std::uint64_t wrong_before = 0;     // wrong before encapsulation
    std::uint64_t wrong_echoes = 0;     // of these, echoes of requests
    std::vector<std::string> strangers; // some of the unattributed, in words
};

// A packet that is done with, in the order of capture.
struct SettledPacket {
    PacketView bytes; // from the IP header on
    std::uint64_t time_ns = 0;
    std::uint32_t cpu = 0;
    const TunnelSa *sa = nullptr;
    std::uint64_t sequence = 0;
    std::span<const EspFinding> findings; // of it
};

class Ledger {
public:
    using Sink = std::function<void(const SettledPacket &)>;
    // both_whole: frames of both sides are captured whole, and compared with each other.
    Ledger(SaTable &sas, Judge &judge, bool both_whole)
        : sas_(sas), judge_(judge), both_whole_(both_whole)
    {
    }

    // A frame at the link of A or B.
    void frame(const Frame &frame);
    // What a raw socket of either host got.
    void delivered(const Delivered &packet);
    // Settles what has waited long enough; last: all. until_ns: what was sent, received and
    // delivered before that time has been given already.
    void settle(std::uint64_t until_ns, bool last = false);
    // Those settled since the last call.
    [[nodiscard]] std::vector<EspFinding> findings();

    [[nodiscard]] const LedgerTotals &totals() const { return totals_; }
    [[nodiscard]] const std::map<std::uint32_t, CpuTally> &cpus() const { return cpus_; }
    // Packets that still wait for something.
    [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }
    // Gets every packet when it is settled.
    void set_sink(Sink sink) { sink_ = std::move(sink); }

private:
    using Entry = LedgerEntry;
    using EntryPtr = std::shared_ptr<Entry>;
    using Orphan = LedgerOrphan;

    void sent(const Frame &frame, const EspView &view, TunnelSa &sa);
    void received(const Frame &frame, const EspView &view, TunnelSa &sa);
    void take_received(const EntryPtr &entry, std::uint32_t cpu, PacketView bytes);
    // To be found by what is to be delivered of it; adopts what was delivered already.
    void index(const EntryPtr &entry);
    void forget_content(const EntryPtr &entry);
    // True if the entry is what was delivered, right or wrong.
    bool match(Entry &entry, const Delivered &packet);
    bool adopt_orphan(Entry &entry);
    void settle_orphan(const Orphan &orphan);
    void settle_strangers(std::uint64_t until_ns, bool last);
    void dispatch(const Frame &frame, const EspView &view, TunnelSa &sa);
    void settle_entry(Entry &entry);
    void add_finding(const Entry &entry, Mismatch record, bool exact, bool outgoing);
    [[nodiscard]] std::vector<WirePacket> others_of(const Entry &entry) const;

    SaTable &sas_;
    Judge &judge_;
    bool both_whole_;
    LedgerTotals totals_;
    std::map<std::uint32_t, CpuTally> cpus_;
    std::deque<EntryPtr> waiting_; // in order of capture
    std::deque<EntryPtr> recent_;  // settled, for others_of()
    std::unordered_multimap<std::uint64_t, EntryPtr> by_content_;
    std::unordered_map<std::uint64_t, EntryPtr> by_sequence_;
    struct Early {
        std::uint32_t cpu = 0;
        std::uint64_t time_ns = 0;
        std::vector<std::uint8_t> bytes;
    };
    std::unordered_map<std::uint64_t, Early> early_; // received, and not seen as sent yet
    // Of SAs that are not known yet: these are made by another thread.
    struct Stranger {
        Frame frame; // its bytes are these:
        std::vector<std::uint8_t> bytes;
    };
    std::deque<Stranger> strangers_;
    std::deque<std::shared_ptr<Orphan>> orphans_; // in order of delivery
    std::unordered_multimap<std::uint64_t, std::shared_ptr<Orphan>> orphans_by_content_;
    std::vector<EspFinding> findings_;
    std::uint64_t number_ = 0;
    Sink sink_;
};

} // namespace ct
