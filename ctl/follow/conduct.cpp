// SPDX-License-Identifier: GPL-2.0-or-later
#include "follow/conduct.h"

#include <utility>

#include "follow/attend.h"

namespace ct {

Result<Conducted> conduct(Environment &environment, Connection &connection,
                          const Config &config, Waiter &waiter, Renderer &renderer)
{
    Kernel &kernel = *connection.kernel;
    // Listening first, so that not even the first event is missed.
    const auto events = kernel.subscribe();
    if (!events)
        return Failure(events.error());
    if (const auto started = kernel.start(config); !started)
        return Failure(explain(environment, kernel, started.error()));
    const auto status = kernel.status();
    if (!status)
        return Failure(status.error());
    renderer.started(connection.version, *status);

    Conducted result{{}, Journal(status->run), {}, read_drivers(Source(environment.root)), 0,
                     0};
    Attendance attendance(environment, *status, waiter, renderer);
    Follower follower(kernel, **events, attendance, renderer);
    result.followed = follower.follow(*status, result.journal, result.collector);
    attendance.stop();
    result.registers = attendance.found();
    result.deaths = attendance.deaths();
    return result;
}

} // namespace ct
