// SPDX-License-Identifier: GPL-2.0-or-later
#include "cpu/hypervisor.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include <fmt/format.h>

#include "facts/words.h"

namespace ct {

namespace {

struct Signature {
    std::string_view text;
    HypervisorKind kind;
};

constexpr std::array signatures{
    Signature{"KVMKVMKVM", HypervisorKind::Kvm},
    Signature{"XenVMMXenVMM", HypervisorKind::XenHvm},
    Signature{"VMwareVMware", HypervisorKind::Vmware},
    Signature{"Microsoft Hv", HypervisorKind::HyperV},
    Signature{"TCGTCGTCGTCG", HypervisorKind::QemuTcg},
};

HypervisorKind xen_kind(const Source &source, bool dom0)
{
    const std::string type = source.line("/sys/hypervisor/guest_type").value_or("");
    if (type == "PV")
        return HypervisorKind::XenPv;
    if (type == "PVH")
        return HypervisorKind::XenPvh;
    if (type == "HVM")
        return HypervisorKind::XenHvm;
    // Kernels before 4.14 do not report it; PV guests except dom0 have no firmware tables.
    return !dom0 && source.exists("/sys/class/dmi/id") ? HypervisorKind::XenHvm
                                                       : HypervisorKind::XenPv;
}

// By the list of Xen's features, too: /proc/xen need not be mounted.
bool is_dom0(const Source &source)
{
    constexpr unsigned dom0_feature = 11;
    constexpr int hexadecimal = 16;
    const std::string line = source.line("/sys/hypervisor/properties/features").value_or("");
    std::uint64_t features = 0;
    const char *const end = line.data() + line.size();
    if (std::from_chars(line.data(), end, features, hexadecimal).ptr == end &&
        (features >> dom0_feature & 1U) != 0)
        return true;
    return source.text("/proc/xen/capabilities").find("control_d") != std::string::npos;
}

std::optional<KernelVersion> xen_version(const Source &source)
{
    const auto major = number(source.line("/sys/hypervisor/version/major").value_or(""));
    const auto minor = number(source.line("/sys/hypervisor/version/minor").value_or(""));
    if (!major || !minor)
        return std::nullopt;
    KernelVersion version{static_cast<unsigned>(*major), static_cast<unsigned>(*minor), 0};
    // ".1" or "-rc3"
    const std::string extra = source.line("/sys/hypervisor/version/extra").value_or("");
    if (extra.starts_with('.'))
        version.patch =
            static_cast<unsigned>(number(std::string_view(extra).substr(1)).value_or(0));
    return version;
}

// The eighth number of the line "cpu".
std::optional<std::uint64_t> steal_ticks(const Source &source)
{
    const auto words = split(source.line("/proc/stat").value_or(""), ' ');
    constexpr std::size_t place = 8;
    if (words.size() <= place || words.front() != "cpu")
        return std::nullopt;
    return number(words[place]);
}

bool is_bochs(const Source &source)
{
    constexpr std::array names{"sys_vendor", "product_name", "bios_vendor", "chassis_vendor"};
    return std::any_of(names.begin(), names.end(), [&source](const char *name) {
        return source.line(std::string("/sys/class/dmi/id/") + name).value_or("") == "Bochs";
    });
}

std::string kind_text(const Hypervisor &hypervisor)
{
    switch (hypervisor.kind) {
    case HypervisorKind::None:
        return "no hypervisor was detected";
    case HypervisorKind::Kvm:
        return "a KVM guest";
    case HypervisorKind::XenPv:
        return hypervisor.dom0 ? "Xen's dom0, PV" : "a Xen PV guest";
    case HypervisorKind::XenPvh:
        return hypervisor.dom0 ? "Xen's dom0, PVH" : "a Xen PVH guest";
    case HypervisorKind::XenHvm:
        return "a Xen HVM guest";
    case HypervisorKind::Vmware:
        return "a VMware guest";
    case HypervisorKind::HyperV:
        return "a Hyper-V guest, or one of a compatible hypervisor";
    case HypervisorKind::QemuTcg:
        return "QEMU without hardware help (TCG): an emulated CPU";
    case HypervisorKind::Bochs:
        return "Bochs: an emulated CPU";
    case HypervisorKind::Other:
        break;
    }
    return "a guest of an unknown hypervisor";
}

void report_xen(const Hypervisor &hypervisor, Findings &findings)
{
    if (hypervisor.kind == HypervisorKind::XenPv)
        tell(findings, Topic::Hypervisor, Level::Note, "Xen PV: FPU switches go through Xen",
             "this is the environment of the corruption of 2014, in which kernels before 4.6 "
             "considered the FPU free inside a section (fpu-nested); later kernels switch "
             "eagerly");
}

} // namespace

Hypervisor read_hypervisor(const Source &source, const Cpus &cpus, const Cpuid &cpuid)
{
    Hypervisor result;
    result.signature = cpuid.hypervisor_signature();
    result.product = source.line("/sys/class/dmi/id/sys_vendor").value_or("");
    if (const auto name = source.line("/sys/class/dmi/id/product_name");
        name && !name->empty() && *name != result.product)
        result.product += (result.product.empty() ? "" : " ") + *name;
    result.steal_ticks = steal_ticks(source);
    result.clock_event =
        source.line("/sys/devices/system/clockevents/clockevent0/current_device").value_or("");

    if (source.line("/sys/hypervisor/type").value_or("") == "xen") {
        result.dom0 = is_dom0(source);
        result.kind = xen_kind(source, result.dom0);
        result.xen = xen_version(source);
        return result;
    }
    for (const Signature &signature : signatures)
        if (result.signature == signature.text)
            result.kind = signature.kind;
    // Neither CPUID nor the CPU's flags identify Bochs, and old QEMU with hardware help has
    // its firmware.
    if (result.kind == HypervisorKind::None && !cpus.has("hypervisor") && is_bochs(source))
        result.kind = HypervisorKind::Bochs;
    if (result.kind == HypervisorKind::None &&
        (cpus.has("hypervisor") || !result.signature.empty()))
        result.kind = result.product.find("VMware") != std::string::npos
                          ? HypervisorKind::Vmware
                          : HypervisorKind::Other;
    return result;
}

void report_hypervisor(const Hypervisor &hypervisor, Findings &findings)
{
    std::string what = kind_text(hypervisor);
    if (hypervisor.xen)
        what += fmt::format(", Xen {}", hypervisor.xen->text());
    if (!hypervisor.signature.empty())
        what += fmt::format(" (CPUID says \"{}\")", hypervisor.signature);
    if (!hypervisor.product.empty())
        what += fmt::format("; DMI: {}", hypervisor.product);
    if (!hypervisor.guest()) {
        tell(findings, Topic::Hypervisor, Level::Ok, what,
             "what goes wrong is the fault of this kernel or this CPU");
    } else if (hypervisor.emulated()) {
        tell(findings, Topic::Hypervisor, Level::Warning, what,
             "instructions are emulated in software and timers come late: kernel faults show, "
             "faults of a real CPU cannot, and interruptions are few");
    } else {
        tell(findings, Topic::Hypervisor, Level::Note, what,
             "the hypervisor switches registers too (vcpu-switch), virtual CPUs move between "
             "real ones, and emulated timers interrupt less often",
             "to judge a real CPU, run it on the host as well");
    }
    report_xen(hypervisor, findings);
    if (hypervisor.guest() && hypervisor.steal_ticks && *hypervisor.steal_ticks > 0)
        tell(findings, Topic::Hypervisor, Level::Note,
             fmt::format("steal time: {} ticks since boot", *hypervisor.steal_ticks),
             hypervisor.kind == HypervisorKind::XenPv
                 ? "others had these CPUs for so long, or (Xen counts that as well) they were "
                   "not up yet: if it grows, Xen's register switches are exercised"
                 : "other guests take these CPUs away: the hypervisor's register switches are "
                   "exercised");
    if (!hypervisor.clock_event.empty())
        tell(findings, Topic::Hypervisor, Level::Ok,
             fmt::format("interrupting timer: {}", hypervisor.clock_event));
}

} // namespace ct
