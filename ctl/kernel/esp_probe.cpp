// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/esp_probe.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <sys/ioctl.h>
#include <utility>

#include <fmt/format.h>

#include <linux/cryptorture_calls.h>

#include "kernel/call.h"

namespace ct {

namespace {

constexpr const char *cannot_probe = "cannot probe the kernel's ESP";
constexpr const char *cannot_count = "cannot read in which contexts the kernel's ESP works";
constexpr const char *probe_versions =
    "module and program may be of different builds: see 'cryptorture version'";
constexpr const char *probe_switches =
    "see that kernel.ftrace_enabled and /sys/kernel/debug/kprobes/enabled are 1";
// No machine has as many CPUs.
constexpr std::uint32_t probe_cpus_max = 1U << 20;

// By enum cryptorture_esp_function.
constexpr std::array probe_functions = {"esp_output_tail", "esp_input", "esp6_output_tail",
                                        "esp6_input"};
static_assert(probe_functions.size() == __CRYPTORTURE_ESP_FUNCTION_MAX);

std::vector<std::string> not_probed(std::uint32_t functions)
{
    std::vector<std::string> names;
    for (std::size_t i = 0; i < probe_functions.size(); ++i)
        if ((functions >> i & 1) == 0)
            names.emplace_back(probe_functions[i]);
    return names;
}

Failure not_opened(int number)
{
    switch (number) {
    case ENOTTY: // the module of that file answers so, too, when it is gone
        return failure(ErrorKind::OtherVersion, cannot_probe,
                       "the module is of an earlier release, which has no such probe",
                       probe_versions);
    case EINVAL:
        return failure(ErrorKind::OtherVersion, cannot_probe,
                       "the module does not know this request", probe_versions);
    case EBUSY:
        return failure(
            ErrorKind::Busy, cannot_probe,
            fmt::format("{} others do so already, which is all that the module takes",
                        CRYPTORTURE_ESP_PROBES_MAX),
            "end one of them");
    case ENOENT:
        return failure(ErrorKind::NotFound, cannot_probe,
                       "the kernel has none loaded, neither esp4 nor esp6",
                       "the first security association loads it, or 'modprobe -a esp4 esp6'");
    case ENOPKG:
        return failure(ErrorKind::Unsupported, cannot_probe,
                       "this kernel is built without kprobes (CONFIG_KPROBES)",
                       "take a kernel that has them");
    case EOPNOTSUPP:
        return failure(ErrorKind::Unsupported, cannot_probe,
                       "the kernel refuses kprobes there, or they are switched off",
                       probe_switches);
    default:
        return failure(ErrorKind::System, cannot_probe,
                       fmt::format("the kernel returned \"{}\"", errno_text(number)),
                       "the kernel log may have the reason, see 'dmesg'");
    }
}

Failure not_counted(int number)
{
    switch (number) {
    case ENOTTY:
        return failure(ErrorKind::NoModule, cannot_count, "the module cryptorture went away",
                       "load it with 'modprobe cryptorture'");
    case EOPNOTSUPP:
        return failure(ErrorKind::Unsupported, cannot_count,
                       "kprobes were switched off meanwhile, so that calls are not counted",
                       probe_switches);
    case EINVAL:
        return failure(ErrorKind::OtherVersion, cannot_count,
                       "the module does not know this request", probe_versions);
    default:
        return failure(ErrorKind::System, cannot_count,
                       fmt::format("the kernel returned \"{}\"", errno_text(number)),
                       "the kernel log may have the reason, see 'dmesg'");
    }
}

// NOLINTNEXTLINE(cppcoreguidelines-avoid-c-arrays): of the ioctl
EspContexts contexts_of(const __u64 (&counts)[__CRYPTORTURE_ESP_CONTEXT_MAX])
{
    return {counts[CRYPTORTURE_ESP_CONTEXT_TASK], counts[CRYPTORTURE_ESP_CONTEXT_TASK_BH],
            counts[CRYPTORTURE_ESP_CONTEXT_SOFTIRQ], counts[CRYPTORTURE_ESP_CONTEXT_NESTED_FPU],
            counts[CRYPTORTURE_ESP_CONTEXT_UNKNOWN]};
}

} // namespace

EspProbe::EspProbe(Descriptor descriptor, EspProbeControl control, std::uint32_t functions)
    : descriptor_(std::move(descriptor)), control_(std::move(control)),
      missing_(not_probed(functions))
{
}

Result<EspProbe> EspProbe::open(Descriptor file, std::span<const std::uint32_t> namespaces,
                                EspProbeControl control)
{
    cryptorture_esp_probe_args asked{};
    // In none of these namespaces it would count all of them.
    if (namespaces.size() > std::size(asked.namespaces) ||
        std::find(namespaces.begin(), namespaces.end(), 0U) != namespaces.end())
        return failure(
            ErrorKind::Refused, cannot_probe,
            fmt::format("the module takes up to {} network namespaces, by inodes that "
                        "are not 0",
                        std::size(asked.namespaces)),
            "please report this");
    std::copy(namespaces.begin(), namespaces.end(), asked.namespaces);
    asked.namespaces_len = static_cast<__u32>(namespaces.size());
    if (const int number = control(file.number(), CRYPTORTURE_CALLS_ESP_PROBE, &asked))
        return not_opened(number);
    return EspProbe(std::move(file), std::move(control), asked.functions);
}

Result<EspProbe> EspProbe::open(std::span<const std::uint32_t> namespaces)
{
    auto file =
        open_calls("/proc/" CRYPTORTURE_CALLS_NAME, "/sys/module/" CRYPTORTURE_FAMILY_NAME);
    if (!file) {
        Error error = file.error();
        error.what = cannot_probe;
        return Failure(std::move(error));
    }
    return open(std::move(*file), namespaces,
                [](int descriptor, unsigned long command, void *argument) {
                    return ioctl(descriptor, command, argument) == 0 ? 0 : errno;
                });
}

Result<std::vector<EspCpuContexts>> EspProbe::read() const
{
    std::vector<EspCpuContexts> cpus;
    std::uint32_t functions = 0;
    std::uint64_t missed = 0;
    for (std::uint32_t next = 0;; next = cpus.back().cpu + 1) {
        cryptorture_esp_counts_args counts{};
        counts.cpu = next;
        const int number =
            control_(descriptor_.number(), CRYPTORTURE_CALLS_ESP_COUNTS, &counts);
        if (number == ERANGE)
            break;
        if (number != 0)
            return not_counted(number);
        if (counts.cpu < next || counts.cpu >= probe_cpus_max)
            return failure(
                ErrorKind::Malformed, cannot_count,
                fmt::format("asked for CPU {}, the module answers for {}", next, counts.cpu),
                probe_versions);
        functions = counts.functions;
        missed = counts.missed;
        cpus.push_back(
            {counts.cpu, contexts_of(counts.encapsulation), contexts_of(counts.decapsulation)});
    }
    if (cpus.empty())
        return failure(ErrorKind::Malformed, cannot_count, "the module names no CPU",
                       probe_versions);
    missing_ = not_probed(functions);
    missed_ = missed;
    return cpus;
}

} // namespace ct
