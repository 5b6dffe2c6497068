// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/report.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include <gtest/gtest.h>

#include "record/bench.h"
#include "samples.h"

namespace ct::test {

TEST(Bound, IsTheRuleOfThree)
{
    EXPECT_NEAR(upper_rate(1000000), 2.9957e-6, 1e-9);
    EXPECT_EQ(upper_rate(0), 1.0);
    EXPECT_EQ(upper_rate(1), 1.0); // one packet says nothing
    EXPECT_NEAR(upper_rate(1000, 0.99), 4.605e-3, 1e-6);
    // What it means: at that rate, nothing is seen once in twenty times.
    EXPECT_NEAR(std::pow(1 - upper_rate(100000), 100000), 0.05, 1e-5);
    EXPECT_GT(upper_rate(UINT64_MAX), 0.0);
}

TEST(Bound, IsForNoMismatchOnly)
{
    EXPECT_FALSE(bound(1, 1000000, 1000000));
    EXPECT_FALSE(bound(0, 0, 0));
    const auto both = bound(0, 1000, 50000);
    ASSERT_TRUE(both);
    EXPECT_DOUBLE_EQ(both->per_packet, upper_rate(1000));
    EXPECT_DOUBLE_EQ(both->per_block, upper_rate(50000));
    EXPECT_DOUBLE_EQ(both->confidence, 0.95);
}

TEST(TimeToFind, IsThatOfTheSpeed)
{
    EXPECT_TRUE(times_to_find(0, 1000000000).empty());
    EXPECT_TRUE(times_to_find(1000, 0).empty());
    const std::vector<TimeToFind> times = times_to_find(2000000, 20000000000);
    ASSERT_EQ(times.size(), 2U);
    EXPECT_DOUBLE_EQ(times[0].rate, 1e-6);
    EXPECT_NEAR(times[0].seconds, 29.957, 0.001);
    EXPECT_DOUBLE_EQ(times[1].rate, 1e-9);
    EXPECT_NEAR(times[1].seconds, 29957.3, 0.1);
    // After that time nothing was seen once in twenty times.
    EXPECT_NEAR(upper_rate(static_cast<std::uint64_t>(times[0].seconds * 100000)), 1e-6, 1e-9);
}

TEST(Journal, CountsWhatItNeverSaw)
{
    Journal journal(3);
    EXPECT_EQ(journal.next(), 1U);
    EXPECT_TRUE(journal.add(sample_mismatch(1)));
    EXPECT_FALSE(journal.add(sample_mismatch(1))); // known
    EXPECT_TRUE(journal.add(sample_mismatch(5)));
    EXPECT_FALSE(journal.add(sample_mismatch(2))); // too late
    EXPECT_EQ(journal.next(), 6U);
    EXPECT_EQ(journal.obtained(), 2U);

    Status status = sample_status();
    status.records = 5;
    EXPECT_EQ(journal.lost(status), 3U); // 2, 3 and 4
    status.records = 9;
    EXPECT_EQ(journal.lost(status), 7U);
    status.unrecorded = 2;
    EXPECT_EQ(journal.lost(status), 9U);
    // A status that is older than the last record is no reason to go below zero.
    status.records = 0;
    EXPECT_EQ(journal.lost(status), 5U);
}

TEST(Journal, TakesRecordsOfItsOwnRunOnly)
{
    Journal journal(4);
    EXPECT_FALSE(journal.add(sample_mismatch(1)));
    EXPECT_EQ(journal.obtained(), 0U);
}

TEST(Journal, KeepsTheFirstAndCountsAll)
{
    Journal journal(3);
    for (std::uint64_t number = 1; number <= 100; ++number) {
        Mismatch record = sample_mismatch(number);
        record.injected = number % 2 == 0;
        if (number == 7)
            record.what = {What::Icv, What::Guard};
        journal.add(record);
    }
    EXPECT_EQ(journal.first().size(), Journal::keep);
    EXPECT_EQ(journal.first().front().number, 1U);
    ASSERT_EQ(journal.tallies().size(), 1U);
    const Tally &tally = journal.tallies().begin()->second;
    EXPECT_EQ(tally.records, 100U);
    EXPECT_EQ(tally.injected, 50U);
    EXPECT_EQ(tally.first, 1U);
    EXPECT_EQ(tally.what, 1U << static_cast<unsigned>(What::Text) |
                              1U << static_cast<unsigned>(What::Icv) |
                              1U << static_cast<unsigned>(What::Guard));
}

TEST(Report, GroupsMismatchesMostFirst)
{
    const Report report = corrupt_report();
    ASSERT_EQ(report.groups.size(), 2U);
    EXPECT_EQ(report.groups[0].driver, "cbc-aes-aesni");
    EXPECT_EQ(report.groups[0].cpu, 1U);
    EXPECT_EQ(report.groups[0].context, Context::Task);
    EXPECT_EQ(report.groups[0].mismatches, 4U); // by the module's count
    EXPECT_EQ(report.groups[0].tally.records, 3U);
    EXPECT_EQ(report.groups[1].context, Context::Softirq);
    EXPECT_EQ(report.groups[1].mismatches, 1U);
    EXPECT_EQ(report.groups[1].tally.records, 0U);
    EXPECT_EQ(report.recorded, 3U);
    EXPECT_EQ(report.lost, 2U); // record 3, and one without a record
    EXPECT_FALSE(report.bound);
}

// From Linux 7.0 on the generic drivers are those of the library, and use AES-NI.
TEST(Report, KnowsWhetherTheKernelHasASecondOpinion)
{
    const auto independent = [](std::vector<Driver> drivers) {
        return make_report("0.1.0", Version(), Status(), std::move(drivers), {}, Journal(0))
            .independent;
    };
    std::vector<Driver> drivers = sample_drivers();
    EXPECT_EQ(independent(drivers), true);
    drivers.at(1).name = "cbc(aes-lib)";
    EXPECT_EQ(independent(drivers), std::nullopt); // a CPU without AES-NI
    drivers.at(1).simd = true;
    EXPECT_EQ(independent(drivers), false);
    drivers.at(1).present = false;
    EXPECT_EQ(independent(drivers), std::nullopt);
}

TEST(Report, GroupsGapsAndSaysWhatToDo)
{
    const Report report = inconclusive_report();
    ASSERT_EQ(report.gaps.size(), 2U);
    const GapGroup &few = report.gaps[0];
    EXPECT_EQ(few.gap, Gap::TooFew);
    EXPECT_EQ(few.driver, "cbc(aes-generic)");
    EXPECT_EQ(few.context, Context::Softirq);
    EXPECT_EQ(few.cpus, "0");
    EXPECT_EQ(few.operations, 3U);
    const GapGroup &fpu = report.gaps[1];
    EXPECT_EQ(fpu.gap, Gap::NoFpuHit);
    EXPECT_EQ(fpu.cpus, "0-1");
    EXPECT_EQ(fpu.cells, 2U);
    EXPECT_EQ(fpu.reason, "never interrupted inside an FPU section");
    EXPECT_EQ(report.advice, (std::vector<std::string>{
                                 "run longer (--for), or with more load (--load)",
                                 "run longer (--for), or interrupt more often (--timer-hz)"}));
}

TEST(Report, JoinsDirectionsThatMissTheSameCpus)
{
    auto cells = sample_cells();
    auto decrypt = cells;
    for (Cell &cell : decrypt)
        cell.direction = Direction::Decrypt;
    cells[0].gap = cells[1].gap = Gap::TooFew;
    decrypt[0].gap = decrypt[1].gap = Gap::TooFew;
    cells.insert(cells.end(), decrypt.begin(), decrypt.end());
    const Report report = make_report("0.1.0", sample_version(), sample_status(),
                                      sample_drivers(), cells, Journal(3));
    ASSERT_EQ(report.gaps.size(), 1U);
    EXPECT_EQ(report.gaps[0].directions,
              (std::vector<Direction>{Direction::Encrypt, Direction::Decrypt}));
    EXPECT_EQ(report.gaps[0].cells, 4U);
}

TEST(Report, AdvisesByTheParametersOfTheRun)
{
    auto cells = sample_cells();
    cells[0].gap = Gap::NoFpuHit;
    cells[2].gap = Gap::TooFew;
    Status status = sample_status();
    status.config.disturbers = {Disturber::Preempt};
    status.config.load = 50;
    const Report report =
        make_report("0.1.0", sample_version(), status, sample_drivers(), cells, Journal(3));
    EXPECT_EQ(report.advice, (std::vector<std::string>{
                                 "run longer (--for), or with more load (--load)",
                                 "let the timer interrupt operations (--disturb default)"}));
}

TEST(Report, GivesTheDriversReasonForAGap)
{
    auto cells = sample_cells();
    cells[0].gap = Gap::DriverFailed;
    auto drivers = sample_drivers();
    drivers[0].reason = "setkey failed";
    const Report report =
        make_report("0.1.0", sample_version(), sample_status(), drivers, cells, Journal(3));
    ASSERT_EQ(report.gaps.size(), 1U);
    EXPECT_EQ(report.gaps[0].reason, "the driver failed: setkey failed");
    EXPECT_EQ(report.driver_name(99), "driver 99");
}

TEST(Report, SumsDrivers)
{
    const Report report = inconclusive_report();
    ASSERT_EQ(report.sums.size(), 2U);
    EXPECT_EQ(report.sums[0].driver, "cbc-aes-aesni");
    EXPECT_EQ(report.sums[0].operations, 750000U);
    EXPECT_EQ(report.sums[0].fpu_hits, 2U);
    EXPECT_EQ(report.sums[0].cells_planned, 6U);
    EXPECT_EQ(report.sums[0].cells_reached, 4U);
    EXPECT_EQ(report.sums[0].contexts[0].planned, 4U);
    EXPECT_EQ(report.sums[0].contexts[0].reached, 2U);
    EXPECT_EQ(report.sums[0].contexts[1].reached, 2U);
}

TEST(Report, KeepsWhatDoesNotApplyOutOfTheGaps)
{
    const Report report = unreachable_report();
    ASSERT_EQ(report.gaps.size(), 1U);
    EXPECT_EQ(report.gaps[0].gap, Gap::NoCall);
    EXPECT_EQ(report.gaps[0].reason, "no call came from an exerciser");
    EXPECT_EQ(report.sums[0].cells_planned, 5U); // not the exempt one
    ASSERT_EQ(report.inapplicable.size(), 5U);
    EXPECT_EQ(report.inapplicable[3].what, "disturber memory");
}

TEST(Report, SaysWhatADriverWasNotTestedWith)
{
    auto drivers = sample_drivers();
    const auto said = [&drivers] {
        const Report report = make_report("0.1.0", sample_version(), sample_status(), drivers,
                                          sample_cells(), Journal(3));
        return std::any_of(report.inapplicable.begin(), report.inapplicable.end(),
                           [&drivers](const Inapplicable &entry) {
                               return entry.what == drivers[0].name &&
                                      entry.why == drivers[0].reason;
                           });
    };
    drivers[0].present = true;
    EXPECT_FALSE(said());
    drivers[0].reason = "not tested with keys of 192 bits: it refuses them (error -22)";
    EXPECT_TRUE(said());
    // Of one that cannot be used at all, the gaps tell.
    drivers[0].expected = true;
    EXPECT_FALSE(said());
}

TEST(Report, SaysThatNobodyMadeCalls)
{
    const auto about_callers = [](const Report &report) {
        return std::count_if(
            report.inapplicable.begin(), report.inapplicable.end(),
            [](const Inapplicable &entry) { return entry.what == "caller context"; });
    };
    EXPECT_EQ(about_callers(clean_report()), 1);
    EXPECT_EQ(about_callers(unreachable_report()), 0); // it had exercisers
    Status idle;
    EXPECT_TRUE(make_report("0.1.0", sample_version(), idle, sample_drivers(), {}, Journal(0))
                    .inapplicable.empty());
}

TEST(Report, CountsRegistersApartFromDrivers)
{
    const Report report = register_report();
    ASSERT_EQ(report.groups.size(), 1U);
    EXPECT_EQ(report.groups[0].driver, "");
    EXPECT_EQ(report.groups[0].mismatches, 12U);
    ASSERT_EQ(report.cpus.size(), 2U);
    EXPECT_EQ(report.cpus[0].mismatches, 0U);
    EXPECT_EQ(report.cpus[1].mismatches, 12U);
    ASSERT_TRUE(report.suspect);
    EXPECT_EQ(report.suspect->cpus, "1");
    // A register's last call is no reason to blame the driver.
    Journal journal(3);
    Mismatch called = sample_register(1);
    called.driver = "cbc-aes-aesni";
    journal.add(called);
    EXPECT_EQ(std::get<0>(journal.tallies().begin()->first), "");
}

// Sums by CPU are the total, and one that was moved is no evidence against a CPU.
TEST(Report, CountsEachMismatchOnce)
{
    Status status = register_report().status;
    status.mismatches = 15;
    auto cells = sample_cells();
    cells[1].mismatches = 13; // of CPU 1
    cells[1].mismatches_moved = 1;
    Mismatch moved = sample_register(1);
    moved.run = status.run;
    moved.cpu_before = 0;
    moved.cpu_after = 1;
    Mismatch here = sample_mismatch(2); // that the cell has, too
    here.run = status.run;
    here.cpu_before = here.cpu_after = 1;
    Mismatch other = moved;
    other.number = 3;
    Journal journal(status.run);
    ASSERT_TRUE(journal.add(moved) && journal.add(here) && journal.add(other));
    const Report report =
        make_report("0.1.0", sample_version(), status, sample_drivers(), cells, journal);
    ASSERT_EQ(report.cpus.size(), 2U);
    EXPECT_EQ(report.cpus[0].mismatches, 2U);
    EXPECT_EQ(report.cpus[0].mismatches_moved, 2U);
    EXPECT_EQ(report.cpus[1].mismatches, 13U);
    std::uint64_t grouped = 0;
    for (const Group &group : report.groups)
        grouped += group.mismatches;
    EXPECT_EQ(grouped, status.mismatches);
    ASSERT_TRUE(report.suspect);
    EXPECT_EQ(report.suspect->cpus, "1");
    EXPECT_EQ(report.suspect->mismatches, 12U);
    EXPECT_EQ(report.suspect->all, 12U);
    EXPECT_EQ(report.suspect->moved, 3U);
}

TEST(Report, SuspectsNobodyForWhatWasInjected)
{
    Status status = register_report().status;
    status.injected = status.injected_found = 12;
    auto cells = sample_cells();
    cells[1].mismatches = 12;
    EXPECT_FALSE(
        make_report("0.1.0", sample_version(), status, sample_drivers(), cells, Journal(3))
            .suspect);
    status.injected = status.injected_found = 0;
    EXPECT_TRUE(
        make_report("0.1.0", sample_version(), status, sample_drivers(), cells, Journal(3))
            .suspect);
}

TEST(Report, EstimatesForAnInconclusiveRunOnly)
{
    EXPECT_FALSE(clean_report().estimate);
    EXPECT_FALSE(corrupt_report().estimate);
    const Report report = inconclusive_report();
    ASSERT_TRUE(report.estimate && report.estimate->seconds);
    EXPECT_EQ(report.again, "cryptorture run --for 2m --load 1% --contexts task,softirq "
                            "--disturb timer,preempt");
    EXPECT_EQ(unreachable_report().again, "");
}

TEST(Bench, SumsRatesByCpu)
{
    auto cells = sample_cells();
    cells[1].context = Context::Caller;
    cells[3].nested = 60;
    Status status = sample_status();
    const BenchRates rates = make_rates(status, cells);
    ASSERT_EQ(rates.cpus.size(), 2U);
    EXPECT_DOUBLE_EQ(rates.cpus[0].fpu_hits, 20);
    EXPECT_DOUBLE_EQ(rates.cpus[0].caller, 0);
    EXPECT_DOUBLE_EQ(rates.cpus[1].nested, 2);
    EXPECT_DOUBLE_EQ(rates.cpus[1].caller, 125000 / 30.0);
    status.elapsed_ns = 0;
    EXPECT_DOUBLE_EQ(make_rates(status, cells).cpus[0].fpu_hits, 0);
}

TEST(Bench, TakesTheMiddle)
{
    EXPECT_EQ(median({}), 0.0);
    EXPECT_EQ(median({3}), 3.0);
    EXPECT_EQ(median({9, 1, 5}), 5.0);
    EXPECT_EQ(median({1, 2, 3, 100}), 2.5);
    EXPECT_EQ(BenchResult{}.speed(), 0.0);
}

TEST(Bench, RatiosAreTakenTurnByTurn)
{
    // A machine that halves its speed for two turns of three.
    EXPECT_DOUBLE_EQ(median_ratio({90, 45, 48}, {100, 50, 50}).value_or(0), 0.9);
    EXPECT_FALSE(median_ratio({1}, {0}));
    EXPECT_FALSE(median_ratio({1}, {1, 2}));
    EXPECT_FALSE(median_ratio({}, {}));
}

} // namespace ct::test
