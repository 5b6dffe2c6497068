// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/distribution.h"

#include <gtest/gtest.h>

#include "diagnose/advice.h"

namespace ct::test {

TEST(Distribution, NamesTheHeadersOfEach)
{
    const std::string debian = install_headers("6.1.0-56-amd64");
    EXPECT_NE(debian.find("apt install linux-headers-6.1.0-56-amd64;"), std::string::npos)
        << debian;
    const std::string rhel = install_headers("5.14.0-570.32.1.el9_6.x86_64");
    EXPECT_NE(rhel.find("dnf install kernel-devel-5.14.0-570.32.1.el9_6.x86_64;"),
              std::string::npos)
        << rhel;
    const std::string suse = install_headers("6.4.0-150600.23-default");
    EXPECT_NE(suse.find("zypper install kernel-default-devel)"), std::string::npos) << suse;
    EXPECT_NE(install_headers("mine").find("kernel-mine-devel"), std::string::npos);
}

// Advice that helps on one distribution only is none on the others.
TEST(Distribution, NoAdviceIsForOneAlone)
{
    std::size_t specific = 0;
    for (std::size_t i = 0; i < count_of<BugClass>; ++i) {
        Diagnosis diagnosis;
        diagnosis.bug_class = static_cast<BugClass>(i);
        diagnosis.confidence = Confidence::High;
        advise(diagnosis);
        for (const std::string &text : diagnosis.mitigations) {
            const bool named = text.find("Debian") != std::string::npos ||
                               text.find("apt ") != std::string::npos;
            specific += named ? 1 : 0;
            for (const char *const name : {"Debian, Ubuntu: ", "RHEL, Fedora: ", "openSUSE: "})
                EXPECT_EQ(text.find(name) != std::string::npos, named) << text;
        }
    }
    EXPECT_GT(specific, 10U);
}

} // namespace ct::test
