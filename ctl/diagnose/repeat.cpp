// SPDX-License-Identifier: GPL-2.0-or-later
#include "diagnose/repeat.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/quantity.h"

namespace ct {

namespace {

using enum BugClass;

constexpr std::uint32_t runs_enough = 4; // to say that it does not repeat

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
    bool some_driver_right = false;
    bool some_cpu_right = false;

    explicit RunsByWay(const Replay &replay)
    {
        for (const Attempt &attempt : replay.attempts) {
            runs(attempt.way).add(attempt);
            const bool right = attempt.runs > 0 && attempt.wrong == 0;
            some_driver_right =
                some_driver_right || (right && attempt.way == ReplayWay::OtherDriver);
            some_cpu_right = some_cpu_right || (right && attempt.way == ReplayWay::OtherCpu);
        }
    }
    [[nodiscard]] Runs all() const
    {
        Runs sum;
        for (const Runs &runs : {here(), other_cpu, new_key, other_driver, other_direction}) {
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
        case ReplayWay::Same:
            break;
        }
        return same;
    }
};

void add_to_others(Scores &scores, std::initializer_list<BugClass> classes, double points,
                   const std::string &why)
{
    for (const BugClass one : classes)
        if (scores.at(one) > 0)
            scores.add(one, points, why);
}

void weigh_never(Scores &scores, double share, const std::string &why)
{
    // What is a matter of moments does not come again in a few tries.
    add_to_others(scores, {FpuNested, VcpuSwitch, CpuIntermittent, FpuSleep, AsyncOrder},
                  5 * share, why);
    add_to_others(scores, {DriverData, CpuDeterministic}, -35 * share, why);
    // It was run again with the same transform: a wrong key schedule lasts until the next
    // setkey.
    add_to_others(scores, {KeySchedule}, -40 * share, why);
}

void weigh_transform(Scores &scores, double share, const std::string &why)
{
    scores.add(KeySchedule, 60 * share, why);
    add_to_others(scores,
                  {DriverData, CpuDeterministic, CpuIntermittent, FpuNested, VcpuSwitch,
                   FpuSleep, Memory},
                  -50 * share, why);
}

void weigh_driver(Scores &scores, double share, const std::string &why)
{
    // Bytes outside of the output are its work just as well.
    if (scores.at(SgWriteback) >= score::medium)
        scores.add(SgWriteback, 10 * share, why);
    else
        scores.add(DriverData, 65 * share, why);
    add_to_others(scores,
                  {FpuNested, VcpuSwitch, FpuSleep, CpuIntermittent, CpuDeterministic,
                   KeySchedule, Memory, AsyncOrder},
                  -50 * share, why);
}

void weigh_this_cpu(Scores &scores, double share, const std::string &why)
{
    scores.add(CpuDeterministic, 65 * share, why);
    add_to_others(scores,
                  {DriverData, FpuNested, VcpuSwitch, FpuSleep, CpuIntermittent, KeySchedule,
                   Memory, SgWriteback},
                  -45 * share, why);
}

void weigh_here(Scores &scores, double share, const std::string &why)
{
    scores.add(DriverData, 25 * share, why);
    scores.add(CpuDeterministic, 25 * share, why);
    add_to_others(scores, {FpuNested, VcpuSwitch, FpuSleep, CpuIntermittent}, -40 * share, why);
}

void weigh_expectation(Scores &scores, double share, const std::string &why)
{
    scores.add(Memory, 45 * share, why);
    scores.add(CpuIntermittent, 30 * share, why);
    add_to_others(scores,
                  {FpuNested, VcpuSwitch, FpuSleep, DriverData, KeySchedule, CpuDeterministic},
                  -50 * share, why);
}

void weigh_one(Scores &scores, Repeat repeat, double share)
{
    switch (repeat) {
    case Repeat::Unknown:
        break;
    case Repeat::Never:
        weigh_never(scores, share, "run again at once, the same packet was right every time");
        break;
    case Repeat::Sometimes:
        add_to_others(scores, {CpuIntermittent, FpuNested, VcpuSwitch}, 5 * share,
                      "run again at once, the same packet was wrong at times");
        break;
    case Repeat::ThisTransform:
        weigh_transform(scores, share,
                        "run again, the packet is wrong with this transform everywhere, and "
                        "right with a fresh key schedule");
        break;
    case Repeat::ThisDriver:
        weigh_driver(scores, share,
                     "run again, the packet is always wrong with this driver, on every CPU, "
                     "and right with others");
        break;
    case Repeat::ThisCpu:
        weigh_this_cpu(scores, share,
                       "run again, the packet is always wrong on this CPU, and right on "
                       "others");
        break;
    case Repeat::Here:
        weigh_here(scores, share, "run again at once, the same packet was always wrong");
        break;
    case Repeat::Everywhere:
        weigh_expectation(scores, share,
                          "run again, the packet is always wrong, with every driver: its "
                          "expected result is in doubt");
        break;
    case Repeat::Expectation:
        weigh_expectation(scores, share,
                          "generated again, the packet or its expected result was different");
        break;
    }
}

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
        return Repeat::Sometimes;
    if (runs.new_key.right())
        return Repeat::ThisTransform;
    if (runs.other_cpu.right())
        return Repeat::ThisCpu;
    if (runs.other_driver.all_wrong() && runs.other_cpu.all_wrong())
        return Repeat::Everywhere;
    if (runs.other_cpu.all_wrong() && runs.some_driver_right)
        return Repeat::ThisDriver;
    return runs.some_cpu_right ? Repeat::Sometimes : Repeat::Here;
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
    tell(runs.other_cpu, "on other CPUs");
    tell(runs.other_driver, "with other drivers");
    tell(runs.new_key, "with a fresh key schedule");
    tell(runs.other_direction, "in the opposite direction");
    return text;
}

void weigh_replays(Scores &scores, const std::vector<const Mismatch *> &records,
                   const std::vector<double> &weights)
{
    constexpr std::size_t kinds = static_cast<std::size_t>(Repeat::Expectation) + 1;
    std::array<double, kinds> counts{};
    double known = 0;
    for (std::size_t place = 0; place < records.size(); ++place) {
        const Repeat repeat = repeat_of(*records[place]);
        counts.at(static_cast<std::size_t>(repeat)) += weights[place];
        known += repeat == Repeat::Unknown ? 0 : weights[place];
    }
    for (std::size_t kind = 0; kind < kinds; ++kind)
        if (counts.at(kind) > 0 && known > 0)
            weigh_one(scores, static_cast<Repeat>(kind), counts.at(kind) / known);
}

} // namespace ct
