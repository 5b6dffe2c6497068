// SPDX-License-Identifier: GPL-2.0-or-later
// The members of one JSON object, each read as the expected type. A getter that
// finds something else complains and leaves its target alone; a member that is
// not asked for may be of a later release and is skipped.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "artifact/complaint.h"
#include "record/counters.h"
#include "record/words.h"

namespace ct {

using Parsed = nlohmann::json;

class Members {
public:
    // place: where the object is, for complaints; empty for the outermost.
    Members(const Parsed &object, std::string place, Complaint &complaint);

    // A whole number that the target can hold.
    template <typename Number> void number(const char *name, Number &target)
    {
        static_assert(std::is_unsigned_v<Number>);
        if (const auto value = whole(name, std::numeric_limits<Number>::max()))
            target = static_cast<Number>(*value);
    }
    void number(const char *name, std::int32_t &target);
    template <typename Number> void number(const char *name, std::optional<Number> &target)
    {
        if (!is_null(name))
            number(name, target.emplace());
    }
    void flag(const char *name, bool &target);
    // As the target has it.
    void value(const char *name, bool &target) { flag(name, target); }
    template <typename Number> void value(const char *name, Number &target)
    {
        number(name, target);
    }
    template <typename Counters, std::size_t size>
    void counters(const std::array<CounterEntry<Counters>, size> &list,
                  std::type_identity_t<Counters> &target)
    {
        for (const auto &entry : list)
            if (entry.presence == Presence::Needed || all().contains(entry.name))
                number(entry.name, target.*entry.member);
    }
    void text(const char *name, std::string &target);
    // null: empty
    void maybe_text(const char *name, std::string &target);
    void maybe_text(const char *name, std::optional<std::string> &target);
    void texts(const char *name, std::vector<std::string> &target);
    void numbers(const char *name, std::vector<std::uint32_t> &target);
    // "0x" and 16 digits
    void seed(const char *name, std::uint64_t &target);
    void seed(const char *name, std::optional<std::uint64_t> &target);
    // Two digits a byte; null, where that is allowed: none.
    void hex(const char *name, std::vector<std::uint8_t> &target);
    void maybe_hex(const char *name, std::vector<std::uint8_t> &target);

    template <typename Word> void word(const char *name, Word &target)
    {
        const Parsed *const value = member(name);
        if (value == nullptr)
            return;
        if (const auto known = word_of<Word>(*value, name))
            target = *known;
    }
    template <typename Word> void words(const char *name, std::vector<Word> &target)
    {
        each(name, [&](const Parsed &value, const std::string &place) {
            if (const auto known = word_of<Word>(value, place))
                target.push_back(*known);
        });
    }
    template <typename Word>
    void words(const char *name, std::optional<std::vector<Word>> &target)
    {
        if (!is_null(name))
            words(name, target.emplace());
    }

    // Every element of a list: call(value, place).
    template <typename Call> void each(const char *name, const Call &call)
    {
        const Parsed *const list = member(name, Parsed::value_t::array);
        if (list == nullptr)
            return;
        std::size_t number = 0;
        for (const Parsed &value : *list)
            call(value, inside(std::string(name) + "[" + std::to_string(number++) + "]"));
    }
    // An object, or nothing and a complaint.
    [[nodiscard]] std::optional<Members> object(const char *name);
    // Whether the member is there and null, which says that there is no value.
    [[nodiscard]] bool is_null(const char *name);
    // Of "type", which has to be that, and of "format", if it is there.
    void type(const char *wanted);
    // Members that follow from others and are made again.
    void ignore(std::initializer_list<const char *> names);

    void complain(const std::string &name, const std::string &why)
    {
        complaint_.say(inside(name), why);
    }
    // Every member's name and value, in order of the names.
    [[nodiscard]] const Parsed &all() const { return object_; }
    [[nodiscard]] Complaint &complaint() { return complaint_; }

private:
    [[nodiscard]] const Parsed *member(const char *name);
    [[nodiscard]] const Parsed *member(const char *name, Parsed::value_t type);
    [[nodiscard]] std::optional<std::uint64_t> whole(const char *name, std::uint64_t max);
    [[nodiscard]] std::string inside(const std::string &name) const
    {
        return place_.empty() || name.starts_with(place_ + ".") ? name : place_ + "." + name;
    }
    // Its place among the words.
    [[nodiscard]] std::optional<std::size_t> choice(const Parsed &value,
                                                    const std::string &place,
                                                    const std::string_view *words,
                                                    std::size_t count);
    template <typename Word>
    [[nodiscard]] std::optional<Word> word_of(const Parsed &value, const std::string &place)
    {
        const auto place_of = choice(value, place, names<Word>.data(), names<Word>.size());
        return place_of ? std::optional(static_cast<Word>(*place_of)) : std::nullopt;
    }

    const Parsed &object_;
    std::string place_;
    Complaint &complaint_;
};

} // namespace ct
