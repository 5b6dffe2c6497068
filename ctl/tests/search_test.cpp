// SPDX-License-Identifier: GPL-2.0-or-later
// The search for the smallest set, on oracles that know the answer.
#include "bisect/search.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>

#include <gtest/gtest.h>

namespace ct::test {

namespace {

// Shows the fault after so many chances in sets that have all of what it needs.
class KnowingOracle final : public Oracle {
public:
    explicit KnowingOracle(FactorSet needed) : needed_(std::move(needed)) {}

    [[nodiscard]] Observation ask(const FactorSet &members, const Patience &patience) override
    {
        if (trials >= trials_max)
            return {};
        ++trials;
        if (refused && refused(members))
            return {Sight::Refused, 0, 0};
        std::uint64_t most = std::min(patience.chances.value_or(bound), bound);
        if (patience.elapsed_ns)
            most = std::min(most, *patience.elapsed_ns / ns_per_chance);
        const std::uint64_t wait = until_shown(members);
        return {wait <= most ? Sight::Shown : Sight::Silent, std::min(wait, most),
                std::min(wait, most) * ns_per_chance};
    }

    unsigned trials = 0;
    unsigned trials_max = 1000000;
    std::uint64_t bound = 1000000; // chances in one trial
    std::function<bool(const FactorSet &)> refused;
    std::function<std::uint64_t(const FactorSet &)> chances; // for sets that show it

    static constexpr std::uint64_t ns_per_chance = 1000000;

private:
    std::uint64_t until_shown(const FactorSet &members) const
    {
        if (!std::includes(members.begin(), members.end(), needed_.begin(), needed_.end()))
            return UINT64_MAX;
        return chances ? chances(members) : 100;
    }

