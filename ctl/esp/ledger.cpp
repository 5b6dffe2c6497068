// SPDX-License-Identifier: GPL-2.0-or-later
#include "esp/ledger.h"

#include <algorithm>
#include <cstring>
#include <utility>

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
constexpr std::size_t spare_most = 4096;

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
    if (sa == nullptr) {
        ++totals_.unknown_spi;
        return;
    }
    if (frame.outgoing)
        sent(frame, *view, *sa);
    else
        received(frame, *view, *sa);
}

Ledger::EntryPtr Ledger::fresh_entry()
{
    if (spare_.empty())
        return std::make_shared<Entry>();
    EntryPtr entry = std::move(spare_.back());
    spare_.pop_back();
    entry->clear();
    return entry;
}

void Ledger::sent(const Frame &frame, const EspView &view, TunnelSa &sa)
{
    ++totals_.frames;
    if (view.truncated || !sa.cipher.fits(view.packet.size())) {
        ++totals_.truncated;
        return;
    }
    EntryPtr entry = fresh_entry();
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
    if (!entry->right()) {
        ++cpu.encapsulations_wrong;
        ++sa.tally.encapsulated_wrong;
        sa.tally.icv_wrong += entry->icv_valid ? 0 : 1;
    }
    const std::uint64_t sequence = sequence_key(view.spi, view.sequence);
    if (const auto early = early_.find(sequence); early != early_.end()) {
        take_received(*entry, early->second.cpu, early->second.bytes);
        early_.erase(early);
    } else {
        by_sequence_.insert_or_assign(sequence, entry);
    }
    waiting_.push_back(entry);
    entry->content = content_key(entry->inner.protocol, entry->l4());
    if (adopt_orphan(*entry))
        return;
    by_content_.emplace(entry->content, entry);
}

void Ledger::received(const Frame &frame, const EspView &view, TunnelSa & /*sa*/)
{
    const std::uint64_t sequence = sequence_key(view.spi, view.sequence);
    const PacketView bytes = both_whole_ && !view.truncated ? view.packet : PacketView{};
    const auto place = by_sequence_.find(sequence);
    if (place == by_sequence_.end()) {
        early_.insert_or_assign(sequence,
                                Early{frame.cpu, frame.time_ns, {bytes.begin(), bytes.end()}});
        return;
    }
    take_received(*place->second, frame.cpu, bytes);
    by_sequence_.erase(place);
}

void Ledger::take_received(Entry &entry, std::uint32_t cpu, PacketView bytes)
{
    entry.received_on = cpu;
    const PacketView own = entry.image().packet;
    if (bytes.empty() ||
        (bytes.size() == own.size() && std::equal(bytes.begin(), bytes.end(), own.begin())))
        return;
    ++entry.sa->tally.wire_wrong;
    entry.changed.assign(bytes.begin(), bytes.end());
    if (bytes.size() != own.size())
        return;
    entry.received_text.resize(entry.text.size());
    (void)entry.sa->cipher.open(bytes, static_cast<std::uint32_t>(entry.sequence >> 32U),
                                entry.received_text);
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
    // The same header, and with it the same checksum, but other content.
    if (fallback != by_content_.end() && match(*fallback->second, packet)) {
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

void Ledger::forget_orphan(const std::shared_ptr<Orphan> &orphan)
{
    const auto range = orphans_by_content_.equal_range(orphan->content);
    for (auto place = range.first; place != range.second; ++place)
        if (place->second == orphan) {
            orphans_by_content_.erase(place);
            return;
        }
}

void Ledger::settle_orphans(std::uint64_t until_ns, bool last)
{
    for (; !orphans_.empty() &&
           (last || orphans_.front()->packet.time_ns + orphan_age < until_ns);
         orphans_.pop_front()) {
        const std::shared_ptr<Orphan> &orphan = orphans_.front();
        if (orphan->adopted)
            continue;
        const Delivered &packet = orphan->packet;
        if (parse_transport(orphan->bytes, packet.protocol, packet.source, packet.destination)
                .fault == InnerFault::None) {
            unseen_.push_back(orphan);
            continue;
        }
        forget_orphan(orphan);
        attribute(*orphan);
    }
    for (; !unseen_.empty() && (last || unseen_.front()->packet.time_ns + lost_age < until_ns);
         unseen_.pop_front()) {
        if (unseen_.front()->adopted)
            continue;
        forget_orphan(unseen_.front());
        ++totals_.unseen; // the ring had no room for it
    }
}

// What is wrong by itself.
void Ledger::attribute(const Orphan &orphan)
{
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
    settle_orphans(until_ns, last);
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
        if (!entry->delivered) {
            const auto range = by_content_.equal_range(entry->content);
            for (auto place = range.first; place != range.second; ++place)
                if (place->second == entry) {
                    by_content_.erase(place);
                    break;
                }
        }
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
        if (recent_.size() > recent_most) {
            if (recent_.front().use_count() == 1 && spare_.size() < spare_most)
                spare_.push_back(std::move(recent_.front()));
            recent_.pop_front();
        }
    }
    std::erase_if(early_, [&](const auto &item) {
        return last || item.second.time_ns + lost_age < until_ns;
    });
}

std::uint64_t Ledger::wrong() const
{
    std::uint64_t sum = 0;
    for (const auto &[number, cpu] : cpus_)
        sum += cpu.encapsulations_wrong + cpu.decapsulations_wrong;
    return sum;
}

std::vector<EspFinding> Ledger::findings()
{
    return std::exchange(findings_, {});
}

} // namespace ct
