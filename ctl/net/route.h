// SPDX-License-Identifier: GPL-2.0-or-later
// One request to rtnetlink, in the namespace of the calling thread.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "wire/refusal.h"
#include "wire/request.h"

namespace ct {

// What a kernel lacks if it does not know the kind of link.
struct Missing {
    const char *module = "";
    const char *option = "";
};

// what: "cannot make the link "wire"".
[[nodiscard]] Result<void> ask_route(const Request &request, std::string_view what,
                                     const Missing *missing = nullptr);
[[nodiscard]] Error route_error(const Refusal &refusal, std::string_view what,
                                const Missing *missing);
[[nodiscard]] Result<unsigned> link_index(const std::string &link, std::string_view what);

} // namespace ct
