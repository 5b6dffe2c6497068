// SPDX-License-Identifier: GPL-2.0-or-later
// cryptorture doctor on machines of all kinds.
#include <algorithm>
#include <array>
#include <filesystem>
#include <sstream>

#include <gtest/gtest.h>

#include "judge/reach.h"
#include "text/doctor.h"
#include "visits.h"

namespace ct::test {

TEST(Doctor, FindsABareServerFit)
{
    Tree tree;
    make_intel(tree);
    const auto [status, object, text] = visit(tree);
    EXPECT_EQ(status, ExitStatus::Clean) << text;
    EXPECT_EQ(object["type"], "doctor");
    EXPECT_TRUE(object["ready"].get<bool>());
    EXPECT_TRUE(object["obstacles"].empty());
    EXPECT_TRUE(object["module"].is_null()); // it can be loaded
    EXPECT_EQ(object["kernel"], "6.12.57+deb12-amd64");
    EXPECT_EQ(object["preemption"], "voluntary");
    EXPECT_EQ(object["hypervisor"], "none");
    EXPECT_TRUE(object["features"]["aes"].get<bool>());
    EXPECT_TRUE(object["features"]["avx512vl"].get<bool>());
    EXPECT_EQ(object["cpus"][1], json::parse(R"({"cpu": 1, "package": 0, "core": 0,
        "siblings": [0], "microcode": "0xd0003f5",
        "model": "Intel(R) Xeon(R) Gold 6354 CPU @ 3.00GHz"})"));
    EXPECT_TRUE(lists(object["can"], "fpu-nested"));
    EXPECT_TRUE(lists(object["can"], "cpu-intermittent"));
    EXPECT_TRUE(lists(object["cannot"], "vcpu-switch"));
    // Names that only other kernels know are noise.
    EXPECT_EQ(find(object, "rfc4106-gcm-vaes"), nullptr) << text;
    EXPECT_TRUE(contains(text, "\nThis machine can show:\n  - whole blocks replaced"));
    EXPECT_TRUE(contains(text, "\nThis machine cannot show:\n"));
    EXPECT_TRUE(
        text.ends_with("\nA run can be started: modprobe cryptorture && cryptorture run\n"))
        << text;
}

TEST(Doctor, AsksTheModuleThatIsLoaded)
{
    Tree tree;
    make_intel(tree);
    tree.loaded();
    const auto [status, object, text] = visit(tree);
    EXPECT_EQ(status, ExitStatus::Clean) << text;
    EXPECT_EQ(object["module"], "0.1.0");
    EXPECT_NE(find(object, "the module can test 2 drivers: cbc-aes-aesni"), nullptr) << text;
    EXPECT_TRUE(text.ends_with("\nA run can be started: cryptorture run\n"));

    // Its own word counts, whatever the version.
    Machine older;
    older.status.fpu_nests = true;
    const json allowed = visit(tree, older, FakeCpuid()).object;
    ASSERT_NE(find(allowed, "softirqs can run inside"), nullptr);
    EXPECT_EQ(find(allowed, "softirqs can run inside")->at("level"), "ok");
    EXPECT_FALSE(lists(allowed["cannot"], "softirqs over a task's FPU section"));
    EXPECT_TRUE(lists(allowed["can"], "async-order"));
    Machine newer;
    for (Driver &driver : newer.drivers)
        driver.async = false;
    newer.status.fpu_nests = false;
    const json told = visit(tree, newer, FakeCpuid()).object;
    EXPECT_TRUE(lists(told["cannot"], "async-order"));
    const json *const nesting = find(told, "softirqs are kept out");
    ASSERT_NE(nesting, nullptr);
    EXPECT_TRUE(contains(nesting->at("what"), "(measured)"));
    EXPECT_TRUE(lists(told["cannot"], "softirqs over a task's FPU section"));

    // No AES-NI among its drivers: then no section of theirs can be damaged.
    for (Driver &driver : newer.drivers)
        driver.simd = false;
    EXPECT_TRUE(lists(visit(tree, newer, FakeCpuid()).object["cannot"],
                      "none of the drivers that the module can test uses AES-NI"));

    // The module's word counts, not that of its file.
    Machine other;
    other.version.module = "0.0.9";
    const auto differs = visit(tree, other, FakeCpuid());
    EXPECT_EQ(differs.object["obstacles"], json::array());
    EXPECT_EQ(differs.object["module"], "0.0.9");
}

TEST(Doctor, TellsWhyTheModuleDoesNotAnswer)
{
    Tree tree;
    make_intel(tree);
    tree.loaded();
    StringOutput out;
    StringOutput err;
    Environment environment{"0.1.0",
                            []() -> Result<std::unique_ptr<Kernel>> {
                                return failure(ErrorKind::NoModule, "cannot talk", "it is gone",
                                               "load it again");
                            },
                            {},
                            out,
                            err,
                            Terminal{},
                            tree.root()};
    const std::array words{"cryptorture", "doctor"};
    EXPECT_EQ(dispatch(2, words.data(), environment), ExitStatus::CouldNotRun);
    EXPECT_TRUE(
        out.text().ends_with("\nA run cannot be started here:\n  - it is gone; do: load "
                             "it again\n"))
        << out.text();
}

TEST(Doctor, NeedsNoRootToTell)
{
    Tree tree;
    make_intel(tree);
    tree.user(false).remove("/proc/1");
    const auto [status, object, text] = visit(tree);
    EXPECT_EQ(status, ExitStatus::CouldNotRun);
    EXPECT_FALSE(object["ready"].get<bool>());
    EXPECT_EQ(object["obstacles"][0]["what"], "CAP_NET_ADMIN is missing");
    EXPECT_EQ(object["obstacles"][0]["action"], "run it as root");
    EXPECT_NE(find(object, "user 1000, without CAP_NET_ADMIN"), nullptr);
    EXPECT_TRUE(object["features"]["aes"].get<bool>());
}

TEST(Doctor, KnowsContainers)
{
    Tree tree;
    make_intel(tree);
    tree.link("/proc/self/ns/user", "user:[4026532221]").link("/proc/self/ns/net", "net:[7]");
    const auto visited = visit(tree);
    EXPECT_EQ(visited.status, ExitStatus::CouldNotRun);
    EXPECT_TRUE(lists(visited.object["obstacles"], "not the initial user namespace"));
    EXPECT_TRUE(lists(visited.object["obstacles"], "not the initial network namespace"));
}

TEST(Doctor, KnowsWhatKeepsAModuleOut)
{
    const auto obstacle = [](const auto &change) {
        Tree tree;
        make_intel(tree);
        change(tree);
        const auto visited = visit(tree);
        EXPECT_EQ(visited.status, ExitStatus::CouldNotRun);
        return visited.object["obstacles"].dump();
    };
    EXPECT_TRUE(contains(obstacle([](Tree &tree) {
                             tree.file("/sys/kernel/security/lockdown",
                                       "none [integrity] confidentiality\n");
                         }),
                         "signed modules only"));
    EXPECT_TRUE(contains(obstacle([](Tree &tree) {
                             tree.file("/sys/module/module/parameters/sig_enforce", "Y\n");
                         }),
                         "signed modules only"));
    EXPECT_TRUE(contains(
        obstacle([](Tree &tree) { tree.file("/proc/sys/kernel/modules_disabled", "1\n"); }),
        "disabled until the next boot"));
    EXPECT_TRUE(contains(obstacle([](Tree &tree) { tree.remove("/lib/modules"); }),
                         "no cryptorture.ko is installed"));
    EXPECT_TRUE(contains(obstacle([](Tree &tree) { tree.remove("/proc/modules"); }),
                         "no loadable modules"));
    EXPECT_TRUE(contains(obstacle([](Tree &tree) {
                             tree.file(
                                 "/lib/modules/6.12.57+deb12-amd64/updates/cryptorture.ko",
                                 std::string("\0vermagic=6.1.0 SMP \0", 20));
                         }),
                         "was built for 6.1.0"));
    EXPECT_TRUE(contains(obstacle([](Tree &tree) {
                             tree.file("/proc/self/status",
                                       "Uid:\t0\t0\t0\t0\nCapEff:\t0000000000001000\n");
                         }),
                         "CAP_SYS_MODULE is missing"));
    // What is signed may be loaded; whether its key is trusted shows then.
    Tree tree;
    make_intel(tree);
    tree.file("/sys/module/module/parameters/sig_enforce", "Y\n");
    tree.module_file("6.12.57+deb12-amd64", "~Module signature appended~\n");
    EXPECT_EQ(visit(tree).status, ExitStatus::Clean);
}

TEST(Doctor, ShoutsAtTheBrokenModule)
{
    Tree tree;
    make_intel(tree);
    tree.loaded().folder("/sys/module/cryptorture_busted");
    const auto [status, object, text] = visit(tree);
    EXPECT_EQ(status, ExitStatus::CouldNotRun);
    const json *const shout = find(object, "IT BREAKS CRYPTO ON PURPOSE");
    ASSERT_NE(shout, nullptr);
    EXPECT_EQ(shout->at("level"), "problem");
}

TEST(Doctor, KnowsTheNewestKernel)
{
    Tree tree;
    make_newest(tree);
    const auto [status, object, text] = visit(tree);
    const json *const independence = find(object, "no AES that avoids AES-NI");
    ASSERT_NE(independence, nullptr) << text;
    EXPECT_EQ(independence->at("topic"), "independence");
    EXPECT_TRUE(contains(independence->at("meaning"), "own scalar reference decides"));
    // What the module has to measure is not concluded from the version.
    const json *const nesting = find(object, "the module measures it");
    ASSERT_NE(nesting, nullptr) << text;
    EXPECT_TRUE(contains(nesting->at("meaning"), "by version, a hint"));
    EXPECT_TRUE(contains(nesting->at("action"), "modprobe cryptorture"));
    EXPECT_FALSE(lists(object["cannot"], "softirqs over a task's FPU section"));
    EXPECT_TRUE(lists(object["can"], "async-order"));
    EXPECT_FALSE(object["ready"].get<bool>()); // no module for it
}

// A distribution may have the newest kernel's crypto under an old number.
TEST(Doctor, KnowsWhatWasTakenOver)
{
    Tree tree;
    make_intel(tree);
    tree.kernel("5.14.0-900.el9.x86_64", "#1 SMP")
        .file("/boot/config-5.14.0-900.el9.x86_64",
              "CONFIG_MODULES=y\n# CONFIG_CRYPTO_AES_NI_INTEL is not set\n"
              "CONFIG_CRYPTO_LIB_AES_ARCH=y\n");
    EXPECT_NE(find(visit(tree).object, "generic AES does not use"), nullptr); // registered
    tree.crypto({"rfc4106-gcm-aesni-avx"});
    const json object = visit(tree).object;
    EXPECT_NE(find(object, "no AES that avoids AES-NI"), nullptr);
    EXPECT_TRUE(lists(object["can"], "fpu-sleep"));
    tree.file("/boot/config-5.14.0-900.el9.x86_64", "CONFIG_MODULES=y\n");
    const json without = visit(tree).object;
    EXPECT_NE(find(without, "an AES that avoids AES-NI is not known"), nullptr);
    EXPECT_TRUE(lists(without["cannot"], "built without CRYPTO_AES_NI_INTEL"));
}

TEST(Doctor, KnowsTheKernelOf2014)
{
    Tree tree;
    make_xen_dom0(tree);
    const auto [status, object, text] = visit(tree, "XenVMMXenVMM");
    EXPECT_EQ(object["hypervisor"], "xen-pv");
    EXPECT_NE(find(object, "Xen's dom0, PV, Xen 4.4.1"), nullptr) << text;
    const json *const place = find(object, "FPU switches go through Xen");
    ASSERT_NE(place, nullptr);
    EXPECT_TRUE(contains(place->at("meaning"), "the corruption of 2014"));
    EXPECT_NE(find(object, "older than 5.10"), nullptr);
}

TEST(Doctor, KnowsWhatAGuestHides)
{
    Tree tree;
    make_kvm_guest(tree);
    const auto [status, object, text] = visit(tree, "KVMKVMKVM");
    EXPECT_EQ(object["hypervisor"], "kvm");
    EXPECT_NE(find(object, "steal time: 4148 ticks"), nullptr);
    EXPECT_TRUE(lists(object["can"], "vcpu-switch"));
    EXPECT_TRUE(lists(object["cannot"], "which real core is sick"));
    const json *const absent = find(object, "cannot have drivers that need");
    ASSERT_NE(absent, nullptr);
    EXPECT_EQ(absent->at("what"),
              "this CPU cannot have drivers that need avx512vl, vaes, vpclmulqdq");

    const auto emulated = visit(tree, "TCGTCGTCGTCG");
    EXPECT_EQ(emulated.object["hypervisor"], "qemu-tcg");
    EXPECT_TRUE(lists(emulated.object["cannot"], "emulated in software"));
    EXPECT_TRUE(contains(find(emulated.object, "TCG")->at("meaning"), "interruptions are few"));
}

// 63ba8422f876 to 52d15521eb75: a count that taking a CPU offline waits for.
TEST(Doctor, AdvisesAgainstHotplugWhereTheSchedulerMiscounts)
{
    for (const auto &[release, level] : {std::pair{"6.1.0-50-amd64", "ok"},
                                         {"6.8.0-31-generic", "note"},
                                         {"6.16.12-amd64", "note"},
                                         {"6.17.0-amd64", "ok"},
                                         {"7.3.4+deb13-amd64", "ok"}}) {
        Tree tree;
        make_intel(tree);
        tree.file("/proc/sys/kernel/osrelease", std::string(release) + "\n");
        const auto visited = visit(tree);
        const json *const finding = find(visited.object, "CPUs that can be taken offline");
        ASSERT_NE(finding, nullptr) << release;
        EXPECT_EQ(finding->at("level"), level) << release;
        EXPECT_EQ(contains(finding->dump(), "52d15521eb75"), level == std::string("note"))
            << release;
    }
}

TEST(Doctor, SaysWhatOneCpuCannot)
{
    Tree tree;
    make_intel(tree);
    tree.remove("/sys/devices/system/cpu");
    Tree::Cpu cpu;
    cpu.flags = "sse sse2 ssse3";
    cpu.microcode = {""};
    cpu.smt = false;
    tree.cpus(cpu);
    const auto [status, object, text] = visit(tree);
    EXPECT_EQ(find(object, "1 CPU online")->at("level"), "warning");
    EXPECT_NE(find(object, "with one CPU nothing can migrate"), nullptr);
    EXPECT_NE(find(object, "no CPU can be taken offline"), nullptr);
    EXPECT_NE(find(object, "the microcode version is not shown"), nullptr);
    EXPECT_TRUE(lists(object["cannot"], "no second CPU to compare"));
    EXPECT_TRUE(lists(object["cannot"], "this CPU has no aes"));
    // Hashes use SIMD all the same.
    const json *const features = find(object, "features: ssse3; not aes");
    ASSERT_NE(features, nullptr) << text;
    EXPECT_TRUE(contains(features->at("meaning"), "only drivers of hashes use SIMD"));
    EXPECT_FALSE(contains(text, "no FPU"));
    EXPECT_TRUE(lists(object["can"], "inside the SIMD code of hashes"));
    EXPECT_EQ(status, ExitStatus::Clean); // a run can be started all the same
}

TEST(Doctor, WarnsOfMixedMicrocode)
{
    Tree tree;
    make_intel(tree);
    EXPECT_EQ(find(visit(tree).object, "mixed microcode"), nullptr);
    tree.file("/sys/devices/system/cpu/cpu3/microcode/version", "0xd000404\n");
    const auto visited = visit(tree);
    const json *const mixed = find(visited.object, "mixed microcode");
    ASSERT_NE(mixed, nullptr);
    EXPECT_EQ(mixed->at("level"), "warning");
    EXPECT_EQ(mixed->at("what"), "mixed microcode: 0xd0003f5 on CPUs 0-2, 0xd000404 on CPUs 3");
}

TEST(Doctor, ReadsTheCommandLine)
{
    Tree tree;
    make_intel(tree);
    tree.file("/proc/cmdline", "root=/dev/sda1 clearcpuid=avx512f noxsave isolcpus=1-3 quiet "
                               "-- nosmt\n");
    const auto visited = visit(tree);
    EXPECT_EQ(find(visited.object, "command line: noxsave")->at("level"), "warning");
    EXPECT_NE(find(visited.object, "command line: clearcpuid=avx512f"), nullptr);
    EXPECT_NE(find(visited.object, "command line: isolcpus=1-3"), nullptr);
    EXPECT_EQ(find(visited.object, "quiet"), nullptr);
    EXPECT_EQ(find(visited.object, "nosmt"), nullptr); // for the first program
}

TEST(Doctor, SaysWhatDoesNothing)
{
    Tree tree;
    make_intel(tree);
    tree.file("/proc/cmdline", "root=/dev/sda1 nofxsr no387 eagerfpu=off\n");
    const json object = visit(tree).object;
    for (const char *const word : {"nofxsr", "no387", "eagerfpu=off"}) {
        const json *const entry = find(object, std::string("command line: ") + word);
        ASSERT_NE(entry, nullptr) << word;
        EXPECT_EQ(entry->at("level"), "ok") << word;
        EXPECT_TRUE(contains(entry->at("meaning"), "does nothing")) << word;
    }
}

TEST(Doctor, TellsFipsMode)
{
    Tree tree;
    make_intel(tree);
    EXPECT_EQ(find(visit(tree).object, "fips"), nullptr);
    tree.file("/proc/sys/crypto/fips_enabled", "0\n");
    EXPECT_EQ(find(visit(tree).object, "fips"), nullptr);
    tree.file("/proc/sys/crypto/fips_enabled", "1\n");
    json object = visit(tree).object;
    ASSERT_NE(find(object, "FIPS mode is on"), nullptr);
    EXPECT_TRUE(contains(find(object, "FIPS mode is on")->at("meaning"), "panics"));
    // Newer kernels have no such mode.
    tree.remove("/proc/sys/crypto/fips_enabled").file("/proc/cmdline", "fips=1\n");
    object = visit(tree).object;
    EXPECT_EQ(find(object, "FIPS mode is on"), nullptr);
    EXPECT_NE(find(object, "this kernel has no FIPS mode"), nullptr);
}

TEST(Doctor, KnowsBochs)
{
    Tree tree;
    make_intel(tree);
    Tree::Cpu cpu;
    cpu.flags = "sse sse2 ssse3 aes pclmulqdq xsave avx avx2";
    cpu.microcode.assign(2, "0x0");
    tree.cpus(cpu)
        .file("/sys/class/dmi/id/sys_vendor", "Bochs\n")
        .file("/sys/class/dmi/id/product_name", "Bochs\n");
    const auto [status, object, text] = visit(tree);
    EXPECT_EQ(object["hypervisor"], "bochs");
    EXPECT_TRUE(lists(object["cannot"], "emulated in software"));
    // Version 0 is nothing that a CPU has.
    EXPECT_NE(find(object, "the microcode version is not shown"), nullptr) << text;
    EXPECT_FALSE(contains(text, "microcode 0x0"));
    // Old QEMU has the firmware of Bochs, but says what it is.
    EXPECT_EQ(visit(tree, "KVMKVMKVM").object["hypervisor"], "kvm");
}

TEST(Doctor, TellsMitigations)
{
    Tree tree;
    make_intel(tree);
    tree.file("/sys/devices/system/cpu/vulnerabilities/gather_data_sampling",
              "Vulnerable: No microcode\n");
    const auto visited = visit(tree);
    EXPECT_EQ(find(visited.object, "gather_data_sampling: Vulnerable")->at("level"), "warning");
    EXPECT_EQ(find(visited.object, "spectre_v2: Mitigation")->at("level"), "ok");
    EXPECT_NE(find(visited.object, "not affected: meltdown"), nullptr);
}

TEST(Doctor, SurvivesAMachineWithoutFiles)
{
    Machine machine;
    const FakeCpuid cpuid("", std::nullopt);
    const Tree empty;
    const auto [status, object, text] = visit(empty, machine, cpuid);
    EXPECT_EQ(status, ExitStatus::CouldNotRun);
    EXPECT_TRUE(object["kernel"].is_null());
    EXPECT_EQ(object["preemption"], "unknown");
    EXPECT_NE(find(object, "the CPU's features cannot be read"), nullptr);
    EXPECT_NE(find(object, "the kernel's release cannot be read"), nullptr);
    EXPECT_NE(find(object, "/proc/crypto cannot be read"), nullptr);

    Tree garbled;
    make_intel(garbled);
    for (const auto &entry : std::filesystem::recursive_directory_iterator(garbled.root()))
        if (entry.is_regular_file() && !entry.is_symlink())
            garbled.file(entry.path().string().substr(garbled.root().size()),
                         std::string("\xff\0\x1b[2J = : ,,-(\n\t[:\n", 20));
    const auto mad = visit(garbled, machine, cpuid);
    EXPECT_EQ(mad.status, ExitStatus::CouldNotRun);
    EXPECT_FALSE(contains(mad.text, "\033")); // nothing for a terminal to obey
}

TEST(Reach, IsWiderWithCallers)
{
    Tree tree;
    make_intel(tree);
    const Host host = read_host(tree.source(), FakeCpuid("", 7));
    const Reach without = reach_of(host, false);
    const Reach with = reach_of(host, true);
    const auto shows = [](const Reach &reach, const std::string &part) {
        return std::any_of(reach.can.begin(), reach.can.end(),
                           [&](const std::string &what) { return contains(what, part); });
    };
    EXPECT_FALSE(shows(without, "fpu-user-clobber"));
    EXPECT_TRUE(shows(with, "fpu-user-clobber"));
    EXPECT_TRUE(shows(with, "in x87, SSE, AVX"));
    EXPECT_TRUE(shows(with, "regfile-leak"));
}

TEST(DoctorText, IsLaidOut)
{
    const std::string text = doctor_text(sample_examination(), DoctorOptions());
    EXPECT_EQ(text, "CPU\n"
                    "  ok       a fact\n"
                    "\n"
                    "Nesting in FPU sections\n"
                    "  note     another\n"
                    "           so: it means this\n"
                    "           do: do that\n"
                    "\n"
                    "Known bugs\n"
                    "  warning  a bug\n"
                    "           class: fpu-nested\n"
                    "           so: bad\n"
                    "           do: update\n"
                    "\n"
                    "This machine can show:\n"
                    "  - this\n"
                    "\n"
                    "This machine cannot show:\n"
                    "  - that, because it is not there\n"
                    "\n"
                    "A run cannot be started here:\n"
                    "  - no permission; do: run it as root\n");
}

TEST(DoctorText, KeepsToTheTerminal)
{
    Examination sample = sample_examination();
    sample.findings[0].what = std::string(200, 'x') + " and some words that are many";
    sample.findings[0].meaning.assign(60, ' ');
    sample.findings[1].what = "word word word word word word word word word word word word";
    DoctorOptions options;
    options.columns = 40;
    std::istringstream text(doctor_text(sample, options));
    for (std::string line; std::getline(text, line);)
        EXPECT_TRUE(line.size() <= 40 || contains(line, "xxx")) << line;
    options.colour = true;
    EXPECT_TRUE(contains(doctor_text(sample, options), "  \033[33mwarning\033[0m  a bug"));
}

} // namespace ct::test