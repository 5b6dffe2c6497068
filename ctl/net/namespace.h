// SPDX-License-Identifier: GPL-2.0-or-later
// Network namespaces without a name: they and all in them are gone with the last descriptor
// and socket, however the process ends.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/descriptor.h"
#include "base/error.h"

namespace ct {

class Namespace {
public:
    // A new one, empty; loopback is up. Errors: no permission, none in this kernel.
    [[nodiscard]] static Result<Namespace> create();
    // That of the calling thread.
    [[nodiscard]] static Result<Namespace> current();

    // Runs the work with the calling thread inside, which is back afterwards. What is opened
    // there (sockets) stays in the namespace.
    [[nodiscard]] Result<void> inside(const std::function<Result<void>()> &work) const;
    // As ns_common.inum of the kernel: what /proc/PID/ns/net shows.
    [[nodiscard]] std::uint32_t inode() const { return inode_; }
    [[nodiscard]] int descriptor() const { return descriptor_.number(); }

private:
    Namespace(Descriptor descriptor, std::uint32_t inode)
        : descriptor_(std::move(descriptor)), inode_(inode)
    {
    }
    Descriptor descriptor_;
    std::uint32_t inode_ = 0;
};

} // namespace ct
