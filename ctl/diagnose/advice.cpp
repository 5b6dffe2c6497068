// SPDX-License-Identifier: GPL-2.0-or-later
#include "diagnose/advice.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "base/quantity.h"
#include "base/shell_command.h"
#include "facts/distribution.h"

namespace ct {

namespace {

enum class Remedy {
    NoSimd,
    OtherKernel,
    OtherDriver,
    // These are done to the hardware, or to the host of a guest.
    OfflineCpu,
    Microcode,
    Memory,
    Hypervisor
};

bool of_hardware(Remedy remedy)
{
    return remedy >= Remedy::OfflineCpu;
}

// What is left out of the second run, or chosen in the first alone.
enum class Contrast { None, Disturb, Cpu, Driver };

// A run that would confirm a class, and the run that would be right.
struct Confirmation {
    const char *time = "10m";
    const char *options = ""; // of both
    Contrast contrast = Contrast::None;
    const char *disturb = ""; // of the first
    bool driver = false;      // of the driver that is affected
    bool seed = false;        // with the same packets
    const char *outcome = "";
};

struct Advice {
    const char *meaning = nullptr;
    Confirmation confirmation;
    const char *more = nullptr; // to try, too
    std::array<std::optional<Remedy>, 2> remedies;
};

constexpr const char *first_alone = "if it is this, the first alone is CORRUPT";
constexpr const char *registers_again = "if it is this, exercisers lose registers again";
constexpr const char *diagnosed_again = "if it is this, its diagnosis is the same";

// In the order of BugClass.
constexpr std::array<Advice, count_of<BugClass>> advice{{
    {"a softirq or an interrupt used the FPU over an operation that was using it",
     {.contrast = Contrast::Disturb,
      .disturb = "timer,ipi",
      .driver = true,
      .outcome = first_alone},
     nullptr,
     {Remedy::NoSimd, Remedy::OtherKernel}},
    {"the kernel used vector registers of a user thread without saving them",
     {.options = "--contexts caller --exercisers 4", .outcome = registers_again},
     nullptr,
     {Remedy::NoSimd, Remedy::OtherKernel}},
    {"SIMD in an interrupt during a context switch or a signal damaged user registers",
     {.options = "--exercisers 4",
      .contrast = Contrast::Disturb,
      .disturb = "timer,shuffle,resched",
      .outcome = "if it is this, exercisers lose more registers in the first"},
     nullptr,
     {Remedy::OtherKernel, Remedy::NoSimd}},
    {"a thread got back an older state of its registers",
     {.options = "--exercisers 4",
      .contrast = Contrast::Disturb,
      .disturb = "shuffle,resched",
      .outcome = "if it is this, exercisers lose more registers in the first"},
     nullptr,
     {Remedy::OtherKernel, std::nullopt}},
    {"an operation slept inside an FPU section and lost its registers",
     {.options = "--sizes 9000",
      .contrast = Contrast::Disturb,
      .disturb = "preempt",
      .driver = true,
      .outcome = "if it is this, the first has more mismatches"},
     nullptr,
     {Remedy::OtherKernel, Remedy::NoSimd}},
    {"a component of the register state was saved or restored in a wrong format",
     {.options = "--exercisers 4", .outcome = registers_again},
     "'cryptorture doctor' lists the XSAVE features",
     {Remedy::OtherKernel, Remedy::Hypervisor}},
    {"a driver is wrong for particular data, lengths or layouts",
     {.driver = true,
      .seed = true,
      .outcome = "if it is this, it is CORRUPT here and on each machine with the same driver"},
     nullptr,
     {Remedy::OtherDriver, Remedy::OtherKernel}},
    {"operations of one driver that ran at the same time used the same buffer",
     {.contrast = Contrast::Driver, .driver = true, .outcome = first_alone},
     "KCSAN in a test kernel shows the two places in its code",
     {Remedy::OtherDriver, Remedy::OtherKernel}},
    {"a driver accepts packets whose ICV is wrong",
     {.driver = true, .seed = true, .outcome = diagnosed_again},
     nullptr,
     {Remedy::OtherDriver, Remedy::OtherKernel}},
    {"requests that were in flight together were confused",
     {.contrast = Contrast::Driver, .driver = true, .outcome = first_alone},
     nullptr,
     {Remedy::OtherDriver, Remedy::OtherKernel}},
    {"a driver wrote outside of its destination",
     {.driver = true, .seed = true, .outcome = diagnosed_again},
     "KASAN in a test kernel shows the code that does it",
     {Remedy::OtherDriver, Remedy::OtherKernel}},
    {"one CPU computes particular data wrongly, always",
     {.contrast = Contrast::Cpu, .driver = true, .seed = true, .outcome = first_alone},
     nullptr,
     {Remedy::OfflineCpu, Remedy::Microcode}},
    {"one CPU computes wrongly now and then",
     {.time = "4h", .contrast = Contrast::Cpu, .driver = true, .outcome = first_alone},
     nullptr,
     {Remedy::OfflineCpu, Remedy::Microcode}},
    {"the upper parts of vector registers show another thread's data",
     {.options = "--exercisers 4", .outcome = registers_again},
     "'cryptorture doctor' lists microcode and mitigations",
     {Remedy::Microcode, Remedy::OtherKernel}},
    {"registers were lost where this system did nothing: most likely while the hypervisor "
     "ran something else on the CPU",
     {.outcome =
          "if it is this, it is CORRUPT here again, and CLEAN on the bare machine or on a "
          "host that is not overcommitted"},
     nullptr,
     {Remedy::Hypervisor, Remedy::NoSimd}},
    {"the key schedule of a transform was changed after setkey",
     {.driver = true, .outcome = diagnosed_again},
     "KASAN or slub_debug=FZPU in a test kernel shows the code that does it",
     {Remedy::OtherDriver, Remedy::OtherKernel}},
    {"memory does not return the bytes that were written to it",
     {.time = "1h", .outcome = diagnosed_again},
     "'dmesg | grep -iE \"edac|mce|hardware error\"' finds what the kernel was told of memory; "
     "memtest86+, for a night, tests all of it",
     {Remedy::Memory, std::nullopt}},
}};

const Advice &advice_on(BugClass bug_class)
{
    return advice.at(static_cast<std::size_t>(bug_class));
}

std::optional<std::string> gathers_at(const Tendencies &statistics, std::string_view factor)
{
    for (const Trend &trend : statistics.trends)
        if (trend.factor == factor && trend.significant())
            return trend.value;
    return std::nullopt;
}

// What the commands are about.
struct Particulars {
    std::string cpu;    // empty: none in particular
    std::string driver; // likewise
    std::optional<std::uint64_t> seed;
};

Particulars particulars_of(const Diagnosis &diagnosis)
{
    Particulars particulars;
    particulars.seed = diagnosis.seed;
    particulars.cpu = diagnosis.repeats_on
                          ? fmt::format("{}", *diagnosis.repeats_on)
                          : gathers_at(diagnosis.statistics, "CPU").value_or("");
    const std::string driver = gathers_at(diagnosis.statistics, "driver").value_or("");
    if (diagnosis.statistics.one_driver && harmless(driver))
        particulars.driver = driver;
    return particulars;
}

ShellCommand run_of(const Confirmation &confirmation, const Particulars &particulars)
{
    ShellCommand run("cryptorture run");
    run.add("--for", confirmation.time).add(confirmation.options);
    if (confirmation.seed && particulars.seed)
        run.add("--seed", fmt::format("{:#x}", *particulars.seed));
    if (confirmation.driver && confirmation.contrast != Contrast::Driver &&
        !particulars.driver.empty())
        run.add("--drivers", particulars.driver);
    return run;
}

std::string both(ShellCommand first, ShellCommand second, const char *option,
                 const std::string &of_first, const std::string &of_second, const char *outcome)
{
    return fmt::format("{}, then {}: {}", first.add(option, of_first).text(),
                       second.add(option, of_second).text(), outcome);
}

std::string confirmation_text(const Confirmation &confirmation, const Particulars &particulars)
{
    const ShellCommand run = run_of(confirmation, particulars);
    switch (confirmation.contrast) {
    case Contrast::Disturb:
        return both(run, run, "--disturb", confirmation.disturb, "none", confirmation.outcome);
    case Contrast::Cpu:
        if (particulars.cpu.empty())
            return fmt::format("{}: if it is this, the mismatches gather on one CPU, which the "
                               "diagnosis names",
                               run.text());
        return both(run, run, "--cpus", particulars.cpu, "all,-" + particulars.cpu,
                    confirmation.outcome);
    case Contrast::Driver:
        if (particulars.driver.empty())
            break;
        return both(run, run, "--drivers", particulars.driver, "all,-" + particulars.driver,
                    confirmation.outcome);
    case Contrast::None:
        return fmt::format("{}: {}", run.text(), confirmation.outcome);
    }
    return fmt::format("{}: {}", run.text(), diagnosed_again);
}

// Behind a new line in /etc/modprobe.d.
std::string with_the_initramfs()
{
    return fmt::format("then update the initramfs ({}), and reboot; remove the file to undo it",
                       on_each("update-initramfs -u", "dracut -f", "dracut -f"));
}

std::string not_loaded(std::string_view module)
{
    return write_line(fmt::format("install {} /bin/false", module),
                      fmt::format("/etc/modprobe.d/no-{}.conf", module))
        .text();
}

// An instance of a template is made of modules that others need, too; pcrypt's are not.
void keep_driver_away(std::vector<std::string> &words, const std::string &driver)
{
    if (driver.starts_with("pcrypt(")) {
        words.push_back(fmt::format("keep the kernel from pcrypt: {}, {}", not_loaded("pcrypt"),
                                    with_the_initramfs()));
        return;
    }
    if (driver.empty() || driver.find('(') != std::string::npos)
        return;
    const ShellCommand command(fmt::format(
        "module=$(sed -n \"/^driver *: {}$/,/^$/s/^module *: //p\" /proc/crypto) && "
        "test \"$module\" && {}",
        driver, "echo \"install $module /bin/false\" > /etc/modprobe.d/no-$module.conf"));
    words.push_back(fmt::format("keep the kernel from the module of {}, unless it is built in: "
                                "{}, {}",
                                driver, command.text(), with_the_initramfs()));
}

void take_cpu_offline(std::vector<std::string> &words, const std::string &cpu,
                      const std::string &condition)
{
    if (cpu.empty())
        return;
    if (cpu == "0") {
        words.push_back(condition +
                        "take the host out of service until the processor is replaced: CPU 0 "
                        "cannot be taken offline on x86 (since Linux 6.5 not at all, "
                        "before not by default)");
        return;
    }
    const std::string folder = "/sys/devices/system/cpu/cpu" + cpu;
    words.push_back(fmt::format(
        "{}take CPU {} and its SMT siblings offline until the processor is replaced: {} lists "
        "them (if CPU 0 is one, take the host out of service instead), then {}, and the same "
        "for each sibling",
        condition, cpu, ShellCommand("cat " + folder + "/topology/thread_siblings_list").text(),
        ShellCommand("echo 0 > " + folder + "/online").text()));
    words.push_back(fmt::format(
        "{}to have CPU {} offline after each boot, too: {}, and the same for each sibling",
        condition, cpu,
        write_line("w " + folder + "/online - - - - 0",
                   fmt::format("/etc/tmpfiles.d/no-cpu{}.conf", cpu))
            .text()));
}

// What has to be so before anything is done to the hardware.
std::string condition_for(const Diagnosis &diagnosis, const Particulars &particulars)
{
    const Contrast contrast = advice_on(*diagnosis.bug_class).confirmation.contrast;
    if (contrast == Contrast::Cpu && diagnosis.repeats_on)
        return fmt::format(
            "run again at once, packets were always wrong on CPU {}, and right on others: ",
            particulars.cpu);
    if (contrast == Contrast::Cpu && !particulars.cpu.empty())
        return fmt::format("if of the two runs above only the one on CPU {} is CORRUPT: ",
                           particulars.cpu);
    return "if the run above confirms it: ";
}

void add_remedy(std::vector<std::string> &words, Remedy remedy, const Particulars &particulars,
                const std::string &condition)
{
    switch (remedy) {
    case Remedy::NoSimd:
        words.push_back(fmt::format("keep the kernel from AES-NI: {}, {}; this does not help "
                                    "where the library of the kernel uses it too, as {} says",
                                    not_loaded("aesni_intel"), with_the_initramfs(),
                                    ShellCommand("cryptorture doctor").text()));
        break;
    case Remedy::OtherKernel:
        words.push_back(fmt::format(
            "install the newest kernel of the distribution ({}), or go back to the one before",
            on_each("apt full-upgrade", "dnf upgrade kernel", "zypper update kernel-default")));
        break;
    case Remedy::OtherDriver:
        keep_driver_away(words, particulars.driver);
        break;
    case Remedy::OfflineCpu:
        take_cpu_offline(words, particulars.cpu, condition);
        break;
    case Remedy::Microcode:
        words.push_back(fmt::format(
            "{}update the microcode ({}) and the firmware; undo any overclocking or "
            "undervolting",
            condition,
            on_each("intel-microcode or amd64-microcode", "microcode_ctl or linux-firmware",
                    "ucode-intel or ucode-amd")));
        break;
    case Remedy::Memory:
        words.push_back(fmt::format(
            "{}run memtest86+ ({}), and replace the module that it names; until then keep the "
            "page out with memmap= on the command line of the kernel",
            condition,
            on_each("apt install memtest86+", "dnf install memtest86+",
                    "zypper install memtest86+")));
        break;
    case Remedy::Hypervisor:
        words.push_back(condition +
                        "update the hypervisor, do not overcommit its CPUs, or move "
                        "the guest to another host");
        break;
    }
}

void add_next(Diagnosis &diagnosis, const Particulars &particulars)
{
    const Advice &entry = advice_on(*diagnosis.bug_class);
    diagnosis.next.push_back(confirmation_text(entry.confirmation, particulars));
    if (entry.more != nullptr)
        diagnosis.next.emplace_back(entry.more);
    const bool for_driver = std::find(entry.remedies.begin(), entry.remedies.end(),
                                      Remedy::OtherDriver) != entry.remedies.end();
    if (for_driver && particulars.driver.empty())
        diagnosis.next.push_back(
            ShellCommand("cryptorture bisect --for 1h").text() +
            ": which drivers and what else it takes; if it is this, one driver is left");
    if (diagnosis.confidence != Confidence::High && diagnosis.candidates.size() > 1) {
        const BugClass second = diagnosis.candidates[1].bug_class;
        diagnosis.next.push_back(
            fmt::format("to rule out {}: {}", name(second),
                        confirmation_text(advice_on(second).confirmation, particulars)));
    }
}

} // namespace

const char *meaning_of(BugClass bug_class)
{
    return advice_on(bug_class).meaning;
}

void advise(Diagnosis &diagnosis)
{
    if (!diagnosis.bug_class) {
        diagnosis.next.push_back(
            ShellCommand("cryptorture run --for 1h --out longer-run").text() +
            ": the records of a longer run tell more; send that folder with a report");
        return;
    }
    const Particulars particulars = particulars_of(diagnosis);
    add_next(diagnosis, particulars);
    const std::string condition = condition_for(diagnosis, particulars);
    for (const auto &remedy : advice_on(*diagnosis.bug_class).remedies)
        if (remedy && diagnosis.confidence >=
                          (of_hardware(*remedy) ? Confidence::High : Confidence::Medium))
            add_remedy(diagnosis.mitigations, *remedy, particulars, condition);
}

} // namespace ct
