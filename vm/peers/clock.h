// SPDX-License-Identifier: GPL-2.0-or-later
// The stopwatch: how long a way of testing takes to find the first fault.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

// What is timed: a command, and the network namespaces whose counters are watched.
struct Trial {
    std::vector<std::string> net; // names under /run/netns
    std::vector<std::string> command;
    double limit = 60; // seconds
};

struct Found {
    bool found = false;  // within the limit
    double seconds = 0;  // from the command's start
    std::string by;      // the counter that moved, or "exit status 1"
    std::string trouble; // why there is no result
};

// Runs the command in a process group of its own, which is killed at the end. It has
// found a fault when it ends with status 1, or when a counter of what the receiving
// kernel refused moves: checksums of TCP and ICMP, headers of IP, padding of ESP.
Found time_to_first(const Trial &trial);
