// SPDX-License-Identifier: GPL-2.0-or-later
#include "judge/known_bugs.h"

#include <gtest/gtest.h>

#include "judge/errata.h"
#include "judge/host.h"
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

Release release_of(const std::string &release)
{
    Tree tree;
    tree.kernel(release, "#1 SMP");
    return read_release(tree.source());
}

Applies applies_at(const std::string &name, const std::string &release)
{
    for (const KnownBug &bug : known_bugs())
        if (bug.name == name)
            return applies(bug, release_of(release));
    ADD_FAILURE() << name;
    return Applies::No;
}

// The sources of all that surely are in that kernel, with a blank between.
std::string sources_at(const std::string &release)
{
    std::string sources;
    for (const KnownBug &bug : known_bugs())
        if (applies(bug, release_of(release)) == Applies::Yes)
            sources += std::string(bug.source) + " ";
    return sources;
}

} // namespace

TEST(KnownBugs, HaveEverythingThatIsTold)
{
    for (const KnownBug &bug : known_bugs()) {
        EXPECT_FALSE(bug.name.empty() || bug.source.empty() || bug.meaning.empty());
        ASSERT_FALSE(bug.ranges.empty()) << bug.name;
        KernelVersion last;
        for (const VersionRange &range : bug.ranges) {
            EXPECT_LT(range.from, range.until) << bug.name;
            EXPECT_LE(last, range.from) << bug.name << " " << range.from.text();
            last = range.until;
        }
        // What no kernel that the module can be built for has is noise.
        EXPECT_TRUE(!bug.by_kernel() || KernelVersion({5, 10, 0}) < last) << bug.name;
    }
}

TEST(KnownBugs, KeepToTheirVersions)
{
    const std::string irq = "FPU taken inside register bookkeeping";
    EXPECT_EQ(applies_at(irq, "5.10.179"), Applies::Yes);
    EXPECT_EQ(applies_at(irq, "5.10.180"), Applies::No);
    EXPECT_EQ(applies_at(irq, "5.15.38"), Applies::Yes);
    EXPECT_EQ(applies_at(irq, "5.15.39"), Applies::No);
    EXPECT_EQ(applies_at(irq, "5.16.20"), Applies::Yes); // never mended
    EXPECT_EQ(applies_at(irq, "5.17.6"), Applies::Yes);
    EXPECT_EQ(applies_at(irq, "5.17.7"), Applies::No);
    EXPECT_EQ(applies_at(irq, "5.18.1"), Applies::No);
    // A distribution's number says nothing of the stable series, but of one without any fix.
    EXPECT_EQ(applies_at(irq, "5.15.0-26-generic"), Applies::Perhaps);
    EXPECT_EQ(applies_at(irq, "5.14.0-503.el9.x86_64"), Applies::Yes);
    EXPECT_EQ(applies_at(irq, "5.18.0-26-generic"), Applies::No);
    EXPECT_EQ(applies_at(irq, "garbled"), Applies::No);
    EXPECT_EQ(applies_at(irq, "5.4.30"), Applies::No); // not spoken of
    const std::string packets = "nft_pipapo uses AVX2 unasked";
    EXPECT_EQ(applies_at(packets, "5.10.41"), Applies::Yes);
    EXPECT_EQ(applies_at(packets, "5.10.42"), Applies::No);
}

// The first fix of CVE-2026-43033 broke what it mended in those series that had not both.
TEST(KnownBugs, KnowTheFixThatWasABug)
{
    const std::string first = "authencesn writes beyond its destination";
    const std::string second = "authencesn decrypts in place wrongly";
    for (const char *const release :
         {"6.18.22", "6.18.23", "6.18.24", "6.19.12", "6.19.14", "7.0.1"}) {
        EXPECT_EQ(applies_at(first, release), Applies::No) << release;
        EXPECT_EQ(applies_at(second, release), Applies::Yes) << release;
    }
    EXPECT_EQ(applies_at(second, "7.0.0-14-generic"), Applies::Perhaps);
    for (const char *const release : {"5.10.254", "5.15.204", "6.1.170", "6.6.137", "6.12.85",
                                      "6.18.25", "7.0.2", "7.1.0"}) {
        EXPECT_NE(applies_at(first, release), Applies::Yes) << release;
        EXPECT_EQ(applies_at(second, release), Applies::No) << release;
    }
    for (const char *const release :
         {"5.10.253", "5.15.203", "6.1.169", "6.6.136", "6.12.84", "6.18.21", "6.19.11"}) {
        EXPECT_EQ(applies_at(first, release), Applies::Yes) << release;
        EXPECT_EQ(applies_at(second, release), Applies::No) << release;
    }
}

