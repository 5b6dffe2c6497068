// SPDX-License-Identifier: GPL-2.0-or-later
// Requests of NETLINK_XFRM.
#pragma once

#include <cstdint>

#include "wire/request.h"
#include "xfrm/policy.h"
#include "xfrm/sa.h"

namespace ct {

[[nodiscard]] Request encode_new_sa(const Sa &sa, std::uint32_t reqid);
// type: XFRM_MSG_GETSA or XFRM_MSG_DELSA.
[[nodiscard]] Request encode_sa_id(int type, const Sa &sa);
// type: XFRM_MSG_NEWPOLICY or XFRM_MSG_UPDPOLICY.
[[nodiscard]] Request encode_policy(int type, const Policy &policy);
[[nodiscard]] Request encode_del_policy(const Policy &policy);

// An SA without keys that only takes its place: of that number.
[[nodiscard]] Request encode_larval_sa(std::uint32_t spi);
[[nodiscard]] Request encode_table_size();
[[nodiscard]] Request encode_flush();

} // namespace ct
