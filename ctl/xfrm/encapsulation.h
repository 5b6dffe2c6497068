// SPDX-License-Identifier: GPL-2.0-or-later
// A UDP socket that takes ESP out of UDP (RFC 3948) for the kernel.
#pragma once

#include <cstdint>

#include "base/descriptor.h"
#include "base/error.h"
#include "capture/packet.h"

namespace ct {

// Bound to that address and port, in the namespace of the calling thread; works as long as it
// is open. No policy applies to the socket itself. xfrm_user has to be there.
[[nodiscard]] Result<Descriptor> open_encapsulation(const Address &address, std::uint16_t port);

// No policy of xfrm applies to what the socket sends and receives. False: this kernel, or this
// process, cannot; errno says why.
bool bypass_policies(int socket, bool v6);

} // namespace ct
