// SPDX-License-Identifier: GPL-2.0-or-later
#include "judge/identity.h"

#include <array>
#include <set>

namespace ct {

namespace {

// What decides how the FPU is shared, and which AES is there.
constexpr std::array told{
    "PREEMPT_NONE",
    "PREEMPT_VOLUNTARY",
    "PREEMPT",
    "PREEMPT_LAZY",
    "PREEMPT_RT",
    "PREEMPT_DYNAMIC",
    "XEN_PV",
    "PARAVIRT",
    "X86_DEBUG_FPU",
    "KASAN",
    "CRYPTO_AES_NI_INTEL",
    "CRYPTO_SIMD",
    "CRYPTO_CRYPTD",
    "CRYPTO_PCRYPT",
    "CRYPTO_MANAGER_DISABLE_TESTS",
    "CRYPTO_MANAGER_EXTRA_TESTS",
    "CRYPTO_SELFTESTS",
};

} // namespace

HostIdentity identity_of(const Host &host)
{
    HostIdentity identity;
    identity.vendor = host.cpus.vendor;
    identity.model = host.cpus.model;
    identity.family = host.cpus.family;
    identity.model_number = host.cpus.model_number;
    identity.stepping = host.cpus.stepping;
    identity.cpus = host.cpus.identities;
    identity.release = host.release.release;
    identity.version = host.release.version;
    identity.preemption = name(host.preemption.model);
    identity.preemption_dynamic = host.preemption.dynamic;
    for (const char *const option : told)
        if (const auto value = host.config.value(option))
            identity.config.emplace(option, *value);
    identity.hypervisor = name(host.hypervisor.kind);
    identity.product = host.hypervisor.product;
    std::set<std::string> modules;
    for (const Registered &driver : host.drivers.registered)
        if (!driver.module.empty() && driver.module != "kernel")
            modules.insert(driver.module);
    identity.modules.assign(modules.begin(), modules.end());
    return identity;
}

} // namespace ct
