// SPDX-License-Identifier: GPL-2.0-or-later
#include "text/job.h"

#include <gtest/gtest.h>

#include "outcome.h"
#include "render/console.h"

namespace ct::test {

namespace {

Job job(JobStep step, std::uint32_t done = 0, std::uint32_t total = 0, std::string what = {})
{
    Job one;
    one.state = JobState::Running;
    one.step = step;
    one.done = done;
    one.total = total;
    one.what = std::move(what);
    return one;
}

std::string text(const Job &one)
{
    return job_text({one, std::nullopt, false});
}

} // namespace

TEST(JobText, SaysWhatIsDoneInPlainWords)
{
    EXPECT_EQ(text(job(JobStep::Drivers, 23, 51, "cbc-aes-aesni")),
              "looking for drivers: 23 of 51, testing cbc-aes-aesni");
    EXPECT_EQ(text(job(JobStep::Drivers)), "looking for drivers");
    EXPECT_EQ(text(job(JobStep::Modules)), "loading modules");
    EXPECT_EQ(text(job(JobStep::Modules, 0, 0, "aesni_intel")), "loading modules: aesni_intel");
    EXPECT_EQ(text(job(JobStep::Stop)), "stopping: waiting for operations in flight");
    EXPECT_EQ(text(job(JobStep::Measure, 0, 0, "cbc-aes-aesni")), "measuring: cbc-aes-aesni");
    EXPECT_EQ(text(job(JobStep::Replay, 2, 7, "cbc-aes-aesni")),
              "running the packet again: 2 of 7, by cbc-aes-aesni");
    // Every step and kind has words.
    for (std::size_t step = 0; step < count_of<JobStep>; ++step)
        for (std::size_t kind = 0; kind < count_of<JobKind>; ++kind) {
            Job one = job(static_cast<JobStep>(step));
            one.kind = static_cast<JobKind>(kind);
            EXPECT_FALSE(text(one).empty());
            EXPECT_NE(text(one), "working");
        }
    // Names come from elsewhere.
    EXPECT_EQ(text(job(JobStep::Modules, 0, 0, "\033[2J")), "loading modules: \\x1b[2J");
}

TEST(JobText, SaysWhatItWaitsFor)
{
    Job queued;
    EXPECT_EQ(job_text({queued, std::nullopt, false}), "waiting for other work of the module");
    EXPECT_EQ(job_text({queued, job(JobStep::Drivers, 23, 51), false}),
              "waiting for other work of the module: looking for drivers: 23 of 51");
    EXPECT_EQ(job_text({job(JobStep::Modules), std::nullopt, true}),
              "cancelling: loading modules");
}

TEST(JobText, IsOneLineOfATerminalThatIsRemoved)
{
    StringOutput output(40);
    ConsoleOptions options;
    options.redraw = true;
    Console console(output, options);
    console.job({job(JobStep::Modules), std::nullopt, false}, false);
    console.job({job(JobStep::Drivers, 23, 51, "cbc-aes-aesni"), std::nullopt, false}, true);
    console.job_over();
    console.job_over();
    EXPECT_EQ(output.text(), "\rloading modules\033[K"
                             "\rlooking for drivers: 23 of 51, testing \033[K" // 39 columns
                             "\r\033[K");
}

TEST(JobText, IsALineNowAndThenElsewhere)
{
    StringOutput output;
    Console console(output, ConsoleOptions());
    console.job({job(JobStep::Modules), std::nullopt, false}, false);
    EXPECT_EQ(output.text(), "");
    console.job({job(JobStep::Modules), std::nullopt, false}, true);
    console.job_over();
    EXPECT_EQ(output.text(), "cryptorture: loading modules\n");
    ConsoleOptions silent;
    silent.progress = false;
    silent.redraw = true;
    StringOutput nothing;
    Console quiet(nothing, silent);
    quiet.job({job(JobStep::Modules), std::nullopt, false}, true);
    quiet.job_over();
    EXPECT_EQ(nothing.text(), "");
}

} // namespace ct::test
