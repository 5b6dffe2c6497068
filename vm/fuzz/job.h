// SPDX-License-Identifier: GPL-2.0-or-later
// The result of a job that was requested.
#ifndef CRYPTORTURE_FUZZ_JOB_H
#define CRYPTORTURE_FUZZ_JOB_H

#include "stream.h"

namespace fuzz {

struct JobEnd {
    bool known = false; // it is done, and the module still keeps it
    std::uint32_t kind = 0;
    int error = -1;
    std::string text; // why
};

// Waits for it; a socket that is closed would take it along.
JobEnd wait_for_job(Link &link, const Family &family, std::uint64_t number);

// By a socket of its own.
JobEnd do_job(const Bytes &message, const Family &family);

// Of an answer, from its attributes on; 0: there is none.
std::uint64_t job_number(const Bytes &payload);

} // namespace fuzz

#endif // CRYPTORTURE_FUZZ_JOB_H
