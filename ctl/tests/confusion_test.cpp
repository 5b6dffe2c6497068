// SPDX-License-Identifier: GPL-2.0-or-later
// How synthetic faults of every class are named.
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "diagnose/diagnose.h"
#include "faults.h"
#include "mechanisms/mechanism.h"
#include "replays.h"

namespace ct::test {

namespace {

// Names synthetic faults, and shows what was taken for what.
void confuse(bool replays)
{
    constexpr unsigned faults = 1000;
    Random random(2026);
    std::map<std::string, std::map<std::string, unsigned>> matrix;
    unsigned right = 0;
    unsigned separable = 0;
    unsigned sure_and_wrong = 0;
    for (unsigned count = 0; count < faults; ++count) {
        constexpr unsigned kinds = count_of<BugClass> + 1; // and none
        const unsigned kind = count % kinds;
        const bool none = kind + 1 == kinds;
        const auto truth = static_cast<BugClass>(kind);
        Evidence evidence = none ? evidence_of_nothing(random) : evidence_of(truth, random);
        if (replays && !none)
            run_again(evidence, truth, random);
        const Diagnosis diagnosis = diagnose(evidence);
        const bool named = diagnosis.bug_class == truth;
        const std::string kind_name = none ? "none" : std::string(name(truth));
        write_features("synthetic " + kind_name + (replays ? ", run again" : ""),
                       none ? std::nullopt : std::optional(truth), {}, diagnosis);
        separable += none ? 0 : 1;
        right += !none && named ? 1 : 0;
        sure_and_wrong += !named && diagnosis.confidence == Confidence::High ? 1 : 0;
        ++matrix[kind_name][diagnosis.bug_class
                                ? std::string(name(*diagnosis.bug_class)) + " " +
                                      std::string(name(diagnosis.confidence))
                                : "unclassified"];
    }
    std::string table;
    for (const auto &[truth, answers] : matrix) {
        table += truth + ":";
        for (const auto &[answer, times] : answers)
            table += "  " + answer + " " + std::to_string(times);
        table += "\n";
    }
    EXPECT_GE(right * 100, separable * 95) << table;
    EXPECT_LE(sure_and_wrong * 100, faults) << table;
    testing::Test::RecordProperty("right", static_cast<int>(right));
    show(table + std::to_string(right) + " of " + std::to_string(separable) + " right, " +
         std::to_string(sure_and_wrong) + " wrong with high confidence\n");
}

} // namespace

// Synthetic faults of every class, the same in every run: at least 95 % of them are
// named right, and at most 1 % wrong with high confidence.
TEST(DiagnoseConfusion, Matrix)
{
    confuse(false);
}

// The same with every packet run again.
TEST(DiagnoseConfusion, MatrixWithReplays)
{
    confuse(true);
}

} // namespace ct::test
