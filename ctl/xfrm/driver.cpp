// SPDX-License-Identifier: GPL-2.0-or-later
#include "xfrm/driver.h"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "base/quantity.h"
#include "base/signals_blocked.h"
#include "facts/source.h"
#include "facts/words.h"
#include "xfrm/choice.h"
#include "xfrm/crypto_user.h"
#include "xfrm/priority_note.h"

namespace ct {

namespace {

constexpr unsigned note_wait_ms = 10000;

Result<Drivers> crypto_drivers(const std::string &what)
{
    Drivers drivers = read_drivers(Source());
    if (!drivers.known)
        return failure(ErrorKind::System, what, "/proc/crypto cannot be read", "mount /proc");
    return drivers;
}

// An instance that is new must not be better than what the host had.
Result<void> make_quiet(CryptoUser &crypto, const std::string &what, const std::string &driver)
{
    const auto drivers = crypto_drivers(what);
    if (!drivers)
        return Failure(drivers.error());
    if (const auto priority = quiet_priority(*drivers, driver))
        return crypto.set_priority(driver, *priority);
    return {};
}

Result<void> undo_change(CryptoUser &crypto, const std::string &what, const PriorityLine &line)
{
    if (line.kind == PriorityLine::Kind::Made)
        return make_quiet(crypto, what, line.driver);
    const auto drivers = crypto_drivers(what);
    if (!drivers)
        return Failure(drivers.error());
    const Registered *const entry = find_registered(*drivers, line.driver);
    if (entry == nullptr || entry->priority == line.priority)
        return {};
    return crypto.set_priority(line.driver, line.priority);
}

// What a process that was killed has left. The note stays where that fails.
Result<void> clear_note(PriorityNote &note, CryptoUser &crypto, const std::string &what)
{
    const auto lines = note.lines();
    if (!lines)
        return Failure(lines.error());
    // NOLINTNEXTLINE(modernize-loop-convert): the number counts
    for (auto line = lines->rbegin(); line != lines->rend(); ++line)
        if (auto undone = undo_change(crypto, what, *line); !undone)
            return undone;
    return {};
}

// The same before anything is read; whoever holds the note is alive.
Result<void> clear_leftover(const std::string &what)
{
    if (!PriorityNote::exists(PriorityNote::place))
        return {};
    // Nothing ends the process between a change and its undoing, but SIGKILL.
    const SignalsBlocked blocked;
    auto note = PriorityNote::take(PriorityNote::place, 0, what);
    if (!note)
        return {};
    auto crypto = CryptoUser::open(what);
    if (!crypto)
        return Failure(crypto.error());
    if (auto done = clear_note(*note, *crypto, what); !done)
        return done;
    note->remove();
    return {};
}

Failure unknown_driver(const SaKeys &keys, const Drivers &drivers, const std::string &what,
                       const std::string &driver)
{
    const auto names = possible_drivers(drivers, keys);
    const auto meant = nearest(driver, names);
    return failure(
        ErrorKind::NotFound, what,
        fmt::format("no driver of {} here has that name, and none can be made of it{}",
                    algorithm_name(keys),
                    meant ? fmt::format(", did you mean \"{}\"?", *meant) : ""),
        names.empty() ? "" : "there are " + join(names));
}

Failure other_algorithm(const SaKeys &keys, const std::string &what,
                        const std::string &algorithm)
{
    return failure(
        ErrorKind::Refused, what,
        fmt::format("it is a driver of {}, not of {}", algorithm, algorithm_name(keys)),
        "name one of the SA's own algorithm");
}

// One choice, from the instances that it needs to the priority as it was.
class Choice {
public:
    Choice(const SaKeys &keys, const std::string &driver, PriorityNote &note,
           CryptoUser &crypto, std::string what)
        : keys_(keys), driver_(driver), generator_(generator_of(keys, driver)), note_(note),
          crypto_(crypto), what_(std::move(what))
    {
    }

    [[nodiscard]] Result<void> prepare()
    {
        // First what others get: what stands alone is the best.
        if (auto made = crypto_.make_best(generator_algorithm(keys_)); !made)
            return made;
        const auto drivers = crypto_drivers(what_);
        if (!drivers)
            return Failure(drivers.error());
        const auto algorithm = algorithm_of(*drivers, driver_);
        if (algorithm && *algorithm != algorithm_name(keys_))
            return other_algorithm(keys_, what_, *algorithm);
        for (const std::string &instance : missing_instances(*drivers, driver_))
            if (auto made = make(*drivers, instance); !made)
                return made;
        if (auto is = check(); !is)
            return is;
        // An instance as good as what it replaces takes away what stands on that.
        if (auto made = crypto_.make_best(generator_algorithm(keys_)); !made)
            return made;
        const auto now = crypto_drivers(what_);
        if (!now)
            return Failure(now.error());
        if (find_registered(*now, generator_) != nullptr)
            return {};
        return make(*now, generator_);
    }

    [[nodiscard]] Result<void> raise()
    {
        const auto drivers = crypto_drivers(what_);
        if (!drivers)
            return Failure(drivers.error());
        const Registered *const entry = find_registered(*drivers, generator_);
        if (entry == nullptr)
            return unknown_driver(keys_, *drivers, what_, driver_);
        const auto priority = raised_priority(*drivers, generator_);
        if (!priority)
            return {};
        const auto before = static_cast<std::uint32_t>(entry->priority.value_or(0));
        if (auto noted = note_.add({PriorityLine::Kind::Priority, generator_, before}); !noted)
            return noted;
        before_ = before;
        return crypto_.set_priority(generator_, *priority);
    }

