// SPDX-License-Identifier: GPL-2.0-or-later
#include "watch/watcher.h"

#include <algorithm>
#include <utility>

#include "watch/residual.h"

namespace ct {

namespace {

constexpr std::uint64_t ms_ns = 1'000'000;
constexpr std::uint64_t budget_slice = 100 * ms_ns;
constexpr std::uint64_t budget_slices = 10; // in a second
// From the wire to a raw socket, with twice the 200 ms that were enough when measured. By then
// keys that were added late are there, too.
constexpr std::uint64_t entry_age = 500 * ms_ns;
constexpr std::size_t waiting_most = 32768;
constexpr std::size_t doubtful_most = 256;
constexpr std::size_t residuals_most = 1024;
// Of the same wrong checksum, before it is taken for that of other addresses. By chance two are
// the same once in 65,536.
constexpr std::uint64_t translated_least = 3;
// An attacker may send any number: the first of each SA are enough to look at.
constexpr std::uint64_t icv_findings_most = 16;

enum Transport : std::uint8_t {
    transport_icmp = 1,
    transport_tcp = 6,
    transport_udp = 17,
    transport_icmp6 = 58,
};

bool is_echo(const InnerView &inner)
{
    constexpr std::uint8_t echo = 8;
    constexpr std::uint8_t echo6 = 128;
    constexpr std::uint8_t echo6_reply = 129;
    return inner.protocol == transport_icmp
               ? inner.icmp_type == 0 || inner.icmp_type == echo
               : inner.icmp_type == echo6 || inner.icmp_type == echo6_reply;
}

bool is_transport_checksum(InnerFault fault)
{
    return fault == InnerFault::TcpChecksum || fault == InnerFault::UdpChecksum ||
           fault == InnerFault::IcmpChecksum;
}

} // namespace

bool Watcher::affordable(std::uint64_t time_ns)
{
    if (budget_ == 0)
        return true;
    // Another CPU's frames may be a little older.
    if (time_ns >= budget_since_ + budget_slice || time_ns + budget_slice < budget_since_) {
        budget_since_ = time_ns;
        budget_used_ = 0;
    }
    return budget_used_++ < std::max<std::uint64_t>(1, budget_ / budget_slices);
}

void Watcher::tally(const Entry &entry, std::uint64_t WatchTally::*count, std::uint64_t more)
{
    entry.sa->tally.*count += more;
    totals_.sum.*count += more;
}

void Watcher::frame(const Frame &frame)
{
    const auto view = parse_esp(frame.bytes);
    if (!view)
        return;
    ++totals_.frames;
    const auto &known = table_.find(view->spi, view->outer.destination);
    if (known.empty()) {
        if (!is_local(view->outer.source) && !is_local(view->outer.destination)) {
            ++totals_.foreign;
            return;
        }
        ++totals_.unknown;
        if (totals_.unknown_spis.size() < unknown_spis_most)
            totals_.unknown_spis.insert(view->spi);
        return;
    }
    auto entry = std::make_shared<Entry>();
    entry->sa = known.front();
    tally(*entry, &WatchTally::seen);
    if (view->truncated) {
        ++totals_.cut;
        return;
    }
    if (std::none_of(known.begin(), known.end(),
                     [](const WatchedSaPtr &sa) { return sa->cipher.has_value(); })) {
        ++totals_.unreadable;
        return;
    }
    if (!affordable(frame.time_ns)) {
        tally(*entry, &WatchTally::skipped);
        return;
    }
    entry->time_ns = frame.time_ns;
    entry->cpu = frame.cpu;
    entry->outgoing = frame.outgoing;
    entry->bytes.assign(frame.bytes.begin(), frame.bytes.end());
    entry->outer = view->outer;
    entry->esp = static_cast<std::size_t>(view->packet.data() - frame.bytes.data());
    entry->esp_size = view->packet.size();
    if (std::none_of(known.begin(), known.end(), [&](const WatchedSaPtr &sa) {
            return sa->cipher && sa->cipher->fits(entry->esp_size);
        })) {
        ++totals_.malformed;
        return;
    }
    entry->sequence = known.front()->sequence_of(view->sequence);
    if (open(*entry, view->spi))
        take_opened(*entry);
    waiting_.push_back(std::move(entry));
    while (waiting_.size() > waiting_most) {
        const EntryPtr oldest = waiting_.front();
        waiting_.pop_front();
        (void)settle_entry(*oldest, true);
    }
}

bool Watcher::open_with(const WatchedSaPtr &sa, Entry &entry)
{
    constexpr std::size_t sequence_at = 4;
    constexpr unsigned half = 32;
    const PacketView packet = entry.packet();
    if (!sa->cipher || !sa->cipher->fits(packet.size()))
        return false;
    const std::uint32_t low = big32(packet, sequence_at);
    const std::uint64_t guessed = sa->sequence_of(low);
    std::vector<std::uint64_t> sequences{guessed};
    if (sa->sa.keys.esn) { // packets may have been missed, or the start was not known
        sequences.push_back(guessed + (std::uint64_t{1} << half));
        if (guessed >> half != 0)
            sequences.push_back(guessed - (std::uint64_t{1} << half));
    }
    entry.text.resize(packet.size() - sa->cipher->head_size() - sa->cipher->icv_size());
    for (const std::uint64_t sequence : sequences) {
        if (!sa->cipher->open(packet, static_cast<std::uint32_t>(sequence >> half), entry.text))
            continue;
        entry.sa = sa;
        entry.sequence = sequence;
        sa->last = std::max(sa->last, sequence);
        return true;
    }
    return false;
}

bool Watcher::open(Entry &entry, std::uint32_t spi)
{
    for (const WatchedSaPtr &sa : table_.find(spi, entry.outer.destination))
        if (open_with(sa, entry))
            return true;
    return false;
}

bool Watcher::may_be_compared(const Entry &entry) const
{
    const InnerView &inner = entry.inner;
    if (entry.outgoing || !tapped_ || inner.fault == InnerFault::Malformed ||
        inner.l4 >= inner.end)
        return false;
    switch (inner.protocol) {
    case transport_tcp:
        return inner.checked;
    case transport_udp:
        // Of port 4500: ESP again, which raw sockets get as well, but nothing is learnt from
        // it.
        return inner.payload > inner.l4;
    case transport_icmp:
    case transport_icmp6:
        return inner.checked && is_echo(inner);
    default:
        return false;
    }
}

void Watcher::take_opened(Entry &entry)
{
    entry.icv_valid = true;
    entry.inner = parse_inner(entry.text, entry.outer);
    const InnerView &inner = entry.inner;
    tally(entry, &WatchTally::opened);
    tally(entry, &WatchTally::bytes, entry.text.size());
    if (!inner.checked)
        tally(entry, &WatchTally::unchecked);
    ++(entry.outgoing ? cpus_[entry.cpu].sent : cpus_[entry.cpu].received);
    const bool own_header =
        inner.next_header == inner.protocol &&
        (inner.protocol == transport_tcp || inner.protocol == transport_udp);
    if (own_header && inner.checked && inner.l4 < inner.end &&
        (inner.fault == InnerFault::None || is_transport_checksum(inner.fault))) {
        entry.residual = residual(entry.l4(), inner.protocol, inner.source, inner.destination);
        auto &seen = entry.sa->residuals;
        if (seen.size() < residuals_most || seen.contains(*entry.residual))
            ++seen[*entry.residual];
        ++entry.sa->residuals_seen;
    }
    if (!entry.outgoing && inner.l4 < inner.end && !is_local(inner.destination)) {
        tally(entry, &WatchTally::forwarded);
        return;
    }
    entry.comparable = may_be_compared(entry);
    entry.delivered = entry.comparable && deliveries_.take_exact(entry.deliverable());
}

void Watcher::delivered(const Delivered &packet)
{
    // It is ESP still.
    constexpr std::uint16_t natt_port = 4500;
    constexpr std::size_t ports = 4;
    if (packet.protocol == transport_udp && packet.bytes.size() >= ports &&
        (big16(packet.bytes, 0) == natt_port || big16(packet.bytes, 2) == natt_port))
        return;
    deliveries_.add(packet);
}

// Behind a NAT all packets of an SA have the same wrong checksum, and none a right one.
Watcher::Translation Watcher::translation(const Entry &entry)
{
    if (!entry.residual || *entry.residual == residual_right)
        return Translation::No;
    const auto &seen = entry.sa->residuals;
    const auto count = [&seen](std::uint16_t value) {
        const auto place = seen.find(value);
        return place == seen.end() ? std::uint64_t{0} : place->second;
    };
    const std::uint64_t same = count(*entry.residual);
    const std::uint64_t right = count(residual_right);
    if (same >= translated_least && same > right)
        return Translation::Yes;
    if (entry.sa->residuals_seen < translated_least)
        return Translation::Undecided;
    return Translation::No;
}

WatchFinding &Watcher::add_finding(const Entry &entry, WatchStage stage)
{
    WatchFinding finding;
    finding.number = ++number_;
    finding.time_ns = entry.time_ns;
    finding.stage = stage;
    finding.icv_valid = entry.icv_valid;
    finding.delivered = entry.delivered;
    finding.outgoing = entry.outgoing;
    finding.cpu = entry.cpu;
    finding.spi = entry.sa->sa.spi;
    finding.source = entry.outer.source;
    finding.destination = entry.outer.destination;
    finding.natt = entry.sa->sa.natt;
    finding.algorithm = algorithm_name(entry.sa->sa.keys);
    if (stage == WatchStage::Encapsulation || stage == WatchStage::Decapsulation)
        finding.driver = entry.sa->driver;
    finding.sequence = entry.sequence;
    if (entry.icv_valid) {
        finding.inner = entry.inner;
        finding.fault = entry.inner.fault;
    }
    finding.packet = entry.bytes;
    findings_.push_back(std::move(finding));
    return findings_.back();
}

void Watcher::settle_icv(Entry &entry)
{
    tally(entry, &WatchTally::icv_wrong);
    if (entry.outgoing) {
        ++totals_.sent_icv_wrong;
        ++cpus_[entry.cpu].sent_wrong;
        (void)add_finding(entry, WatchStage::Encapsulation);
        return;
    }
    ++totals_.received_icv_wrong;
    if (entry.sa->tally.icv_wrong <= icv_findings_most)
        (void)add_finding(entry, WatchStage::Unknown);
}

void Watcher::settle_fault(Entry &entry)
{
    tally(entry, &WatchTally::wrong);
    const InnerView &inner = entry.inner;
    WatchFinding &finding =
        add_finding(entry, entry.outgoing ? WatchStage::Encapsulation : WatchStage::Peer);
    // Padding, the IP header and GRE are made, or made anew, by the host that encapsulates.
    const bool is_makers_own =
        entry.outgoing ? is_local(inner.source) : inner.source == entry.outer.source;
    finding.from_behind = is_transport_checksum(inner.fault) && !is_makers_own;
    if (entry.outgoing) {
        ++cpus_[entry.cpu].sent_wrong;
        ++(finding.from_behind ? totals_.behind_encapsulation : totals_.own_encapsulation);
    } else {
        ++cpus_[entry.cpu].received_wrong;
        ++(finding.from_behind ? totals_.behind_peer : totals_.peer);
    }
}

void Watcher::settle_delivery(Entry &entry)
{
    WatchCpu &cpu = cpus_[entry.cpu];
    entry.comparable = false; // once
    if (!entry.delivered)
        entry.delivered = deliveries_.take_exact(entry.deliverable());
    if (entry.delivered) {
        tally(entry, &WatchTally::compared);
        ++cpu.compared;
        return;
    }
    const auto wrong = deliveries_.take_wrong(entry.deliverable());
    if (wrong.empty()) {
        tally(entry, &WatchTally::undelivered);
        return;
    }
    entry.delivered = true;
    tally(entry, &WatchTally::compared);
    tally(entry, &WatchTally::delivered_wrong);
    ++cpu.compared;
    ++cpu.delivered_wrong;
    WatchFinding &finding = add_finding(entry, WatchStage::Decapsulation);
    constexpr std::size_t block = 16;
    const PacketView l4 = entry.l4();
    for (std::size_t place = 0; place < l4.size(); ++place) {
        if (l4[place] == wrong[place])
            continue;
        ++finding.wrong_bytes;
        const auto number = static_cast<std::uint32_t>((entry.inner.l4 + place) / block);
        if (finding.blocks.empty() || finding.blocks.back() != number)
            finding.blocks.push_back(number);
    }
}

bool Watcher::settle_entry(Entry &entry, bool last)
{
    constexpr std::size_t spi_size = 4;
    const std::size_t before = findings_.size();
    // Keys that came a moment later.
    if (!entry.icv_valid && entry.packet().size() >= spi_size &&
        open(entry, big32(entry.packet(), 0)))
        take_opened(entry);
    if (!entry.icv_valid) {
        settle_icv(entry);
    } else {
        if (entry.comparable)
            settle_delivery(entry);
        const Translation translated = translation(entry);
        if (translated == Translation::Undecided && !last)
            return false;
        const bool damaged = entry.inner.fault != InnerFault::None;
        if (damaged && translated == Translation::Yes)
            tally(entry, &WatchTally::translated);
        else if (damaged && translated == Translation::Undecided)
            tally(entry, &WatchTally::undecided);
        else if (damaged)
            settle_fault(entry);
    }
    tell_sink(entry, before);
    return true;
}

void Watcher::tell_sink(const Entry &entry, std::size_t findings_before) const
{
    if (sink_)
        sink_({entry.bytes, entry.time_ns, entry.cpu, entry.outgoing, entry.sa, entry.sequence,
               std::span(findings_).subspan(findings_before)});
}

void Watcher::settle(std::uint64_t now_ns, bool last)
{
    std::erase_if(doubtful_, [&](const EntryPtr &entry) { return settle_entry(*entry, last); });
    while (!waiting_.empty() && (last || waiting_.front()->time_ns + entry_age < now_ns)) {
        const EntryPtr entry = waiting_.front();
        waiting_.pop_front();
        if (settle_entry(*entry, last || doubtful_.size() >= doubtful_most))
            continue;
        doubtful_.push_back(entry);
    }
    if (now_ns > 2 * entry_age)
        deliveries_.forget_before(now_ns - 2 * entry_age);
}

std::vector<WatchFinding> Watcher::findings()
{
    return std::exchange(findings_, {});
}

} // namespace ct
