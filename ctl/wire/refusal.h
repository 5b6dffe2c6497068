// SPDX-License-Identifier: GPL-2.0-or-later
// Why the kernel refused a request: errno, the text of the extended
// acknowledgement, and the attribute that it refers to.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "wire/attribute.h"

namespace ct {

struct Refusal {
    int number = 0;                    // positive errno
    std::string text;                  // empty when the kernel gave none
    std::optional<std::size_t> offset; // of the attribute, from the request's first byte
};

// acknowledgement: the attributes (NLMSGERR_ATTR_*) behind struct nlmsgerr;
// parts that cannot be read are left out.
[[nodiscard]] Refusal read_refusal(int number, Bytes acknowledgement);

// The attribute of the request that begins at the offset, or in which it lies.
// request: the whole message as it was sent, from struct nlmsghdr on.
[[nodiscard]] std::optional<Culprit> find_culprit(Bytes request, std::size_t offset);

// The whole as an error; what: "cannot start a run".
[[nodiscard]] Error refusal_error(const Refusal &refusal, Bytes request, std::string_view what);

} // namespace ct
