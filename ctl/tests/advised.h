// SPDX-License-Identifier: GPL-2.0-or-later
// The advice on every class, and the commands in it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "diagnose/advice.h"

namespace ct::test {

// A diagnosis without advice. The empty CPU or driver: mismatches gather on none.
inline Diagnosis unadvised(std::optional<BugClass> bug_class, Confidence confidence,
                           const std::string &cpu = "", const std::string &driver = "")
{
    Diagnosis diagnosis;
    diagnosis.bug_class = bug_class;
    diagnosis.confidence = confidence;
    const auto gather = [&diagnosis](const char *factor, const std::string &value, bool &one) {
        if (value.empty())
            return;
        diagnosis.statistics.trends.push_back({factor, value, 10, 10, 100, 1000, 1e-6});
        one = true;
    };
    gather("CPU", cpu, diagnosis.statistics.one_cpu);
    gather("driver", driver, diagnosis.statistics.one_driver);
    return diagnosis;
}

inline Diagnosis advised(Diagnosis diagnosis)
{
    advise(diagnosis);
    return diagnosis;
}

inline std::vector<Diagnosis> advised_of_all(const std::vector<std::string> &cpus,
                                             const std::vector<std::string> &drivers)
{
    std::vector<Diagnosis> all{advised(unadvised(std::nullopt, Confidence::None))};
    for (std::size_t place = 0; place < count_of<BugClass>; ++place)
        for (const Confidence confidence :
             {Confidence::Low, Confidence::Medium, Confidence::High})
            for (const std::string &cpu : cpus)
                for (const std::string &driver : drivers)
                    for (const bool more : {false, true}) {
                        Diagnosis diagnosis =
                            unadvised(static_cast<BugClass>(place), confidence, cpu, driver);
                        const std::size_t second = (place + 1) % count_of<BugClass>;
                        if (more) {
                            diagnosis.seed = 0x2a;
                            diagnosis.candidates = {{*diagnosis.bug_class, 60, 0, {}},
                                                    {static_cast<BugClass>(second), 40, 0, {}}};
                            if (!cpu.empty())
                                diagnosis.repeats_on =
                                    static_cast<std::uint32_t>(std::stoul(cpu));
                        }
                        all.push_back(advised(std::move(diagnosis)));
                    }
    return all;
}

inline std::vector<std::string> texts_of(const Diagnosis &diagnosis)
{
    std::vector<std::string> texts = diagnosis.next;
    texts.insert(texts.end(), diagnosis.mitigations.begin(), diagnosis.mitigations.end());
    return texts;
}

// What stands in single quotes; an odd last quote opens a command that never ends.
inline std::vector<std::string> commands_in(const std::string &text)
{
    std::vector<std::string> commands;
    for (std::size_t begin = text.find('\''); begin != std::string::npos;) {
        const std::size_t end = text.find('\'', begin + 1);
        commands.push_back(text.substr(begin + 1, end - begin - 1));
        begin = end == std::string::npos ? end : text.find('\'', end + 1);
    }
    return commands;
}

} // namespace ct::test