// Each with a release that has it, by the source that it is known from.
TEST(KnownBugs, KnowThoseOfTheField)
{
    const std::vector<std::pair<std::string, std::string>> known{
        {"CVE-2026-43284", "7.0.4"},   {"CVE-2025-71131", "6.18.3"},
        {"32e62025e5e5", "6.1.15"},    {"91e8bcd7b4da", "5.15.45"},
        {"3a58c2311725", "6.1.1"},     {"CVE-2024-56690", "6.12.1"},
        {"CVE-2026-43493", "7.0.3"},   {"ed459fe31937", "7.1.3"},
        {"33344368cb08", "6.1.49"},    {"b860eb8dce59", "5.10.45"},
        {"CVE-2025-68171", "6.17.7"},  {"96feb73def02", "6.18.1"},
        {"CVE-2022-27666", "5.16.14"}, {"CVE-2024-26953", "6.8.2"}};
    for (const auto &[source, release] : known) {
        EXPECT_TRUE(contains(sources_at(release), source)) << source << " at " << release;
        // That release was the last of its series to have it.
        KernelVersion next = release_of(release).base;
        ++next.patch;
        EXPECT_FALSE(contains(sources_at(next.text()), source)) << source << " mended";
    }
    // It came into the series with another fix.
    EXPECT_FALSE(contains(sources_at("6.1.63"), "CVE-2024-56690"));
    EXPECT_TRUE(contains(sources_at("6.1.64"), "CVE-2024-56690"));
    EXPECT_FALSE(contains(sources_at("5.10.50"), "33344368cb08"));
}

TEST(KnownBugs, AdviseNoReleaseThatHasOne)
{
    for (const KnownBug &bug : known_bugs())
        for (const VersionRange &range : bug.ranges) {
            if (!bug.by_kernel())
                continue;
            const KernelVersion advised = free_of_bugs(range.until);
            for (const KnownBug &other : known_bugs())
                EXPECT_FALSE(other.by_kernel() && other.level == Level::Warning &&
                             other.has(advised))
                    << bug.name << ": " << advised.text() << " has " << other.name;
        }
    Tree tree;
    make_intel(tree);
    tree.kernel("6.18.20", "#1 SMP");
    const Findings bugs = bugs_of(tree);
    const Finding *bug = finding(bugs, "authencesn writes");
    ASSERT_NE(bug, nullptr) << told(bugs);
    EXPECT_EQ(bug->level, Level::Warning);
    EXPECT_TRUE(contains(bug->what, ", by version (CVE-2026-43033")) << bug->what; // a hint
    EXPECT_TRUE(contains(bug->action, "update to Linux 6.18.39 or later")) << bug->action;
    for (const Finding &entry : bugs)
        EXPECT_FALSE(contains(entry.what + entry.action, "6.18.22")) << entry.what;
    // 6.19 ended with the fault in it.
    tree.kernel("6.19.11", "#1 SMP");
    EXPECT_TRUE(contains(finding(bugs_of(tree), "authencesn writes")->action, "Linux 7.1.4"));
    tree.kernel("6.18.0-3-generic", "#1 SMP");
    const Findings unsure = bugs_of(tree);
    bug = finding(unsure, "perhaps authencesn writes");
    ASSERT_NE(bug, nullptr) << told(unsure);
    EXPECT_EQ(bug->level, Level::Note);
    EXPECT_TRUE(contains(bug->action, "which Linux 6.18.39 has")) << bug->action;
}

TEST(KnownBugs, StrikeOnlyWhereTheyCan)
{
    Tree tree;
    make_kvm_guest(tree);
    const auto there = [&tree](const std::string &part) {
        return finding(bugs_of(tree, "KVMKVMKVM"), part) != nullptr;
    };
    tree.file("/proc/version_signature", "Ubuntu 5.11.0-1.2-generic 5.11.18\n");
    tree.kernel("5.11.0-1-generic", "#1 SMP");
    EXPECT_FALSE(there("nft_pipapo"));
    tree.folder("/sys/module/nf_tables");
    EXPECT_TRUE(there("nft_pipapo"));
    EXPECT_FALSE(there("OpenZFS"));
    // Before 5.16 the kernel's layout fits OpenZFS's own saving.
    tree.file("/sys/module/zfs/version", "2.1.2-1\n");
    EXPECT_FALSE(there("OpenZFS"));
    tree.kernel("5.16.1", "#1 SMP");
    EXPECT_TRUE(there("issue 13042"));
    tree.file("/sys/module/zfs/version", "2.1.3-1\n");
    EXPECT_FALSE(there("OpenZFS"));
    // A run loads what is installed.
    tree.kernel("6.12.1", "#1 SMP");
    EXPECT_FALSE(there("pcrypt"));
    tree.file("/boot/config-6.12.1", "CONFIG_CRYPTO_PCRYPT=m\n");
    EXPECT_TRUE(there("pcrypt fails"));
    tree.kernel("5.15.45", "#1 SMP");
    EXPECT_FALSE(there("cryptd"));
    tree.folder("/sys/module/cryptd");
    EXPECT_TRUE(there("cryptd's queue"));
    EXPECT_FALSE(there("XSAVEC"));
    tree.kernel("5.19.0-rc1", "#1 SMP");
    EXPECT_TRUE(there("XSAVEC"));
    tree.kernel("5.19.0", "#1 SMP");
    EXPECT_FALSE(there("XSAVEC"));
}

