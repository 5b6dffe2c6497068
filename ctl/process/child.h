// SPDX-License-Identifier: GPL-2.0-or-later
// The child of a fork in the middle of a window: it stores what its registers
// held for the parent to check, and exits.
#pragma once

#include <optional>
#include <sys/types.h>

#include "registers/mapping.h"
#include "registers/window.h"

namespace ct {

class Child {
public:
    [[nodiscard]] static Result<Child> make(const RegisterSets &sets);

    // The fork as the action of a window.
    static void prepare(Action &action);
    [[nodiscard]] static bool is_child(const Action &action) { return action.result == 0; }
    // In the child: never returns, and runs no code of the parent.
    [[noreturn]] void leave(ConstImage stored) const;
    // In the parent: waits for the child. What it left; nothing if it died first.
    [[nodiscard]] std::optional<Image> wait(const Action &action) const;

private:
    explicit Child(Mapping shared) : shared_(std::move(shared)) {}

    Mapping shared_; // one byte "there it is", then the image
};

// Waits for the end of a child of any kind; one that takes too long is killed.
void await_end(pid_t child);
// A child could not be made, for the reason of that errno.
[[nodiscard]] Failure no_child(long number);

} // namespace ct
