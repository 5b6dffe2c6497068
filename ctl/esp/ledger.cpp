// SPDX-License-Identifier: GPL-2.0-or-later
#include "esp/ledger.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "base/quantity.h"

namespace ct {

namespace {

constexpr std::uint64_t millisecond = 1'000'000;
// A packet of the wire is looked for this long; exact ones first, then the likeliest.
constexpr std::uint64_t orphan_age = 200 * millisecond;
// From the wire to a raw socket, on a machine that is busy.
constexpr std::uint64_t lost_age = 3000 * millisecond;
// How near in time packets are whose data may have come in.
constexpr std::uint64_t same_moment = 20 * millisecond;
constexpr std::size_t others_most = 24;
constexpr std::size_t recent_most = 512;
constexpr std::size_t strangers_most = 8192;
constexpr std::size_t strangers_named = 4;

std::uint64_t mix(std::uint64_t sum, std::uint64_t value)
{
    sum ^= value + 0x9e3779b97f4a7c15U + (sum << 6U) + (sum >> 2U);
    return sum * 0xff51afd7ed558ccdU;
}

// Of the transport header, which holds a checksum of all, and of the size. Addresses are in
// the header's checksum already.
std::uint64_t content_key(std::uint8_t protocol, PacketView l4)
{
    constexpr std::size_t covered = 20;
    std::uint64_t sum = mix(protocol, l4.size());
    std::array<std::uint8_t, 24> head{};
    std::copy_n(l4.begin(), std::min(covered, l4.size()), head.begin());
    for (std::size_t place = 0; place < head.size(); place += sizeof(std::uint64_t)) {
        std::uint64_t word = 0;
        std::memcpy(&word, head.data() + place, sizeof(word));
        sum = mix(sum, word);
    }
    return sum;
}

std::uint64_t sequence_key(std::uint32_t spi, std::uint32_t sequence)
{
    return static_cast<std::uint64_t>(spi) << 32U | sequence;
}

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

void Ledger::frame(const Frame &frame)
{
    const auto view = parse_esp(frame.bytes);
    if (!view)
        return;
    TunnelSa *const sa = sas_.find(view->spi, view->outer.destination);
    if (sa != nullptr) {
        dispatch(frame, *view, *sa);
        return;
    }
    if (strangers_.size() >= strangers_most) {
        ++totals_.unknown_spi;
        return;
    }
    strangers_.push_back({frame, {frame.bytes.begin(), frame.bytes.end()}});
    strangers_.back().frame.bytes = strangers_.back().bytes;
}

void Ledger::dispatch(const Frame &frame, const EspView &view, TunnelSa &sa)
{
    if (frame.outgoing)
        sent(frame, view, sa);
    else
        received(frame, view, sa);
}

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

void Ledger::sent(const Frame &frame, const EspView &view, TunnelSa &sa)
{
    ++totals_.frames;
    if (view.truncated || !sa.cipher.fits(view.packet.size())) {
        ++totals_.truncated;
        return;
    }
    auto entry = std::make_shared<Entry>();
    entry->sa = &sa;
    entry->sequence = sa.sequence_of(view.sequence);
    sa.last = std::max(sa.last, entry->sequence);
    entry->time_ns = frame.time_ns;
    entry->cpu = frame.cpu;
    entry->bytes.assign(frame.bytes.begin(), frame.bytes.end());
    entry->esp = static_cast<std::size_t>(view.packet.data() - frame.bytes.data());
    entry->esp_size = view.packet.size();
    entry->text.resize(view.packet.size() - sa.cipher.head_size() - sa.cipher.icv_size());
    entry->icv_valid = sa.cipher.open(
        view.packet, static_cast<std::uint32_t>(entry->sequence >> 32U), entry->text);
    entry->inner = parse_inner(entry->text, view.outer);
    entry->judgement =
        judge_.judge({entry->text, entry->inner, view.outer, sa.align(), entry->icv_valid});

    CpuTally &cpu = cpus_[frame.cpu];
    ++cpu.encapsulations;
    ++sa.tally.encapsulated;
    sa.tally.bytes += entry->text.size();
    if (entry->judgement.kind == Judgement::Kind::Other)
        ++sa.tally.other;
    if (entry->judgement.kind == Judgement::Kind::WrongBefore) {
        ++totals_.wrong_before;
        totals_.wrong_echoes +=
            entry->judgement.flow == FlowKind::Ping && entry->judgement.backwards ? 1 : 0;
    }
    if (!entry->right()) {
        ++cpu.encapsulations_wrong;
        ++sa.tally.encapsulated_wrong;
        sa.tally.icv_wrong += entry->icv_valid ? 0 : 1;
    }
    const std::uint64_t sequence = sequence_key(view.spi, view.sequence);
    if (const auto early = early_.find(sequence); early != early_.end()) {
        take_received(entry, early->second.cpu, early->second.bytes);
        early_.erase(early);
    } else {
        by_sequence_.insert_or_assign(sequence, entry);
    }
    waiting_.push_back(entry);
    index(entry);
}

void Ledger::index(const EntryPtr &entry)
{
    entry->content = content_key(entry->inner.protocol, entry->l4());
    if (!entry->delivered && !adopt_orphan(*entry))
        by_content_.emplace(entry->content, entry);
}

void Ledger::forget_content(const EntryPtr &entry)
{
    const auto range = by_content_.equal_range(entry->content);
    for (auto place = range.first; place != range.second; ++place)
        if (place->second == entry) {
            by_content_.erase(place);
            return;
        }
}

void Ledger::received(const Frame &frame, const EspView &view, TunnelSa &sa)
{
    totals_.refused_outside += view.udp && sa.sa.mode == SaMode::Transport ? 1 : 0;
    const std::uint64_t sequence = sequence_key(view.spi, view.sequence);
    const PacketView bytes = both_whole_ && !view.truncated ? view.packet : PacketView{};
    const auto place = by_sequence_.find(sequence);
    if (place == by_sequence_.end()) {
        early_.insert_or_assign(sequence,
                                Early{frame.cpu, frame.time_ns, {bytes.begin(), bytes.end()}});
        return;
    }
    const EntryPtr entry = place->second;
    by_sequence_.erase(place);
    take_received(entry, frame.cpu, bytes);
    if (!entry->changed.empty())
        index(entry);
}

void Ledger::take_received(const EntryPtr &entry, std::uint32_t cpu, PacketView bytes)
{
    entry->received_on = cpu;
    const PacketView own = entry->image().packet;
    if (bytes.empty() ||
        (bytes.size() == own.size() && std::equal(bytes.begin(), bytes.end(), own.begin())))
        return;
    ++entry->sa->tally.wire_wrong;
    entry->changed.assign(bytes.begin(), bytes.end());
    if (bytes.size() != own.size())
        return;
    // Looked up by what the receiver has, from now on.
    forget_content(entry);
    entry->received_text.resize(entry->text.size());
    (void)entry->sa->cipher.open(bytes, static_cast<std::uint32_t>(entry->sequence >> 32U),
                                 entry->received_text);
}

bool Ledger::match(Entry &entry, const Delivered &packet)
{
    if (entry.delivered || entry.inner.protocol != packet.protocol)
        return false;
    const PacketView l4 = entry.l4();
    if (l4.size() != packet.bytes.size())
        return false;
    entry.delivered = true;
    ++entry.sa->tally.decapsulated;
    CpuTally &cpu = cpus_[entry.received_on.value_or(entry.cpu)];
    ++cpu.decapsulations;
    if (std::equal(l4.begin(), l4.end(), packet.bytes.begin()))
        return true;
    entry.wrong_delivery = true;
    entry.delivered_bytes.assign(packet.bytes.begin(), packet.bytes.end());
    ++entry.sa->tally.decapsulated_wrong;
    ++cpu.decapsulations_wrong;
    return true;
}

void Ledger::delivered(const Delivered &packet)
{
    const auto range = by_content_.equal_range(content_key(packet.protocol, packet.bytes));
    auto fallback = by_content_.end();
    for (auto place = range.first; place != range.second; ++place) {
        const PacketView l4 = place->second->l4();
        if (l4.size() == packet.bytes.size() &&
            std::equal(l4.begin(), l4.end(), packet.bytes.begin())) {
            (void)match(*place->second, packet);
            by_content_.erase(place);
            return;
        }
        if (fallback == by_content_.end())
            fallback = place;
    }
    // The same header, and with it the same checksum, but other content. What the wire changed
    // shows only when it is received.
    if (fallback != by_content_.end() && (!both_whole_ || fallback->second->received_on) &&
        match(*fallback->second, packet)) {
        by_content_.erase(fallback);
        return;
    }
    auto orphan = std::make_shared<Orphan>();
    orphan->packet = packet;
    orphan->bytes.assign(packet.bytes.begin(), packet.bytes.end());
    orphan->packet.bytes = orphan->bytes;
    orphan->content = content_key(packet.protocol, packet.bytes);
    orphans_by_content_.emplace(orphan->content, orphan);
    orphans_.push_back(std::move(orphan));
}

// Taps may be read before the rings.
bool Ledger::adopt_orphan(Entry &entry)
{
    const PacketView l4 = entry.l4();
    const auto range = orphans_by_content_.equal_range(entry.content);
    for (auto place = range.first; place != range.second; ++place) {
        Orphan &orphan = *place->second;
        if (orphan.bytes.size() != l4.size() ||
            !std::equal(l4.begin(), l4.end(), orphan.bytes.begin()))
            continue;
        (void)match(entry, orphan.packet);
        orphan.adopted = true;
        orphans_by_content_.erase(place);
        return true;
    }
    return false;
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
    EntryPtr best;
    std::size_t least = orphan.bytes.size() / 2 + 1;
    std::size_t next = orphan.bytes.size();
    for (const EntryPtr &entry : waiting_) {
        const PacketView l4 = entry->l4();
        if (entry->delivered || l4.size() != orphan.bytes.size())
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
    if (best == nullptr || next < 2 * least) {
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

void Ledger::settle(std::uint64_t until_ns, bool last)
{
    settle_strangers(until_ns, last);
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
    const auto done = [&](const Entry &entry) {
        if (last || entry.time_ns + lost_age < until_ns)
            return true;
        // Others of its same_moment have to be there.
        return entry.delivered && entry.time_ns + orphan_age < until_ns;
    };
    std::size_t count = 0;
    for (const EntryPtr &entry : waiting_) {
        // Those behind one that is not delivered wait with it: the order is that of time.
        if (!done(*entry))
            break;
        const std::size_t before = findings_.size();
        settle_entry(*entry);
        if (sink_)
            sink_({entry->bytes, entry->time_ns, entry->cpu, entry->sa, entry->sequence,
                   std::span(findings_).subspan(before)});
        ++count;
        if (!entry->delivered)
            forget_content(entry);
        if (!entry->received_on) {
            const auto place = by_sequence_.find(
                sequence_key(entry->sa->sa.spi, static_cast<std::uint32_t>(entry->sequence)));
            if (place != by_sequence_.end() && place->second == entry)
                by_sequence_.erase(place);
        }
    }
    for (; count > 0; --count) {
        recent_.push_back(std::move(waiting_.front()));
        waiting_.pop_front();
        if (recent_.size() > recent_most)
            recent_.pop_front();
    }
    std::erase_if(early_, [&](const auto &item) {
        return last || item.second.time_ns + lost_age < until_ns;
    });
}

std::vector<EspFinding> Ledger::findings()
{
    return std::exchange(findings_, {});
}

} // namespace ct
