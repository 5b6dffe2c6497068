// SPDX-License-Identifier: GPL-2.0-or-later
// The drivers of the algorithms that ESP uses: those that are registered, those
// that this CPU could have, and why it cannot have the others.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cpu/cpu.h"
#include "facts/kernel_config.h"
#include "facts/source.h"
#include "record/driver.h"
#include "record/examination.h"

namespace ct {

// A driver by itself; what a template makes of others is not in the list.
struct Candidate {
    std::string_view driver;
    std::string_view algorithm;
    std::string_view needs; // features of the CPU, with blanks between
};

[[nodiscard]] const std::vector<Candidate> &candidates();

// One that /proc/crypto lists.
struct Registered {
    std::string driver;
    std::string algorithm;
    std::string module;
    std::string type; // "aead", "shash", "larval": not ready yet
    std::optional<std::uint64_t> priority;
    std::optional<std::uint64_t> references; // 1: nobody uses it
    bool async = false;
    bool internal = false;
    bool tested = true; // its self-test passed
};

struct Drivers {
    bool known = false; // /proc/crypto could be read
    std::vector<Registered> registered;
    std::optional<std::vector<Driver>> subjects; // as the module reports them

    [[nodiscard]] bool has(std::string_view driver) const;
    // Any asynchronous one.
    [[nodiscard]] bool any_async() const;
    // Any AES of the module's that uses vector registers.
    [[nodiscard]] bool any_aes_simd() const;
    // Registered, or a part of what the module can test, such as "aes-generic".
    [[nodiscard]] bool any_made_of(std::string_view part) const;
};

[[nodiscard]] Drivers read_drivers(const Source &source);

// "cbc-aes-aesni from 400 to 99", of those that both have: a changed priority changes
// which driver the host uses.
[[nodiscard]] std::vector<std::string> changed_priorities(const Drivers &before,
                                                          const Drivers &after);

// The features that the CPU lacks for a driver; empty when it could have it.
[[nodiscard]] std::vector<std::string> lacking(const Cpus &cpus, const Candidate &candidate);

void report_drivers(const Drivers &drivers, const Cpus &cpus, Findings &findings);
// Whether the kernel has an AES of its own that is independent of AES-NI.
void report_independence(const Drivers &drivers, const Cpus &cpus, const KernelConfig &config,
                         Findings &findings);

} // namespace ct
