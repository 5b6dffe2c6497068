// SPDX-License-Identifier: GPL-2.0-or-later
// The records of a run that are used for the diagnosis. While the run
// is active and from its files they are chosen in the same way, so that both give the same
// diagnosis.
#pragma once

#include <cstdint>
#include <vector>

#include "damage/statistics.h"
#include "record/mismatch.h"
#include "report/quota.h"
#include "report/report.h"

namespace ct {

struct Evidence {
    std::vector<Mismatch> records;
    std::vector<CellTotal> cells; // without what was injected; none if the run did not end
    // Mismatches on request, at least as many as there are records of such.
    std::uint64_t injected = 0;
};

class Collector {
public:
    // Each takes a millisecond; what so many do not show, more of them will not.
    static constexpr Quota::Limits limits{1000, 100, 200};

    // The next record of the run.
    void add(const Mismatch &record);
    [[nodiscard]] bool empty() const { return records_.empty(); }
    // report: of the same run, ended or not.
    [[nodiscard]] Evidence evidence(const Report &report) const;

private:
    Quota quota_{limits};
    std::vector<Mismatch> records_;
};

// All records of a run that was saved.
[[nodiscard]] Evidence evidence_of(const Report &report, const std::vector<Mismatch> &records);

} // namespace ct
