// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/esp_probe.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <memory>

#include <gtest/gtest.h>

#include <linux/cryptorture_calls.h>

#include "outcome.h"
#include "record/counters.h"

namespace ct::test {

namespace {

// A module as it could be.
struct ProbedModule {
    int opening = 0; // an errno
    int reading = 0;
    std::uint32_t functions = 0xf;
    std::vector<std::uint32_t> cpus{0, 1, 4};
    bool repeats = false; // one CPU for ever
    std::uint64_t missed = 0;

    cryptorture_esp_probe_args asked{};
    unsigned reads = 0;

    int operator()(unsigned long command, void *argument)
    {
        if (command == CRYPTORTURE_CALLS_ESP_PROBE) {
            auto &args = *static_cast<cryptorture_esp_probe_args *>(argument);
            asked = args;
            args.functions = functions;
            return opening;
        }
        if (command != CRYPTORTURE_CALLS_ESP_COUNTS)
            return ENOTTY;
        reads++;
        auto &args = *static_cast<cryptorture_esp_counts_args *>(argument);
        if (reading != 0 || args.reserved != 0)
            return reading != 0 ? reading : EINVAL;
        const auto found =
            std::find_if(cpus.begin(), cpus.end(), [&](auto cpu) { return cpu >= args.cpu; });
        if (found == cpus.end() && !repeats)
            return ERANGE;
        args.cpu = repeats ? cpus.front() : *found;
        args.functions = functions;
        args.missed = missed;
        for (unsigned i = 0; i < __CRYPTORTURE_ESP_CONTEXT_MAX; ++i) {
            args.encapsulation[i] = 100 * args.cpu + i;
            args.decapsulation[i] = 0x100000000 + 100 * args.cpu + i;
        }
        return 0;
    }
};

struct ProbeStand {
    ProbedModule module{};

    Result<EspProbe> open(const std::vector<std::uint32_t> &namespaces = {})
    {
        return EspProbe::open(Descriptor(::open("/dev/null", O_RDWR | O_CLOEXEC)), namespaces,
                              [this](int, unsigned long command, void *argument) {
                                  return module(command, argument);
                              });
    }

