// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/refusal.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <tuple>
#include <utility>

#include <fmt/format.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>

#include <linux/cryptorture.h>

#include "base/quantity.h"

namespace ct {

namespace {

enum class Form { Text, Number, Duration, Seed, Load, Contexts, Disturbers, Flag, Nest };

struct Name {
    int type = 0;
    const char *name = nullptr;
    Form form = Form::Text;
    std::span<const Name> inner{}; // of what is in a nest
    const char *option = "";       // of the command line
};

constexpr std::array<Name, 1> list_names{{{CRYPTORTURE_A_LIST_DRIVER, "driver", Form::Text}}};
// Each that the program can ask for: a module of an earlier release may not know it.
constexpr std::array<Name, 12> config_names{{
    {CRYPTORTURE_A_CONFIG_DURATION_MS, "duration", Form::Duration, {}, "--for"},
    {CRYPTORTURE_A_CONFIG_SEED, "seed", Form::Seed, {}, "--seed"},
    {CRYPTORTURE_A_CONFIG_DRIVERS, "drivers", Form::Nest, list_names, "--drivers"},
    {CRYPTORTURE_A_CONFIG_CONTEXTS, "contexts", Form::Contexts, {}, "--contexts"},
    {CRYPTORTURE_A_CONFIG_DISTURB, "disturbers", Form::Disturbers, {}, "--disturb"},
    {CRYPTORTURE_A_CONFIG_CPUS, "CPUs", Form::Text, {}, "--cpus"},
    {CRYPTORTURE_A_CONFIG_LOAD, "load", Form::Load, {}, "--load"},
    {CRYPTORTURE_A_CONFIG_TIMER_HZ, "timer rate", Form::Number, {}, "--timer-hz"},
    {CRYPTORTURE_A_CONFIG_INJECT_EVERY,
     "injection interval",
     Form::Number,
     {},
     "--inject-every"},
    {CRYPTORTURE_A_CONFIG_UNTIL_MISMATCH, "until-mismatch", Form::Flag, {}, "--until-mismatch"},
    {CRYPTORTURE_A_CONFIG_SIZES, "sizes", Form::Text, {}, "--sizes"},
    {CRYPTORTURE_A_CONFIG_EXERCISERS, "exercisers", Form::Number, {}, "--exercisers"},
}};
static_assert(config_names.size() == CRYPTORTURE_A_CONFIG_PAD - 1);
constexpr std::array<Name, 1> mismatch_names{
    {{CRYPTORTURE_A_MISMATCH_NUMBER, "record", Form::Number}}};
constexpr std::array<Name, 5> bench_names{{
    {CRYPTORTURE_A_BENCH_DRIVER, "driver", Form::Text},
    {CRYPTORTURE_A_BENCH_MODE, "mode", Form::Number},
    {CRYPTORTURE_A_BENCH_PAYLOAD, "size", Form::Number},
    {CRYPTORTURE_A_BENCH_DIRECTION, "direction", Form::Number},
    {CRYPTORTURE_A_BENCH_DURATION_MS, "duration", Form::Duration},
}};
constexpr std::array<Name, 8> packet_names{{
    {CRYPTORTURE_A_MISMATCH_DRIVER, "driver", Form::Text},
    {CRYPTORTURE_A_MISMATCH_SEED, "seed", Form::Seed},
    {CRYPTORTURE_A_MISMATCH_INDEX, "index", Form::Number},
    {CRYPTORTURE_A_MISMATCH_PAYLOAD_LEN, "size", Form::Number},
    {CRYPTORTURE_A_MISMATCH_DIRECTION, "direction", Form::Number},
    {CRYPTORTURE_A_MISMATCH_CONTEXT, "context", Form::Number},
    {CRYPTORTURE_A_MISMATCH_LAYOUT, "layout", Form::Text},
    {CRYPTORTURE_A_MISMATCH_CPU_BEFORE, "CPU", Form::Number},
}};
constexpr std::array<Name, 4> job_names{{
    {CRYPTORTURE_A_JOB_KIND, "kind of work", Form::Number},
    {CRYPTORTURE_A_JOB_CONFIG, "parameters", Form::Nest, config_names},
    {CRYPTORTURE_A_JOB_BENCH, "measurement", Form::Nest, bench_names},
    {CRYPTORTURE_A_JOB_PACKET, "packet", Form::Nest, packet_names},
}};
constexpr std::array<Name, 1> job_number_names{
    {{CRYPTORTURE_A_JOB_NUMBER, "job", Form::Number}}};

using Names = std::span<const Name>;

Names names_of(unsigned command)
{
    switch (command) {
    case CRYPTORTURE_CMD_MISMATCH_GET:
        return mismatch_names;
    case CRYPTORTURE_CMD_JOB_START:
        return job_names;
    case CRYPTORTURE_CMD_JOB_GET:
    case CRYPTORTURE_CMD_JOB_CANCEL:
        return job_number_names;
    default:
        return {};
    }
}

std::uint64_t number_in(Bytes payload)
{
    std::uint64_t wide = 0;
    std::uint32_t narrow = 0;
    if (payload.size() == sizeof(wide))
        std::memcpy(&wide, payload.data(), sizeof(wide));
    if (payload.size() == sizeof(narrow)) {
        std::memcpy(&narrow, payload.data(), sizeof(narrow));
        wide = narrow;
    }
    return wide;
}

template <typename Word> std::string words_in(std::uint64_t mask)
{
    std::vector<Word> words;
    for (std::size_t bit = 0; bit < count_of<Word>; ++bit)
        if (((mask >> bit) & 1U) != 0)
            words.push_back(static_cast<Word>(bit));
    return join_names(words, ",");
}

std::string value_text(Form form, Bytes payload)
{
    const std::uint64_t number = number_in(payload);
    switch (form) {
    case Form::Text: {
        std::string text(payload.size(), '\0');
        if (!text.empty())
            std::memcpy(text.data(), payload.data(), text.size());
        text.resize(std::min(text.size(), text.find('\0')));
        return text;
    }
    case Form::Number:
        return fmt::format("{}", number);
    case Form::Duration:
        return duration_text(number);
    case Form::Seed:
        return seed_text(number);
    case Form::Load:
        return load_text(static_cast<std::uint32_t>(number));
    case Form::Contexts:
        return words_in<Context>(number);
    case Form::Disturbers:
        return words_in<Disturber>(number);
    case Form::Flag:
    case Form::Nest:
        break;
    }
    return {};
}

struct Found {
    Attribute attribute;
    const Name *name = nullptr;
};

// The attribute of that level in which the offset lies, if its name is known.
std::optional<Found> find_in(Bytes bytes, std::size_t offset, Names known)
{
    std::optional<Found> found;
    const bool whole = walk(bytes, [&](const Attribute &attribute) {
        const std::size_t end = attribute.offset + NLA_HDRLEN + attribute.payload.size();
        const auto name = std::find_if(known.begin(), known.end(), [&](const Name &entry) {
            return entry.type == attribute.type;
        });
        if (offset >= attribute.offset && offset < end && name != known.end())
            found = Found{attribute, &*name};
    });
    // Our own request: if it cannot be walked, the offset means nothing either.
    return whole ? found : std::nullopt;
}

ErrorKind kind_of(const Refusal &refusal)
{
    switch (refusal.number) {
    case EPERM:
    case EACCES:
        return ErrorKind::Permission;
    case EBUSY:
        return ErrorKind::Busy;
    case ESRCH:
        return ErrorKind::NotRunning;
    case ENOENT:
    case EPROTONOSUPPORT:
        // Without a message the family itself is gone, or going.
        return refusal.text.empty() ? ErrorKind::NoModule : ErrorKind::NotFound;
    case EAGAIN:
    case EINTR:
        return ErrorKind::Again;
    default:
        return ErrorKind::Refused;
    }
}

// What an errno means here, for the rare refusal without a text.
std::pair<std::string, std::string> meaning(int number)
{
    switch (number) {
    case EPERM:
    case EACCES:
        return {"this needs CAP_NET_ADMIN in the initial user and network namespace",
                "run it as root, outside of containers"};
    case EBUSY:
        return {"a run is active", "end it with 'cryptorture stop'"};
    case ESRCH:
        return {"no run is active", "see 'cryptorture status'"};
    case ENOENT:
    case ENODEV:
    case EPROTONOSUPPORT: // a dump from a module that is being unloaded
        return {"the module cryptorture went away", "load it with 'modprobe cryptorture'"};
    case EOPNOTSUPP:
        return {"the module does not know this request",
                "module and program may be of different builds: see 'cryptorture version'"};
    case ENOMEM:
    case ENOBUFS:
        return {"the kernel has not enough memory", "free some, or use fewer CPUs (--cpus)"};
    case EINVAL:
    case ERANGE:
    case EMSGSIZE:
        return {"the module refused the request",
                "the kernel log may have the reason, see 'dmesg'"};
    default:
        return {fmt::format("the kernel returned \"{}\"", errno_text(number)),
                "the kernel log may have the reason, see 'dmesg'"};
    }
}

// The kernel's words for an attribute that the module has no policy for.
bool is_unknown_attribute(const Refusal &refusal)
{
    return refusal.number == EINVAL && (refusal.text == "Unknown attribute type" ||
                                        refusal.text == "Unsupported attribute");
}

// Then the module is of an earlier release than the program.
std::pair<std::string, std::string> unknown_attribute(const std::optional<Culprit> &culprit)
{
    const std::string install =
        "install the module of this program's release, and load it with "
        "'modprobe -r cryptorture && modprobe cryptorture'";
    if (!culprit)
        return {"the module does not know a part of this request", install};
    if (culprit->option.empty())
        return {fmt::format("the module does not know \"{}\" in this request", culprit->name),
                install};
    return {fmt::format("the module does not know the option {}", culprit->option),
            "leave it out, or " + install};
}

// The module writes "why: what to do".
std::pair<std::string, std::string> split_text(const std::string &text)
{
    const std::size_t colon = text.find(": ");
    if (colon == std::string::npos)
        return {text, {}};
    return {text.substr(0, colon), text.substr(colon + 2)};
}

// One sentence of the attribute and what is said of it: "this driver is not
// here" or "is not here" and driver "x" make: driver "x" is not here.
std::string about(const Culprit &culprit, const std::string &text)
{
    constexpr std::array<std::string_view, 13> verbs{"is",   "are", "has",    "have", "must",
                                                     "may",  "can", "cannot", "was",  "had",
                                                     "does", "do",  "needs"};
    const std::string value = printable(culprit.value);
    const std::string subject =
        value.empty() ? culprit.name : fmt::format("{} \"{}\"", culprit.name, value);
    const std::string self = fmt::format("this {} ", culprit.name);
    if (text.starts_with(self))
        return fmt::format("{} {}", subject, text.substr(self.size()));
    if (text == fmt::format("unknown {}", culprit.name))
        return fmt::format("{} is unknown", subject);
    const std::string_view word = std::string_view(text).substr(0, text.find(' '));
    const bool continues = std::find(verbs.begin(), verbs.end(), word) != verbs.end();
    return fmt::format("{}{}{}", subject, continues ? " " : ": ", text);
}

} // namespace

Refusal read_refusal(int number, Bytes acknowledgement)
{
    Refusal refusal;
    refusal.number = number;
    const bool whole = walk(acknowledgement, [&](const Attribute &attribute) {
        if (attribute.type == NLMSGERR_ATTR_MSG)
            refusal.text = printable(value_text(Form::Text, attribute.payload));
        if (attribute.type == NLMSGERR_ATTR_OFFS &&
            attribute.payload.size() == sizeof(std::uint32_t))
            refusal.offset = number_in(attribute.payload);
    });
    if (!whole)
        refusal.offset.reset();
    return refusal;
}

std::optional<Culprit> find_culprit(Bytes request, std::size_t offset)
{
    constexpr std::size_t headers = NLMSG_HDRLEN + GENL_HDRLEN;
    genlmsghdr header{};
    if (request.size() < headers || offset < headers)
        return std::nullopt;
    std::memcpy(&header, request.data() + NLMSG_HDRLEN, sizeof(header));
    std::size_t place = offset - headers;
    auto found = find_in(request.subspan(headers), place, names_of(header.cmd));
    if (!found)
        return std::nullopt;
    // What lies in a nest and has a name says more than the nest.
    while (place >= found->attribute.offset + NLA_HDRLEN) {
        place -= found->attribute.offset + NLA_HDRLEN;
        const auto inner = find_in(found->attribute.payload, place, found->name->inner);
        if (!inner)
            break;
        found = inner;
    }
    return Culprit{found->name->name, value_text(found->name->form, found->attribute.payload),
                   found->name->option};
}

Error refusal_error(const Refusal &refusal, Bytes request, std::string_view what)
{
    Error error;
    error.kind = kind_of(refusal);
    error.what = what;
    if (refusal.offset)
        error.culprit = find_culprit(request, *refusal.offset);

    if (is_unknown_attribute(refusal)) {
        error.kind = ErrorKind::OtherVersion;
        std::tie(error.why, error.hint) = unknown_attribute(error.culprit);
        return error;
    }
    std::tie(error.why, error.hint) =
        refusal.text.empty() ? meaning(refusal.number) : split_text(refusal.text);
    if (error.culprit)
        error.why = about(*error.culprit, error.why);
    return error;
}

} // namespace ct
