// SPDX-License-Identifier: GPL-2.0-or-later
#include "fake_kernel.h"

#include <algorithm>
#include <utility>

namespace ct::test {

namespace {

Failure gone()
{
    return failure(ErrorKind::NoModule, "cannot read the status",
                   "the module cryptorture went away", "load it with 'modprobe cryptorture'");
}

class FakeEvents final : public Events {
public:
    explicit FakeEvents(Machine &machine) : machine_(machine) {}
    int descriptor() const override { return -1; }
    Result<EventBatch> drain() override
    {
        if (machine_.events_error)
            return Failure(*machine_.events_error);
        EventBatch batch;
        batch.events = std::exchange(machine_.events, {});
        batch.overrun = std::exchange(machine_.overrun, false);
        return batch;
    }

private:
    Machine &machine_;
};

class FakeKernel final : public Kernel {
public:
    explicit FakeKernel(Machine &machine) : machine_(machine) {}

    void set_observer(JobObserver *observer) override { observer_ = observer; }

    Result<Version> version() override
    {
        return ask("version").map([this] { return machine_.version; });
    }
    Result<void> start(const Config &config) override
    {
        if (auto asked = work("start", JobKind::Start); !asked)
            return asked;
        if (machine_.start_error)
            return Failure(*machine_.start_error);
        if (machine_.refuses && machine_.refuses(config))
            return failure(ErrorKind::Refused, "cannot start a run", "this machine cannot");
        machine_.asked.push_back(config);
        machine_.config = config;
        machine_.started_by_us = true;
        const std::uint64_t run = machine_.status.run + 1;
        machine_.status = sample_status();
        machine_.status.run = run;
        machine_.status.state = State::Running;
        machine_.status.verdict = Verdict::None;
        machine_.status.end = End::None;
        machine_.status.operations = 0;
        machine_.status.elapsed_ns = 0;
        machine_.status.config.duration_ms = config.duration_ms;
        if (machine_.fault)
            obey(config);
        machine_.ring.clear();
        if (machine_.begun)
            machine_.begun();
        return {};
    }
    Result<Status> stop() override
    {
        if (auto asked = ask("stop"); !asked)
            return Failure(asked.error());
        if (!machine_.status.active())
            return failure(ErrorKind::NotRunning, "cannot stop the run", "no run is active");
        if (auto left = wait(JobKind::Stop); !left) {
            machine_.status.state = State::Stopping;
            return Failure(left.error());
        }
        if (machine_.stuck) {
            machine_.status.state = State::Stopping;
        } else if (machine_.slow_stop) {
            machine_.slow_stop = false;
            machine_.status.state = State::Stopping;
            machine_.at[machine_.looks + 3] = [this] {
                machine_.end(End::Stopped);
            };
        } else {
            machine_.end(End::Stopped);
        }
        return machine_.status;
    }
    Result<Status> status() override
    {
        if (auto asked = ask("status"); !asked)
            return Failure(asked.error());
        if (machine_.status_error)
            return Failure(*machine_.status_error);
        return machine_.status;
    }
    Result<std::vector<Driver>> drivers() override
    {
        return work("drivers", JobKind::Search).map([this] { return machine_.drivers; });
    }
    Result<std::vector<Driver>> known_drivers() override
    {
        return ask("known drivers").map([this] { return machine_.drivers; });
    }
    Result<std::vector<Cell>> cells() override
    {
        if (auto asked = ask("cells"); !asked)
            return Failure(asked.error());
        if (machine_.cells_error)
            return Failure(*machine_.cells_error);
        return machine_.fault ? cells_in_force() : machine_.cells;
    }
    Result<Mismatch> mismatch(std::uint64_t number) override
    {
        if (auto asked = ask("mismatch"); !asked)
            return Failure(asked.error());
        for (const Mismatch &record : machine_.ring)
            if (record.number == number)
                return record;
        return failure(ErrorKind::NotFound, "cannot show the record",
                       "this record has been overwritten by later ones");
    }
    Result<MismatchDump> mismatches(std::uint64_t from) override
    {
        machine_.now += machine_.dump_takes;
        if (auto asked = ask("mismatches"); !asked)
            return Failure(asked.error());
        MismatchDump dump;
        for (const Mismatch &record : machine_.ring)
            if (record.number >= from)
                dump.records.push_back(record);
        return dump;
    }
    Result<BenchResult> bench(const BenchRequest &request) override
    {
        const std::string what = "bench " + std::string(name(request.mode));
        if (auto asked = work(what, JobKind::Bench); !asked)
            return Failure(asked.error());
        if (request.mode == BenchMode::Naive && request.driver == "cbc(aes-generic)")
            return failure(ErrorKind::Refused, "cannot measure", "it is generic itself");
        const std::uint64_t speed = request.mode == BenchMode::Raw        ? 100
                                    : request.mode == BenchMode::Verified ? 80
                                    : request.mode == BenchMode::Single   ? 50
                                                                          : 20;
        return BenchResult{speed, speed * 100000, 100000000,
                           request.mode == BenchMode::Naive ? "cbc(aes-generic)" : ""};
    }
    Result<Replay> replay(const Mismatch &record) override
    {
        if (auto asked = work("replay " + record.driver, JobKind::Replay); !asked)
            return Failure(asked.error());
        machine_.replayed.push_back(record);
        if (machine_.replay)
            return machine_.replay(record);
        Replay replay = sample_replay();
        for (Attempt &attempt : replay.attempts)
            attempt.wrong = 0;
        return replay;
    }
    Result<std::unique_ptr<Events>> subscribe() override
    {
        return ask("subscribe").map([this]() -> std::unique_ptr<Events> {
            return std::make_unique<FakeEvents>(machine_);
        });
    }

private:
    void obey(const Config &config)
    {
        Config &in_force = machine_.status.config;
        if (!config.drivers.empty())
            in_force.drivers = config.drivers;
        if (config.contexts)
            in_force.contexts = config.contexts;
        if (config.disturbers)
            in_force.disturbers = config.disturbers;
        if (config.cpus)
            in_force.cpus = config.cpus;
        in_force.sizes = config.sizes;
        in_force.exercisers = config.exercisers;
        machine_.final_verdict = Verdict::Clean;
        machine_.status.register_checks = 0;
    }

