// SPDX-License-Identifier: GPL-2.0-or-later
// Signals blocked for a while in this thread; a thread or process that is made meanwhile
// begins with the same mask.
#pragma once

#include <csignal>

namespace ct {

class MaskGuard {
public:
    explicit MaskGuard(const sigset_t &mask) { pthread_sigmask(SIG_SETMASK, &mask, &before_); }
    MaskGuard(const MaskGuard &) = delete;
    MaskGuard &operator=(const MaskGuard &) = delete;
    ~MaskGuard() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

    [[nodiscard]] static sigset_t all()
    {
        sigset_t mask;
        sigfillset(&mask);
        return mask;
    }

private:
    sigset_t before_{};
};

} // namespace ct
