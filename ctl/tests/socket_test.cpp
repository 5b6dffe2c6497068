// SPDX-License-Identifier: GPL-2.0-or-later
// The socket against the one family that every kernel has: "nlctrl".
#include "wire/socket.h"

#include <cstring>

#include <gtest/gtest.h>
#include <linux/genetlink.h>
#include <netlink/attr.h>

namespace ct::test {

namespace {

struct FamilyName final : Socket::Filler {
    explicit FamilyName(std::string wanted) : name(std::move(wanted)) {}
    bool operator()(nl_msg &message) const override
    {
        return nla_put_string(&message, CTRL_ATTR_FAMILY_NAME, name.c_str()) >= 0;
    }
    std::string name;
};

class SocketTest : public testing::Test {
protected:
    void SetUp() override
    {
        auto opened = Socket::open("nlctrl");
        if (!opened)
            GTEST_SKIP() << opened.error().sentence();
        socket.emplace(std::move(*opened));
    }
    std::optional<Socket> socket;
};

} // namespace

TEST_F(SocketTest, AsksAndGetsAnAnswer)
{
    const FamilyName filler("nlctrl");
    const auto answers = socket->request(CTRL_CMD_GETFAMILY, false, "cannot ask", &filler);
    ASSERT_TRUE(answers) << answers.error().sentence();
    ASSERT_EQ(answers->size(), 1U);
    AttributeReader reader(answers->front(), "a family");
    std::string name;
    reader.text(CTRL_ATTR_FAMILY_NAME, "name", name);
    EXPECT_EQ(name, "nlctrl");
}

TEST_F(SocketTest, DumpsEverything)
{
    const auto answers = socket->request(CTRL_CMD_GETFAMILY, true, "cannot ask");
    ASSERT_TRUE(answers) << answers.error().sentence();
    EXPECT_GE(answers->size(), 1U);
}

TEST_F(SocketTest, TellsARefusalAndGoesOn)
{
    const auto refused = socket->request(CTRL_CMD_GETFAMILY, false, "cannot ask");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::Refused);
    EXPECT_TRUE(refused.error().sentence().starts_with("cannot ask: ")) << refused.error().why;

    const auto unknown = socket->request(200, false, "cannot ask");
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().why, "the module does not know this request");

    // A missing family is not the end of the one that was asked.
    const FamilyName nobody("no-such-family");
    const auto missing = socket->request(CTRL_CMD_GETFAMILY, false, "cannot ask", &nobody);
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().kind, ErrorKind::NotFound);

    const FamilyName filler("nlctrl");
    EXPECT_TRUE(socket->request(CTRL_CMD_GETFAMILY, false, "cannot ask", &filler));
}

TEST_F(SocketTest, RefusesWhatDoesNotFit)
{
    const FamilyName filler(std::string(70000, 'x'));
    const auto answers = socket->request(CTRL_CMD_GETFAMILY, false, "cannot ask", &filler);
    ASSERT_FALSE(answers);
    EXPECT_EQ(answers.error().kind, ErrorKind::Usage);
}

TEST_F(SocketTest, NeedsTheGroupItListensTo)
{
    EXPECT_FALSE(socket->listen("no-such-group"));
    ASSERT_TRUE(socket->listen("notify"));
    const auto messages = socket->drain();
    ASSERT_TRUE(messages);
    EXPECT_FALSE(messages->overrun);
}

TEST(SocketOpen, SaysWhichFamilyIsMissing)
{
    const auto socket = Socket::open("no-such-family");
    ASSERT_FALSE(socket);
    EXPECT_EQ(socket.error().kind, ErrorKind::NoModule);
}

} // namespace ct::test
