// SPDX-License-Identifier: GPL-2.0-or-later
// The two signals that exercisers send to themselves. Their handler fills the
// vector registers again, which must not change those of the interrupted code.
#pragma once

#include <csignal>
#include <cstddef>
#include <cstdint>

#include "base/error.h"

namespace ct {

[[nodiscard]] int plain_signal();
[[nodiscard]] int altstack_signal(); // its handler takes an alternate stack
[[nodiscard]] std::size_t altstack_size();
// The last so many bytes of an alternate stack are in a page by themselves, where the end
// of the registers lies, if all of the rest of that page is no part of the stack.
inline constexpr std::size_t altstack_overhang = 256;

// What the handler works with, one for each thread.
struct HandlerState {
    const std::byte *image = nullptr;
    std::uint64_t mask = 0;          // RegisterSets::mask
    volatile std::uint32_t runs = 0; // times that it came
    // The stack it is on, in memory that is shared, if that is to be taken away before
    // the return: what the kernel gives back is then not there, and has to be fetched.
    std::byte *away = nullptr;
    std::size_t away_size = 0;
};

// From here on the handler works with that in this thread; nullptr: with nothing.
void set_handler_state(HandlerState *state);

// What an exerciser must not get: every signal but these two, and those that a
// fault of its own would send.
[[nodiscard]] sigset_t exerciser_mask();

// The handlers are in place as long as this lives.
class SignalHandlers {
public:
    [[nodiscard]] static Result<SignalHandlers> install();
    SignalHandlers(const SignalHandlers &) = delete;
    SignalHandlers &operator=(const SignalHandlers &) = delete;
    SignalHandlers(SignalHandlers &&other) noexcept;
    SignalHandlers &operator=(SignalHandlers &&) = delete;
    ~SignalHandlers();
    // A thread that hangs may still get its signal: the handlers stay.
    void leave() { active_ = false; }

private:
    SignalHandlers() = default;

    bool active_ = false;
    struct sigaction plain_ = {};
    struct sigaction altstack_ = {};
};

} // namespace ct
