// SPDX-License-Identifier: GPL-2.0-or-later
// esp4_offload and esp6_offload: ESP of whole segments, encrypted on the way to the interface.
// Once loaded, all SAs that are added have it, but for those in UDP.
#pragma once

#include <cstdint>

#include "base/error.h"
#include "xfrm/xfrm.h"

namespace ct {

[[nodiscard]] bool esp_offload_loaded(bool v6);
// In the namespace of xfrm, with an interface of it: by an SA that is there for a moment.
[[nodiscard]] Result<void> load_esp_offload(Xfrm &xfrm, std::uint32_t link, bool v6);

} // namespace ct
