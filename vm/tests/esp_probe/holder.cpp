// SPDX-License-Identifier: GPL-2.0-or-later
// Holds the program's probe of the kernel's ESP, for the namespaces whose files are given, and
// tells what it has counted, and again for each line on stdin, up to one that begins with a
// dot. A line "." follows what it tells, also why it cannot.
#include "kernel/esp_probe.h"

#include <cstdio>
#include <string>

#include <sys/stat.h>

#include "record/counters.h"

namespace {

int failed(const ct::Error &error)
{
    std::printf("%s\n.\n", error.sentence().c_str());
    return 1;
}

void print(const std::string &name, const ct::EspContexts &counts)
{
    std::printf("%s %lu %lu %lu %lu %lu\n", name.c_str(), counts.task, counts.task_bh,
                counts.softirq, over_fpu_section(counts), counts.unknown);
}

} // namespace

int main(int argc, char **argv)
{
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    std::vector<std::uint32_t> namespaces;
    for (int i = 1; i < argc; ++i) {
        struct stat file {};
        if (stat(argv[i], &file) != 0) {
            std::printf("no %s\n.\n", argv[i]);
            return 2;
        }
        namespaces.push_back(static_cast<std::uint32_t>(file.st_ino));
    }
    const auto probe = ct::EspProbe::open(namespaces);
    if (!probe)
        return failed(probe.error());
    int letter = 0;
    do {
        if (letter == '.')
            break;
        if (letter != '\n' && letter != 0)
            continue;
        const auto cpus = probe->read();
        if (!cpus)
            return failed(cpus.error());
        ct::EspContexts encapsulation;
        ct::EspContexts decapsulation;
        for (const ct::EspCpuContexts &cpu : *cpus) {
            print("cpu" + std::to_string(cpu.cpu) + " encapsulation", cpu.encapsulation);
            print("cpu" + std::to_string(cpu.cpu) + " decapsulation", cpu.decapsulation);
            encapsulation += cpu.encapsulation;
            decapsulation += cpu.decapsulation;
        }
        print("encapsulation", encapsulation);
        print("decapsulation", decapsulation);
        std::printf("missed %lu\nmissing", probe->missed());
        for (const std::string &name : probe->missing())
            std::printf(" %s", name.c_str());
        std::printf("\n.\n");
    } while ((letter = std::getchar()) != EOF);
    return 0;
}
