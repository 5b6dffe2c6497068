// SPDX-License-Identifier: GPL-2.0-or-later
// What a driver answers can be odd, too, and then there need be no wrong bytes.
#include <algorithm>
#include <cerrno>
#include <string>

#include <gtest/gtest.h>

#include "analysis/facts.h"
#include "outcome.h"
#include "weigh/symptoms.h"

namespace ct::test {

namespace {

Mismatch answered(What what, Direction direction = Direction::Encrypt)
{
    Mismatch record;
    record.driver = "cbc-aes-aesni";
    record.direction = direction;
    record.what = {what};
    record.persists = true;
    return record;
}

BugClass class_of(const Mismatch &record)
{
    const auto ranked = symptoms_of(record, {}).ranked();
    EXPECT_FALSE(ranked.empty());
    return ranked.empty() ? BugClass::FpuNested : ranked.front().bug_class;
}

bool tells(const Mismatch &record, const std::string &part)
{
    const auto facts = facts_of(record, {});
    return std::any_of(facts.begin(), facts.end(),
                       [&part](const std::string &fact) { return contains(fact, part); });
}

} // namespace

TEST(DiagnoseAnswers, EachHasAWordAndPoints)
{
    EXPECT_TRUE(tells(answered(What::Stuck), "did not complete the request"));
    EXPECT_EQ(class_of(answered(What::Stuck)), BugClass::AsyncOrder);
    EXPECT_TRUE(tells(answered(What::Completion), "more than once"));
    EXPECT_EQ(class_of(answered(What::Completion)), BugClass::AsyncOrder);
    const Mismatch accepted = answered(What::Accepted, Direction::Tampered);
    EXPECT_TRUE(tells(accepted, "was accepted"));
    EXPECT_EQ(class_of(accepted), BugClass::AuthBypass);
}

TEST(DiagnoseAnswers, AnotherPacketsResultIsARaceOrAQueueOutOfOrder)
{
    Mismatch record = answered(What::Text);
    record.foreign = 7;
    EXPECT_EQ(class_of(record), BugClass::DriverRace);
    record.in_flight = 1;
    EXPECT_EQ(class_of(record), BugClass::AsyncOrder);
    record.in_flight = 0;
    record.async = true;
    EXPECT_EQ(class_of(record), BugClass::AsyncOrder);
}

TEST(DiagnoseAnswers, OddStatusesAreTheDriversOwn)
{
    Mismatch record = answered(What::Status);
    record.status = 7;
    EXPECT_TRUE(tells(record, "returned 7: a positive number"));
    EXPECT_EQ(class_of(record), BugClass::DriverData);
    record.status = -EIO;
    EXPECT_TRUE(tells(record, "returned -5: "));
    EXPECT_EQ(class_of(record), BugClass::DriverData);
}

TEST(DiagnoseAnswers, WhatIsRightAtTheSecondLookWasLate)
{
    Mismatch record = answered(What::Text);
    record.output_len = 100;
    EXPECT_TRUE(tells(record, "right when it was recorded"));
    EXPECT_EQ(class_of(record), BugClass::Memory);
    record.async = true;
    EXPECT_EQ(class_of(record), BugClass::AsyncOrder);
    record.first = 3;
    EXPECT_FALSE(tells(record, "right when it was recorded"));
}

} // namespace ct::test
