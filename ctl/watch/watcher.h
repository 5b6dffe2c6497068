// SPDX-License-Identifier: GPL-2.0-or-later
// The ESP packets of a live host, whose content nobody knows: opened by the reference, held to
// their ICV, padding and inner checksums, and compared with what this host's raw sockets got.
// "ICV valid, inner checksum wrong" is damage in encapsulation; right on the wire and wrong
// when delivered is damage in decapsulation.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "capture/ring.h"
#include "record/words.h"
#include "watch/deliveries.h"
#include "watch/table.h"

namespace ct {

template <>
inline constexpr std::array<std::string_view, 8> names<InnerFault>{
    "none",         "malformed",    "padding",       "ip-checksum",
    "tcp-checksum", "udp-checksum", "icmp-checksum", "gre-checksum"};

// Who made it wrong.
enum class WatchStage {
    Encapsulation, // this host
    Peer,          // it was sealed like that
    Decapsulation, // this host
    Unknown,       // its ICV is wrong: the peer, the way, a stale key or an attacker
};
template <>
inline constexpr std::array<std::string_view, 4> names<WatchStage>{
    "encapsulation", "peer-encapsulation", "decapsulation", "unknown"};

struct WatchFinding {
    std::uint64_t number = 0;
    std::uint64_t time_ns = 0;
    WatchStage stage = WatchStage::Unknown;
    InnerFault fault = InnerFault::None;
    bool icv_valid = true;
    // The checksum may have been wrong before: the inner packet is of a host behind the one
    // that encapsulated it.
    bool from_behind = false;
    bool delivered = false; // a raw socket of this host got what is wrong
    bool outgoing = false;
    std::uint32_t cpu = 0; // that sent, and so encapsulated; or that received
    // The SA.
    std::uint32_t spi = 0;
    Address source;
    Address destination;
    bool natt = false;
    std::string algorithm;
    std::string driver; // empty: not known, or not this host's
    std::uint64_t sequence = 0;
    InnerView inner; // of no meaning with a wrong ICV
    // Of decapsulation: bytes that differ, and in which blocks of the ciphertext.
    std::uint32_t wrong_bytes = 0;
    std::vector<std::uint32_t> blocks;
    std::vector<std::uint8_t> packet; // as captured, from the IP header on
};

struct WatchCpu {
    std::uint64_t sent = 0;       // opened
    std::uint64_t sent_wrong = 0; // with a valid ICV or a wrong one
    std::uint64_t received = 0;
    std::uint64_t received_wrong = 0; // on the wire, with a valid ICV
    std::uint64_t compared = 0;
    std::uint64_t delivered_wrong = 0;
};

// Unknown SPIs that are kept.
inline constexpr std::size_t unknown_spis_most = 8;

struct WatchTotals {
    std::uint64_t frames = 0;  // of ESP
    std::uint64_t unknown = 0; // from or to this host, of no SA that it has
    std::uint64_t foreign = 0; // of other hosts
    std::uint64_t cut = 0;     // fragments, and what the capture does not have all of
    std::uint64_t malformed = 0;
    std::uint64_t unreadable = 0;         // of SAs whose packets cannot be opened
    std::set<std::uint32_t> unknown_spis; // the first ones
    WatchTally sum;
    // By what follows from them.
    std::uint64_t own_encapsulation = 0;    // ICV valid, and nobody before could have been
    std::uint64_t behind_encapsulation = 0; // might have come so from a host behind
    std::uint64_t peer = 0;                 // as own, of the peer
    std::uint64_t behind_peer = 0;
    std::uint64_t sent_icv_wrong = 0;
    std::uint64_t received_icv_wrong = 0;
};

// A packet that is done with, about in the order of capture.
struct WatchedPacket {
    PacketView bytes; // from the IP header on
    std::uint64_t time_ns = 0;
    std::uint32_t cpu = 0;
    bool outgoing = false;
    WatchedSaPtr sa;
    std::uint64_t sequence = 0;
    std::span<const WatchFinding> findings; // of it
};

class Watcher {
public:
    using Sink = std::function<void(const WatchedPacket &)>;
    // budget: packets a second that are opened; 0: any.
    Watcher(WatchTable &table, std::uint64_t budget) : table_(table), budget_(budget) {}

