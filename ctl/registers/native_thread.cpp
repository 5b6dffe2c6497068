// SPDX-License-Identifier: GPL-2.0-or-later
#include "registers/native_thread.h"

#include <algorithm>
#include <ctime>
#include <memory>
#include <utility>

#include "registers/mask_guard.h"

namespace ct {

namespace {

constexpr std::size_t stack_size = std::size_t{512} * 1024; // with sanitizers too
constexpr const char *cannot_start = "cannot start a thread";

void *enter(void *argument) noexcept
{
    const std::unique_ptr<std::function<void()>> body(
        static_cast<std::function<void()> *>(argument));
    (*body)();
    return nullptr;
}

} // namespace

Result<NativeThread> NativeThread::start(std::function<void()> body, const sigset_t &mask)
{
    auto argument = std::make_unique<std::function<void()>>(std::move(body));
    pthread_attr_t attributes;
    if (const int code = pthread_attr_init(&attributes); code != 0)
        return failure(ErrorKind::System, cannot_start, errno_text(code));
    pthread_attr_setstacksize(&attributes, stack_size);
    pthread_t thread{};
    int code = 0;
    {
        const MaskGuard guard(mask); // which the new thread begins with
        code = pthread_create(&thread, &attributes, enter, argument.get());
    }
    pthread_attr_destroy(&attributes);
    if (code != 0)
        return failure(ErrorKind::System, cannot_start, errno_text(code),
                       "raise the limit of processes ('ulimit -u', or the cgroup's pids.max)");
    (void)argument.release(); // the thread's own now
    return NativeThread(thread);
}

NativeThread::NativeThread(NativeThread &&other) noexcept
    : thread_(std::exchange(other.thread_, std::nullopt))
{
}

NativeThread::~NativeThread()
{
    if (thread_)
        pthread_join(*thread_, nullptr);
}

bool NativeThread::join(std::chrono::steady_clock::time_point until)
{
    if (!thread_)
        return true;
    using std::chrono::nanoseconds;
    constexpr std::int64_t second = 1000000000;
    const std::int64_t left = std::max<std::int64_t>(
        0, nanoseconds(until - std::chrono::steady_clock::now()).count());
    timespec limit{};
    clock_gettime(CLOCK_REALTIME, &limit);
    const std::int64_t when = limit.tv_nsec + left;
    limit.tv_sec += when / second;
    limit.tv_nsec = when % second;
    const bool ended = pthread_timedjoin_np(*thread_, nullptr, &limit) == 0;
    if (!ended)
        pthread_detach(*thread_);
    thread_.reset();
    return ended;
}

} // namespace ct
