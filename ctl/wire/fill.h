// SPDX-License-Identifier: GPL-2.0-or-later
// Any callable as what fills a request.
#pragma once

#include <utility>

#include "wire/socket.h"

namespace ct {

template <typename Function> class Fill final : public Socket::Filler {
public:
    explicit Fill(Function function) : function_(std::move(function)) {}
    bool operator()(nl_msg &message) const override { return function_(message); }

private:
    Function function_;
};

} // namespace ct
