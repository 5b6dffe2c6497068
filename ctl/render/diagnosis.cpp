// SPDX-License-Identifier: GPL-2.0-or-later
#include "render/diagnosis.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/quantity.h"
#include "diagnose/advice.h"
#include "text/table.h"

namespace ct {

namespace {

constexpr std::size_t records_told = 8;
constexpr std::size_t trends_told = 6;
constexpr std::size_t others_told = 3;
constexpr double points_told = 0.5; // less would be shown as 0

std::string trend_share(const Trend &trend)
{
    std::string text =
        fmt::format("{} of {}", count_text(trend.mismatches), count_text(trend.all_mismatches));
    if (trend.all_operations > 0)
        text += fmt::format(", in {} of {} operations", count_text(trend.operations),
                            count_text(trend.all_operations));
    return text;
}

std::string headline_of(const Diagnosis &diagnosis)
{
    std::string injected;
    if (diagnosis.injected > 0)
        injected = fmt::format("{} injected on request", count_text(diagnosis.injected));
    if (diagnosis.real == 0)
        return injected.empty() ? "nothing to diagnose: there are no records\n"
                                : fmt::format("nothing to diagnose: {}\n", injected);
    std::string text =
        diagnosis.bug_class
            ? fmt::format("{} ({} confidence, {:.0f} %): {}\n", name(*diagnosis.bug_class),
                          name(diagnosis.confidence),
                          100 * diagnosis.candidates.front().probability,
                          meaning_of(*diagnosis.bug_class))
            : std::string("unclassified: the facts fit none of the known classes\n");
    text += fmt::format("  from {}", plural(diagnosis.real, "record", "records"));
    if (!injected.empty())
        text += fmt::format("; {} in addition", injected);
    return text + "\n";
}

std::string candidates_text(const Diagnosis &diagnosis)
{
    std::string text;
    for (std::size_t place = 0; place < std::min(others_told + 1, diagnosis.candidates.size());
         ++place) {
        const Suspicion &candidate = diagnosis.candidates[place];
        text += fmt::format("\n{} {}: {:.0f} points, {:.0f} %\n",
                            place == 0 && diagnosis.bug_class ? "evidence for" : "or",
                            name(candidate.bug_class), candidate.score,
                            100 * candidate.probability);
        for (const Reason &reason : candidate.evidence)
            if (std::abs(reason.points) >= points_told)
                text += fmt::format("  {:+4.0f}  {}\n", reason.points, reason.why);
    }
    return text;
}

std::string trends_text(const Tendencies &statistics)
{
    if (statistics.trends.empty())
        return {};
    Table table({{"correlates with"}, {"value"}, {"mismatches"}, {"p", right}});
    for (std::size_t place = 0; place < std::min(trends_told, statistics.trends.size());
         ++place) {
        const Trend &trend = statistics.trends[place];
        table.row({trend.factor, printable(trend.value), trend_share(trend),
                   rate_text(trend.chance)});
    }
    return "\n" + table.text();
}

// All records together have more to say than one: in what they share, and in how often.
std::string class_of_record(const RecordDiagnosis &record, std::optional<BugClass> whole)
{
    if (record.injected)
        return "injected";
    if (!record.bug_class)
        return "not classified on its own";
    if (!whole || record.bug_class == whole)
        return std::string(name(*record.bug_class));
    return fmt::format("looks like {} on its own; {} is what fits all records together",
                       name(*record.bug_class), name(*whole));
}

std::string records_text(const Diagnosis &diagnosis)
{
    std::string text;
    for (std::size_t place = 0; place < std::min(records_told, diagnosis.records.size());
         ++place) {
        const RecordDiagnosis &record = diagnosis.records[place];
        text += fmt::format("\nrecord {}: {}\n", record.number,
                            class_of_record(record, diagnosis.bug_class));
        for (const std::string &fact : record.facts)
            text += fmt::format("  {}\n", fact);
    }
    if (diagnosis.records.size() > records_told)
        text += fmt::format("\n... and {} more records; --json has all\n",
                            diagnosis.records.size() - records_told);
    return text;
}

std::string list_text(const std::string &title, const std::vector<std::string> &lines)
{
    if (lines.empty())
        return {};
    std::string text = "\n" + title + ":\n";
    for (const std::string &line : lines)
        text += fmt::format("  {}\n", line);
    return text;
}

Object candidate_object(const Suspicion &candidate)
{
    Object object;
    object["class"] = name(candidate.bug_class);
    object["score"] = candidate.score;
    object["probability"] = candidate.probability;
    object["evidence"] = Object::array();
    object["points"] = Object::array();
    for (const Reason &reason : candidate.evidence) {
        object["evidence"].push_back(reason.why);
        object["points"].push_back(reason.points);
    }
    return object;
}

Object trend_object(const Trend &trend)
{
    Object object;
    object["factor"] = trend.factor;
    object["value"] = trend.value;
    object["mismatches"] = trend.mismatches;
    object["all_mismatches"] = trend.all_mismatches;
    object["operations"] =
        trend.all_operations > 0 ? Object(trend.operations) : Object(nullptr);
    object["all_operations"] =
        trend.all_operations > 0 ? Object(trend.all_operations) : Object(nullptr);
    object["chance"] = trend.chance;
    return object;
}

Object damage_object(const std::optional<Damage> &damage)
{
    if (!damage)
        return nullptr;
    Object object;
    object["blocks"] = Object::array();
    for (const DamagedBlock &block : damage->blocks) {
        const bool known = !block.actual.empty();
        const bool near = known && block.entry.extent != Extent::Whole;
        Object entry;
        entry["block"] = block.number;
        entry["replaced"] = known ? Object(!near) : Object(nullptr);
        entry["round"] = near ? Object(block.entry.round) : Object(nullptr);
        entry["bits"] = block.entry.bits;
        entry["byte"] = near ? Object(block.entry.byte) : Object(nullptr);
        entry["bit"] = near ? Object(block.entry.bit) : Object(nullptr);
        entry["owner"] = or_null(block.owner);
        entry["owner_round"] =
            block.owner.empty() ? Object(nullptr) : Object(block.owner_rounds);
        object["blocks"].push_back(std::move(entry));
    }
    object["followers"] = damage->followers;
    object["unseen"] = damage->unseen;
    object["wrong_after_decryption"] = or_null(damage->wrong_after_decryption);
    object["key_round"] =
        damage->key_fault ? Object(damage->key_fault->round) : Object(nullptr);
    object["other_key"] = or_null(damage->other_key);
    object["icv"] = name(damage->icv);
    return object;
}

Object record_object(const RecordDiagnosis &record)
{
    Object object;
    object["number"] = record.number;
    object["injected"] = record.injected;
    object["class"] = record.bug_class ? Object(name(*record.bug_class)) : Object(nullptr);
    object["unmade"] = or_null(record.unmade);
    object["facts"] = record.facts;
    object["damage"] = damage_object(record.damage);
    return object;
}

} // namespace

std::string diagnosis_text(const Diagnosis &diagnosis)
{
    return headline_of(diagnosis) + list_text("in all records", diagnosis.summary) +
           candidates_text(diagnosis) + trends_text(diagnosis.statistics) +
           list_text("what to try next", diagnosis.next) +
           list_text("workarounds", diagnosis.mitigations) + records_text(diagnosis);
}

void put_diagnosis(Object &object, const Diagnosis &diagnosis)
{
    object["class"] =
        diagnosis.bug_class ? Object(name(*diagnosis.bug_class)) : Object(nullptr);
    object["confidence"] = name(diagnosis.confidence);
    object["summary"] = diagnosis.summary;
    object["candidates"] = Object::array();
    for (const Suspicion &candidate : diagnosis.candidates)
        object["candidates"].push_back(candidate_object(candidate));
    object["injected"] = diagnosis.injected;
    object["trends"] = Object::array();
    for (const Trend &trend : diagnosis.statistics.trends)
        object["trends"].push_back(trend_object(trend));
    object["next"] = diagnosis.next;
    object["mitigations"] = diagnosis.mitigations;
    object["records"] = Object::array();
    for (const RecordDiagnosis &record : diagnosis.records)
        object["records"].push_back(record_object(record));
}

} // namespace ct
