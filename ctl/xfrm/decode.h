// SPDX-License-Identifier: GPL-2.0-or-later
// Messages of NETLINK_XFRM, read without any trust in their lengths.
#pragma once

#include <optional>

#include "base/error.h"
#include "wire/attribute.h"
#include "xfrm/sa.h"

namespace ct {

// payload: of XFRM_MSG_NEWSA or XFRM_MSG_UPDSA. Nothing: neither ESP, AH nor IPComp, or an SPI
// that is only reserved. Error: Malformed.
[[nodiscard]] Result<std::optional<Sa>> decode_sa(Bytes payload);
// Of the same message.
[[nodiscard]] Result<SaCounts> decode_sa_counts(Bytes payload);
// Of XFRM_MSG_NEWSADINFO: places in the table of SAs; 0: not told.
[[nodiscard]] std::uint32_t decode_table_size(Bytes payload);
// type: of the message. Nothing: it is of no interest here (a soft limit, a policy).
[[nodiscard]] Result<std::optional<SaChange>> decode_sa_change(unsigned type, Bytes payload);

} // namespace ct
