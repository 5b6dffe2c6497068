// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/error.h"

#include <cerrno>
#include <system_error>
#include <utility>

namespace ct {

std::string Error::sentence() const
{
    std::string text = what;
    if (!why.empty())
        text += ": " + why;
    if (!hint.empty())
        text += "; " + hint;
    return text;
}

Failure failure(ErrorKind kind, std::string what, std::string why, std::string hint)
{
    return Failure(Error{kind, std::move(what), std::move(why), std::move(hint), std::nullopt});
}

std::string errno_text(int number)
{
    return std::generic_category().message(number);
}

std::string errno_hint(int number)
{
    switch (number) {
    case ENOSPC:
    case EDQUOT:
        return "make room";
    case EFBIG:
        return "raise the limit of a file's size ('ulimit -f')";
    case EMFILE:
    case ENFILE:
        return "raise the limit of open files ('ulimit -n')";
    default:
        return {};
    }
}

} // namespace ct
