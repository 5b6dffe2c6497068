// SPDX-License-Identifier: GPL-2.0-or-later
// NETLINK_XFRM in the namespace in which it was opened.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/error.h"
#include "xfrm/sa.h"

namespace ct {

enum class PolicyDirection { In, Out, Forward };

struct Policy {
    PolicyDirection direction = PolicyDirection::Out;
    Address source; // selector, with prefixes
    unsigned source_prefix = 0;
    Address destination;
    unsigned destination_prefix = 0;
    std::uint8_t protocol = 0; // 0: any
    Address tunnel_source;     // of tunnel mode
    Address tunnel_destination;
    SaMode mode = SaMode::Transport;
    std::uint32_t reqid = 0;
    std::uint32_t spi = 0; // 0: any SA
    bool block = false;    // drops instead: no SA is asked for
};

// What changed, as a listener hears it.
struct SaChange {
    enum class Kind { Added, Deleted, Expired, Flushed } kind = Kind::Added;
    Sa sa; // of Deleted and Expired: SPI and addresses alone
};

class Xfrm {
public:
    // Errors: no xfrm_user in this kernel, no permission.
    [[nodiscard]] static Result<Xfrm> open();
    Xfrm(Xfrm &&) noexcept;
    Xfrm &operator=(Xfrm &&) noexcept;
    Xfrm(const Xfrm &) = delete;
    Xfrm &operator=(const Xfrm &) = delete;
    ~Xfrm();

    // reqid ties it to policies.
    [[nodiscard]] Result<void> add(const Sa &sa, std::uint32_t reqid);
    [[nodiscard]] Result<void> remove(const Sa &sa);
    [[nodiscard]] Result<void> add(const Policy &policy);
    // Replaces one with the same selector and direction, at once for all traffic.
    [[nodiscard]] Result<void> update(const Policy &policy);
    [[nodiscard]] Result<void> remove(const Policy &policy);
    [[nodiscard]] Result<SaCounts> counts(const Sa &sa);
    // All SAs there of ESP, and of AH and IPComp; those that cannot be opened say why.
    [[nodiscard]] Result<std::vector<Sa>> list();
    // From here on changes are heard.
    [[nodiscard]] Result<void> listen();
    [[nodiscard]] int descriptor() const;
    // All that are there now; overrun: some were missed, list() again.
    struct Changes {
        std::vector<SaChange> list;
        bool overrun = false;
    };
    [[nodiscard]] Result<Changes> drain();

private:
    struct State;
    explicit Xfrm(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

} // namespace ct
