// SPDX-License-Identifier: GPL-2.0-or-later
#include "artifact/mismatch.h"

#include <algorithm>
#include <functional>
#include <initializer_list>

namespace ct {

namespace {

// Of a packet, besides its fields.
constexpr std::initializer_list<const char *> packet_members{
    "direction",  "layout", "seed",   "first",  "wrong_bytes",
    "wrong_bits", "blocks", "window", "packet",
};

void read_bytes(Members &outer, Mismatch &record)
{
    if (outer.is_null("packet"))
        return;
    auto members = outer.object("packet");
    if (!members)
        return;
    PacketBytes &bytes = record.packet.emplace();
    members->hex("key", bytes.key);
    members->maybe_hex("auth_key", bytes.auth_key);
    members->hex("iv", bytes.iv);
    members->maybe_hex("aad", bytes.aad);
    members->hex("source", bytes.source);
    members->maybe_hex("expected", bytes.expected);
    members->maybe_hex("actual", bytes.actual);
}

void read_change(Members &outer, Mismatch &record)
{
    // Runs of earlier versions do not say.
    if (!outer.all().contains("outside") || outer.is_null("outside"))
        return;
    auto members = outer.object("outside");
    if (!members)
        return;
    Change &change = record.outside.emplace();
    members->word("where", change.where);
    members->number("offset", change.offset);
    members->hex("expected", change.expected);
    members->hex("actual", change.actual);
    if (change.actual.size() != change.expected.size())
        members->complain("actual", "has not as many bytes as \"expected\"");
}

void read_packet(Members &members, Mismatch &record)
{
    members.word("direction", record.direction);
    members.text("layout", record.layout);
    members.seed("seed", record.seed);
    members.number("first", record.first);
    members.number("wrong_bytes", record.wrong_bytes);
    members.number("wrong_bits", record.wrong_bits);
    members.numbers("blocks", record.blocks);
    each_packet_field(
        [&](const auto &field) { members.value(field.name, record.*field.member); });
    members.number("window", record.window);
    read_bytes(members, record);
    if (std::adjacent_find(record.blocks.begin(), record.blocks.end(),
                           std::greater_equal<>()) != record.blocks.end())
        members.complain("blocks", "are not in ascending order");
}

void read_register(Members &members, Mismatch &record)
{
    const auto have_none = [&](const char *name) {
        if (!members.is_null(name))
            members.complain(name, "is not null, although a register changed and no packet");
    };
    std::for_each(packet_members.begin(), packet_members.end(), have_none);
    each_packet_field([&](const auto &field) { have_none(field.name); });
    if (record.outside)
        members.complain("outside", "is not null, although a register changed and no packet");
    auto changed = members.object("register");
    if (!changed)
        return;
    RegisterChange &change = record.changed.emplace();
    changed->text("name", change.name);
    changed->maybe_text("owner", change.owner);
    changed->word("event", change.event);
    changed->number("thread", change.thread);
    changed->number("epoch", change.epoch);
    if (record.expected.size() > register_size)
        members.complain("expected", "has more bytes than any register");
}

Concurrent read_other(const Parsed &value, const std::string &place, Complaint &complaint)
{
    Members members(value, place, complaint);
    Concurrent other;
    members.number("cpu", other.cpu);
    members.word("context", other.context);
    members.text("driver", other.driver);
    members.word("direction", other.direction);
    members.number("index", other.index);
    members.flag("nested", other.nested);
    return other;
}

void read_concurrent(Members &members, Mismatch &record)
{
    // Runs of earlier versions do not say.
    if (!members.all().contains("concurrent") || members.is_null("concurrent"))
        return;
    auto &others = record.concurrent.emplace();
    members.each("concurrent", [&](const Parsed &value, const std::string &place) {
        others.push_back(read_other(value, place, members.complaint()));
    });
}

Attempt read_attempt(const Parsed &value, const std::string &place, Complaint &complaint)
{
    Members members(value, place, complaint);
    Attempt attempt;
    members.word("way", attempt.way);
    members.number("cpu", attempt.cpu);
    members.word("context", attempt.context);
    members.maybe_text("driver", attempt.driver);
    members.number("runs", attempt.runs);
    members.number("wrong", attempt.wrong);
    members.number("errno", attempt.error);
    if (attempt.wrong > attempt.runs)
        members.complain("wrong", "is more often than it was run");
    return attempt;
}

void read_replay(Members &outer, Mismatch &record)
{
    if (outer.is_null("replay"))
        return;
    auto members = outer.object("replay");
    if (!members)
        return;
    Replay &replay = record.replay.emplace();
    members->word("state", replay.state);
    members->each("attempts", [&](const Parsed &value, const std::string &place) {
        replay.attempts.push_back(read_attempt(value, place, members->complaint()));
    });
    members->number("cpus_left", replay.cpus_left);
    members->number("drivers_left", replay.drivers_left);
}

} // namespace

Mismatch read_mismatch(const Parsed &line, Complaint &complaint)
{
    Members members(line, "", complaint);
    Mismatch record;
    members.type("mismatch");
    members.number("number", record.number);
    members.number("run", record.run);
    members.number("time_ns", record.time_ns);
    members.maybe_text("driver", record.driver);
    members.maybe_text("algorithm", record.algorithm);
    members.word("context", record.context);
    members.number("cpu_before", record.cpu_before);
    members.number("cpu_after", record.cpu_after);
    members.words("what", record.what);
    members.flag("injected", record.injected);
    members.hex("expected", record.expected);
    members.hex("actual", record.actual);
    members.maybe_hex("iv_expected", record.iv_expected);
    members.maybe_hex("iv_actual", record.iv_actual);
    read_change(members, record);
    if (members.is_null("register"))
        read_packet(members, record);
    else
        read_register(members, record);
    read_concurrent(members, record);
    read_replay(members, record);
    // As the kernel's own records are held to.
    if (record.actual.size() != record.expected.size())
        members.complain("actual", "has not as many bytes as \"expected\"");
    if (record.iv_actual.size() != record.iv_expected.size())
        members.complain("iv_actual", "has not as many bytes as \"iv_expected\"");
    return record;
}

} // namespace ct
