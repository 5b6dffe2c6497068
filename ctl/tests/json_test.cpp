// SPDX-License-Identifier: GPL-2.0-or-later
// schema_test.py runs this too and holds the lines of AllLines against the
// published schema.
#include "render/json.h"

#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "diagnose/diagnose.h"
#include "esp/report.h"
#include "faults.h"
#include "machines.h"
#include "render/folder.h"
#include "samples.h"
#include "watch/report.h"

namespace ct::test {

namespace {

using nlohmann::json;

template <typename Call> json rendered_line(const Call &call)
{
    StringOutput output;
    Json renderer(output);
    call(renderer);
    EXPECT_EQ(output.text().find('\n'), output.text().size() - 1); // one line
    return json::parse(output.text());
}

json verdict_of(const Report &report)
{
    return rendered_line([&](Json &renderer) { renderer.verdict(report); });
}

} // namespace

TEST(Json, TellsACleanRun)
{
    const json verdict = verdict_of(clean_report());
    EXPECT_EQ(verdict["type"], "verdict");
    EXPECT_EQ(verdict["verdict"], "CLEAN");
    EXPECT_EQ(verdict["operations"], 1000000);
    EXPECT_EQ(verdict["bytes"], 700000000);
    EXPECT_EQ(verdict["mismatches"], 0);
    EXPECT_EQ(verdict["injected"], 0);
    EXPECT_EQ(verdict["injected_found"], 0);
    EXPECT_EQ(verdict["lost"], 0);
    EXPECT_EQ(verdict["seed"], "0x000000000000002a");
    EXPECT_EQ(verdict["digest"],
              "d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1");
    EXPECT_EQ(verdict["interruptions"], 5000);
    EXPECT_EQ(verdict["fpu_hits"], 1200);
    EXPECT_EQ(verdict["preemptions"], 300);
    EXPECT_EQ(verdict["nested"], 4000);
    EXPECT_EQ(verdict["end"], "duration");
    EXPECT_EQ(verdict["kernel"], "6.1.0-56-amd64");
    EXPECT_EQ(verdict["version"], "0.1.0");
    EXPECT_EQ(verdict["config"]["duration_ms"], 30000);
    EXPECT_EQ(verdict["config"]["cpus"], "0-1");
    EXPECT_NEAR(verdict["bound"]["per_packet"].get<double>(), 2.9957e-6, 1e-9);
    EXPECT_NEAR(verdict["bound"]["per_block"].get<double>(), 6.8085e-8, 1e-11);
    EXPECT_EQ(verdict["bound"]["confidence"], 0.95);
    EXPECT_EQ(verdict["time_to_find"][0]["rate"], 1e-6);
    EXPECT_NEAR(verdict["time_to_find"][0]["seconds"].get<double>(), 89.872, 0.001);
    EXPECT_EQ(verdict["coverage"]["cells_planned"], 8);
    EXPECT_EQ(verdict["coverage"]["cells_reached"], 8);
    ASSERT_EQ(verdict["coverage"]["cells"].size(), 8U);
    json cell = verdict["coverage"]["cells"][0];
    const std::map<std::string, int> counts{
        {"operations", 125000}, {"bytes", 87500000}, {"interruptions", 625}, {"fpu_hits", 600}};
    for (const auto &counter : cell_counters) {
        const auto count = counts.find(counter.name);
        EXPECT_EQ(cell[counter.name], count == counts.end() ? 0 : count->second);
        cell.erase(counter.name);
    }
    EXPECT_EQ(cell, json::parse(R"({
        "driver": "cbc-aes-aesni", "driver_id": 0, "direction": "encrypt", "context": "task",
        "cpu": 0,
        "gap": null, "exempt": []})"));
}

TEST(Json, TellsACorruptRun)
{
    const json verdict = verdict_of(corrupt_report());
    EXPECT_EQ(verdict["verdict"], "CORRUPT");
    EXPECT_TRUE(verdict["bound"].is_null());
    EXPECT_EQ(verdict["lost"], 2);
    EXPECT_EQ(verdict["groups"][0], json::parse(R"({
        "driver": "cbc-aes-aesni", "cpu": 1, "context": "task", "direction": "encrypt",
        "mismatches": 4, "operations": 125000, "records": 3, "injected_records": 0,
        "moved_records": 0, "first_record": 1, "what": ["text"]})"));
}

TEST(Json, TellsWhatWasNotCovered)
{
    const json verdict = verdict_of(inconclusive_report());
    EXPECT_EQ(verdict["verdict"], "INCONCLUSIVE");
    EXPECT_EQ(verdict["coverage"]["cells"][0]["gap"], "no-fpu-hit");
    EXPECT_EQ(verdict["gaps"][1]["cpus"], "0-1");
    EXPECT_EQ(verdict["advice"].size(), 2U);
}

TEST(Json, KeepsNumbersExact)
{
    Report report = clean_report();
    report.status.operations = 18446744073709551615ULL;
    report.status.seed = 18446744073709551615ULL;
    const json verdict = verdict_of(report);
    EXPECT_EQ(verdict["operations"].get<std::uint64_t>(), UINT64_MAX);
    EXPECT_EQ(verdict["seed"], "0xffffffffffffffff");
}

TEST(Json, KeepsBytesExact)
{
    const json line =
        rendered_line([](Json &renderer) { renderer.mismatch(sample_mismatch(1)); });
    EXPECT_EQ(line["type"], "mismatch");
    EXPECT_EQ(line["blocks"], json::parse("[1]"));
    EXPECT_EQ(line["first"], 32);
    EXPECT_EQ(line["expected"].get<std::string>().substr(60, 8), "1e1f2021");
    EXPECT_EQ(line["actual"].get<std::string>().substr(60, 8), "1e1fff21");
    EXPECT_TRUE(line["iv_expected"].is_null());
}

TEST(Json, IsValidWhateverTheKernelSays)
{
    Driver driver;
    driver.name = "\xff\xfe\"\n\x01";
    const json line = rendered_line([&](Json &renderer) { renderer.drivers({driver}); });
    EXPECT_EQ(line["type"], "driver");
}

TEST(Json, TellsErrorsInTheirParts)
{
    const json line = rendered_line([](Json &renderer) {
        renderer.error(Error{ErrorKind::Busy, "cannot start", "busy", "", std::nullopt});
    });
    EXPECT_EQ(
        line,
        json::parse(
            R"({"type":"error","format":1,"what":"cannot start","why":"busy","hint":null})"));
}

TEST(Json, WritesMilestonesOnly)
{
    StringOutput output;
    Json renderer(output);
    renderer.progress(Progress());
    EXPECT_EQ(output.text(), "");
}

TEST(Json, TellsHowLongItWouldTake)
{
    const json estimate = verdict_of(inconclusive_report())["estimate"];
    EXPECT_GT(estimate["seconds"].get<double>(), 30.0);
    EXPECT_TRUE(estimate["command"].get<std::string>().starts_with("cryptorture run --for "));
    EXPECT_TRUE(estimate["unknown"].empty());
    EXPECT_TRUE(verdict_of(clean_report())["estimate"].is_null());
    const json unknown = verdict_of(unreachable_report())["estimate"];
    EXPECT_TRUE(unknown["seconds"].is_null());
    EXPECT_TRUE(unknown["command"].is_null());
    EXPECT_EQ(unknown["unknown"][0], "no operation at all in caller context on CPU 1");
}

TEST(Json, TellsWhatDoesNotApply)
{
    const json verdict = verdict_of(unreachable_report());
    EXPECT_EQ(verdict["coverage"]["cells_exempt"], 1);
    EXPECT_EQ(verdict["inapplicable"][1], json::parse(R"({
        "what": "tampered packets of cbc-aes-aesni", "why": "there is no ICV to tamper with",
        "cells": 1})"));
    EXPECT_EQ(verdict["disturbers"][2], json::parse(R"({
        "disturber": "memory", "count": 0, "reason": "no reclaim here"})"));
}

TEST(Json, TellsOfRegistersWithoutAPacket)
{
    const json line =
        rendered_line([](Json &renderer) { renderer.mismatch(sample_register(4)); });
    EXPECT_EQ(line["register"], json::parse(R"({
        "name": "ymm3", "owner": "ymm3 of exerciser 4 on CPU 0", "event": "migrate",
        "thread": 5, "epoch": 1234567})"));
    for (const char *member : {"driver", "algorithm", "direction", "layout", "seed", "index",
                               "first", "blocks", "window", "simd", "foreign"})
        EXPECT_TRUE(line[member].is_null()) << member;
    EXPECT_EQ(line["actual"].get<std::string>().substr(30, 6), "5c5d5c");
    EXPECT_EQ(line["cpu_after"], 1);
    const json packet =
        rendered_line([](Json &renderer) { renderer.mismatch(sample_mismatch(1)); });
    EXPECT_TRUE(packet["register"].is_null());
    EXPECT_EQ(packet["in_flight"], 0);
}

TEST(Json, NamesTheCpuThatMismatchesGatherOn)
{
    const json verdict = verdict_of(register_report());
    EXPECT_EQ(verdict["suspect"]["cpus"], "1");
    EXPECT_EQ(verdict["suspect"]["processor"]["microcode"], "0x2b");
    EXPECT_EQ(verdict["cpus"][1]["mismatches"], 12);
    EXPECT_EQ(verdict["register_mismatches"], 12);
    EXPECT_TRUE(verdict["groups"][0]["driver"].is_null());
    EXPECT_TRUE(verdict_of(corrupt_report())["suspect"].is_null());
}

// One line of every type and shape; into a file if one is named.
TEST(Json, AllLines)
{
    StringOutput output;
    Json renderer(output);
    Status running = sample_status();
    running.state = State::Running;
    running.verdict = Verdict::None;
    running.config = Config();
    Progress progress;
    progress.status = running;
    progress.milestone = true;
    progress.rate = 1234.5;
    Mismatch rich = sample_mismatch(2);
    rich.iv_expected.assign(16, 1);
    rich.iv_actual.assign(16, 2);
    rich.status = -74;
    rich.first.reset();
    rich.replay = sample_replay();
    Report idle = make_report("0.1.0", sample_version(), Status(), {}, {}, Journal(0));
    BenchRow row{"cbc-aes-aesni",
                 "cbc(aes)",
                 1420,
                 Direction::Encrypt,
                 1,
                 5,
                 100,
                 80,
                 50,
                 20.0,
                 0.8,
                 0.5,
                 0.2,
                 "cbc(aes-generic)"};
    BenchRow bare = row;
    bare.naive.reset();
    bare.verified_ratio.reset();
    bare.single_ratio.reset();
    bare.naive_ratio.reset();
    bare.generic.clear();
    bare.raw = 0;

    renderer.started(sample_version(), running);
    renderer.progress(progress);
    Mismatch foreign = sample_mismatch(3);
    foreign.what = {What::Text, What::Completion, What::Reference};
    foreign.foreign = 78;
    foreign.cpu_reference = 0;
    foreign.in_flight = 3;
    Mismatch unowned = sample_register(5);
    unowned.changed->owner.clear();
    unowned.driver = "cbc-aes-aesni";
    unowned.algorithm = "cbc(aes)";
    Mismatch whole = sample_mismatch(6);
    whole.packet = PacketBytes{{1}, {2}, {3}, {4}, {5}, {6}, {7}};
    Mismatch refused = sample_mismatch(7);
    refused.packet = PacketBytes{{1}, {}, {3}, {}, {5}, {}, {}};
    refused.outside = Change{Outside::DestinationBehind, 96, {1, 2}, {1, 3}};
    renderer.mismatches(
        {sample_mismatch(1), rich, foreign, sample_register(4), unowned, whole, refused}, true);
    renderer.message("something");
    renderer.error(Error{ErrorKind::Busy, "cannot", "busy", "wait", std::nullopt});
    renderer.replayed(rich);
    renderer.drivers(sample_drivers());
    renderer.bench_row(row);
    renderer.bench_row(bare);
    for (const bool whole : {true, false}) {
        const Bisection bisection = sample_bisection(whole);
        renderer.trial_end(bisection.trials.back(), bisection.fault);
        renderer.bisection(bisection);
    }
    renderer.version(VersionReport{"0.1.0", sample_version(), std::nullopt, true});
    renderer.version(VersionReport{"0.1.0", std::nullopt,
                                   Error{ErrorKind::NoModule, "cannot", "no module", "", {}},
                                   true});
    renderer.doctor(sample_examination());
    renderer.doctor(Examination());
    Random random(11);
    renderer.diagnosis(Diagnosis());
    renderer.diagnosis(diagnose(evidence_of(BugClass::FpuNested, random)));
    renderer.diagnosis(diagnose(evidence_of(BugClass::KeySchedule, random)));
    renderer.status(idle, false);
    renderer.status(corrupt_report(), true);
    renderer.verdict(clean_report());
    renderer.verdict(corrupt_report());
    renderer.verdict(inconclusive_report());
    renderer.verdict(register_report());
    renderer.verdict(unreachable_report());
    renderer.bench_rates(BenchRates{5000000000, 1, 0, {{0, 1.5, 2.5, 3.5}, {1, 0, 0, 0}}});
    renderer.bench_timer(TimerRates{{{250, 10, 2.5, 1.5, 0.1}, {500, 8, 5, 3, 0.2}}, 0});

    EspFacts facts;
    facts.cells.push_back({{EspMode::Gre, true}, {Suite::Gcm, 16, 8, true}, "a-driver", {}});
    facts.cells.push_back({{EspMode::Tunnel, false}, {Suite::CbcSha1, 32, 12, false}, "", {}});
    facts.cpus = {0, 1};
    facts.contexts = std::vector<EspCpuContexts>{{0, {}, {}}};
    facts.reach.push_back({{EspMode::NattTransport, false}, FlowKind::Udp, 7, 5});
    facts.skipped.push_back({"gre, IPv6", "not here"});
    facts.drops.push_back({"XfrmInHdrError", 3});
    facts.module_mismatches = 0;
    EspFinding packet;
    packet.record = sample_mismatch(1);
    packet.record.wire = WireOrigin{};
    renderer.esp_progress(EspProgress{}, true);
    renderer.esp_finding(packet);
    renderer.esp_verdict(make_esp_report(facts, {}));
    renderer.watch_progress(WatchProgress{}, true);
    WatchFinding watched;
    renderer.watch_finding(watched);
    watched.icv_valid = false;
    renderer.watch_finding(watched);
    WatchReport watch;
    watch.rows.emplace_back();
    renderer.watch_verdict(watch);

    for (const bool ended : {false, true}) {
        const Tree tree;
        auto folder = make_folder(tree.root(), "0.1.0", ended ? sample_host() : HostIdentity());
        ASSERT_TRUE(folder);
        (*folder)->started(sample_version(), running);
        if (ended) {
            (*folder)->progress(progress);
            (*folder)->error(Error{ErrorKind::Busy, "cannot", "busy", "wait", std::nullopt});
            (*folder)->message("something");
            (*folder)->verdict(register_report());
        }
        std::ifstream file(tree.root() + "/run.json");
        std::string line;
        std::getline(file, line);
        output.write(line + "\n");
    }

    std::istringstream stream(output.text());
    std::size_t count = 0;
    for (std::string line; std::getline(stream, line); ++count)
        EXPECT_TRUE(json::accept(line)) << line;
    EXPECT_EQ(count, 46U);
    if (const char *const path = std::getenv("CT_JSON_LINES"); path != nullptr)
        std::ofstream(path) << output.text();
}

} // namespace ct::test
