// SPDX-License-Identifier: GPL-2.0-or-later
#include "visits.h"

#include <gtest/gtest.h>

namespace ct::test {

Visit visit(const Tree &tree, Machine &machine, const Cpuid &cpuid)
{
    machine.root = tree.root();
    machine.cpuid = &cpuid;
    Visit result;
    const auto outcome = execute(machine, {"doctor", "--json"});
    result.status = outcome.status;
    const auto all = lines(outcome.out);
    EXPECT_EQ(all.size(), 1U);
    EXPECT_EQ(outcome.err, "");
    result.object = all.empty() ? json() : all.front();
    const auto text = execute(machine, {"doctor"});
    EXPECT_EQ(text.status, result.status);
    result.text = text.out;
    return result;
}

Visit visit(const Tree &tree, const std::string &signature)
{
    Machine machine;
    return visit(tree, machine, FakeCpuid(signature));
}

const json *find(const json &object, const std::string &part)
{
    for (const json &entry : object["findings"])
        if (contains(entry["what"].get<std::string>(), part))
            return &entry;
    return nullptr;
}

bool lists(const json &list, const std::string &part)
{
    return contains(list.dump(), part);
}

} // namespace ct::test