    // Each driver has its part of the operations.
    std::vector<Cell> cells_in_force() const
    {
        std::vector<Cell> cells;
        for (const Driver &driver : machine_.drivers) {
            const auto &in_force = machine_.status.config.drivers;
            if (std::find(in_force.begin(), in_force.end(), driver.name) == in_force.end())
                continue;
            Cell cell;
            cell.driver = driver.id;
            cell.operations = machine_.status.operations / in_force.size();
            cells.push_back(cell);
        }
        return cells;
    }

    Result<void> ask(const std::string &request)
    {
        machine_.log.push_back(request);
        if (machine_.gone)
            return gone();
        return {};
    }

    Result<void> work(const std::string &request, JobKind kind)
    {
        return ask(request).and_then([&] { return wait(kind); });
    }

    // As do_job() does it.
    Result<void> wait(JobKind kind)
    {
        JobProgress progress{machine_.job, std::nullopt, false};
        progress.job.kind = kind;
        progress.job.number = ++jobs_;
        for (unsigned looks = machine_.job_looks; looks > 0 && observer_ != nullptr; --looks) {
            if (observer_->wait(progress, std::chrono::milliseconds(50)))
                continue;
            machine_.log.emplace_back(kind == JobKind::Stop ? "left" : "cancel");
            if (machine_.cannot_cancel)
                break;
            observer_->over();
            return failure(ErrorKind::Interrupted, "cannot go on", "it was cancelled");
        }
        if (machine_.job_looks > 0 && observer_ != nullptr)
            observer_->over();
        return {};
    }

    Machine &machine_;
    JobObserver *observer_ = nullptr;
    std::uint64_t jobs_ = 0;
};

// Standard output on a disk that is full, or the like.
class LossyOutput final : public Output {
public:
    LossyOutput(Output &output, const int &unwritable)
        : output_(output), unwritable_(unwritable)
    {
    }
    void write(std::string_view text) override
    {
        error_ = error_ != 0 || text.empty() ? error_ : unwritable_;
        if (error_ == 0)
            output_.write(text);
    }
    int error() const override { return error_; }

private:
    Output &output_;
    const int &unwritable_;
    int error_ = 0;
};

class FakeWaiter final : public Waiter {
public:
    explicit FakeWaiter(Machine &machine) : machine_(machine) {}

