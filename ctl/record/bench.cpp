// SPDX-License-Identifier: GPL-2.0-or-later
#include "record/bench.h"

#include <algorithm>

namespace ct {

double median(std::vector<double> values)
{
    if (values.empty())
        return 0.0;
    std::sort(values.begin(), values.end());
    const auto half = values.size() / 2;
    if (values.size() % 2 == 1)
        return values[half];
    return (values[half - 1] + values[half]) / 2;
}

} // namespace ct