    [[nodiscard]] Result<void> restore()
    {
        if (!before_)
            return {};
        auto done =
            undo_change(crypto_, what_, {PriorityLine::Kind::Priority, generator_, *before_});
        if (!done)
            return failure(
                ErrorKind::System,
                fmt::format("cannot give {} its priority of {} again", generator_, *before_),
                done.error().why,
                "the next call of cryptorture esp tries again; new SAs may get it until then");
        before_.reset();
        return {};
    }

private:
    [[nodiscard]] Result<void> make(const Drivers &drivers, const std::string &instance)
    {
        if (auto noted = note_.add({PriorityLine::Kind::Made, instance, 0}); !noted)
            return noted;
        if (auto made = crypto_.make(instance); !made) {
            if (made.error().kind == ErrorKind::NotFound)
                return unknown_driver(keys_, drivers, what_, driver_);
            return made;
        }
        return make_quiet(crypto_, what_, instance);
    }

    // What was not known beforehand.
    [[nodiscard]] Result<void> check()
    {
        const auto drivers = crypto_drivers(what_);
        if (!drivers)
            return Failure(drivers.error());
        const Registered *const entry = find_registered(*drivers, driver_);
        if (entry == nullptr)
            return unknown_driver(keys_, *drivers, what_, driver_);
        if (entry->algorithm == algorithm_name(keys_))
            return {};
        (void)crypto_.remove(driver_);
        return other_algorithm(keys_, what_, entry->algorithm);
    }

    const SaKeys &keys_;
    const std::string &driver_;
    std::string generator_;
    PriorityNote &note_;
    CryptoUser &crypto_;
    std::string what_;
    std::optional<std::uint32_t> before_;
};

// SAs that were deleted a moment ago give their references back late: wait for that.
Result<Drivers> settled_drivers(const SaKeys &keys, const std::string &what)
{
    constexpr int tries_max = 20;
    constexpr auto pause = std::chrono::milliseconds(25);
    auto before = crypto_drivers(what);
    for (int attempt = 0; before && attempt < tries_max; ++attempt) {
        std::this_thread::sleep_for(pause);
        auto after = crypto_drivers(what);
        if (!after || (more_used(*before, *after, keys).empty() &&
                       more_used(*after, *before, keys).empty()))
            return after;
        before = std::move(after);
    }
    return before;
}

} // namespace

Result<std::vector<std::string>> sa_drivers(const SaKeys &keys)
{
    const std::string what = "cannot list the drivers of " + algorithm_name(keys);
    if (auto cleared = clear_leftover(what); !cleared)
        return Failure(cleared.error());
    // As an SA would. Who may not, gets what is there.
    if (auto crypto = CryptoUser::open(what)) {
        (void)crypto->make_best(generator_algorithm(keys));
        if (keys.suite == Suite::Gcm)
            (void)crypto->make_best("ghash");
    }
    const auto drivers = crypto_drivers(what);
    if (!drivers)
        return Failure(drivers.error());
    return possible_drivers(*drivers, keys);
}

Result<void> with_driver(const SaKeys &keys, const std::string &driver,
                         const std::function<Result<void>()> &work)
{
    const std::string what = fmt::format("cannot give an SA the driver \"{}\"", driver);
    if (auto cleared = clear_leftover(what); !cleared)
        return cleared;
    const auto drivers = crypto_drivers(what);
    if (!drivers)
        return Failure(drivers.error());
    const std::string generator = generator_of(keys, driver);
    // What every SA gets needs neither crypto_user nor permission.
    if (const Registered *const entry = find_registered(*drivers, generator);
        entry != nullptr && entry->algorithm == generator_algorithm(keys) &&
        !raised_priority(*drivers, generator))
        return work();
    auto crypto = CryptoUser::open(what);
    if (!crypto)
        return Failure(crypto.error());
    // Nothing ends the process between a change and its undoing, but SIGKILL.
    const SignalsBlocked blocked;
    auto note = PriorityNote::take(PriorityNote::place, note_wait_ms, what);
    if (!note)
        return Failure(note.error());
    if (auto cleared = clear_note(*note, *crypto, what); !cleared)
        return cleared;

    Choice choice(keys, driver, *note, *crypto, what);
    auto done = choice.prepare();
    if (done)
        done = choice.raise();
    if (done)
        done = work();
    if (auto restored = choice.restore(); !restored)
        return restored;
    note->remove();
    return done;
}

Result<std::string> driver_of(const SaKeys &keys, const std::function<Result<void>()> &work)
{
    const std::string what = "cannot tell an SA's driver";
    if (auto cleared = clear_leftover(what); !cleared)
        return Failure(cleared.error());
    const auto before = settled_drivers(keys, what);
    if (!before)
        return Failure(before.error());
    if (auto done = work(); !done)
        return Failure(done.error());
    const auto after = crypto_drivers(what);
    if (!after)
        return Failure(after.error());
    auto names = more_used(*before, *after, keys);
    return names.size() == 1 ? std::move(names.front()) : std::string();
}

} // namespace ct
