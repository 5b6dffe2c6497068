// SPDX-License-Identifier: GPL-2.0-or-later
#include "xfrm/offload.h"

#include <unistd.h>

namespace ct {

bool esp_offload_loaded(bool v6)
{
    return access(v6 ? "/sys/module/esp6_offload" : "/sys/module/esp4_offload", F_OK) == 0;
}

Result<void> load_esp_offload(Xfrm &xfrm, std::uint32_t link, bool v6)
{
    if (esp_offload_loaded(v6))
        return {};
    constexpr unsigned key_size = 16;
    Sa sa;
    sa.spi = 0xc7ffffff;
    sa.source.v6 = v6;
    sa.source.bytes = {198, 18, 255, 1};
    sa.destination = sa.source;
    sa.destination.bytes.back() = 2;
    sa.destination.bytes[3] = 2;
    sa.keys = make_keys(Suite::Gcm, key_size, key_size, false, 1, 1);
    sa.offload_link = link;
    if (auto added = xfrm.add(sa, 0); !added)
        return added;
    if (auto removed = xfrm.remove(sa); !removed)
        return removed;
    if (esp_offload_loaded(v6))
        return {};
    return failure(ErrorKind::Unsupported, "cannot use ESP offload",
                   v6 ? "this kernel has no esp6_offload" : "this kernel has no esp4_offload",
                   v6 ? "load it with 'modprobe esp6_offload', or boot a kernel that is built "
                        "with CONFIG_INET6_ESP_OFFLOAD"
                      : "load it with 'modprobe esp4_offload', or boot a kernel that is built "
                        "with CONFIG_INET_ESP_OFFLOAD");
}

} // namespace ct
