// SPDX-License-Identifier: GPL-2.0-or-later
// Makes a manual page when the program is built:
//   manual_pages TEMPLATE PAGE SOURCE...
// SOURCEs are those of the module, for its parameters and for the numbers in their texts.
#include <cstddef>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <span>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "artifact/file.h"
#include "manual/command_line.h"
#include "manual/page.h"
#include "manual/parameter.h"
#include "render/output.h"

namespace {

constexpr std::size_t file_max = 1UL << 20U;

ct::Result<std::vector<ct::Parameter>> module_parameters(std::span<char *const> sources)
{
    std::vector<std::string> texts;
    ct::Constants constants;
    for (const char *const source : sources) {
        auto text = ct::read_file(source, file_max);
        if (!text)
            return ct::Failure(text.error());
        ct::read_constants(*text, constants);
        texts.push_back(std::move(*text));
    }
    std::vector<ct::Parameter> all;
    for (const std::string &text : texts) {
        const auto parameters = ct::read_parameters(text, constants);
        if (!parameters)
            return ct::Failure(parameters.error());
        all.insert(all.end(), parameters->begin(), parameters->end());
    }
    return all;
}

ct::Result<void> make_page(const std::string &from, const std::string &to,
                           std::span<char *const> sources)
{
    const auto text = ct::read_file(from, file_max);
    if (!text)
        return ct::Failure(text.error());
    const auto parameters = module_parameters(sources);
    if (!parameters)
        return ct::Failure(parameters.error());
    CLI::App app;
    const ct::Commands commands = ct::describe(app, CRYPTORTURE_VERSION);
    const auto page = ct::fill_page(from, *text, CRYPTORTURE_VERSION,
                                    {{"OPTIONS", ct::options_part(app)},
                                     {"COMMANDS", ct::commands_part(app)},
                                     {"EXIT_STATUS", ct::exit_status_part(ct::exit_meanings())},
                                     {"PARAMETERS", ct::parameters_part(*parameters)}});
    if (!page)
        return ct::Failure(page.error());
    std::ofstream file(to, std::ios::binary);
    file << *page;
    if (!file.flush())
        return ct::failure(ct::ErrorKind::System, fmt::format("cannot write {}", to),
                           "its folder may be missing, read-only or full", "");
    return {};
}

} // namespace

int main(int argc, char **argv)
{
    ct::DescriptorOutput err(STDERR_FILENO);
    const std::span words(argv, static_cast<std::size_t>(argc));
    if (words.size() < 3) {
        err.write("usage: manual_pages TEMPLATE PAGE SOURCE...\n");
        return EXIT_FAILURE;
    }
    // CLI11 throws where a command line contradicts itself.
    try {
        const auto made = make_page(words[1], words[2], words.subspan(3));
        if (made)
            return EXIT_SUCCESS;
        err.write(fmt::format("manual_pages: {}\n", made.error().sentence()));
    } catch (const std::exception &exception) {
        err.write(fmt::format("manual_pages: {}\n", exception.what()));
    }
    return EXIT_FAILURE;
}
