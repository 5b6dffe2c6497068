// SPDX-License-Identifier: GPL-2.0-or-later
#include "program/fault_trial.h"

#include <algorithm>
#include <map>

namespace ct {

namespace {

// Classes of which every trial fulfils it, and the number of classes.
template <typename Judge>
std::pair<std::size_t, std::size_t> count_classes(const std::vector<FaultTrial> &trials,
                                                  const Judge &judge)
{
    std::map<BugClass, bool> classes;
    for (const FaultTrial &trial : trials)
        if (trial.truth && !trial.impossible) {
            bool &all = classes.try_emplace(*trial.truth, true).first->second;
            all = all && judge(trial);
        }
    const auto good = std::count_if(classes.begin(), classes.end(),
                                    [](const auto &entry) { return entry.second; });
    return {static_cast<std::size_t>(good), classes.size()};
}

} // namespace

bool FaultTrial::right() const
{
    if (!problem.empty())
        return false;
    return kind == TrialKind::Fault ? found() && truth && named == truth : !found();
}

std::size_t Selftest::classes() const
{
    return count_classes(trials, [](const FaultTrial & /*trial*/) { return true; }).second;
}

std::size_t Selftest::classes_found() const
{
    return count_classes(trials, [](const FaultTrial &trial) { return trial.found(); }).first;
}

std::size_t Selftest::classes_named() const
{
    return count_classes(trials, [](const FaultTrial &trial) { return trial.right(); }).first;
}

bool Selftest::false_alarm() const
{
    return std::any_of(trials.begin(), trials.end(), [](const FaultTrial &trial) {
        return trial.kind != TrialKind::Fault && !trial.right();
    });
}

bool Selftest::tried(BugClass bug_class) const
{
    return std::any_of(trials.begin(), trials.end(), [bug_class](const FaultTrial &trial) {
        return trial.truth == bug_class && !trial.impossible;
    });
}

bool Selftest::passed() const
{
    return classes() > 0 && classes_found() == classes() &&
           classes_named() * 100 >= classes() * named_percent && !false_alarm();
}

} // namespace ct
