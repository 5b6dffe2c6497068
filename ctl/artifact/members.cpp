// SPDX-License-Identifier: GPL-2.0-or-later
#include "artifact/members.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "artifact/format.h"
#include "base/quantity.h"

namespace ct {

namespace {

// What is wrong may be long or harmful to a terminal.
std::string cited(const std::string &text)
{
    constexpr std::size_t longest = 60;
    return fmt::format("\"{}\"{}", printable(text.substr(0, longest)),
                       text.size() > longest ? "..." : "");
}

std::optional<std::uint64_t> from_hex(std::string_view digits)
{
    std::uint64_t value = 0;
    const char *const end = digits.data() + digits.size();
    const auto [rest, code] = std::from_chars(digits.data(), end, value, 16);
    const bool small = std::none_of(digits.begin(), digits.end(),
                                    [](char digit) { return digit >= 'A' && digit <= 'F'; });
    if (code != std::errc() || rest != end || !small || digits.starts_with('-'))
        return std::nullopt;
    return value;
}

const char *type_text(Parsed::value_t type)
{
    switch (type) {
    case Parsed::value_t::object:
        return "an object";
    case Parsed::value_t::array:
        return "a list";
    case Parsed::value_t::string:
        return "a string";
    case Parsed::value_t::boolean:
        return "true or false";
    default:
        return "another type";
    }
}

} // namespace

Members::Members(const Parsed &object, std::string place, Complaint &complaint)
    : object_(object), place_(std::move(place)), complaint_(complaint)
{
    if (!object_.is_object())
        complaint_.say(place_, place_.empty() ? "it is not a JSON object" : "is not an object");
}

const Parsed *Members::member(const char *name)
{
    if (!object_.is_object())
        return nullptr;
    const auto found = object_.find(name);
    if (found != object_.end())
        return &*found;
    complain(name, "is missing");
    return nullptr;
}

const Parsed *Members::member(const char *name, Parsed::value_t type)
{
    const Parsed *const value = member(name);
    if (value == nullptr || value->type() == type)
        return value;
    complain(name, fmt::format("is not {}", type_text(type)));
    return nullptr;
}

bool Members::is_null(const char *name)
{
    const Parsed *const value = member(name);
    return value == nullptr || value->is_null();
}

std::optional<std::uint64_t> Members::whole(const char *name, std::uint64_t max)
{
    const Parsed *const value = member(name);
    if (value == nullptr)
        return std::nullopt;
    const auto *const number = value->get_ptr<const Parsed::number_unsigned_t *>();
    if (number == nullptr) {
        complain(name, value->is_number() ? "is not a whole number of at most 64 bits"
                                          : "is not a number");
        return std::nullopt;
    }
    if (*number > max) {
        complain(name, fmt::format("is {}, more than {}", *number, max));
        return std::nullopt;
    }
    return *number;
}

void Members::number(const char *name, std::int32_t &target)
{
    const Parsed *const value = member(name);
    if (value == nullptr)
        return;
    // A large unsigned number is negative here, though it is not.
    const auto *const number = value->get_ptr<const Parsed::number_integer_t *>();
    constexpr std::int64_t min = std::numeric_limits<std::int32_t>::min();
    constexpr std::int64_t max = std::numeric_limits<std::int32_t>::max();
    if (number == nullptr || *number < min || *number > max ||
        (*number < 0 && value->is_number_unsigned()))
        complain(name, "is not a whole number of 32 bits");
    else
        target = static_cast<std::int32_t>(*number);
}

void Members::flag(const char *name, bool &target)
{
    if (const Parsed *const value = member(name, Parsed::value_t::boolean))
        target = *value->get_ptr<const bool *>();
}

void Members::text(const char *name, std::string &target)
{
    if (const Parsed *const value = member(name, Parsed::value_t::string))
        target = *value->get_ptr<const std::string *>();
}

void Members::maybe_text(const char *name, std::string &target)
{
    if (!is_null(name))
        text(name, target);
}

void Members::maybe_text(const char *name, std::optional<std::string> &target)
{
    if (!is_null(name))
        text(name, target.emplace());
}

void Members::texts(const char *name, std::vector<std::string> &target)
{
    each(name, [&](const Parsed &value, const std::string &place) {
        if (const auto *const text = value.get_ptr<const std::string *>())
            target.push_back(*text);
        else
            complaint_.say(place, "is not a string");
    });
}

void Members::numbers(const char *name, std::vector<std::uint32_t> &target)
{
    each(name, [&](const Parsed &value, const std::string &place) {
        const auto *const number = value.get_ptr<const Parsed::number_unsigned_t *>();
        if (number != nullptr && *number <= UINT32_MAX)
            target.push_back(static_cast<std::uint32_t>(*number));
        else
            complaint_.say(place, "is not a whole number of 32 bits");
    });
}

void Members::seed(const char *name, std::uint64_t &target)
{
    constexpr std::size_t digits = 16;
    std::string text_of_it;
    text(name, text_of_it);
    if (complaint_.text())
        return;
    const std::string_view text(text_of_it);
    const auto value = text.starts_with("0x") && text.size() == 2 + digits
                           ? from_hex(text.substr(2))
                           : std::nullopt;
    if (value)
        target = *value;
    else
        complain(name,
                 fmt::format("is {}, not 0x and 16 hexadecimal digits", cited(text_of_it)));
}

void Members::seed(const char *name, std::optional<std::uint64_t> &target)
{
    if (!is_null(name))
        seed(name, target.emplace());
}

void Members::hex(const char *name, std::vector<std::uint8_t> &target)
{
    std::string text_of_it;
    text(name, text_of_it);
    const std::string_view text(text_of_it);
    std::vector<std::uint8_t> bytes;
    bytes.reserve(text.size() / 2);
    for (std::size_t place = 0; place + 1 < text.size(); place += 2)
        if (const auto byte = from_hex(text.substr(place, 2)))
            bytes.push_back(static_cast<std::uint8_t>(*byte));
    if (bytes.size() * 2 == text.size())
        target = std::move(bytes);
    else
        complain(name, fmt::format("is {}, not bytes of two hexadecimal digits each",
                                   cited(text_of_it)));
}

void Members::maybe_hex(const char *name, std::vector<std::uint8_t> &target)
{
    if (!is_null(name))
        hex(name, target);
}

std::optional<std::size_t> Members::choice(const Parsed &value, const std::string &place,
                                           const std::string_view *words, std::size_t count)
{
    const auto *const text = value.get_ptr<const std::string *>();
    if (text == nullptr) {
        complain(place, "is not a word");
        return std::nullopt;
    }
    const std::string_view *const end = words + count;
    const std::string_view *const found = std::find(words, end, *text);
    if (found != end)
        return static_cast<std::size_t>(found - words);
    complain(place, fmt::format("has the unknown word {}", cited(*text)));
    return std::nullopt;
}

std::optional<Members> Members::object(const char *name)
{
    const Parsed *const value = member(name, Parsed::value_t::object);
    if (value == nullptr)
        return std::nullopt;
    return Members(*value, inside(name), complaint_);
}

void Members::type(const char *wanted)
{
    std::string found;
    text("type", found);
    if (!complaint_.text() && found != wanted)
        complain("type", fmt::format("is {}, not \"{}\"", cited(found), wanted));
    if (!object_.is_object() || !object_.contains("format"))
        return;
    std::uint64_t format = 0;
    number("format", format);
    if (const std::string why = format_refusal(format); !why.empty())
        complaint_.say(place_, place_.empty() ? why : why.substr(why.find("is")));
}

void Members::ignore(std::initializer_list<const char *> names)
{
    for (const char *const name : names)
        (void)member(name);
}

} // namespace ct
