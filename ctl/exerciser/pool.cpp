// SPDX-License-Identifier: GPL-2.0-or-later
#include "exerciser/pool.h"

#include <algorithm>
#include <exception>
#include <linux/membarrier.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <fmt/format.h>

namespace ct {

namespace {

// A descriptor for each thread may be more than the usual 1024.
void allow_descriptors(std::size_t count)
{
    constexpr rlim_t others = 64;
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= count + others)
        return;
    limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, count + others);
    (void)setrlimit(RLIMIT_NOFILE, &limit);
}

bool register_membarrier()
{
    return syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) == 0;
}

// Only want of memory can throw.
void run_guarded(Exerciser &exerciser, Notes &notes)
{
    try {
        exerciser.run();
    } catch (const std::exception &exception) {
        notes.add(
            fmt::format("an exerciser cannot go on: {}; free some memory", exception.what()));
    }
}

} // namespace

Pool::Pool(PoolPlan plan, CallLinkFactory open_link)
    : plan_(std::move(plan)), open_link_(std::move(open_link))
{
}

Result<void> Pool::prepare()
{
    Common &common = *common_;
    const auto count = static_cast<std::uint32_t>(plan_.cpus.size() * plan_.per_cpu);
    common.sets = make_register_sets(facts_of_this_cpu());
    common.mixture = {plan_.calls, plan_.moves && plan_.cpus.size() > 1, plan_.barriers, count,
                      plan_.seed};
    common.load = plan_.load;
    common.cpus = plan_.cpus;
    common.membarrier = plan_.barriers && register_membarrier();
    auto page = Mapping::make(page_size(), Mapping::Sharing::Private);
    if (!page)
        return Failure(page.error());
    common.page = std::move(*page);
    auto successor = Successor::make(common.sets, count);
    if (successor)
        common.successor = std::move(*successor);
    else
        common.notes.add(successor.error());
    auto handlers = SignalHandlers::install();
    if (!handlers)
        return Failure(handlers.error());
    handlers_.emplace(std::move(*handlers));
    allow_descriptors(count);
    if (common.mixture.moves)
        return common.mover.start();
    return {};
}

Result<void> Pool::add(std::uint32_t number)
{
    auto link = open_link_();
    if (!link)
        return Failure(link.error());
    auto exerciser = Exerciser::make(number, plan_.cpus[number % plan_.cpus.size()], common_,
                                     std::move(*link));
    if (!exerciser)
        return Failure(exerciser.error());
    // The thread keeps references to all that it uses, in case it outlives the pool.
    auto thread = NativeThread::start(
        [own = *exerciser, common = common_] { run_guarded(*own, common->notes); },
        exerciser_mask());
    if (!thread)
        return Failure(thread.error());
    members_.push_back({std::move(*exerciser), std::move(*thread)});
    return {};
}

std::optional<Error> Pool::start()
{
    if (started_)
        return std::nullopt;
    started_ = true;
    const std::size_t count = plan_.cpus.size() * plan_.per_cpu;
    Result<void> result = prepare();
    members_.reserve(count);
    for (std::uint32_t number = 0; result && number < count; ++number)
        result = add(number);
    if (result)
        return std::nullopt;
    Error error = result.error();
    error.what = fmt::format("only {} of {} exercisers could be started", size(), count);
    error.hint += error.hint.empty() ? "" : ", or ";
    error.hint += "use fewer (--exercisers, --cpus); the run goes on with these";
    return error;
}

void Pool::stop()
{
    common_->stop.stop();
    const auto until = std::chrono::steady_clock::now() + plan_.stop_time;
    for (Member &member : members_) {
        if (member.thread.join(until))
            continue;
        common_->notes.add("an exerciser hangs in a system call and was left behind: the "
                           "kernel log may have the reason, see 'dmesg'");
        if (handlers_)
            handlers_->leave();
    }
    common_->mover.stop();
    handlers_.reset();
}

Statistics Pool::statistics() const
{
    Statistics sum;
    for (const Member &member : members_)
        member.exerciser->counters().add_to(sum);
    return sum;
}

} // namespace ct
