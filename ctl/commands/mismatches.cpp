// SPDX-License-Identifier: GPL-2.0-or-later
// cryptorture mismatches: the records that the module keeps.
#include "commands/commands.h"

#include <fmt/format.h>

#include "args/option.h"

namespace ct {

namespace {

struct MismatchesOptions {
    std::vector<std::string> numbers;
    bool json = false;
};

ExitStatus list(Kernel &kernel, Renderer &renderer)
{
    const auto status = kernel.status();
    if (!status)
        return fail(renderer, status.error());
    const auto dump = kernel.mismatches(1);
    if (!dump)
        return fail(renderer, dump.error());
    renderer.mismatches(dump->records, false);
    for (const Error &error : dump->unreadable)
        renderer.message(error.sentence());
    if (dump->records.empty())
        renderer.message(status->state == State::Idle ? "there has been no run"
                                                      : "there are no records");
    if (status->overwritten > 0 || status->unrecorded > 0)
        renderer.message(
            fmt::format("{} older records were overwritten, {} mismatches have none",
                        status->overwritten, status->unrecorded));
    return dump->unreadable.empty() ? ExitStatus::Clean : ExitStatus::CouldNotRun;
}

ExitStatus show_mismatches(Environment &environment, const MismatchesOptions &options)
{
    const auto renderer = make_renderer(environment, options.json);
    std::vector<std::uint64_t> numbers;
    for (const std::string &text : options.numbers) {
        const auto number = parse_number("record", text, 1, UINT64_MAX);
        if (!number)
            return fail(*renderer, number.error());
        numbers.push_back(*number);
    }
    auto connection = connect(environment, "cannot show the mismatches");
    if (!connection)
        return fail(*renderer, connection.error());
    if (numbers.empty())
        return list(*connection->kernel, *renderer);
    for (const std::uint64_t number : numbers) {
        auto record = connection->kernel->mismatch(number);
        if (!record) {
            if (record.error().kind == ErrorKind::NotFound && record.error().hint.empty())
                record.error().hint = "'cryptorture mismatches' lists those that are kept";
            return fail(*renderer, record.error());
        }
        renderer->mismatches({*record}, true);
    }
    return ExitStatus::Clean;
}

} // namespace

Command add_mismatches(Options &options)
{
    const auto values = std::make_shared<MismatchesOptions>();
    options.rest("NUMBER", values->numbers,
                 "records to show whole (default: a line for each that is kept)");
    options.flag("--json", values->json, "JSON lines on standard output");
    return [values](Environment &environment) {
        return show_mismatches(environment, *values);
    };
}

} // namespace ct
