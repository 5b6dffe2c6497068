// SPDX-License-Identifier: GPL-2.0-or-later
#include "process/mover.h"

#include "registers/signals.h"

namespace ct {

Result<void> Mover::start()
{
    auto thread = NativeThread::start([this] { work(); }, exerciser_mask());
    if (!thread)
        return Failure(thread.error());
    thread_.emplace(std::move(*thread));
    return {};
}

void Mover::stop()
{
    {
        const std::scoped_lock lock(mutex_);
        ending_ = true;
    }
    bell_.notify_all();
    thread_.reset();
}

void Mover::ask(Request &request)
{
    request.moved.store(0, std::memory_order_relaxed);
    request.state.store(Request::Wanted, std::memory_order_release);
    {
        const std::scoped_lock lock(mutex_);
        waiting_.push_back(&request);
    }
    bell_.notify_one();
}

bool Mover::settle(Request &request)
{
    std::uint32_t wanted = Request::Wanted;
    if (request.state.compare_exchange_strong(wanted, Request::Idle))
        return false;
    request.moved.wait(0);
    return request.result == 0;
}

void Mover::work()
{
    std::unique_lock lock(mutex_);
    for (;;) {
        bell_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
        if (ending_)
            return;
        Request &request = *waiting_.front();
        waiting_.pop_front();
        std::uint32_t wanted = Request::Wanted;
        // The thread may have lost its patience.
        if (!request.state.compare_exchange_strong(wanted, Request::Moving))
            continue;
        lock.unlock();
        request.result = request.target.apply(request.thread);
        request.moved = 1;
        request.moved.notify_all();
        lock.lock();
    }
}

} // namespace ct
