// SPDX-License-Identifier: GPL-2.0-or-later
// From the attributes of one message to a record. A message that breaks the
// contract is an error value: a count that is missing must not read as zero.
// Unknown attributes are passed over, so that a module may say more.
#pragma once

#include "record/bench.h"
#include "record/cell.h"
#include "record/config.h"
#include "record/driver.h"
#include "record/event.h"
#include "record/job.h"
#include "record/mismatch.h"
#include "record/replay.h"
#include "record/status.h"
#include "wire/attribute.h"

namespace ct {

[[nodiscard]] Result<Version> decode_version(Bytes attributes);
[[nodiscard]] Result<Config> decode_config(Bytes attributes);
[[nodiscard]] Result<Status> decode_status(Bytes attributes);
[[nodiscard]] Result<Driver> decode_driver(Bytes attributes);
[[nodiscard]] Result<Cell> decode_cell(Bytes attributes);
[[nodiscard]] Result<Mismatch> decode_mismatch(Bytes attributes);
[[nodiscard]] Result<BenchResult> decode_bench(Bytes attributes);

[[nodiscard]] Result<Replay> decode_replay(Bytes attributes);

// The results of running the packet of a mismatch again.
void read_replay(AttributeReader &reader, Replay &replay);

// A job, with the result of one that is done: of a stop, a measurement or a replay.
[[nodiscard]] Result<Job> decode_job(Bytes attributes);
[[nodiscard]] Result<std::uint64_t> decode_job_number(Bytes attributes);
[[nodiscard]] Result<Status> decode_job_status(Bytes attributes);
[[nodiscard]] Result<BenchResult> decode_job_bench(Bytes attributes);
[[nodiscard]] Result<Replay> decode_job_replay(Bytes attributes);

// Whether it is an event that this program knows: a module of a later release may have more.
[[nodiscard]] bool is_event(unsigned command);
// command: of the generic netlink header.
[[nodiscard]] Result<Event> decode_event(unsigned command, Bytes attributes);

} // namespace ct
