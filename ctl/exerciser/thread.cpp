// SPDX-License-Identifier: GPL-2.0-or-later
#include "exerciser/thread.h"

#include <algorithm>
#include <cstring>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <fmt/format.h>

#include "process/cpu_mask.h"
#include "record/config.h"

namespace ct {

namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::steady_clock;

constexpr int niceness = 19; // as the workers of the module
constexpr milliseconds burst_time{2};
constexpr milliseconds patience{100};   // with a CPU, or a run, that is not to be had
constexpr std::size_t reports_max = 16; // of one window
constexpr int report_tries = 3;

std::uint32_t present_cpu()
{
    const int cpu = sched_getcpu();
    return cpu < 0 ? 0 : static_cast<std::uint32_t>(cpu);
}

nanoseconds now()
{
    return steady_clock::now().time_since_epoch();
}

// Mostly one: only the first operation of a call finds live registers.
std::uint32_t operations_of(Schedule &schedule)
{
    return schedule.random(4) != 0 ? 1 : 1 + schedule.random(4);
}

} // namespace

Exerciser::Exerciser(std::uint32_t number, std::uint32_t cpu, std::shared_ptr<Common> common,
                     std::unique_ptr<CallLink> link, Parts parts)
    : number_(number), common_(std::move(common)), link_(std::move(link)),
      parts_(std::move(parts)), schedule_(common_->mixture, number),
      placement_(cpu, common_->cpus, common_->mixture.moves ? &common_->mover : nullptr)
{
    author_.thread = number;
}

Result<std::shared_ptr<Exerciser>> Exerciser::make(std::uint32_t number, std::uint32_t cpu,
                                                   std::shared_ptr<Common> common,
                                                   std::unique_ptr<CallLink> link)
{
    auto load = ImageMemory::make(common->sets);
    auto store = ImageMemory::make(common->sets);
    if (!load || !store)
        return Failure(load ? store.error() : load.error());
    auto actions = Actions::make(*common);
    if (!actions)
        return Failure(actions.error());
    auto child = Child::make(common->sets);
    if (!child)
        return Failure(child.error());
    auto tracee = Tracee::make(common->sets);
    if (!tracee)
        return Failure(tracee.error());
    return std::shared_ptr<Exerciser>(
        new Exerciser(number, cpu, std::move(common), std::move(link),
                      Parts{std::move(*load), std::move(*store), std::move(*actions),
                            std::move(*child), std::move(*tracee)}));
}

void Exerciser::run()
{
    // Nice values are per thread, despite PRIO_PROCESS.
    (void)setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), niceness);
    while (!over()) {
        if (!at_home()) {
            common_->stop.sleep(patience);
            continue;
        }
        const nanoseconds begin = now();
        burst();
        rest(now() - begin);
    }
}

// Never spins on another CPU in the name of its own.
bool Exerciser::at_home()
{
    if (!placement_.lost())
        return true;
    const long result = placement_.go_home();
    if (result == 0)
        return true;
    common_->notes.add(
        fmt::format("exerciser {} waits for CPU {}: it is offline, or not in the cpuset of "
                    "this program; it goes on when the CPU is available",
                    number_, placement_.home()));
    return false;
}

void Exerciser::burst()
{
    const nanoseconds end = now() + burst_time;
    for (nanoseconds time = now(); time < end && !over() && !placement_.lost(); time = now()) {
        // A translation of the page that the others take away.
        (void)*static_cast<const volatile std::byte *>(common_->page.data());
        window(choose(time));
    }
}

// The rest of a duty cycle is a window as well.
void Exerciser::rest(nanoseconds worked)
{
    if (common_->load >= load_full || common_->load == 0 || over() || placement_.lost())
        return;
    const std::int64_t off = worked.count() * (load_full - common_->load) / common_->load;
    rest_ = to_timespec(nanoseconds(off));
    window(ThreadEvent::Sleep);
    rest_ = {};
}

ThreadEvent Exerciser::choose(nanoseconds now)
{
    if (placement_.due_home())
        return ThreadEvent::Migrate;
    const ThreadEvent event = schedule_.next(now);
    if ((event == ThreadEvent::Call && steady_clock::now() < calls_from_) ||
        given_up_.at(static_cast<std::size_t>(event)))
        return ThreadEvent::Spin;
    return event;
}

