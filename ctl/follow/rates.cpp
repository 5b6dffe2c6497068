// SPDX-License-Identifier: GPL-2.0-or-later
#include "follow/rates.h"

#include <optional>
#include <utility>

#include "follow/attend.h"

namespace ct {

Config rates_config()
{
    Config config;
    config.duration_ms = 5000;
    config.exercisers = 1;
    return config;
}

Result<MeasuredRun> measure_run(Environment &environment, Kernel &kernel, Waiter &waiter,
                                Renderer &renderer, const Config &config)
{
    constexpr std::chrono::milliseconds look_every{100};
    constexpr std::chrono::seconds patience{60};
    if (const auto started = kernel.start(config); !started)
        return Failure(started.error());
    auto status = kernel.status();
    std::optional<Attendance> attendance;
    if (status)
        attendance.emplace(environment, *status, waiter, renderer);
    const auto deadline =
        waiter.now() + std::chrono::milliseconds(config.duration_ms.value_or(0)) + patience;
    const std::uint64_t run = status ? status->run : 0;
    bool asked = false;
    bool interrupted = false;
    while (status && status->active() && status->run == run) {
        const bool late = waiter.now() > deadline;
        interrupted |= attendance->wait(-1, look_every).interrupted;
        if ((interrupted || late) && !asked) {
            asked = true;
            (void)kernel.stop();
        } else if (late) {
            break;
        }
        status = kernel.status();
    }
    if (!status)
        return Failure(status.error());
    attendance->stop();
    if (status->run != run || status->active())
        return failure(ErrorKind::System, "cannot measure the rates",
                       status->active() ? "the run does not end" : "another run was started",
                       "see 'cryptorture status'");
    const auto cells = kernel.cells();
    if (!cells)
        return Failure(cells.error());
    return MeasuredRun{std::move(*status), *cells, interrupted};
}

Result<TimerRates> measure_timer_rates(Environment &environment, Kernel &kernel, Waiter &waiter,
                                       Renderer &renderer, Config config)
{
    TimerRates rates;
    for (const std::uint32_t hz :
         {250U, 500U, 1000U, 2000U, 4000U, 8000U, 16000U, 32000U, 64000U, 128000U}) {
        config.timer_hz = hz;
        const auto run = measure_run(environment, kernel, waiter, renderer, config);
        // Cut short, it says little; what was measured before is still true.
        if (run ? run->interrupted : run.error().kind == ErrorKind::Interrupted)
            break;
        if (!run)
            return Failure(run.error());
        rates.rates.push_back(make_timer_rate(run->status, run->cells));
        rates.mismatches += run->status.mismatches;
    }
    return rates;
}

} // namespace ct
