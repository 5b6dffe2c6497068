// SPDX-License-Identifier: GPL-2.0-or-later
// Text for troff with the macros of man(7).
#pragma once

#include <string>
#include <string_view>

namespace ct {

// Text that troff prints as it is, on a line of its own or within one.
[[nodiscard]] std::string roff_text(std::string_view text);
[[nodiscard]] std::string roff_bold(std::string_view text);
[[nodiscard]] std::string roff_italic(std::string_view text);
// A first line and its description, indented. first: already for troff.
[[nodiscard]] std::string roff_entry(std::string_view first, std::string_view text);
// As a sentence: it begins with a capital letter and ends with a full stop.
[[nodiscard]] std::string roff_sentence(std::string_view text);

} // namespace ct
