// SPDX-License-Identifier: GPL-2.0-or-later
#include "cpu/mitigations.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "facts/words.h"

namespace ct {

namespace {

// Those that leave or clear vector registers; the others leak caches and buffers.
constexpr std::array<std::string_view, 3> of_registers{
    "gather_data_sampling", "reg_file_data_sampling", "old_microcode"};

} // namespace

Mitigations read_mitigations(const Source &source)
{
    const std::string folder = "/sys/devices/system/cpu/vulnerabilities/";
    Mitigations result;
    for (const std::string &name : source.list(folder))
        if (auto line = source.line(folder + name); line && !line->empty())
            result.emplace_back(name, std::move(*line));
    return result;
}

void report_mitigations(const Mitigations &mitigations, Findings &findings)
{
    if (mitigations.empty()) {
        tell(findings, Topic::Mitigations, Level::Note,
             "the kernel does not report which CPU vulnerabilities it mitigates");
        return;
    }
    std::vector<std::string> unaffected;
    for (const auto &[name, state] : mitigations) {
        if (state == "Not affected") {
            unaffected.push_back(name);
            continue;
        }
        const bool matters =
            std::find(of_registers.begin(), of_registers.end(), name) != of_registers.end();
        const bool open = state.starts_with("Vulnerable");
        std::string meaning;
        if (open && !matters)
            meaning = "this leaks data, it does not change any";
        if (open && matters)
            meaning = "register contents can leak or stay behind; microcode fixes it, and old "
                      "microcode has other errata as well";
        const Level closed = open ? Level::Note : Level::Ok;
        tell(findings, Topic::Mitigations, open && matters ? Level::Warning : closed,
             fmt::format("{}: {}", name, state), meaning,
             open && matters ? "update the CPU's microcode" : "");
    }
    if (!unaffected.empty())
        tell(findings, Topic::Mitigations, Level::Ok, "not affected: " + join(unaffected));
}

} // namespace ct
