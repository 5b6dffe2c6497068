// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/known_bugs.h"

#include <gtest/gtest.h>

#include "host/errata.h"
#include "host/host.h"
#include "machines.h"
#include "outcome.h"

namespace ct::test {

namespace {

// Those of the class "known-bugs" as they are told on that machine.
Findings bugs_of(const Tree &tree, const std::string &signature = "")
{
    Findings findings = examination_of(tree, signature).findings;
    std::erase_if(findings,
                  [](const Finding &entry) { return entry.topic != Topic::KnownBugs; });
    return findings;
}

Applies applies_at(const std::string &name, const std::string &release)
{
    Tree tree;
    tree.kernel(release, "#1 SMP");
    for (const KnownBug &bug : known_bugs())
        if (bug.name == name)
            return applies(bug, read_release(tree.source()));
    ADD_FAILURE() << name;
    return Applies::No;
}

} // namespace

TEST(KnownBugs, HaveEverythingThatIsTold)
{
    for (const KnownBug &bug : known_bugs()) {
        EXPECT_FALSE(bug.name.empty() || bug.source.empty() || bug.meaning.empty());
        EXPECT_LT(bug.from, bug.fixed) << bug.name;
        for (const KernelVersion &version : bug.stable) {
            EXPECT_LT(version, bug.fixed) << bug.name;
            EXPECT_GT(version, bug.from) << bug.name;
        }
    }
}

TEST(KnownBugs, KeepToTheirVersions)
{
    const std::string frame = "registers stale after a faulting signal frame";
    EXPECT_EQ(applies_at(frame, "5.1.21"), Applies::No);
    EXPECT_EQ(applies_at(frame, "5.2.1"), Applies::Yes);
    EXPECT_EQ(applies_at(frame, "5.3.14"), Applies::Yes);
    EXPECT_EQ(applies_at(frame, "5.3.15"), Applies::No);
    EXPECT_EQ(applies_at(frame, "5.4.1"), Applies::Yes);
    EXPECT_EQ(applies_at(frame, "5.4.2"), Applies::No);
    EXPECT_EQ(applies_at(frame, "5.5.0"), Applies::No);
    // A distribution's number says nothing of the stable series.
    EXPECT_EQ(applies_at(frame, "5.4.0-26-generic"), Applies::Perhaps);
    EXPECT_EQ(applies_at(frame, "garbled"), Applies::No);
    const std::string irq = "FPU taken inside register bookkeeping";
    EXPECT_EQ(applies_at(irq, "5.10.179"), Applies::Yes);
    EXPECT_EQ(applies_at(irq, "5.10.180"), Applies::No);
    EXPECT_EQ(applies_at(irq, "5.16.20"), Applies::Yes); // never mended
    EXPECT_EQ(applies_at(irq, "5.18.0"), Applies::No);
}

TEST(KnownBugs, FindTheBugOf2014)
{
    Tree tree;
    make_xen_dom0(tree);
    Findings bugs = bugs_of(tree);
    const Finding *bug = finding(bugs, "lazy FPU under Xen PV");
    ASSERT_NE(bug, nullptr) << told(bugs);
    EXPECT_EQ(bug->level, Level::Warning);
    EXPECT_TRUE(contains(bug->what, ", by version: fixed by Linux 4.6")); // a hint
    EXPECT_EQ(bug->classes, std::vector<BugClass>{BugClass::FpuNested});
    EXPECT_NE(finding(bugs, "CVE-2015-3331"), nullptr);
    // Eager switching is the way out, and a bare machine never had it.
    tree.file("/proc/cmdline", "eagerfpu=on\n");
    EXPECT_EQ(finding(bugs_of(tree), "lazy FPU under Xen PV"), nullptr);
    tree.file("/proc/cmdline", "quiet\n").remove("/sys/hypervisor");
    EXPECT_EQ(finding(bugs_of(tree), "lazy FPU under Xen PV"), nullptr);
}

TEST(KnownBugs, StrikeOnlyWhereTheyCan)
{
    Tree tree;
    make_kvm_guest(tree);
    const auto there = [&tree](const std::string &part) {
        return finding(bugs_of(tree, "KVMKVMKVM"), part) != nullptr;
    };
    tree.file("/proc/version_signature", "Ubuntu 5.8.0-1.2-generic 5.8.18\n");
    tree.kernel("5.8.0-1-generic", "#1 SMP");
    EXPECT_FALSE(there("nft_pipapo"));
    tree.folder("/sys/module/nf_tables");
    EXPECT_TRUE(there("nft_pipapo"));
    EXPECT_FALSE(there("OpenZFS"));
    tree.file("/sys/module/zfs/version", "2.1.2-1\n");
    EXPECT_TRUE(there("issue 13042"));
    EXPECT_FALSE(there("issue 9346"));
    tree.file("/sys/module/zfs/version", "2.1.14-1\n");
    EXPECT_FALSE(there("OpenZFS"));
    EXPECT_FALSE(there("aegis sleeps"));
    tree.kernel("4.19.0", "#1 SMP").crypto({"aegis128-aesni"});
    EXPECT_TRUE(there("aegis sleeps"));
    EXPECT_FALSE(there("KVM loads"));
    tree.kernel("5.4.18", "#1 SMP").folder("/sys/module/kvm_intel");
    EXPECT_TRUE(there("KVM loads"));
    tree.kernel("5.4.19", "#1 SMP");
    EXPECT_FALSE(there("KVM loads"));
    EXPECT_FALSE(there("XSAVEC"));
    tree.kernel("5.19.0-rc1", "#1 SMP");
    EXPECT_TRUE(there("XSAVEC"));
    tree.kernel("5.19.0", "#1 SMP");
    EXPECT_FALSE(there("XSAVEC"));
}

TEST(KnownBugs, AskXenForItsVersion)
{
    Tree tree;
    make_xen_dom0(tree);
    tree.file("/sys/hypervisor/guest_type", "HVM\n");
    EXPECT_NE(finding(bugs_of(tree), "XSA-190"), nullptr);
    tree.file("/sys/hypervisor/version/minor", "17\n");
    EXPECT_EQ(finding(bugs_of(tree), "XSA-190"), nullptr);
}

TEST(KnownBugs, AreNoneOfTheNewest)
{
    Tree tree;
    make_newest(tree);
    const Findings bugs = bugs_of(tree);
    ASSERT_EQ(bugs.size(), 1U) << told(bugs);
    EXPECT_EQ(bugs[0].level, Level::Ok);
    EXPECT_TRUE(contains(bugs[0].meaning, "a hint"));
}

TEST(Errata, NameZenbleedByItsMicrocode)
{
    Tree tree;
    make_zen2(tree);
    Findings bugs = bugs_of(tree);
    const Finding *bug = finding(bugs, "Zenbleed");
    ASSERT_NE(bug, nullptr) << told(bugs);
    EXPECT_EQ(bug->level, Level::Warning);
    EXPECT_EQ(bug->source, "CVE-2023-20593");
    EXPECT_EQ(bug->classes, std::vector<BugClass>{BugClass::RegfileLeak});
    EXPECT_TRUE(contains(bug->what, "0x0830107b, CPUs 0-1")) << bug->what;
    // XSAVES still in use there as well
    EXPECT_NE(finding(bugs, "erratum 1386"), nullptr);

    // A kernel that turns the fault off; a guest whose microcode says nothing.
    tree.kernel("6.12.0", "#1 SMP");
    bugs = bugs_of(tree);
    EXPECT_EQ(finding(bugs, "Zenbleed")->level, Level::Note);
    EXPECT_EQ(finding(bugs, "erratum 1386"), nullptr);
    tree.kernel("6.1.0", "#1 SMP");
    EXPECT_EQ(finding(bugs_of(tree, "KVMKVMKVM"), "Zenbleed")->level, Level::Note);
}

TEST(Errata, LeaveOthersAlone)
{
    Tree tree;
    make_zen2(tree);
    const std::string info = tree.source().text("/proc/cpuinfo");
    const auto with = [&](const std::string &from, const std::string &to) {
        std::string text = info;
        for (std::size_t place = 0; (place = text.find(from, place)) != std::string::npos;
             place += to.size())
            text.replace(place, from.size(), to);
        tree.file("/proc/cpuinfo", text);
        return bugs_of(tree);
    };
    EXPECT_EQ(finding(with("0x8301055", "0x830107c"), "Zenbleed")->level, Level::Ok);
    EXPECT_EQ(finding(with("model\t\t: 49", "model\t\t: 1"), "Zenbleed"), nullptr); // Zen 1
    EXPECT_EQ(finding(with("family\t: 23", "family\t: 25"), "Zenbleed"), nullptr);
    EXPECT_EQ(finding(with(" xsaves", ""), "erratum 1386"), nullptr);
    EXPECT_EQ(finding(with("AuthenticAMD", "GenuineIntel"), "Zenbleed"), nullptr);
}

} // namespace ct::test
