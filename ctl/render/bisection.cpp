// SPDX-License-Identifier: GPL-2.0-or-later
#include "render/bisection.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/quantity.h"
#include "text/line.h"
#include "text/table.h"

namespace ct {

namespace {

struct Headline {
    const char *word;
    const char *colour; // of a terminal
    const char *text;
};

Headline headline_for(BisectionEnd end)
{
    switch (end) {
    case BisectionEnd::Narrowed:
        return {"CORRUPT", "31", "this is the smallest part of the run that shows it"};
    case BisectionEnd::Vanished:
        return {"INCONCLUSIVE", "33",
                "it stopped showing, even with everything; this is what showed it before"};
    case BisectionEnd::OutOfTime:
        return {"INCONCLUSIVE", "33",
                "the time is over; this is the smallest part so far that showed it, and "
                "--for gives more"};
    case BisectionEnd::Interrupted:
        return {"INTERRUPTED", "33", "this is the smallest part so far that showed it"};
    case BisectionEnd::Failed:
        break;
    }
    return {"NOT FINISHED", "33", "this is the smallest part so far that showed it"};
}

std::string shown_text(const Bisection &bisection)
{
    const Showings &shown = bisection.shown;
    const bool vanished = bisection.end == BisectionEnd::Vanished;
    if (shown.count == 0)
        return vanished ? "once, and then no more" : "once, and it was not tried again";
    const std::string times =
        vanished ? fmt::format("{}, and then no more", plural(shown.count, "time", "times"))
                 : fmt::format("{} of {} times", shown.count, shown.count);
    return fmt::format("{}, after {} {} ({}) on average", times,
                       count_text(shown.chances / shown.count), bisection.fault.chances(),
                       clock_text(shown.elapsed_ns / shown.count));
}

std::string need_result(const Need &need)
{
    if (!need.reason.empty())
        return printable(need.reason);
    if (need.shown > 0)
        return fmt::format("seen {}, but not reliably", plural(need.shown, "time", "times"));
    // Rounding must not make a certainty of it.
    const double percent = std::min(need.confidence * 100, 99.9);
    return fmt::format("not seen ({:.1f} %)", percent);
}

std::string needs_text(const Bisection &bisection)
{
    Table table({{"without"}, {bisection.fault.chances(), right}, {"time", right}, {"result"}});
    for (const Need &need : bisection.needs)
        if (need.possible)
            table.row({printable(need.thing), count_text(need.silence),
                       clock_text(need.elapsed_ns), need_result(need)});
    if (table.empty())
        return "\nnothing else can be left out of a run\n";
    return "\nthe same with one thing less (in brackets: how sure it is that the fault would "
           "have shown if this made no difference):\n" +
           table.text("  ");
}

template <typename Word>
std::string words_of(const std::optional<std::vector<Word>> &words,
                     const std::optional<std::vector<Word>> &all)
{
    if (!words || words == all)
        return "all";
    return words->empty() ? "none" : join_names(*words, "+");
}

std::string trial_result(const Trial &trial)
{
    switch (trial.sight) {
    case Sight::Shown:
        return "shown";
    case Sight::Silent:
        return "not seen";
    case Sight::Refused:
        return "no such run: " + printable(trial.reason);
    case Sight::Over:
        break;
    }
    return "ended early";
}

std::string trials_text(const Bisection &bisection)
{
    const Config &all = bisection.everything;
    Table table({{"trial", right},
                 {"drivers", right},
                 {"contexts"},
                 {"disturbers"},
                 {"exercisers", right},
                 {"CPUs"},
                 {"sizes"},
                 {bisection.fault.chances(), right},
                 {"time", right},
                 {"result"}});
    for (const Trial &trial : bisection.trials)
        table.row({fmt::format("{}", trial.number),
                   fmt::format("{}", trial.config.drivers.size()),
                   words_of(trial.config.contexts, all.contexts),
                   words_of(trial.config.disturbers, all.disturbers),
                   fmt::format("{}", trial.config.exercisers),
                   printable(trial.config.cpus.value_or("all")),
                   printable(trial.config.sizes.value_or("default")), count_text(trial.chances),
                   clock_text(trial.elapsed_ns), trial_result(trial)});
    return "\n" + table.text();
}

Object fault_object(const Fault &fault)
{
    Object object;
    object["text"] = fault.text();
    object["driver"] = or_null(fault.driver);
    object["what"] = words(fault.what);
    object["injected"] = fault.injected;
    object["chances"] = fault.chances();
    return object;
}

Object need_object(const Need &need)
{
    Object object;
    object["without"] = need.thing;
    object["possible"] = need.possible;
    object["reason"] = or_null(need.reason);
    object["shown"] = need.shown;
    object["silence"] = need.silence;
    object["elapsed_ns"] = need.elapsed_ns;
    object["confidence"] = need.confidence;
    return object;
}

} // namespace

std::string trial_begin_line(const Trial &trial)
{
    const std::string bound =
        trial.config.duration_ms
            ? fmt::format(", at most {}", clock_text(*trial.config.duration_ms * 1000000))
            : "";
    return fmt::format("trial {}{}: {}", trial.number, bound, setting_line(trial.config));
}

std::string trial_end_line(const Trial &trial, const Fault &fault)
{
    if (trial.sight == Sight::Refused)
        return fmt::format("trial {}: this run is not possible on this machine: {}",
                           trial.number, printable(trial.reason));
    const char *const result = trial.sight == Sight::Shown    ? "shown after"
                               : trial.sight == Sight::Silent ? "not seen in"
                                                              : "ended early, not seen in";
    std::string text =
        fmt::format("trial {}: {} {}, {} {}", trial.number, result,
                    clock_text(trial.elapsed_ns), count_text(trial.chances), fault.chances());
    if (trial.number == 1 && trial.sight == Sight::Shown)
        text += "; the fault to search for is " + fault.text();
    return text;
}

std::string bisection_text(const Bisection &bisection, bool colour)
{
    const Headline headline = headline_for(bisection.end);
    const std::string word =
        colour ? fmt::format("\033[1;{}m{}\033[0m", headline.colour, headline.word)
               : headline.word;
    std::string text = fmt::format("{}: {}; {}:\n\n  {}\n\n", word, bisection.fault.text(),
                                   headline.text, printable(bisection.command));
    text += fmt::format("  shown          {}\n", shown_text(bisection));
    text += fmt::format("  out of         {}\n", setting_line(bisection.everything));
    text +=
        fmt::format("  found in       {}, {}\n", plural(bisection.trials.size(), "run", "runs"),
                    clock_text(bisection.elapsed_ns));
    for (const auto &[other, records] : bisection.others)
        text += fmt::format("  also seen      {} ({})\n", other,
                            plural(records, "record", "records"));
    return text + needs_text(bisection) + trials_text(bisection);
}

void put_trial(Object &object, const Trial &trial)
{
    object["number"] = trial.number;
    object["config"] = config_object(trial.config);
    object["sight"] = name(trial.sight);
    object["chances"] = trial.chances;
    object["elapsed_ns"] = trial.elapsed_ns;
    object["reason"] = or_null(trial.reason);
}

void put_bisection(Object &object, const Bisection &bisection)
{
    object["end"] = name(bisection.end);
    object["fault"] = fault_object(bisection.fault);
    object["command"] = bisection.command;
    object["smallest"] = config_object(bisection.smallest);
    object["everything"] = config_object(bisection.everything);
    object["shown"] = {{"times", bisection.shown.count},
                       {"chances", bisection.shown.chances},
                       {"elapsed_ns", bisection.shown.elapsed_ns}};
    object["confidence"] = bisection.confidence;
    object["needs"] = Object::array();
    for (const Need &need : bisection.needs)
        object["needs"].push_back(need_object(need));
    object["others"] = Object::array();
    for (const auto &[text, records] : bisection.others)
        object["others"].push_back({{"fault", text}, {"records", records}});
    object["trials"] = bisection.trials.size();
    object["elapsed_ns"] = bisection.elapsed_ns;
}

} // namespace ct