void Exerciser::window(ThreadEvent event)
{
    ++author_.epoch;
    action_.result = 0;
    event_ = event;
    if (!prepare(event)) {
        event_ = ThreadEvent::Spin;
        parts_.actions->prepare_spin(action_, schedule_);
    }
    fill(parts_.load.image(), common_->sets, author_);
    cpu_before_ = present_cpu();
    open_window(parts_.load.image(), parts_.store.image(), action_, common_->sets);
    if (event_ == ThreadEvent::Fork && Child::is_child(action_))
        parts_.child.leave(parts_.store.image());
    cpu_after_ = present_cpu();
    check(parts_.store.image(), {});
    finish(event_);
    // The mover may have been late.
    if (!placement_.check(present_cpu()))
        counters_.displacements.add();
}

bool Exerciser::prepare(ThreadEvent event)
{
    if (event == ThreadEvent::Call) {
        prepare_call();
        return true;
    }
    if (event == ThreadEvent::Migrate) {
        placement_.prepare(action_, schedule_);
        return true;
    }
    if (event == ThreadEvent::Fork) {
        Child::prepare(action_);
        return true;
    }
    if (event == ThreadEvent::Ptrace) {
        parts_.tracee.prepare(action_);
        return true;
    }
    if (event == ThreadEvent::Exec && !common_->successor)
        return false;
    const auto prepared = event == ThreadEvent::Exec
                              ? common_->successor->prepare(action_, number_)
                              : parts_.actions->prepare(event, action_, schedule_, author_);
    if (!prepared)
        complain_of(event, prepared.error());
    else if (event == ThreadEvent::Sleep && (rest_.tv_sec != 0 || rest_.tv_nsec != 0))
        common_->stop.prepare_sleep(action_, rest_);
    return prepared.has_value();
}

void Exerciser::prepare_call()
{
    told_ = tally_;
    const CallRequest request = link_->prepare(operations_of(schedule_), told_);
    // Now and then it is moved in the middle.
    constexpr std::uint32_t invite_every = 64;
    if (common_->mixture.moves && schedule_.random(invite_every) == 0)
        placement_.invite(schedule_);
    if (request.instead != nullptr) {
        action_.kind = ActionKind::Code;
        action_.code = request.instead;
        action_.result = 0;
        return;
    }
    action_.kind = ActionKind::Syscall;
    action_.number = SYS_ioctl;
    action_.arguments = {request.descriptor,
                         static_cast<long>(request.command),
                         reinterpret_cast<long>(request.argument),
                         0,
                         0,
                         0};
}

void Exerciser::finish(ThreadEvent event)
{
    if (placement_.finish(action_)) {
        counters_.migrations.add();
        ++tally_.migrations;
    }
    switch (event) {
    case ThreadEvent::Call:
        return finish_call();
    case ThreadEvent::Fork:
        return finish_fork();
    case ThreadEvent::Exec:
        return finish_exec();
    case ThreadEvent::Ptrace:
        if (const auto traced = trace())
            counters_.ptraces.add();
        else
            complain_of(event, traced.error());
        return;
    case ThreadEvent::Migrate:
        return;
    default:
        break;
    }
    if (const auto finished = parts_.actions->finish(event, action_); !finished) {
        complain(finished.error());
    } else if (event == ThreadEvent::Barrier) {
        counters_.barriers.add();
        ++tally_.barriers;
    }
}

void Exerciser::finish_call()
{
    const auto reply = link_->reply(action_.result);
    if (reply) {
        tally_.checks -= told_.checks;
        tally_.barriers -= told_.barriers;
        tally_.migrations -= told_.migrations;
        counters_.calls.add();
        counters_.operations.add(reply->done);
        counters_.mismatches.add(reply->mismatches);
        return;
    }
    switch (reply.error().kind) {
    case ErrorKind::NotRunning:
    case ErrorKind::NoModule:
        over_ = true;
        return;
    case ErrorKind::NotFound: // the run is not on this CPU, or not any more
    case ErrorKind::Again:
        calls_from_ = steady_clock::now() + milliseconds(1);
        counters_.errors.add();
        return;
    default:
        calls_from_ = steady_clock::now() + patience;
        complain(reply.error());
    }
}

