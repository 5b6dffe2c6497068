// SPDX-License-Identifier: GPL-2.0-or-later
#include "traffic/flow.h"

#include "traffic/datagram.h"
#include "traffic/stream.h"

namespace ct {

Result<std::unique_ptr<Flow>> Flow::start(const FlowPlan &plan, const Namespace &from,
                                          const Namespace &to)
{
    if (plan.kind == FlowKind::Tcp) {
        auto flow = std::make_unique<Stream>(plan);
        if (auto started = flow->start(from, to); !started)
            return Failure(started.error());
        return flow;
    }
    auto flow = std::make_unique<DatagramFlow>(plan);
    if (auto started = flow->start([&] { return Channel::open(plan, from, to); }); !started)
        return Failure(started.error());
    return flow;
}

} // namespace ct
