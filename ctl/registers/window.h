// SPDX-License-Identifier: GPL-2.0-or-later
// One window: all registers filled from one image, one action, all registers
// stored into another. In assembly and nothing else, so that what differs was
// changed by something outside of this program.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/error.h"
#include "registers/action.h"
#include "registers/registers.h"

namespace ct {

enum class ActionKind : std::uint64_t {
    Spin = CT_KIND_SPIN,       // as long as a word has a value, but only so many times
    Syscall = CT_KIND_SYSCALL, // one syscall instruction
    Touch = CT_KIND_TOUCH,     // writes one byte
    Code = CT_KIND_CODE,       // calls code that does harm; tests only
    // A child in the same memory, with the same registers, makes the system call again and
    // again, so many times at most, as long as a word has a value and the parent lives.
    Child = CT_KIND_CHILD,
};

struct Action {
    ActionKind kind = ActionKind::Spin;
    std::uint64_t spins = 1; // at least
    const volatile std::uint32_t *word = nullptr;
    std::uint64_t while_value = 0; // 32 bits of it
    std::byte *touch = nullptr;
    void (*code)() = nullptr; // keeps what a C function keeps
    long number = 0;
    std::array<long, 6> arguments{};
    long result = 0; // of the system call, or the child: a value or a negative errno
    long parent = 0; // the process that owns the child
    std::byte *child_store = nullptr; // where it leaves its registers at last
    long child_result = 0;            // of its system call
    long child_done = 0;              // 1: it has left them
};
static_assert(offsetof(Action, kind) == CT_ACTION_KIND);
static_assert(offsetof(Action, spins) == CT_ACTION_SPINS);
static_assert(offsetof(Action, word) == CT_ACTION_WORD);
static_assert(offsetof(Action, while_value) == CT_ACTION_WHILE);
static_assert(offsetof(Action, touch) == CT_ACTION_TOUCH);
static_assert(offsetof(Action, code) == CT_ACTION_CODE);
static_assert(offsetof(Action, number) == CT_ACTION_NUMBER);
static_assert(offsetof(Action, arguments) == CT_ACTION_ARGUMENTS);
static_assert(offsetof(Action, result) == CT_ACTION_RESULT);
static_assert(offsetof(Action, parent) == CT_ACTION_PARENT);
static_assert(offsetof(Action, child_store) == CT_ACTION_CHILD_STORE);
static_assert(offsetof(Action, child_result) == CT_ACTION_CHILD_RESULT);
static_assert(offsetof(Action, child_done) == CT_ACTION_CHILD_DONE);

// The memory of an image: aligned as XSAVE wants it, zero at first.
class ImageMemory {
public:
    [[nodiscard]] static Result<ImageMemory> make(const RegisterSets &sets);
    [[nodiscard]] Image image() const { return {memory_.get(), size_}; }

private:
    struct Free {
        void operator()(std::byte *memory) const;
    };
    ImageMemory(std::unique_ptr<std::byte, Free> memory, std::size_t size)
        : memory_(std::move(memory)), size_(size)
    {
    }

    std::unique_ptr<std::byte, Free> memory_;
    std::size_t size_ = 0;
};

// load, store: images of these sets. Control words and the rest of the C
// environment are afterwards as they were.
void open_window(ConstImage load, Image store, Action &action, const RegisterSets &sets);

// Fills the vector registers and leaves them so; from a signal handler.
void load_registers(const std::byte *image, std::uint64_t mask);

} // namespace ct
