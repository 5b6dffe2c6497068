// SPDX-License-Identifier: GPL-2.0-or-later
#include "weigh/replays.h"

#include <algorithm>
#include <array>
#include <string>

#include "analysis/repeat.h"

namespace ct {

namespace {

using enum BugClass;

void weigh_never(Scores &scores, double share, const std::string &why)
{
    // What is a matter of moments does not come again in a few tries.
    scores.add_to_suspected(
        {FpuNested, VcpuSwitch, CpuIntermittent, FpuSleep, AsyncOrder, DriverRace}, 5 * share,
        why);
    scores.add_to_suspected({DriverData, CpuDeterministic}, -35 * share, why);
    // It was run again with the same transform: a wrong key schedule lasts until the next
    // setkey.
    scores.add_to_suspected({KeySchedule}, -40 * share, why);
}

void weigh_transform(Scores &scores, double share, const std::string &why)
{
    scores.add(KeySchedule, 60 * share, why);
    scores.add_to_suspected({DriverData, CpuDeterministic, CpuIntermittent, FpuNested,
                             VcpuSwitch, FpuSleep, Memory, DriverRace},
                            -50 * share, why);
}

void weigh_driver(Scores &scores, double share, const std::string &why)
{
    // Bytes outside of the output are its work just as well.
    if (scores.at(SgWriteback) >= score::medium)
        scores.add(SgWriteback, 10 * share, why);
    else if (scores.at(AuthBypass) >= score::medium)
        scores.add(AuthBypass, 10 * share, why);
    else
        scores.add(DriverData, 65 * share, why);
    scores.add_to_suspected({FpuNested, VcpuSwitch, FpuSleep, CpuIntermittent, CpuDeterministic,
                             KeySchedule, Memory, AsyncOrder, DriverRace},
                            -50 * share, why);
}

void weigh_this_cpu(Scores &scores, double share, const std::string &why)
{
    scores.add(CpuDeterministic, 65 * share, why);
    scores.add_to_suspected({DriverData, FpuNested, VcpuSwitch, FpuSleep, CpuIntermittent,
                             KeySchedule, Memory, SgWriteback, DriverRace},
                            -45 * share, why);
}

void weigh_here(Scores &scores, double share, const std::string &why)
{
    scores.add(DriverData, 25 * share, why);
    scores.add(CpuDeterministic, 25 * share, why);
    scores.add_to_suspected({FpuNested, VcpuSwitch, FpuSleep, CpuIntermittent, DriverRace},
                            -40 * share, why);
}

void weigh_expectation(Scores &scores, double share, const std::string &why)
{
    scores.add(Memory, 45 * share, why);
    scores.add(CpuIntermittent, 30 * share, why);
    scores.add_to_suspected(
        {FpuNested, VcpuSwitch, FpuSleep, DriverData, KeySchedule, CpuDeterministic},
        -50 * share, why);
}

void weigh_mostly_here(Scores &scores, double share)
{
    const char *const why = "run again many times, the same packet was wrong at times on this "
                            "CPU, and never on another";
    scores.add(CpuIntermittent, 20 * share, why);
    scores.add_to_suspected({FpuNested, VcpuSwitch, FpuSleep, AsyncOrder, DriverRace,
                             KeySchedule, Memory, DriverData, CpuDeterministic},
                            -20 * share, why);
}

void weigh_softirqs(Scores &scores, double needed, double not_needed)
{
    const char *const why =
        "run again, the same packet was wrong at times, and never with softirqs off";
    // Nor does anything sleep then.
    scores.add_to_suspected({FpuNested, DriverRace, FpuSleep}, 10 * needed, why);
    scores.add_to_suspected({CpuIntermittent}, -10 * needed, why);
    scores.add_to_suspected({FpuNested}, -20 * not_needed,
                            "run again, the same packet was wrong at times with softirqs off");
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
        scores.add_to_suspected(
            {CpuIntermittent, FpuNested, VcpuSwitch, FpuSleep, AsyncOrder, DriverRace},
            5 * share, "run again at once, the same packet was wrong at times");
        scores.add_to_suspected({DriverData, CpuDeterministic}, -20 * share,
                                "run again at once, the same packet was wrong at times");
        break;
    case Repeat::MostlyHere:
        weigh_mostly_here(scores, share);
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

void weigh_replays(Scores &scores, const std::vector<const Mismatch *> &records,
                   const std::vector<double> &weights)
{
    constexpr std::size_t kinds = static_cast<std::size_t>(Repeat::Expectation) + 1;
    std::array<double, kinds> counts{};
    double known = 0;
    double needed = 0;
    double not_needed = 0;
    for (std::size_t place = 0; place < records.size(); ++place) {
        const Repeat repeat = repeat_of(*records[place]);
        counts.at(static_cast<std::size_t>(repeat)) += weights[place];
        known += repeat == Repeat::Unknown ? 0 : weights[place];
        const SoftirqsNeeded softirqs = softirqs_needed(*records[place]);
        needed += softirqs == SoftirqsNeeded::Yes ? weights[place] : 0;
        not_needed += softirqs == SoftirqsNeeded::No ? weights[place] : 0;
    }
    for (std::size_t kind = 0; kind < kinds; ++kind)
        if (counts.at(kind) > 0 && known > 0)
            weigh_one(scores, static_cast<Repeat>(kind), counts.at(kind) / known);
    if (known > 0)
        weigh_softirqs(scores, needed / known, not_needed / known);
}

} // namespace ct
