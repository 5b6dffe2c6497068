// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/call.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>

#include <gtest/gtest.h>

#include <linux/cryptorture_calls.h>

#include "outcome.h"

namespace ct::test {

namespace {

std::unique_ptr<CallLink> link_to(const char *path)
{
    return make_call_link(Descriptor(open(path, O_RDWR | O_CLOEXEC)));
}

RegisterFinding some_finding()
{
    RegisterFinding finding;
    finding.change = {"xmm3", "xmm5 of exerciser 0, epoch 77", ThreadEvent::Fork, 12,
                      0x100000001};
    finding.cpu_before = 1;
    finding.cpu_after = 2;
    finding.expected = {1, 2, 3, 4};
    finding.actual = {5, 6, 7, 8};
    return finding;
}

ErrorKind kind(long result)
{
    const auto link = link_to("/dev/null");
    (void)link->prepare(1, {});
    const auto reply = link->reply(result);
    EXPECT_FALSE(reply);
    return reply ? ErrorKind::Usage : reply.error().kind;
}

} // namespace

TEST(Call, IsOneIoctlMadeBeforehand)
{
    const auto link = link_to("/dev/null");
    const CallRequest first = link->prepare(4, {1000, 5, 0x1122334455667788});
    EXPECT_GT(first.descriptor, STDERR_FILENO);
    EXPECT_NE(fcntl(first.descriptor, F_GETFD) & FD_CLOEXEC, 0);
    EXPECT_EQ(first.command, CRYPTORTURE_CALLS_CALL);
    EXPECT_EQ(first.instead, nullptr);
    const auto &call = *static_cast<const cryptorture_call_args *>(first.argument);
    EXPECT_EQ(call.operations, 4U);
    EXPECT_EQ(call.checks, 1000U);
    EXPECT_EQ(call.barriers, 5U);
    EXPECT_EQ(call.migrations, 0x1122334455667788U);
    EXPECT_EQ(call.reserved, 0U);
    // The answer to one is not taken for that to the next.
    static_cast<cryptorture_call_args *>(first.argument)->done = 4;
    const CallRequest second = link->prepare(1, {});
    EXPECT_EQ(static_cast<const cryptorture_call_args *>(second.argument)->done, 0U);
}

TEST(Call, ReadsItsAnswerInPlace)
{
    const auto link = link_to("/dev/null");
    auto &call = *static_cast<cryptorture_call_args *>(link->prepare(4, {}).argument);
    call.run = 0x100000003;
    call.done = 2;
    call.mismatches = 1;
    const auto reply = link->reply(0);
    ASSERT_TRUE(reply) << reply.error().sentence();
    EXPECT_EQ(reply->run, 0x100000003U);
    EXPECT_EQ(reply->done, 2U);
    EXPECT_EQ(reply->mismatches, 1U);
}

TEST(Call, DoesNotTrustWhatItReads)
{
    const auto link = link_to("/dev/null");
    const auto kind_of = [&](std::uint32_t done, std::uint32_t mismatches) {
        auto &call = *static_cast<cryptorture_call_args *>(link->prepare(4, {}).argument);
        call.done = done;
        call.mismatches = mismatches;
        const auto reply = link->reply(0);
        return reply ? ErrorKind::Usage : reply.error().kind;
    };
    EXPECT_EQ(kind_of(4, 4), ErrorKind::Usage); // none
    EXPECT_EQ(kind_of(5, 0), ErrorKind::Malformed);
    EXPECT_EQ(kind_of(2, 3), ErrorKind::Malformed);
}

TEST(Call, KnowsWhyNot)
{
    EXPECT_EQ(kind(-ESRCH), ErrorKind::NotRunning);
    EXPECT_EQ(kind(-ENODEV), ErrorKind::NotFound);
    EXPECT_EQ(kind(-EINTR), ErrorKind::Again);
    EXPECT_EQ(kind(-EBUSY), ErrorKind::Busy);
    EXPECT_EQ(kind(-EPERM), ErrorKind::Permission);
    EXPECT_EQ(kind(-EACCES), ErrorKind::Permission);
    EXPECT_EQ(kind(-EINVAL), ErrorKind::Refused);
    EXPECT_EQ(kind(-EFAULT), ErrorKind::System);
    for (int number = 1; number < 134; ++number) {
        EXPECT_FALSE(call_error(number).why.empty()) << number;
        EXPECT_FALSE(call_error(number).hint.empty()) << number;
    }
}

TEST(Call, SaysWhatIsMissing)
{
    const auto absent = open_calls("/proc/no-such-file", "/sys/module/no-such-module");
    ASSERT_FALSE(absent);
    EXPECT_EQ(absent.error().kind, ErrorKind::NoModule);
    EXPECT_EQ(absent.error().sentence(),
              "cannot reach the module from exercisers: the module cryptorture is not loaded; "
              "load it with 'modprobe cryptorture'");
    const auto no_proc = open_calls("/proc/no-such-file", "/");
    ASSERT_FALSE(no_proc);
    EXPECT_EQ(no_proc.error().kind, ErrorKind::System);
    EXPECT_TRUE(contains(no_proc.error().sentence(),
                         "the module is loaded, but there is no /proc/no-such-file; see that "
                         "/proc is mounted"))
        << no_proc.error().sentence();
    const auto file = open_calls("/dev/null", "/");
    ASSERT_TRUE(file);
    EXPECT_NE(fcntl(file->number(), F_GETFD) & FD_CLOEXEC, 0);
    // A file of another kind, and one that is in the way.
    EXPECT_EQ(open_calls("/", "/").error().why, "/: Is a directory");
}

TEST(Call, TellsAFileWhoseModuleIsGone)
{
    const auto link = link_to("/dev/null");
    const auto reported = link->report(some_finding());
    ASSERT_FALSE(reported);
    EXPECT_EQ(reported.error().kind, ErrorKind::NoModule);
    EXPECT_TRUE(reported.error().sentence().starts_with(
        "cannot report a register that changed: the module cryptorture went away"))
        << reported.error().sentence();
}

TEST(Call, ReportsARegister)
{
    RegisterFinding finding = some_finding();
    cryptorture_register_args told{};
    std::memset(&told, 0xee, sizeof(told));
    ASSERT_TRUE(fill_finding(told, finding));
    EXPECT_EQ(told.epoch, 0x100000001U);
    EXPECT_EQ(told.len, 4U);
    EXPECT_EQ(told.event, static_cast<std::uint32_t>(CRYPTORTURE_EVENT_FORK));
    EXPECT_EQ(told.cpu_before, 1U);
    EXPECT_EQ(told.cpu_after, 2U);
    EXPECT_EQ(told.thread, 12U);
    EXPECT_EQ(told.reserved, 0U);
    EXPECT_STREQ(reinterpret_cast<const char *>(told.name), "xmm3");
    EXPECT_STREQ(reinterpret_cast<const char *>(told.owner), "xmm5 of exerciser 0, epoch 77");
    EXPECT_EQ(std::memcmp(told.expected, "\1\2\3\4\0\0\0\0", 8), 0);
    EXPECT_EQ(std::memcmp(told.actual, "\5\6\7\10\0\0\0\0", 8), 0);

    const auto fits = [&told](const RegisterFinding &one) {
        return fill_finding(told, one);
    };
    finding.expected.assign(CRYPTORTURE_REGISTER_BYTES, 1);
    finding.actual.assign(CRYPTORTURE_REGISTER_BYTES, 2);
    finding.change.owner.assign(CRYPTORTURE_OWNER_MAX - 1, 'x');
    finding.change.name.assign(CRYPTORTURE_REGISTER_NAME_MAX - 1, 'x');
    EXPECT_TRUE(fits(finding));
    for (const auto spoil : {+[](RegisterFinding &one) { one.change.owner += 'x'; },
                             +[](RegisterFinding &one) { one.change.name += 'x'; },
                             +[](RegisterFinding &one) { one.actual.pop_back(); },
                             +[](RegisterFinding &one) {
                                 one.expected.push_back(1);
                                 one.actual.push_back(2);
                             }}) {
        RegisterFinding spoiled = finding;
        spoil(spoiled);
        EXPECT_FALSE(fits(spoiled));
    }
}

TEST(Finding, IsASentence)
{
    RegisterFinding finding;
    finding.change = {"xmm3", "xmm5 of exerciser 0, epoch 77", ThreadEvent::Call, 1, 5};
    finding.cpu_before = 1;
    finding.cpu_after = 1;
    EXPECT_EQ(finding.sentence(),
              "register xmm3 of exerciser 1 on CPU 1 changed during a call: "
              "it holds xmm5 of exerciser 0, epoch 77");
    finding.cpu_after = 3;
    finding.change.owner.clear();
    finding.change.event = ThreadEvent::Migrate;
    finding.expected = {1, 2};
    finding.actual = {0xab, 0xcd};
    EXPECT_EQ(finding.sentence(), "register xmm3 of exerciser 1 on CPUs 1 and 3 changed while "
                                  "it moved between CPUs: it holds abcd instead of 0102");
}

} // namespace ct::test
