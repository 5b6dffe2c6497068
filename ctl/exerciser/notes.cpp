// SPDX-License-Identifier: GPL-2.0-or-later
#include "exerciser/notes.h"

#include <utility>

namespace ct {

void Notes::add(const std::string &text)
{
    const std::scoped_lock lock(mutex_);
    if (said_.size() < texts_max && said_.insert(text).second)
        waiting_.push_back(text);
}

void Notes::add(const RegisterFinding &finding)
{
    const std::scoped_lock lock(mutex_);
    if (++findings_ <= findings_max)
        waiting_.push_back(finding.sentence());
}

std::vector<std::string> Notes::take()
{
    const std::scoped_lock lock(mutex_);
    return std::exchange(waiting_, {});
}

std::uint64_t Notes::untold() const
{
    const std::scoped_lock lock(mutex_);
    return findings_ > findings_max ? findings_ - findings_max : 0;
}

} // namespace ct
