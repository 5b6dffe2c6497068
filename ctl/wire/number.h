// SPDX-License-Identifier: GPL-2.0-or-later
// Words of the program and numbers of the contract: in the same order, but the contract
// keeps the numbers of what is retired.
#pragma once

#include <optional>

#include <linux/cryptorture.h>

#include "record/words.h"

namespace ct {

inline constexpr unsigned none_retired = 32; // beyond the bits of a mask

template <typename Word> inline constexpr unsigned retired = none_retired;
template <> inline constexpr unsigned retired<Disturber> = CRYPTORTURE_DISTURBER_RETIRED_8;

template <typename Word> [[nodiscard]] constexpr unsigned number_of(Word word)
{
    const auto place = static_cast<unsigned>(word);
    return place < retired<Word> ? place : place + 1;
}

// Nothing for a number that is retired, or not known here.
template <typename Word> [[nodiscard]] constexpr std::optional<Word> word_of(unsigned number)
{
    if (number == retired<Word>)
        return std::nullopt;
    const unsigned place = number < retired<Word> ? number : number - 1;
    if (place >= count_of<Word>)
        return std::nullopt;
    return static_cast<Word>(place);
}

} // namespace ct
