// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/kernel_config.h"

#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "facts/unpack.h"
#include "facts/words.h"

namespace ct {

namespace {

struct Option {
    std::string_view name;
    Level off_level;
    std::string_view off_meaning;
    Level on_level;
    std::string_view on_meaning;
};

constexpr std::array options{
    Option{"MODULES", Level::Problem, "no module can be loaded into this kernel", Level::Ok,
           ""},
    Option{"HIGH_RES_TIMERS", Level::Warning,
           "timers come no faster than the tick: few operations are interrupted", Level::Ok,
           ""},
    Option{"CRYPTO_AES_NI_INTEL", Level::Warning, "there is no AES-NI driver to test",
           Level::Ok, ""},
    Option{"CRYPTO_MANAGER_DISABLE_TESTS", Level::Ok, "", Level::Note,
           "the kernel does not self-test its drivers: they are untested before this run"},
    Option{"CRYPTO_CRYPTD", Level::Note,
           "no cryptd: nothing is deferred to a thread when the FPU is in use", Level::Ok, ""},
    Option{"CRYPTO_PCRYPT", Level::Note, "no pcrypt: nothing is spread over CPUs", Level::Ok,
           ""},
    Option{"MODULE_SIG_FORCE", Level::Ok, "", Level::Note, "only signed modules load"},
    Option{"KASAN", Level::Ok, "", Level::Note,
           "KASAN is on: slower, with other timing, and it finds overruns by itself"},
    Option{"PROVE_LOCKING", Level::Ok, "", Level::Note,
           "lockdep is on: slower, and with other timing"},
    Option{"X86_DEBUG_FPU", Level::Ok, "", Level::Ok, ""},
};

} // namespace

KernelConfig::KernelConfig(std::string path, const std::string &text) : path_(std::move(path))
{
    constexpr std::string_view prefix = "CONFIG_";
    for (const std::string &line : split(text, '\n')) {
        const std::size_t equals = line.find('=');
        if (!line.starts_with(prefix) || equals == std::string::npos)
            continue;
        options_[line.substr(prefix.size(), equals - prefix.size())] = line.substr(equals + 1);
    }
    // What has no option in it is no configuration.
    if (options_.empty())
        path_.clear();
}

std::optional<std::string> KernelConfig::value(const std::string &option) const
{
    if (!known())
        return std::nullopt;
    const auto place = options_.find(option);
    return place == options_.end() ? "n" : place->second;
}

bool KernelConfig::on(const std::string &option) const
{
    const auto set = value(option);
    return set == "y" || set == "m";
}

bool KernelConfig::off(const std::string &option) const
{
    return value(option) == "n";
}

KernelConfig read_kernel_config(const Source &source, const Release &release)
{
    constexpr auto packed = "/proc/config.gz";
    if (auto content = source.read(packed)) {
        KernelConfig config(packed, unpacked_gz(*content, kernel_config_max));
        if (config.known())
            return config;
    }
    for (const std::string &path :
         {fmt::format("/boot/config-{}", release.release),
          fmt::format("/lib/modules/{}/config", release.release),
          fmt::format("/lib/modules/{}/build/.config", release.release)})
        if (KernelConfig config(path, source.text(path)); config.known())
            return config;
    return {};
}

void report_kernel_config(const KernelConfig &config, Findings &findings)
{
    if (!config.known()) {
        tell(
            findings, Topic::Kernel, Level::Note,
            "the kernel's configuration is not available (no /proc/config.gz, no /boot/config)",
            "what depends on it is concluded from other things, or left open");
        return;
    }
    std::vector<std::string> shown;
    for (const char *const name :
         {"HZ", "PREEMPT_DYNAMIC", "HIGH_RES_TIMERS", "MODULES", "MODULE_SIG",
          "SECURITY_LOCKDOWN_LSM", "CRYPTO_AES_NI_INTEL", "CRYPTO_CRYPTD", "CRYPTO_PCRYPT"})
        shown.push_back(fmt::format("{}={}", name, config.value(name).value_or("?")));
    tell(findings, Topic::Kernel, Level::Ok,
         fmt::format("configuration ({}): {}", config.path(), join(shown)));
    for (const Option &option : options) {
        const std::string name(option.name);
        const bool off = config.off(name);
        const std::string_view meaning = off ? option.off_meaning : option.on_meaning;
        if (!meaning.empty())
            tell(findings, Topic::Kernel, off ? option.off_level : option.on_level,
                 fmt::format("CONFIG_{}={}", name, config.value(name).value_or("?")),
                 std::string(meaning));
    }
}

} // namespace ct
