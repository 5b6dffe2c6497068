// SPDX-License-Identifier: GPL-2.0-or-later
#include "crypto/drivers.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "base/quantity.h"
#include "facts/words.h"

namespace ct {

namespace {

constexpr std::string_view gcm = "aes pclmulqdq";
constexpr std::string_view gcm_avx = "aes pclmulqdq avx";
constexpr std::string_view vaes = "aes pclmulqdq avx2 vaes vpclmulqdq";
constexpr std::string_view avx512 = "aes pclmulqdq avx2 vaes vpclmulqdq avx512vl";

bool is_of_esp(const std::string &algorithm)
{
    // Signatures and random numbers have their hashes' names in them.
    for (const char *const other : {"rsa", "ecdsa", "drbg"})
        if (algorithm.find(other) != std::string::npos)
            return false;
    return algorithm.find("aes") != std::string::npos ||
           algorithm.find("sha1") != std::string::npos ||
           algorithm.find("sha256") != std::string::npos ||
           algorithm.find("sha512") != std::string::npos ||
           algorithm.find("ghash") != std::string::npos;
}

void report_subjects(const std::vector<Driver> &subjects, Findings &findings)
{
    std::vector<std::string> usable;
    std::map<std::string, std::size_t> absent; // by their reason
    std::vector<const Driver *> expected;
    for (const Driver &driver : subjects) {
        if (driver.usable())
            usable.push_back(driver.name);
        else if (driver.expected || driver.present)
            expected.push_back(&driver);
        else
            ++absent[driver.reason];
    }
    tell(findings, Topic::Drivers, usable.empty() ? Level::Problem : Level::Ok,
         fmt::format("the module can test {}: {}", plural(usable.size(), "driver", "drivers"),
                     join(usable)));
    for (const Driver *const driver : expected)
        tell(findings, Topic::Drivers, Level::Warning,
             fmt::format("{} cannot be tested: {}", driver->name, driver->reason),
             "a verdict does not cover it", "see 'cryptorture drivers' and the kernel log");
    // Most have names that only other kernels know.
    for (const auto &[reason, count] : absent)
        tell(findings, Topic::Drivers, Level::Ok,
             fmt::format("{} absent: {}", plural(count, "driver is", "drivers are"),
                         reason.empty() ? "without a reason" : reason),
             "", "'cryptorture drivers' names them");
}

void report_registered(const Drivers &drivers, Findings &findings)
{
    std::vector<std::string> shown;
    std::vector<std::string> failed;
    for (const Registered &entry : drivers.registered) {
        if (!is_of_esp(entry.algorithm))
            continue;
        if (!entry.internal)
            shown.push_back(entry.driver);
        if (!entry.tested)
            failed.push_back(entry.driver);
    }
    if (!failed.empty())
        tell(findings, Topic::Drivers, Level::Warning,
             "not passed by the kernel's own self-test: " + join(failed),
             "the kernel does not use them, and a run cannot test them",
             "see the kernel log: dmesg | grep alg:");
    tell(findings, Topic::Drivers, Level::Ok,
         shown.empty() ? "no driver of ESP's algorithms is registered now"
                       : "registered now: " + join(shown),
         "the kernel loads more on first use, as a run does");
}

// Features alone: most drivers have names that only other kernels know.
void report_candidates(const Drivers &drivers, const Cpus &cpus, Findings &findings)
{
    std::set<std::string> absent;
    for (const Candidate &candidate : candidates())
        if (!drivers.has(candidate.driver))
            for (std::string &feature : lacking(cpus, candidate))
                absent.insert(std::move(feature));
    if (!absent.empty())
        tell(findings, Topic::Drivers, Level::Ok,
             fmt::format("this CPU cannot have drivers that need {}",
                         join({absent.begin(), absent.end()})));
}

} // namespace

const std::vector<Candidate> &candidates()
{
    static const std::vector<Candidate> table{
        {"rfc4106-gcm-aesni", "rfc4106(gcm(aes))", gcm},
        {"rfc4106-gcm-aesni-avx", "rfc4106(gcm(aes))", gcm_avx},
        {"rfc4106-gcm-vaes-avx2", "rfc4106(gcm(aes))", vaes},
        {"rfc4106-gcm-vaes-avx10_256", "rfc4106(gcm(aes))", avx512},
        {"rfc4106-gcm-vaes-avx10_512", "rfc4106(gcm(aes))", avx512},
        {"rfc4106-gcm-vaes-avx512", "rfc4106(gcm(aes))", avx512},
        {"rfc4106-gcm-aes-lib", "rfc4106(gcm(aes))", ""},
        {"generic-gcm-aesni", "gcm(aes)", gcm},
        {"generic-gcm-aesni-avx", "gcm(aes)", gcm_avx},
        {"generic-gcm-vaes-avx2", "gcm(aes)", vaes},
        {"generic-gcm-vaes-avx10_256", "gcm(aes)", avx512},
        {"generic-gcm-vaes-avx10_512", "gcm(aes)", avx512},
        {"generic-gcm-vaes-avx512", "gcm(aes)", avx512},
        {"gcm-aes-lib", "gcm(aes)", ""},
        {"cbc-aes-aesni", "cbc(aes)", "aes"},
        {"cbc-aes-lib", "cbc(aes)", ""},
        {"ctr-aes-aesni", "ctr(aes)", "aes"},
        {"ctr-aes-aesni-avx", "ctr(aes)", "aes avx"},
        {"ctr-aes-vaes-avx2", "ctr(aes)", vaes},
        {"ctr-aes-vaes-avx10_256", "ctr(aes)", avx512},
        {"ctr-aes-vaes-avx10_512", "ctr(aes)", avx512},
        {"ctr-aes-vaes-avx512", "ctr(aes)", avx512},
        {"ctr-aes-lib", "ctr(aes)", ""},
    };
    return table;
}

bool Drivers::has(std::string_view driver) const
{
    return std::any_of(registered.begin(), registered.end(),
                       [&](const Registered &entry) { return entry.driver == driver; });
}

bool Drivers::any_async() const
{
    if (subjects)
        return std::any_of(subjects->begin(), subjects->end(), [](const Driver &driver) {
            return driver.usable() && driver.async;
        });
    return std::any_of(registered.begin(), registered.end(), [](const Registered &entry) {
        return entry.async && is_of_esp(entry.algorithm);
    });
}

bool Drivers::any_aes_simd() const
{
    return subjects &&
           std::any_of(subjects->begin(), subjects->end(), [](const Driver &driver) {
               // Others combine SIMD hashes with a scalar AES.
               const auto has = [&driver](const char *part) {
                   return driver.name.find(part) != std::string::npos;
               };
               return driver.usable() && driver.simd &&
                      (has("aesni") || has("vaes") || has("aes-lib"));
           });
}

bool Drivers::any_made_of(std::string_view part) const
{
    return std::any_of(registered.begin(), registered.end(),
                       [&](const Registered &entry) {
                           return entry.driver.find(part) != std::string::npos;
                       }) ||
           (subjects &&
            std::any_of(subjects->begin(), subjects->end(), [&](const Driver &driver) {
                return driver.present && driver.name.find(part) != std::string::npos;
            }));
}

Drivers read_drivers(const Source &source)
{
    Drivers drivers;
    const auto content = source.read("/proc/crypto");
    drivers.known = content.has_value();
    for (const std::string &line : split(content.value_or(""), '\n')) {
        const std::size_t colon = line.find(':');
        if (colon == std::string::npos)
            continue;
        const auto name = trimmed(std::string_view(line).substr(0, colon));
        const std::string value(trimmed(std::string_view(line).substr(colon + 1)));
        if (name == "name") {
            drivers.registered.emplace_back();
            drivers.registered.back().algorithm = value;
        }
        if (drivers.registered.empty())
            continue;
        Registered &entry = drivers.registered.back();
        if (name == "driver")
            entry.driver = value;
        else if (name == "module")
            entry.module = value;
        else if (name == "priority")
            entry.priority = number(value);
        else if (name == "type")
            entry.type = value;
        else if (name == "refcnt")
            entry.references = number(value);
        else if (name == "async")
            entry.async = value == "yes";
        else if (name == "internal")
            entry.internal = value == "yes";
        else if (name == "selftest")
            entry.tested = value == "passed";
    }
    return drivers;
}

std::vector<std::string> changed_priorities(const Drivers &before, const Drivers &after)
{
    std::map<std::string, std::uint64_t> had;
    for (const Registered &entry : before.registered)
        if (entry.priority)
            had.emplace(entry.driver, *entry.priority);
    std::vector<std::string> changed;
    for (const Registered &entry : after.registered) {
        const auto place = had.find(entry.driver);
        if (place == had.end() || !entry.priority || *entry.priority == place->second)
            continue;
        changed.push_back(
            fmt::format("{} from {} to {}", entry.driver, place->second, *entry.priority));
        had.erase(place);
    }
    return changed;
}

std::vector<std::string> lacking(const Cpus &cpus, const Candidate &candidate)
{
    auto needs = split(candidate.needs, ' ');
    std::erase_if(needs, [&cpus](const std::string &feature) { return cpus.has(feature); });
    return needs;
}

void report_drivers(const Drivers &drivers, const Cpus &cpus, Findings &findings)
{
    if (!drivers.known)
        tell(findings, Topic::Drivers, Level::Warning, "/proc/crypto cannot be read",
             "which drivers are registered is unknown", "mount /proc");
    if (drivers.subjects)
        report_subjects(*drivers.subjects, findings);
    if (drivers.known)
        report_registered(drivers, findings);
    if (drivers.known && !drivers.subjects)
        report_candidates(drivers, cpus, findings);
}

void report_independence(const Drivers &drivers, const Cpus &cpus, const KernelConfig &config,
                         Findings &findings)
{
    const bool generic = drivers.any_made_of("aes-generic");
    const bool library =
        !generic && (drivers.any_made_of("aes-lib") || config.on("CRYPTO_LIB_AES_ARCH"));
    if (library && cpus.has("aes"))
        tell(findings, Topic::Independence, Level::Note,
             "this kernel has no AES that avoids AES-NI: its -lib drivers use it too",
             "comparing its drivers with each other proves nothing; cryptorture's own scalar "
             "reference decides, as on every machine");
    else if (generic || library)
        tell(findings, Topic::Independence, Level::Ok,
             "the kernel's generic AES does not use AES-NI",
             "its drivers are a second opinion; cryptorture's own scalar reference decides");
    else
        tell(findings, Topic::Independence, Level::Note,
             "whether the kernel has an AES that avoids AES-NI is not known: no driver of a "
             "generic one is registered now",
             "cryptorture's own scalar reference decides, as on every machine");
    // Hashes went the same way earlier than AES.
    if (!library && (drivers.has("sha256-lib") || drivers.has("hmac-sha256-lib")))
        tell(findings, Topic::Independence, Level::Note,
             "the kernel's -lib hashes use SHA-NI or AVX2 where the CPU has it",
             "they are no second opinion on its SIMD code");
}

} // namespace ct
