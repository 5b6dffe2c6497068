// SPDX-License-Identifier: GPL-2.0-or-later
#include "crypto/fips.h"

namespace ct {

Fips read_fips(const Source &source)
{
    const auto enabled = source.line("/proc/sys/crypto/fips_enabled");
    if (!enabled)
        return Fips::Absent;
    return *enabled == "1" ? Fips::On : Fips::Off;
}

void report_fips(Fips fips, const CommandLine &line, Findings &findings)
{
    if (fips == Fips::On)
        tell(
            findings, Topic::Kernel, Level::Note, "FIPS mode is on (fips=1)",
            "the kernel refuses algorithms and keys that FIPS does not allow, tests each "
            "driver on its first use, and panics when one fails: loading drivers for a run can "
            "bring such a panic about");
    else if (fips == Fips::Absent && line.value("fips").value_or("0") == "1")
        tell(findings, Topic::Kernel, Level::Note,
             "command line: fips=1, but this kernel has no FIPS mode",
             "its crypto is not restricted");
}

} // namespace ct
