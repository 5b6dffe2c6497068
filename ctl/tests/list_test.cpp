// SPDX-License-Identifier: GPL-2.0-or-later
#include "args/list.h"

#include <gtest/gtest.h>

#include "samples.h"

namespace ct::test {

namespace {

using Strings = std::vector<std::string>;

template <typename Value> std::string refusal(const Result<Value> &result)
{
    return result ? "" : result.error().sentence();
}

// Of these drivers, or the sentence of the refusal.
Strings chosen(const std::string &text)
{
    std::vector<Driver> drivers;
    for (const char *const name :
         {"cbc-aes-aesni", "cryptd(__cbc-aes-aesni)", "rfc4106-gcm-aesni",
          "authenc(hmac(sha1-generic),cbc(aes-generic))"}) {
        Driver driver;
        driver.name = name;
        driver.present = true;
        drivers.push_back(driver);
    }
    drivers.push_back(sample_drivers()[2]); // absent
    const auto selection = parse_drivers("--drivers", text);
    if (!selection)
        return {refusal(selection)};
    auto result = choose_drivers("--drivers", *selection, drivers);
    return result ? *result : Strings{refusal(result)};
}

} // namespace

TEST(List, SplitsOutsideOfParentheses)
{
    const auto selection = parse_drivers(
        "--drivers", "cbc-aes-aesni,authenc(hmac(sha1-generic),cbc(aes-generic)),-a(b,c)");
    ASSERT_TRUE(selection);
    EXPECT_EQ(selection->included,
              (Strings{"cbc-aes-aesni", "authenc(hmac(sha1-generic),cbc(aes-generic))"}));
    EXPECT_EQ(selection->excluded, (Strings{"a(b,c)"}));
    for (const char *text : {"", ",", "a,", "a,,b", "-", "a,-", "cbc(aes", "cbc(aes))", "none"})
        EXPECT_FALSE(parse_drivers("--drivers", text)) << text;
    EXPECT_FALSE(parse_drivers("--drivers", std::string(128, 'x')));
    EXPECT_TRUE(parse_drivers("--drivers", std::string(127, 'x')));
}

TEST(List, ChoosesDriversByNameAndPattern)
{
    EXPECT_EQ(chosen("all"), Strings{});
    EXPECT_EQ(chosen("default"), Strings{});
    EXPECT_EQ(chosen("cryptd*,rfc4106*"),
              (Strings{"cryptd(__cbc-aes-aesni)", "rfc4106-gcm-aesni"}));
    EXPECT_EQ(chosen("all,-cbc-aes-aesni"),
              (Strings{"cryptd(__cbc-aes-aesni)", "rfc4106-gcm-aesni",
                       "authenc(hmac(sha1-generic),cbc(aes-generic))"}));
    EXPECT_EQ(chosen("-*aesni*"), (Strings{"authenc(hmac(sha1-generic),cbc(aes-generic))"}));
    EXPECT_EQ(chosen("*(*,*)"), (Strings{"authenc(hmac(sha1-generic),cbc(aes-generic))"}));
    EXPECT_EQ(chosen("cbc-aes-aesni,cbc*,cbc-aes-aesni"), (Strings{"cbc-aes-aesni"}));
    // A name that is absent goes to the module, which says why; no pattern finds it.
    EXPECT_EQ(chosen("rfc4106-gcm-vaes-avx512"), (Strings{"rfc4106-gcm-vaes-avx512"}));
    EXPECT_EQ(chosen("rfc4106*"), (Strings{"rfc4106-gcm-aesni"}));
}

TEST(List, RefusesDriversThatNoneMatches)
{
    EXPECT_EQ(chosen("cbc-aes-aesnj*"),
              (Strings{"cannot use --drivers \"cbc-aes-aesnj*\": no driver on this machine "
                       "matches it, did you mean \"cbc-aes-aesni\"?; there are cbc-aes-aesni, "
                       "cryptd(__cbc-aes-aesni), rfc4106-gcm-aesni, "
                       "authenc(hmac(sha1-generic),cbc(aes-generic)); see 'cryptorture "
                       "drivers'"}));
    EXPECT_NE(chosen("all,-cbc-aes-aesnj")[0].find("cannot use --drivers \"-cbc-aes-aesnj\": "
                                                   "no driver on this machine has it"),
              std::string::npos);
    EXPECT_NE(chosen("cbc*,-cbc-aes-aesni")[0].find("no driver is left"), std::string::npos);
}

TEST(List, AsksTheModuleOnlyWhereItMust)
{
    for (const char *text : {"a", "a(b,c),d", "all", "default"})
        EXPECT_FALSE(needs_drivers(*parse_drivers("--drivers", text))) << text;
    for (const char *text : {"a*", "a?", "[ab]", "-a", "all,-a"})
        EXPECT_TRUE(needs_drivers(*parse_drivers("--drivers", text))) << text;
}

TEST(List, TakesContexts)
{
    const auto contexts = [](const char *text, std::uint32_t exercisers) {
        return parse_contexts("--contexts", text, exercisers).value();
    };
    using Contexts = std::vector<Context>;
    EXPECT_EQ(contexts("softirq,task,task", 0), (Contexts{Context::Task, Context::Softirq}));
    EXPECT_EQ(contexts("all", 1), (Contexts{Context::Task, Context::Softirq, Context::Caller}));
    EXPECT_EQ(contexts("all", 0), (Contexts{Context::Task, Context::Softirq}));
    EXPECT_EQ(contexts("-softirq", 1), (Contexts{Context::Task, Context::Caller}));
    EXPECT_EQ(contexts("default", 1), std::nullopt);
    EXPECT_EQ(contexts("default,-task", 0), (Contexts{Context::Softirq}));
}

TEST(List, RefusesOtherContexts)
{
    EXPECT_EQ(refusal(parse_contexts("--contexts", "sofirq", 1)),
              "cannot use --contexts \"sofirq\": \"sofirq\" is not a context, did you mean "
              "\"softirq\"?; there are task, softirq, caller (with commas between them), all, "
              "default; a \"-\" before one leaves it out");
    EXPECT_EQ(refusal(parse_contexts("--contexts", "task,caller", 0)),
              "cannot use --contexts \"task,caller\": the caller context needs exercisers, and "
              "there are none; 'cryptorture run' keeps them: see its "
              "--exercisers");
    for (const char *text : {"", "none", "all,", "all,-all", "task,-task", "all,-softirk"})
        EXPECT_FALSE(parse_contexts("--contexts", text, 1)) << text;
}

TEST(List, TakesDisturbers)
{
    const auto disturbers = [](const char *text, std::uint32_t exercisers) {
        const auto result = parse_disturbers("--disturb", text, exercisers).value();
        return result ? join_names(*result, ",") : "the module's default";
    };
    EXPECT_EQ(disturbers("none", 1), "");
    EXPECT_EQ(disturbers("default", 1), "the module's default");
    EXPECT_EQ(disturbers("preempt,timer", 0), "timer,preempt");
    EXPECT_EQ(disturbers("all,-hotplug", 1),
              "timer,preempt,shuffle,ipi,resched,membarrier,memory");
    EXPECT_EQ(disturbers("all,-hotplug", 0), "timer,preempt,shuffle,ipi,resched,memory");
    EXPECT_EQ(disturbers("-timer", 1), "preempt,shuffle,ipi,resched,membarrier");
    EXPECT_EQ(disturbers("-timer", 0), "preempt,shuffle,ipi,resched");
    EXPECT_EQ(disturbers("default,hotplug,-ipi", 0), "timer,preempt,shuffle,resched,hotplug");
}

TEST(List, RefusesOtherDisturbers)
{
    EXPECT_EQ(refusal(parse_disturbers("--disturb", "hotplgu", 1)),
              "cannot use --disturb \"hotplgu\": \"hotplgu\" is not a disturber, did you mean "
              "\"hotplug\"?; there are timer, preempt, shuffle, ipi, resched, membarrier, "
              "hotplug, memory (with commas between them), all, default, or none; a "
              "\"-\" before one leaves it out");
    EXPECT_EQ(refusal(parse_disturbers("--disturb", "membarrier", 0)),
              "cannot use --disturb \"membarrier\": membarrier needs exercisers, and there are "
              "none; 'cryptorture run' keeps them: see its --exercisers");
    EXPECT_EQ(refusal(parse_disturbers("--disturb", "timer,-timer", 0)),
              "cannot use --disturb \"timer,-timer\": no item is left; write none if "
              "that is meant");
    for (const char *text : {"", "none,timer", "timer,none", "-none", "all,-x"})
        EXPECT_FALSE(parse_disturbers("--disturb", text, 1)) << text;
}

TEST(List, BringsCpusIntoOrder)
{
    const auto cpus = [](const char *text) {
        return parse_cpus("--cpus", text, "0-3,6").value();
    };
    EXPECT_EQ(cpus("0"), "0");
    EXPECT_EQ(cpus("5,0-2,1,3"), "0-3,5");
    EXPECT_EQ(cpus("8191"), "8191");
    EXPECT_EQ(cpus("all"), std::nullopt);
    EXPECT_EQ(cpus("default"), std::nullopt);
    EXPECT_EQ(cpus("all,-0"), "1-3,6");
    EXPECT_EQ(cpus("-0-2"), "3,6");
    EXPECT_EQ(cpus("0-9,-3"), "0-2,4-9");
    for (const char *text : {"", ",", "0,", "-", "0-", "3-1", "a", "0 1", "8192",
                             "0-99999999999", "0--1", "1-2-3", "0x1", "none", "0-3,-0-3"})
        EXPECT_FALSE(parse_cpus("--cpus", text, "0-3,6")) << text;
    EXPECT_NE(refusal(parse_cpus("--cpus", "3-1", "0")).find("3-1 runs backwards"),
              std::string::npos);
    EXPECT_EQ(refusal(parse_cpus("--cpus", "all,-4", "0-3,6")),
              "cannot use --cpus \"all,-4\": 4 is left out of a list that does not have it; "
              "the others are 0-3,6");
    EXPECT_EQ(refusal(parse_cpus("--cpus", "-0", "")),
              "cannot use --cpus \"-0\": cannot find out which CPUs are online; name those "
              "that are to be used");
}

TEST(List, TakesSizes)
{
    const auto sizes = [](const char *text) {
        return parse_sizes("--sizes", text).value();
    };
    EXPECT_EQ(sizes("64,1300-1500"), "64,1300-1500");
    EXPECT_EQ(sizes("9000,1,1"), "9000,1,1"); // drawn as often as they are written
    EXPECT_EQ(sizes("default"), std::nullopt);
    EXPECT_EQ(sizes("all"), "1-9000");
    EXPECT_EQ(sizes("all,-1420"), "1-1419,1421-9000");
    EXPECT_EQ(sizes("1-16"), "1-16");
    EXPECT_EQ(refusal(parse_sizes("--sizes", "0-64")),
              "cannot use --sizes \"0-64\": 0-64 is not within 1 to 9000; write it like 64, "
              "64,1300-1500 or all,-1420");
    EXPECT_EQ(refusal(parse_sizes("--sizes", "-64")),
              "cannot use --sizes \"-64\": the sizes of the default are drawn, not listed; "
              "write all,-64 to leave a size out");
    for (const char *text : {"", "64,", "9001", "5-4", "x", "64k", "none", "64,-65", "64,-64"})
        EXPECT_FALSE(parse_sizes("--sizes", text)) << text;
    std::string many = "1";
    for (int size = 3; size < 33; size += 2)
        many += "," + std::to_string(size);
    EXPECT_TRUE(parse_sizes("--sizes", many));
    EXPECT_NE(refusal(parse_sizes("--sizes", many + ",99")).find("more than 16 ranges"),
              std::string::npos);
}

} // namespace ct::test
