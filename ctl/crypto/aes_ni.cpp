// SPDX-License-Identifier: GPL-2.0-or-later
#include "crypto/aes_ni.h"

#include <algorithm>
#include <initializer_list>
#include <string_view>

#include <fmt/format.h>

#include "facts/words.h"

namespace ct {

namespace {

constexpr const char *module_name = "aesni_intel";

// modprobe takes both for the same.
std::string with_underscores(std::string text)
{
    std::replace(text.begin(), text.end(), '-', '_');
    return text;
}

bool cpu_has_aes(const Cpus &cpus, const Cpuid &cpuid)
{
    constexpr std::uint32_t aes_bit = 1U << 25U;
    const auto leaf = cpuid.leaf(1);
    return cpus.has("aes") || (leaf && (leaf->ecx & aes_bit) != 0);
}

void find_hidden(const CommandLine &line, AesNi &aes_ni)
{
    const auto cleared = line.value("clearcpuid");
    aes_ni.reasons.push_back(
        {cleared ? fmt::format("the kernel takes aes as absent (clearcpuid={})", *cleared)
                 : std::string("the kernel hides aes, which the CPU has"),
         cleared ? "boot without clearcpuid=" : ""});
}

void find_in_line(const std::string &text, const std::string &path, AesNi &aes_ni)
{
    const auto words = split(text, ' ');
    if (words.size() < 2 || with_underscores(words[1]) != module_name)
        return;
    if (words.front() == "blacklist")
        aes_ni.blacklisted = true;
    // A command that comes to modprobe in the end does load it.
    if (words.front() == "install" && text.find("modprobe") == std::string::npos)
        aes_ni.reasons.push_back(
            {fmt::format("\"{}\" in {} keeps it out", join(words, " "), path),
             "remove that line, then: modprobe aesni_intel"});
}

void find_modprobe(const Source &source, AesNi &aes_ni)
{
    std::vector<std::string> seen; // of two files of one name modprobe reads the first
    for (const char *const folder :
         {"/etc/modprobe.d", "/run/modprobe.d", "/usr/local/lib/modprobe.d",
          "/usr/lib/modprobe.d", "/lib/modprobe.d"})
        for (const std::string &file : source.list(folder)) {
            if (!file.ends_with(".conf") ||
                std::find(seen.begin(), seen.end(), file) != seen.end())
                continue;
            seen.push_back(file);
            const std::string path = fmt::format("{}/{}", folder, file);
            for (const std::string &text : split(source.text(path), '\n'))
                find_in_line(text, path, aes_ni);
        }
}

void find_on_command_line(const CommandLine &line, AesNi &aes_ni)
{
    const auto lists = [&line](const std::string &option, std::string_view what) {
        const auto entries = split(line.value(option).value_or(""), ',');
        return std::any_of(entries.begin(), entries.end(), [what](const std::string &entry) {
            return with_underscores(entry) == what;
        });
    };
    if (lists("modprobe.blacklist", module_name))
        aes_ni.blacklisted = true;
    for (const auto &[option, what] : {std::pair("module_blacklist", module_name),
                                       std::pair("initcall_blacklist", "aesni_init")})
        if (lists(option, what))
            aes_ni.reasons.push_back(
                {fmt::format("{}= on the command line keeps it out", option),
                 "boot without it"});
}

bool is_of_aes_ni(std::string_view text)
{
    return text.find("aesni") != std::string_view::npos ||
           text.find("vaes") != std::string_view::npos;
}

void find_failed(const Source &source, const Drivers &drivers, AesNi &aes_ni)
{
    std::vector<std::string> failed;
    for (const Registered &entry : drivers.registered)
        if (!entry.tested && is_of_aes_ni(entry.driver))
            failed.push_back(entry.driver);
    if (!failed.empty())
        aes_ni.reasons.push_back(
            {fmt::format("{} did not pass the kernel's own self-test", join(failed)),
             "this CPU or this kernel is wrong: dmesg | grep alg:"});
    for (const std::string &record : split(source.text("/dev/kmsg"), '\n')) {
        const std::size_t place = record.find("alg: ");
        if (place == std::string::npos || !is_of_aes_ni(record) ||
            record.find("failed") == std::string::npos)
            continue;
        // The first has the cause, the others are consequences.
        aes_ni.reasons.push_back(
            {fmt::format("the kernel log says \"{}\"", record.substr(place)),
             "this CPU or this kernel is wrong: dmesg | grep alg:"});
        break;
    }
}

void find_not_built(const Source &source, const Release &release, const KernelConfig &config,
                    AesNi &aes_ni)
{
    if (config.off("CRYPTO_AES_NI_INTEL")) {
        aes_ni.reasons.push_back(
            {"this kernel is built without CRYPTO_AES_NI_INTEL", "boot a kernel that has it"});
        return;
    }
    const std::string folder = "/lib/modules/" + release.release;
    const std::string list = source.text(folder + "/modules.dep");
    const auto is_in = [](const std::string &text) {
        return with_underscores(text).find("/aesni_intel.ko") != std::string::npos;
    };
    if (!list.empty() && !is_in(list) && !is_in(source.text(folder + "/modules.builtin")) &&
        !source.exists(std::string("/sys/module/") + module_name))
        aes_ni.reasons.push_back(
            {fmt::format("the module aesni-intel is not installed in {}", folder),
             "install all of the kernel's modules, then: depmod && modprobe aesni_intel"});
}

bool any_usable(const Drivers &drivers, std::initializer_list<std::string_view> marks)
{
    const auto marked = [marks](const std::string &name) {
        return std::any_of(marks.begin(), marks.end(), [&name](std::string_view mark) {
            return name.find(mark) != std::string::npos;
        });
    };
    if (drivers.subjects)
        return std::any_of(
            drivers.subjects->begin(), drivers.subjects->end(),
            [&marked](const Driver &driver) { return driver.usable() && marked(driver.name); });
    return std::any_of(
        drivers.registered.begin(), drivers.registered.end(),
        [&marked](const Registered &entry) { return entry.tested && marked(entry.driver); });
}

} // namespace

AesNi read_aes_ni(const Source &source, const Cpus &cpus, const Cpuid &cpuid,
                  const Release &release, const KernelConfig &config, const CommandLine &line,
                  const Drivers &drivers)
{
    AesNi aes_ni;
    aes_ni.in_cpu = cpu_has_aes(cpus, cpuid);
    if (!aes_ni.in_cpu)
        return aes_ni;
    aes_ni.hidden = !cpus.flags.empty() && !cpus.has("aes");
    if (aes_ni.hidden)
        find_hidden(line, aes_ni);
    find_not_built(source, release, config, aes_ni);
    find_modprobe(source, aes_ni);
    find_on_command_line(line, aes_ni);
    find_failed(source, drivers, aes_ni);
    return aes_ni;
}

void report_aes_ni(const AesNi &aes_ni, const Drivers &drivers, Findings &findings)
{
    if (!aes_ni.in_cpu || (!drivers.known && !drivers.subjects) ||
        any_usable(drivers, {"aesni", "vaes"}))
        return;
    // From 7.0 on the kernel's library uses AES-NI by itself, where it may.
    const bool library = !aes_ni.hidden && any_usable(drivers, {"aes-lib"});
    const std::string meaning =
        library ? "the -lib drivers use AES-NI all the same, with code of their own"
                : "as it is, a run tests nothing that uses AES-NI, and its verdict is at most "
                  "\"CLEAN for ..., AES-NI not tested\" (status 3), unless --drivers chooses "
                  "what it tests";
    for (const Reasoned &reason : aes_ni.reasons)
        tell(findings, Topic::Drivers, library ? Level::Note : Level::Warning,
             "this CPU has AES-NI, but no driver of its own: " + reason.what, meaning,
             reason.why);
    if (!aes_ni.reasons.empty() || library)
        return;
    if (drivers.subjects)
        tell(findings, Topic::Drivers, Level::Warning,
             "this CPU has AES-NI, but no driver of its own, and why is not known", meaning,
             "modprobe aesni_intel; dmesg | tail");
    else if (aes_ni.blacklisted)
        tell(findings, Topic::Drivers, Level::Note, "aesni_intel is blacklisted and not loaded",
             "the host does without AES-NI; a run loads the module by its name, and from then "
             "on the host uses it, too",
             "to keep it out of a run as well: install aesni_intel /bin/false in modprobe.d");
    else
        tell(findings, Topic::Drivers, Level::Note,
             "this CPU has AES-NI, but no driver of its own is loaded yet", "a run loads it");
}

} // namespace ct