    // Addresses of this host: what is for others is forwarded, and not delivered here.
    void set_local(std::set<Address> addresses) { local_ = std::move(addresses); }
    // Without raw sockets nothing is compared.
    void set_tapped(bool tapped) { tapped_ = tapped; }
    void set_sink(Sink sink) { sink_ = std::move(sink); }

    void frame(const Frame &frame);
    void delivered(const Delivered &packet);
    // Decides on what has waited long enough; last: on all.
    void settle(std::uint64_t now_ns, bool last = false);
    // Those found since the last call.
    [[nodiscard]] std::vector<WatchFinding> findings();

    [[nodiscard]] const WatchTotals &totals() const { return totals_; }
    [[nodiscard]] const std::map<std::uint32_t, WatchCpu> &cpus() const { return cpus_; }
    [[nodiscard]] const std::set<Address> &local() const { return local_; }

private:
    struct Entry {
        WatchedSaPtr sa;
        std::uint64_t sequence = 0;
        std::uint64_t time_ns = 0;
        std::uint32_t cpu = 0;
        bool outgoing = false;
        std::vector<std::uint8_t> bytes;
        IpHeader outer;
        std::size_t esp = 0; // where it begins in the bytes
        std::size_t esp_size = 0;
        std::vector<std::uint8_t> text;
        InnerView inner;
        bool icv_valid = false;
        bool comparable = false;
        bool delivered = false;
        std::optional<std::uint16_t> residual; // of a checksum that a NAT may have changed

        [[nodiscard]] PacketView packet() const
        {
            return PacketView(bytes).subspan(esp, esp_size);
        }
        [[nodiscard]] PacketView l4() const
        {
            return PacketView(text).subspan(inner.l4, inner.end - inner.l4);
        }
        [[nodiscard]] Deliverable deliverable() const
        {
            return {l4(), inner.protocol, inner.source, inner.destination, time_ns};
        }
    };
    using EntryPtr = std::shared_ptr<Entry>;

    [[nodiscard]] bool affordable(std::uint64_t time_ns);
    [[nodiscard]] bool is_local(const Address &address) const
    {
        return local_.empty() || local_.contains(address);
    }
    [[nodiscard]] static bool open_with(const WatchedSaPtr &sa, Entry &entry);
    [[nodiscard]] bool open(Entry &entry, std::uint32_t spi);
    void take_opened(Entry &entry);
    [[nodiscard]] bool may_be_compared(const Entry &entry) const;
    enum class Translation { No, Yes, Undecided };
    [[nodiscard]] static Translation translation(const Entry &entry);
    // False: not yet, since nobody can tell.
    bool settle_entry(Entry &entry, bool last);
    void settle_icv(Entry &entry);
    void settle_fault(Entry &entry);
    void settle_delivery(Entry &entry);
    WatchFinding &add_finding(const Entry &entry, WatchStage stage);
    void tell_sink(const Entry &entry, std::size_t findings_before) const;
    void tally(const Entry &entry, std::uint64_t WatchTally::*count, std::uint64_t more = 1);

    WatchTable &table_;
    std::uint64_t budget_;
    std::set<Address> local_;
    bool tapped_ = true;
    Sink sink_;
    std::uint64_t budget_since_ = 0;
    std::uint64_t budget_used_ = 0;
    std::deque<EntryPtr> waiting_;  // in the order of capture
    std::deque<EntryPtr> doubtful_; // a NAT's checksum or damage: too few of the SA to tell
    Deliveries deliveries_;
    WatchTotals totals_;
    std::map<std::uint32_t, WatchCpu> cpus_;
    std::vector<WatchFinding> findings_;
    std::uint64_t number_ = 0;
};

} // namespace ct
