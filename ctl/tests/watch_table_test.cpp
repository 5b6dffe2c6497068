// SPDX-License-Identifier: GPL-2.0-or-later
#include "watch/table.h"

#include <gtest/gtest.h>

#include "cipher/suite.h"
#include "esp_packets.h"

namespace ct {

TEST(WatchTableTest, TheOldestGoFirst)
{
    WatchTable table(4);
    Sa sa;
    sa.destination = test::v4(2);
    for (std::uint32_t spi = 1; spi <= 4; ++spi) {
        sa.spi = spi;
        sa.keys = make_keys(Suite::Gcm, 16, 16, false, 7, spi);
        table.add(sa);
    }
    const Sa fourth = sa;
    sa.spi = 2;
    table.remove(sa);
    sa.spi = 5;
    sa.keys = make_keys(Suite::Gcm, 16, 16, false, 7, 5);
    table.add(sa); // the one that the kernel has no more makes room
    EXPECT_TRUE(table.find(2, sa.destination).empty());
    table.add(fourth); // known
    EXPECT_EQ(table.all().size(), 4U);
    sa.spi = 6;
    table.add(sa);
    EXPECT_TRUE(table.find(1, sa.destination).empty());
    EXPECT_EQ(table.forgotten(), 2U);
    table.replace({fourth});
    EXPECT_FALSE(table.find(4, sa.destination).front()->gone);
    EXPECT_TRUE(table.find(6, sa.destination).front()->gone);
}

} // namespace ct
