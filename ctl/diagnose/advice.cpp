// SPDX-License-Identifier: GPL-2.0-or-later
#include "diagnose/advice.h"

#include <array>
#include <string_view>

#include <fmt/format.h>

#include "facts/distribution.h"

namespace ct {

namespace {

enum class Remedy {
    NoSimd,
    OtherKernel,
    OtherDriver,
    OfflineCpu,
    Microcode,
    Memory,
    Hypervisor
};

struct Advice {
    const char *meaning = nullptr;
    const char *next = nullptr;
    std::array<std::optional<Remedy>, 2> remedies;
};

// In the order of BugClass.
constexpr std::array<Advice, count_of<BugClass>> advice{{
    {"a softirq or an interrupt used the FPU over an operation that was using it",
     "run again with '--disturb timer,ipi' and with '--disturb none': only the first may fail",
     {Remedy::NoSimd, Remedy::OtherKernel}},
    {"the kernel used vector registers of a user thread without saving them",
     "run again with '--contexts caller --exercisers 4'",
     {Remedy::NoSimd, Remedy::OtherKernel}},
    {"SIMD in an interrupt during a context switch or a signal damaged user registers",
     "run again with '--exercisers 4 --disturb timer,shuffle,resched'",
     {Remedy::OtherKernel, Remedy::NoSimd}},
    {"a thread got back an older state of its registers",
     "run again with '--exercisers 4 --disturb shuffle,resched'",
     {Remedy::OtherKernel, std::nullopt}},
    {"an operation slept inside an FPU section and lost its registers",
     "run again with '--disturb preempt' and '--sizes 9000'",
     {Remedy::OtherKernel, Remedy::NoSimd}},
    {"a component of the register state was saved or restored in a wrong format",
     "run again with '--exercisers 4', and see 'cryptorture doctor' for the XSAVE features",
     {Remedy::OtherKernel, Remedy::Hypervisor}},
    {"a driver is wrong for particular data, lengths or layouts",
     "run again with the same --seed on another machine: it should fail there too",
     {Remedy::OtherDriver, Remedy::OtherKernel}},
    {"requests that were in flight together were confused",
     "run again with '--drivers cryptd*,pcrypt*' and without them",
     {Remedy::OtherDriver, Remedy::OtherKernel}},
    {"a driver wrote outside of its destination",
     "run again with the same --seed, and with KASAN in a test kernel",
     {Remedy::OtherDriver, Remedy::OtherKernel}},
    {"one CPU computes particular data wrongly, always",
     "run again with the same --seed and '--cpus' of that CPU, then of another one",
     {Remedy::OfflineCpu, Remedy::Microcode}},
    {"one CPU computes wrongly now and then",
     "run for hours at full load with '--cpus' of that CPU, then of another one",
     {Remedy::OfflineCpu, Remedy::Microcode}},
    {"the upper parts of vector registers show another thread's data",
     "see 'cryptorture doctor' for the microcode and its mitigations",
     {Remedy::Microcode, Remedy::OtherKernel}},
    {"registers were lost where this system did nothing: most likely while the hypervisor "
     "ran something else on the CPU",
     "run the same on the bare machine, or on a host that is not overcommitted",
     {Remedy::Hypervisor, Remedy::NoSimd}},
    {"the key schedule of a transform was changed after setkey",
     "run again with KASAN or slub_debug=FZPU in a test kernel",
     {Remedy::OtherDriver, Remedy::OtherKernel}},
    {"memory does not return the bytes that were written to it",
     "run memtest86+ for a night, and check the kernel log for EDAC or MCE lines",
     {Remedy::Memory, std::nullopt}},
}};

std::string cpu_of(const Tendencies &statistics)
{
    for (const Trend &trend : statistics.trends)
        if (trend.factor == "CPU" && trend.significant())
            return trend.value;
    return "N";
}

// Behind a new line in /etc/modprobe.d.
std::string with_the_initramfs()
{
    return fmt::format("then update the initramfs ({}), and reboot",
                       on_each("update-initramfs -u", "dracut -f", "dracut -f"));
}

void add_remedy(std::vector<std::string> &words, Remedy remedy, const Tendencies &statistics)
{
    switch (remedy) {
    case Remedy::NoSimd:
        words.push_back(
            fmt::format("keep the kernel from AES-NI: 'echo install aesni_intel /bin/false > "
                        "/etc/modprobe.d/no-aesni.conf', {}; this does not help where the "
                        "kernel's library uses it too, as 'cryptorture doctor' says",
                        with_the_initramfs()));
        break;
    case Remedy::OtherKernel:
        words.push_back(fmt::format(
            "install the newest kernel of the distribution ({}), or go back to the one before",
            on_each("apt full-upgrade", "dnf upgrade kernel", "zypper update kernel-default")));
        break;
    case Remedy::OtherDriver:
        words.push_back(
            fmt::format("blacklist the module of that driver ('cryptorture drivers' names it): "
                        "'echo install MODULE /bin/false > /etc/modprobe.d/no-driver.conf', {}",
                        with_the_initramfs()));
        break;
    case Remedy::OfflineCpu: {
        const std::string cpu = cpu_of(statistics);
        words.push_back(fmt::format("take the CPU and its SMT siblings out: 'echo 0 > "
                                    "/sys/devices/system/cpu/cpu{}/online', for good with "
                                    "'isolcpus={}' or a new processor",
                                    cpu, cpu));
        break;
    }
    case Remedy::Microcode:
        words.push_back(fmt::format(
            "update the microcode ({}) and the firmware; undo any overclocking or undervolting",
            on_each("intel-microcode or amd64-microcode", "microcode_ctl or linux-firmware",
                    "ucode-intel or ucode-amd")));
        break;
    case Remedy::Memory:
        words.push_back(fmt::format(
            "run memtest86+ ({}), replace the module that it names; until then keep the page "
            "out with 'memmap=' on the kernel's command line",
            on_each("apt install memtest86+", "dnf install memtest86+",
                    "zypper install memtest86+")));
        break;
    case Remedy::Hypervisor:
        words.emplace_back(
            "update the hypervisor, do not overcommit its CPUs, or move the guest "
            "to another host");
        break;
    }
}

} // namespace

const char *meaning_of(BugClass bug_class)
{
    return advice.at(static_cast<std::size_t>(bug_class)).meaning;
}

void advise(Diagnosis &diagnosis)
{
    if (!diagnosis.bug_class) {
        diagnosis.next.emplace_back(
            "run longer, and send the run's folder with a report: the records have the facts");
        return;
    }
    const Advice &entry = advice.at(static_cast<std::size_t>(*diagnosis.bug_class));
    diagnosis.next.emplace_back(entry.next);
    if (diagnosis.confidence != Confidence::High && diagnosis.candidates.size() > 1) {
        const Suspicion &second = diagnosis.candidates[1];
        diagnosis.next.push_back(
            fmt::format("to rule out {}: {}", name(second.bug_class),
                        advice.at(static_cast<std::size_t>(second.bug_class)).next));
    }
    for (const auto &remedy : entry.remedies)
        if (remedy)
            add_remedy(diagnosis.mitigations, *remedy, diagnosis.statistics);
}

} // namespace ct
