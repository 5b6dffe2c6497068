// SPDX-License-Identifier: GPL-2.0-or-later
// What a bisection looks for, and what it switches off.
#include "bisect/factors.h"

#include <gtest/gtest.h>

#include "bisect/fault.h"
#include "samples.h"

namespace ct::test {

TEST(Fault, CoversItsKindOnly)
{
    const Fault fault = fault_of(sample_mismatch(1));
    EXPECT_EQ(fault.text(), "cbc-aes-aesni: text wrong");
    EXPECT_EQ(fault.chances(), "operations of cbc-aes-aesni");
    Mismatch other = sample_mismatch(2);
    other.what = {What::Guard, What::Text};
    EXPECT_TRUE(fault.covers(other));
    other.what = {What::Guard};
    EXPECT_FALSE(fault.covers(other));
    other = sample_mismatch(2);
    other.driver = "cbc(aes-generic)";
    EXPECT_FALSE(fault.covers(other));
    other = sample_mismatch(2);
    other.injected = true;
    EXPECT_FALSE(fault.covers(other));
    EXPECT_FALSE(fault.covers(sample_register(3)));

    const Fault registers = fault_of(sample_register(1));
    EXPECT_EQ(registers.text(), "registers of user threads changed");
    EXPECT_TRUE(registers.covers(sample_register(2)));
    EXPECT_FALSE(registers.covers(sample_mismatch(2)));
}

TEST(Fault, CountsItsChances)
{
    Status status = sample_status();
    status.register_checks = 17;
    status.reference_checks = 18;
    const auto count = [&status](const Fault &fault) {
        return chances_in(fault, status, sample_drivers(), sample_cells());
    };
    const Fault fault = fault_of(sample_mismatch(1));
    EXPECT_TRUE(needs_cells(fault, status));
    EXPECT_EQ(count(fault), 500000U); // half of the cells
    status.config.drivers = {"cbc-aes-aesni"};
    EXPECT_FALSE(needs_cells(fault, status));
    EXPECT_EQ(count(fault), 1000000U);
    EXPECT_EQ(count(fault_of(sample_register(1))), 17U);
    EXPECT_EQ(count(Fault{"", {What::Reference}, false}), 18U);
}

TEST(Factors, AreThoseOfTheRun)
{
    Config config = sample_status().config;
    config.contexts = {Context::Task, Context::Softirq, Context::Caller};
    config.disturbers = {Disturber::Timer, Disturber::Membarrier};
    config.exercisers = 2;
    const Factors factors = factors_of(config, sample_mismatch(1));
    Config base;
    base.load = 50;
    base.seed = 7;
    const Config same = config_of(factors, factors.all(), base);
    EXPECT_EQ(same.drivers, config.drivers);
    EXPECT_EQ(same.contexts, config.contexts);
    EXPECT_EQ(same.disturbers, config.disturbers);
    EXPECT_EQ(same.exercisers, 2U);
    EXPECT_EQ(same.cpus, "0-1");
    EXPECT_FALSE(same.sizes);
    EXPECT_EQ(same.load, 50U);
    EXPECT_EQ(same.seed, 7U);

    // Its driver is required; its context and CPU are tried first.
    std::vector<std::string> required;
    std::vector<std::string> hinted;
    for (std::size_t place = 0; place < factors.size(); ++place) {
        if (factors[place].required)
            required.push_back(factors[place].name);
        if (factors[place].hinted)
            hinted.push_back(factors[place].name);
    }
    EXPECT_EQ(required, (std::vector<std::string>{"cbc-aes-aesni"}));
    EXPECT_EQ(hinted, (std::vector<std::string>{"cbc-aes-aesni", "task", "1"}));

    // Callers and their barriers are exercisers.
    const FactorSet exercisers = factors.members_in(factors.all(), Dimension::Exercisers);
    const FactorSet rest = without(factors.all(), exercisers);
    EXPECT_FALSE(factors.possible(rest));
    const FactorSet caller{factors.members_in(factors.all(), Dimension::Contexts).at(2)};
    const FactorSet barrier{factors.members_in(factors.all(), Dimension::Disturbers).at(1)};
    EXPECT_FALSE(factors.possible(without(rest, caller)));
    EXPECT_TRUE(factors.possible(without(rest, together(caller, barrier))));
    EXPECT_FALSE(factors_of(config, sample_register(1)).possible(rest));
    EXPECT_FALSE(factors.possible(
        without(factors.all(), factors.members_in(factors.all(), Dimension::Cpus))));
}

TEST(Factors, NarrowSizesFromWhatWasSeen)
{
    const auto ladder = [](const std::optional<std::string> &asked, std::uint32_t seen) {
        Config config = sample_status().config;
        config.sizes = asked;
        Mismatch record = sample_mismatch(1);
        record.payload_len = seen;
        const Factors factors = factors_of(config, record);
        std::string text;
        for (const std::size_t place : factors.members_in(factors.all(), Dimension::Sizes))
            text += (text.empty() ? "" : " < ") + factors[place].name;
        return text;
    };
    EXPECT_EQ(ladder(std::nullopt, 1500), "1500 < 1024-2047 < default");
    EXPECT_EQ(ladder(std::nullopt, 9000), "9000 < 8192-9000 < default");
    EXPECT_EQ(ladder(std::nullopt, 1), "1 < default");
    EXPECT_EQ(ladder(std::nullopt, 0), "1420 < 1024-2047 < default");
    EXPECT_EQ(ladder("64,1300-1500", 1400), "1400 < 1300-1500 < 64,1300-1500");
    EXPECT_EQ(ladder("64,1300-1500", 64), "64 < 64,1300-1500");
    EXPECT_EQ(ladder("64", 64), "64");
}

} // namespace ct::test
