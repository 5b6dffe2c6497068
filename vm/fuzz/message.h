// SPDX-License-Identifier: GPL-2.0-or-later
// One message of the family: made after the specification, then spoiled.
#ifndef CRYPTORTURE_FUZZ_MESSAGE_H
#define CRYPTORTURE_FUZZ_MESSAGE_H

#include "table.h"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace fuzz {

using Bytes = std::vector<std::uint8_t>;

// splitmix64: the whole of a stream follows from one number.
class Random {
public:
    explicit Random(std::uint64_t seed) : state(seed) {}
    std::uint64_t next();
    std::uint64_t below(std::uint64_t limit) { return limit ? next() % limit : 0; }
    bool one_in(std::uint64_t n) { return below(n) == 0; }

private:
    std::uint64_t state;
};

// Strings that mean something, by the name of an attribute: a string is one of them, or one
// of another attribute's, or noise.
using Words = std::map<std::string, std::vector<std::string>>;

struct Message {
    Bytes bytes; // seq not filled in
    const Command *command = nullptr;
    std::uint8_t id = 0; // of the command, as it is in the bytes
};

// Long work of the module (a run, a measurement, a replay) is requested validly one
// in EVERY times, else spoiled by its last attribute, which is validated late. 0: never.
struct Budget {
    std::uint64_t every = 32, asked = 0;
    std::uint64_t job = 0; // the number of one that there was, for requests about jobs
};

// The next message of a stream.
Message make_message(Random &random, const Words &words, std::uint16_t family, Budget &budget);

// A message as it should be, without attributes.
Bytes plain_message(std::uint16_t family, std::uint8_t command, unsigned flags);

// One that asks for a job of that kind; a nest may follow.
Bytes job_message(std::uint16_t family, std::uint32_t kind);

void append_attribute(Bytes &bytes, unsigned type, const Bytes &data);

} // namespace fuzz

#endif // CRYPTORTURE_FUZZ_MESSAGE_H
