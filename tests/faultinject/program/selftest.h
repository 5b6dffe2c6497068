// SPDX-License-Identifier: GPL-2.0-or-later
// cryptorture-selftest: lets known faults loose on a machine that may be lost, and demands
// that cryptorture finds each and names it.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/error.h"
#include "program/test_bed.h"
#include "record/exit.h"
#include "render/output.h"
#include "session/waiter.h"

namespace ct {

struct SelftestSurroundings {
    Output &out;
    Output &err;
    std::function<Result<std::unique_ptr<Waiter>>()> make_waiter;
    std::function<Result<std::unique_ptr<TestBed>>(const std::string &module,
                                                   const std::string &program, Waiter &waiter)>
        open_bed;
};

// Reads the command line, does what it says, gives the status to exit with.
[[nodiscard]] ExitStatus run_selftest(int argc, const char *const *argv,
                                      const SelftestSurroundings &here);

} // namespace ct
