// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/known_bugs.h"

#include <algorithm>

#include <fmt/format.h>

#include "host/words.h"

namespace ct {

namespace {

// Xen and OpenZFS have versions of their own: the table's are theirs then.
bool by_kernel(const KnownBug &bug)
{
    return bug.where != Where::XenHvm && bug.where != Where::Zfs;
}

Applies applies_to(const KnownBug &bug, const KernelVersion &version, bool patch)
{
    if (version < bug.from || version >= bug.fixed)
        return Applies::No;
    for (const KernelVersion &first : bug.stable) {
        if (first.major != version.major || first.minor != version.minor)
            continue;
        if (!patch)
            return Applies::Perhaps;
        return version < first ? Applies::Yes : Applies::No;
    }
    return Applies::Yes;
}

// "2.1.2-1" -> 2.1.2
KernelVersion plain_version(const std::string &text)
{
    KernelVersion version;
    const auto parts = split(text.substr(0, text.find('-')), '.');
    const auto part = [&parts](std::size_t place) {
        return place < parts.size() ? static_cast<unsigned>(number(parts[place]).value_or(0))
                                    : 0U;
    };
    version.major = part(0);
    version.minor = part(1);
    version.patch = part(2);
    return version;
}

bool strikes(Where where, const Release &release, const Surroundings &here)
{
    switch (where) {
    case Where::Anywhere:
        return true;
    case Where::XenPvLazy:
        return here.hypervisor.kind == HypervisorKind::XenPv &&
               here.line.value("eagerfpu") != "on";
    case Where::XenHvm:
        return here.hypervisor.kind == HypervisorKind::XenHvm && here.hypervisor.xen;
    case Where::KvmHost:
        return here.kvm;
    case Where::AesNi:
        return here.cpus.has("aes");
    case Where::Aegis:
        return here.drivers.has("aegis128-aesni");
    case Where::Pipapo:
        return here.pipapo && here.cpus.has("avx2");
    case Where::Zfs:
        return !here.zfs_version.empty();
    case Where::Candidate:
        return release.candidate;
    }
    return false;
}

Applies judge(const KnownBug &bug, const Release &release, const Surroundings &here)
{
    if (!strikes(bug.where, release, here))
        return Applies::No;
    if (bug.where == Where::XenHvm)
        return applies_to(bug, *here.hypervisor.xen, true);
    if (bug.where == Where::Zfs)
        return applies_to(bug, plain_version(here.zfs_version), true);
    return applies(bug, release);
}

std::string fix_text(const KnownBug &bug)
{
    const char *const of = bug.where == Where::XenHvm ? "Xen"
                           : bug.where == Where::Zfs  ? "OpenZFS"
                                                      : "Linux";
    std::string text = fmt::format("fixed by {} {}", of, bug.fixed.text());
    for (const KernelVersion &version : bug.stable)
        text += ", " + version.text();
    return text;
}

} // namespace

// Stable versions are the first that surely have the fix.
const std::vector<KnownBug> &known_bugs()
{
    static const std::vector<KnownBug> table{
        {"lazy FPU under Xen PV",
         BugClass::FpuNested,
         Where::XenPvLazy,
         {},
         {4, 6, 0},
         {},
         "the corruption of 2014; switching is eager since 4.6 and lazy code is gone since 4.9",
         "a softirq takes the FPU for free inside an AES-NI section, because Xen's copy of CR0 "
         "is stale; reproduced in a laboratory with 3.14.1"},
        {"i387 ownership races",
         BugClass::FpuStaleOwner,
         Where::Anywhere,
         {},
         {3, 3, 0},
         {},
         "the i387 series of February 2012",
         "interrupts that use the FPU can leave a task with registers of another time"},
        {"overrun in GCM decryption by AES-NI",
         BugClass::DriverData,
         Where::AesNi,
         {2, 6, 38},
         {4, 0, 0},
         {{3, 19, 3}},
         "CVE-2015-3331",
         "rfc4106-gcm-aesni writes the tag's length beyond the destination when decrypting"},
        {"AES-NI CTR by eight blocks, 128-bit keys",
         BugClass::DriverData,
         Where::AesNi,
         {3, 17, 0},
         {3, 19, 0},
         {{3, 18, 5}},
         "crypto: aesni - fix \"by8\" variant for 128 bit keys",
         "the AVX variant of CTR goes wrong with certain key sizes and counters"},
        {"aegis sleeps in an FPU section",
         BugClass::FpuSleep,
         Where::Aegis,
         {4, 18, 0},
         {5, 1, 0},
         {},
         "ba6771c0a0bc",
         "aegis is none of ESP's algorithms and is not tested here; its users can get wrong "
         "data"},
        {"registers stale after a faulting signal frame",
         BugClass::FpuStaleOwner,
         Where::Anywhere,
         {5, 2, 0},
         {5, 5, 0},
         {{5, 3, 15}, {5, 4, 2}},
         "golang/go issue 35777, kernel bug 205663",
         "a kernel built by GCC 9 or later can give a task its older vector registers back"},
        {"KVM loads a guest's registers too late",
         BugClass::VcpuSwitch,
         Where::KvmHost,
         {5, 2, 0},
         {5, 6, 0},
         {{5, 4, 19}, {5, 5, 3}},
         "KVM: x86: Handle TIF_NEED_FPU_LOAD in kvm_{load,put}_guest_fpu()",
         "an interrupt at the wrong time damages registers of guests, or of their process"},
        {"nft_pipapo uses AVX2 unasked",
         BugClass::FpuNested,
         Where::Pipapo,
         {5, 7, 0},
         {5, 13, 0},
         {{5, 10, 43}, {5, 12, 10}},
         "f0b3d338064e",
         "packet matching in softirq overwrites the registers of the section that it "
         "interrupts"},
        {"FPU taken inside register bookkeeping",
         BugClass::FpuIrqWindow,
         Where::Anywhere,
         {3, 7, 0},
         {5, 18, 0},
         {{5, 10, 180}, {5, 15, 41}, {5, 17, 9}},
         "59f5ede3bc0f",
         "a hard interrupt that uses the FPU during a context switch, signal or exec damages "
         "user registers; few things use it there"},
        {"XSAVEC in a release candidate",
         BugClass::XstateFormat,
         Where::Candidate,
         {5, 19, 0},
         {5, 19, 1},
         {},
         "Linux 5.19-rc1, the first with XSAVEC",
         "parts of the registers in their initial state can come back wrong"},
        {"authencesn writes beyond its destination",
         BugClass::SgWriteback,
         Where::Anywhere,
         {4, 3, 0},
         {7, 0, 0},
         {{5, 10, 254},
          {5, 15, 204},
          {6, 1, 170},
          {6, 6, 137},
          {6, 12, 85},
          {6, 18, 22},
          {6, 19, 12}},
         "CVE-2026-43033, CVE-2026-31431; e02494114ebf",
         "decrypting with extended sequence numbers puts 4 bytes behind the destination"},
        {"Xen misses that the FPU is off for a guest",
         BugClass::VcpuSwitch,
         Where::XenHvm,
         {},
         {4, 8, 0},
         {},
         "XSA-190, CVE-2016-7777",
         "a guest's task can change the registers of another task of the same guest"},
        {"OpenZFS saves no user registers",
         BugClass::FpuUserClobber,
         Where::Zfs,
         {0, 8, 0},
         {0, 8, 3},
         {},
         "OpenZFS issue 9346",
         "checksums and parity of ZFS damage vector registers of user tasks"},
        {"OpenZFS and the XSAVES layout",
         BugClass::FpuUserClobber,
         Where::Zfs,
         {2, 0, 0},
         {2, 1, 3},
         {},
         "OpenZFS issue 13042",
         "with Linux 5.16 and later its own saving of registers does not fit the kernel's"},
    };
    return table;
}

Applies applies(const KnownBug &bug, const Release &release)
{
    if (!release.known() || !by_kernel(bug))
        return Applies::No;
    return applies_to(bug, release.base, release.patch);
}

Surroundings read_surroundings(const Source &source, const CommandLine &line, const Cpus &cpus,
                               const Drivers &drivers, const Hypervisor &hypervisor)
{
    Surroundings here{line, cpus, drivers, hypervisor, false, false, {}};
    here.kvm = source.exists("/sys/module/kvm_intel") || source.exists("/sys/module/kvm_amd");
    here.pipapo = source.exists("/sys/module/nf_tables");
    if (source.exists("/sys/module/zfs"))
        here.zfs_version = source.line("/sys/module/zfs/version").value_or("");
    return here;
}

void tell_known_bugs(const Release &release, const Surroundings &surroundings,
                     Findings &findings)
{
    std::size_t count = 0;
    for (const KnownBug &bug : known_bugs()) {
        const Applies answer = judge(bug, release, surroundings);
        if (answer == Applies::No)
            continue;
        ++count;
        const bool sure = answer == Applies::Yes;
        Finding finding;
        finding.topic = Topic::KnownBugs;
        finding.level = sure ? Level::Warning : Level::Note;
        finding.what = fmt::format("{}{}, by version: {} ({})", sure ? "" : "perhaps ",
                                   bug.name, fix_text(bug), bug.source);
        finding.meaning = std::string(bug.meaning);
        finding.action = sure ? "update, unless your distribution took the fix over"
                              : "ask your distribution whether it took the fix over; the "
                                "release does not say";
        finding.classes = {bug.word};
        finding.source = std::string(bug.source);
        findings.push_back(std::move(finding));
    }
    if (count == 0 && release.known())
        tell(findings, Topic::KnownBugs, Level::Ok,
             fmt::format("none of {} known bugs applies to Linux {} here", known_bugs().size(),
                         release.base.text()),
             "by versions, which is a hint: fixes are taken over, and so are bugs");
}

} // namespace ct
