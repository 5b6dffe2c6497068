// SPDX-License-Identifier: GPL-2.0-or-later
// How faults are named, mechanism by mechanism.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <map>
#include <string>

#include <fmt/format.h>

#include "diagnose/diagnose.h"
#include "mechanisms/mechanism.h"

namespace ct::test {

namespace {

constexpr std::size_t answers = 4;

struct NameCounts {
    std::array<unsigned, answers> counts{};
    unsigned high = 0;
    unsigned wrong_high = 0;
    std::map<std::string, unsigned> wrong;

    void add(Naming answer, const Diagnosis &diagnosis)
    {
        ++counts.at(static_cast<std::size_t>(answer));
        const bool sure = diagnosis.bug_class && diagnosis.confidence == Confidence::High;
        high += sure ? 1 : 0;
        wrong_high += sure && answer == Naming::Wrong ? 1 : 0;
        if (answer == Naming::Wrong)
            ++wrong[fmt::format("{} ({})", name(*diagnosis.bug_class),
                                name(diagnosis.confidence))];
    }
    void add(const NameCounts &other)
    {
        for (std::size_t place = 0; place < answers; ++place)
            counts.at(place) += other.counts.at(place);
        high += other.high;
        wrong_high += other.wrong_high;
    }
    [[nodiscard]] unsigned all() const
    {
        unsigned sum = 0;
        for (const unsigned count : counts)
            sum += count;
        return sum;
    }
    [[nodiscard]] unsigned at(Naming answer) const
    {
        return counts.at(static_cast<std::size_t>(answer));
    }
    [[nodiscard]] std::string row(const std::string &mechanism, const std::string &truth) const
    {
        std::string said;
        for (const auto &[what, times] : wrong)
            said += fmt::format("{}{} {}", said.empty() ? "" : ", ", what, times);
        return fmt::format("| {} | {} | {} | {} | {} | {} | {} | {} |\n", truth, mechanism,
                           at(Naming::Right), at(Naming::Defensible), at(Naming::None),
                           at(Naming::Wrong), wrong_high, said);
    }
};

// Whose names are mostly wrong or missing, and never with high confidence.
bool hard(const Mechanism &mechanism)
{
    constexpr std::array names{"operations while setkey writes", "an ICV's state over a sleep",
                               "a request that was late, once"};
    return std::find(names.begin(), names.end(), mechanism.name) != names.end();
}

// What spoke for the three classes that came first.
std::string argument_of(const Mechanism &mechanism, unsigned number, const Diagnosis &diagnosis)
{
    std::string text = fmt::format("{}, sample {}: {} records\n", mechanism.name, number,
                                   diagnosis.records.size());
    for (std::size_t place = 0; place < std::min<std::size_t>(3, diagnosis.candidates.size());
         ++place) {
        const Suspicion &candidate = diagnosis.candidates[place];
        text += fmt::format("  {} {:.0f}\n", name(candidate.bug_class), candidate.score);
        for (const Reason &reason : candidate.evidence)
            text += fmt::format("    {:+.0f} {}\n", reason.points, reason.why);
    }
    for (const std::string &fact : diagnosis.records.front().facts)
        text += "    first record: " + fact + "\n";
    return text;
}

struct Measured {
    NameCounts sum;
    std::string table; // with a row for each, and what spoke for wrong names
};

// Of each mechanism two samples, or as many as CT_SAMPLES says.
Measured measure(const std::vector<Mechanism> &mechanisms, bool all_known)
{
    const char *const asked = std::getenv("CT_SAMPLES");
    const unsigned samples =
        asked != nullptr ? static_cast<unsigned>(std::strtoul(asked, nullptr, 10)) : 2;
    Measured measured;
    measured.table =
        "| class | mechanism | right | defensible | unclassified | wrong | wrong with high | "
        "wrong names |\n|---|---|---|---|---|---|---|---|\n";
    std::string arguments;
    for (const Mechanism &mechanism : mechanisms) {
        NameCounts counts;
        for (unsigned number = 0; number < samples; ++number) {
            const Diagnosis diagnosis = diagnose(sample_of(mechanism, number));
            const Naming naming = naming_of(mechanism, diagnosis);
            write_features(mechanism.name, mechanism.truth, mechanism.also, diagnosis);
            if (naming == Naming::Wrong || naming == Naming::None)
                arguments += argument_of(mechanism, number, diagnosis);
            counts.add(naming, diagnosis);
        }
        measured.table += counts.row(
            mechanism.name, mechanism.truth ? std::string(name(*mechanism.truth)) : "none");
        EXPECT_TRUE(!all_known || hard(mechanism) || counts.at(Naming::Wrong) <= samples / 2)
            << counts.row(mechanism.name, "");
        measured.sum.add(counts);
    }
    measured.table += measured.sum.row("all", "");
    measured.table += fmt::format("{} with high confidence, {} of them wrong\n",
                                  measured.sum.high, measured.sum.wrong_high);
    show(measured.table);
    if (const char *const file = std::getenv("CT_TABLE"); file != nullptr)
        std::ofstream(file, std::ios::app) << measured.table << "\n" << arguments;
    return measured;
}

} // namespace

// With CT_TABLE, a file with the table and with what spoke for wrong names.
TEST(DiagnoseConfusion, Mechanisms)
{
    const Measured measured = measure(all_mechanisms(), true);
    const unsigned right = measured.sum.at(Naming::Right) + measured.sum.at(Naming::Defensible);
    EXPECT_GE(right * 100, measured.sum.all() * 90) << measured.table;
    EXPECT_LE(measured.sum.wrong_high * 100, measured.sum.all()) << measured.table;
}

// With what was measured when nobody had seen them.
TEST(DiagnoseConfusion, LaterMechanisms)
{
    for (const auto &mechanisms : {fresh_mechanisms(), held_out_mechanisms()}) {
        const Measured measured = measure(mechanisms, false);
        const unsigned right =
            measured.sum.at(Naming::Right) + measured.sum.at(Naming::Defensible);
        EXPECT_GE(right * 100, measured.sum.all() * 80) << measured.table;
        EXPECT_LE(measured.sum.wrong_high * 100, measured.sum.all() * 3) << measured.table;
    }
}

} // namespace ct::test
