// SPDX-License-Identifier: GPL-2.0-or-later
#include "judge/reach.h"

#include <algorithm>

#include "facts/words.h"
#include "judge/nesting.h"

namespace ct {

namespace {

class Collector {
public:
    explicit Collector(Reach &reach) : reach_(reach) {}

    void can(std::string what) { reach_.can.push_back(std::move(what)); }
    void cannot(std::string what, std::string why)
    {
        reach_.cannot.push_back({std::move(what), std::move(why)});
    }

private:
    Reach &reach_;
};

void sections(const Host &host, Collector &collect)
{
    if (!host.cpus.has("aes")) {
        collect.cannot("registers replaced inside AES-NI code (fpu-nested, fpu-sleep)",
                       "this CPU has no aes, or the kernel hides it");
        if (host.cpus.has("ssse3"))
            collect.can("registers replaced inside the SIMD code of hashes (fpu-nested, "
                        "fpu-sleep)");
        return;
    }
    // Two places where a kernel may have AES-NI code; what the module has found counts more.
    if (!host.drivers.subjects && host.config.off("CRYPTO_AES_NI_INTEL") &&
        host.config.off("CRYPTO_LIB_AES_ARCH")) {
        collect.cannot("registers replaced inside AES-NI code (fpu-nested, fpu-sleep)",
                       "this kernel is built without CRYPTO_AES_NI_INTEL, and its library has "
                       "no such code either (CRYPTO_LIB_AES_ARCH)");
        return;
    }
    if (host.drivers.subjects && !host.drivers.any_aes_simd()) {
        collect.cannot("registers replaced inside AES-NI code (fpu-nested, fpu-sleep)",
                       "none of the drivers that the module can test uses AES-NI");
        return;
    }
    switch (nesting_of(host.module, host.release)) {
    case Nesting::Allowed:
        collect.can("whole blocks replaced when a softirq uses the FPU over a task's section "
                    "(fpu-nested)");
        break;
    case Nesting::Unknown:
        collect.can("whole blocks replaced inside an FPU section (fpu-nested), if softirqs run "
                    "there");
        break;
    case Nesting::KeptOut:
        collect.can(
            "whole blocks replaced by what interrupts an FPU section (fpu-nested), should "
            "anything get in");
        collect.cannot("softirqs over a task's FPU section",
                       host.release.real_time ? "with PREEMPT_RT they are threads"
                                              : "this kernel keeps them out of it");
        break;
    }
    collect.can("sections that are left by sleeping (fpu-sleep), in the drivers under test");
}

void user_registers(const Host &host, bool callers, Collector &collect)
{
    const std::string what = "damage to user registers (fpu-user-clobber, fpu-irq-window, "
                             "fpu-stale-owner, xstate-format)";
    if (!callers) {
        collect.cannot(what + " and foreign data in them (regfile-leak)",
                       "this version runs in kernel threads and softirqs only: no user thread "
                       "holds live registers");
        return;
    }
    collect.can(what + " in " + host.registers.names());
    if (host.registers.avx)
        collect.can("foreign data in upper register halves (regfile-leak)");
    else
        collect.cannot("foreign data in upper register halves (regfile-leak)",
                       "AVX registers are not enabled here");
    if (!host.registers.avx512)
        collect.cannot("damage to AVX-512 registers", "they are not enabled here");
}

void drivers(const Host &host, Collector &collect)
{
    collect.can("wrong results for certain data, lengths and splits, and bytes outside the "
                "destination (driver-data, sg-writeback), and a changed key schedule "
                "(key-schedule)");
    std::vector<std::string> lack;
    for (const Candidate &candidate : candidates())
        for (std::string &feature : lacking(host.cpus, candidate))
            if (std::find(lack.begin(), lack.end(), feature) == lack.end())
                lack.push_back(std::move(feature));
    if (!lack.empty())
        collect.cannot("drivers that need " + join(lack), "this CPU does not have it");
    // Newer kernels have no asynchronous driver of ESP's algorithms.
    if (host.drivers.any_async())
        collect.can("results that answer the wrong request (async-order)");
    else if (host.drivers.subjects)
        collect.cannot("results that answer the wrong request (async-order)",
                       "none of the drivers that the module can test is asynchronous");
    else
        collect.can(
            "results that answer the wrong request (async-order), if the drivers that a "
            "run loads are asynchronous");
}

void hardware(const Host &host, Collector &collect)
{
    collect.can("memory that changes under the module's own buffers (memory)");
    if (host.hypervisor.emulated()) {
        collect.cannot("faults of a CPU core (cpu-deterministic, cpu-intermittent)",
                       "the CPU is emulated in software");
        collect.cannot("faults of a hypervisor's register switches (vcpu-switch)",
                       "the emulator has none");
        return;
    }
    if (host.cpus.identities.size() == 1)
        collect.cannot(
            "a sick CPU core distinguished from a fault of the kernel (cpu-deterministic, "
            "cpu-intermittent)",
            "there is no second CPU to compare with");
    else
        collect.can("a sick CPU core (cpu-deterministic, cpu-intermittent)");
    if (!host.hypervisor.guest()) {
        collect.cannot("faults of a hypervisor's register switches (vcpu-switch)",
                       "there is no hypervisor below");
        return;
    }
    collect.can("faults of the hypervisor's register switches (vcpu-switch), if it is "
                "overcommitted");
    collect.cannot("which real core is sick", "virtual CPUs move between real ones");
}

} // namespace

Reach reach_of(const Host &host, bool callers)
{
    Reach reach;
    Collector collect(reach);
    sections(host, collect);
    user_registers(host, callers, collect);
    drivers(host, collect);
    hardware(host, collect);
    if (!host.cpus.offline.empty())
        collect.cannot("anything on the CPUs that are offline", "nothing runs there");
    return reach;
}

} // namespace ct
