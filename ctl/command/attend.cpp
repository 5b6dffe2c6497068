// SPDX-License-Identifier: GPL-2.0-or-later
#include "command/attend.h"

#include <algorithm>
#include <charconv>
#include <fstream>

#include <fmt/format.h>

#include "record/quantity.h"

namespace ct {

namespace {

// As the kernel writes it: "0-3,5". What cannot be read is left out.
std::vector<std::uint32_t> numbers_of(std::string_view list)
{
    constexpr std::uint32_t cpus_max = 8192; // of any kernel
    std::vector<std::uint32_t> numbers;
    const char *place = list.data();
    const char *const end = place + list.size();
    while (place != end) {
        std::uint32_t first = 0;
        auto read = std::from_chars(place, end, first);
        if (read.ec != std::errc())
            break;
        std::uint32_t last = first;
        if (read.ptr != end && *read.ptr == '-')
            read = std::from_chars(read.ptr + 1, end, last);
        for (std::uint32_t cpu = first; cpu <= std::min(last, cpus_max - 1); ++cpu)
            numbers.push_back(cpu);
        place = read.ptr != end && *read.ptr == ',' ? read.ptr + 1 : end;
    }
    return numbers;
}

template <typename Word> bool has(const std::optional<std::vector<Word>> &words, Word word)
{
    return words && std::find(words->begin(), words->end(), word) != words->end();
}

} // namespace

CrewPlan plan_crew(const Config &config)
{
    CrewPlan plan;
    std::string cpus = config.cpus.value_or("");
    if (cpus.empty()) {
        std::ifstream file("/sys/devices/system/cpu/online");
        std::getline(file, cpus);
    }
    plan.cpus = numbers_of(cpus);
    plan.per_cpu = config.exercisers;
    plan.calls = has(config.contexts, Context::Caller);
    plan.moves = has(config.disturbers, Disturber::Shuffle);
    plan.barriers = has(config.disturbers, Disturber::Membarrier);
    plan.load = config.load.value_or(load_full);
    return plan;
}

Attendance::Attendance(Environment &environment, const Status &status, Waiter &waiter,
                       Renderer &renderer)
    : waiter_(waiter), renderer_(renderer)
{
    if (status.config.exercisers == 0 || !environment.open_call_link)
        return;
    crew_.emplace(plan_crew(status.config), environment.open_call_link);
    if (const auto error = crew_->start())
        renderer_.message(error->sentence());
}

Wake Attendance::wait(int descriptor, std::chrono::milliseconds time)
{
    const Wake wake = waiter_.wait(descriptor, time);
    if (wake.interrupted || wake.hangup)
        stop();
    else
        tell();
    return wake;
}

void Attendance::tell()
{
    if (!crew_)
        return;
    for (const std::string &text : crew_->messages())
        renderer_.message(text);
}

void Attendance::stop()
{
    if (!crew_)
        return;
    crew_->stop();
    found_ = crew_->statistics().differences;
    tell();
    if (const std::uint64_t untold = crew_->untold(); untold > 0)
        renderer_.message(
            fmt::format("the exercisers found {} more like these; the records of the run have "
                        "what was kept",
                        plural(untold, "changed register", "changed registers")));
    crew_.reset();
}

} // namespace ct
