// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/suspect.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "session/processors.h"

namespace ct::test {

namespace {

// 1,000 operations on each.
std::vector<CpuSum> cpus(const std::vector<std::uint64_t> &mismatches)
{
    std::vector<CpuSum> sums;
    for (const std::uint64_t count : mismatches) {
        CpuSum sum;
        sum.cpu = static_cast<std::uint32_t>(sums.size());
        sum.operations = 1000;
        sum.mismatches = count;
        sums.push_back(sum);
    }
    return sums;
}

// Cores of two: 0 and 2, 1 and 3.
std::vector<Processor> processors()
{
    return {{0, 0, 0, "0,2", "0x1", "A CPU"},
            {1, 0, 1, "1,3", "0x1", "A CPU"},
            {2, 0, 0, "0,2", "0x1", "A CPU"},
            {3, 0, 1, "1,3", "0x1", "A CPU"}};
}

} // namespace

TEST(Suspect, IsTheCpuThatHasThemAll)
{
    const auto suspect = find_suspect(cpus({0, 0, 0, 12, 0, 0, 0, 0}), {});
    ASSERT_TRUE(suspect);
    EXPECT_EQ(suspect->cpus, "3");
    EXPECT_EQ(suspect->mismatches, 12U);
    EXPECT_EQ(suspect->all, 12U);
    EXPECT_EQ(suspect->other_cpus, 7U);
    EXPECT_EQ(suspect->other_operations, 7000U);
    EXPECT_FALSE(suspect->processor);
}

TEST(Suspect, IsNobodyByChance)
{
    EXPECT_FALSE(find_suspect({}, {}));
    EXPECT_FALSE(find_suspect(cpus({0, 0}), {}));
    EXPECT_FALSE(find_suspect(cpus({1, 0, 0, 0}), {}));      // one has to be somewhere
    EXPECT_FALSE(find_suspect(cpus({2, 0}), {}));            // heads twice
    EXPECT_FALSE(find_suspect(cpus({50, 40, 45, 55}), {}));  // all alike
    EXPECT_FALSE(find_suspect(cpus({100, 40, 10, 10}), {})); // others are not healthy
    EXPECT_TRUE(find_suspect(cpus({100, 3, 0, 1}), {}));
    EXPECT_TRUE(find_suspect(cpus({12, 0}), {}));
}

TEST(Suspect, NeedsOthersThatWereTested)
{
    auto sums = cpus({12, 0, 0});
    sums[1].operations = sums[2].operations = 0;
    EXPECT_FALSE(find_suspect(sums, {}));
    EXPECT_FALSE(find_suspect(cpus({12}), {}));
    sums[1].operations = 1000;
    const auto suspect = find_suspect(sums, {});
    ASSERT_TRUE(suspect);
    EXPECT_EQ(suspect->other_cpus, 1U); // the idle one is no witness
}

TEST(Suspect, MayBeOneCore)
{
    EXPECT_FALSE(find_suspect(cpus({0, 10, 0, 10}), {}));
    const auto suspect = find_suspect(cpus({0, 10, 0, 10}), processors());
    ASSERT_TRUE(suspect);
    EXPECT_EQ(suspect->cpus, "1,3");
    EXPECT_EQ(suspect->other_cpus, 2U);
    ASSERT_TRUE(suspect->processor);
    EXPECT_EQ(suspect->processor->microcode, "0x1");
    EXPECT_FALSE(find_suspect(cpus({10, 10, 0, 0}), processors()));
}

TEST(Suspect, MayBeOnePackage)
{
    const auto two_packages = [] {
        std::vector<Processor> list;
        for (std::uint32_t cpu = 0; cpu < 8; ++cpu)
            list.push_back({cpu, cpu / 4, cpu % 4, std::to_string(cpu), "0x1", "A CPU"});
        return list;
    }();
    EXPECT_FALSE(find_suspect(cpus({0, 0, 0, 0, 9, 11, 10, 8}), {}));
    const auto suspect = find_suspect(cpus({0, 0, 0, 0, 9, 11, 10, 8}), two_packages);
    ASSERT_TRUE(suspect);
    EXPECT_EQ(suspect->kind, SuspectKind::Package);
    EXPECT_EQ(suspect->cpus, "4-7");
    EXPECT_EQ(suspect->other_cpus, 4U);
}

TEST(Suspect, IsNobodyForWhatMoved)
{
    auto sums = cpus({40, 12, 0, 0});
    EXPECT_FALSE(find_suspect(sums, {}));
    sums[0].mismatches_moved = 40;
    const auto suspect = find_suspect(sums, {});
    ASSERT_TRUE(suspect);
    EXPECT_EQ(suspect->kind, SuspectKind::Cpu);
    EXPECT_EQ(suspect->cpus, "1");
    EXPECT_EQ(suspect->all, 12U);
    EXPECT_EQ(suspect->moved, 40U);
    sums[1].mismatches_moved = 12;
    EXPECT_FALSE(find_suspect(sums, {}));
}

TEST(Processors, AreReadFromTheMachine)
{
    const std::string root = std::filesystem::path(testing::TempDir()) / "processors";
    const auto put = [&root](const std::string &path, const std::string &text) {
        const std::filesystem::path file = root + path;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file) << text;
    };
    for (const char *cpu : {"10", "2"}) {
        const std::string folder =
            std::string("/sys/devices/system/cpu/cpu") + cpu + "/topology";
        put(folder + "/physical_package_id", "1\n");
        put(folder + "/core_id", "5\n");
        put(folder + "/thread_siblings_list", "2,10\n");
    }
    std::filesystem::create_directories(root + "/sys/devices/system/cpu/cpu3"); // offline
    std::filesystem::create_directories(root + "/sys/devices/system/cpu/cpufreq");
    put("/sys/devices/system/cpu/online", "2,10\n");
    put("/sys/devices/system/cpu/present", "2-3,10\n");
    put("/proc/cpuinfo",
        "processor\t: 2\nmodel name\t: A CPU @ 2 GHz: fast\nmicrocode\t: 0x2b\n"
        "\nprocessor\t: 99\nmicrocode\t: 0xff\n\nprocessor\t: 10\nnonsense\n");
    EXPECT_EQ(online_cpus(root), "2,10");
    EXPECT_EQ(untested_cpus(root, "10"), (Untested{"3", "2"}));
    EXPECT_EQ(untested_cpus(root, "2,10"), (Untested{"3", ""}));
    EXPECT_EQ(untested_cpus(root, "2-3,10"), Untested());
    const auto found = read_processors(root);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].cpu, 2U);
    EXPECT_EQ(found[0].package, 1U);
    EXPECT_EQ(found[0].core, 5U);
    EXPECT_EQ(found[0].siblings, "2,10");
    EXPECT_EQ(found[0].microcode, "0x2b");
    EXPECT_EQ(found[0].model, "A CPU @ 2 GHz: fast");
    EXPECT_EQ(found[1].cpu, 10U);
    EXPECT_EQ(found[1].microcode, "");
    std::filesystem::remove_all(root);
    EXPECT_TRUE(read_processors(root).empty());
    EXPECT_EQ(online_cpus(root), "");
}

} // namespace ct::test
