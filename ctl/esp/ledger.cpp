// SPDX-License-Identifier: GPL-2.0-or-later
#include "esp/ledger.h"

#include <algorithm>

namespace ct {

namespace {

constexpr std::size_t strangers_most = 8192;

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

Ledger::EntryPtr Ledger::fresh_entry()
{
    if (spare_.empty())
        return std::make_shared<Entry>();
    EntryPtr entry = std::move(spare_.back());
    spare_.pop_back();
    entry->clear();
    return entry;
}

std::uint64_t Ledger::wrong() const
{
    std::uint64_t sum = 0;
    for (const auto &[number, cpu] : cpus_)
        sum += cpu.encapsulations_wrong + cpu.decapsulations_wrong;
    return sum;
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

} // namespace ct
