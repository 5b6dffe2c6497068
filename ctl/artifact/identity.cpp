// SPDX-License-Identifier: GPL-2.0-or-later
#include "artifact/identity.h"

namespace ct {

HostIdentity read_identity(Members &host)
{
    HostIdentity identity;
    host.maybe_text("vendor", identity.vendor);
    host.maybe_text("model", identity.model);
    host.number("family", identity.family);
    host.number("model_number", identity.model_number);
    host.number("stepping", identity.stepping);
    host.each("cpus", [&](const Parsed &value, const std::string &place) {
        Members members(value, place, host.complaint());
        CpuIdentity &cpu = identity.cpus.emplace_back();
        members.number("cpu", cpu.cpu);
        members.number("package", cpu.package);
        members.number("core", cpu.core);
        members.numbers("siblings", cpu.siblings);
        members.maybe_text("microcode", cpu.microcode);
        members.maybe_text("model", cpu.model);
    });
    host.maybe_text("release", identity.release);
    host.maybe_text("version", identity.version);
    host.maybe_text("preemption", identity.preemption);
    host.flag("preemption_dynamic", identity.preemption_dynamic);
    if (auto config = host.object("config"))
        for (const auto &[option, value] : config->all().items())
            config->text(option.c_str(), identity.config[option]);
    host.maybe_text("hypervisor", identity.hypervisor);
    host.maybe_text("product", identity.product);
    host.texts("modules", identity.modules);
    return identity;
}

} // namespace ct
