// SPDX-License-Identifier: GPL-2.0-or-later
// Callers of every kind, each in a process of its own.
#ifndef CRYPTORTURE_FUZZ_PEOPLE_H
#define CRYPTORTURE_FUZZ_PEOPLE_H

#include "stream.h"

#include <vector>

namespace fuzz {

// All in parallel, until all have ended. Streams of root are threads of one process.
void let_loose(const std::vector<Stream> &streams, const Family &family, Tally &tally);

} // namespace fuzz

#endif // CRYPTORTURE_FUZZ_PEOPLE_H
