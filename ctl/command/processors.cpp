// SPDX-License-Identifier: GPL-2.0-or-later
#include "command/processors.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <system_error>

#include "command/option.h"

namespace ct {

namespace {

std::string first_line(const std::string &path)
{
    std::ifstream file(path);
    std::string line;
    std::getline(file, line);
    return line;
}

std::uint32_t number_in(const std::string &path)
{
    return static_cast<std::uint32_t>(whole_number(first_line(path)).value_or(0));
}

std::string trimmed(const std::string &text)
{
    const auto first = text.find_first_not_of(" \t");
    const auto last = text.find_last_not_of(" \t");
    return first == std::string::npos ? "" : text.substr(first, last - first + 1);
}

// /proc/cpuinfo has a block of "key : value" for each CPU.
void read_cpuinfo(const std::string &path, std::map<std::uint32_t, Processor> &processors)
{
    std::ifstream file(path);
    Processor *current = nullptr;
    for (std::string line; std::getline(file, line);) {
        const auto colon = line.find(':');
        if (colon == std::string::npos)
            continue;
        const std::string key = trimmed(line.substr(0, colon));
        const std::string value = trimmed(line.substr(colon + 1));
        if (key == "processor") {
            const auto cpu = whole_number(value);
            const auto place =
                cpu ? processors.find(static_cast<std::uint32_t>(*cpu)) : processors.end();
            current = place == processors.end() ? nullptr : &place->second;
        } else if (current != nullptr && key == "microcode") {
            current->microcode = value;
        } else if (current != nullptr && key == "model name") {
            current->model = value;
        }
    }
}

} // namespace

std::string online_cpus(const std::string &root)
{
    return first_line(root + "/sys/devices/system/cpu/online");
}

std::vector<Processor> read_processors(const std::string &root)
{
    std::map<std::uint32_t, Processor> processors;
    std::error_code code;
    const std::string folder = root + "/sys/devices/system/cpu";
    for (const auto &entry : std::filesystem::directory_iterator(folder, code)) {
        const std::string name = entry.path().filename();
        const auto cpu = name.starts_with("cpu") ? whole_number(name.substr(3)) : std::nullopt;
        const std::string topology = entry.path().string() + "/topology";
        // An offline CPU has no topology.
        if (!cpu || !std::filesystem::exists(topology, code))
            continue;
        Processor processor;
        processor.cpu = static_cast<std::uint32_t>(*cpu);
        processor.package = number_in(topology + "/physical_package_id");
        processor.core = number_in(topology + "/core_id");
        processor.siblings = first_line(topology + "/thread_siblings_list");
        processors.emplace(processor.cpu, processor);
    }
    read_cpuinfo(root + "/proc/cpuinfo", processors);
    std::vector<Processor> list;
    list.reserve(processors.size());
    for (const auto &[cpu, processor] : processors)
        list.push_back(processor);
    return list;
}

} // namespace ct
