// SPDX-License-Identifier: GPL-2.0-or-later
#include "program/output.h"

#include <fmt/format.h>

#include "base/quantity.h"
#include "text/table.h"
#include "json/entry.h"

namespace ct {

namespace {

std::string name_of(const FaultTrial &trial)
{
    return trial.fault.empty() ? std::string(name(trial.kind)) : trial.fault;
}

std::string after_text(const FaultTrial &trial)
{
    return fmt::format("{:.1f} s", trial.seconds);
}

std::string named_text(const FaultTrial &trial)
{
    if (!trial.problem.empty())
        return "-";
    if (!trial.found())
        return "nothing found";
    if (trial.kind != TrialKind::Fault)
        return "something found";
    if (!trial.named)
        return "unclassified";
    return fmt::format("{} ({})", name(*trial.named), name(trial.confidence));
}

std::string judgement_of(const FaultTrial &trial)
{
    if (trial.impossible)
        return "not possible here";
    if (!trial.problem.empty())
        return "not tried";
    return trial.right() ? "right" : "wrong";
}

} // namespace

std::string fault_trial_text(const FaultTrial &trial)
{
    if (!trial.problem.empty())
        return fmt::format("{}: {}: {}", name_of(trial), judgement_of(trial), trial.problem);
    return fmt::format("{}: {} after {} and {} operations: {}", name_of(trial),
                       named_text(trial), after_text(trial), count_text(trial.operations),
                       judgement_of(trial));
}

std::string selftest_text(const Selftest &selftest)
{
    Table table({{"class"},
                 {"fault"},
                 {"mechanism"},
                 {"after", right},
                 {"operations", right},
                 {"named as"},
                 {"result"}});
    for (const FaultTrial &trial : selftest.trials)
        table.row({trial.truth ? std::string(name(*trial.truth)) : "none", name_of(trial),
                   trial.mechanism, after_text(trial), count_text(trial.operations),
                   named_text(trial), judgement_of(trial)});
    std::string text = table.text() + "\n";
    for (const FaultTrial &trial : selftest.trials)
        if (!trial.problem.empty())
            text += fmt::format("{}: {}\n", name_of(trial), trial.problem);
    return text + fmt::format("{}: {} of {} classes found, {} named correctly, {}\n",
                              selftest.passed() ? "passed" : "FAILED", selftest.classes_found(),
                              selftest.classes(), selftest.classes_named(),
                              selftest.false_alarm() ? "and findings where nothing was wrong"
                                                     : "no finding where nothing was wrong");
}

Object fault_trial_object(const FaultTrial &trial)
{
    Object object = typed("fault-trial");
    object["kind"] = name(trial.kind);
    object["fault"] = or_null(trial.fault);
    object["mechanism"] = trial.mechanism;
    object["class"] = trial.truth ? Object(name(*trial.truth)) : Object(nullptr);
    object["problem"] = or_null(trial.problem);
    object["impossible"] = trial.impossible;
    object["found"] = trial.found();
    object["seconds"] = trial.seconds;
    object["operations"] = trial.operations;
    object["done"] = trial.done;
    object["records"] = trial.records;
    object["named"] = trial.named ? Object(name(*trial.named)) : Object(nullptr);
    object["confidence"] = name(trial.confidence);
    object["right"] = trial.right();
    return object;
}

Object selftest_object(const Selftest &selftest)
{
    Object object = typed("selftest");
    object["passed"] = selftest.passed();
    object["classes"] = selftest.classes();
    object["classes_found"] = selftest.classes_found();
    object["classes_named"] = selftest.classes_named();
    object["false_alarm"] = selftest.false_alarm();
    return object;
}

} // namespace ct
