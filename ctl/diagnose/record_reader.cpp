// SPDX-License-Identifier: GPL-2.0-or-later
#include "diagnose/record_reader.h"

#include <charconv>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "record/quantity.h"

namespace ct {

namespace {

using Line = nlohmann::json;

// Reads members of one line; a member that is not what it should be spoils it.
class Reader {
public:
    explicit Reader(const Line &line) : line_(line) {}

    [[nodiscard]] bool good() const { return good_; }

    template <typename Number> void number(const char *member, Number &target)
    {
        const Line *const value = find(member);
        if (value == nullptr)
            return;
        if (!value->is_number_integer())
            good_ = false;
        else
            target = value->is_number_unsigned()
                         ? static_cast<Number>(value->get<std::uint64_t>())
                         : static_cast<Number>(value->get<std::int64_t>());
    }
    template <typename Number> void number(const char *member, std::optional<Number> &target)
    {
        if (find(member) != nullptr)
            number(member, target.emplace());
    }
    void flag(const char *member, bool &target)
    {
        const Line *const value = find(member);
        if (value != nullptr && value->is_boolean())
            target = value->get<bool>();
        else if (value != nullptr)
            good_ = false;
    }
    void text(const char *member, std::string &target)
    {
        const Line *const value = find(member);
        if (value != nullptr && value->is_string())
            target = value->get<std::string>();
        else if (value != nullptr)
            good_ = false;
    }
    template <typename Word> void word(const char *member, Word &target)
    {
        std::string spelled;
        text(member, spelled);
        if (spelled.empty())
            return;
        if (const auto value = from_name<Word>(spelled))
            target = *value;
        else
            good_ = false;
    }
    void hex(const char *member, std::vector<std::uint8_t> &target)
    {
        std::string digits;
        text(member, digits);
        for (std::size_t place = 0; place + 1 < digits.size(); place += 2) {
            std::uint8_t byte = 0;
            const char *const begin = digits.data() + place;
            good_ = good_ && std::from_chars(begin, begin + 2, byte, 16).ptr == begin + 2;
            target.push_back(byte);
        }
        good_ = good_ && digits.size() % 2 == 0;
    }
    void seed(const char *member, std::uint64_t &target)
    {
        std::string digits;
        text(member, digits);
        if (digits.empty())
            return;
        const char *const end = digits.data() + digits.size();
        good_ = good_ && digits.starts_with("0x") &&
                std::from_chars(digits.data() + 2, end, target, 16).ptr == end;
    }
    // Nothing where it is absent or null.
    [[nodiscard]] const Line *find(const char *member) const
    {
        const auto place = line_.find(member);
        return place == line_.end() || place->is_null() ? nullptr : &*place;
    }

private:
    const Line &line_;
    bool good_ = true;
};

void read_register(Reader &reader, Mismatch &record, bool &good)
{
    const Line *const object = reader.find("register");
    if (object == nullptr)
        return;
    if (!object->is_object()) {
        good = false;
        return;
    }
    Reader inner(*object);
    RegisterChange &changed = record.changed.emplace();
    inner.text("name", changed.name);
    inner.text("owner", changed.owner);
    inner.word("event", changed.event);
    inner.number("thread", changed.thread);
    inner.number("epoch", changed.epoch);
    good = good && inner.good();
}

void read_lists(Reader &reader, Mismatch &record, bool &good)
{
    const Line none = Line::array();
    const auto list = [&](const char *member) -> const Line & {
        const Line *const value = reader.find(member);
        return value != nullptr && value->is_array() ? *value : none;
    };
    for (const Line &word : list("what")) {
        const auto what =
            word.is_string() ? from_name<What>(word.get<std::string>()) : std::nullopt;
        good = good && what;
        if (what)
            record.what.push_back(*what);
    }
    for (const Line &number : list("blocks")) {
        good = good && number.is_number_unsigned();
        if (number.is_number_unsigned())
            record.blocks.push_back(number.get<std::uint32_t>());
    }
}

void read_course(Reader &reader, Mismatch &record)
{
    reader.flag("persists", record.persists);
    reader.number("interruptions", record.interruptions);
    reader.number("fpu_hits", record.fpu_hits);
    reader.number("preemptions", record.preemptions);
    reader.number("nested", record.nested);
    reader.flag("nested_fpu", record.nested_fpu);
    reader.flag("async", record.async);
    reader.number("duration_ns", record.duration_ns);
    reader.number("in_flight", record.in_flight);
    reader.flag("simd", record.simd);
    reader.flag("live", record.live);
    reader.number("foreign", record.foreign);
    reader.number("cpu_reference", record.cpu_reference);
}

std::optional<Mismatch> read_mismatch(const Line &line)
{
    Reader reader(line);
    Mismatch record;
    bool good = true;
    reader.number("number", record.number);
    reader.number("run", record.run);
    reader.number("time_ns", record.time_ns);
    reader.text("driver", record.driver);
    reader.text("algorithm", record.algorithm);
    reader.word("context", record.context);
    reader.word("direction", record.direction);
    reader.number("cpu_before", record.cpu_before);
    reader.number("cpu_after", record.cpu_after);
    reader.flag("injected", record.injected);
    reader.text("layout", record.layout);
    reader.seed("seed", record.seed);
    reader.number("index", record.index);
    reader.number("key_len", record.key_len);
    reader.number("icv_len", record.icv_len);
    reader.number("payload_len", record.payload_len);
    reader.number("text_offset", record.text_offset);
    reader.number("text_len", record.text_len);
    reader.number("output_len", record.output_len);
    reader.number("status", record.status);
    reader.number("status_expected", record.status_expected);
    reader.number("first", record.first);
    reader.number("wrong_bytes", record.wrong_bytes);
    reader.number("wrong_bits", record.wrong_bits);
    reader.number("window", record.window);
    reader.hex("expected", record.expected);
    reader.hex("actual", record.actual);
    reader.hex("iv_expected", record.iv_expected);
    reader.hex("iv_actual", record.iv_actual);
    read_course(reader, record);
    read_lists(reader, record, good);
    read_register(reader, record, good);
    if (!good || !reader.good() || record.expected.size() != record.actual.size())
        return std::nullopt;
    return record;
}

void read_cells(const Line &line, std::vector<CellTotal> &cells)
{
    const auto coverage = line.find("coverage");
    if (coverage == line.end() || !coverage->is_object() || !coverage->contains("cells"))
        return;
    cells.clear();
    for (const Line &entry : (*coverage)["cells"]) {
        if (!entry.is_object())
            continue;
        Reader reader(entry);
        CellTotal cell;
        reader.text("driver", cell.driver);
        reader.word("context", cell.context);
        reader.word("direction", cell.direction);
        reader.number("cpu", cell.cpu);
        reader.number("operations", cell.operations);
        reader.number("mismatches", cell.mismatches);
        reader.number("fpu_hits", cell.fpu_hits);
        reader.number("nested_fpu", cell.nested_fpu);
        reader.number("preemptions", cell.preemptions);
        if (reader.good())
            cells.push_back(std::move(cell));
    }
}

} // namespace

SavedRun parse_saved_run(std::string_view text)
{
    SavedRun run;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        const std::string_view words = text.substr(0, end);
        text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
        const Line line = Line::parse(words, nullptr, false);
        if (!line.is_object())
            continue; // a last line that was cut off, or none of ours
        std::string type;
        Reader(line).text("type", type);
        if (type == "verdict" || type == "status") {
            run.ended = type == "verdict" || run.ended;
            read_cells(line, run.evidence.cells);
        }
        if (type != "mismatch")
            continue;
        if (auto record = read_mismatch(line))
            run.evidence.records.push_back(std::move(*record));
        else
            ++run.unreadable;
    }
    return run;
}

Result<SavedRun> read_saved_run(const std::string &path)
{
    const std::string what = fmt::format("cannot diagnose {}", printable(path));
    const std::string hint =
        "name a folder that 'cryptorture run --out' made, or a file of '--json' lines";
    std::error_code code;
    const bool folder = std::filesystem::is_directory(path, code);
    const std::string file = folder ? path + "/report.jsonl" : path;
    std::ifstream stream(file, std::ios::binary);
    if (!stream)
        return failure(ErrorKind::NotFound, what,
                       folder ? "there is no report.jsonl in it" : "it cannot be read", hint);
    std::ostringstream text;
    text << stream.rdbuf();
    SavedRun run = parse_saved_run(text.str());
    if (run.evidence.records.empty() && run.unreadable == 0 && !run.ended)
        return failure(ErrorKind::Malformed, what, "it has no records and no verdict", hint);
    return run;
}

} // namespace ct
