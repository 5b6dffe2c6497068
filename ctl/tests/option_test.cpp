// SPDX-License-Identifier: GPL-2.0-or-later
#include "args/option.h"

#include <gtest/gtest.h>

#include "base/quantity.h"

namespace ct::test {

namespace {

std::string why(const Error &error)
{
    return error.sentence();
}

} // namespace

TEST(Option, TakesDurations)
{
    const std::vector<std::pair<const char *, std::uint64_t>> cases{
        {"500ms", 500},     {"30s", 30000},   {"5m", 300000},
        {"2h", 7200000},    {"1d", 86400000}, {"1h30m", 5400000},
        {"1m500ms", 60500}, {"90", 90000},    {"366d", duration_max_ms},
    };
    for (const auto &[text, value] : cases) {
        const auto result = parse_duration("--for", text);
        ASSERT_TRUE(result) << text;
        EXPECT_EQ(*result, value) << text;
    }
    const auto forever = parse_duration("--for", "forever");
    ASSERT_TRUE(forever);
    EXPECT_FALSE(*forever);
}

TEST(Option, RefusesOtherDurations)
{
    for (const char *text : {"", "s", "5x", "5 s", "-5s", "+5s", "1.5h", "5s3", "0x10s", "5S",
                             "s5", "5ss", "\n", "5m\n"})
        EXPECT_FALSE(parse_duration("--for", text)) << text;
    for (const char *text : {"0", "0s", "0ms", "0h0m"})
        EXPECT_EQ(why(parse_duration("--for", text).error()),
                  std::string("cannot use --for \"") + text +
                      "\": nothing can be tested in no time; write it like 500ms, 30s, 5m, "
                      "1h30m, 2d or forever");
    for (const char *text : {"367d", "366d1ms", "99999999999999999999s", "18446744073709551616",
                             "18446744073709551615d"})
        EXPECT_NE(why(parse_duration("--for", text).error()).find("it is longer than 366d"),
                  std::string::npos)
            << text;
}

TEST(Option, DurationsReadBackAsTheyAreWritten)
{
    for (const std::uint64_t value :
         {1ULL, 999ULL, 1000ULL, 61000ULL, 3600001ULL, 90061001ULL, 31622400000ULL}) {
        const auto again = parse_duration("--for", duration_text(value));
        ASSERT_TRUE(again) << duration_text(value);
        EXPECT_EQ(*again, value);
    }
}

TEST(Option, TakesLoads)
{
    EXPECT_EQ(parse_load("--load", "5%").value(), 50U);
    EXPECT_EQ(parse_load("--load", "0.1%").value(), 1U);
    EXPECT_EQ(parse_load("--load", "99.9").value(), 999U);
    EXPECT_EQ(parse_load("--load", "100%").value(), 1000U);
    for (const char *text : {"", "%", "0", "0%", "0.0%", "0.05%", "100.1%", "101%", "-1%",
                             "5%%", "1e1", "5 %", "99999999999999999999%",
                             "18446744073709551615", "1844674407370955162", ".5", "5.", "5.x"})
        EXPECT_FALSE(parse_load("--load", text)) << text;
}

TEST(Option, TakesSeeds)
{
    EXPECT_EQ(parse_seed("--seed", "0").value(), 0U);
    EXPECT_EQ(parse_seed("--seed", "42").value(), 42U);
    EXPECT_EQ(parse_seed("--seed", "0x2a").value(), 42U);
    EXPECT_EQ(parse_seed("--seed", "0XFFFFFFFFFFFFFFFF").value(), UINT64_MAX);
    EXPECT_EQ(parse_seed("--seed", "18446744073709551615").value(), UINT64_MAX);
    for (const char *text : {"", "0x", "0xg", "-1", "+1", " 1", "1 ", "18446744073709551616",
                             "0x10000000000000000", "abc", "1.0"})
        EXPECT_FALSE(parse_seed("--seed", text)) << text;
}

TEST(Option, TakesDirections)
{
    EXPECT_EQ(parse_direction("--direction", "decrypt").value(), Direction::Decrypt);
    EXPECT_FALSE(parse_direction("--direction", "tampered"));
}

TEST(Option, TakesNumbersWithinLimits)
{
    EXPECT_EQ(parse_number("--timer-hz", "10", 10, 20000).value(), 10U);
    EXPECT_EQ(
        why(parse_number("--timer-hz", "9", 10, 20000).error()),
        "cannot use --timer-hz \"9\": it is out of range; write a number from 10 to 20000");
    EXPECT_EQ(
        why(parse_number("--inject-every", "x", 1, UINT64_MAX).error()),
        "cannot use --inject-every \"x\": this is not a whole number; write a number from "
        "1 on");
    EXPECT_FALSE(parse_number("--inject-every", "0", 1, UINT64_MAX));
}

TEST(Option, TakesConfidence)
{
    EXPECT_EQ(parse_confidence("--confidence", "95%").value(), 0.95);
    EXPECT_EQ(parse_confidence("--confidence", "99.9").value(), 0.999);
    EXPECT_EQ(parse_confidence("--confidence", "50").value(), 0.5);
    for (const char *text : {"", "x", "49.9%", "100%", "101", "0.95", "95.55%", "-95"})
        EXPECT_FALSE(parse_confidence("--confidence", text)) << text;
}

TEST(Quantity, ReadsItsListsBack)
{
    using Numbers = std::vector<std::uint32_t>;
    EXPECT_EQ(list_numbers("0-3,5"), (Numbers{0, 1, 2, 3, 5}));
    EXPECT_EQ(list_numbers("7"), Numbers{7});
    EXPECT_EQ(list_numbers(""), Numbers());
    EXPECT_EQ(list_numbers("1,x,2"), Numbers{1});
    EXPECT_EQ(list_numbers("8190-4000000000"), (Numbers{8190, 8191}));
    EXPECT_EQ(list_ranges("64,1300-1500"),
              (std::vector<std::pair<std::uint32_t, std::uint32_t>>{{64, 64}, {1300, 1500}}));
}

TEST(Quantity, ReadsWell)
{
    EXPECT_EQ(count_text(0), "0");
    EXPECT_EQ(count_text(999), "999");
    EXPECT_EQ(count_text(1000), "1,000");
    EXPECT_EQ(count_text(UINT64_MAX), "18,446,744,073,709,551,615");
    EXPECT_EQ(duration_text(std::nullopt), "forever");
    EXPECT_EQ(duration_text(5400000), "1h30m");
    EXPECT_EQ(clock_text(59999999999), "0:59");
    EXPECT_EQ(clock_text(3723000000000), "1:02:03");
    EXPECT_EQ(load_text(1000), "100%");
    EXPECT_EQ(load_text(1), "0.1%");
    EXPECT_EQ(seed_text(7), "0x0000000000000007");
    EXPECT_EQ(bytes_text(999), "999 bytes");
    EXPECT_EQ(bytes_text(15200000000), "15.2 GB");
    EXPECT_EQ(bytes_text(999960), "1.0 MB");
    EXPECT_EQ(memory_text(3 * 1024 * 1024 / 2), "1.5 MiB");
    EXPECT_EQ(rate_text(2.44e-7), "2.4e-07");
    EXPECT_EQ(rate_text(1), "1.00");
    EXPECT_EQ(time_text(1700000000000000000), "2023-11-14 22:13:20 UTC");
    EXPECT_EQ(printable("a\tb\033c"), "a\\x09b\\x1bc");
    EXPECT_EQ(hex_text({0x00, 0xff}), "00ff");
    EXPECT_EQ(number_list({}), "");
    EXPECT_EQ(number_list({3}), "3");
    EXPECT_EQ(number_list({5, 0, 1, 2, 1, 3}), "0-3,5");
    EXPECT_EQ(number_list({0, 2, 4}), "0,2,4");
}

TEST(Quantity, FindsWhatWasMeant)
{
    const std::vector<std::string> known{"cbc-aes-aesni", "ctr-aes-aesni", "rfc4106-gcm-aesni"};
    EXPECT_EQ(nearest("cbc-aes-aesnj", known), "cbc-aes-aesni");
    EXPECT_EQ(nearest("gcm-avx", known), std::nullopt);
    EXPECT_EQ(nearest("xyzzy", known), std::nullopt);
    EXPECT_EQ(nearest(std::string(100000, 'x'), known), std::nullopt);
}

} // namespace ct::test
