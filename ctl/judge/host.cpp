// SPDX-License-Identifier: GPL-2.0-or-later
#include "judge/host.h"

namespace ct {

Host read_host(const Source &source, const Cpuid &cpuid)
{
    Host host;
    host.cpus = read_cpus(source);
    host.registers = read_registers(host.cpus, cpuid);
    host.hypervisor = read_hypervisor(source, host.cpus, cpuid);
    host.release = read_release(source);
    host.line = read_command_line(source);
    host.fips = read_fips(source);
    host.config = read_kernel_config(source, host.release);
    host.preemption = read_preemption(source, host.release, host.config, host.line);
    host.mitigations = read_mitigations(source);
    host.drivers = read_drivers(source);
    host.aes_ni = read_aes_ni(source, host.cpus, cpuid, host.release, host.config, host.line,
                              host.drivers);
    host.disturbers = read_disturbers(source, host.cpus);
    host.module = read_module(source, host.release, host.config, host.line);
    host.permission = read_permission(source);
    return host;
}

} // namespace ct