TEST(KnownBugs, OfAmxNeedAmx)
{
    Tree tree;
    make_intel(tree);
    tree.kernel("6.12.50", "#1 SMP").file("/sys/module/zfs/version", "2.1.15-1\n");
    Findings bugs = bugs_of(tree);
    EXPECT_EQ(finding(bugs, "XFD"), nullptr);
    EXPECT_EQ(finding(bugs, "OpenZFS"), nullptr);
    Tree::Cpu cpu;
    cpu.flags = "fpu sse sse2 aes xsave avx avx2 amx_tile";
    cpu.microcode.assign(2, "0x2b000620");
    tree.cpus(cpu);
    bugs = bugs_of(tree);
    EXPECT_NE(finding(bugs, "XFD"), nullptr) << told(bugs);
    const Finding *bug = finding(bugs, "OpenZFS saves AMX");
    ASSERT_NE(bug, nullptr) << told(bugs);
    EXPECT_TRUE(contains(bug->action, "OpenZFS 2.1.16")) << bug->action;
    tree.file("/sys/module/zfs/version", "2.2.0-1\n");
    EXPECT_EQ(finding(bugs_of(tree), "OpenZFS"), nullptr);
}

TEST(KnownBugs, AskXenForItsVersion)
{
    Tree tree;
    make_xen_dom0(tree);
    tree.file("/sys/hypervisor/guest_type", "HVM\n");
    const Findings bugs = bugs_of(tree);
    ASSERT_NE(finding(bugs, "XSA-190"), nullptr);
    EXPECT_TRUE(contains(finding(bugs, "XSA-190")->action, "Xen 4.8"));
    tree.file("/sys/hypervisor/version/minor", "17\n");
    EXPECT_EQ(finding(bugs_of(tree), "XSA-190"), nullptr);
}

TEST(KnownBugs, SayNothingOfOlderKernels)
{
    Tree tree;
    make_xen_dom0(tree);
    const Findings bugs = bugs_of(tree);
    ASSERT_EQ(bugs.size(), 1U) << told(bugs);
    EXPECT_EQ(bugs[0].level, Level::Note);
    EXPECT_TRUE(contains(bugs[0].what, "as old as Linux 3.14.1 are not listed"));
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

TEST(Errata, NameRaptorLakeByItsMicrocode)
{
    Tree tree;
    make_intel(tree);
    Tree::Cpu cpu;
    cpu.model = "13th Gen Intel(R) Core(TM) i9-13900K";
    cpu.number = 183;
    cpu.stepping = 1;
    cpu.flags = "sse sse2 ssse3 aes xsave avx avx2";
    cpu.microcode = {"0x129", "0x12b"};
    tree.cpus(cpu);
    const Findings bugs = bugs_of(tree);
    const Finding *bug = finding(bugs, "Vmin shift");
    ASSERT_NE(bug, nullptr) << told(bugs);
    EXPECT_EQ(bug->level, Level::Warning);
    EXPECT_TRUE(contains(bug->what, "older than 0x12b, CPUs 0")) << bug->what;
    EXPECT_EQ(bug->classes, std::vector<BugClass>{BugClass::CpuIntermittent});
    EXPECT_EQ(finding(bugs_of(tree, "KVMKVMKVM"), "Vmin shift")->level, Level::Note);
    cpu.microcode = {"0x12f", "0x12b"};
    tree.cpus(cpu);
    EXPECT_EQ(finding(bugs_of(tree), "Vmin shift")->level, Level::Ok);
    cpu.stepping = 0;
    tree.cpus(cpu);
    EXPECT_EQ(finding(bugs_of(tree), "Vmin shift"), nullptr);
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
