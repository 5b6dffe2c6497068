// SPDX-License-Identifier: GPL-2.0-or-later
// What has waited long enough in the ledger is settled: damaged, lost, or done with.
#include "esp/ledger.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/quantity.h"

namespace ct {

namespace {

constexpr std::uint64_t millisecond = 1'000'000;
// After this long all packets of the same moment are there, unless something is slow.
constexpr std::uint64_t settled_age = 200 * millisecond;
// What was delivered waits this long for its packet of the wire to be read, and is then held
// against the likeliest of them.
constexpr std::uint64_t orphan_age = 2000 * millisecond;
// From the wire to a raw socket, on a machine that is busy.
constexpr std::uint64_t lost_age = 5000 * millisecond;
// How near in time packets are whose data may have come in.
constexpr std::uint64_t same_moment = 20 * millisecond;
constexpr std::size_t others_most = 24;
constexpr std::size_t recent_most = 512;
constexpr std::size_t spare_most = 4096;
constexpr std::size_t strangers_named = 4;

// For a person who looks for its cause.
std::string orphan_text(const LedgerOrphan &orphan, InnerFault fault)
{
    constexpr std::size_t shown = 48;
    std::vector<std::uint8_t> head(
        orphan.bytes.begin(), orphan.bytes.begin() + static_cast<std::ptrdiff_t>(
                                                         std::min(shown, orphan.bytes.size())));
    return fmt::format("protocol {} from {} to {}, {} bytes, fault {}: {}",
                       orphan.packet.protocol, address_text(orphan.packet.source),
                       address_text(orphan.packet.destination), orphan.bytes.size(),
                       static_cast<int>(fault), hex_text(head));
}

std::size_t distance(PacketView one, PacketView other)
{
    std::size_t count =
        one.size() > other.size() ? one.size() - other.size() : other.size() - one.size();
    for (std::size_t place = 0; place < std::min(one.size(), other.size()); ++place)
        count += one[place] != other[place] ? 1 : 0;
    return count;
}

} // namespace

void Ledger::settle_strangers(std::uint64_t until_ns, bool last)
{
    while (!strangers_.empty()) {
        const Stranger &stranger = strangers_.front();
        const auto view = parse_esp(stranger.frame.bytes);
        TunnelSa *const sa = view ? sas_.find(view->spi, view->outer.destination) : nullptr;
        if (sa != nullptr)
            dispatch(stranger.frame, *view, *sa);
        else if (last || stranger.frame.time_ns + lost_age < until_ns)
            ++totals_.unknown_spi;
        else
            break; // in order
        strangers_.pop_front();
    }
}

void Ledger::settle_orphan(const Orphan &orphan)
{
    const InnerView inner = parse_transport(orphan.bytes, orphan.packet.protocol,
                                            orphan.packet.source, orphan.packet.destination);
    if (inner.fault == InnerFault::None) { // right by itself: the ring had no room for it
        ++totals_.unseen;
        return;
    }
    // The likeliest of those that were not delivered as they are, if no other is as likely.
    constexpr std::size_t apart = 4; // bytes
    const std::size_t size = orphan.bytes.size();
    EntryPtr best;
    std::size_t least = size;
    std::size_t next = 2 * size;
    for (const auto *const entries : {&late_, &waiting_})
        for (const EntryPtr &entry : *entries) {
            const PacketView l4 = entry->l4();
            if (entry->delivered || l4.size() != size ||
                entry->inner.source != orphan.packet.source ||
                entry->inner.destination != orphan.packet.destination)
                continue;
            const std::size_t wrong = distance(l4, orphan.bytes);
            if (wrong >= least) {
                next = std::min(next, wrong);
                continue;
            }
            next = least;
            least = wrong;
            best = entry;
        }
    // Of a short packet one block is the most of it.
    if (best == nullptr || least > size / 4 * 3 || next < least + apart) {
        ++totals_.unattributed;
        if (totals_.strangers.size() < strangers_named)
            totals_.strangers.push_back(orphan_text(orphan, inner.fault));
        return;
    }
    Delivered packet = orphan.packet;
    packet.protocol = best->inner.protocol;
    (void)match(*best, packet);
}

std::vector<WirePacket> Ledger::others_of(const Entry &entry) const
{
    std::vector<WirePacket> others;
    const auto add = [&](const EntryPtr &other) {
        const std::uint64_t age = other->time_ns > entry.time_ns
                                      ? other->time_ns - entry.time_ns
                                      : entry.time_ns - other->time_ns;
        if (other.get() != &entry && age < same_moment && other->right() &&
            others.size() < others_most)
            others.push_back(wire_packet(*other->sa, other->image()));
    };
    for (const EntryPtr &other : recent_)
        add(other);
    for (const EntryPtr &other : late_)
        add(other);
    for (const EntryPtr &other : waiting_)
        add(other);
    return others;
}

void Ledger::add_finding(const Entry &entry, Mismatch record, bool exact, bool outgoing)
{
    EspFinding finding;
    record.number = ++number_;
    record.time_ns = entry.time_ns;
    finding.cpu = outgoing ? entry.cpu : entry.received_on.value_or(entry.cpu);
    record.cpu_before = record.cpu_after = finding.cpu;
    record.wire->icv_valid = entry.icv_valid;
    record.wire->side = entry.sa->forwards == outgoing ? "a" : "b";
    if (entry.judgement.flow)
        record.wire->flow = name(*entry.judgement.flow);
    record.wire->others = others_of(entry);
    finding.tunnel = entry.sa->tunnel;
    finding.forwards = entry.sa->forwards;
    finding.fault = entry.judgement.fault;
    finding.exact = exact;
    finding.delivered = entry.delivered;
    finding.packet = entry.bytes;
    finding.outgoing = outgoing;
    finding.record = std::move(record);
    findings_.push_back(std::move(finding));
}

void Ledger::settle_entry(Entry &entry)
{
    entry.settled = true;
    const WireImage image = entry.image();
    if (!entry.right()) {
        const bool text_right = entry.judgement.kind != Judgement::Kind::Wrong;
        const PacketView expected =
            text_right ? PacketView(entry.text) : PacketView(entry.judgement.expected);
        const bool exact = !expected.empty();
        Mismatch record =
            encapsulation_record(*entry.sa, image, exact ? expected : PacketView(entry.text));
        if (!exact)
            record.what = {What::Header};
        add_finding(entry, std::move(record), exact, true);
    }
    if (!entry.changed.empty())
        add_finding(
            entry,
            wire_record(*entry.sa, image,
                        entry.received_text.empty() ? image.packet : PacketView(entry.changed)),
            !entry.received_text.empty(), true);
    if (entry.wrong_delivery)
        add_finding(
            entry,
            decapsulation_record(*entry.sa, image, entry.inner.l4, entry.delivered_bytes), true,
            false);
    if (!entry.delivered && entry.right() && entry.changed.empty() && entry.judgement.flow)
        ++entry.sa->tally.lost;
}

void Ledger::settle_orphans(std::uint64_t until_ns, bool last)
{
    while (!orphans_.empty() &&
           (last || orphans_.front()->packet.time_ns + orphan_age < until_ns)) {
        const std::shared_ptr<Orphan> orphan = orphans_.front();
        orphans_.pop_front();
        if (orphan->adopted)
            continue;
        const auto range = orphans_by_content_.equal_range(orphan->content);
        for (auto place = range.first; place != range.second; ++place)
            if (place->second == orphan) {
                orphans_by_content_.erase(place);
                break;
            }
        settle_orphan(*orphan);
    }
}

void Ledger::finish(const EntryPtr &entry)
{
    const std::size_t before = findings_.size();
    settle_entry(*entry);
    if (sink_)
        sink_({entry->bytes, entry->time_ns, entry->cpu, entry->sa, entry->sequence,
               std::span(findings_).subspan(before)});
    if (!entry->delivered)
        forget_content(entry);
    if (!entry->received_on) {
        const auto place = by_sequence_.find(
            sequence_key(entry->sa->sa.spi, static_cast<std::uint32_t>(entry->sequence)));
        if (place != by_sequence_.end() && place->second == entry)
            by_sequence_.erase(place);
    }
    recent_.push_back(entry);
    if (recent_.size() <= recent_most)
        return;
    if (recent_.front().use_count() == 1 && spare_.size() < spare_most)
        spare_.push_back(std::move(recent_.front()));
    recent_.pop_front();
}

void Ledger::settle(std::uint64_t until_ns, bool last)
{
    settle_strangers(until_ns, last);
    settle_orphans(until_ns, last);
    while (!waiting_.empty() && (last || waiting_.front()->time_ns + settled_age < until_ns)) {
        const EntryPtr entry = waiting_.front();
        waiting_.pop_front();
        if (entry->delivered || last)
            finish(entry);
        else
            late_.push_back(entry); // so that the others need not wait with it
    }
    // All of them are looked at while one is finished: they stay until that is done.
    for (const EntryPtr &entry : late_)
        if (last || entry->delivered || entry->time_ns + lost_age < until_ns)
            finish(entry);
    std::erase_if(late_, [](const EntryPtr &entry) { return entry->settled; });
    std::erase_if(early_, [&](const auto &item) {
        return last || item.second.time_ns + lost_age < until_ns;
    });
}

std::vector<EspFinding> Ledger::findings()
{
    return std::exchange(findings_, {});
}

} // namespace ct
