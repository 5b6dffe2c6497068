// SPDX-License-Identifier: GPL-2.0-or-later
// Records to JSON and back: what is written of a run is read again without a bit
// changed, and what was not written so is refused.
#include "artifact/saved_run.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>

#include <gtest/gtest.h>

#include "artifact/lines.h"
#include "artifact/mismatch.h"
#include "machines.h"
#include "outcome.h"
#include "render/folder.h"
#include "render/text.h"
#include "samples.h"
#include "json/entry.h"

namespace ct::test {

namespace {

std::string content_of(const std::string &path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string text_of_saved(const Report &report)
{
    StringOutput output;
    Text(output).verdict(report);
    return output.text();
}

// As 'run --out' does it, in place of what was written before.
void write_run(const std::string &path, const Report &report,
               const std::vector<Mismatch> &records)
{
    for (const char *const name : {run_file, records_file, report_file})
        std::filesystem::remove(path + "/" + name);
    auto folder = make_folder(path, "0.1.0", sample_host());
    ASSERT_TRUE(folder) << folder.error().sentence();
    (*folder)->started(report.version, report.status);
    for (const Mismatch &record : records)
        (*folder)->mismatch(record);
    (*folder)->verdict(report);
    EXPECT_FALSE((*folder)->trouble());
}

// A record in whose members no two are the same.
Mismatch extreme_mismatch()
{
    std::uint32_t next = UINT32_MAX;
    Mismatch record;
    record.number = UINT64_MAX;
    record.run = UINT64_MAX - 1;
    record.time_ns = UINT64_MAX - 2;
    record.cpu_before = next--;
    record.cpu_after = next--;
    record.context = Context::Caller;
    record.algorithm = "authenc(hmac(sha1),\"cbc\\(aes))\n";
    record.driver = "\xc2\xb5-driver";
    record.direction = Direction::Tampered;
    record.layout = "in-place/vmalloc/fields+3";
    for (std::size_t place = 0; place < count_of<What>; ++place)
        if (static_cast<What>(place) != What::Register)
            record.what.push_back(static_cast<What>(place));
    record.seed = UINT64_MAX - 3;
    record.index = UINT64_MAX - 4;
    for (std::uint32_t *const member :
         {&record.key_len, &record.icv_len, &record.payload_len, &record.text_offset,
          &record.text_len, &record.output_len, &record.wrong_bytes, &record.wrong_bits,
          &record.window, &record.interruptions, &record.fpu_hits, &record.preemptions,
          &record.nested, &record.in_flight})
        *member = next--;
    record.first = next--;
    record.cpu_reference = next--;
    record.status = INT32_MIN;
    record.status_expected = INT32_MAX;
    record.blocks = {0, 1, UINT32_MAX};
    for (unsigned byte = 0; byte < 1536; ++byte) {
        record.expected.push_back(static_cast<std::uint8_t>(byte));
        record.actual.push_back(static_cast<std::uint8_t>(~byte));
    }
    record.iv_expected.assign(16, 0x00);
    record.iv_actual.assign(16, 0xff);
    record.persists = record.async = record.simd = true;
    record.duration_ns = UINT64_MAX - 5;
    record.foreign = UINT64_MAX - 6;
    record.outside = Change{Outside::IvBehind, next--, {1, 2}, {3, 4}};
    record.concurrent = {
        {next--, Context::Caller, "\"other", Direction::Tampered, UINT64_MAX - 7, true},
        {next--, Context::Softirq, record.driver, Direction::Encrypt, 0, false}};
    record.packet = PacketBytes{{1}, {2}, {3}, {4}, {5}, {6, 7}, {8, 9}};
    record.replay = Replay{ReplayState::Done,
                           {Attempt{ReplayWay::OtherDriver, next--, Context::Softirq, "\"other",
                                    UINT32_MAX, UINT32_MAX, UINT32_MAX}},
                           next--,
                           next--};
    return record;
}

Mismatch again(const Mismatch &record)
{
    Complaint complaint;
    const Mismatch read =
        read_mismatch(Parsed::parse(line_of(mismatch_object(record))), complaint);
    EXPECT_FALSE(complaint.text()) << complaint.text().value_or("");
    return read;
}

// Counts of the whole of 64 bits, no two the same.
Status extreme_status()
{
    std::uint64_t next = UINT64_MAX;
    Status status = sample_status();
    status.verdict = Verdict::Inconclusive;
    status.end = End::Failed;
    status.failure = "out of\tmemory";
    status.run = next--;
    status.seed = next--;
    for (const auto &counter : run_counters)
        status.*counter.member = next--;
    for (const auto &counter : verdict_counters)
        status.*counter.member = next--;
    status.records = UINT64_MAX - 1000;
    status.unrecorded = 999;
    status.cells_planned = UINT32_MAX;
    status.cells_reached = UINT32_MAX - 1;
    status.cells_exempt = UINT32_MAX - 2;
    status.defaults_changed = UINT32_MAX;
    for (std::size_t byte = 0; byte < status.digest.size(); ++byte)
        status.digest[byte] = static_cast<std::uint8_t>(byte * 8);
    status.sweep->fill(UINT64_MAX);
    status.sweep->front() = 0;
    status.disturbers.clear();
    for (std::size_t place = 0; place < count_of<Disturber>; ++place)
        status.disturbers.push_back(
            {static_cast<Disturber>(place), next--, place % 2 == 0 ? "" : "none here"});
    Config &config = status.config;
    config.duration_ms = UINT64_MAX;
    config.seed = UINT64_MAX;
    config.contexts = {Context::Caller};
    config.disturbers.emplace();
    config.load = UINT32_MAX;
    config.timer_hz = UINT32_MAX - 1;
    config.inject_every = UINT64_MAX - 1;
    config.until_mismatch = true;
    config.sizes = "64,1300-1500";
    config.exercisers = UINT32_MAX - 2;
    return status;
}

std::vector<Driver> extreme_drivers()
{
    auto drivers = sample_drivers();
    drivers[0].id = UINT32_MAX;
    drivers[0].priority = INT32_MIN;
    drivers[1].priority = INT32_MAX;
    drivers[1].deferred = drivers[2].expected = true;
    drivers[2].error = UINT32_MAX;
    return drivers;
}

std::vector<Cell> extreme_cells()
{
    std::vector<Cell> cells;
    std::uint64_t next = UINT64_MAX;
    for (std::size_t gap = 0; gap < count_of<Gap>; ++gap) {
        Cell &cell = cells.emplace_back();
        cell.cpu = UINT32_MAX - static_cast<std::uint32_t>(gap);
        cell.driver = UINT32_MAX;
        cell.context = static_cast<Context>(gap % count_of<Context>);
        cell.direction = static_cast<Direction>(gap % count_of<Direction>);
        cell.gap = static_cast<Gap>(gap);
        cell.exempt = {Exempt::NoIcv, Exempt::Deferred, Exempt::Threaded};
        for (const auto &counter : cell_counters)
            cell.*counter.member = next--;
    }
    return cells;
}

// Everything of a report that is not made from the rest.
void expect_same(const Report &read, const Report &written)
{
    EXPECT_EQ(read.program, written.program);
    EXPECT_EQ(read.version, written.version);
    EXPECT_EQ(read.status, written.status);
    EXPECT_EQ(read.drivers, written.drivers);
    EXPECT_EQ(read.cells, written.cells);
    EXPECT_EQ(read.processors, written.processors);
    EXPECT_EQ(read.untested, written.untested);
    EXPECT_EQ(read.records, written.records);
    EXPECT_EQ(read.recorded, written.recorded);
    EXPECT_EQ(read.lost, written.lost);
    EXPECT_EQ(read.late_registers, written.late_registers);
    EXPECT_EQ(read.exerciser_deaths, written.exerciser_deaths);
    ASSERT_EQ(read.groups.size(), written.groups.size());
    for (std::size_t place = 0; place < read.groups.size(); ++place)
        EXPECT_EQ(read.groups[place].tally, written.groups[place].tally);
    EXPECT_EQ(line_of(verdict_object(read)), line_of(verdict_object(written)));
    EXPECT_EQ(text_of_saved(read), text_of_saved(written));
}

// Why a folder with these contents is refused.
std::string refusal_of(const std::string &run, const std::string &records)
{
    Tree tree;
    tree.file("/run.json", run).file("/mismatches.jsonl", records);
    const auto read = read_run(tree.root());
    EXPECT_FALSE(read) << run.substr(0, 200);
    if (read)
        return {};
    // A whole sentence of what, why and what to do.
    EXPECT_TRUE(read.error().what.starts_with("cannot read " + tree.root()));
    EXPECT_FALSE(read.error().why.empty());
    EXPECT_FALSE(read.error().hint.empty());
    EXPECT_EQ(read.error().sentence().find_first_of("\n\x01"), std::string::npos);
    return read.error().why;
}

struct Written {
    std::string run;
    std::string records;
};

Written written_files(const Report &report, const std::vector<Mismatch> &records)
{
    Tree tree;
    write_run(tree.root(), report, records);
    return {content_of(tree.root() + "/run.json"),
            content_of(tree.root() + "/mismatches.jsonl")};
}

Written corrupt_files()
{
    return written_files(corrupt_report(),
                         {sample_mismatch(1), sample_mismatch(2), sample_mismatch(4)});
}

// Of a verdict; they follow from the others.
constexpr std::array derived_members{"bound",        "time_to_find", "independent",
                                     "gaps",         "advice",       "estimate",
                                     "inapplicable", "cpus",         "suspect"};

// Counters that runs of earlier releases do not have.
bool is_added(const std::string &member)
{
    const auto in = [&](const auto &list) {
        return std::any_of(list.begin(), list.end(), [&](const auto &counter) {
            return counter.presence == Presence::Added && counter.name == member;
        });
    };
    return in(run_counters) || in(verdict_counters) || in(cell_counters);
}

// Every place below a value, lists by their first element only.
void walk_json(const json &value, const json::json_pointer &place,
               const std::function<void(const json::json_pointer &)> &call)
{
    if (value.is_object())
        for (const auto &[name, member] : value.items()) {
            call(place / name);
            walk_json(member, place / name, call);
        }
    if (value.is_array() && !value.empty()) {
        call(place / 0);
        walk_json(value.front(), place / 0, call);
    }
}

} // namespace

TEST(SavedRun, KeepsEveryBitOfARecord)
{
    const Mismatch extreme = extreme_mismatch();
    EXPECT_EQ(again(extreme), extreme);
    EXPECT_EQ(again(sample_mismatch(1)), sample_mismatch(1));
    Mismatch bare;
    bare.number = 1;
    EXPECT_EQ(again(bare), bare);
    Mismatch live = sample_mismatch(2);
    live.live = over_fpu_section(live) = live.injected = true;
    live.packet = PacketBytes{{1}, {}, {3}, {}, {5}, {}, {}};
    EXPECT_EQ(again(live), live);
}

TEST(SavedRun, KeepsEveryBitOfARegister)
{
    for (std::size_t place = 0; place < count_of<ThreadEvent>; ++place) {
        Mismatch record = sample_register(UINT64_MAX);
        record.changed =
            RegisterChange{"zmm31", place == 0 ? "" : "xmm0 of \"nobody\"",
                           static_cast<ThreadEvent>(place), UINT32_MAX, UINT64_MAX};
        record.expected.assign(register_size, 0);
        record.actual.assign(register_size, 0xff);
        EXPECT_EQ(again(record), record);
    }
}

TEST(SavedRun, GivesTheSameReportAgain)
{
    const std::vector<Mismatch> three{sample_mismatch(1), sample_mismatch(2),
                                      sample_mismatch(4)};
    std::vector<Mismatch> registers;
    for (std::uint64_t number = 1; number <= 12; ++number)
        registers.push_back(sample_register(number));
    Report late = clean_report();
    late.late_registers = UINT64_MAX;
    Report died = clean_report();
    died.exerciser_deaths = 5;
    ASSERT_EQ(died.exit_status(), ExitStatus::Inconclusive);
    const std::vector<std::pair<Report, std::vector<Mismatch>>> cases{
        {clean_report(), {}},
        {corrupt_report(), three},
        {inconclusive_report(), {}},
        {unreachable_report(), {}},
        {register_report(), registers},
        {late, {}},
        {died, {}}};
    for (const auto &[report, records] : cases) {
        Tree tree;
        write_run(tree.root(), report, records);
        const auto saved = read_run(tree.root());
        ASSERT_TRUE(saved) << saved.error().sentence();
        EXPECT_TRUE(saved->ended);
        EXPECT_FALSE(saved->error);
        EXPECT_TRUE(saved->warnings.empty());
        EXPECT_EQ(saved->program, "0.1.0");
        EXPECT_EQ(saved->host, sample_host());
        EXPECT_EQ(saved->records, records);
        expect_same(saved->report, report);
        EXPECT_EQ(text_of_saved(saved->report), content_of(tree.root() + "/report.txt"));
        EXPECT_EQ(saved->exit_status(), report.exit_status());
    }
    EXPECT_EQ(late.exit_status(), ExitStatus::Corrupt);
}

TEST(SavedRun, KeepsExtremeValues)
{
    const Report report =
        make_report("0.1.0", sample_version(), extreme_status(), extreme_drivers(),
                    extreme_cells(), Journal(extreme_status().run),
                    {{UINT32_MAX, UINT32_MAX - 1, UINT32_MAX - 2, "", "", ""}});
    Tree tree;
    write_run(tree.root(), report, {});
    const auto saved = read_run(tree.root());
    ASSERT_TRUE(saved) << saved.error().sentence();
    expect_same(saved->report, report);

    Status bare;
    bare.state = State::Ended;
    bare.verdict = Verdict::Clean;
    const Report little = make_report("0.1.0", Version(), bare, {}, {}, Journal(0));
    write_run(tree.root(), little, {});
    const auto other = read_run(tree.root());
    ASSERT_TRUE(other) << other.error().sentence();
    expect_same(other->report, little);
}

TEST(SavedRun, SaysWhichFileIsMissing)
{
    Tree tree;
    EXPECT_EQ(read_run(tree.root() + "/nowhere").error().sentence(),
              "cannot read " + tree.root() +
                  "/nowhere/run.json: No such file or directory; name a folder that "
                  "'cryptorture run --out' wrote");
    tree.file("/run.json", corrupt_files().run);
    EXPECT_EQ(read_run(tree.root()).error().what,
              "cannot read " + tree.root() + "/mismatches.jsonl");
    EXPECT_EQ(read_run(tree.root()).error().kind, ErrorKind::NotFound);
    tree.folder("/mismatches.jsonl");
    EXPECT_EQ(read_run(tree.root()).error().why, "it is not a regular file");
}

TEST(SavedRun, RefusesWhatIsTooLarge)
{
    const auto files = corrupt_files();
    for (const char *const name : {"/run.json", "/mismatches.jsonl"}) {
        Tree tree;
        tree.file("/run.json", files.run).file("/mismatches.jsonl", files.records);
        std::filesystem::resize_file(tree.root() + name, 1UL << 30U);
        const auto read = read_run(tree.root());
        ASSERT_FALSE(read);
        EXPECT_TRUE(contains(read.error().why, "and no run writes so many"));
    }
    EXPECT_EQ(refusal_of(files.run, files.records + std::string(300000, ' ') + "\n"),
              "line 4: it has 300,000 characters, and no record is longer than 262,144");
}

TEST(SavedRun, RefusesWhatIsNoJson)
{
    const auto files = corrupt_files();
    for (const std::string &run :
         {std::string(), std::string("{"), std::string(100, '\0'), files.run.substr(0, 1000),
          std::string(200000, '['), std::string("\"\xff\""), files.run + "x"})
        EXPECT_EQ(refusal_of(run, files.records), "it is not JSON");
    EXPECT_EQ(refusal_of("[]", ""), "it is not a JSON object");
    EXPECT_EQ(refusal_of("7", ""), "it is not a JSON object");
    EXPECT_EQ(refusal_of(files.run, "nonsense\n" + files.records), "line 1: it is not JSON");
    EXPECT_EQ(refusal_of(files.run, files.records + "\n"), "line 4: it is not JSON");
    EXPECT_EQ(refusal_of(files.run, files.records + "7\n"), "line 4: it is not a JSON object");
}

TEST(SavedRun, SaysWhatIsWrong)
{
    const json good = json::parse(corrupt_files().run);
    const std::vector<std::array<std::string, 3>> cases{
        {"/format", "2",
         "it is of format 2, and cryptorture " CRYPTORTURE_VERSION " reads format 1"},
        {"/format", "0", "it is of format 0, and there is none"},
        {"/format", "\"1\"", "format is not a whole number"},
        {"/verdict/format", "2",
         "verdict is of format 2, and cryptorture " CRYPTORTURE_VERSION " reads format 1"},
        {"/start/format", "\"1\"", "start.format is not a number"},
        {"/type", "\"verdict\"", "type is \"verdict\", not \"run\""},
        {"/ended", "null", "ended is not true or false"},
        {"/host/family", "4294967296", "host.family is 4294967296, more than 4294967295"},
        {"/host/cpus/0/cpu", "-1", "host.cpus[0].cpu is not a whole number of at most 64 bits"},
        {"/start/seed", "\"0x12\"", "start.seed is \"0x12\", not 0x and 16 hexadecimal digits"},
        {"/start/seed", "42", "start.seed is not a string"},
        {"/start/config/contexts/0", "\"hardirq\"",
         "start.config.contexts[0] has the unknown word \"hardirq\""},
        {"/verdict/operations", "18446744073709551616",
         "verdict.operations is not a whole number of at most 64 bits"},
        {"/verdict/operations", "1.5",
         "verdict.operations is not a whole number of at most 64 bits"},
        {"/verdict/verdict", "\"NONE\"", "verdict.verdict is no verdict"},
        {"/verdict/verdict", "\"FINE\\n\"",
         "verdict.verdict has the unknown word \"FINE\\x0a\""},
        {"/verdict/digest", "\"D1\"",
         "verdict.digest is \"D1\", not bytes of two hexadecimal digits each"},
        {"/verdict/digest", "\"d1\"", "verdict.digest does not have 32 bytes"},
        {"/verdict/sweep", "[1]", "verdict.sweep does not have 16 numbers"},
        {"/verdict/coverage/cells/0/gap", "\"none\"", "verdict.coverage.cells[0].gap is none"},
        {"/verdict/records", "4", "verdict.records is not the sum of the groups' records"},
        {"/verdict/lost", "0", "verdict.lost does not fit the other counts of records"},
        {"/verdict/run", "4", "verdict.run is not the run that was started"},
        {"/drivers/0/priority", "2147483648",
         "drivers[0].priority is not a whole number of 32 bits"},
        {"/drivers", "null", "drivers is not a list"},
        {"/verdict", "null", "verdict is not an object"},
        {"/ended", "false", "drivers is not null, although the run did not end"},
    };
    for (const auto &[place, value, why] : cases) {
        json bad = good;
        bad[json::json_pointer(place)] = json::parse(value);
        EXPECT_EQ(refusal_of(bad.dump(), corrupt_files().records), why);
    }
}

TEST(SavedRun, SaysWhatIsWrongWithARecord)
{
    const auto files = corrupt_files();
    const json good = json::parse(line_of(mismatch_object(extreme_mismatch())));
    const json reg = json::parse(line_of(mismatch_object(sample_register(9))));
    const auto refused = [&](json bad, const char *place, const char *value) {
        bad["number"] = 9;
        bad["run"] = 3;
        bad[json::json_pointer(place)] = json::parse(value);
        return refusal_of(files.run, files.records + bad.dump() + "\n").substr(8);
    };
    EXPECT_EQ(refused(good, "/number", "2"), "record 2 was there before");
    EXPECT_EQ(refused(good, "/number", "3"), "record 3 comes after record 4");
    EXPECT_EQ(refused(good, "/number", "0"), "there is no record 0");
    EXPECT_EQ(refused(good, "/run", "4"), "it is of run 4, and run.json of run 3");
    EXPECT_EQ(refused(good, "/type", "\"driver\""), "type is \"driver\", not \"mismatch\"");
    EXPECT_EQ(refused(good, "/status", "2147483648"),
              "status is not a whole number of 32 bits");
    EXPECT_EQ(refused(good, "/status", "18446744073709551615"),
              "status is not a whole number of 32 bits");
    EXPECT_EQ(refused(good, "/what/0", "\"colour\""),
              "what[0] has the unknown word \"colour\"");
    EXPECT_EQ(refused(good, "/what/0", "0"), "what[0] is not a word");
    EXPECT_EQ(refused(good, "/actual", "\"00\""),
              "actual has not as many bytes as \"expected\"");
    EXPECT_EQ(refused(good, "/actual", "\"0\""),
              "actual is \"0\", not bytes of two hexadecimal digits each");
    EXPECT_EQ(refused(good, "/blocks", "[2,1]"), "blocks are not in ascending order");
    EXPECT_EQ(refused(good, "/packet/key", "\"x0\""),
              "packet.key is \"x0\", not bytes of two hexadecimal digits each");
    EXPECT_EQ(refused(good, "/packet", "[]"), "packet is not an object");
    EXPECT_EQ(refused(reg, "/packet", "{}"),
              "packet is not null, although a register changed and no packet");
    EXPECT_EQ(refused(good, "/register", "7"),
              "direction is not null, although a register changed and no packet");
    EXPECT_EQ(refused(reg, "/register/event", "\"lunch\""),
              "register.event has the unknown word \"lunch\"");
    EXPECT_EQ(refused(reg, "/index", "1"),
              "index is not null, although a register changed and no packet");
}

// A later release of the same format may have more to say, anywhere.
TEST(SavedRun, PassesUnknownMembersOver)
{
    const auto files = corrupt_files();
    json run = json::parse(files.run);
    std::vector<json::json_pointer> objects{json::json_pointer()};
    walk_json(run, json::json_pointer(), [&](const json::json_pointer &place) {
        // Options of the kernel are all taken, whatever they are called.
        if (run[place].is_object() && place.to_string() != "/host/config")
            objects.push_back(place);
    });
    EXPECT_GT(objects.size(), 10U);
    for (const auto &place : objects)
        run[place]["surprise"] = json::parse(R"([{"x":[]}])");
    std::string records;
    std::istringstream lines(files.records);
    for (std::string text; std::getline(lines, text);) {
        json line = json::parse(text);
        line["surprise"] = 1;
        records += line.dump() + "\n";
    }
    Tree tree;
    tree.file("/run.json", run.dump()).file("/mismatches.jsonl", records);
    const auto saved = read_run(tree.root());
    ASSERT_TRUE(saved) << saved.error().sentence();
    EXPECT_TRUE(saved->warnings.empty());
    EXPECT_EQ(saved->records.size(), 3U);
    expect_same(saved->report, corrupt_report());
}

// Earlier releases wrote "format" into the outermost object of run.json only.
TEST(SavedRun, ReadsRunsOfBeforeTheFormatWasWritten)
{
    const auto files = corrupt_files();
    std::string run = files.run;
    std::string records = files.records;
    const std::string format = R"(,"format":1)";
    std::size_t count = 0;
    for (std::string *const text : {&run, &records})
        for (auto place = text->find(format); place != std::string::npos;
             place = text->find(format, place), ++count)
            text->erase(place, format.size());
    EXPECT_GE(count, 7U); // run, start, drivers, verdict, records
    Tree tree;
    tree.file("/run.json", run).file("/mismatches.jsonl", records).file("/lines", records);
    const auto saved = read_run(tree.root());
    ASSERT_TRUE(saved) << saved.error().sentence();
    expect_same(saved->report, corrupt_report());
    const auto lines = read_lines(tree.root() + "/lines");
    ASSERT_TRUE(lines) << lines.error().sentence();
    EXPECT_EQ(lines->records.size(), 3U);
}

TEST(SavedRun, SaysWhatCanReadAnotherFormat)
{
    const auto files = corrupt_files();
    const std::string reads = ", and cryptorture " CRYPTORTURE_VERSION " reads format 1; ";
    json run = json::parse(files.run);
    run["format"] = 7;
    run["program"] = "9.1.0";
    run.erase("verdict"); // nothing else counts then
    Tree tree;
    tree.file("/run.json", run.dump()).file("/mismatches.jsonl", files.records);
    EXPECT_EQ(read_run(tree.root()).error().sentence(),
              "cannot read " + tree.root() + "/run.json: it is of format 7" + reads +
                  "read it with cryptorture 9.1.0, which wrote it, or with a later one");

    json record = json::parse(files.records.substr(0, files.records.find('\n')));
    record["format"] = 2;
    tree.file("/run.json", files.run).file("/mismatches.jsonl", record.dump() + "\n");
    EXPECT_TRUE(read_run(tree.root())
                    .error()
                    .sentence()
                    .starts_with("cannot read " + tree.root() +
                                 "/mismatches.jsonl: line 1: it is of format 2, and "));

    // Lines: the last run's alone count.
    const std::string old_run =
        line_of(start_object(sample_version(), sample_status())) + files.records;
    json start = json::parse(line_of(start_object({"9.1.0", "7.3"}, sample_status())));
    start["format"] = 2;
    tree.file("/lines", old_run + start.dump() + "\n" + record.dump() + "\n");
    EXPECT_EQ(read_lines(tree.root() + "/lines").error().sentence(),
              "cannot read " + tree.root() + "/lines: line 5: it is of format 2" + reads +
                  "read it with cryptorture 9.1.0, which wrote it, or with a later one");
    tree.file("/lines", files.records + record.dump() + "\n");
    EXPECT_TRUE(contains(read_lines(tree.root() + "/lines").error().sentence(),
                         "line 4: it is of format 2" + reads +
                             "read it with the release of cryptorture that wrote it, or with "
                             "a later one"));
    tree.file("/lines", start.dump() + "\n" + old_run);
    const auto last = read_lines(tree.root() + "/lines");
    ASSERT_TRUE(last) << last.error().sentence();
    EXPECT_EQ(last->records.size(), 3U);
}

// With the file, the line and the member.
TEST(SavedRun, NamesAMissingMember)
{
    const auto files = corrupt_files();
    json run = json::parse(files.run);
    run["verdict"]["coverage"]["cells"][2].erase("operations");
    Tree tree;
    tree.file("/run.json", run.dump()).file("/mismatches.jsonl", files.records);
    EXPECT_TRUE(
        read_run(tree.root())
            .error()
            .sentence()
            .starts_with("cannot read " + tree.root() +
                         "/run.json: verdict.coverage.cells[2].operations is missing; "));
    json record = json::parse(files.records.substr(0, files.records.find('\n')));
    record.erase("duration_ns");
    tree.file("/run.json", files.run)
        .file("/mismatches.jsonl", files.records + record.dump() + "\n")
        .file("/lines", files.records + record.dump() + "\n");
    EXPECT_TRUE(read_run(tree.root())
                    .error()
                    .sentence()
                    .starts_with("cannot read " + tree.root() +
                                 "/mismatches.jsonl: line 4: duration_ns is missing; "));
    const auto lines = read_lines(tree.root() + "/lines");
    ASSERT_TRUE(lines);
    ASSERT_EQ(lines->warnings.size(), 1U);
    EXPECT_EQ(lines->warnings[0], tree.root() +
                                      "/lines: 1 record could not be read and is left "
                                      "out: line 4: duration_ns is missing");
}

TEST(SavedRun, MissesEveryMember)
{
    const auto files = corrupt_files();
    const json good = json::parse(files.run);
    std::size_t places = 0;
    walk_json(good, json::json_pointer(), [&](const json::json_pointer &place) {
        const std::string text = place.to_string();
        ++places;
        json bad = good;
        // Options of the kernel are whatever they are, and derived members are not read.
        const bool derived =
            std::any_of(derived_members.begin(), derived_members.end(), [&](const char *name) {
                return text.starts_with(std::string("/verdict/") + name);
            });
        // Without a format it is the first one.
        if (place.back() != "0" && place.back() != "format" && !is_added(place.back()) &&
            !text.starts_with("/host/config/") &&
            !(derived && std::count(text.begin(), text.end(), '/') > 2)) {
            bad[place.parent_pointer()].erase(place.back());
            (void)refusal_of(bad.dump(), files.records);
        }
        const bool unread = derived || text.starts_with("/verdict/groups/0/mismatches") ||
                            text.starts_with("/verdict/groups/0/operations");
        if (unread)
            return;
        bad = good;
        bad[place] = json::parse(R"([{"x":[]}])");
        (void)refusal_of(bad.dump(), files.records);
    });
    EXPECT_GT(places, 200U);
}

TEST(SavedRun, SurvivesNoise)
{
    const auto files = corrupt_files();
    std::uint64_t state = 0x5e3049fcfaefca92;
    const auto random = [&state](std::size_t below) {
        state = state * 6364136223846793005ULL + 1442695040888963407ULL;
        return static_cast<std::size_t>((state >> 33U) % below);
    };
    constexpr std::string_view likely = "0123456789-.eE\"[]{},:truefalsn \n\x80\xff";
    std::size_t readable = 0;
    Tree tree;
    for (unsigned round = 0; round < 500; ++round) {
        std::string run = files.run;
        std::string records = files.records;
        std::string &victim = round % 3 == 0 ? records : run;
        for (std::size_t edits = 1 + random(3); edits > 0; --edits) {
            const std::size_t place = random(victim.size());
            switch (random(3)) {
            case 0:
                victim[place] = likely[random(likely.size())];
                break;
            case 1:
                victim.erase(place, 1 + random(20));
                break;
            default:
                victim.insert(place, 1, likely[random(likely.size())]);
                break;
            }
        }
        tree.file("/run.json", run).file("/mismatches.jsonl", records);
        if (const auto saved = read_run(tree.root())) {
            ++readable;
            EXPECT_FALSE(text_of_saved(saved->report).empty());
        }
    }
    EXPECT_GT(readable, 0U); // a digit that became another
}

TEST(SavedRun, UsesWhatIsLeftOfACutFile)
{
    const auto files = corrupt_files();
    const std::string::size_type last = files.records.rfind('\n', files.records.size() - 2) + 1;
    for (const std::size_t size : {last + 1, last + 700, files.records.size() - 2}) {
        Tree tree;
        tree.file("/run.json", files.run)
            .file("/mismatches.jsonl", files.records.substr(0, size));
        const auto saved = read_run(tree.root());
        ASSERT_TRUE(saved) << saved.error().sentence();
        EXPECT_EQ(saved->records.size(), 2U);
        ASSERT_EQ(saved->warnings.size(), 2U);
        EXPECT_EQ(saved->warnings[0], tree.root() + "/mismatches.jsonl: the last line was cut "
                                                    "off and is left out");
        EXPECT_EQ(saved->warnings[1],
                  tree.root() + "/mismatches.jsonl has 2 records, but 3 were written");
        EXPECT_EQ(saved->exit_status(), ExitStatus::Corrupt);
    }
    // Only its end is missing: it is whole.
    Tree tree;
    tree.file("/run.json", files.run)
        .file("/mismatches.jsonl", files.records.substr(0, files.records.size() - 1));
    const auto saved = read_run(tree.root());
    ASSERT_TRUE(saved) << saved.error().sentence();
    EXPECT_TRUE(saved->warnings.empty());
    expect_same(saved->report, corrupt_report());
}

} // namespace ct::test
