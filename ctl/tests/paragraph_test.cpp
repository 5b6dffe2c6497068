// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/paragraph.h"

#include <gtest/gtest.h>

namespace ct::test {

TEST(Paragraph, FoldsAtWords)
{
    EXPECT_EQ(paragraph("  do: ", "one two  three four five", {6, 16, 0}), "  do: one two\n"
                                                                           "      three four\n"
                                                                           "      five\n");
    EXPECT_EQ(paragraph("", "", {0, 16, 0}), "\n");
}

TEST(Paragraph, LeavesALineWholeWithoutATerminal)
{
    const std::string text(300, 'x');
    EXPECT_EQ(paragraph("- ", text + " y", {2, 0, 1}), "- " + text + " y\n");
}

// A command that is folded would be two when it is pasted.
TEST(Paragraph, BreaksNoCommand)
{
    EXPECT_EQ(
        paragraph("", "now and then: 'a b c d e f' ('g h i'), the module's own", {2, 20, 0}),
        "now and then:\n"
        "  'a b c d e f'\n"
        "  ('g h i'), the\n"
        "  module's own\n");
    // Longer than a row: the terminal's to fold.
    EXPECT_EQ(paragraph("", "run 'a b c d e f g h i j k l m n' or not", {2, 20, 0}),
              "run\n"
              "  'a b c d e f g h i j k l m n' or not\n");
    EXPECT_EQ(paragraph("", "it is the drivers' own fault, isn't it", {0, 16, 0}),
              "it is the\n"
              "drivers' own\n"
              "fault, isn't it\n");
}

TEST(Paragraph, LeavesOutWhatHasNoRow)
{
    EXPECT_EQ(paragraph("", "one two three four five six", {2, 12, 2}), "one two\n"
                                                                        "  three ...\n");
    // As many as there is room for.
    EXPECT_EQ(paragraph("", "one two three four", {2, 12, 2}), "one two\n"
                                                               "  three four\n");
    // A command that does not fit is left out whole.
    EXPECT_EQ(paragraph("", "try 'a b c d e f g h i j k l m n o p' then", {2, 12, 2}),
              "try ...\n");
    EXPECT_EQ(paragraph("x ", "'a b c d e f g h i j k l m n o p'", {2, 12, 2}), "x ...\n");
}

} // namespace ct::test
