// SPDX-License-Identifier: GPL-2.0-or-later
// A child that keeps its registers while the exerciser traces it, reads and writes them.
#pragma once

#include <cstdint>
#include <ctime>
#include <sys/types.h>

#include "registers/mapping.h"
#include "registers/window.h"

namespace ct {

class Tracee {
public:
    // How x87, MXCSR and XMM are read, or what is written.
    enum class Way {
        Xstate, // NT_X86_XSTATE: with everything else
        Legacy, // NT_PRFPREG: these alone; without XSAVE always
    };
    [[nodiscard]] static Result<Tracee> make(const RegisterSets &sets);
    Tracee(const Tracee &) = delete;
    Tracee &operator=(const Tracee &) = delete;
    Tracee(Tracee &&other) noexcept;
    Tracee &operator=(Tracee &&) = delete;
    ~Tracee() { abandon(); }

    // The child as the action of a window.
    void prepare(Action &action);
    // Then, by the same thread: stops it. After an error, here or below, it is gone.
    // Unsupported: this never works.
    [[nodiscard]] Result<void> stop(const Action &action);
    // All its registers; the image is there until the next call.
    [[nodiscard]] Result<Image> read(Way way);
    // What was read, once more.
    [[nodiscard]] Result<void> write_back();
    [[nodiscard]] Result<void> write(ConstImage image, Way way);
    // Lets it run until its next system call.
    [[nodiscard]] Result<void> step();
    // Lets it go, and waits for its end. What it held then.
    [[nodiscard]] Result<Image> release(const Action &action);

private:
    Tracee(const RegisterSets &sets, ImageMemory store, Mapping memory)
        : sets_(sets), store_(std::move(store)), memory_(std::move(memory))
    {
    }
    [[nodiscard]] Result<void> request(int what, const char *words, std::uintptr_t address,
                                       std::uintptr_t data);
    // Returns how many bytes there were.
    [[nodiscard]] Result<std::size_t> transfer(int what, const char *words, Way way,
                                               std::size_t size);
    [[nodiscard]] Result<void> await_stop();
    [[nodiscard]] Failure lost(ErrorKind kind, std::string why, std::string hint = {});
    void abandon();

    RegisterSets sets_;
    ImageMemory store_;    // where it leaves its registers
    Mapping memory_;       // what was read
    std::size_t size_ = 0; // of that
    pid_t child_ = -1;
    volatile std::uint32_t word_ = 0; // it waits as long as that is 0
    timespec wait_{};
};

} // namespace ct
