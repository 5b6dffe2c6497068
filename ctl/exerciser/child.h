// SPDX-License-Identifier: GPL-2.0-or-later
// The child of a fork in the middle of a window: it stores what its registers
// held for the parent to check, and exits.
#pragma once

#include <optional>
#include <sys/types.h>

#include "exerciser/mapping.h"
#include "exerciser/window.h"

namespace ct {

class Child {
public:
    [[nodiscard]] static Result<Child> make(const RegisterSets &sets);

    // The fork as the deed of a window.
    static void prepare(Deed &deed);
    [[nodiscard]] static bool is_child(const Deed &deed) { return deed.result == 0; }
    // In the child: never returns, and runs no code of the parent.
    [[noreturn]] void leave(ConstImage stored) const;
    // In the parent: waits for the child. What it left; nothing if it died first.
    [[nodiscard]] std::optional<Image> wait(const Deed &deed) const;

private:
    explicit Child(Mapping shared) : shared_(std::move(shared)) {}

    Mapping shared_; // one byte "there it is", then the image
};

// Waits for the end of a child of any kind; one that takes too long is killed.
void await_end(pid_t child);
// A child could not be made, for the reason of that errno.
[[nodiscard]] Failure no_child(long number);

} // namespace ct
