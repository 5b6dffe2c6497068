// SPDX-License-Identifier: GPL-2.0-or-later
#include "traffic/worker.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <sys/eventfd.h>
#include <unistd.h>
#include <utility>

#include "base/signals_blocked.h"

namespace ct {

namespace {

constexpr std::size_t worker_stack = 512UL * 1024;
constexpr std::size_t waited_most = 4; // descriptors
constexpr const char *no_worker = "cannot start a thread for traffic";

} // namespace

void *Worker::enter(void *worker)
{
    auto &self = *static_cast<Worker *>(worker);
    self.outcome_ = self.prepare_();
    const bool well = self.outcome_.has_value();
    self.prepared_.store(true);
    self.prepared_.notify_all();
    if (well)
        self.run_();
    return nullptr;
}

Result<void> Worker::start(std::function<Result<void>()> prepare, std::function<void()> run)
{
    stop();
    stop_ = Descriptor(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!stop_.open())
        return failure(ErrorKind::System, no_worker, errno_text(errno), errno_hint(errno));
    prepare_ = std::move(prepare);
    run_ = std::move(run);
    stopping_ = false;
    prepared_ = false;

    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    (void)pthread_attr_setstacksize(&attributes, worker_stack);
    pthread_t thread{};
    int code = 0;
    {
        const SignalsBlocked blocked;
        code = pthread_create(&thread, &attributes, enter, this);
    }
    pthread_attr_destroy(&attributes);
    if (code != 0)
        return failure(ErrorKind::System, no_worker, errno_text(code),
                       "raise the limit of processes ('ulimit -u', or the cgroup's pids.max)");
    thread_ = thread;
    prepared_.wait(false);
    Result<void> outcome = outcome_;
    if (!outcome)
        stop();
    return outcome;
}

void Worker::stop()
{
    if (!thread_)
        return;
    stopping_ = true;
    const std::uint64_t one = 1;
    // It is full: the thread has been told.
    [[maybe_unused]] const ssize_t written = write(stop_.number(), &one, sizeof(one));
    (void)pthread_join(*thread_, nullptr);
    thread_.reset();
}

void Worker::wait(std::initializer_list<pollfd> ready, std::chrono::nanoseconds most) const
{
    std::array<pollfd, waited_most + 1> all{};
    const std::size_t count = std::min(ready.size(), waited_most);
    std::copy_n(ready.begin(), count, all.begin());
    all[count] = {stop_.number(), POLLIN, 0};
    most = std::max(most, std::chrono::nanoseconds(0));
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(most);
    const timespec limit{seconds.count(), (most - seconds).count()};
    (void)ppoll(all.data(), count + 1, &limit, nullptr);
}

} // namespace ct
