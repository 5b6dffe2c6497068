// SPDX-License-Identifier: GPL-2.0-or-later
// How the kernel was built.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "facts/release.h"
#include "facts/source.h"
#include "record/examination.h"

namespace ct {

class KernelConfig {
public:
    KernelConfig() = default;
    KernelConfig(std::string path, const std::string &text);

    [[nodiscard]] bool known() const { return !path_.empty(); }
    [[nodiscard]] const std::string &path() const { return path_; }
    // Without "CONFIG_"; "n" when it is not set; nothing when that is not known.
    [[nodiscard]] std::optional<std::string> value(const std::string &option) const;
    // Built in or a module.
    [[nodiscard]] bool on(const std::string &option) const;
    // Known, and neither.
    [[nodiscard]] bool off(const std::string &option) const;

private:
    std::string path_;
    std::map<std::string, std::string> options_;
};

[[nodiscard]] KernelConfig read_kernel_config(const Source &source, const Release &release);

void report_kernel_config(const KernelConfig &config, Findings &findings);

} // namespace ct
