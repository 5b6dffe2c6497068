// SPDX-License-Identifier: GPL-2.0-or-later
#include "judge/examine.h"

#include <utility>

#include "judge/errata.h"
#include "judge/known_bugs.h"
#include "judge/nesting.h"
#include "judge/reach.h"
#include "judge/readiness.h"

namespace ct {

Examination examine(const Host &host, const Source &source, const Known &known)
{
    Examination result;
    result.program = known.program;
    result.module = host.module.version;
    result.kernel = host.release.release;
    result.preemption = name(host.preemption.model);
    result.hypervisor = name(host.hypervisor.kind);
    result.features = features_of(host.cpus);
    result.cpus = host.cpus.identities;

    Findings &findings = result.findings;
    const bool guest = host.hypervisor.guest();
    report_cpus(host.cpus, guest, findings);
    report_registers(host.cpus, host.registers, findings);
    report_hypervisor(host.hypervisor, findings);
    report_release(host.release, findings);
    report_preemption(host.preemption, findings);
    report_kernel_config(host.config, findings);
    report_command_line(host.line, findings);
    report_fips(host.fips, host.line, findings);
    report_mitigations(host.mitigations, findings);
    report_drivers(host.drivers, host.cpus, findings);
    report_aes_ni(host.aes_ni, host.drivers, findings);
    report_independence(host.drivers, host.cpus, host.config, findings);
    report_nesting(host.module, host.release, findings);
    report_known_bugs(read_surroundings(source, host), findings);
    report_errata(host.cpus, guest, host.release, findings);
    report_disturbers(host.disturbers, host.cpus, host.config, host.release, findings);
    report_module(host.module, known.program, host.release, findings);
    report_permission(host.permission, findings);

    Reach reach = reach_of(host, known.callers);
    result.can = std::move(reach.can);
    result.cannot = std::move(reach.cannot);
    result.obstacles = obstacles_of(host);
    return result;
}

} // namespace ct
