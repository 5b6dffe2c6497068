// SPDX-License-Identifier: GPL-2.0-or-later
// An examination as text.
#pragma once

#include <string>

#include "record/examination.h"

namespace ct {

struct DoctorOptions {
    bool colour = false;
    unsigned columns = 100; // lines are broken before
};

[[nodiscard]] std::string doctor_text(const Examination &examination,
                                      const DoctorOptions &options);

} // namespace ct
