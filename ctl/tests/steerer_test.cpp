// SPDX-License-Identifier: GPL-2.0-or-later
#include "testbed/steerer.h"

#include <set>

#include <gtest/gtest.h>

#include "testbed/layout.h"

namespace {

using Cpus = std::vector<std::uint32_t>;

TEST(SteererTest, TheHostsReceiveApartTogetherAndEverywhere)
{
    const Cpus two{0, 1};
    const std::vector<std::pair<Cpus, Cpus>> wanted{{{0}, {1}}, {{0}, {0}}, {{0, 1}, {0, 1}},
                                                    {{1}, {0}}, {{1}, {1}}, {{0, 1}, {0, 1}}};
    for (std::uint64_t turn = 0; turn < wanted.size(); ++turn) {
        const ct::SteeredCpus cpus = ct::steered_cpus(two, turn);
        EXPECT_EQ(cpus.a, wanted[turn].first) << turn;
        EXPECT_EQ(cpus.b, wanted[turn].second) << turn;
    }
}

TEST(SteererTest, OneCpuReceivesAll)
{
    for (std::uint64_t turn = 0; turn < 6; ++turn) {
        EXPECT_EQ(ct::steered_cpus({7}, turn).a, Cpus{7});
        EXPECT_EQ(ct::steered_cpus({7}, turn).b, Cpus{7});
    }
}

TEST(SteererTest, EachPlaceOfAHalfIsEachCpuOnce)
{
    const Cpus five{0, 2, 3, 5, 8};
    for (std::size_t place = 0; place < 2; ++place) {
        std::set<std::uint32_t> a;
        std::set<std::uint32_t> b;
        for (std::uint64_t turn = 0; turn < 15; turn += 3) {
            const ct::SteeredCpus cpus = ct::steered_cpus(five, turn);
            ASSERT_EQ(cpus.a.size(), 2U);
            ASSERT_EQ(cpus.b.size(), 2U);
            a.insert(cpus.a[place]);
            b.insert(cpus.b[place]);
            EXPECT_NE(cpus.a[place], cpus.b[place]) << turn;
        }
        EXPECT_EQ(a.size(), five.size());
        EXPECT_EQ(b.size(), five.size());
    }
}

TEST(LayoutTest, DatagramsHaveEachRemainderShortAndLong)
{
    std::set<std::uint32_t> short_ones;
    std::set<std::uint32_t> long_ones;
    for (const std::uint32_t size : ct::datagram_sizes()) {
        EXPECT_GE(size, 16U);
        EXPECT_LE(size, 1200U);
        (size < 400 ? short_ones : long_ones).insert(size % 16);
    }
    EXPECT_EQ(short_ones.size(), 16U);
    EXPECT_EQ(long_ones.size(), 16U);
}

} // namespace
