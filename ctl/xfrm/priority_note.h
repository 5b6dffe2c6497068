// SPDX-License-Identifier: GPL-2.0-or-later
// A file that tells what of the host's drivers is not as it was, so that a process that is
// killed in between leaves no trace for longer than until the next one. Whoever changes
// something holds it locked.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/descriptor.h"
#include "base/error.h"

namespace ct {

struct PriorityLine {
    enum class Kind {
        Priority, // of that driver, as it was
        Made,     // an instance that may be better than what was there
    } kind = Kind::Priority;
    std::string driver;
    std::uint32_t priority = 0;

    friend bool operator==(const PriorityLine &, const PriorityLine &) = default;
};

// A line that was not written to its end does not count: nothing was changed before it was.
[[nodiscard]] std::vector<PriorityLine> read_priority_lines(std::string_view text);

class PriorityNote {
public:
    static constexpr const char *place = "/run/cryptorture-priority";

    // Whether there is one: of a process that works, or was killed.
    [[nodiscard]] static bool exists(const std::string &path);
    // Made unless it is there, mode 0600, and locked. wait_ms: for another process that has
    // it; then the error is Busy.
    [[nodiscard]] static Result<PriorityNote> take(const std::string &path, unsigned wait_ms,
                                                   const std::string &what);

    // What a process that was killed has left.
    [[nodiscard]] Result<std::vector<PriorityLine>> lines() const;
    [[nodiscard]] Result<void> add(const PriorityLine &line);
    // Everything is as it was.
    void remove();

private:
    PriorityNote(Descriptor file, std::string path, std::string what)
        : file_(std::move(file)), path_(std::move(path)), what_(std::move(what))
    {
    }
    Descriptor file_;
    std::string path_;
    std::string what_;
};

} // namespace ct
