// SPDX-License-Identifier: GPL-2.0-or-later
#include "traffic/content.h"

#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "traffic/flight.h"

namespace ct::test {

TEST(Content, NoBlockIsThereTwice)
{
    std::set<std::array<std::uint8_t, 16>> blocks;
    for (const bool backwards : {false, true}) {
        const Content content(1, content_number(FlowKind::Tcp, 3, backwards));
        for (std::uint64_t at = 0; at < Content::period; ++at) {
            std::array<std::uint8_t, 16> block{};
            const PacketView bytes = content.at(at, block.size());
            std::copy(bytes.begin(), bytes.end(), block.begin());
            ASSERT_TRUE(blocks.insert(block).second) << "at " << at;
        }
    }
}

TEST(Content, IsTheSameFromWhereverOneLooks)
{
    const Content content(5, 2);
    constexpr std::uint64_t large = 0xfffffffffff00000;
    for (const std::uint64_t from : {std::uint64_t{0}, Content::period - 1, large}) {
        const PacketView whole = content.at(from, Content::most);
        ASSERT_EQ(whole.size(), Content::most);
        for (std::size_t i = 0; i < whole.size(); i += 61)
            ASSERT_EQ(whole[i], content.at(from + i, 1)[0]) << from << " + " << i;
    }
    EXPECT_EQ(content.at(0, Content::most + 1).size(), Content::most);
    const Content again(5, 2);
    EXPECT_FALSE(again.differs(content.at(9, 1000), 9));
    EXPECT_TRUE(Content(5, 3).differs(content.at(9, 1000), 9));
    EXPECT_TRUE(Content(6, 2).differs(content.at(9, 1000), 9));
    EXPECT_TRUE(again.differs(content.at(9, 1000), 10));
}

TEST(Content, TheFirstDifferenceIsFound)
{
    const Content content(5, 2);
    std::vector<std::uint8_t> bytes;
    while (bytes.size() < 150000) {
        const PacketView more = content.at(77 + bytes.size(), 30000);
        bytes.insert(bytes.end(), more.begin(), more.end());
    }
    EXPECT_FALSE(content.differs(bytes, 77));
    for (const std::size_t at : {149999U, 131101U, 65536U, 65535U, 1U, 0U}) {
        bytes[at] ^= 0x10U;
        EXPECT_EQ(content.differs(bytes, 77), at);
    }
}

TEST(Content, APatternIsRepeated)
{
    const Content content(1, 1, {'a', 'b', 'c'});
    const std::string text = "bcabcab";
    const PacketView bytes = content.at(3000001, text.size());
    EXPECT_TRUE(std::equal(text.begin(), text.end(), bytes.begin(), bytes.end()));
    EXPECT_EQ(content.differs(bytes, 3000000), 0U);
    EXPECT_EQ(content.at(2, Content::most).size(), Content::most);
}

TEST(Content, DatagramsInFlightDoNotOverlap)
{
    constexpr std::uint64_t size = 1472;
    for (const std::uint64_t first :
         {std::uint64_t{0}, std::uint64_t{131090}, std::uint64_t{1} << 63U})
        for (std::uint64_t i = 1; i <= 32; ++i) {
            const std::uint64_t one = Content::place_of(first) % Content::period;
            const std::uint64_t other = Content::place_of(first + i) % Content::period;
            const std::uint64_t gap = one > other ? one - other : other - one;
            EXPECT_GE(std::min(gap, Content::period - gap), size) << first << " + " << i;
        }
}

TEST(Content, OnlyStreamsHaveTwo)
{
    EXPECT_NE(content_number(FlowKind::Tcp, 4, false), content_number(FlowKind::Tcp, 4, true));
    EXPECT_NE(content_number(FlowKind::Tcp, 4, true), content_number(FlowKind::Tcp, 5, false));
    EXPECT_EQ(content_number(FlowKind::Ping, 4, false),
              content_number(FlowKind::Ping, 4, true));
}

TEST(Flight, CountsWhatHasNotArrived)
{
    Flight flight(100);
    for (const std::uint64_t now : {10U, 20U, 30U})
        flight.sent(now);
    EXPECT_EQ(flight.count(50), 3U);
    EXPECT_EQ(flight.deadline(), 110U);
    EXPECT_EQ(flight.arrived(1), Flight::Arrival::First);
    EXPECT_EQ(flight.arrived(1), Flight::Arrival::Again);
    EXPECT_EQ(flight.arrived(3), Flight::Arrival::Never);
    EXPECT_EQ(flight.count(50), 2U);
    // The first is given up, and the second has arrived.
    EXPECT_EQ(flight.count(110), 1U);
    EXPECT_EQ(flight.deadline(), 130U);
    EXPECT_EQ(flight.missing(10), (std::vector<std::uint64_t>{0, 2}));
    EXPECT_EQ(flight.arrived(0), Flight::Arrival::First) << "late, but there";
    EXPECT_EQ(flight.count(111), 1U);
    EXPECT_EQ(flight.arrived(2), Flight::Arrival::First);
    EXPECT_EQ(flight.count(111), 0U);
    EXPECT_EQ(flight.deadline(), 0U);
    for (std::uint64_t i = 0; i < Flight::remembered; ++i)
        flight.sent(1000);
    EXPECT_EQ(flight.arrived(2), Flight::Arrival::Old);
    EXPECT_EQ(flight.arrived(3), Flight::Arrival::First);
}

} // namespace ct::test
