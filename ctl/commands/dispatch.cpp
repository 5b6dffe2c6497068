// SPDX-License-Identifier: GPL-2.0-or-later
// The table of subcommands, and the command line as a whole.
#include "commands/commands.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/quantity.h"

namespace ct {

namespace {

struct Entry {
    const char *name;
    const char *help;
    Command (*add)(Options &options);
};

constexpr std::array<Entry, 14> table{{
    {"run", "test until the time is over, then give the verdict", add_run},
    {"esp", "check every packet of real ESP tunnels: sender or receiver?", add_esp},
    {"start", "start a run and return at once", add_start},
    {"stop", "end the run and give its verdict", add_stop},
    {"status", "show the current or the last run", add_status},
    {"drivers", "list the drivers under test, and why some are absent", add_drivers},
    {"mismatches", "show the records that the module keeps", add_mismatches},
    {"report", "show the report of a run that was saved with --out", add_report},
    {"diagnose", "report what was wrong in a saved run", add_diagnose},
    {"replay", "run packets of a saved run again on this machine", add_replay},
    {"bisect", "find the smallest part of a run that still shows a fault", add_bisect},
    {"bench", "measure the drivers with and without checks", add_bench},
    {"doctor", "report what this machine can and cannot show, before a run", add_doctor},
    {"version", "show the versions of program, module and kernel", add_version},
}};

constexpr std::array<ExitMeaning, 5> exit_table{{
    {ExitStatus::Clean, "CLEAN or done"},
    {ExitStatus::Corrupt, "CORRUPT"},
    {ExitStatus::CouldNotRun, "could not run or could not write all"},
    {ExitStatus::Inconclusive, "INCONCLUSIVE"},
    {ExitStatus::Interrupted, "interrupted before a verdict"},
}};

std::string footer()
{
    constexpr std::size_t width = 80;
    std::string text = "Exit status:";
    std::size_t line = 0; // where the last one begins
    for (const ExitMeaning &entry : exit_table) {
        const std::string part =
            fmt::format("{} {}{}", static_cast<int>(entry.status), entry.meaning,
                        &entry == &exit_table.back() ? "." : ",");
        const bool fits = text.size() - line + 1 + part.size() <= width;
        text += fits ? ' ' : '\n';
        line = fits ? line : text.size();
        text += part;
    }
    return text;
}

Error usage_error(const std::string &text, const std::string &command)
{
    Error error;
    error.kind = ErrorKind::Usage;
    error.what = "cannot read the command line";
    error.why = text;
    error.hint = command.empty() ? "see 'cryptorture --help'"
                                 : fmt::format("see 'cryptorture {} --help'", command);
    return error;
}

std::string suggestion(const std::string &word)
{
    std::vector<std::string> known;
    known.reserve(table.size());
    for (const Entry &entry : table)
        known.emplace_back(entry.name);
    const auto meant = nearest(word, known);
    return meant ? fmt::format("; did you mean \"{}\"?", *meant) : "";
}

// CLI11's own sentence for an unknown word leaves the reader alone with it.
std::string unknown_word(const std::vector<std::string> &words, const CLI::App &command)
{
    std::vector<std::string> known;
    for (const CLI::Option *const option : command.get_options())
        for (const std::string &name : option->get_lnames())
            known.push_back("--" + name);
    for (const std::string &word : words) {
        const std::string option = word.substr(0, word.find('='));
        if (!option.starts_with("-") ||
            std::find(known.begin(), known.end(), option) != known.end())
            continue;
        const auto meant = nearest(option, known);
        return fmt::format("there is no option \"{}\"{}", printable(option),
                           meant ? fmt::format("; did you mean \"{}\"?", *meant) : "");
    }
    return {};
}

std::vector<std::string> joined(int argc, const char *const *argv)
{
    constexpr std::array<std::string_view, 11> lists{
        "--drivers",  "--contexts",   "--disturb", "--sizes", "--cpus",   "--modes",
        "--families", "--algorithms", "--keys",    "--esn",   "--traffic"};
    return command_words(argc, argv, lists);
}

ExitStatus run_command(int argc, const char *const *argv, Environment &environment)
{
    CLI::App app;
    const Commands commands = describe(app, environment.program);
    const auto refuse = [&](const std::string &text, const std::string &command) {
        environment.err.write(
            fmt::format("cryptorture: {}\n", usage_error(text, command).sentence()));
        return ExitStatus::CouldNotRun;
    };
    const std::string first = argc > 1 ? argv[1] : "";
    const bool known = std::any_of(table.begin(), table.end(),
                                   [&](const Entry &entry) { return entry.name == first; });
    if (!first.empty() && first.front() != '-' && !known)
        return refuse(
            fmt::format("there is no command \"{}\"{}", printable(first), suggestion(first)),
            "");

    // From the last to the first, as CLI11 wants them.
    std::vector<std::string> words = joined(argc, argv);
    std::reverse(words.begin(), words.end());
    // The only exceptions that are expected: those of CLI11 for the command line.
    try {
        app.parse(words);
    } catch (const CLI::CallForVersion &call) {
        environment.out.write(fmt::format("{}\n", call.what()));
        return ExitStatus::Clean;
    } catch (const CLI::CallForHelp &) {
        environment.out.write(app.help());
        return ExitStatus::Clean;
    } catch (const CLI::ExtrasError &error) {
        const std::string unknown =
            unknown_word(joined(argc, argv), known ? *app.get_subcommand(first) : app);
        return refuse(unknown.empty() ? printable(error.what()) : unknown, known ? first : "");
    } catch (const CLI::ParseError &error) {
        return refuse(printable(error.what()), known ? first : "");
    }
    for (const auto &[command, action] : commands)
        if (command->parsed())
            return action(environment);
    return refuse("a command is missing", "");
}

} // namespace

std::span<const ExitMeaning> exit_meanings()
{
    return exit_table;
}

Commands describe(CLI::App &app, const std::string &program)
{
    app.name("cryptorture");
    app.description("Finds out whether this machine's kernel crypto corrupts data.");
    app.set_version_flag("--version", "cryptorture " + program, "show the version");
    app.footer(footer());
    app.require_subcommand(0, 1);
    app.set_help_flag("-h,--help", "show this help");

    Commands commands;
    for (const Entry &entry : table) {
        CLI::App *const command = app.add_subcommand(entry.name, entry.help);
        command->footer(footer());
        Options options(*command);
        command->set_help_flag("-h,--help", "show this help");
        commands.emplace_back(command, entry.add(options));
    }
    return commands;
}

ExitStatus dispatch(int argc, const char *const *argv, Environment &environment)
{
    const ExitStatus status = run_command(argc, argv, environment);
    const int lost = environment.out.error();
    if (lost == 0)
        return status;
    const std::string hint =
        lost == EBADF
            ? "it is closed or not open for writing; redirect it, if need be to /dev/null"
        : lost == EPIPE ? "its reader went away before the end"
                        : errno_hint(lost);
    const Error error{ErrorKind::System, "cannot write all results to standard output",
                      errno_text(lost), hint, std::nullopt};
    environment.err.write(fmt::format("cryptorture: {}\n", error.sentence()));
    return after_loss(status);
}

} // namespace ct
