// SPDX-License-Identifier: GPL-2.0-or-later
#include "net/batch.h"

#include <algorithm>
#include <cerrno>

namespace ct {

Batch::Batch(std::size_t count, std::size_t room)
    // NOLINTNEXTLINE(cppcoreguidelines-avoid-c-arrays): a structure of the kernel's interface
    : room_(room), memory_(std::make_unique_for_overwrite<std::uint8_t[]>(count * room)),
      headers_(count), parts_(count), sources_(count), controls_(count)
{
}

int Batch::receive(int socket, std::size_t first, std::size_t most)
{
    most = std::min(most, headers_.size() - std::min(first, headers_.size()));
    if (most == 0)
        return 0;
    for (std::size_t i = first; i < first + most; ++i) {
        parts_[i] = {memory_.get() + i * room_, room_};
        msghdr &header = headers_[i].msg_hdr;
        header = {};
        header.msg_name = &sources_[i];
        header.msg_namelen = sizeof(sources_[i]);
        header.msg_iov = &parts_[i];
        header.msg_iovlen = 1;
        header.msg_control = controls_[i].bytes.data();
        header.msg_controllen = control_room;
    }
    const int got = recvmmsg(socket, headers_.data() + first, static_cast<unsigned>(most),
                             MSG_DONTWAIT | MSG_TRUNC, nullptr);
    return got < 0 ? -errno : got;
}

PacketView Batch::bytes(std::size_t message) const
{
    return {memory_.get() + message * room_, std::min(size(message), room_)};
}

std::size_t Batch::size(std::size_t message) const
{
    return headers_[message].msg_len;
}

const sockaddr_storage &Batch::source(std::size_t message) const
{
    return sources_[message];
}

const msghdr &Batch::header(std::size_t message) const
{
    return headers_[message].msg_hdr;
}

} // namespace ct
