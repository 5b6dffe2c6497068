// SPDX-License-Identifier: GPL-2.0-or-later
// What a selftest does to the machine. Tests bring one of their own.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "session/waiter.h"

namespace ct {

struct ChildOutput {
    int status = 0;   // as a shell has it: 128 and the signal that killed it
    std::string text; // its standard output
};

class TestBed {
public:
    TestBed() = default;
    TestBed(const TestBed &) = delete;
    TestBed &operator=(const TestBed &) = delete;
    virtual ~TestBed() = default;

    // cryptorture_busted, with these parameters. One at a time.
    [[nodiscard]] virtual Result<void> load(const std::string &parameters) = 0;
    // Nothing, where it is not loaded.
    [[nodiscard]] virtual Result<void> unload() = 0;
    // How often it has done damage.
    [[nodiscard]] virtual std::uint64_t done() = 0;
    // cryptorture in a process of its own, for its threads are what is hit.
    [[nodiscard]] virtual Result<ChildOutput> run(const std::vector<std::string> &words) = 0;
    // The end was asked for.
    [[nodiscard]] virtual bool interrupted() const = 0;
};

// Fails unless the module is there. module: cryptorture_busted.ko; empty: where modules of
// this kernel are that came from elsewhere. program: cryptorture; empty: the one beside this
// program, else the one in PATH.
[[nodiscard]] Result<std::unique_ptr<TestBed>>
open_test_bed(const std::string &module, const std::string &program, Waiter &waiter);

} // namespace ct
