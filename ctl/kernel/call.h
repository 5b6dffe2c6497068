// SPDX-License-Identifier: GPL-2.0-or-later
// The calls and reports of exercisers by ioctls of a file of the module's.
#pragma once

#include <memory>
#include <string>

#include "base/descriptor.h"
#include "kernel/call_link.h"

struct cryptorture_register_args;

namespace ct {

[[nodiscard]] Result<std::unique_ptr<CallLink>> open_call_link();

// The same by a file that is open.
[[nodiscard]] std::unique_ptr<CallLink> make_call_link(Descriptor file);
// module: the folder that is there as long as the module is loaded.
[[nodiscard]] Result<Descriptor> open_calls(const std::string &path, const std::string &module);

// Why an ioctl of it failed, by its errno.
[[nodiscard]] Error call_error(int number);
// False if it has no place there.
[[nodiscard]] bool fill_finding(cryptorture_register_args &to, const RegisterFinding &finding);

} // namespace ct
