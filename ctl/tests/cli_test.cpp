// SPDX-License-Identifier: GPL-2.0-or-later
// The program itself, on a machine without the module: what it says and how
// it exits.
#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace {

struct Outcome {
    int status = -1;
    std::string text;
};

// Both outputs together, unless the line says otherwise.
Outcome shell(const std::string &line)
{
    Outcome outcome;
    FILE *const pipe = popen(("exec 2>&1; " + line).c_str(), "r");
    if (pipe == nullptr)
        return outcome;
    std::array<char, 4096> buffer{};
    for (std::size_t size = 0; (size = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
        outcome.text.append(buffer.data(), size);
    const int status = pclose(pipe);
    outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : 256 + WTERMSIG(status);
    return outcome;
}

Outcome program(const std::string &arguments)
{
    return shell(std::string(CT_PROGRAM) + " " + arguments);
}

bool module_is_there()
{
    return access("/sys/module/cryptorture", F_OK) == 0;
}

} // namespace

TEST(Cli, HelpsOnRequest)
{
    for (const char *arguments : {"--help", "-h", "run --help", "bisect --help", "bench -h"}) {
        const auto outcome = program(arguments);
        EXPECT_EQ(outcome.status, 0) << arguments;
        EXPECT_NE(outcome.text.find("Exit status: 0 CLEAN or done, 1 CORRUPT"),
                  std::string::npos)
            << outcome.text;
    }
    EXPECT_NE(program("run --help").text.find("Usage: cryptorture run [OPTIONS]"),
              std::string::npos);
}

TEST(Cli, KnowsItsVersion)
{
    const auto outcome = program("--version");
    EXPECT_EQ(outcome.status, 0);
    EXPECT_EQ(outcome.text, "cryptorture " CRYPTORTURE_VERSION "\n");
    EXPECT_EQ(program("version 2>/dev/null").status, 0);
}

TEST(Cli, RefusesWhatItDoesNotUnderstand)
{
    const std::array<std::array<const char *, 2>, 27> cases{{
        {"",
         "cryptorture: cannot read the command line: a command is missing; see 'cryptorture "
         "--help'\n"},
        {"rnu",
         "cryptorture: cannot read the command line: there is no command \"rnu\"; did you "
         "mean \"run\"?; see 'cryptorture --help'\n"},
        {"run --fro 3s", "cryptorture: cannot read the command line: there is no option "
                         "\"--fro\"; did you mean \"--for\"?; see 'cryptorture run --help'\n"},
        {"run --frobnicate=1", "cryptorture: cannot read the command line: there is no option "
                               "\"--frobnicate\"; see 'cryptorture run --help'\n"},
        {"run --for",
         "cryptorture: cannot read the command line: --for: 1 required TIME missing; "
         "see 'cryptorture run --help'\n"},
        {"run --for 0s",
         "cryptorture: cannot use --for \"0s\": nothing can be tested in no time; "
         "write it like 500ms, 30s, 5m, 1h30m, 2d or forever\n"},
        {"run --load 101%", "cryptorture: cannot use --load \"101%\": a percentage is at most "
                            "100%; write a percentage from 0.1% to 100%\n"},
        {"run --cpus 3-1", "cryptorture: cannot use --cpus \"3-1\": 3-1 runs backwards; write "
                           "the smaller number first\n"},
        {"run --seed banana", "cryptorture: cannot use --seed \"banana\": this is not a number "
                              "of 64 bits; write it like 42 or 0x1f2e3d4c5b6a7988\n"},
        {"run --timer-hz 9", "cryptorture: cannot use --timer-hz \"9\": it is out of range; "
                             "write a number from 10 to 200000\n"},
        {"start --inject-every 0", "cryptorture: cannot use --inject-every \"0\": it is out of "
                                   "range; write a number from 1 on\n"},
        {"run --contexts sofirq",
         "cryptorture: cannot use --contexts \"sofirq\": \"sofirq\" is not a context, did "
         "you mean \"softirq\"?; there are task, softirq, caller (with commas between them), "
         "all, default; a \"-\" before one leaves it out\n"},
        {"run --exercisers 0 --contexts caller",
         "cryptorture: cannot use --contexts \"caller\": the caller context needs exercisers, "
         "and there are none; 'cryptorture run' keeps them: see its "
         "--exercisers\n"},
        {"start --contexts caller",
         "cryptorture: cannot use --contexts \"caller\": the caller context needs exercisers, "
         "and there are none; 'cryptorture run' keeps them: see its "
         "--exercisers\n"},
        {"start --exercisers 1",
         "cryptorture: cannot read the command line: there is no option \"--exercisers\"; did "
         "you mean \"--drivers\"?; see 'cryptorture start --help'\n"},
        {"run --exercisers 17", "cryptorture: cannot use --exercisers \"17\": it is out of "
                                "range; write a number from 0 to 16\n"},
        {"run --disturb -hotplgu",
         "cryptorture: cannot use --disturb \"-hotplgu\": \"hotplgu\" is not a disturber, "
         "did you mean \"hotplug\"?; there are timer, preempt, shuffle, ipi, resched, "
         "membarrier, hotplug, memory (with commas between them), all, default, or none; "
         "a \"-\" before one leaves it out\n"},
        {"run --sizes 1300-1200", "cryptorture: cannot use --sizes \"1300-1200\": 1300-1200 "
                                  "runs backwards; write the smaller number first\n"},
        {"run --sizes 9001", "cryptorture: cannot use --sizes \"9001\": 9001 is not within 1 "
                             "to 9000; write it like 64, 64,1300-1500 or all,-1420\n"},
        {"run --drivers 'cbc(aes'",
         "cryptorture: cannot use --drivers \"cbc(aes\": the parentheses do not match; quote "
         "the list, and see 'cryptorture drivers' for the names\n"},
        {"run --drivers none",
         "cryptorture: cannot use --drivers \"none\": nothing can be tested without a driver; "
         "see 'cryptorture drivers' for the names, or write all\n"},
        {"run --drivers a,,b", "cryptorture: cannot use --drivers \"a,,b\": an item of the "
                               "list is empty; write items with commas between them, and a "
                               "\"-\" before one that is to be left out\n"},
        {"bisect --confidence 100%",
         "cryptorture: cannot use --confidence \"100%\": no silence is long enough to be "
         "certain; write a percentage from 50% to 99.9%\n"},
        {"bisect --confidence 0.9",
         "cryptorture: cannot use --confidence \"0.9\": that is less "
         "than a guess; write a percentage from 50% to 99.9%\n"},
        {"bisect --at-most 0s",
         "cryptorture: cannot use --at-most \"0s\": nothing can be tested in no time; "
         "write it like 500ms, 30s, 5m, 1h30m, 2d or forever\n"},
        {"bisect --until-mismatch",
         "cryptorture: cannot read the command line: there is no option \"--until-mismatch\"; "
         "see 'cryptorture bisect --help'\n"},
        {"mismatches 0", "cryptorture: cannot use record \"0\": it is out of range; write a "
                         "number from 1 on\n"},
    }};
    for (const auto &[arguments, text] : cases) {
        const auto outcome = program(arguments);
        EXPECT_EQ(outcome.status, 2) << arguments;
        EXPECT_EQ(outcome.text, text);
    }
}

TEST(Cli, SaysThatTheModuleIsMissing)
{
    if (module_is_there())
        GTEST_SKIP() << "the module is loaded here";
    for (const char *command : {"run --for 1s", "start", "stop", "status", "drivers",
                                "mismatches", "mismatches 3", "bisect", "bench"}) {
        const auto outcome = program(command);
        EXPECT_EQ(outcome.status, 2) << command;
        EXPECT_TRUE(outcome.text.starts_with("cryptorture: cannot ")) << outcome.text;
        // Where there is not even netlink, that is what has to be said.
        EXPECT_TRUE(outcome.text.find("load it with 'modprobe cryptorture'\n") !=
                        std::string::npos ||
                    outcome.text.find("netlink") != std::string::npos)
            << outcome.text;
    }
}

TEST(Cli, KeepsDataAndMessagesApart)
{
    if (module_is_there())
        GTEST_SKIP() << "the module is loaded here";
    EXPECT_EQ(program("run 2>/dev/null").text, "");
    const auto outcome = program("run --json 2>/dev/null");
    EXPECT_EQ(outcome.status, 2);
    EXPECT_TRUE(outcome.text.starts_with(
        "{\"type\":\"error\",\"format\":1,\"what\":\"cannot start a run\""))
        << outcome.text;
}

TEST(Cli, WorksWithDescriptorsThatAreClosed)
{
    if (module_is_there())
        GTEST_SKIP() << "the module is loaded here";
    constexpr std::array<const char *, 3> closings{" <&-", " >&-", " 2>&-"};
    for (const char *arguments :
         {"--help", "version", "doctor", "drivers --json", "run --for 1s --json",
          "report /nowhere", "diagnose /nowhere"}) {
        const int whole = program(std::string(arguments) + " 2>/dev/null >/dev/null").status;
        for (unsigned closed = 1; closed < 8; ++closed) {
            std::string line = std::string("timeout 60 ") + CT_PROGRAM + " " + arguments;
            for (unsigned number = 0; number < closings.size(); ++number)
                line += (closed >> number & 1U) != 0 ? closings.at(number) : "";
            const auto outcome = shell(line);
            const bool lost = (closed & 2U) != 0;
            EXPECT_EQ(outcome.status, lost ? 2 : whole) << line << ": " << outcome.text;
        }
    }
}

TEST(Cli, SaysWhichLimitIsReached)
{
    const std::string name = CT_PROGRAM;
    const auto few = shell("ulimit -n 5; " + name + " version");
    EXPECT_EQ(few.status, 2);
    EXPECT_EQ(few.text,
              "cryptorture: cannot run: 16 more files cannot be opened: Too many open "
              "files; raise the limit of open files ('ulimit -n')\n");
    const auto small = shell("file=$(mktemp) && { (ulimit -f 0; exec " + name +
                             " version >\"$file\"); status=$?; rm \"$file\"; exit $status; }");
    EXPECT_EQ(small.status, 2) << small.text;
    EXPECT_EQ(small.text, "cryptorture: cannot write all results to standard output: File too "
                          "large; raise the limit of a file's size ('ulimit -f')\n");
}

TEST(Cli, CountsLostOutputAsAnError)
{
    const std::array<std::array<const char *, 2>, 3> losses{{
        {">/dev/full", "No space left on device; make room"},
        {">&-", "Bad file descriptor; it is closed or not open for writing; redirect it, if "
                "need be to /dev/null"},
        {"</dev/null 1<&0", "Bad file descriptor; it is closed or not open for writing; "
                            "redirect it, if need be to /dev/null"},
    }};
    for (const char *arguments :
         {"--help", "--version", "run --help", "version", "version --json", "doctor",
          "doctor --json", "diagnose --json", "report --json"})
        for (const auto &[loss, why] : losses) {
            const auto outcome = program(std::string(arguments) + " " + loss);
            EXPECT_EQ(outcome.status, 2) << arguments << loss;
            EXPECT_TRUE(outcome.text.ends_with(
                std::string("cryptorture: cannot write all results to standard output: ") +
                why + "\n"))
                << arguments << loss << ": " << outcome.text;
        }
    // Nobody is left to be told, but the caller.
    EXPECT_EQ(program("--help 2>&- >&-").status, 2);
    EXPECT_EQ(program("--help 2>/dev/full >/dev/full").status, 2);
    // What says all of it elsewhere has lost nothing.
    EXPECT_EQ(program("--help 2>&-").status, 0);
    EXPECT_EQ(program("--help 2>/dev/full").status, 0);
    // The reader is gone before the first word.
    const auto outcome = shell("exec 3>&1; { sleep 0.2; " + std::string(CT_PROGRAM) +
                               " --help; echo \"exit $?\" >&3; } | true");
    EXPECT_TRUE(
        outcome.text.ends_with("Broken pipe; its reader went away before the end\nexit 2\n"))
        << outcome.text;
}