void Exerciser::finish_fork()
{
    if (action_.result < 0)
        return complain(no_child(-action_.result).value());
    if (const auto left = parts_.child.wait(action_))
        check(*left, "in the child");
    else
        complain(Error{ErrorKind::System,
                       "the child of an exerciser died",
                       "it was killed before it had checked its registers",
                       {},
                       std::nullopt});
}

// What the child held at its exec counts as of the epoch before.
void Exerciser::finish_exec()
{
    const Image found = parts_.store.image();
    const auto left = common_->successor->finish(action_, number_, found);
    if (!left)
        return complain_of(ThreadEvent::Exec, left.error());
    ++author_.epoch;
    fill_initial(parts_.load.image(), common_->sets);
    check(found, "in the new program");
    counters_.execs.add();
}

// It reads what the child started with; again after the child has run with the same, written
// back; and writes other values, which the child has to find in its registers.
Result<void> Exerciser::trace()
{
    Tracee &tracee = parts_.tracee;
    const Image load = parts_.load.image();
    const Image store = parts_.store.image();
    const auto way = [this] {
        return schedule_.random(2) == 0 ? Tracee::Way::Legacy : Tracee::Way::Xstate;
    };
    const auto look = [&] {
        return tracee.read(way()).map([this](Image held) { check(held, "as ptrace has it"); });
    };
    // On another CPU its registers may still be loaded, with no other thread's after them.
    if (common_->mixture.moves && action_.result > 0) {
        const std::uint32_t cpu = common_->cpus.at(
            schedule_.random(static_cast<std::uint32_t>(common_->cpus.size())));
        if (CpuMask(cpu).apply(static_cast<int>(action_.result)) == 0)
            cpu_after_ = cpu;
    }
    return tracee.stop(action_)
        .and_then(look)
        .and_then([&] { return tracee.write_back(); })
        .and_then([&] { return tracee.step(); })
        .and_then(look)
        .and_then([&] {
            const Tracee::Way written = way();
            ++author_.epoch;
            fill(store, common_->sets, author_);
            std::memcpy(load.data(), store.data(),
                        written == Tracee::Way::Legacy ? legacy_size : common_->sets.size);
            return tracee.write(load, written);
        })
        .and_then([&] { return tracee.release(action_); })
        .map([&](Image held) { check(held, "in the tracee"); });
}

void Exerciser::check(Image stored, std::string_view where)
{
    const ConstImage expected = parts_.load.image();
    settle(stored, common_->sets);
    counters_.checks.at(static_cast<std::size_t>(event_)).add();
    if (same(expected, stored, common_->sets)) {
        ++tally_.checks;
        return;
    }
    const auto differences = compare(expected, stored, common_->sets);
    counters_.differences.add(differences.size());
    for (std::size_t place = 0; place < std::min(differences.size(), reports_max); ++place)
        report(differences[place], where);
}

void Exerciser::report(const Difference &difference, std::string_view where)
{
    RegisterFinding finding;
    std::string owner = owner_of(difference, author_, common_->sets);
    if (!owner.empty() && !where.empty())
        owner = fmt::format("{}, {}", owner, where).substr(0, owner_max);
    finding.change = {difference.name, owner, event_, number_, author_.epoch};
    finding.cpu_before = cpu_before_;
    finding.cpu_after = cpu_after_;
    finding.expected = difference.expected;
    finding.actual = difference.actual;
    common_->notes.add(finding);

    for (int attempt = 0; attempt < report_tries; ++attempt) {
        const auto reported = link_->report(finding);
        if (reported)
            return;
        const ErrorKind kind = reported.error().kind;
        if (kind == ErrorKind::NotRunning || kind == ErrorKind::NoModule) {
            over_ = true;
            return;
        }
        if (kind == ErrorKind::Again && attempt + 1 < report_tries)
            continue;
        return complain(reported.error());
    }
}

void Exerciser::complain(const Error &error)
{
    counters_.errors.add();
    common_->notes.add(error);
}

void Exerciser::complain_of(ThreadEvent event, const Error &error)
{
    given_up_.at(static_cast<std::size_t>(event)) = error.kind == ErrorKind::Unsupported;
    complain(error);
}

} // namespace ct
