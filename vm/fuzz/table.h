// SPDX-License-Identifier: GPL-2.0-or-later
// What the specification says of the family: made into table.inc by spec_table.py.
#ifndef CRYPTORTURE_FUZZ_TABLE_H
#define CRYPTORTURE_FUZZ_TABLE_H

#include <cstdint>
#include <vector>

namespace fuzz {

enum class Kind { none, u32, u64, text, binary, flag, nest };

struct Attribute {
    std::uint16_t id;
    const char *name;
    Kind kind;
    int nested;              // its set, for a nest
    std::uint64_t low, high; // of its value, or of its length
    bool multi;
};

struct Set {
    const char *name;
    const std::vector<Attribute> *attributes;
};

struct Command {
    std::uint8_t id;
    const char *name;
    bool dump;
    int set;
    std::vector<std::uint16_t> request; // attributes that it takes
};

extern const std::vector<Set> sets;
extern const std::vector<Command> commands;

// Of that number in the set, or nothing.
const Attribute *find(int set, unsigned id);

} // namespace fuzz

#endif // CRYPTORTURE_FUZZ_TABLE_H
