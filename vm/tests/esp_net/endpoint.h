// SPDX-License-Identifier: GPL-2.0-or-later
// Ordinary sockets in network namespaces.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>

#include "base/descriptor.h"
#include "capture/packet.h"
#include "net/namespace.h"

namespace ct::test {

class Udp {
public:
    Udp(const Namespace &space, const Address &address, std::uint16_t port);
    bool send(const Address &to, std::uint16_t port, std::size_t size);
    bool receive(int milliseconds);
    // Without waiting.
    bool take();

private:
    Descriptor socket_;
};

// Empty, or why there was no reply.
std::string ping(const Namespace &space, const Address &from, const Address &to);

// Datagrams from one host to another, a few on their way at a time, until it is stopped.
class Flood {
public:
    Flood(const Namespace &from_space, const Address &from, const Namespace &to_space,
          const Address &to);
    ~Flood() { stop(); }
    // Waits for what is on its way.
    void stop();
    std::uint64_t sent() const { return sent_; }
    std::uint64_t received() const { return received_; }

private:
    void work();

    Udp here_;
    Udp there_;
    Address to_;
    std::atomic<bool> stopped_ = false;
    std::uint64_t sent_ = 0;
    std::uint64_t received_ = 0;
    std::thread thread_;
};

// So many bytes each way; empty, or what went wrong.
std::string stream(const Namespace &from_space, const Address &from, const Namespace &to_space,
                   const Address &to, std::size_t size);

// Frames between two interfaces, as they are.
class Forwarder {
public:
    Forwarder(const Namespace &space, const char *one, const char *other);
    ~Forwarder();

private:
    Descriptor one_;
    Descriptor other_;
    std::atomic<bool> stopped_ = false;
    std::thread thread_;
};

} // namespace ct::test
