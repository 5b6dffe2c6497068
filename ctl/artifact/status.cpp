// SPDX-License-Identifier: GPL-2.0-or-later
#include "artifact/status.h"

namespace ct {

namespace {

constexpr std::size_t digest_size = 32; // bytes

void read_config(Members &outer, Config &config)
{
    auto members = outer.object("config");
    if (!members)
        return;
    members->number("duration_ms", config.duration_ms);
    members->seed("seed", config.seed);
    members->texts("drivers", config.drivers);
    members->words("contexts", config.contexts);
    members->words("disturbers", config.disturbers);
    members->maybe_text("cpus", config.cpus);
    members->number("load_per_mille", config.load);
    members->number("timer_hz", config.timer_hz);
    members->number("inject_every", config.inject_every);
    members->flag("until_mismatch", config.until_mismatch);
    members->maybe_text("sizes", config.sizes);
    members->number("exercisers", config.exercisers);
}

void read_counts(Members &members, Status &status)
{
    members.number("run", status.run);
    members.word("state", status.state);
    members.seed("seed", status.seed);
    members.counters(run_counters, status);
}

void read_disturbers(Members &outer, Status &status)
{
    outer.each("disturbers", [&](const Parsed &value, const std::string &place) {
        Members members(value, place, outer.complaint());
        DisturberCount &count = status.disturbers.emplace_back();
        members.word("disturber", count.disturber);
        members.number("count", count.count);
        members.maybe_text("reason", count.reason);
    });
}

void read_sweep(Members &members, Status &status)
{
    if (members.is_null("sweep"))
        return;
    auto &sweep = status.sweep.emplace();
    std::size_t places = 0;
    members.each("sweep", [&](const Parsed &value, const std::string &place) {
        const auto *const number = value.get_ptr<const Parsed::number_unsigned_t *>();
        if (number == nullptr)
            members.complain(place, "is not a whole number of at most 64 bits");
        else if (places < sweep.size())
            sweep.at(places) = *number;
        ++places;
    });
    if (places != sweep.size())
        members.complain("sweep", "does not have 16 numbers");
}

} // namespace

void read_start(Members &members, Version &version, Status &status)
{
    members.type("start");
    members.number("run", status.run);
    members.seed("seed", status.seed);
    members.number("started_ns", status.started_ns);
    members.number("memory", status.memory);
    read_config(members, status.config);
    members.text("kernel", version.kernel);
    members.text("version", version.module);
}

void read_progress(Members &members, Status &status)
{
    members.type("progress");
    read_counts(members, status);
    members.ignore({"rate", "lost"});
}

void read_status(Members &members, Status &status)
{
    if (!members.is_null("verdict"))
        members.word("verdict", status.verdict);
    if (!members.is_null("verdict") && status.verdict == Verdict::None)
        members.complain("verdict", "is no verdict");
    read_counts(members, status);
    members.word("end", status.end);
    members.maybe_text("failure", status.failure);
    members.number("records_made", status.records);
    members.counters(verdict_counters, status);
    members.maybe_hex("digest", status.digest);
    if (!status.digest.empty() && status.digest.size() != digest_size)
        members.complain("digest", "does not have 32 bytes");
    read_disturbers(members, status);
    read_sweep(members, status);
    members.flag("fpu_nests", status.fpu_nests);
    members.number("defaults_changed", status.defaults_changed);
    read_config(members, status.config);
}

} // namespace ct
