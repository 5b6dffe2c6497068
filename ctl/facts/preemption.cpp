// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/preemption.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "facts/words.h"

namespace ct {

namespace {

constexpr PreemptionModel unknown = PreemptionModel::Unknown;

PreemptionModel model_of(std::string_view word)
{
    return from_name<PreemptionModel>(word).value_or(unknown);
}

// "none voluntary (full)"
PreemptionModel model_in_brackets(const std::string &line)
{
    const std::size_t open = line.find('(');
    const std::size_t close = line.find(')', open);
    if (open == std::string::npos || close == std::string::npos)
        return unknown;
    return model_of(line.substr(open + 1, close - open - 1));
}

PreemptionModel configured(const KernelConfig &config)
{
    if (config.on("PREEMPT_RT"))
        return PreemptionModel::RealTime;
    // In this order: kernels that have the others and PREEMPT_BUILD set PREEMPT as well.
    if (config.on("PREEMPT_LAZY"))
        return PreemptionModel::Lazy;
    if (config.on("PREEMPT_VOLUNTARY"))
        return PreemptionModel::Voluntary;
    if (config.on("PREEMPT_NONE"))
        return PreemptionModel::None;
    if (config.on("PREEMPT"))
        return PreemptionModel::Full;
    return unknown;
}

bool has_word(const std::string &version, const std::string &word)
{
    const auto words = split(version, ' ');
    return std::find(words.begin(), words.end(), word) != words.end();
}

} // namespace

Preemption read_preemption(const Source &source, const Release &release,
                           const KernelConfig &config, const CommandLine &line)
{
    Preemption result;
    result.dynamic =
        has_word(release.version, "PREEMPT_DYNAMIC") || config.on("PREEMPT_DYNAMIC");
    const auto found = [&result](PreemptionModel model, std::string from) {
        if (result.model != unknown || model == unknown)
            return;
        result.model = model;
        result.source = std::move(from);
    };
    if (release.real_time)
        found(PreemptionModel::RealTime, "the kernel's version");
    for (const char *const path :
         {"/sys/kernel/debug/sched/preempt", "/sys/kernel/debug/sched_preempt"})
        found(model_in_brackets(source.line(path).value_or("")), path);
    if (result.dynamic)
        found(model_of(line.value("preempt").value_or("")), "the command line");
    if (has_word(release.version, "PREEMPT"))
        found(PreemptionModel::Full, "the kernel's version");
    found(configured(config), config.path());
    return result;
}

void report_preemption(const Preemption &preemption, Findings &findings)
{
    const std::string change =
        preemption.dynamic ? "boot with preempt=full to test that too" : "";
    std::string what = fmt::format("preemption: {}", name(preemption.model));
    if (!preemption.source.empty())
        what += fmt::format(" (by {})", preemption.source);
    if (preemption.dynamic)
        what += ", can be changed at boot (preempt=)";
    switch (preemption.model) {
    case PreemptionModel::Unknown:
        tell(findings, Topic::Kernel, Level::Note, what,
             "whether operations are preempted inside the kernel shows in a run only",
             preemption.dynamic ? "it can be read as root with debugfs mounted" : "");
        break;
    case PreemptionModel::None:
    case PreemptionModel::Voluntary:
        tell(findings, Topic::Kernel, Level::Note, what,
             "tasks lose the CPU inside the kernel only where the code offers it: between "
             "operations and their parts, not anywhere",
             change);
        break;
    case PreemptionModel::Lazy:
    case PreemptionModel::Full:
        tell(findings, Topic::Kernel, Level::Ok, what);
        break;
    case PreemptionModel::RealTime:
        tell(findings, Topic::Kernel, Level::Note, what,
             "softirqs are threads: they do not run over an interrupted task as elsewhere");
        break;
    }
}

} // namespace ct
