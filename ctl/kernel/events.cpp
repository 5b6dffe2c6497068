// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/events.h"

#include <utility>

#include <linux/cryptorture.h>

#include "wire/decode.h"

namespace ct {

namespace {

class NetlinkEvents final : public Events {
public:
    explicit NetlinkEvents(Socket socket) : socket_(std::move(socket)) {}

    int descriptor() const override { return socket_.descriptor(); }

    Result<EventBatch> drain() override
    {
        const auto messages = socket_.drain();
        if (!messages)
            return Failure(messages.error());
        return decode_batch(*messages);
    }

private:
    Socket socket_;
};

} // namespace

EventBatch decode_batch(const Socket::Messages &messages)
{
    EventBatch batch;
    batch.overrun = messages.overrun;
    for (const Socket::Message &message : messages.messages) {
        if (!is_event(message.command))
            continue;
        if (auto event = decode_event(message.command, message.attributes))
            batch.events.push_back(std::move(*event));
        else
            batch.overrun = true;
    }
    return batch;
}

Result<std::unique_ptr<Events>> open_events()
{
    auto socket = Socket::open(CRYPTORTURE_FAMILY_NAME);
    if (!socket)
        return Failure(socket.error());
    if (const auto listening = socket->listen(CRYPTORTURE_MCGRP_EVENTS); !listening)
        return Failure(listening.error());
    return std::make_unique<NetlinkEvents>(std::move(*socket));
}

} // namespace ct
