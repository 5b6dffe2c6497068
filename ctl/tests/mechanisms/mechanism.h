// SPDX-License-Identifier: GPL-2.0-or-later
// Faults as machines have them, several ways to each class, with the records that a run would
// make of each: what the diagnosis is measured with. They are written from what a mechanism
// does to a machine, and not from how the diagnosis tells one from another.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "damage/evidence.h"
#include "diagnose/diagnosis.h"
#include "faults.h"
#include "record/bug_class.h"

namespace ct::test {

struct Mechanism {
    std::string name;              // such as "one scratch buffer for all CPUs"
    std::optional<BugClass> truth; // nothing: no class is right
    std::vector<BugClass> also;    // no wrong answers either
    std::function<Evidence(Random &)> make;
};

// CPUs, memory, key schedules.
[[nodiscard]] std::vector<Mechanism> hardware_mechanisms();
// Code of drivers.
[[nodiscard]] std::vector<Mechanism> driver_mechanisms();
// Registers lost in FPU sections.
[[nodiscard]] std::vector<Mechanism> fpu_mechanisms();
// Registers lost by user threads, and what has no class.
[[nodiscard]] std::vector<Mechanism> thread_mechanisms();

// Those that the weights were set with, and checked.
[[nodiscard]] std::vector<Mechanism> all_mechanisms();
// Of every class two, which came after the points; the model is fitted with them, too.
[[nodiscard]] std::vector<Mechanism> fresh_mechanisms();
// The last ones. No points were set with these, and the model was first measured without them.
[[nodiscard]] std::vector<Mechanism> held_out_mechanisms();
// Always the same for a number, whatever other mechanisms there are.
[[nodiscard]] Evidence sample_of(const Mechanism &mechanism, unsigned number);

// With CT_FEATURES, a file: the line of a sample for fit.py.
void write_features(const std::string &mechanism, std::optional<BugClass> truth,
                    const std::vector<BugClass> &also, const Diagnosis &diagnosis);

enum class Naming { Right, Defensible, None, Wrong }; // None: unclassified, and it has a class
[[nodiscard]] Naming naming_of(const Mechanism &mechanism, const Diagnosis &diagnosis);

} // namespace ct::test
