// SPDX-License-Identifier: GPL-2.0-or-later
// What a machine with a given fault would make of running packets again.
#pragma once

#include "faults.h"

namespace ct::test {

// Adds it to the records that are of packets.
void run_again(Evidence &evidence, BugClass bug_class, Random &random);

// How likely the packet is wrong.
struct Trials {
    double here = 0;
    double elsewhere = 0;
    double softirqs_off = 0;
};

// The ways that are tried often, as the module does, behind those with softirqs and with
// interrupts off. Without a draw from the generator: it is a copy.
void add_trials(Replay &replay, const Trials &likely, std::uint32_t other_cpu, Random random);

} // namespace ct::test
