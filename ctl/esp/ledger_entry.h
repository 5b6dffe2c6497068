// SPDX-License-Identifier: GPL-2.0-or-later
// A packet on its way through the ledger.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "esp/judge.h"
#include "esp/tunnel_sa.h"
#include "esp/wire_record.h"
#include "traffic/tap.h"

namespace ct {

// Of the transport header, which holds a checksum of all, and of the size: what a packet is
// looked up by when it is delivered. Addresses are in that checksum already.
[[nodiscard]] std::uint64_t content_key(std::uint8_t protocol, PacketView l4);
// What it is looked up by when it is received.
[[nodiscard]] std::uint64_t sequence_key(std::uint32_t spi, std::uint32_t sequence);

// Seen on the wire, with what is known of it so far.
struct LedgerEntry {
    TunnelSa *sa = nullptr;
    std::uint64_t sequence = 0;
    std::uint64_t time_ns = 0;
    std::uint32_t cpu = 0;
    std::optional<std::uint32_t> received_on; // CPU
    std::vector<std::uint8_t> bytes;          // from the IP header on
    std::size_t esp = 0;                      // where ESP begins in it
    std::size_t esp_size = 0;
    std::vector<std::uint8_t> text;
    InnerView inner;
    Judgement judgement;
    bool icv_valid = true;
    bool delivered = false;
    bool wrong_delivery = false;
    bool settled = false;
    std::uint64_t content = 0;
    std::vector<std::uint8_t> changed;         // by the wire: ESP as it was received
    std::vector<std::uint8_t> delivered_bytes; // where these were wrong
    std::vector<std::uint8_t> received_text;   // of `changed`

    // As a new one, but with the memory of the old.
    void clear()
    {
        LedgerEntry empty;
        empty.bytes.swap(bytes);
        empty.text.swap(text);
        empty.bytes.clear();
        empty.text.clear();
        *this = std::move(empty);
    }
    [[nodiscard]] WireImage image() const
    {
        return {sequence, PacketView(bytes).subspan(esp, esp_size), text};
    }
    [[nodiscard]] bool right() const
    {
        return icv_valid && judgement.kind != Judgement::Kind::Wrong;
    }
    // From the transport header on, as the receiver's kernel has it after the wire.
    [[nodiscard]] PacketView l4() const
    {
        const PacketView all =
            received_text.empty() ? PacketView(text) : PacketView(received_text);
        if (inner.l4 >= inner.end || inner.end > all.size())
            return {};
        return all.subspan(inner.l4, inner.end - inner.l4);
    }
};

// Delivered, and no packet of the wire fits yet.
struct LedgerOrphan {
    Delivered packet; // its bytes are these:
    std::vector<std::uint8_t> bytes;
    std::uint64_t content = 0;
    bool adopted = false;
};

} // namespace ct
