// SPDX-License-Identifier: GPL-2.0-or-later
// In which contexts the kernel's ESP encapsulates and decapsulates: counted by the module, for
// the namespaces named, as long as this lives.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/descriptor.h"
#include "base/error.h"

namespace ct {

struct EspContexts {
    std::uint64_t task = 0;       // a task with bottom halves on
    std::uint64_t task_bh = 0;    // a task with bottom halves off
    std::uint64_t softirq = 0;    // a softirq, not over an FPU section
    std::uint64_t nested_fpu = 0; // a softirq over a kernel FPU section
    std::uint64_t unknown = 0;    // could not be determined
};

struct EspContextEntry {
    const char *name; // in JSON
    std::uint64_t EspContexts::*member;
};

inline constexpr std::array esp_context_entries{
    EspContextEntry{"task", &EspContexts::task},
    EspContextEntry{"task_bh", &EspContexts::task_bh},
    EspContextEntry{"softirq", &EspContexts::softirq},
    EspContextEntry{"nested_fpu", &EspContexts::nested_fpu},
    EspContextEntry{"unknown", &EspContexts::unknown},
};

constexpr EspContexts &operator+=(EspContexts &sum, const EspContexts &more)
{
    for (const EspContextEntry &entry : esp_context_entries)
        sum.*entry.member += more.*entry.member;
    return sum;
}

struct EspCpuContexts {
    std::uint32_t cpu = 0;
    EspContexts encapsulation;
    EspContexts decapsulation;
};

// Asks the module: 0, or an errno. An ioctl() is one implementation; the tests have another.
using EspProbeControl =
    std::function<int(int descriptor, unsigned long command, void *argument)>;

class EspProbe {
public:
    // namespaces: their inodes; empty: all. Errors: no module (NoModule), a module without it
    // (OtherVersion), no kprobes in this kernel (Unsupported), ESP of no family loaded yet
    // (NotFound), as many others have one as there can be (Busy).
    [[nodiscard]] static Result<EspProbe> open(std::span<const std::uint32_t> namespaces);
    // The same by a file of the module's that is open.
    [[nodiscard]] static Result<EspProbe>
    open(Descriptor file, std::span<const std::uint32_t> namespaces, EspProbeControl control);

    // Of each CPU that there can be, ascending; since it was opened. A family of addresses
    // whose ESP was loaded after that is counted from the next read on.
    [[nodiscard]] Result<std::vector<EspCpuContexts>> read() const;
    // Calls of all CPUs and namespaces that are in no count, because they interrupted the
    // counting of another one: at the last read.
    [[nodiscard]] std::uint64_t missed() const { return missed_; }
    // The names of the kernel's functions that could not be probed: what they do is not
    // counted. At the last read, or when it was opened.
    [[nodiscard]] const std::vector<std::string> &missing() const { return missing_; }

private:
    EspProbe(Descriptor descriptor, EspProbeControl control, std::uint32_t functions);

    Descriptor descriptor_;
    EspProbeControl control_;
    mutable std::uint64_t missed_ = 0;
    mutable std::vector<std::string> missing_;
};

} // namespace ct