    Wake wait(int /*descriptor*/, std::chrono::milliseconds time) override
    {
        machine_.now += time;
        if (time.count() == 0)
            return machine_.wake;
        Status &status = machine_.status;
        if (status.active()) {
            status.elapsed_ns += static_cast<std::uint64_t>(time.count()) * 1000000;
            status.operations += static_cast<std::uint64_t>(time.count()) * 100;
            if (machine_.fault)
                show_fault();
            if (status.config.duration_ms &&
                status.elapsed_ns >= *status.config.duration_ms * 1000000)
                machine_.end(End::Duration);
        }
        const auto happening = machine_.at.find(++machine_.looks);
        if (happening != machine_.at.end())
            happening->second();
        // A test that never ends is a failure, not a hanging machine.
        if (machine_.looks > 10000)
            machine_.gone = true;
        return machine_.wake;
    }
    std::chrono::nanoseconds now() const override { return machine_.now; }

private:
    void show_fault()
    {
        Status &status = machine_.status;
        const std::uint64_t mine = status.operations / status.config.drivers.size();
        status.register_checks = mine;
        const std::uint64_t period = machine_.fault(status.config);
        while (period > 0 && mine / period > status.mismatches)
            machine_.fail();
    }

    Machine &machine_;
};

Outcome dispatch_words(Environment &environment, const StringOutput &out,
                       const StringOutput &err, const std::vector<std::string> &words)
{
    std::vector<const char *> arguments{"cryptorture"};
    for (const std::string &word : words)
        arguments.push_back(word.c_str());
    Outcome outcome;
    outcome.status =
        dispatch(static_cast<int>(arguments.size()), arguments.data(), environment);
    outcome.out = out.text();
    outcome.err = err.text();
    return outcome;
}

} // namespace

std::unique_ptr<Kernel> kernel_of(Machine &machine)
{
    return std::make_unique<FakeKernel>(machine);
}

void Machine::fail(std::uint64_t count, bool with_event)
{
    for (; count > 0; --count)
        fail(fault_record, with_event);
}

void Machine::fail(Mismatch record, bool with_event)
{
    record.number = ++status.records;
    record.run = status.run;
    ++status.mismatches;
    if (record.injected) {
        ++status.injected;
        ++status.injected_found;
    }
    if (with_event)
        events.emplace_back(MismatchSeen{status.run, record.number});
    ring.push_back(std::move(record));
    if (ring.size() > ring_size) {
        ring.pop_front();
        ++status.overwritten;
    }
    final_verdict = Verdict::Corrupt;
}

void Machine::end(End how)
{
    status.state = State::Ended;
    status.end = how;
    status.verdict = final_verdict;
    events.emplace_back(RunEnded{status});
}

Outcome execute(Machine &machine, const std::vector<std::string> &words)
{
    StringOutput out;
    StringOutput err(machine.terminal.err ? 80 : 0);
    LossyOutput standard(out, machine.unwritable);
    Environment environment{
        "0.1.0",
        [&machine]() -> Result<std::unique_ptr<Kernel>> { return kernel_of(machine); },
        [&machine]() -> Result<std::unique_ptr<Waiter>> {
            return std::make_unique<FakeWaiter>(machine);
        },
        standard,
        err,
        machine.terminal,
        machine.root,
        machine.cpuid};
    environment.open_call_link = machine.open_call_link;
    return dispatch_words(environment, out, err, words);
}

Outcome execute_without_module(const Error &error, const std::vector<std::string> &words)
{
    StringOutput out;
    StringOutput err;
    Environment environment{
        "0.1.0",
        [&error]() -> Result<std::unique_ptr<Kernel>> { return Failure(error); },
        []() -> Result<std::unique_ptr<Waiter>> {
            return failure(ErrorKind::System, "cannot wait", "nobody should");
        },
        out,
        err,
        Terminal{}};
    return dispatch_words(environment, out, err, words);
}

} // namespace ct::test
