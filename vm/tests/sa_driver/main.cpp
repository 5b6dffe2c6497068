// SPDX-License-Identifier: GPL-2.0-or-later
// Gives SAs each driver that they could have, and looks what they really got. In a VM alone:
// it adds and deletes SAs, by `ip`.
#include <csignal>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "crypto/drivers.h"
#include "facts/source.h"
#include "xfrm/choice.h"
#include "xfrm/driver.h"

namespace {

using namespace ct;

struct Kind {
    const char *word;
    SaKeys keys;
};

std::vector<Kind> kinds()
{
    const std::vector<std::uint8_t> key(16, 0x11);
    const std::vector<std::uint8_t> salt(4, 0x22);
    const auto hash = [](std::size_t size) {
        return std::vector<std::uint8_t>(size, 0x33);
    };
    std::vector<Kind> list;
    for (const bool esn : {false, true}) {
        list.push_back({"gcm", {Suite::Gcm, key, salt, {}, 16, esn}});
        list.push_back({"sha1", {Suite::CbcSha1, key, {}, hash(20), 12, esn}});
        list.push_back({"sha256", {Suite::CbcSha256, key, {}, hash(32), 16, esn}});
        list.push_back({"sha512", {Suite::CbcSha512, key, {}, hash(64), 32, esn}});
    }
    return list;
}

std::string hex(const std::vector<std::uint8_t> &bytes)
{
    std::string text = "0x";
    for (const std::uint8_t byte : bytes)
        text += fmt::format("{:02x}", byte);
    return text;
}

Result<void> run(const std::string &command)
{
    if (std::system(command.c_str()) != 0)
        return failure(ErrorKind::System, "cannot run", command);
    return {};
}

constexpr const char *ends = "src 192.0.2.1 dst 192.0.2.2 proto esp spi";

Result<void> add_sa(const SaKeys &keys, unsigned spi)
{
    std::string algorithms;
    if (keys.suite == Suite::Gcm) {
        std::vector<std::uint8_t> key = keys.key;
        key.insert(key.end(), keys.salt.begin(), keys.salt.end());
        algorithms = fmt::format("aead 'rfc4106(gcm(aes))' {} {}", hex(key), keys.icv_len * 8);
    } else {
        const char *const hash = keys.suite == Suite::CbcSha1     ? "sha1"
                                 : keys.suite == Suite::CbcSha256 ? "sha256"
                                                                  : "sha512";
        algorithms = fmt::format("auth-trunc 'hmac({})' {} {} enc 'cbc(aes)' {}", hash,
                                 hex(keys.auth_key), keys.icv_len * 8, hex(keys.key));
    }
    return run(fmt::format("ip xfrm state add {} {} mode transport {} {}", ends, spi,
                           keys.esn ? "replay-window 64 flag esn" : "", algorithms));
}

Result<void> delete_sa(unsigned spi)
{
    return run(fmt::format("ip xfrm state delete {} {}", ends, spi));
}

// Of each algorithm the driver that a user gets; in the order in which the kernel looks.
std::map<std::string, std::string> defaults(const Drivers &drivers)
{
    std::map<std::string, std::pair<std::uint64_t, std::string>> best;
    for (const Registered &entry : drivers.registered) {
        if (entry.internal || entry.type == "larval")
            continue;
        auto &place = best[entry.algorithm];
        if (place.second.empty() || entry.priority.value_or(0) > place.first)
            place = {entry.priority.value_or(0), entry.driver};
    }
    std::map<std::string, std::string> names;
    for (auto &[algorithm, entry] : best)
        names[algorithm] = entry.second;
    return names;
}

// What is not as it was, in words.
std::string changes(const Drivers &before, const Drivers &after)
{
    std::string text;
    for (const std::string &change : changed_priorities(before, after))
        text += " " + change;
    const auto now = defaults(after);
    for (const auto &[algorithm, driver] : defaults(before)) {
        const auto place = now.find(algorithm);
        if (place != now.end() && place->second != driver)
            text += fmt::format(" {}: {} instead of {}", algorithm, place->second, driver);
    }
    return text;
}

int fail(const Error &error)
{
    fmt::print(stderr, "sa_driver: {}\n", error.sentence());
    return 2;
}

Result<std::string> got(const SaKeys &keys, const std::string &driver)
{
    std::string name;
    auto done = with_driver(keys, driver, [&]() -> Result<void> {
        auto of = driver_of(keys, [&] { return add_sa(keys, 0x200); });
        if (!of)
            return Failure(of.error());
        name = std::move(*of);
        return {};
    });
    if (!done)
        return Failure(done.error());
    return name;
}

int all()
{
    int bad = 0;
    const Source source;
    for (const Kind &kind : kinds()) {
        const std::string algorithm = algorithm_name(kind.keys);
        // One that stays, as a host's own.
        auto host = driver_of(kind.keys, [&] { return add_sa(kind.keys, 0x100); });
        if (!host)
            return fail(host.error());
        const Drivers before = read_drivers(source);
        const auto names = sa_drivers(kind.keys);
        if (!names)
            return fail(names.error());
        if (names->empty() || names->front() != *host) {
            fmt::print("{}\tfirst of the list\t{}\tBAD\n", *host,
                       names->empty() ? "nothing" : names->front());
            ++bad;
        }
        for (const std::string &driver : *names) {
            const auto name = got(kind.keys, driver);
            const std::string change = changes(before, read_drivers(source));
            const bool good = name && *name == driver && change.empty();
            bad += good ? 0 : 1;
            fmt::print("{}\t{}\t{}\t{}{}\n", algorithm, driver,
                       name ? *name == driver ? "got" : *name : name.error().sentence(),
                       good ? "as before" : "BAD", change);
            if (name)
                if (auto deleted = delete_sa(0x200); !deleted)
                    return fail(deleted.error());
        }
        // And afterwards the host's next SA is what it was.
        auto next = driver_of(kind.keys, [&] { return add_sa(kind.keys, 0x200); });
        if (!next || *next != *host) {
            fmt::print("{}\tafterwards\t{}\tBAD, was {}\n", algorithm,
                       next ? *next : next.error().sentence(), *host);
            ++bad;
        }
        for (const unsigned spi : {0x100U, 0x200U})
            if (auto deleted = delete_sa(spi); !deleted)
                return fail(deleted.error());
    }
    return bad == 0 ? 0 : 1;
}

} // namespace

