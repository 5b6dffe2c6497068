// SPDX-License-Identifier: GPL-2.0-or-later
#include "tunnel/rekeyer.h"

#include <sys/resource.h>
#include <unistd.h>

#include "base/signals_blocked.h"

namespace ct {

Rekeyer::Rekeyer(Testbed &testbed, std::uint64_t seed) : testbed_(testbed), seed_(seed)
{
    const SignalsBlocked blocked;
    thread_ = std::thread([this] { work(); });
}

bool Rekeyer::ask(Keying::Request request)
{
    const std::scoped_lock lock(mutex_);
    if (request_)
        return false;
    request_ = std::move(request);
    changed_.notify_one();
    return true;
}

std::optional<std::pair<Keying::Request, Result<SaPair>>> Rekeyer::take()
{
    const std::scoped_lock lock(mutex_);
    if (!outcome_)
        return std::nullopt;
    std::pair result{std::move(*request_), std::move(*outcome_)};
    request_.reset();
    outcome_.reset();
    return result;
}

void Rekeyer::stop()
{
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
        changed_.notify_one();
    }
    if (thread_.joinable())
        thread_.join();
}

void Rekeyer::work()
{
    // It waits for the kernel many times for one change, and each time all senders would go
    // first.
    constexpr int urgent = -19;
    (void)setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), urgent);
    std::unique_lock lock(mutex_);
    while (true) {
        changed_.wait(lock, [this] { return stopping_ || (request_ && !outcome_); });
        if (stopping_)
            return;
        const Keying::Request request = *request_;
        lock.unlock();
        auto pair =
            testbed_.rekey(request.number, request.like, seed_, request.keys, request.driver);
        lock.lock();
        outcome_ = std::move(pair);
    }
}

} // namespace ct
