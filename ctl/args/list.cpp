// SPDX-License-Identifier: GPL-2.0-or-later
#include "args/list.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "args/option.h"
#include "base/quantity.h"

namespace ct {

namespace {

std::vector<std::string> split(std::string_view text)
{
    std::vector<std::string> parts(1);
    int depth = 0;
    for (const char character : text) {
        depth += character == '(' ? 1 : 0;
        depth -= character == ')' ? 1 : 0;
        if (character == ',' && depth == 0)
            parts.emplace_back();
        else
            parts.back() += character;
    }
    return parts;
}

// What the words of one option stand for.
template <typename Word> struct Vocabulary {
    const char *thing = "";
    std::vector<Word> all;      // what "all" means here
    std::vector<Word> standard; // what "default" means here
    bool none = false;          // "none" is a choice
};

template <typename Word>
Result<Word> parse_word(const std::string &option, const std::string &text,
                        const std::string &part, const Vocabulary<Word> &vocabulary)
{
    if (const auto word = from_name<Word>(part))
        return *word;
    std::vector<std::string> known(names<Word>.begin(), names<Word>.end());
    known.insert(known.end(), {"all", "default"});
    if (vocabulary.none)
        known.emplace_back("none");
    const auto meant = nearest(part, known);
    return bad_value(
        option, text,
        fmt::format("\"{}\" is not a {}{}", printable(part), vocabulary.thing,
                    meant ? fmt::format(", did you mean \"{}\"?", *meant) : ""),
        fmt::format("there are {} (with commas between them), all, default{}; a \"-\" "
                    "before one leaves it out",
                    all_names<Word>(), vocabulary.none ? ", or none" : ""));
}

template <typename Word>
Result<std::vector<Word>> parse_words(const std::string &option, const std::string &text,
                                      const Vocabulary<Word> &vocabulary)
{
    const auto selection = parse_selection(option, text);
    if (!selection)
        return Failure(selection.error());
    std::vector<Word> words;
    const auto put = [&words](const std::vector<Word> &more) {
        words.insert(words.end(), more.begin(), more.end());
    };
    if (selection->from_default())
        put(vocabulary.standard);
    if (selection->has("all"))
        put(vocabulary.all);
    for (const std::string &part : selection->included) {
        if (part == "all" || part == "default")
            continue;
        const auto word = parse_word(option, text, part, vocabulary);
        if (!word)
            return Failure(word.error());
        words.push_back(*word);
    }
    for (const std::string &part : selection->excluded) {
        const auto word = parse_word(option, text, part, vocabulary);
        if (!word)
            return Failure(word.error());
        words.erase(std::remove(words.begin(), words.end(), *word), words.end());
    }
    std::sort(words.begin(), words.end());
    words.erase(std::unique(words.begin(), words.end()), words.end());
    if (words.empty())
        return bad_value(option, text, "no item is left",
                         vocabulary.none ? "write none if that is meant"
                                         : fmt::format("leave one {} in", vocabulary.thing));
    return words;
}

template <typename Word, typename Condition> std::vector<Word> every(const Condition &condition)
{
    std::vector<Word> words;
    for (std::size_t place = 0; place < count_of<Word>; ++place)
        if (condition(static_cast<Word>(place)))
            words.push_back(static_cast<Word>(place));
    return words;
}

// Numbers as ranges, with the words for what is wrong with them.
struct Numbers {
    const char *list = "";  // "a list of CPUs"
    const char *write = ""; // how to write it
    std::uint64_t min = 0;
    std::uint64_t max = 0;
};

struct Range {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
};

Result<Range> parse_range(const std::string &option, const std::string &text,
                          const std::string &part, const Numbers &numbers)
{
    const std::size_t dash = part.find('-');
    const auto first = whole_number(std::string_view(part).substr(0, dash));
    const auto last = dash == std::string::npos
                          ? first
                          : whole_number(std::string_view(part).substr(dash + 1));
    if (!first || !last)
        return bad_value(option, text, fmt::format("this is not {}", numbers.list),
                         numbers.write);
    if (*first > *last)
        return bad_value(option, text, fmt::format("{} runs backwards", part),
                         "write the smaller number first");
    if (*first < numbers.min || *last > numbers.max)
        return bad_value(
            option, text,
            fmt::format("{} is not within {} to {}", part, numbers.min, numbers.max),
            numbers.write);
    return Range{*first, *last};
}

void mark(std::vector<bool> &members, const Range &range, bool value)
{
    for (std::uint64_t number = range.first; number <= range.last; ++number)
        members[number] = value;
}

std::string list_of(const std::vector<bool> &members)
{
    std::vector<std::uint32_t> numbers;
    for (std::size_t number = 0; number < members.size(); ++number)
        if (members[number])
            numbers.push_back(static_cast<std::uint32_t>(number));
    return number_list(std::move(numbers));
}

// The parts of a selection that are numbers, put into the members or taken out.
Result<void> mark_all(const std::string &option, const std::string &text,
                      const Selection &selection, const Numbers &numbers,
                      std::vector<bool> &members)
{
    for (const std::string &part : selection.included) {
        if (part == "all" || part == "default")
            continue;
        const auto range = parse_range(option, text, part, numbers);
        if (!range)
            return Failure(range.error());
        mark(members, *range, true);
    }
    for (const std::string &part : selection.excluded) {
        const auto range = parse_range(option, text, part, numbers);
        if (!range)
            return Failure(range.error());
        for (std::uint64_t number = range->first; number <= range->last; ++number)
            if (!members[number])
                return bad_value(
                    option, text,
                    fmt::format("{} is left out of a list that does not have it", number),
                    fmt::format("the others are {}", list_of(members)));
        mark(members, *range, false);
    }
    if (std::find(members.begin(), members.end(), true) == members.end())
        return bad_value(option, text, "no item is left", numbers.write);
    return {};
}

} // namespace

bool Selection::has(const std::string &word) const
{
    return std::find(included.begin(), included.end(), word) != included.end();
}

Result<Selection> parse_selection(const std::string &option, const std::string &text)
{
    Selection selection;
    for (std::string &part : split(text)) {
        const bool excluded = part.starts_with("-");
        if (excluded)
            part.erase(0, 1);
        if (part.empty())
            return bad_value(option, text, "an item of the list is empty",
                             "write items with commas between them, and a \"-\" before one "
                             "that is to be left out");
        (excluded ? selection.excluded : selection.included).push_back(std::move(part));
    }
    return selection;
}

Result<std::optional<std::vector<Context>>>
parse_contexts(const std::string &option, const std::string &text, std::uint32_t exercisers)
{
    if (text == "default")
        return std::nullopt;
    Vocabulary<Context> vocabulary{"context", {}, {}, false};
    vocabulary.all = every<Context>(
        [exercisers](Context context) { return context != Context::Caller || exercisers > 0; });
    vocabulary.standard = vocabulary.all;
    const auto contexts = parse_words(option, text, vocabulary);
    if (!contexts)
        return Failure(contexts.error());
    if (exercisers == 0 &&
        std::find(contexts->begin(), contexts->end(), Context::Caller) != contexts->end())
        return bad_value(option, text,
                         "the caller context needs exercisers, and there are none",
                         "'cryptorture run' keeps them: see its --exercisers");
    return *contexts;
}

Result<std::optional<std::vector<Disturber>>>
parse_disturbers(const std::string &option, const std::string &text, std::uint32_t exercisers)
{
    if (text == "default")
        return std::nullopt;
    if (text == "none")
        return std::vector<Disturber>();
    const auto possible = [exercisers](Disturber disturber) {
        return !needs_exercisers(disturber) || exercisers > 0;
    };
    Vocabulary<Disturber> vocabulary{"disturber", {}, {}, true};
    vocabulary.all = every<Disturber>(possible);
    vocabulary.standard = every<Disturber>([&possible](Disturber disturber) {
        return possible(disturber) && !off_by_default(disturber);
    });
    const auto disturbers = parse_words(option, text, vocabulary);
    if (!disturbers)
        return Failure(disturbers.error());
    for (const Disturber disturber : *disturbers)
        if (!possible(disturber))
            return bad_value(
                option, text,
                fmt::format("{} needs exercisers, and there are none", name(disturber)),
                "'cryptorture run' keeps them: see its --exercisers");
    return *disturbers;
}

Result<std::optional<std::string>>
parse_cpus(const std::string &option, const std::string &text, const std::string &online)
{
    constexpr std::uint64_t cpus_max = 8192; // of any kernel
    const Numbers numbers{"a list of CPUs", "write it like 2, 0-3, 0-3,5 or all,-0", 0,
                          cpus_max - 1};
    const auto selection = parse_selection(option, text);
    if (!selection)
        return Failure(selection.error());
    const bool all = selection->from_default() || selection->has("all");
    if (all && selection->excluded.empty() && selection->included.size() == 1)
        return std::nullopt;
    std::vector<bool> members(cpus_max, false);
    if (all) {
        const auto known = parse_selection(option, online);
        if (!known || !mark_all(option, online, *known, numbers, members))
            return bad_value(option, text, "cannot find out which CPUs are online",
                             "name those that are to be used");
    }
    if (const auto marked = mark_all(option, text, *selection, numbers, members); !marked)
        return Failure(marked.error());
    return list_of(members);
}

Result<std::optional<std::string>> parse_sizes(const std::string &option,
                                               const std::string &text)
{
    const Numbers numbers{"a list of sizes", "write it like 64, 64,1300-1500 or all,-1420", 1,
                          payload_max};
    if (text == "default")
        return std::nullopt;
    const auto selection = parse_selection(option, text);
    if (!selection)
        return Failure(selection.error());
    if (selection->from_default())
        return bad_value(option, text, "the sizes of the default are drawn, not listed",
                         "write all,-64 to leave a size out");
    std::vector<bool> members(payload_max + 1, false);
    const bool all = selection->has("all");
    if (all)
        mark(members, {numbers.min, numbers.max}, true);
    if (const auto marked = mark_all(option, text, *selection, numbers, members); !marked)
        return Failure(marked.error());
    // As written otherwise, for each range is drawn as often as the next.
    std::string list = all || !selection->excluded.empty() ? list_of(members) : text;
    if (static_cast<std::size_t>(std::count(list.begin(), list.end(), ',')) >= sizes_max)
        return bad_value(option, text, fmt::format("there are more than {} ranges", sizes_max),
                         "write fewer and wider ones");
    return list;
}

} // namespace ct
