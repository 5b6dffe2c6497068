// SPDX-License-Identifier: GPL-2.0-or-later
#include "mechanisms/mechanism.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace ct::test {

std::vector<Mechanism> all_mechanisms()
{
    std::vector<Mechanism> all;
    for (auto &&some :
         {hardware_mechanisms(), driver_mechanisms(), fpu_mechanisms(), thread_mechanisms()})
        all.insert(all.end(), some.begin(), some.end());
    return all;
}

Evidence sample_of(const Mechanism &mechanism, unsigned number)
{
    // Seeds by name: that one mechanism is added changes no other's samples.
    std::seed_seq seeds(mechanism.name.begin(), mechanism.name.end());
    std::array<std::uint64_t, 1> seed{};
    seeds.generate(seed.begin(), seed.end());
    Random random(seed[0] + number);
    return mechanism.make(random);
}

Naming naming_of(const Mechanism &mechanism, const Diagnosis &diagnosis)
{
    if (!diagnosis.bug_class)
        return mechanism.truth ? Naming::None : Naming::Right;
    if (diagnosis.bug_class == mechanism.truth)
        return Naming::Right;
    return std::find(mechanism.also.begin(), mechanism.also.end(), *diagnosis.bug_class) !=
                   mechanism.also.end()
               ? Naming::Defensible
               : Naming::Wrong;
}

} // namespace ct::test
