// SPDX-License-Identifier: GPL-2.0-or-later
#include "mechanisms/mechanism.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "diagnose/model.h"
#include "mechanisms/company.h"

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
    Evidence evidence = mechanism.make(random);
    // Every other one is of a module that reports it.
    if (number % 2 == 1) {
        Random apart(seed[0] ^ number);
        add_company(evidence, needs_company(mechanism), apart);
    }
    return evidence;
}

void write_features(const std::string &mechanism, std::optional<BugClass> truth,
                    const std::vector<BugClass> &also, const Diagnosis &diagnosis)
{
    const char *const path = std::getenv("CT_FEATURES");
    if (path == nullptr)
        return;
    const auto word = [](BugClass one) {
        return std::string(name(one));
    };
    std::ofstream file(path, std::ios::app);
    if (file.tellp() == 0) {
        for (std::size_t place = 0; place < count_of<BugClass>; ++place)
            file << (place == 0 ? "" : ",") << word(static_cast<BugClass>(place));
        file << "\n";
    }
    file << mechanism << "\t" << (truth ? word(*truth) : "none") << "\t";
    for (const BugClass other : also)
        file << word(other) << ",";
    file << "\t" << (diagnosis.real > 1 || diagnosis.proved ? 1 : 0);
    for (const double feature : features_of(diagnosis.candidates, diagnosis.real))
        file << "\t" << fmt::format("{:.4f}", feature);
    file << "\n";
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
