// SPDX-License-Identifier: GPL-2.0-or-later
// In which contexts the kernel's ESP encapsulates and decapsulates: counted by the module, for
// the namespaces named, as long as this lives.
#pragma once

#include <array>
#include <cstdint>
#include <span>
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

struct EspCpuContexts {
    std::uint32_t cpu = 0;
    EspContexts encapsulation;
    EspContexts decapsulation;
};

class EspProbe {
public:
    // namespaces: their inodes; empty: all. Errors: no module (NoModule), a module without it
    // (OtherVersion), no kprobes in this kernel (Unsupported), ESP of no family loaded yet.
    [[nodiscard]] static Result<EspProbe> open(std::span<const std::uint32_t> namespaces);

    [[nodiscard]] Result<std::vector<EspCpuContexts>> read() const;
    // The names of the kernel's functions that could not be probed: what they do is not
    // counted.
    [[nodiscard]] const std::vector<std::string> &missing() const { return missing_; }

private:
    explicit EspProbe(Descriptor descriptor) : descriptor_(std::move(descriptor)) {}
    Descriptor descriptor_;
    std::vector<std::string> missing_;
};

} // namespace ct
