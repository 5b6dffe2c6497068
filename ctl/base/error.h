// SPDX-License-Identifier: GPL-2.0-or-later
// Errors as values. An error is a sentence of three parts: what failed, why,
// and what to do about it. Nothing in the control program throws on purpose.
#pragma once

#include <optional>
#include <string>
#include <tl/expected.hpp>

namespace ct {

enum class ErrorKind {
    Usage,        // a word on the command line
    Permission,   // not root, or not in the initial namespaces
    NoModule,     // the netlink family is not there (any more)
    OtherVersion, // module and program differ
    Busy,         // a run is active
    NotRunning,   // there is no run to stop
    NotFound,     // no record of that number
    Refused,      // the module refused a value
    Malformed,    // a message that breaks the contract
    Unsupported,  // this machine or kernel lacks what the fault needs
    Again,        // interrupted or overrun: worth another try
    Interrupted,  // we were asked to end before it was done
    System,       // an operating system call failed
};

// The part of a request that the module refused.
struct Culprit {
    std::string name;  // such as "driver"
    std::string value; // as text; empty for a flag
    // Of the command line, which gives it; empty where there is none.
    std::string
        option{}; // NOLINT(readability-redundant-member-init): many name the others only
};

struct Error {
    ErrorKind kind = ErrorKind::System;
    std::string what; // "cannot start a run"
    std::string why;  // "the module is not loaded"
    std::string hint; // "load it with 'modprobe cryptorture'"; may be empty
    std::optional<Culprit> culprit;

    // "what: why; hint"
    [[nodiscard]] std::string sentence() const;
};

template <typename T> using Result = tl::expected<T, Error>;
using Failure = tl::unexpected<Error>;

[[nodiscard]] Failure failure(ErrorKind kind, std::string what, std::string why,
                              std::string hint = {});

// The text of an errno, in words ("Permission denied").
[[nodiscard]] std::string errno_text(int number);
// What to do about errors for lack of space or because of a limit; empty for
// the others.
[[nodiscard]] std::string errno_hint(int number);

} // namespace ct