    Error refusal(int number)
    {
        module.opening = number;
        const auto probe = open();
        EXPECT_FALSE(probe) << number;
        return probe ? Error{} : probe.error();
    }
};

} // namespace

TEST(EspProbe, AsksForTheNamespacesNamed)
{
    ProbeStand stand;
    ASSERT_TRUE(stand.open({4026532001, 4026532002}));
    EXPECT_EQ(stand.module.asked.namespaces_len, 2U);
    EXPECT_EQ(stand.module.asked.namespaces[0], 4026532001U);
    EXPECT_EQ(stand.module.asked.namespaces[1], 4026532002U);
    EXPECT_EQ(stand.module.asked.namespaces[2], 0U);
    EXPECT_EQ(stand.module.asked.reserved, 0U);
    ASSERT_TRUE(stand.open());
    EXPECT_EQ(stand.module.asked.namespaces_len, 0U);
    ASSERT_TRUE(stand.open({1, 2, 3, 4}));
    // None of these reaches the module: it would count others than those meant.
    stand.module.asked = {};
    for (const auto &wrong : {std::vector<std::uint32_t>{1, 2, 3, 4, 5}, {0}, {1, 0}}) {
        const auto probe = stand.open(wrong);
        ASSERT_FALSE(probe);
        EXPECT_EQ(probe.error().kind, ErrorKind::Refused);
    }
    EXPECT_EQ(stand.module.asked.namespaces_len, 0U);
}

TEST(EspProbe, ReadsEachCpu)
{
    ProbeStand stand;
    stand.module.missed = 7;
    const auto probe = stand.open();
    ASSERT_TRUE(probe);
    const auto cpus = probe->read();
    ASSERT_TRUE(cpus) << cpus.error().sentence();
    ASSERT_EQ(cpus->size(), 3U);
    EXPECT_EQ(stand.module.reads, 4U);
    EXPECT_EQ((*cpus)[2].cpu, 4U);
    EXPECT_EQ((*cpus)[2].encapsulation.task, 400U);
    EXPECT_EQ((*cpus)[2].encapsulation.task_bh, 401U);
    EXPECT_EQ((*cpus)[2].encapsulation.softirq, 402U);
    EXPECT_EQ(over_fpu_section((*cpus)[2].encapsulation), 403U);
    EXPECT_EQ((*cpus)[2].encapsulation.unknown, 404U);
    EXPECT_EQ((*cpus)[1].decapsulation.task, 0x100000000U + 100);
    EXPECT_EQ((*cpus)[1].decapsulation.unknown, 0x100000000U + 104);
    EXPECT_EQ(probe->missed(), 7U);
}

TEST(EspProbe, NamesWhatIsNotCounted)
{
    ProbeStand stand;
    stand.module.functions =
        1U << CRYPTORTURE_ESP_FUNCTION_OUTPUT | 1U << CRYPTORTURE_ESP_FUNCTION_INPUT | 1U << 31;
    const auto probe = stand.open();
    ASSERT_TRUE(probe);
    EXPECT_EQ(probe->missing(), (std::vector<std::string>{"esp6_output_tail", "esp6_input"}));
    // It is loaded later, and one is inlined there.
    stand.module.functions |= 1U << CRYPTORTURE_ESP_FUNCTION_OUTPUT6;
    ASSERT_TRUE(probe->read());
    EXPECT_EQ(probe->missing(), std::vector<std::string>{"esp6_input"});
    stand.module.functions = 0xf;
    ASSERT_TRUE(probe->read());
    EXPECT_TRUE(probe->missing().empty());
}

TEST(EspProbe, DoesNotTrustWhatItReads)
{
    ProbeStand stand;
    const auto probe = stand.open();
    ASSERT_TRUE(probe);
    const auto kind = [&] {
        const auto cpus = probe->read();
        EXPECT_FALSE(cpus);
        return cpus ? ErrorKind::Usage : cpus.error().kind;
    };
    stand.module.cpus = {};
    EXPECT_EQ(kind(), ErrorKind::Malformed);
    for (const std::uint32_t cpu : {1U << 20, ~0U}) {
        stand.module.cpus = {cpu};
        EXPECT_EQ(kind(), ErrorKind::Malformed);
    }
    stand.module.cpus = {2};
    stand.module.repeats = true;
    EXPECT_EQ(kind(), ErrorKind::Malformed);
}

TEST(EspProbe, SaysWhyNot)
{
    ProbeStand stand;
    EXPECT_EQ(stand.refusal(ENOTTY).kind, ErrorKind::OtherVersion);
    EXPECT_EQ(stand.refusal(EINVAL).kind, ErrorKind::OtherVersion);
    EXPECT_EQ(stand.refusal(EBUSY).sentence(),
              "cannot probe the kernel's ESP: 4 others do so already, which is all that the "
              "module takes; end one of them");
    EXPECT_EQ(stand.refusal(EBUSY).kind, ErrorKind::Busy);
    EXPECT_EQ(stand.refusal(ENOENT).kind, ErrorKind::NotFound);
    EXPECT_EQ(stand.refusal(ENOPKG).kind, ErrorKind::Unsupported);
    EXPECT_TRUE(contains(stand.refusal(ENOPKG).why, "CONFIG_KPROBES"));
    EXPECT_EQ(stand.refusal(EOPNOTSUPP).kind, ErrorKind::Unsupported);
    EXPECT_EQ(stand.refusal(ENOMEM).kind, ErrorKind::System);
    for (int number = 1; number < 134; ++number) {
        EXPECT_FALSE(stand.refusal(number).why.empty()) << number;
        EXPECT_FALSE(stand.refusal(number).hint.empty()) << number;
    }
}

TEST(EspProbe, SaysWhyItCannotBeRead)
{
    ProbeStand stand;
    const auto probe = stand.open();
    ASSERT_TRUE(probe);
    const auto error = [&](int number) {
        stand.module.reading = number;
        const auto cpus = probe->read();
        EXPECT_FALSE(cpus) << number;
        return cpus ? Error{} : cpus.error();
    };
    EXPECT_EQ(error(ENOTTY).kind, ErrorKind::NoModule);
    EXPECT_EQ(error(EOPNOTSUPP).kind, ErrorKind::Unsupported);
    EXPECT_EQ(error(EINVAL).kind, ErrorKind::OtherVersion);
    EXPECT_EQ(error(EIO).kind, ErrorKind::System);
    EXPECT_TRUE(error(EIO).sentence().starts_with(
        "cannot read in which contexts the kernel's ESP works: the kernel returned"));
}

// This machine may have no module, or not be root's.
TEST(EspProbe, SaysThatThereIsNoModule)
{
    if (access("/proc/" CRYPTORTURE_CALLS_NAME, F_OK) == 0)
        GTEST_SKIP() << "the module is loaded";
    const auto probe = EspProbe::open({});
    ASSERT_FALSE(probe);
    EXPECT_EQ(probe.error().kind, ErrorKind::NoModule);
    EXPECT_TRUE(
        probe.error().sentence().starts_with("cannot probe the kernel's ESP: the module "
                                             "cryptorture is not loaded; load it"));
}

} // namespace ct::test
