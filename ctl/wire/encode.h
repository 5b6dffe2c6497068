// SPDX-License-Identifier: GPL-2.0-or-later
// From a record to the attributes of a request. False when they do not fit
// into the message.
#pragma once

#include <cstdint>
#include <functional>

#include "record/bench.h"
#include "record/config.h"
#include "record/job.h"
#include "record/mismatch.h"

struct nl_msg;

namespace ct {

[[nodiscard]] bool encode_config(nl_msg &message, const Config &config);
[[nodiscard]] bool encode_mismatch_number(nl_msg &message, std::uint64_t number);
// Of a record, what makes its packet again and says how it was run.
[[nodiscard]] bool encode_packet(nl_msg &message, const Mismatch &record);
[[nodiscard]] bool encode_bench(nl_msg &message, const BenchRequest &request);

// Puts what a kind of job takes, by one of those above; of search and stop: nothing.
using JobParameters = std::function<bool(nl_msg &message)>;
[[nodiscard]] bool encode_job(nl_msg &message, JobKind kind, const JobParameters &parameters);
[[nodiscard]] bool encode_job_number(nl_msg &message, std::uint64_t number);

} // namespace ct
