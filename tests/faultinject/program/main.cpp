// SPDX-License-Identifier: GPL-2.0-or-later
#include <exception>
#include <unistd.h>

#include <fmt/format.h>

#include "program/selftest.h"
#include "session/surroundings.h"

int main(int argc, char **argv)
{
    const auto unsettled = ct::settle_surroundings();
    ct::DescriptorOutput out(STDOUT_FILENO);
    ct::DescriptorOutput err(STDERR_FILENO);
    if (unsettled) {
        err.write(fmt::format("cryptorture-selftest: {}\n", unsettled->sentence()));
        return static_cast<int>(ct::ExitStatus::CouldNotRun);
    }
    // Only lack of memory can come this far.
    try {
        return static_cast<int>(ct::run_selftest(
            argc, argv, {out, err, ct::make_signal_waiter, ct::open_test_bed}));
    } catch (const std::exception &exception) {
        err.write(fmt::format(
            "cryptorture-selftest: cannot go on: {}; free some memory and try again\n",
            exception.what()));
        return static_cast<int>(ct::ExitStatus::CouldNotRun);
    }
}
