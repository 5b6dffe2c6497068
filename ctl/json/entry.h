// SPDX-License-Identifier: GPL-2.0-or-later
// The lines of a run as JSON objects, each with its "type", after
// json/schema.json; what reads them again is artifact/.
#pragma once

#include <string>

#include "base/error.h"
#include "record/driver.h"
#include "record/identity.h"
#include "record/mismatch.h"
#include "record/status.h"
#include "report/report.h"
#include "json/object.h"

namespace ct {

// With its type and its format.
[[nodiscard]] Object typed(const char *type);
// Of a record whose packet was run again by itself.
[[nodiscard]] Object replayed_object(const Mismatch &record);
[[nodiscard]] Object start_object(const Version &version, const Status &status);
// rate: operations per second; lost: records passed over.
[[nodiscard]] Object progress_object(const Status &status, double rate, std::uint64_t lost);
[[nodiscard]] Object mismatch_object(const Mismatch &record);
[[nodiscard]] Object error_object(const Error &error);
[[nodiscard]] Object driver_object(const Driver &driver);
[[nodiscard]] Object verdict_object(const Report &report);

// No lines, but parts of some.
[[nodiscard]] Object identity_object(const CpuIdentity &identity);
[[nodiscard]] Object host_object(const HostIdentity &identity);

// As one line with its end. It is valid UTF-8 for any name of a driver.
[[nodiscard]] std::string line_of(const Object &object);

} // namespace ct