// all: each driver of each kind. list KIND: names. use KIND DRIVER: what an SA gets.
// kill KIND DRIVER: ended by SIGKILL while the priority is raised. KIND: gcm, sha1, ...,
// of SAs without ESN.
int main(int count, char **words)
{
    const std::vector<std::string> arguments(words + 1, words + count);
    if (arguments.size() == 1 && arguments[0] == "all")
        return all();
    if (arguments.size() < 2)
        return 2;
    for (const Kind &kind : kinds()) {
        if (kind.keys.esn || arguments[1] != kind.word)
            continue;
        if (arguments[0] == "list") {
            const auto names = sa_drivers(kind.keys);
            if (!names)
                return fail(names.error());
            for (const std::string &name : *names)
                fmt::print("{}\n", name);
            return 0;
        }
        const std::string driver = arguments.size() > 2 ? arguments[2] : "";
        if (arguments[0] == "kill") {
            const auto done = with_driver(kind.keys, driver, []() -> Result<void> {
                (void)std::raise(SIGKILL);
                return {};
            });
            return done ? 0 : fail(done.error());
        }
        const auto name = got(kind.keys, driver);
        if (!name)
            return fail(name.error());
        fmt::print("{}\n", *name);
        return delete_sa(0x200) ? 0 : 2;
    }
    return 2;
}
