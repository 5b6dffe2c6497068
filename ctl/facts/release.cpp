// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/release.h"

#include <array>
#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "facts/words.h"

namespace ct {

namespace {

// "6.1.192-1" -> 6.1.192; at least two numbers.
std::optional<KernelVersion> version_of(std::string_view text)
{
    KernelVersion version;
    const std::array places{&version.major, &version.minor, &version.patch};
    unsigned count = 0;
    const char *next = text.data();
    const char *const end = text.data() + text.size();
    for (unsigned *const place : places) {
        const auto [stop, error] = std::from_chars(next, end, *place);
        if (error != std::errc())
            break;
        ++count;
        next = stop;
        if (next == end || *next != '.')
            break;
        ++next;
    }
    if (count < 2)
        return std::nullopt;
    return version;
}

// Distributions that number their own builds have the stable version elsewhere.
std::optional<KernelVersion> stable_version(const Source &source, const Release &release)
{
    const auto signature = split(source.line("/proc/version_signature").value_or(""), ' ');
    if (!signature.empty() && signature.front() == "Ubuntu")
        return version_of(signature.back());
    constexpr std::string_view debian = "Debian ";
    if (const std::size_t place = release.version.find(debian); place != std::string::npos)
        return version_of(std::string_view(release.version).substr(place + debian.size()));
    return std::nullopt;
}

} // namespace

std::string KernelVersion::text() const
{
    return patch > 0 ? fmt::format("{}.{}.{}", major, minor, patch)
                     : fmt::format("{}.{}", major, minor);
}

Release read_release(const Source &source)
{
    Release release;
    release.release = source.line("/proc/sys/kernel/osrelease").value_or("");
    release.version = source.line("/proc/sys/kernel/version").value_or("");
    release.base = version_of(release.release).value_or(KernelVersion());
    release.candidate = release.release.find("-rc") != std::string::npos;
    release.real_time = release.version.find("PREEMPT_RT") != std::string::npos ||
                        source.line("/sys/kernel/realtime").value_or("0") == "1";
    // "6.1.0-56-amd64" is not 6.1.0: only a number above 0 is a stable version.
    release.patch = release.base.patch > 0;
    const auto stable = stable_version(source, release);
    if (stable && stable->major == release.base.major && stable->minor == release.base.minor) {
        release.base = *stable;
        release.patch = true;
    }
    return release;
}

void report_release(const Release &release, Findings &findings)
{
    if (!release.known()) {
        tell(findings, Topic::Kernel, Level::Warning, "the kernel's release cannot be read",
             "known bugs cannot be derived from it", "mount /proc");
        return;
    }
    std::string what = fmt::format("Linux {}", release.release);
    if (release.patch && release.release.find(release.base.text()) == std::string::npos)
        what += fmt::format(", which is {}", release.base.text());
    if (!release.version.empty())
        what += fmt::format(" ({})", release.version);
    tell(findings, Topic::Kernel, release.candidate ? Level::Note : Level::Ok, what,
         release.candidate ? "a release candidate: what is found may be fixed already" : "");
    if (!release.from(5, 10))
        tell(findings, Topic::Kernel, Level::Warning,
             fmt::format("Linux {} is older than 5.10", release.base.text()),
             "the module is neither built nor tested for it");
}

} // namespace ct
