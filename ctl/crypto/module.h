// SPDX-License-Identifier: GPL-2.0-or-later
// The kernel module: whether it is loaded, and if not, whether it could be.
#pragma once

#include <optional>
#include <string>

#include "facts/command_line.h"
#include "facts/kernel_config.h"
#include "facts/release.h"
#include "facts/source.h"
#include "record/examination.h"

namespace ct {

struct Module {
    bool loaded = false;
    std::string version; // of the loaded one
    std::string srcversion;
    bool busted = false; // cryptorture_busted is loaded
    std::string file;    // the installed one's path; empty when there is none
    std::string file_version;
    std::string file_srcversion;
    std::string file_release; // that it was built for
    std::optional<bool> file_signed;
    bool modules = true;   // this kernel can load any
    bool disabled = false; // no more until the next boot
    bool enforced = false; // only signed ones
    std::string lockdown;  // "none", "integrity", "confidentiality", or not told
    std::optional<bool> secure_boot;
    bool headers = false; // of this kernel, to build it
    // Softirqs run inside a task's FPU section: as the loaded one has measured.
    std::optional<bool> fpu_nests;

    // Another one is installed than is loaded, by its version or its sources.
    [[nodiscard]] bool stale() const;
    [[nodiscard]] bool must_be_signed() const
    {
        return enforced || lockdown == "integrity" || lockdown == "confidentiality";
    }
};

[[nodiscard]] Module read_module(const Source &source, const Release &release,
                                 const KernelConfig &config, const CommandLine &line);

// Only what is known of the installed file.
[[nodiscard]] Module read_installed(const Source &source);

// The way from the loaded module to one of that version of the program.
[[nodiscard]] std::string replace_module(const Module &module, const std::string &program);

// program: version of the control program.
void report_module(const Module &module, const std::string &program, const Release &release,
                   Findings &findings);

} // namespace ct
