// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/repeat.h"

#include <fmt/format.h>

#include "base/quantity.h"
#include "damage/statistics.h"

namespace ct {

namespace {

constexpr std::uint32_t runs_enough = 4; // to say that it does not repeat
constexpr double no_accident = 0.01;
constexpr double hardly_accident = 0.05; // for what counts little

struct Runs {
    std::uint32_t made = 0;
    std::uint32_t wrong = 0;

    void add(const Attempt &attempt)
    {
        made += attempt.runs;
        wrong += attempt.wrong;
    }
    [[nodiscard]] bool right() const { return made > 0 && wrong == 0; }
    [[nodiscard]] bool all_wrong() const { return made > 0 && wrong == made; }
    // Right there, by chance, where it was as likely to be wrong as here.
    [[nodiscard]] double accident(const Runs &there) const
    {
        return wrong == 0 || !there.right() ? 1
                                            : fisher_tail(wrong, made - wrong, 0, there.made);
    }
};

// By way, without those of the reference, which no driver made.
struct RunsByWay {
    Runs same;
    Runs irqs_off;
    Runs other_cpu;
    Runs new_key;
    Runs other_driver;
    Runs other_direction;
    Runs reference;
    Runs softirqs_off;
    Runs many;
    Runs many_elsewhere;
    Runs in_task; // same and many, of those in a thread
    bool some_driver_right = false;
    bool some_cpu_right = false;
    bool by_cpu = true; // each other CPU is always right or always wrong

    explicit RunsByWay(const Replay &replay)
    {
        for (const Attempt &attempt : replay.attempts) {
            runs(attempt.way).add(attempt);
            if ((attempt.way == ReplayWay::Same && attempt.context == Context::Task) ||
                attempt.way == ReplayWay::Many)
                in_task.add(attempt);
            const bool right = attempt.runs > 0 && attempt.wrong == 0;
            some_driver_right =
                some_driver_right || (right && attempt.way == ReplayWay::OtherDriver);
            some_cpu_right = some_cpu_right || (right && attempt.way == ReplayWay::OtherCpu);
            by_cpu = by_cpu && (attempt.way != ReplayWay::OtherCpu || right ||
                                attempt.wrong == attempt.runs);
        }
    }
    [[nodiscard]] Runs all() const
    {
        Runs sum;
        for (const Runs &runs : {here(), softirqs_off, many, many_elsewhere, other_cpu, new_key,
                                 other_driver, other_direction}) {
            sum.made += runs.made;
            sum.wrong += runs.wrong;
        }
        return sum;
    }
    [[nodiscard]] Runs here() const
    {
        return {same.made + irqs_off.made, same.wrong + irqs_off.wrong};
    }
    // In a softirq over an FPU section a driver may take another way, and be right.
    [[nodiscard]] bool always() const
    {
        return irqs_off.made > 0 ? irqs_off.all_wrong() && (same.wrong > 0 || same.made == 0)
                                 : same.all_wrong();
    }
    [[nodiscard]] bool mostly_here() const
    {
        return other_cpu.wrong == 0 && many.accident(many_elsewhere) <= no_accident;
    }

private:
    Runs &runs(ReplayWay way)
    {
        switch (way) {
        case ReplayWay::OtherCpu:
            return other_cpu;
        case ReplayWay::NewKey:
            return new_key;
        case ReplayWay::OtherDriver:
            return other_driver;
        case ReplayWay::OtherDirection:
            return other_direction;
        case ReplayWay::Reference:
            return reference;
        case ReplayWay::IrqsOff:
            return irqs_off;
        case ReplayWay::SoftirqsOff:
            return softirqs_off;
        case ReplayWay::Many:
            return many;
        case ReplayWay::ManyElsewhere:
            return many_elsewhere;
        case ReplayWay::Same:
            break;
        }
        return same;
    }
};

} // namespace

Repeat repeat_of(const Mismatch &record)
{
    if (!record.replay || record.replay->state != ReplayState::Done)
        return Repeat::Unknown;
    const RunsByWay runs(*record.replay);
    if (runs.reference.wrong > 0)
        return Repeat::Expectation;
    if (runs.here().made < runs_enough)
        return Repeat::Unknown;
    if (runs.all().wrong == 0)
        return Repeat::Never;
    if (!runs.always())
        return runs.mostly_here() ? Repeat::MostlyHere : Repeat::Sometimes;
    if (runs.new_key.right())
        return Repeat::ThisTransform;
    if (runs.other_cpu.right() || (runs.by_cpu && runs.some_cpu_right))
        return Repeat::ThisCpu;
    if (runs.other_driver.all_wrong() && runs.other_cpu.all_wrong())
        return Repeat::Everywhere;
    if (runs.other_cpu.all_wrong() && runs.some_driver_right)
        return Repeat::ThisDriver;
    return runs.some_cpu_right ? Repeat::Sometimes : Repeat::Here;
}

SoftirqsNeeded softirqs_needed(const Mismatch &record)
{
    if (!record.replay || record.replay->state != ReplayState::Done)
        return SoftirqsNeeded::Unknown;
    const RunsByWay runs(*record.replay);
    if (runs.softirqs_off.made == 0 || runs.always())
        return SoftirqsNeeded::Unknown;
    if (runs.softirqs_off.wrong > 0)
        return SoftirqsNeeded::No;
    return runs.in_task.accident(runs.softirqs_off) <= hardly_accident
               ? SoftirqsNeeded::Yes
               : SoftirqsNeeded::Unknown;
}

std::string repeat_text(const Mismatch &record)
{
    if (!record.replay || record.replay->state != ReplayState::Done)
        return "";
    const RunsByWay runs(*record.replay);
    const Runs all = runs.all();
    if (runs.reference.wrong > 0)
        return "generated again, the packet or its expected result was different";
    if (all.made == 0)
        return "";
    if (all.wrong == 0)
        return fmt::format("run again at once it was right, {} of {}", all.made,
                           plural(all.made, "time", "times"));
    std::string text =
        fmt::format("run again at once it was wrong {} of {} here", runs.here().wrong,
                    plural(runs.here().made, "time", "times"));
    const auto tell = [&text](const Runs &part, std::string_view where) {
        if (part.made > 0)
            text += fmt::format(", {} of {} {}", part.wrong, part.made, where);
    };
    tell(runs.softirqs_off, "with softirqs off");
    tell(runs.many, "when tried often");
    tell(runs.many_elsewhere, "as often on another CPU");
    tell(runs.other_cpu, "on other CPUs");
    tell(runs.other_driver, "with other drivers");
    tell(runs.new_key, "with a fresh key schedule");
    tell(runs.other_direction, "in the opposite direction");
    return text;
}

Answers::Answers(const std::vector<const Mismatch *> &records)
{
    for (const Mismatch *const record : records) {
        const Repeat repeat = repeat_of(*record);
        known_ += repeat == Repeat::Unknown ? 0 : 1;
        ++counts_.at(static_cast<std::size_t>(repeat));
    }
}

bool Answers::mostly(std::initializer_list<Repeat> answers) const
{
    std::size_t sum = 0;
    for (const Repeat answer : answers)
        sum += counts_.at(static_cast<std::size_t>(answer));
    return known_ > 0 && sum * 10 >= known_ * 9;
}

} // namespace ct
