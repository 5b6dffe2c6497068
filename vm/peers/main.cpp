// SPDX-License-Identifier: GPL-2.0-or-later
// Common tests other than cryptorture, and the stopwatch for all of them:
//   peer first [--limit SECONDS] [--net NAMESPACE]... -- COMMAND [ARGUMENT...]
//   peer send ADDRESS PORT
//   peer receive PORT
//   peer natt ADDRESS
//   peer alg DRIVER SIZE [DRIVER-TO-COMPARE-WITH]
// "first" prints a line of JSON: found, seconds, by. Exit status: 0 (or 1 for a fault that
// was found, of receive and alg), 2 could not.
#include "clock.h"
#include "natt.h"
#include "stream.h"
#include "user.h"

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

int usage()
{
    std::fputs("usage: peer first [--limit SECONDS] [--net NAMESPACE]... -- COMMAND...\n"
               "       peer send ADDRESS PORT | receive PORT | alg DRIVER SIZE [DRIVER]\n"
               "       peer natt ADDRESS\n",
               stderr);
    return 2;
}

int first(const std::vector<std::string> &words)
{
    Trial trial;
    std::size_t i = 1;
    for (; i + 1 < words.size() && words[i] != "--"; i += 2) {
        if (words[i] == "--limit")
            trial.limit = std::strtod(words[i + 1].c_str(), nullptr);
        else if (words[i] == "--net")
            trial.net.push_back(words[i + 1]);
        else
            return usage();
    }
    if (i + 1 >= words.size() || words[i] != "--" || !(trial.limit > 0))
        return usage();
    trial.command.assign(words.begin() + static_cast<std::ptrdiff_t>(i) + 1, words.end());
    const Found found = time_to_first(trial);
    if (!found.trouble.empty()) {
        std::fprintf(stderr, "peer: %s\n", found.trouble.c_str());
        return 2;
    }
    std::printf("{\"found\":%s,\"seconds\":%.4f,\"by\":\"%s\"}\n",
                found.found ? "true" : "false", found.seconds, found.by.c_str());
    return 0;
}

unsigned short port(const std::string &word)
{
    return static_cast<unsigned short>(std::strtoul(word.c_str(), nullptr, 10));
}

} // namespace

int main(int count, char **arguments)
{
    const std::vector<std::string> words(arguments + 1, arguments + count);
    const std::string verb = words.empty() ? "" : words[0];
    if (verb == "first")
        return first(words);
    if (verb == "send" && words.size() == 3)
        return send_zeros(words[1].c_str(), port(words[2]));
    if (verb == "receive" && words.size() == 2)
        return receive_zeros(port(words[1]));
    if (verb == "natt" && words.size() == 2)
        return take_esp_in_udp(words[1].c_str());
    if (verb == "alg" && (words.size() == 3 || words.size() == 4))
        return check_by_alg(words[1], words.size() == 4 ? words[3] : "",
                            static_cast<unsigned>(std::strtoul(words[2].c_str(), nullptr, 10)));
    return usage();
}
