// SPDX-License-Identifier: GPL-2.0-or-later
// Packets run again: how that is told, kept, read back and judged.
#include <gtest/gtest.h>

#include <cerrno>

#include "analysis/repeat.h"
#include "artifact/mismatch.h"
#include "diagnose/diagnose.h"
#include "fake_kernel.h"
#include "outcome.h"
#include "render/json.h"
#include "replays.h"
#include "samples.h"
#include "text/replay.h"
#include "weigh/replays.h"

namespace ct::test {

namespace {

Mismatch replayed(const Replay &replay = sample_replay())
{
    Mismatch record = sample_mismatch(1);
    record.replay = replay;
    return record;
}

// The sample, with the wrong results of these ways set so.
Mismatch with_wrong(std::initializer_list<std::pair<ReplayWay, bool>> changes)
{
    Mismatch record = replayed();
    for (Attempt &attempt : record.replay->attempts)
        for (const auto &[way, wrong] : changes)
            if (attempt.way == way)
                attempt.wrong = wrong ? attempt.runs : 0;
    return record;
}

Mismatch never_wrong()
{
    Mismatch record = replayed();
    for (Attempt &attempt : record.replay->attempts)
        attempt.wrong = 0;
    return record;
}

Attempt &way(Mismatch &record, ReplayWay wanted)
{
    for (Attempt &attempt : record.replay->attempts)
        if (attempt.way == wanted)
            return attempt;
    Attempt &added = record.replay->attempts.emplace_back();
    added.way = wanted;
    return added;
}

struct Count {
    std::uint32_t wrong;
    std::uint32_t runs;
};

void set(Mismatch &record, ReplayWay wanted, Count count)
{
    Attempt &attempt = way(record, wanted);
    attempt.wrong = count.wrong;
    attempt.runs = count.runs;
}

// Never wrong in the few trials of the other ways.
Mismatch tried_often(Count here, Count elsewhere, Count softirqs_off)
{
    Mismatch record = never_wrong();
    set(record, ReplayWay::Many, here);
    set(record, ReplayWay::ManyElsewhere, elsewhere);
    set(record, ReplayWay::SoftirqsOff, softirqs_off);
    way(record, ReplayWay::Many).cpu = 1;
    return record;
}

double points_of(const Mismatch &record, BugClass bug_class)
{
    Scores scores;
    for (const BugClass suspected : {BugClass::CpuIntermittent, BugClass::FpuNested,
                                     BugClass::DriverRace, BugClass::FpuSleep})
        scores.add(suspected, 50, "before");
    weigh_replays(scores, {&record}, {1});
    return scores.at(bug_class) - 50;
}

} // namespace

TEST(Replay, IsTold)
{
    EXPECT_EQ(replay_text(replayed()),
              "  run again at once:\n"
              "    CPU 1, same context          WRONG, 8 of 8 times\n"
              "    CPU 1, interrupts off        WRONG, 8 of 8 times\n"
              "    CPU 1, softirqs off          WRONG, 8 of 8 times\n"
              "    CPU 2                        not run: the CPU was offline\n"
              "    2 other CPUs                 right, 4 times each\n"
              "    CPU 1, fresh key schedule    WRONG, 4 of 4 times\n"
              "    cryptd(__cbc-aes-aesni)      WRONG, 1 of 4 times\n"
              "    cbc(aes-generic)             right, 4 times\n"
              "    CPU 1, opposite direction    right, 4 times\n"
              "    reference, CPU 1             right, 1 time\n"
              "    reference, CPU 0             right, 1 time\n"
              "    4 other CPUs were not tried\n"
              "    1 other driver was not tried\n");
    Mismatch caller = replayed();
    caller.context = Context::Caller;
    EXPECT_TRUE(contains(replay_text(caller), "CPU 1, in a kernel thread    WRONG"));
    Mismatch stopped = replayed();
    stopped.replay->attempts[0].error = ETIMEDOUT;
    EXPECT_TRUE(contains(replay_text(stopped),
                         "WRONG, 8 of 8 times; then the driver did not complete the request"));
}

TEST(Replay, ThatWasTriedOftenIsTold)
{
    const std::string text = replay_text(tried_often({8, 312}, {0, 312}, {0, 312}));
    EXPECT_TRUE(contains(text, "    CPU 1, same context          right, 8 times\n"
                               "    CPU 1, interrupts off        right, 8 times\n"
                               "    CPU 1, softirqs off          right, 312 times\n"
                               "    CPU 1, many times            WRONG, 8 of 312 times\n"
                               "    CPU 0, as many times         right, 312 times\n"))
        << text;
}

TEST(Replay, ThatWasNotMadeSaysWhy)
{
    const auto text = [](ReplayState state) {
        Replay replay;
        replay.state = state;
        return replay_text(replayed(replay));
    };
    EXPECT_EQ(text(ReplayState::Enough), "  not run again: enough others were\n");
    EXPECT_EQ(text(ReplayState::Busy), "  not run again: others were waiting for it\n");
    EXPECT_EQ(text(ReplayState::Ending), "  not run again: the run was over\n");
    EXPECT_EQ(text(ReplayState::Pending), "  being run again at this moment\n");
    EXPECT_EQ(text(ReplayState::None), "");
    EXPECT_EQ(replay_text(sample_mismatch(1)), ""); // of a program before
}

TEST(Replay, IsReadBackFromJson)
{
    StringOutput output;
    Json json(output);
    json.mismatch(replayed());
    json.mismatch(sample_mismatch(2));
    const auto object = lines(output.text()).front()["replay"];
    EXPECT_EQ(object["state"], "done");
    EXPECT_EQ(object["cpus_left"], 4);
    EXPECT_EQ(object["drivers_left"], 1);
    EXPECT_EQ(object["attempts"][3], nlohmann::json::parse(R"({
        "way": "other-cpu", "cpu": 2, "context": "task", "driver": null, "runs": 0,
        "wrong": 0, "errno": 19})"));
    EXPECT_EQ(object["attempts"].back()["way"], "softirqs-off");
    Complaint complaint;
    EXPECT_EQ(read_mismatch(lines(output.text())[0], complaint).replay, sample_replay());
    EXPECT_FALSE(read_mismatch(lines(output.text())[1], complaint).replay);
    EXPECT_FALSE(complaint.text()) << complaint.text().value_or("");
}

TEST(Replay, ThatIsSpoiledIsNotTaken)
{
    StringOutput output;
    Json json(output);
    json.mismatch(replayed());
    const auto spoiled = [&](const std::string &from, const std::string &to) {
        std::string text = output.text();
        const std::size_t place = text.find(from);
        EXPECT_NE(place, std::string::npos) << from;
        text.replace(place, from.size(), to);
        Complaint complaint;
        (void)read_mismatch(Parsed::parse(text), complaint);
        return complaint.text().has_value();
    };
    EXPECT_FALSE(spoiled("\"done\"", "\"done\""));
    EXPECT_TRUE(spoiled("\"done\"", "\"so-so\""));
    EXPECT_TRUE(spoiled("\"irqs-off\"", "\"elsewhere\""));
    EXPECT_TRUE(spoiled("\"runs\":8,\"wrong\":8", "\"runs\":8,\"wrong\":9"));
    EXPECT_TRUE(spoiled("\"attempts\":[", "\"attempts\":[3,"));
    EXPECT_TRUE(spoiled("\"replay\":{", "\"replay\":3,\"other\":{"));
}

// A record is told when it is whole, and those behind it after it.
TEST(Run, WaitsForReplays)
{
    Machine machine;
    machine.at[2] = [&] {
        machine.fail(3);
        machine.ring[1].replay.emplace().state = ReplayState::Pending;
    };
    std::size_t lost = 0;
    std::size_t progress = 0;
    machine.at[15] = [&] {
        machine.ring[1].replay = sample_replay();
    };
    const auto outcome = execute(machine, {"run", "--for", "20s", "--json"});
    std::vector<std::uint64_t> told;
    for (const auto &line : lines(outcome.out)) {
        if (line["type"] == "mismatch")
            told.push_back(line["number"].get<std::uint64_t>());
        if (line["type"] == "mismatch" && line["number"] == 2) {
            EXPECT_EQ(line["replay"]["state"], "done");
        }
        if (line["type"] == "progress") {
            lost += line["lost"].get<std::size_t>();
            ++progress;
        }
    }
    EXPECT_EQ(told, (std::vector<std::uint64_t>{1, 2, 3}));
    EXPECT_GT(progress, 0U);
    EXPECT_EQ(lost, 0U);
    EXPECT_EQ(last_of(lines(outcome.out), "verdict")["lost"], 0);
}

// Whatever the kernel says: the end of a run is the end of waiting.
TEST(Run, WaitsForReplaysOnlyUntilItsEnd)
{
    Machine machine;
    machine.at[2] = [&] {
        machine.fail(2);
        machine.ring[0].replay.emplace().state = ReplayState::Pending;
    };
    const auto outcome = execute(machine, {"run", "--for", "5s", "--json"});
    EXPECT_EQ(last_of(lines(outcome.out), "verdict")["records"], 2);
    EXPECT_EQ(last_of(lines(outcome.out), "verdict")["lost"], 0);
}

TEST(DiagnoseReplay, TellsWhatTheFaultComesWith)
{
    using enum ReplayWay;
    EXPECT_EQ(repeat_of(sample_mismatch(1)), Repeat::Unknown);
    EXPECT_EQ(repeat_of(never_wrong()), Repeat::Never);
    EXPECT_EQ(repeat_of(replayed()), Repeat::ThisCpu);
    EXPECT_EQ(repeat_of(with_wrong({{NewKey, false}, {OtherCpu, true}})),
              Repeat::ThisTransform);
    EXPECT_EQ(repeat_of(with_wrong({{OtherCpu, true}})), Repeat::ThisDriver);
    EXPECT_EQ(repeat_of(with_wrong({{OtherCpu, true}, {OtherDriver, true}})),
              Repeat::Everywhere);
    EXPECT_EQ(repeat_of(with_wrong({{Reference, true}})), Repeat::Expectation);
    EXPECT_EQ(repeat_of(with_wrong({{Same, false}, {IrqsOff, false}})), Repeat::Sometimes);
    EXPECT_EQ(repeat_of(with_wrong({{IrqsOff, false}})), Repeat::Sometimes);

    Mismatch record = replayed(); // one CPU alone
    std::erase_if(record.replay->attempts,
                  [](const Attempt &attempt) { return attempt.way == OtherCpu; });
    EXPECT_EQ(repeat_of(record), Repeat::Here);
    record = never_wrong(); // too few to say that it does not repeat
    record.replay->attempts[0].runs = 3;
    record.replay->attempts[1].runs = 0;
    EXPECT_EQ(repeat_of(record), Repeat::Unknown);
    record = replayed(); // the FPU was busy at times
    record.replay->attempts[0].wrong = 5;
    EXPECT_EQ(repeat_of(record), Repeat::ThisCpu);
    record = replayed();
    record.replay->state = ReplayState::Ending;
    EXPECT_EQ(repeat_of(record), Repeat::Unknown);
}

// By counts: 8 and none of as many are no accident, and 4 and none can be one.
TEST(DiagnoseReplay, TellsOneCpuFromAllByManyTrials)
{
    EXPECT_EQ(repeat_of(tried_often({8, 312}, {0, 312}, {0, 8})), Repeat::MostlyHere);
    EXPECT_EQ(repeat_of(tried_often({7, 1000}, {0, 1000}, {0, 8})), Repeat::MostlyHere);
    EXPECT_EQ(repeat_of(tried_often({6, 1000}, {0, 1000}, {0, 8})), Repeat::Sometimes);
    EXPECT_EQ(repeat_of(tried_often({8, 312}, {0, 20}, {0, 8})), Repeat::Sometimes);
    EXPECT_EQ(repeat_of(tried_often({8, 312}, {1, 312}, {0, 8})), Repeat::Sometimes);
    EXPECT_EQ(repeat_of(tried_often({8, 312}, {0, 0}, {0, 8})), Repeat::Sometimes);
    EXPECT_EQ(repeat_of(tried_often({0, 1000}, {0, 0}, {0, 8})), Repeat::Never);
    EXPECT_EQ(repeat_of(tried_often({0, 1000}, {0, 0}, {1, 8})), Repeat::Sometimes);
    Mismatch record = tried_often({8, 312}, {0, 312}, {0, 8});
    way(record, ReplayWay::OtherCpu).wrong = 1;
    EXPECT_EQ(repeat_of(record), Repeat::Sometimes);
}

TEST(DiagnoseReplay, OfAProgramBeforeIsWhatItWas)
{
    Mismatch record = replayed();
    std::erase_if(record.replay->attempts,
                  [](const Attempt &attempt) { return attempt.way == ReplayWay::SoftirqsOff; });
    EXPECT_EQ(repeat_of(record), Repeat::ThisCpu);
    EXPECT_EQ(softirqs_needed(record), SoftirqsNeeded::Unknown);
    set(record, ReplayWay::IrqsOff, {0, 8});
    EXPECT_EQ(repeat_of(record), Repeat::Sometimes);
    EXPECT_EQ(softirqs_needed(record), SoftirqsNeeded::Unknown);
}

TEST(DiagnoseReplay, TellsWhetherSoftirqsAreNeeded)
{
    using enum SoftirqsNeeded;
    EXPECT_EQ(softirqs_needed(sample_mismatch(1)), Unknown);
    EXPECT_EQ(softirqs_needed(replayed()), Unknown); // always wrong
    EXPECT_EQ(softirqs_needed(never_wrong()), Unknown);
    EXPECT_EQ(softirqs_needed(tried_often({8, 312}, {8, 200}, {0, 312})), Yes);
    EXPECT_EQ(softirqs_needed(tried_often({8, 312}, {8, 200}, {0, 8})), Unknown);
    EXPECT_EQ(softirqs_needed(tried_often({4, 1000}, {3, 1000}, {0, 1000})), Unknown);
    EXPECT_EQ(softirqs_needed(tried_often({8, 312}, {8, 200}, {1, 312})), No);
    EXPECT_EQ(softirqs_needed(tried_often({0, 1000}, {0, 0}, {1, 8})), No);
    Mismatch softirq = never_wrong(); // what a softirq does is no matter to a thread
    set(softirq, ReplayWay::Same, {5, 8});
    EXPECT_EQ(softirqs_needed(softirq), Yes);
    way(softirq, ReplayWay::Same).context = Context::Softirq;
    EXPECT_EQ(softirqs_needed(softirq), Unknown);
}

TEST(DiagnoseReplay, ManyTrialsHaveTheirPoints)
{
    using enum BugClass;
    const double moment = points_of(tried_often({4, 1000}, {4, 900}, {0, 1000}), FpuNested);
    EXPECT_GT(moment, 0);
    const Mismatch here = tried_often({8, 312}, {0, 312}, {2, 312});
    EXPECT_EQ(points_of(here, CpuIntermittent), 20);
    EXPECT_EQ(points_of(here, DriverRace), -20);
    EXPECT_EQ(points_of(here, FpuNested), -40); // it needs no softirqs either
    const Mismatch nested = tried_often({8, 312}, {8, 300}, {0, 312});
    EXPECT_EQ(points_of(nested, FpuNested), moment + 10);
    EXPECT_EQ(points_of(nested, DriverRace), moment + 10);
    EXPECT_EQ(points_of(nested, FpuSleep), moment + 10);
    EXPECT_EQ(points_of(nested, CpuIntermittent), moment - 10);
    const Mismatch quiet = tried_often({8, 312}, {8, 300}, {1, 312});
    EXPECT_EQ(points_of(quiet, FpuNested), moment - 20);
    EXPECT_EQ(points_of(quiet, DriverRace), moment);
}

TEST(DiagnoseReplay, IsToldInWords)
{
    EXPECT_EQ(repeat_text(sample_mismatch(1)), "");
    EXPECT_EQ(repeat_text(never_wrong()), "run again at once it was right, 48 of 48 times");
    EXPECT_EQ(repeat_text(replayed()),
              "run again at once it was wrong 16 of 16 times here, 8 of 8 with softirqs off, "
              "0 of 8 on other CPUs, 1 of 8 with other drivers, 4 of 4 with a fresh key "
              "schedule, 0 of 4 in the opposite direction");
    EXPECT_TRUE(contains(repeat_text(tried_often({8, 312}, {0, 312}, {2, 312})),
                         "wrong 0 of 16 times here, 2 of 312 with softirqs off, 8 of 312 when "
                         "tried often, 0 of 312 as often on another CPU, "));
}

// The same damage of one record, which alone says little, and four outcomes.
TEST(DiagnoseReplay, DecidesWhatTheDamageLeavesOpen)
{
    Random random(31);
    const auto named = [&](BugClass repeats_as) {
        Evidence evidence = evidence_of(BugClass::VcpuSwitch, random);
        evidence.cells.clear();
        run_again(evidence, repeats_as, random);
        return diagnose(evidence).bug_class;
    };
    for (unsigned count = 0; count < 20; ++count) {
        // What does not come again can be too little for a name, and is no other class.
        EXPECT_EQ(named(BugClass::VcpuSwitch).value_or(BugClass::VcpuSwitch),
                  BugClass::VcpuSwitch);
        EXPECT_EQ(named(BugClass::DriverData), BugClass::DriverData);
        EXPECT_EQ(named(BugClass::CpuDeterministic), BugClass::CpuDeterministic);
    }
}

TEST(DiagnoseReplay, TellsDeterministicFromIntermittentByOneRecordEach)
{
    Random random(32);
    for (unsigned count = 0; count < 20; ++count)
        for (const BugClass truth : {BugClass::CpuDeterministic, BugClass::CpuIntermittent}) {
            Evidence evidence = evidence_of(BugClass::CpuIntermittent, random);
            run_again(evidence, truth, random);
            EXPECT_EQ(diagnose(evidence).bug_class, truth);
        }
}

} // namespace ct::test
