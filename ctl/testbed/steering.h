// SPDX-License-Identifier: GPL-2.0-or-later
// Receive packet steering (RPS): the packets that a link receives are processed on these CPUs,
// by flow. A CPU that is offline gets none. Takes effect in the namespace alone.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/descriptor.h"
#include "base/error.h"
#include "net/namespace.h"

namespace ct {

class Steering {
public:
    [[nodiscard]] static Result<Steering> open(const Namespace &where, const std::string &link);
    // cpus: not empty. Takes microseconds.
    [[nodiscard]] Result<void> set(const std::vector<std::uint32_t> &cpus);

private:
    Steering(std::string link, std::vector<Descriptor> queues)
        : link_(std::move(link)), queues_(std::move(queues))
    {
    }

    std::string link_;
    std::vector<Descriptor> queues_; // rps_cpus of each
};

} // namespace ct
