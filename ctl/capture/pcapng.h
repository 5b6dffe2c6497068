// SPDX-License-Identifier: GPL-2.0-or-later
// Writes pcapng (IETF draft-ietf-opsawg-pcapng), link type RAW: packets from the IP header on.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "capture/packet.h"
#include "capture/sink.h"
#include "capture/wireshark.h"

namespace ct {

class Pcapng {
public:
    // A new file, mode 0600; one that is there already is refused.
    [[nodiscard]] static Result<Pcapng> create(const std::string &path,
                                               const std::string &program);
    // Into a file that is open.
    [[nodiscard]] static Pcapng into(Sink sink, const std::string &program);
    Pcapng(Pcapng &&other) noexcept;
    Pcapng &operator=(Pcapng &&other) noexcept;
    Pcapng(const Pcapng &) = delete;
    Pcapng &operator=(const Pcapng &) = delete;
    ~Pcapng();

    // name: such as "a-out-cpu1". Gives its number.
    unsigned interface(const std::string &name, const std::string &description);
    struct Entry {
        unsigned interface = 0;
        std::uint64_t time_ns = 0;
        std::uint32_t size = 0; // on the wire
        PacketView bytes;
        std::vector<std::string> comments;
    };
    // To the file in large pieces; nothing after the first error.
    void write(const Entry &entry);
    // Onto the disk: the first error of all that was written (a full disk among them).
    [[nodiscard]] Result<void> close();

private:
    struct State;
    explicit Pcapng(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

} // namespace ct
