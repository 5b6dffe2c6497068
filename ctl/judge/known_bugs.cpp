// SPDX-License-Identifier: GPL-2.0-or-later
#include "judge/known_bugs.h"

#include <fmt/format.h>

#include "facts/words.h"

namespace ct {

namespace {

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

// All stable releases of a series, where the release does not contain the number. An -rc is
// older than all of them but the first.
VersionRange possible(const Release &release)
{
    const KernelVersion &base = release.base;
    if (release.patch || release.candidate)
        return {base, {base.major, base.minor, base.patch + 1}};
    return {{base.major, base.minor, 0}, {base.major, base.minor + 1, 0}};
}

bool strikes(Where where, const Surroundings &here)
{
    const Host &host = here.host;
    const bool amx = host.cpus.has("amx_tile");
    const bool zfs = !here.zfs_version.empty();
    switch (where) {
    case Where::Anywhere:
        return true;
    case Where::XenHvm:
        return host.hypervisor.kind == HypervisorKind::XenHvm && host.hypervisor.xen;
    case Where::Pipapo:
        return here.pipapo && host.cpus.has("avx2");
    case Where::Cryptd:
        return here.cryptd;
    case Where::Pcrypt:
        return here.pcrypt;
    case Where::Amx:
        return amx;
    case Where::Zfs516:
        return zfs && host.release.from(5, 16);
    case Where::ZfsAmx:
        return zfs && amx;
    case Where::Candidate:
        return host.release.candidate;
    }
    return false;
}

// Where a bug was found, and the way out of it.
struct Judgement {
    Applies answer = Applies::No;
    std::string way_out; // "Linux 6.1.178"
};

// Of a kernel whose full version is known.
Judgement judge_version(const KnownBug &bug, const KernelVersion &version, const char *product)
{
    for (const VersionRange &range : bug.ranges)
        if (range.has(version))
            return {Applies::Yes, fmt::format("{} {}", product, range.until.text())};
    return {};
}

Judgement judge(const KnownBug &bug, const Surroundings &here)
{
    if (!strikes(bug.where, here))
        return {};
    if (bug.where == Where::XenHvm)
        return judge_version(bug, *here.host.hypervisor.xen, "Xen");
    if (!bug.by_kernel())
        return judge_version(bug, plain_version(here.zfs_version), "OpenZFS");
    const Release &release = here.host.release;
    Judgement result{applies(bug, release), {}};
    if (result.answer == Applies::No)
        return result;
    // The last of its series that has it, if the release does not contain the number.
    KernelVersion until;
    const VersionRange mine = possible(release);
    for (const VersionRange &range : bug.ranges)
        if (range.from < mine.until && mine.from < range.until)
            until = range.until;
    result.way_out = fmt::format("Linux {}", free_of_bugs(until).text());
    return result;
}

bool is_there(const Source &source, const Host &host, const std::string &name,
              const std::string &option)
{
    return source.exists("/sys/module/" + name) || host.drivers.any_made_of(name + "(") ||
           host.config.on(option);
}

} // namespace

Applies applies(const KnownBug &bug, const Release &release)
{
    // Bugs that ended earlier are not listed, so nothing is said of what is older.
    if (!release.from(5, 10) || !bug.by_kernel())
        return Applies::No;
    const VersionRange mine = possible(release);
    Applies answer = Applies::No;
    for (const VersionRange &range : bug.ranges) {
        if (range.from <= mine.from && mine.until <= range.until)
            return Applies::Yes;
        if (range.from < mine.until && mine.from < range.until)
            answer = Applies::Perhaps;
    }
    return answer;
}

KernelVersion free_of_bugs(KernelVersion version)
{
    for (bool moved = true; moved;) {
        moved = false;
        for (const KnownBug &bug : known_bugs()) {
            if (!bug.by_kernel() || bug.level != Level::Warning)
                continue;
            for (const VersionRange &range : bug.ranges) {
                if (!range.has(version))
                    continue;
                version = range.until;
                moved = true;
            }
        }
    }
    return version;
}

Surroundings read_surroundings(const Source &source, const Host &host)
{
    Surroundings here{host, false, false, false, {}};
    here.pipapo = source.exists("/sys/module/nf_tables");
    here.cryptd = is_there(source, host, "cryptd", "CRYPTO_CRYPTD");
    here.pcrypt = is_there(source, host, "pcrypt", "CRYPTO_PCRYPT");
    if (source.exists("/sys/module/zfs"))
        here.zfs_version = source.line("/sys/module/zfs/version").value_or("");
    return here;
}

void report_known_bugs(const Surroundings &surroundings, Findings &findings)
{
    const Release &release = surroundings.host.release;
    std::size_t count = 0;
    for (const KnownBug &bug : known_bugs()) {
        const Judgement judgement = judge(bug, surroundings);
        if (judgement.answer == Applies::No)
            continue;
        ++count;
        const bool sure = judgement.answer == Applies::Yes;
        Finding finding;
        finding.topic = Topic::KnownBugs;
        finding.level = sure ? bug.level : Level::Note;
        finding.what =
            fmt::format("{}{}, by version ({})", sure ? "" : "perhaps ", bug.name, bug.source);
        finding.meaning = std::string(bug.meaning);
        finding.action =
            sure ? fmt::format(
                       "update to {} or later, unless your distribution backported the fix",
                       judgement.way_out)
                 : fmt::format("ask your distribution whether it backported the fix, which {} "
                               "has; the release does not say",
                               judgement.way_out);
        finding.classes = {bug.word};
        finding.source = std::string(bug.source);
        findings.push_back(std::move(finding));
    }
    if (release.known() && !release.from(5, 10))
        tell(findings, Topic::KnownBugs, Level::Note,
             fmt::format("bugs of kernels as old as Linux {} are not listed",
                         release.base.text()),
             "the list begins with Linux 5.10");
    else if (count == 0 && release.known())
        tell(findings, Topic::KnownBugs, Level::Ok,
             fmt::format("none of {} known bugs applies to Linux {} here", known_bugs().size(),
                         release.base.text()),
             "by versions, which is a hint: fixes are backported, and so are bugs");
}

} // namespace ct
