// SPDX-License-Identifier: GPL-2.0-or-later
#include "machines.h"

#include <cstdlib>
#include <cstring>
#include <fstream>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "judge/examine.h"

namespace ct::test {

namespace {

namespace fs = std::filesystem;

constexpr auto intel_flags =
    "fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov pat pse36 clflush mmx fxsr "
    "sse sse2 ht syscall nx rdtscp lm constant_tsc pni pclmulqdq ssse3 fma cx16 sse4_1 sse4_2 "
    "x2apic movbe popcnt aes xsave avx f16c rdrand lahf_lm abm bmi1 avx2 smep bmi2 erms "
    "avx512f "
    "avx512dq rdseed adx smap avx512bw avx512vl xsaveopt xsavec xgetbv1 xsaves gfni vaes "
    "vpclmulqdq sha_ni";
constexpr auto zen2_flags = "fpu sse sse2 ht pni pclmulqdq ssse3 fma cx16 sse4_1 sse4_2 aes "
                            "xsave avx f16c avx2 sha_ni xsaveopt xsavec xgetbv1 xsaves clzero";
constexpr auto old_flags = "fpu sse sse2 pni pclmulqdq ssse3 cx16 sse4_1 sse4_2 aes xsave avx "
                           "hypervisor";

void list(Tree &tree, const std::string &first, const std::vector<std::string> &states)
{
    for (const std::string &state : states)
        tree.file(first + state.substr(0, state.find('=')), state.substr(state.find('=') + 1));
}

void vulnerabilities(Tree &tree, const std::vector<std::string> &states)
{
    list(tree, "/sys/devices/system/cpu/vulnerabilities/", states);
}

void dmi(Tree &tree, const std::string &vendor, const std::string &product)
{
    tree.file("/sys/class/dmi/id/sys_vendor", vendor + "\n");
    tree.file("/sys/class/dmi/id/product_name", product + "\n");
}

} // namespace

Tree::Tree()
{
    std::string name = fs::temp_directory_path() / "cryptorture-machine.XXXXXX";
    if (mkdtemp(name.data()) == nullptr)
        ADD_FAILURE() << "cannot make " << name;
    root_ = name;
}

Tree::~Tree()
{
    std::error_code error;
    fs::remove_all(root_, error);
}

Tree &Tree::file(const std::string &path, const std::string &content)
{
    const fs::path place = root_ + path;
    fs::create_directories(place.parent_path());
    std::ofstream(place, std::ios::binary) << content;
    return *this;
}

Tree &Tree::link(const std::string &path, const std::string &target)
{
    const fs::path place = root_ + path;
    fs::create_directories(place.parent_path());
    fs::remove(place);
    fs::create_symlink(target, place);
    return *this;
}

Tree &Tree::folder(const std::string &path)
{
    fs::create_directories(root_ + path);
    return *this;
}

Tree &Tree::remove(const std::string &path)
{
    fs::remove_all(root_ + path);
    return *this;
}

Tree &Tree::kernel(const std::string &release, const std::string &version,
                   const std::string &command_line)
{
    file("/proc/sys/kernel/osrelease", release + "\n");
    file("/proc/sys/kernel/version", version + "\n");
    file("/proc/sys/kernel/modules_disabled", "0\n");
    file("/proc/cmdline",
         "BOOT_IMAGE=/vmlinuz-" + release + " root=/dev/sda1 ro " + command_line + "\n");
    file("/proc/modules", "ext4 937984 1 - Live 0x0000000000000000\n");
    file("/proc/meminfo", "MemTotal:       16000000 kB\nMemFree:         100000 kB\n"
                          "MemAvailable:   12000000 kB\n");
    file("/proc/stat", "cpu  100 0 50 9000 10 0 5 0 0 0\ncpu0 100 0 50 9000 10 0 5 0 0 0\n");
    return file("/sys/module/module/parameters/sig_enforce", "N\n");
}

Tree &Tree::cpus(const Cpu &cpu)
{
    std::string info;
    const std::size_t count = cpu.microcode.size();
    for (std::size_t place = 0; place < count; ++place) {
        info += fmt::format("processor\t: {}\nvendor_id\t: {}\ncpu family\t: {}\n"
                            "model\t\t: {}\nmodel name\t: {}\nstepping\t: {}\n",
                            place, cpu.vendor, cpu.family, cpu.number, cpu.model, cpu.stepping);
        if (!cpu.microcode[place].empty())
            info += fmt::format("microcode\t: {}\n", cpu.microcode[place]);
        const std::size_t core = cpu.smt ? place / 2 : place;
        info += fmt::format("physical id\t: 0\ncore id\t\t: {}\nflags\t\t: {}\nbugs\t\t:\n"
                            "bogomips\t: 6000.00\n\n",
                            core, cpu.flags);
        const std::string folder = fmt::format("/sys/devices/system/cpu/cpu{}/", place);
        file(folder + "topology/physical_package_id", "0\n");
        file(folder + "topology/core_id", fmt::format("{}\n", core));
        file(folder + "topology/thread_siblings_list",
             cpu.smt ? fmt::format("{}-{}\n", place & ~1U, place | 1U)
                     : fmt::format("{}\n", place));
        if (place > 0)
            file(folder + "online", "1\n");
    }
    file("/proc/cpuinfo", info);
    file("/sys/devices/system/cpu/online",
         count > 1 ? fmt::format("0-{}\n", count - 1) : std::string("0\n"));
    file("/sys/devices/system/cpu/offline", "\n");
    return file("/sys/devices/system/cpu/smt/control", cpu.smt ? "on\n" : "notsupported\n");
}

Tree &Tree::user(bool root)
{
    file("/proc/self/status",
         root ? "Name:\tcryptorture\nUid:\t0\t0\t0\t0\nCapPrm:\t000001ffffffffff\n"
                "CapEff:\t000001ffffffffff\n"
              : "Name:\tcryptorture\nUid:\t1000\t1000\t1000\t1000\n"
                "CapPrm:\t0000000000000000\nCapEff:\t0000000000000000\n");
    file("/proc/self/uid_map", "         0          0 4294967295\n");
    link("/proc/self/ns/user", "user:[4026531837]");
    link("/proc/self/ns/net", "net:[4026531840]");
    if (root)
        link("/proc/1/ns/net", "net:[4026531840]");
    return *this;
}

Tree &Tree::crypto(const std::vector<std::string> &drivers)
{
    std::string text;
    for (const std::string &driver : drivers) {
        const bool internal = driver.starts_with("__");
        const bool async = driver == "rfc4106-gcm-aesni" || driver == "cbc-aes-aesni";
        text += fmt::format("name         : {}\ndriver       : {}\nmodule       : aesni_intel\n"
                            "priority     : 400\nrefcnt       : 1\nselftest     : passed\n"
                            "internal     : {}\ntype         : skcipher\nasync        : {}\n"
                            "blocksize    : 16\n\n",
                            driver.find("gcm") != std::string::npos ? "gcm(aes)" : "cbc(aes)",
                            driver, internal ? "yes" : "no", async ? "yes" : "no");
    }
    return file("/proc/crypto", text);
}

Tree &Tree::module_file(const std::string &release, const std::string &tail,
                        const std::string &version)
{
    std::string content = "\x7f"
                          "ELF";
    content += '\0';
    content += "license=GPL";
    content += '\0';
    content += "version=" + version;
    content += '\0';
    content += "srcversion=0123456789ABCDEF0123456";
    content += '\0';
    content += "vermagic=" + release + " SMP preempt mod_unload modversions ";
    content += '\0';
    return file("/lib/modules/" + release + "/updates/dkms/cryptorture.ko", content + tail);
}

Tree &Tree::loaded(const std::string &version)
{
    return file("/sys/module/cryptorture/version", version + "\n");
}

void make_intel(Tree &tree)
{
    Tree::Cpu cpu;
    cpu.flags = intel_flags;
    cpu.microcode.assign(4, "0xd0003f5");
    const std::string release = "6.12.57+deb12-amd64";
    tree.cpus(cpu)
        .kernel(release, "#1 SMP PREEMPT_DYNAMIC Debian 6.12.57-1~bpo12+1 (2025-11-17)")
        .user(true)
        .crypto({"rfc4106-gcm-aesni-avx", "cbc-aes-aesni", "aes-generic"})
        .module_file(release);
    tree.file(
        "/boot/config-" + release,
        "CONFIG_MODULES=y\nCONFIG_HZ=250\nCONFIG_HIGH_RES_TIMERS=y\n"
        "CONFIG_PREEMPT_DYNAMIC=y\nCONFIG_PREEMPT_VOLUNTARY=y\n# CONFIG_PREEMPT is not set\n"
        "CONFIG_CRYPTO_AES_NI_INTEL=m\nCONFIG_CRYPTO_CRYPTD=m\nCONFIG_CRYPTO_PCRYPT=m\n"
        "CONFIG_CRYPTO_MANAGER_DISABLE_TESTS=y\nCONFIG_MODULE_SIG=y\n");
    tree.file("/sys/kernel/security/lockdown", "[none] integrity confidentiality\n");
    dmi(tree, "Dell Inc.", "PowerEdge R650");
    vulnerabilities(tree,
                    {"meltdown=Not affected", "gather_data_sampling=Mitigation: Microcode",
                     "spectre_v2=Mitigation: Enhanced / Automatic IBRS"});
}

void make_zen2(Tree &tree)
{
    Tree::Cpu cpu;
    cpu.vendor = "AuthenticAMD";
    cpu.model = "AMD EPYC 7302P 16-Core Processor";
    cpu.family = 23;
    cpu.number = 49;
    cpu.stepping = 0;
    cpu.flags = zen2_flags;
    cpu.microcode.assign(2, "0x8301055");
    tree.cpus(cpu)
        .kernel("6.1.0-9-amd64", "#1 SMP PREEMPT_DYNAMIC Debian 6.1.27-1 (2023-05-08)")
        .user(true)
        .crypto({"rfc4106-gcm-aesni", "cbc-aes-aesni", "aes-generic"});
}

void make_xen_dom0(Tree &tree)
{
    Tree::Cpu cpu;
    cpu.model = "Intel(R) Xeon(R) CPU E5-2620 0 @ 2.00GHz";
    cpu.number = 45;
    cpu.stepping = 7;
    cpu.flags = old_flags;
    cpu.microcode.assign(2, "0x710");
    tree.cpus(cpu)
        .kernel("3.14.1", "#1 SMP Wed Apr 16 12:00:00 UTC 2014")
        .user(true)
        .crypto({"__cbc-aes-aesni", "cbc-aes-aesni", "aes-generic"});
    tree.file("/sys/hypervisor/type", "xen\n");
    tree.file("/sys/hypervisor/version/major", "4\n");
    tree.file("/sys/hypervisor/version/minor", "4\n");
    tree.file("/sys/hypervisor/version/extra", ".1\n");
    tree.file("/proc/xen/capabilities", "control_d\n");
    dmi(tree, "Dell Inc.", "PowerEdge R420");
}

void make_kvm_guest(Tree &tree)
{
    Tree::Cpu cpu;
    cpu.model = "Intel Xeon Processor (Skylake, IBRS)";
    cpu.number = 85;
    cpu.flags = std::string(old_flags) + " avx2";
    cpu.microcode.assign(2, "0x1");
    cpu.smt = false;
    tree.cpus(cpu)
        .kernel("5.4.0-26-generic", "#30-Ubuntu SMP Mon Apr 20 16:58:30 UTC 2020")
        .user(false)
        .crypto({"cbc-aes-aesni", "aes-generic"});
    tree.file("/proc/version_signature", "Ubuntu 5.4.0-26.30-generic 5.4.30\n");
    tree.file("/proc/stat", "cpu  100 0 50 9000 10 0 5 4148 0 0\n");
    tree.file("/sys/devices/system/clockevents/clockevent0/current_device", "lapic-deadline\n");
    dmi(tree, "QEMU", "Standard PC (Q35 + ICH9, 2009)");
}

void make_newest(Tree &tree)
{
    make_intel(tree);
    tree.kernel("7.3.4+deb13-amd64",
                "#1 SMP PREEMPT_DYNAMIC Debian 7.3.4-1~bpo13+1 (2026-11-02)")
        .crypto({"rfc4106-gcm-aesni-avx", "rfc4106-gcm-aes-lib", "cbc-aes-lib"});
}

std::optional<CpuidLeaf> FakeCpuid::leaf(std::uint32_t number) const
{
    CpuidLeaf leaf;
    if (number == 1 && !signature_.empty())
        leaf.ecx = 1U << 31U;
    if (number == 1 && aes_)
        leaf.ecx |= 1U << 25U;
    if (number == 0x40000000) {
        std::string text = signature_;
        text.resize(12);
        std::memcpy(&leaf.ebx, text.data(), 4);
        std::memcpy(&leaf.ecx, text.data() + 4, 4);
        std::memcpy(&leaf.edx, text.data() + 8, 4);
    }
    return leaf;
}

Examination examination_of(const Tree &tree, const std::string &signature)
{
    const Source source = tree.source();
    return examine(read_host(source, FakeCpuid(signature)), source, Known{"0.1.0", false});
}

const Finding *finding(const Findings &findings, const std::string &part)
{
    for (const Finding &entry : findings)
        if (entry.what.find(part) != std::string::npos)
            return &entry;
    return nullptr;
}

std::string told(const Findings &findings)
{
    std::string text;
    for (const Finding &entry : findings)
        text += fmt::format("{}: {} | {}\n", name(entry.level), entry.what, entry.meaning);
    return text;
}

Examination sample_examination()
{
    Examination sample;
    sample.program = "0.1.0";
    sample.module = "0.1.0";
    sample.kernel = "6.1.0-56-amd64";
    sample.preemption = "voluntary";
    sample.hypervisor = "xen-pv";
    sample.features = {{"aes", true}, {"vaes", false}};
    sample.cpus = {{0, 0, 0, {1}, "0xf0", "A CPU"},
                   {1, std::nullopt, std::nullopt, {}, "", ""}};
    tell(sample.findings, Topic::Cpu, Level::Ok, "a fact");
    tell(sample.findings, Topic::Nesting, Level::Note, "another", "it means this", "do that");
    sample.findings.push_back({Topic::KnownBugs,
                               Level::Warning,
                               "a bug",
                               "bad",
                               "update",
                               {BugClass::FpuNested},
                               "CVE-2015-3331"});
    sample.can = {"this"};
    sample.cannot = {{"that", "it is not there"}};
    sample.obstacles = {{"no permission", "run it as root"}};
    return sample;
}

} // namespace ct::test
