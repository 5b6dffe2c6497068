// SPDX-License-Identifier: GPL-2.0-or-later
#include "judge/errata.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include <fmt/format.h>

#include "base/quantity.h"
#include "facts/words.h"
#include "report/report.h"

namespace ct {

namespace {

constexpr unsigned zen_family = 0x17; // Zen 1 and Zen 2

// Zen 2 by its models, with the first microcode that fixes Zenbleed.
struct Zen2 {
    unsigned first;
    unsigned last;
    std::uint32_t microcode;
};

constexpr std::array zen2{
    Zen2{0x30, 0x3f, 0x0830107b}, Zen2{0x60, 0x67, 0x0860010c}, Zen2{0x68, 0x6f, 0x08608107},
    Zen2{0x70, 0x7f, 0x08701033}, Zen2{0xa0, 0xaf, 0x08a00009},
};

// Zen 2 for which no mending microcode is known.
constexpr std::array<std::array<unsigned, 2>, 2> zen2_unmended{{{0x40, 0x4f}, {0x90, 0x91}}};

bool is_zen(const Cpus &cpus)
{
    return (cpus.vendor == "AuthenticAMD" || cpus.vendor == "HygonGenuine") &&
           cpus.family == zen_family;
}

Finding make_finding(BugClass word, std::string source)
{
    Finding finding;
    finding.topic = Topic::KnownBugs;
    finding.classes = {word};
    finding.source = std::move(source);
    return finding;
}

void report_zenbleed(const Cpus &cpus, bool guest, const Release &release, Findings &findings)
{
    const auto *const model =
        std::find_if(zen2.begin(), zen2.end(), [&cpus](const Zen2 &entry) {
            return entry.first <= cpus.model_number && cpus.model_number <= entry.last;
        });
    const bool unmended =
        std::any_of(zen2_unmended.begin(), zen2_unmended.end(), [&cpus](const auto &range) {
            return range[0] <= cpus.model_number && cpus.model_number <= range[1];
        });
    if (model == zen2.end() && !unmended)
        return;
    Finding finding = make_finding(BugClass::RegfileLeak, "CVE-2023-20593");
    std::vector<std::uint32_t> open;
    for (const CpuIdentity &identity : cpus.identities) {
        const auto microcode = number(identity.microcode);
        if (unmended || !microcode || *microcode < model->microcode)
            open.push_back(identity.cpu);
    }
    if (open.empty()) {
        finding.what = "Zenbleed: this microcode fixes it";
        findings.push_back(std::move(finding));
        return;
    }
    finding.what =
        unmended ? fmt::format("Zenbleed: Zen 2, CPUs {}", number_list(open))
                 : fmt::format("Zenbleed: Zen 2 with microcode older than {:#010x}, CPUs {}",
                               model->microcode, number_list(open));
    finding.meaning =
        "upper halves of YMM registers can hold data of others after a mispredicted "
        "vzeroupper, wherever AVX is used";
    // The kernel sets a bit that avoids it, but cannot from inside a guest.
    const bool worked_around = !guest && release.from(6, 5);
    finding.level = guest || worked_around ? Level::Note : Level::Warning;
    if (worked_around)
        finding.meaning += "; by version, a hint: kernels from 6.5 on turn that off where the "
                           "microcode does not";
    if (guest)
        finding.meaning +=
            "; only the hypervisor knows its true microcode and what it turned off";
    finding.action = guest ? "ask for the host's microcode" : "update the CPU's microcode";
    findings.push_back(std::move(finding));
}

void report_xsaves(const Cpus &cpus, const Release &release, Findings &findings)
{
    // The kernel hides the feature from itself where it knows the erratum; from
    // 6.10 on only where the microcode does not fix it.
    if (!cpus.has("xsaves") || release.from(6, 10))
        return;
    Finding finding = make_finding(BugClass::FpuStaleOwner, "AMD erratum 1386; b0563468eeac");
    finding.level = Level::Warning;
    finding.what = "XSAVES in use on Zen 1 or 2 (AMD erratum 1386; by version, this kernel "
                   "does not avoid it)";
    finding.meaning = "XMM registers can fall back to older values when a task is switched";
    finding.action = "update kernel and microcode, or boot with clearcpuid=xsaves";
    findings.push_back(std::move(finding));
}

// 13th and 14th generation desktop CPUs, with the microcode that stops what ages them.
void report_raptor_lake(const Cpus &cpus, bool guest, Findings &findings)
{
    constexpr unsigned family = 6;
    constexpr unsigned model = 0xb7;
    constexpr unsigned stepping = 1;
    constexpr std::uint32_t mended = 0x12b;
    if (cpus.vendor != "GenuineIntel" || cpus.family != family || cpus.model_number != model ||
        cpus.stepping != stepping)
        return;
    Finding finding =
        make_finding(BugClass::CpuIntermittent,
                     "Intel microcode-20241029 and \"Core 13th and 14th Gen Desktop "
                     "Instability Root Cause Update\"");
    std::vector<std::uint32_t> open;
    for (const CpuIdentity &identity : cpus.identities) {
        const auto microcode = number(identity.microcode);
        if (!microcode || *microcode < mended)
            open.push_back(identity.cpu);
    }
    finding.meaning =
        "a core that has aged by too high a voltage computes wrongly now and then, "
        "and no microcode repairs that: only a run shows it";
    if (open.empty()) {
        finding.what = "Vmin shift of Raptor Lake: this microcode keeps the voltage right";
        findings.push_back(std::move(finding));
        return;
    }
    finding.what =
        fmt::format("Vmin shift: Raptor Lake with microcode older than {:#x}, CPUs {}", mended,
                    number_list(open));
    finding.level = guest ? Level::Note : Level::Warning;
    finding.action = guest ? "ask for the host's microcode"
                           : "update the firmware, or the microcode to 0x12b or later";
    findings.push_back(std::move(finding));
}

} // namespace

void report_errata(const Cpus &cpus, bool guest, const Release &release, Findings &findings)
{
    report_raptor_lake(cpus, guest, findings);
    if (!is_zen(cpus))
        return;
    if (cpus.vendor == "AuthenticAMD" && cpus.has("avx"))
        report_zenbleed(cpus, guest, release, findings);
    report_xsaves(cpus, release, findings);
}

} // namespace ct
