// SPDX-License-Identifier: GPL-2.0-or-later
// From a record to the attributes of a request. False when they do not fit
// into the message.
#pragma once

#include <cstdint>

#include "record/bench.h"
#include "record/config.h"
#include "record/mismatch.h"

struct nl_msg;

namespace ct {

[[nodiscard]] bool encode_config(nl_msg &message, const Config &config);
[[nodiscard]] bool encode_mismatch_number(nl_msg &message, std::uint64_t number);
// Of a record, what makes its packet again and says how it was run.
[[nodiscard]] bool encode_packet(nl_msg &message, const Mismatch &record);
[[nodiscard]] bool encode_bench(nl_msg &message, const BenchRequest &request);

} // namespace ct