    FactorSet needed_;
};

struct Shape {
    std::size_t drivers = 51;
    std::size_t contexts = 3;
    std::size_t disturbers = 6;
    std::size_t exercisers = 2;
    std::size_t cpus = 4;
    std::size_t sizes = 3;
};

Factors factors_for(const Shape &shape)
{
    std::vector<Factor> list;
    const auto put = [&list](Dimension dimension, std::size_t count) {
        for (std::size_t number = 0; number < count; ++number)
            list.push_back({dimension, std::to_string(number), false, false, false});
    };
    put(Dimension::Drivers, shape.drivers);
    put(Dimension::Contexts, shape.contexts);
    put(Dimension::Disturbers, shape.disturbers);
    put(Dimension::Exercisers, shape.exercisers);
    put(Dimension::Cpus, shape.cpus);
    put(Dimension::Sizes, shape.sizes);
    return Factors(std::move(list));
}

FactorSet at(const Factors &factors, Dimension dimension,
             const std::vector<std::size_t> &numbers)
{
    const FactorSet all = factors.members_in(factors.all(), dimension);
    FactorSet members;
    for (const std::size_t number : numbers)
        members.push_back(all.at(number));
    return members;
}

// What has to be found where that is needed: a run has some of each dimension, though any.
bool is_smallest(const Factors &factors, const FactorSet &needed, const FactorSet &found)
{
    if (!std::includes(found.begin(), found.end(), needed.begin(), needed.end()))
        return false;
    for (std::size_t number = 0; number < count_of<Dimension>; ++number) {
        const auto dimension = static_cast<Dimension>(number);
        std::size_t expected = factors.members_in(needed, dimension).size();
        if (expected == 0 && !can_be_empty(dimension))
            expected = 1;
        if (factors.members_in(found, dimension).size() != expected)
            return false;
    }
    return true;
}

// Any set for most dimensions, the first few for those that are counted.
FactorSet some_members(const Factors &factors, std::mt19937_64 &random)
{
    FactorSet members;
    for (std::size_t number = 0; number < count_of<Dimension>; ++number) {
        const auto dimension = static_cast<Dimension>(number);
        FactorSet all = factors.members_in(factors.all(), dimension);
        const std::size_t count = random() % (std::min<std::size_t>(all.size(), 3) + 1);
        if (!counted(dimension))
            std::shuffle(all.begin(), all.end(), random);
        members.insert(members.end(), all.begin(),
                       all.begin() + static_cast<std::ptrdiff_t>(count));
    }
    std::sort(members.begin(), members.end());
    return members;
}

std::uint64_t exponential(std::mt19937_64 &random, double mean)
{
    return static_cast<std::uint64_t>(
        std::ceil(std::exponential_distribution<>(1 / mean)(random)));
}

} // namespace

TEST(Showings, TellHowLongSilenceMustLast)
{
    const Showings three{3, 300, 0};
    // (300 / (300 + N))^3 = 0.05
    EXPECT_EQ(silence_needed(three, 0.95), 515U);
    EXPECT_NEAR(confidence_of(three, 515), 0.95, 0.001);
    EXPECT_GT(silence_needed(three, 0.99), 1000U);
    EXPECT_EQ(silence_needed(Showings{1, 100, 0}, 0.95), 1900U);
    // A rate that is well known needs ln 20 of its means.
    EXPECT_NEAR(static_cast<double>(silence_needed(Showings{100000, 10000000, 0}, 0.95)), 300,
                1);
    EXPECT_EQ(silence_needed(Showings(), 0.95), UINT64_MAX);
    EXPECT_EQ(confidence_of(Showings(), 1000000), 0);
    EXPECT_EQ(confidence_of(three, 0), 0);
    EXPECT_EQ(silence_needed(Showings{1, UINT64_MAX, 0}, 0.99), UINT64_MAX);
}

TEST(Showings, AreRightAsOftenAsTheySay)
{
    std::mt19937_64 random(1);
    constexpr unsigned rounds = 20000;
    for (const double confidence : {0.8, 0.95}) {
        unsigned wrong = 0;
        for (unsigned round = 0; round < rounds; ++round) {
            Showings seen;
            for (unsigned showing = 0; showing < 3; ++showing)
                seen.add(exponential(random, 1e6), 0);
            if (exponential(random, 1e6) > silence_needed(seen, confidence))
                ++wrong;
        }
        EXPECT_NEAR(static_cast<double>(wrong) / rounds, 1 - confidence, 0.01);
    }
}

TEST(Search, FindsASingleFactor)
{
    const Factors factors = factors_for({});
    for (const std::size_t number : {0U, 20U, 50U}) {
        const FactorSet needed = at(factors, Dimension::Drivers, {number});
        KnowingOracle oracle(needed);
        const Narrowed found = Search(factors, oracle, {}).narrow();
        EXPECT_EQ(found.end, SearchEnd::Minimal);
        EXPECT_TRUE(is_smallest(factors, needed, found.smallest)) << number;
        EXPECT_EQ(found.shown.count, Search::showings_wanted);
        EXPECT_LE(oracle.trials, 40U);
    }
}

TEST(Search, FindsAPairAcrossDimensions)
{
    const Factors factors = factors_for({});
    const FactorSet needed = together(
        at(factors, Dimension::Drivers, {7}),
        together(at(factors, Dimension::Disturbers, {4}), at(factors, Dimension::Cpus, {3})));
    KnowingOracle oracle(needed);
    const Narrowed found = Search(factors, oracle, {}).narrow();
    EXPECT_TRUE(is_smallest(factors, needed, found.smallest));
    // Each of them is told to be needed, with its proof; the others cannot be left out.
    for (const Absence &absence : found.absences) {
        const bool is_needed =
            std::find(needed.begin(), needed.end(), absence.factor) != needed.end();
        if (is_needed && factors[absence.factor].dimension == Dimension::Disturbers) {
            EXPECT_TRUE(absence.possible);
            EXPECT_GE(absence.confidence, 0.95);
            EXPECT_GE(absence.silence, silence_needed(found.shown, 0.95));
        }
        EXPECT_EQ(absence.possible, factors.possible(absence.left));
        EXPECT_EQ(absence.shown, 0U);
    }
}

TEST(Search, LeavesOnlyWhatARunMustHaveWhereNothingIsNeeded)
{
    const Factors factors = factors_for({});
    KnowingOracle oracle({});
    const Narrowed found = Search(factors, oracle, {}).narrow();
    EXPECT_EQ(found.end, SearchEnd::Minimal);
    EXPECT_TRUE(is_smallest(factors, {}, found.smallest));
    for (const Absence &absence : found.absences)
        EXPECT_FALSE(absence.possible);
}

TEST(Search, LeavesEverythingWhereAllIsNeeded)
{
    const Factors factors = factors_for({8, 3, 6, 2, 4, 3});
    KnowingOracle oracle(factors.all());
    const Narrowed found = Search(factors, oracle, {}).narrow();
    EXPECT_EQ(found.end, SearchEnd::Minimal);
    EXPECT_EQ(found.smallest, factors.all());
    EXPECT_LE(oracle.trials, 150U);
}

TEST(Search, CountsExercisersAndWidensSizes)
{
    const Factors factors = factors_for({2, 1, 0, 16, 1, 3});
    for (const std::size_t count : {0U, 1U, 5U, 16U}) {
        FactorSet needed = at(factors, Dimension::Sizes, {0, 1});
        for (std::size_t number = 0; number < count; ++number)
            needed = together(needed, at(factors, Dimension::Exercisers, {number}));
        KnowingOracle oracle(needed);
        const Narrowed found = Search(factors, oracle, {}).narrow();
        EXPECT_TRUE(is_smallest(factors, needed, found.smallest)) << count;
    }
}

TEST(Search, TriesFirstWhatWasSeen)
{
    std::vector<Factor> list;
    for (unsigned number = 0; number < 64; ++number)
        list.push_back({Dimension::Drivers, "d", number == 40, number == 40, false});
    for (unsigned number = 0; number < 64; ++number)
        list.push_back({Dimension::Cpus, "c", false, number == 13, false});
    const Factors factors(std::move(list));
    KnowingOracle oracle({40, 64 + 13});
    const Narrowed found = Search(factors, oracle, {}).narrow();
    EXPECT_EQ(found.smallest, (FactorSet{40, 64 + 13}));
    // The driver alone, its rate; the CPU too, its rate: nothing else is to be tried.
    EXPECT_EQ(oracle.trials, 1 + 3 + 1 + 3U);
}

// Whatever is needed, that is what is found, and not with more trials than delta debugging
// takes: for each that is needed some, and for the others a power of two at a time.
TEST(Search, FindsWhatIsNeeded)
{
    std::mt19937_64 random(2);
    for (unsigned round = 0; round < 300; ++round) {
        const Shape shape{1 + random() % 60, 1 + random() % 3,  random() % 9,
                          random() % 17,     1 + random() % 16, 1 + random() % 3};
        const Factors factors = factors_for(shape);
        const FactorSet needed = some_members(factors, random);
        KnowingOracle oracle(needed);
        const Narrowed found = Search(factors, oracle, {}).narrow();
        EXPECT_EQ(found.end, SearchEnd::Minimal);
        EXPECT_TRUE(is_smallest(factors, needed, found.smallest)) << "round " << round;
        const auto all = static_cast<double>(factors.size());
        const auto few = static_cast<double>(found.smallest.size());
        EXPECT_LE(oracle.trials, 20 + few * few + 4 * few * std::log2(all))
            << "round " << round;
    }
}

// With a fault that shows at random, what is found always shows it, and is mostly all of
// what is needed and nothing else.
TEST(Search, FindsWhatShowsAtRandom)
{
    std::mt19937_64 random(3);
    unsigned exact = 0;
    constexpr unsigned rounds = 200;
    for (unsigned round = 0; round < rounds; ++round) {
        const Factors factors = factors_for({20, 3, 6, 2, 4, 2});
        const FactorSet needed = some_members(factors, random);
        KnowingOracle oracle(needed);
        oracle.bound = 100000000;
        const double mean = std::pow(10, 2 + static_cast<double>(random() % 3));
        oracle.chances = [&random, mean](const FactorSet & /*members*/) {
            return exponential(random, mean);
        };
        const Narrowed found = Search(factors, oracle, {0.99, 1000000000}).narrow();
        EXPECT_EQ(found.end, SearchEnd::Minimal);
        EXPECT_TRUE(std::includes(found.smallest.begin(), found.smallest.end(), needed.begin(),
                                  needed.end()));
        exact += is_smallest(factors, needed, found.smallest) ? 1 : 0;
        for (const Absence &absence : found.absences)
            EXPECT_TRUE(!absence.possible || absence.shown > 0 || absence.confidence >= 0.99);
    }
    EXPECT_GE(exact, rounds * 95 / 100);
}

// Without a disturber it shows a hundred times more rarely: what is found shows it again and
// again, whether the disturber is in it or not.
TEST(Search, BearsThatRatesDiffer)
{
    std::mt19937_64 random(4);
    unsigned small = 0;
    constexpr unsigned rounds = 50;
    for (unsigned round = 0; round < rounds; ++round) {
        const Factors factors = factors_for({4, 2, 4, 1, 2, 1});
        const FactorSet driver = at(factors, Dimension::Drivers, {1});
        const std::size_t helper = at(factors, Dimension::Disturbers, {2}).front();
        KnowingOracle oracle(driver);
        oracle.bound = 100000000;
        oracle.chances = [&](const FactorSet &members) {
            const bool helped =
                std::find(members.begin(), members.end(), helper) != members.end();
            return exponential(random, helped ? 1000 : 100000);
        };
        const Narrowed found = Search(factors, oracle, {}).narrow();
        EXPECT_EQ(found.end, SearchEnd::Minimal);
        EXPECT_GE(found.shown.count, Search::showings_wanted);
        EXPECT_TRUE(std::includes(found.smallest.begin(), found.smallest.end(), driver.begin(),
                                  driver.end()));
        small += factors.members_in(found.smallest, Dimension::Drivers) == driver &&
                         factors.members_in(found.smallest, Dimension::Disturbers).size() <= 1
                     ? 1
                     : 0;
    }
    EXPECT_GE(small, rounds * 4 / 5);
}

TEST(Search, GoesBackFromWhatShowedItByLuck)
{
    const Factors factors = factors_for({1, 1, 1, 0, 1, 1});
    const std::size_t disturber = at(factors, Dimension::Disturbers, {0}).front();
    unsigned lucky = 1;
    KnowingOracle oracle({});
    oracle.chances = [&](const FactorSet &members) -> std::uint64_t {
        if (std::find(members.begin(), members.end(), disturber) != members.end())
            return 100;
        return lucky-- == 1 ? 100 : UINT64_MAX;
    };
    const Narrowed found = Search(factors, oracle, {}).narrow();
    EXPECT_EQ(found.end, SearchEnd::Minimal);
    EXPECT_EQ(found.smallest, factors.all());
    const auto absence =
        std::find_if(found.absences.begin(), found.absences.end(),
                     [&](const Absence &candidate) { return candidate.factor == disturber; });
    ASSERT_NE(absence, found.absences.end());
    EXPECT_EQ(absence->shown, 1U);
}

TEST(Search, SaysThatItStoppedShowing)
{
    const Factors factors = factors_for({});
    for (const unsigned last : {0U, 1U, 3U}) {
        KnowingOracle oracle({});
        oracle.chances = [&](const FactorSet & /*members*/) -> std::uint64_t {
            return oracle.trials <= last ? 100 : UINT64_MAX;
        };
        const Narrowed found = Search(factors, oracle, {}).narrow();
        EXPECT_EQ(found.end, SearchEnd::Vanished) << last;
        EXPECT_EQ(found.shown.count, std::min<std::uint64_t>(last, 3)) << last;
        EXPECT_EQ(found.smallest == factors.all(), last < 4) << last; // what showed it last
        EXPECT_LE(oracle.trials, last + 400);
    }
}

TEST(Search, KeepsTheSmallestWhereverItIsCutShort)
{
    const Factors factors = factors_for({});
    const FactorSet needed =
        together(at(factors, Dimension::Drivers, {7}), at(factors, Dimension::Disturbers, {4}));
    for (unsigned trials = 0; trials < 200; ++trials) {
        KnowingOracle oracle(needed);
        oracle.trials_max = trials;
        const Narrowed found = Search(factors, oracle, {}).narrow();
        EXPECT_TRUE(std::includes(found.smallest.begin(), found.smallest.end(), needed.begin(),
                                  needed.end()));
        if (found.end == SearchEnd::Minimal) {
            EXPECT_GT(trials, 10U);
            EXPECT_TRUE(is_smallest(factors, needed, found.smallest));
            return;
        }
        EXPECT_EQ(found.end, SearchEnd::Over);
        EXPECT_EQ(oracle.trials, trials); // no more questions once there are no answers
    }
    FAIL() << "it never came to an end";
}

TEST(Search, DoesNotClaimMoreThanItsTrialsShow)
{
    const Factors factors = factors_for({1, 1, 1, 0, 1, 1});
    KnowingOracle oracle(factors.all());
    oracle.bound = 150; // of the 515 that were needed, three times at most
    const Narrowed found = Search(factors, oracle, {}).narrow();
    EXPECT_EQ(found.end, SearchEnd::Minimal);
    const auto disturber = at(factors, Dimension::Disturbers, {0}).front();
    for (const Absence &absence : found.absences)
        if (absence.factor == disturber) {
            EXPECT_LT(absence.confidence, 0.95);
            EXPECT_NEAR(absence.confidence, confidence_of(Showings{3, 300, 0}, absence.silence),
                        1e-9);
            EXPECT_LE(absence.silence, 450U);
        }
}

TEST(Search, TakesARefusalForWhatItIs)
{
    const Factors factors = factors_for({1, 1, 2, 0, 1, 1});
    const FactorSet disturbers = factors.members_in(factors.all(), Dimension::Disturbers);
    KnowingOracle oracle({});
    oracle.refused = [&](const FactorSet &members) {
        return factors.members_in(members, Dimension::Disturbers).empty();
    };
    const Narrowed found = Search(factors, oracle, {}).narrow();
    EXPECT_EQ(found.end, SearchEnd::Minimal);
    EXPECT_EQ(factors.members_in(found.smallest, Dimension::Disturbers).size(), 1U);
    unsigned refusals = 0;
    for (const Absence &absence : found.absences)
        refusals += absence.refused ? 1 : 0;
    EXPECT_EQ(refusals, 1U);
}

} // namespace ct::test
