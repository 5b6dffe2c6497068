// SPDX-License-Identifier: GPL-2.0-or-later
// Prints every command that advice has, for a machine where CPU 1 and that driver are
// suspects: vm/tests/choices.sh runs each.
#include <algorithm>
#include <cstdio>

#include "advised.h"

int main()
{
    std::vector<ct::Diagnosis> all = ct::test::advised_of_all({""}, {""});
    const auto more = ct::test::advised_of_all({"1"}, {"cbc-aes-aesni"});
    all.insert(all.end(), more.begin(), more.end());
    std::vector<std::string> printed;
    for (const ct::Diagnosis &diagnosis : all)
        for (const std::string &text : ct::test::texts_of(diagnosis))
            for (const std::string &command : ct::test::commands_in(text)) {
                if (std::find(printed.begin(), printed.end(), command) != printed.end())
                    continue;
                (void)std::puts(command.c_str());
                printed.push_back(command);
            }
    return printed.empty() ? 1 : 0;
}
