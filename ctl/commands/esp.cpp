// SPDX-License-Identifier: GPL-2.0-or-later
// cryptorture esp: real tunnels between two hosts on this machine, or those of this host
// watched.
#include "commands/commands.h"

#include "args/esp_plan.h"
#include "args/watch_plan.h"
#include "tunnel/session.h"
#include "tunnel/watch.h"

namespace ct {

namespace {

struct EspCommand {
    EspOptions plan;
    WatchOptions watch;
    bool json = false;
    std::optional<std::string> out;
};

ExitStatus esp(Environment &environment, const EspCommand &values)
{
    const auto renderer = make_renderer(environment, values.json);
    if (values.watch.interface) {
        const auto watch = parse_watch_plan(values.watch, values.plan);
        if (!watch)
            return fail(*renderer, watch.error());
        return watch_tunnels(environment, *renderer, *watch, values.out);
    }
    if (const auto none = refuse_watch_options(values.watch); !none)
        return fail(*renderer, none.error());
    const auto plan = parse_esp_plan(values.plan);
    if (!plan)
        return fail(*renderer, plan.error());
    return run_tunnels(environment, *renderer, *plan, values.out);
}

} // namespace

Command add_esp(Options &options)
{
    const auto values = std::make_shared<EspCommand>();
    add_esp_options(options, values->plan);
    add_watch_options(options, values->watch);
    options.value("--out", values->out, "DIR",
                  "keep wire.pcapng, its keys for Wireshark, wrong packets and verdict there");
    options.flag("--json", values->json, "JSON lines on standard output");
    return [values](Environment &environment) {
        return esp(environment, *values);
    };
}

} // namespace ct
