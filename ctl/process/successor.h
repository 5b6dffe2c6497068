// SPDX-License-Identifier: GPL-2.0-or-later
// The program that a child of an exerciser becomes by an exec, while the child's registers
// are full: it stores its registers as of its first instruction for the exerciser
// to check. A file in memory is the program, another one takes the registers.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/descriptor.h"
#include "registers/window.h"

namespace ct {

class Successor {
public:
    // One for so many threads, numbered from 0.
    [[nodiscard]] static Result<Successor> make(const RegisterSets &sets,
                                                std::uint32_t threads);

    // A child and its exec as the action of a window. An error if that cannot be done now.
    [[nodiscard]] Result<void> prepare(Action &action, std::uint32_t thread);
    // After the window: waits for the end of the program. What it left goes into the image;
    // an error if it did not come to that: Unsupported if it never will.
    [[nodiscard]] Result<void> finish(const Action &action, std::uint32_t thread,
                                      Image image) const;

    // The file of the program.
    [[nodiscard]] int program() const { return program_.number(); }

private:
    // Words for the program, where they stay while it begins.
    struct Words {
        std::array<char, 12> number{};
        std::array<const char *, 3> list{};
    };
    Successor(Descriptor program, Descriptor output, std::size_t size, std::uint32_t threads)
        : program_(std::move(program)), output_(std::move(output)), size_(size), words_(threads)
    {
    }

    Descriptor program_;
    Descriptor output_; // the child has it, too
    std::size_t size_;  // of an image
    std::vector<Words> words_;
    std::uint32_t word_ = 0; // for the action, which makes one call only
};

// The state that a new program begins with.
void fill_initial(Image image, const RegisterSets &sets);

} // namespace ct
