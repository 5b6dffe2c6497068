// SPDX-License-Identifier: GPL-2.0-or-later
#include "json/entry.h"

#include <utility>

#include "base/quantity.h"
#include "record/format.h"

namespace ct {

namespace {

Object bytes_object(const std::optional<PacketBytes> &bytes)
{
    if (!bytes)
        return nullptr;
    Object object;
    object["key"] = hex_text(bytes->key);
    object["auth_key"] = or_null(hex_text(bytes->auth_key));
    object["iv"] = hex_text(bytes->iv);
    object["aad"] = or_null(hex_text(bytes->aad));
    object["source"] = hex_text(bytes->source);
    object["expected"] = or_null(hex_text(bytes->expected));
    object["actual"] = or_null(hex_text(bytes->actual));
    return object;
}

template <typename Value> Object value_or_null(const Value &value)
{
    return value;
}

template <typename Value> Object value_or_null(const std::optional<Value> &value)
{
    return or_null(value);
}

// There is none where a register changed, and all of its members are null.
void put_packet(Object &object, const Mismatch &record)
{
    const auto put = [&](const char *member, Object value) {
        object[member] = record.changed ? Object(nullptr) : std::move(value);
    };
    put("direction", name(record.direction));
    put("layout", record.layout);
    put("seed", seed_text(record.seed));
    put("first", or_null(record.first));
    put("wrong_bytes", record.wrong_bytes);
    put("wrong_bits", record.wrong_bits);
    put("blocks", record.blocks);
    each_packet_field(
        [&](const auto &field) { put(field.name, value_or_null(record.*field.member)); });
    put("window", record.window);
}

Object register_object(const std::optional<RegisterChange> &changed)
{
    if (!changed)
        return nullptr;
    Object object;
    object["name"] = changed->name;
    object["owner"] = or_null(changed->owner);
    object["event"] = name(changed->event);
    object["thread"] = changed->thread;
    object["epoch"] = changed->epoch;
    return object;
}

Object change_object(const std::optional<Change> &change)
{
    if (!change)
        return nullptr;
    Object object;
    object["where"] = name(change->where);
    object["offset"] = change->offset;
    object["expected"] = hex_text(change->expected);
    object["actual"] = hex_text(change->actual);
    return object;
}

Object concurrent_object(const std::optional<std::vector<Concurrent>> &concurrent)
{
    if (!concurrent)
        return nullptr;
    Object list = Object::array();
    for (const Concurrent &other : *concurrent) {
        Object object;
        object["cpu"] = other.cpu;
        object["context"] = name(other.context);
        object["driver"] = other.driver;
        object["direction"] = name(other.direction);
        object["index"] = other.index;
        object["nested"] = other.nested;
        list.push_back(std::move(object));
    }
    return list;
}

Object attempt_object(const Attempt &attempt)
{
    Object object;
    object["way"] = name(attempt.way);
    object["cpu"] = attempt.cpu;
    object["context"] = name(attempt.context);
    object["driver"] = or_null(attempt.driver);
    object["runs"] = attempt.runs;
    object["wrong"] = attempt.wrong;
    object["errno"] = or_null(attempt.error);
    return object;
}

Object replay_object(const std::optional<Replay> &replay)
{
    if (!replay)
        return nullptr;
    Object object;
    object["state"] = name(replay->state);
    object["attempts"] = Object::array();
    for (const Attempt &attempt : replay->attempts)
        object["attempts"].push_back(attempt_object(attempt));
    object["cpus_left"] = replay->cpus_left;
    object["drivers_left"] = replay->drivers_left;
    return object;
}

void put_record(Object &object, const Mismatch &record)
{
    object["number"] = record.number;
    object["run"] = record.run;
    object["time_ns"] = record.time_ns;
    object["driver"] = or_null(record.driver);
    object["algorithm"] = or_null(record.algorithm);
    object["context"] = name(record.context);
    object["cpu_before"] = record.cpu_before;
    object["cpu_after"] = record.cpu_after;
    object["what"] = words(record.what);
    object["injected"] = record.injected;
    put_packet(object, record);
    object["register"] = register_object(record.changed);
    object["concurrent"] = concurrent_object(record.concurrent);
    object["replay"] = replay_object(record.replay);
    object["expected"] = hex_text(record.expected);
    object["actual"] = hex_text(record.actual);
    object["iv_expected"] = or_null(hex_text(record.iv_expected));
    object["iv_actual"] = or_null(hex_text(record.iv_actual));
    object["outside"] = change_object(record.outside);
    object["packet"] = bytes_object(record.packet);
}

} // namespace

Object typed(const char *type)
{
    Object object;
    object["type"] = type;
    object["format"] = json_format;
    return object;
}

Object replayed_object(const Mismatch &record)
{
    Object object = typed("replay");
    object["number"] = record.number;
    object["driver"] = record.driver;
    object["algorithm"] = record.algorithm;
    object["direction"] = name(record.direction);
    object["layout"] = record.layout;
    object["context"] = name(record.context);
    object["cpu"] = record.cpu_before;
    object["seed"] = seed_text(record.seed);
    object["index"] = record.index;
    object["payload_len"] = record.payload_len;
    object["wrong"] = record.replay && record.replay->wrong();
    object["replay"] = replay_object(record.replay);
    return object;
}

Object start_object(const Version &version, const Status &status)
{
    Object object = typed("start");
    object["run"] = status.run;
    object["seed"] = seed_text(status.seed);
    object["started_ns"] = status.started_ns;
    object["memory"] = status.memory;
    object["config"] = config_object(status.config);
    object["kernel"] = version.kernel;
    object["version"] = version.module;
    return object;
}

Object progress_object(const Status &status, double rate, std::uint64_t lost)
{
    Object object = typed("progress");
    put_run(object, status);
    object["rate"] = rate;
    object["lost"] = lost;
    return object;
}

Object mismatch_object(const Mismatch &record)
{
    Object object = typed("mismatch");
    put_record(object, record);
    return object;
}

Object error_object(const Error &error)
{
    Object object = typed("error");
    object["what"] = error.what;
    object["why"] = error.why;
    object["hint"] = or_null(error.hint);
    return object;
}

Object driver_object(const Driver &driver)
{
    Object object = typed("driver");
    object["id"] = driver.id;
    object["driver"] = driver.name;
    object["algorithm"] = driver.algorithm;
    object["present"] = driver.present;
    object["expected"] = driver.expected;
    object["module"] = or_null(driver.module);
    object["priority"] = or_null(driver.priority);
    object["async"] = driver.async;
    object["simd"] = driver.simd;
    object["deferred"] = driver.deferred;
    object["default"] = driver.is_default;
    object["errno"] = or_null(driver.error);
    object["reason"] = or_null(driver.reason);
    return object;
}

Object verdict_object(const Report &report)
{
    Object object = typed("verdict");
    put_report(object, report, true);
    return object;
}

Object identity_object(const CpuIdentity &identity)
{
    Object object;
    object["cpu"] = identity.cpu;
    object["package"] = or_null(identity.package);
    object["core"] = or_null(identity.core);
    object["siblings"] = identity.siblings;
    object["microcode"] = or_null(identity.microcode);
    object["model"] = or_null(identity.model);
    return object;
}

Object host_object(const HostIdentity &identity)
{
    Object object;
    object["vendor"] = or_null(identity.vendor);
    object["model"] = or_null(identity.model);
    object["family"] = identity.family;
    object["model_number"] = identity.model_number;
    object["stepping"] = identity.stepping;
    object["cpus"] = Object::array();
    for (const CpuIdentity &cpu : identity.cpus)
        object["cpus"].push_back(identity_object(cpu));
    object["release"] = or_null(identity.release);
    object["version"] = or_null(identity.version);
    object["preemption"] = or_null(identity.preemption);
    object["preemption_dynamic"] = identity.preemption_dynamic;
    object["config"] = Object::object();
    for (const auto &[option, value] : identity.config)
        object["config"][option] = value;
    object["hypervisor"] = or_null(identity.hypervisor);
    object["product"] = or_null(identity.product);
    object["modules"] = identity.modules;
    return object;
}

std::string line_of(const Object &object)
{
    return object.dump(-1, ' ', false, Object::error_handler_t::replace) + "\n";
}

} // namespace ct
