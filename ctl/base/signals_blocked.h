// SPDX-License-Identifier: GPL-2.0-or-later
// For as long as it lives the calling thread gets no signal, and a thread that it makes
// meanwhile never does: signals are for the thread that waits for them.
#pragma once

#include <csignal>
#include <pthread.h>

namespace ct {

class SignalsBlocked {
public:
    SignalsBlocked()
    {
        sigset_t all{};
        (void)sigfillset(&all);
        (void)pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    SignalsBlocked(const SignalsBlocked &) = delete;
    SignalsBlocked &operator=(const SignalsBlocked &) = delete;
    ~SignalsBlocked() { (void)pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

private:
    sigset_t before_{};
};

} // namespace ct
