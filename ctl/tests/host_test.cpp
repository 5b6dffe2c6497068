// SPDX-License-Identifier: GPL-2.0-or-later
// Reading a machine: from its files, whole, missing and garbled.
#include "judge/host.h"

#include <algorithm>
#include <string_view>

#include <gtest/gtest.h>
#include <zlib.h>

extern "C" {
#include "packet/algorithm.h"
}

#include "facts/words.h"
#include "judge/nesting.h"
#include "machines.h"
#include "outcome.h"

namespace ct::test {

namespace {

Preemption preemption_of(const Tree &tree)
{
    const Source source = tree.source();
    const Release release = read_release(source);
    return read_preemption(source, release, read_kernel_config(source, release),
                           read_command_line(source));
}

Hypervisor hypervisor_of(const Tree &tree, const std::string &signature = "")
{
    const Source source = tree.source();
    return read_hypervisor(source, read_cpus(source), FakeCpuid(signature));
}

} // namespace

TEST(Words, TakesApartWhatTheKernelWrites)
{
    EXPECT_EQ(trimmed(" \t a b\n"), "a b");
    EXPECT_EQ(trimmed(" \n"), "");
    EXPECT_EQ(split(" a,, b ,", ','), (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(number("0x1f"), 31U);
    EXPECT_EQ(number("18446744073709551615"), UINT64_MAX);
    for (const char *text : {"", "0x", "-1", "1 ", "18446744073709551616", "x"})
        EXPECT_FALSE(number(text)) << text;
    EXPECT_EQ(cpus_of("0-2,5"), (std::vector<std::uint32_t>{0, 1, 2, 5}));
    for (const char *text : {"", "x", "3-1", "0-", "0-99999999999"})
        EXPECT_TRUE(cpus_of(text).empty()) << text;
}

TEST(Source, TellsMissingFromForbidden)
{
    Tree tree;
    tree.file("/a/b", "one\ntwo\n").folder("/a/c");
    const Source source = tree.source();
    EXPECT_EQ(source.read("/a/b"), "one\ntwo\n");
    EXPECT_EQ(source.line("/a/b"), "one");
    EXPECT_EQ(source.read("/a/x").error().kind, ErrorKind::NotFound);
    EXPECT_EQ(source.read("/a/b/x").error().kind, ErrorKind::NotFound);
    EXPECT_FALSE(source.read("/a/c")); // a folder
    EXPECT_EQ(source.list("/a"), (std::vector<std::string>{"b", "c"}));
    EXPECT_TRUE(source.list("/x").empty());
    EXPECT_FALSE(source.link("/a/b"));
}

TEST(Cpus, AreIdentifiedForReports)
{
    Tree tree;
    make_intel(tree);
    tree.file("/sys/devices/system/cpu/cpu3/microcode/version", "0xd000404\n");
    const auto identities = read_cpu_identities(tree.source());
    ASSERT_EQ(identities.size(), 4U);
    EXPECT_EQ(identities[2].cpu, 2U);
    EXPECT_EQ(identities[2].package, 0U);
    EXPECT_EQ(identities[2].core, 1U);
    EXPECT_EQ(identities[2].siblings, std::vector<std::uint32_t>{3});
    EXPECT_EQ(identities[2].microcode, "0xd0003f5");
    EXPECT_EQ(identities[3].microcode, "0xd000404"); // loaded later than the boot
    EXPECT_EQ(identities[2].model, "Intel(R) Xeon(R) Gold 6354 CPU @ 3.00GHz");
}

TEST(Cpus, AreReadWithoutSys)
{
    Tree tree;
    make_intel(tree);
    tree.remove("/sys");
    const Cpus cpus = read_cpus(tree.source());
    EXPECT_EQ(cpus.vendor, "GenuineIntel");
    EXPECT_EQ(cpus.family, 6U);
    EXPECT_EQ(cpus.model_number, 106U);
    EXPECT_TRUE(cpus.has("avx512vl"));
    EXPECT_EQ(cpus.online, (std::vector<std::uint32_t>{0, 1, 2, 3}));
    ASSERT_EQ(cpus.identities.size(), 4U);
    EXPECT_EQ(cpus.identities[3].core, 1U);
}

TEST(Cpus, SurviveGarbledFiles)
{
    Tree tree;
    std::string info = "processor : \n:::\nmodel?name : x\nprocessor : 99999999999999999999\n"
                       "flags\nprocessor: 7\n";
    info[info.find('?')] = '\0';
    tree.file("/proc/cpuinfo", info);
    tree.file("/sys/devices/system/cpu/online", "garbage");
    const Cpus cpus = read_cpus(tree.source());
    ASSERT_EQ(cpus.identities.size(), 1U);
    EXPECT_EQ(cpus.identities[0].cpu, 7U);
    EXPECT_TRUE(cpus.flags.empty());
    EXPECT_TRUE(read_cpus(Source("/nonexistent")).identities.empty());
}

TEST(Cpus, CountAsOfflineWhatIsThere)
{
    Tree tree;
    make_intel(tree);
    tree.file("/sys/devices/system/cpu/online", "0-2\n");
    tree.file("/sys/devices/system/cpu/offline", "3,4-127\n"); // those could be plugged in
    EXPECT_EQ(read_cpus(tree.source()).offline, std::vector<std::uint32_t>{3});
}

TEST(Registers, AreThoseThatTheKernelEnables)
{
    Tree tree;
    make_intel(tree);
    const Cpus cpus = read_cpus(tree.source());
    EXPECT_EQ(read_registers(cpus, FakeCpuid("", 0x2e7)).names(), "x87, SSE, AVX, AVX-512");
    EXPECT_EQ(read_registers(cpus, FakeCpuid("", 0x67)).names(), "x87, SSE, AVX");
    EXPECT_EQ(read_registers(cpus, FakeCpuid("", 3)).names(), "x87, SSE");
    const auto guessed = read_registers(cpus, FakeCpuid("", std::nullopt));
    EXPECT_EQ(guessed.names(), "x87, SSE, AVX, AVX-512");
    EXPECT_FALSE(guessed.known);
    // What this machine really enables can be read without a fault.
    EXPECT_TRUE(real_cpuid().leaf(0).has_value());
    (void)real_cpuid().xcr0();
    (void)real_cpuid().hypervisor_signature();
}

TEST(Release, FindsTheStableVersion)
{
    const auto base = [](const std::string &release, const std::string &version) {
        Tree tree;
        tree.kernel(release, version);
        const Release result = read_release(tree.source());
        return result.base.text() + (result.patch ? "" : "?");
    };
    EXPECT_EQ(base("6.1.0-56-amd64", "#1 SMP PREEMPT_DYNAMIC Debian 6.1.192-1 (2026-10-01)"),
              "6.1.192");
    EXPECT_EQ(base("6.18.44-fc", "#1 SMP"), "6.18.44");
    EXPECT_EQ(base("4.18.0-553.el8.x86_64", "#1 SMP"), "4.18?");
    EXPECT_EQ(base("5.19.0-rc1", "#1 SMP"), "5.19?");
    EXPECT_EQ(base("7.3", "#1 SMP"), "7.3?");
    // A version of something else is none of it.
    EXPECT_EQ(base("6.1.0-1-amd64", "#1 SMP Debian 12.2.0-14"), "6.1?");
    for (const char *text : {"", "x", "6", "six.one"}) {
        Tree tree;
        tree.kernel(text, "");
        EXPECT_FALSE(read_release(tree.source()).known()) << text;
    }
    Tree ubuntu;
    make_kvm_guest(ubuntu);
    EXPECT_EQ(read_release(ubuntu.source()).base.text(), "5.4.30");
}

TEST(KernelConfig, IsReadFromAnyPlace)
{
    Tree tree;
    make_intel(tree);
    Release release = read_release(tree.source());
    KernelConfig config = read_kernel_config(tree.source(), release);
    EXPECT_EQ(config.path(), "/boot/config-6.12.57+deb12-amd64");
    EXPECT_TRUE(config.on("CRYPTO_AES_NI_INTEL"));
    EXPECT_TRUE(config.off("PREEMPT"));
    EXPECT_EQ(config.value("HZ"), "250");

    tree.folder("/proc");
    const gzFile packed = gzopen((tree.root() + "/proc/config.gz").c_str(), "wb");
    ASSERT_NE(packed, nullptr);
    gzputs(packed, "#\n# Linux\n#\nCONFIG_HZ=1000\n");
    gzclose(packed);
    config = read_kernel_config(tree.source(), release);
    EXPECT_EQ(config.path(), "/proc/config.gz");
    EXPECT_EQ(config.value("HZ"), "1000");

    tree.file("/proc/config.gz", "this is not gzip");
    EXPECT_EQ(read_kernel_config(tree.source(), release).value("HZ"), "250");
    tree.remove("/boot").file("/proc/config.gz", "");
    config = read_kernel_config(tree.source(), release);
    EXPECT_FALSE(config.known());
    EXPECT_FALSE(config.value("HZ"));
    EXPECT_FALSE(config.on("HZ") || config.off("HZ"));
}

TEST(Preemption, IsWhatIsInForce)
{
    Tree tree;
    make_intel(tree);
    EXPECT_EQ(preemption_of(tree).model, PreemptionModel::Voluntary); // as built
    EXPECT_TRUE(preemption_of(tree).dynamic);
    tree.file("/proc/cmdline", "preempt=none quiet preempt=full\n");
    EXPECT_EQ(preemption_of(tree).model, PreemptionModel::Full);
    tree.file("/sys/kernel/debug/sched/preempt", "none (voluntary) full lazy\n");
    EXPECT_EQ(preemption_of(tree).model, PreemptionModel::Voluntary); // switched since
    tree.file("/sys/kernel/debug/sched/preempt", "none voluntary\n");
    EXPECT_EQ(preemption_of(tree).model, PreemptionModel::Full);

    // Without PREEMPT_DYNAMIC the command line is not heard.
    Tree fixed;
    fixed.kernel("5.10.0", "#1 SMP", "preempt=full");
    EXPECT_EQ(preemption_of(fixed).model, PreemptionModel::Unknown);
    fixed.kernel("5.10.0", "#1 SMP PREEMPT Mon");
    EXPECT_EQ(preemption_of(fixed).model, PreemptionModel::Full);
    fixed.kernel("5.10.0", "#1 SMP PREEMPT_RT Mon");
    EXPECT_EQ(preemption_of(fixed).model, PreemptionModel::RealTime);
    EXPECT_EQ(preemption_of(Tree()).model, PreemptionModel::Unknown);
}

TEST(Nesting, IsAsMeasuredWhateverTheVersion)
{
    const auto nesting = [](const std::string &release, std::optional<bool> measured,
                            const std::string &version = "#1 SMP") {
        Tree tree;
        tree.kernel(release, version);
        Module module;
        module.fpu_nests = measured;
        return nesting_of(module, read_release(tree.source()));
    };
    for (const char *const release : {"5.10.0-46-amd64", "5.14.0-570.el9", "7.3.4", "?"}) {
        EXPECT_EQ(nesting(release, true), Nesting::Allowed) << release;
        EXPECT_EQ(nesting(release, false), Nesting::KeptOut) << release;
        EXPECT_EQ(nesting(release, std::nullopt), Nesting::Unknown) << release;
    }
    EXPECT_EQ(nesting("6.1.0-1-rt-amd64", std::nullopt, "#1 SMP PREEMPT_RT Debian"),
              Nesting::KeptOut);
}

TEST(Hypervisor, IsNamed)
{
    Tree bare;
    make_intel(bare);
    EXPECT_EQ(hypervisor_of(bare).kind, HypervisorKind::None);
    EXPECT_EQ(hypervisor_of(bare, "VMwareVMware").kind, HypervisorKind::Vmware);
    EXPECT_EQ(hypervisor_of(bare, "Microsoft Hv").kind, HypervisorKind::HyperV);
    EXPECT_EQ(hypervisor_of(bare, "TCGTCGTCGTCG").kind, HypervisorKind::QemuTcg);
    EXPECT_EQ(hypervisor_of(bare, "bhyve bhyve ").kind, HypervisorKind::Other);

    Tree kvm;
    make_kvm_guest(kvm);
    const Hypervisor guest = hypervisor_of(kvm, "KVMKVMKVM");
    EXPECT_EQ(guest.kind, HypervisorKind::Kvm);
    EXPECT_EQ(guest.steal_ticks, 4148U);
    EXPECT_EQ(guest.clock_event, "lapic-deadline");
    EXPECT_EQ(guest.product, "QEMU Standard PC (Q35 + ICH9, 2009)");
    // The CPU's flag alone says that there is one.
    EXPECT_EQ(hypervisor_of(kvm).kind, HypervisorKind::Other);
}

TEST(Hypervisor, TellsXenApart)
{
    Tree tree;
    make_xen_dom0(tree); // so old that it does not tell the kind of guest
    Hypervisor xen = hypervisor_of(tree);
    EXPECT_EQ(xen.kind, HypervisorKind::XenPv);
    EXPECT_TRUE(xen.dom0);
    ASSERT_TRUE(xen.xen.has_value());
    EXPECT_EQ(xen.xen->text(), "4.4.1");
    tree.file("/proc/xen/capabilities", "");
    EXPECT_EQ(hypervisor_of(tree).kind, HypervisorKind::XenHvm);
    EXPECT_FALSE(hypervisor_of(tree).dom0);
    // Where nobody mounted /proc/xen.
    tree.file("/sys/hypervisor/properties/features", "000228f0\n");
    EXPECT_TRUE(hypervisor_of(tree).dom0);
    EXPECT_EQ(hypervisor_of(tree).kind, HypervisorKind::XenPv);
    tree.file("/sys/hypervisor/properties/features", "000220f0\n");
    EXPECT_FALSE(hypervisor_of(tree).dom0);
    for (const auto &[word, kind] :
         {std::pair("PV", HypervisorKind::XenPv), std::pair("PVH", HypervisorKind::XenPvh),
          std::pair("HVM", HypervisorKind::XenHvm)}) {
        tree.file("/sys/hypervisor/guest_type", std::string(word) + "\n");
        EXPECT_EQ(hypervisor_of(tree).kind, kind);
    }
}

TEST(Permission, IsReadFromTheProcess)
{
    Tree tree;
    tree.user(true);
    Permission mine = read_permission(tree.source());
    EXPECT_EQ(mine.user, 0U);
    EXPECT_TRUE(mine.net_admin && mine.sys_module && mine.user_namespace);
    EXPECT_EQ(mine.net_namespace, true);
    // A container's root: all capabilities, but of its own namespaces.
    tree.link("/proc/self/ns/user", "user:[4026532221]").link("/proc/self/ns/net", "net:[7]");
    mine = read_permission(tree.source());
    EXPECT_FALSE(mine.user_namespace);
    EXPECT_EQ(mine.net_namespace, false);
    tree.remove("/proc/self/ns").file("/proc/self/uid_map", "0 100000 65536\n");
    EXPECT_FALSE(read_permission(tree.source()).user_namespace);
    // CAP_NET_ADMIN alone
    tree.file("/proc/self/status", "Uid:\t0\t1000\t0\t0\nCapEff:\t0000000000001000\n");
    mine = read_permission(tree.source());
    EXPECT_EQ(mine.user, 1000U); // the effective one
    EXPECT_TRUE(mine.net_admin);
    EXPECT_FALSE(mine.sys_module);

    Tree other;
    other.user(false);
    mine = read_permission(other.source());
    EXPECT_FALSE(mine.net_admin || mine.net_namespace);
    EXPECT_FALSE(read_permission(Source("/nonexistent")).net_admin);
}

TEST(Module, IsFoundAndUnderstood)
{
    Tree tree;
    make_intel(tree);
    const auto read = [&tree] {
        const Source source = tree.source();
        const Release release = read_release(source);
        return read_module(source, release, read_kernel_config(source, release),
                           read_command_line(source));
    };
    Module module = read();
    EXPECT_FALSE(module.loaded || module.must_be_signed() || module.disabled || module.busted);
    EXPECT_EQ(module.file, "/lib/modules/6.12.57+deb12-amd64/updates/dkms/cryptorture.ko");
    EXPECT_EQ(module.file_version, "0.1.0");
    EXPECT_EQ(module.file_release, "6.12.57+deb12-amd64");
    EXPECT_EQ(module.file_signed, false);
    EXPECT_EQ(module.lockdown, "none");
    EXPECT_FALSE(module.secure_boot);

    tree.module_file("6.12.57+deb12-amd64", "~Module signature appended~\n");
    tree.file("/sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
    tree.file("/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c",
              std::string("\6\0\0\0\1", 5));
    tree.file("/proc/sys/kernel/modules_disabled", "1\n");
    tree.loaded("0.0.9");
    module = read();
    EXPECT_EQ(module.file_signed, true);
    EXPECT_TRUE(module.must_be_signed() && module.disabled && module.loaded);
    EXPECT_EQ(module.secure_boot, true);
    EXPECT_EQ(module.version, "0.0.9");

    tree.remove("/lib/modules")
        .file("/lib/modules/6.12.57+deb12-amd64/extra/cryptorture.ko.xz", "xz");
    module = read();
    EXPECT_TRUE(module.file.ends_with("/extra/cryptorture.ko.xz"));
    EXPECT_FALSE(module.file_signed); // nobody looked
    tree.remove("/proc/modules");
    EXPECT_FALSE(read().modules);
}

TEST(Module, IsStaleWhenAnotherIsInstalled)
{
    Tree tree;
    make_intel(tree);
    const auto told_of = [&tree] {
        const Source source = tree.source();
        const Release release = read_release(source);
        const Module module =
            read_module(source, release, read_kernel_config(source, release), {});
        Findings findings;
        report_module(module, "0.1.0", release, findings);
        const Finding *const found = finding(findings, "stale: ");
        return found != nullptr ? found->what : std::string();
    };
    EXPECT_EQ(told_of(), "");
    // Where the kernel tells no sources, the version has to do.
    tree.loaded();
    EXPECT_EQ(told_of(), "");
    tree.file("/sys/module/cryptorture/srcversion", "0123456789ABCDEF0123456\n");
    EXPECT_EQ(told_of(), "");
    tree.file("/sys/module/cryptorture/srcversion", "FFFFFFFFFFFFFFFFFFFFFFF\n");
    EXPECT_EQ(told_of(), "stale: loaded is version 0.1.0 (srcversion FFFFFFFFFFFFFFFFFFFFFFF), "
                         "installed is version 0.1.0 (srcversion 0123456789ABCDEF0123456)");
    tree.remove("/sys/module/cryptorture/srcversion").loaded("0.0.9");
    EXPECT_EQ(told_of(), "stale: loaded is version 0.0.9, "
                         "installed is version 0.1.0 (srcversion 0123456789ABCDEF0123456)");
}

// "a\0version=0.9\0vermagic=6.12.57+deb12-amd64 SMP\0", by xz --check=crc32.
constexpr std::string_view packed_module(
    "\375\067\172\130\132\000\000\001\151\042\336\066\002\000\041\001\026\000\000\000"
    "\164\057\345\243\001\000\056\141\000\166\145\162\163\151\157\156\075\060\056\071"
    "\000\166\145\162\155\141\147\151\143\075\066\056\061\062\056\065\067\053\144\145"
    "\142\061\062\055\141\155\144\066\064\040\123\115\120\000\000\000\154\006\051\163"
    "\000\001\103\057\264\224\003\120\220\102\231\015\001\000\000\000\000\001\131\132",
    100);

// The same, by gzip -n and by zstd --no-check.
constexpr std::string_view
    module_gz("\037\213\010\000\000\000\000\000\002\003\113\144\050\113\055\052\316\314\317\263"
              "\065\320\263\004\261\163\023\323\063\223\155\315\364\014\215\364\114\315\265\123"
              "\122\223\014\215\164\023\163\123\314\114\024\202\175\003\030\000\154\006\051\163"
              "\057\000\000\000",
              64);
constexpr std::string_view module_zst(
    "\050\265\057\375\000\150\171\001\000\141\000\166\145\162\163\151\157\156\075\060"
    "\056\071\000\166\145\162\155\141\147\151\143\075\066\056\061\062\056\065\067\053"
    "\144\145\142\061\062\055\141\155\144\066\064\040\123\115\120\000",
    56);

TEST(Module, IsReadWhereItIsCompressed)
{
    Tree tree;
    make_intel(tree);
    const std::string folder = "/lib/modules/6.12.57+deb12-amd64/";
    for (const auto &[end, content] :
         {std::pair(".xz", packed_module), {".gz", module_gz}, {".zst", module_zst}}) {
        const std::string file = folder + "updates/dkms/cryptorture.ko" + end;
        tree.remove("/lib/modules").file(file, std::string(content));
        const Module module = read_installed(tree.source());
        EXPECT_EQ(module.file, file);
        EXPECT_EQ(module.file_version, "0.9") << end;
        EXPECT_EQ(module.file_release, "6.12.57+deb12-amd64") << end;
        EXPECT_EQ(module.file_signed, false) << end;
        tree.file(module.file, std::string(content.substr(0, 16)));
        EXPECT_EQ(read_installed(tree.source()).file_release, "") << end;
    }
}

TEST(Drivers, AreReadFromProcCrypto)
{
    Tree tree;
    tree.crypto({"rfc4106-gcm-aesni", "__cbc-aes-aesni"});
    tree.file("/proc/crypto", tree.source().text("/proc/crypto") +
                                  "driver : lost\nname : cbc(aes)\ndriver : bad\n"
                                  "selftest : unknown\ngarbage\n");
    const Drivers drivers = read_drivers(tree.source());
    ASSERT_EQ(drivers.registered.size(), 3U);
    EXPECT_TRUE(drivers.any_async());
    EXPECT_TRUE(drivers.registered[0].async && !drivers.registered[0].internal);
    EXPECT_TRUE(drivers.registered[1].internal);
    EXPECT_TRUE(drivers.has("bad") && !drivers.registered[2].tested);
    EXPECT_FALSE(read_drivers(Source("/nonexistent")).known);
}

// The module decides what is tested; this program must not tell otherwise.
TEST(Drivers, AreThoseOfTheModule)
{
    std::size_t count = 0;
    for (const yt_algorithm &algorithm : yt_algorithms)
        for (const yt_candidate *entry = algorithm.candidates; entry->name != nullptr;
             ++entry) {
            if (contains(entry->name, "("))
                continue; // an instance of a template
            const auto place = std::find_if(
                candidates().begin(), candidates().end(),
                [&](const Candidate &candidate) { return candidate.driver == entry->name; });
            ASSERT_NE(place, candidates().end()) << entry->name;
            EXPECT_EQ(place->algorithm, algorithm.name);
            std::string needs;
            for (unsigned feature = 0; feature < YT_FEATURES; ++feature)
                if (((entry->needs >> feature) & 1U) != 0)
                    needs += std::string(needs.empty() ? "" : " ") + yt_feature_names[feature];
            EXPECT_EQ(place->needs, needs) << entry->name;
            ++count;
        }
    EXPECT_EQ(count, candidates().size());
}

} // namespace ct::test
