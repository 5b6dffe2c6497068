// SPDX-License-Identifier: GPL-2.0-or-later
// NETLINK_XFRM in the namespace in which it was opened.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/error.h"
#include "xfrm/policy.h"
#include "xfrm/sa.h"

namespace ct {

class Xfrm {
public:
    // Errors: no xfrm_user in this kernel, no permission.
    [[nodiscard]] static Result<Xfrm> open();
    Xfrm(Xfrm &&other) noexcept;
    Xfrm &operator=(Xfrm &&other) noexcept;
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
    // Makes the kernel's table of SAs large enough for so many, for a namespace of its own:
    // while it grows, a packet may miss its SA. Removes all SAs of ESP.
    [[nodiscard]] Result<void> reserve(std::uint32_t sas);
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
