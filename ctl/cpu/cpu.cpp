// SPDX-License-Identifier: GPL-2.0-or-later
#include "cpu/cpu.h"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "base/quantity.h"
#include "facts/words.h"
#include "report/report.h"

namespace ct {

namespace {

constexpr std::array features{"aes",      "pclmulqdq", "ssse3",      "avx",
                              "avx2",     "vaes",      "vpclmulqdq", "avx512f",
                              "avx512vl", "sha_ni",    "xsave",      "xsaves"};

using Fields = std::map<std::string, std::string>;

// One block of "name : value" lines for each CPU.
std::vector<Fields> read_cpuinfo(const Source &source)
{
    std::vector<Fields> blocks;
    for (const std::string &line : split(source.text("/proc/cpuinfo"), '\n')) {
        const std::size_t colon = line.find(':');
        if (colon == std::string::npos)
            continue;
        const std::string name(trimmed(std::string_view(line).substr(0, colon)));
        if (name == "processor")
            blocks.emplace_back();
        if (!blocks.empty())
            blocks.back()[name] =
                std::string(trimmed(std::string_view(line).substr(colon + 1)));
    }
    return blocks;
}

std::optional<std::uint32_t> small_number(const std::string &text)
{
    const auto value = number(text);
    if (!value || *value > UINT32_MAX)
        return std::nullopt;
    return static_cast<std::uint32_t>(*value);
}

std::optional<std::uint32_t> field(const Fields &fields, const std::string &name)
{
    const auto place = fields.find(name);
    return place == fields.end() ? std::nullopt : small_number(place->second);
}

std::string word(const Fields &fields, const std::string &name)
{
    const auto place = fields.find(name);
    return place == fields.end() ? std::string() : place->second;
}

std::optional<std::uint32_t> topology(const Source &source, const std::string &folder,
                                      const std::string &name)
{
    const auto line = source.line(folder + name);
    return line ? small_number(*line) : std::nullopt;
}

CpuIdentity identify(const Source &source, std::uint32_t cpu, const Fields &fields)
{
    const std::string folder = fmt::format("/sys/devices/system/cpu/cpu{}/", cpu);
    CpuIdentity identity;
    identity.cpu = cpu;
    identity.package = topology(source, folder, "topology/physical_package_id");
    if (!identity.package)
        identity.package = field(fields, "physical id");
    identity.core = topology(source, folder, "topology/core_id");
    if (!identity.core)
        identity.core = field(fields, "core id");
    identity.siblings =
        cpus_of(source.line(folder + "topology/thread_siblings_list").value_or(""));
    std::erase(identity.siblings, cpu);
    // What was loaded; /proc/cpuinfo may have the value of the boot.
    identity.microcode = source.line(folder + "microcode/version").value_or("");
    if (identity.microcode.empty())
        identity.microcode = word(fields, "microcode");
    // What emulators and hypervisors say that show none; no microcode has that version.
    if (number(identity.microcode) == 0U)
        identity.microcode.clear();
    identity.model = word(fields, "model name");
    return identity;
}

std::vector<CpuIdentity> identify_all(const Source &source, const std::vector<Fields> &blocks,
                                      const std::vector<std::uint32_t> &online)
{
    std::map<std::uint32_t, Fields> by_cpu;
    for (const Fields &fields : blocks)
        if (const auto cpu = field(fields, "processor"))
            by_cpu[*cpu] = fields;
    // A CPU that only one of the two knows is still there.
    for (const std::uint32_t cpu : online)
        by_cpu.try_emplace(cpu);
    std::vector<CpuIdentity> identities;
    identities.reserve(by_cpu.size());
    for (const auto &[cpu, fields] : by_cpu)
        identities.push_back(identify(source, cpu, fields));
    return identities;
}

void report_count(const Cpus &cpus, Findings &findings)
{
    if (cpus.identities.empty())
        return;
    std::string what =
        fmt::format("{} online ({})", plural(cpus.identities.size(), "CPU", "CPUs"),
                    number_list(cpus.online));
    if (!cpus.offline.empty())
        what +=
            fmt::format(", {} offline ({})", cpus.offline.size(), number_list(cpus.offline));
    if (cpus.packages() > 0)
        what += fmt::format(", in {}", plural(cpus.packages(), "package", "packages"));
    const auto threads =
        std::count_if(cpus.identities.begin(), cpus.identities.end(),
                      [](const CpuIdentity &identity) { return !identity.siblings.empty(); });
    what += threads > 0 ? ", with SMT siblings" : ", no SMT siblings";
    if (!cpus.smt.empty() && cpus.smt != "on")
        what += fmt::format(" (SMT control: {})", cpus.smt);
    if (cpus.identities.size() == 1)
        tell(findings, Topic::Cpu, Level::Warning, what,
             "with one CPU nothing can be repeated on another: a fault of the CPU cannot be "
             "distinguished from one of the kernel, and operations never migrate");
    else
        tell(findings, Topic::Cpu, Level::Ok, what);
    if (!cpus.offline.empty())
        tell(findings, Topic::Cpu, Level::Note,
             fmt::format("{} not tested while offline: CPUs {}", cpus.offline.size(),
                         number_list(cpus.offline)),
             "a verdict does not cover them",
             "bring them online before the run: echo 1 > /sys/devices/system/cpu/cpuN/online");
}

void report_microcode(const Cpus &cpus, bool guest, Findings &findings)
{
    const auto microcodes = cpus.microcodes();
    if (microcodes.empty()) {
        tell(findings, Topic::Cpu, Level::Note, "the microcode version is not shown",
             "errata that microcode fixes cannot be ruled out");
        return;
    }
    if (microcodes.size() > 1) {
        std::map<std::string, std::vector<std::uint32_t>> by_version;
        for (const CpuIdentity &identity : cpus.identities)
            by_version[identity.microcode].push_back(identity.cpu);
        std::vector<std::string> parts;
        parts.reserve(by_version.size());
        for (const auto &[version, list] : by_version)
            parts.push_back(fmt::format("{} on CPUs {}", version.empty() ? "unknown" : version,
                                        number_list(list)));
        tell(findings, Topic::Cpu, Level::Warning, "mixed microcode: " + join(parts),
             "CPUs of one machine are meant to run one version; a fault on some of them may "
             "be this",
             "update firmware and microcode, then restart the machine");
        return;
    }
    tell(findings, Topic::Cpu, Level::Ok, "microcode " + *microcodes.begin(),
         guest ? "as reported by the hypervisor, which may be wrong" : "");
}

} // namespace

std::set<std::string> Cpus::microcodes() const
{
    std::set<std::string> versions;
    bool unknown = false;
    for (const CpuIdentity &identity : identities) {
        if (identity.microcode.empty())
            unknown = true;
        else
            versions.insert(identity.microcode);
    }
    if (unknown && !versions.empty())
        versions.insert("");
    return versions;
}

std::size_t Cpus::packages() const
{
    std::set<std::uint32_t> seen;
    for (const CpuIdentity &identity : identities)
        if (identity.package)
            seen.insert(*identity.package);
    return seen.size();
}

Cpus read_cpus(const Source &source)
{
    const auto blocks = read_cpuinfo(source);
    Cpus cpus;
    if (!blocks.empty()) {
        const Fields &first = blocks.front();
        cpus.vendor = word(first, "vendor_id");
        cpus.model = word(first, "model name");
        cpus.family = field(first, "cpu family").value_or(0);
        cpus.model_number = field(first, "model").value_or(0);
        cpus.stepping = field(first, "stepping").value_or(0);
        for (std::string &flag : split(word(first, "flags"), ' '))
            cpus.flags.insert(std::move(flag));
    }
    cpus.online = cpus_of(source.line("/sys/devices/system/cpu/online").value_or(""));
    cpus.offline = cpus_of(source.line("/sys/devices/system/cpu/offline").value_or(""));
    // "offline" counts CPUs that could be added but are not there.
    std::erase_if(cpus.offline, [&source](std::uint32_t cpu) {
        return !source.exists(fmt::format("/sys/devices/system/cpu/cpu{}", cpu));
    });
    cpus.smt = source.line("/sys/devices/system/cpu/smt/control").value_or("");
    cpus.identities = identify_all(source, blocks, cpus.online);
    if (cpus.online.empty())
        for (const CpuIdentity &identity : cpus.identities)
            cpus.online.push_back(identity.cpu);
    return cpus;
}

std::vector<CpuIdentity> read_cpu_identities(const Source &source)
{
    return read_cpus(source).identities;
}

std::vector<std::pair<std::string, bool>> features_of(const Cpus &cpus)
{
    std::vector<std::pair<std::string, bool>> result;
    result.reserve(features.size());
    for (const char *const feature : features)
        result.emplace_back(feature, cpus.has(feature));
    return result;
}

void report_cpus(const Cpus &cpus, bool guest, Findings &findings)
{
    if (cpus.flags.empty()) {
        tell(findings, Topic::Cpu, Level::Warning, "the CPU's features cannot be read",
             "which drivers it could have is unknown",
             "mount /proc, and run this on an x86-64 machine");
    } else {
        tell(findings, Topic::Cpu, Level::Ok,
             fmt::format("{}, {} family {} model {} stepping {}",
                         cpus.model.empty() ? "unnamed CPU" : cpus.model, cpus.vendor,
                         cpus.family, cpus.model_number, cpus.stepping));
        std::vector<std::string> present;
        std::vector<std::string> absent;
        for (const auto &[feature, there] : features_of(cpus))
            (there ? present : absent).push_back(feature);
        tell(findings, Topic::Cpu, cpus.has("aes") ? Level::Ok : Level::Warning,
             "features: " + (present.empty() ? "none that matter" : join(present)) +
                 (absent.empty() ? "" : "; not " + join(absent)),
             cpus.has("aes") ? ""
                             : "without aes there is no AES-NI driver; only drivers of hashes "
                               "use SIMD, with ssse3, avx2 or sha_ni");
    }
    report_microcode(cpus, guest, findings);
    report_count(cpus, findings);
}

} // namespace ct
