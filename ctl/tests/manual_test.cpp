// SPDX-License-Identifier: GPL-2.0-or-later
// The manual pages say what --help says, and the README has every command.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#include <CLI/CLI.hpp>
#include <gtest/gtest.h>

#include "manual/command_line.h"
#include "manual/page.h"
#include "manual/parameter.h"
#include "manual/roff.h"
#include "tests/outcome.h"

namespace ct::test {

namespace {

std::string source_text(const std::string &path)
{
    std::ifstream file(std::string(CT_SOURCES) + "/" + path);
    EXPECT_TRUE(file) << path;
    return {std::istreambuf_iterator<char>(file), {}};
}

// The command line as the program has it.
struct WholeLine {
    CLI::App app;
    Commands commands = describe(app, "9.8.7");
};

std::string page_of_commands(const WholeLine &line)
{
    const auto page =
        fill_page("cryptorture.8", source_text("docs/man/cryptorture.8.in"), "9.8.7",
                  {{"OPTIONS", options_part(line.app)},
                   {"COMMANDS", commands_part(line.app)},
                   {"EXIT_STATUS", exit_status_part(exit_meanings())}});
    EXPECT_TRUE(page) << page.error().sentence();
    return page.value_or("");
}

// Between a heading and the next one.
std::string section_of(const std::string &page, const std::string &heading)
{
    const std::size_t begin = page.find(heading + "\n");
    EXPECT_NE(begin, std::string::npos) << heading;
    if (begin == std::string::npos)
        return {};
    const std::size_t end = page.find("\n.S", begin + heading.size());
    return page.substr(begin, end - begin);
}

// Options as CLI11 itself lists them: "  --for TIME", "  -h,--help".
std::set<std::string> options_in_help(const std::string &help)
{
    std::set<std::string> options;
    const std::regex pattern("\n +(?:-[a-z], *)?(--[a-z-]+)");
    for (std::sregex_iterator found(help.begin(), help.end(), pattern), end; found != end;
         ++found)
        options.insert((*found)[1]);
    return options;
}

std::string sources_of_module()
{
    std::string text;
    for (const auto &entry :
         std::filesystem::recursive_directory_iterator(std::string(CT_SOURCES) + "/module"))
        if ((entry.path().extension() == ".c" || entry.path().extension() == ".h") &&
            entry.path().string().find("/busted/") == std::string::npos) {
            std::ifstream file(entry.path());
            text.append(std::istreambuf_iterator<char>(file), {});
        }
    return text;
}

} // namespace

TEST(Manual, HasEachOptionOfEachCommand)
{
    const WholeLine line;
    const std::string page = page_of_commands(line);
    std::size_t options = 0;
    for (const auto &[command, action] : line.commands) {
        const std::string section = section_of(page, ".SS " + command->get_name());
        for (const std::string &option : options_in_help(command->help())) {
            if (option == "--help")
                continue;
            ++options;
            EXPECT_TRUE(contains(section, roff_bold(option)))
                << command->get_name() << " " << option << "\n"
                << section;
        }
        for (const CLI::Option *const option : command->get_options())
            if (option != command->get_help_ptr()) {
                EXPECT_TRUE(contains(section, roff_text(option->get_description())))
                    << option->get_description();
            }
    }
    EXPECT_GT(options, 50U);
    EXPECT_TRUE(contains(section_of(page, ".SH OPTIONS"), "\\fB\\-\\-version\\fR"));
}

TEST(Manual, TellsWhatStandsForAValue)
{
    const WholeLine line;
    const std::string page = page_of_commands(line);
    EXPECT_TRUE(contains(section_of(page, ".SS run"),
                         ".TP\n\\fB\\-\\-for\\fR \\fITIME\\fR\nhow long, like 30s"));
    EXPECT_TRUE(contains(section_of(page, ".SS run"), ".TP\n\\fB\\-\\-json\\fR\n"));
    EXPECT_TRUE(contains(section_of(page, ".SS report"), ".TP\n\\fIDIR\\fR\n"));
    EXPECT_TRUE(contains(section_of(page, ".SS mismatches"), ".TP\n\\fINUMBER\\fR ...\n"));
    EXPECT_TRUE(contains(page, "\"cryptorture 9.8.7\""));
}

TEST(Manual, HasEachExitStatus)
{
    const WholeLine line;
    const std::string section = section_of(page_of_commands(line), ".SH EXIT STATUS");
    const std::string help = line.app.help();
    const std::string readme = section_of(source_text("README.md"), "## Exit status");
    for (const ExitStatus status :
         {ExitStatus::Clean, ExitStatus::Corrupt, ExitStatus::CouldNotRun,
          ExitStatus::Inconclusive, ExitStatus::Interrupted}) {
        const std::string number = std::to_string(static_cast<int>(status));
        EXPECT_TRUE(contains(section, "\\fB" + number + "\\fR\n")) << section;
        EXPECT_TRUE(contains(help, " " + number + " ") || contains(help, "\n" + number + " "));
        EXPECT_TRUE(contains(readme, "| " + number + " |"));
    }
}

TEST(Manual, ReadmeHasEachCommandAndNoOther)
{
    const std::string readme = source_text("README.md");
    const std::size_t begin = readme.find("## Commands");
    ASSERT_NE(begin, std::string::npos);
    std::istringstream table(readme.substr(begin, readme.find("\n## ", begin) - begin));
    std::set<std::string> rows;
    const std::regex name("`([a-z]+)[ `]");
    for (std::string row; std::getline(table, row);) {
        const std::string first = row.substr(0, row.find(" |"));
        if (!row.starts_with("| `"))
            continue;
        for (std::sregex_iterator found(first.begin(), first.end(), name), end; found != end;
             ++found)
            rows.insert((*found)[1]);
    }
    std::set<std::string> commands;
    const WholeLine line;
    for (const auto &[command, action] : line.commands)
        commands.insert(command->get_name());
    EXPECT_EQ(rows, commands);
}

TEST(Manual, HasEachParameterOfTheModule)
{
    const std::string sources = sources_of_module();
    Constants constants;
    read_constants(sources, constants);
    const auto parameters = read_parameters(sources, constants);
    ASSERT_TRUE(parameters) << parameters.error().sentence();
    const auto page = fill_page("cryptorture.4", source_text("docs/man/cryptorture.4.in"),
                                "9.8.7", {{"PARAMETERS", parameters_part(*parameters)}});
    ASSERT_TRUE(page) << page.error().sentence();
    const std::string macro = "\nmodule_param";
    std::size_t found = 0;
    for (std::size_t place = sources.find(macro); place != std::string::npos;
         place = sources.find(macro, place + 1), ++found) {
        const std::size_t begin = sources.find('(', place) + 1;
        const std::string name = sources.substr(begin, sources.find(',', begin) - begin);
        EXPECT_TRUE(contains(*page, ".TP\n" + roff_bold(name) + " (")) << name;
    }
    EXPECT_GE(found, 10U);
    EXPECT_TRUE(contains(*page, "default 4000\n"));
}

TEST(Manual, ReadsParameters)
{
    Constants constants;
    read_constants("#define LOAD_FULL\t1000\t/* per mille */\n#define NAME \"x\"\n"
                   "#define LEAST\t\t1\n",
                   constants);
    EXPECT_EQ(constants, (Constants{{"LOAD_FULL", "1000"}, {"LEAST", "1"}}));
    const auto parameters = read_parameters("static uint load = 1;\n"
                                            "module_param(load, uint, 0444);\n"
                                            "MODULE_PARM_DESC(load,\n"
                                            "\t\t \"per mille (of \\\"a\\\" CPU), \"\n"
                                            "\t\t __stringify(LEAST) \" to \"\n"
                                            "\t\t __stringify(LOAD_FULL));\n"
                                            "module_param( names , charp , 0444);\n"
                                            "MODULE_PARM_DESC(names, \"a list\");\n",
                                            constants);
    ASSERT_TRUE(parameters) << parameters.error().sentence();
    ASSERT_EQ(parameters->size(), 2U);
    EXPECT_EQ(parameters->at(0).name, "load");
    EXPECT_EQ(parameters->at(0).type, "uint");
    EXPECT_EQ(parameters->at(0).text, "per mille (of \"a\" CPU), 1 to 1000");
    EXPECT_EQ(parameters->at(1).name, "names");
    EXPECT_EQ(parameters_part({parameters->at(1)}), ".TP\n\\fBnames\\fR (text)\na list\n");
}

TEST(Manual, RefusesParametersThatNobodyDescribes)
{
    for (const char *const source :
         {"module_param(load, uint, 0444);\n",
          "module_param(load, uint, 0444);\nMODULE_PARM_DESC(load, LOAD_TEXT);\n",
          "module_param(load, uint, 0444);\nMODULE_PARM_DESC(load, \"up to \" MOST);\n",
          "module_param(load, uint, 0444);\n"
          "MODULE_PARM_DESC(load, \"up to \" __stringify(MOST));\n",
          "module_param(load, uint, 0444);\nMODULE_PARM_DESC(load, \"never closed",
          "MODULE_PARM_DESC(load, \"text of nothing\");\n"}) {
        const auto parameters = read_parameters(source, {{"LEAST", "1"}});
        ASSERT_FALSE(parameters) << source;
        EXPECT_TRUE(contains(parameters.error().sentence(),
                             "cannot describe the module parameter load: "))
            << parameters.error().sentence();
    }
}

TEST(Manual, RefusesATemplateThatAsksForWhatIsNotThere)
{
    const auto unknown = fill_page("x.8", ".SH A\n@COMANDS@\n", "1", {{"COMMANDS", "c\n"}});
    ASSERT_FALSE(unknown);
    EXPECT_TRUE(contains(unknown.error().sentence(),
                         "cannot make x.8: there is nothing to put in place of @COMANDS@"));
    EXPECT_FALSE(fill_page("x.8", "@COMMANDS@\n", "1", {{"COMMANDS", ""}}));
    const auto page = fill_page("x.8", "a @VERSION@ b @VERSION@\n@COMMANDS@\nz", "1.0-rc1",
                                {{"COMMANDS", "c\n"}});
    ASSERT_TRUE(page);
    EXPECT_EQ(*page, "a 1.0\\-rc1 b 1.0\\-rc1\nc\nz\n");
}

TEST(Manual, WritesTextThatTroffTakesAsItIs)
{
    EXPECT_EQ(roff_text(".5 of it"), "\\&.5 of it");
    EXPECT_EQ(roff_text("'all' of it"), "\\&\\(aqall\\(aq of it");
    EXPECT_EQ(roff_text("a\\b --x \"y\" ~^`"), "a\\eb \\-\\-x \\(dqy\\(dq \\(ti\\(ha\\(ga");
    EXPECT_EQ(roff_sentence("list them, 0-3"), "List them, 0\\-3.");
    EXPECT_EQ(roff_sentence("Done."), "Done.");
    EXPECT_EQ(roff_sentence(""), "");
}

} // namespace ct::test
