// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/examine.h"

#include "analysis/facts.h"

namespace ct {

RecordDiagnosis examine_record(const Mismatch &record)
{
    RecordDiagnosis diagnosis;
    diagnosis.number = record.number;
    diagnosis.injected = record.injected;
    if (!record.changed && !record.algorithm.empty()) {
        const auto packet = Packet::make(record);
        if (!packet)
            diagnosis.unmade = packet.error().why;
        else if (record.first && !record.actual.empty() &&
                 record.direction != Direction::Tampered) {
            diagnosis.damage = find_damage(*packet, record);
            if (!record.injected)
                diagnosis.owners = find_owners(*packet, *diagnosis.damage);
        }
    }
    diagnosis.facts = facts_of(record, diagnosis);
    return diagnosis;
}

} // namespace ct
