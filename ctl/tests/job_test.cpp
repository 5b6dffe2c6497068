// SPDX-License-Identifier: GPL-2.0-or-later
// Waiting for jobs of a module that is none.
#include "kernel/job.h"

#include <cerrno>
#include <deque>

#include <gtest/gtest.h>
#include <linux/cryptorture.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>

#include "messages.h"
#include "wire/decode.h"

namespace ct::test {

namespace {

constexpr std::size_t headers = NLMSG_HDRLEN + GENL_HDRLEN;

Answer copy_of(const Attributes &attributes)
{
    return {attributes.bytes().begin(), attributes.bytes().end()};
}

Attributes state(std::uint32_t state, std::uint32_t kind = CRYPTORTURE_JOB_KIND_START)
{
    return job_message(kind, state);
}

Attributes failed(int number, std::string_view why)
{
    return state(CRYPTORTURE_JOB_STATE_DONE)
        .u32(CRYPTORTURE_A_JOB_ERROR, static_cast<std::uint32_t>(number))
        .text(CRYPTORTURE_A_JOB_WHY, why);
}

// Answers each look with the next of its answers; the last one stays.
class FakeJobLink final : public JobLink {
public:
    Result<Socket::Asked> start(JobKind kind, const JobParameters & /*parameters*/,
                                std::string_view /*what*/) override
    {
        asked_for = kind;
        if (refusal)
            return Failure(*refusal);
        return Socket::Asked{request, copy_of(number)};
    }
    Result<Answer> look(std::uint64_t wanted, std::string_view what) override
    {
        if (wanted == other_number)
            return copy_of(other);
        // A job that never ends is a failure, not a hanging machine.
        if (++looks > 5000)
            return failure(ErrorKind::System, std::string(what), "it does not end");
        EXPECT_EQ(wanted, 7U);
        if (!troubles.empty()) {
            const ErrorKind kind = troubles.front();
            troubles.pop_front();
            return failure(kind, std::string(what), "it is not there");
        }
        const Answer answer = answers.front();
        if (answers.size() > 1)
            answers.pop_front();
        return answer;
    }
    Result<void> cancel(std::uint64_t wanted, std::string_view /*what*/) override
    {
        EXPECT_EQ(wanted, 7U);
        ++cancels;
        if (!after_cancel.empty())
            answers = after_cancel;
        return {};
    }
    std::optional<std::uint64_t> present() override { return other_number; }

    void will_answer(std::initializer_list<Attributes> all)
    {
        for (const Attributes &one : all)
            answers.push_back(copy_of(one));
    }

    Attributes number = Attributes().u64(CRYPTORTURE_A_JOB_NUMBER, 7);
    Answer request;
    std::optional<Error> refusal;
    std::optional<JobKind> asked_for;
    std::deque<Answer> answers, after_cancel;
    std::deque<ErrorKind> troubles;
    std::optional<std::uint64_t> other_number;
    Attributes other;
    unsigned looks = 0, cancels = 0;
};

struct Onlooker final : JobObserver {
    bool wait(const JobProgress &progress, std::chrono::milliseconds time) override
    {
        seen.push_back(progress);
        times.push_back(time.count());
        return seen.size() < patience;
    }
    void over() override { ++overs; }

    std::size_t patience = 1000;
    std::vector<JobProgress> seen;
    std::vector<long> times;
    unsigned overs = 0;
};

class JobWait : public testing::Test {
protected:
    Result<Answer> wait(JobKind kind = JobKind::Start)
    {
        return do_job(link, kind, {}, "cannot start a run", &onlooker);
    }
    FakeJobLink link;
    Onlooker onlooker;
};

} // namespace

TEST_F(JobWait, IsUntilItIsDone)
{
    link.will_answer(
        {state(CRYPTORTURE_JOB_STATE_QUEUED), state(CRYPTORTURE_JOB_STATE_RUNNING),
         state(CRYPTORTURE_JOB_STATE_RUNNING),
         state(CRYPTORTURE_JOB_STATE_DONE).nest(CRYPTORTURE_A_JOB_BENCH, bench_message())});
    const auto answer = wait(JobKind::Bench);
    ASSERT_TRUE(answer) << answer.error().sentence();
    EXPECT_TRUE(decode_job_bench(*answer));
    EXPECT_EQ(link.asked_for, JobKind::Bench);
    EXPECT_EQ(link.looks, 4U);
    EXPECT_EQ(link.cancels, 0U);
    ASSERT_EQ(onlooker.seen.size(), 3U);
    EXPECT_EQ(onlooker.seen[0].job.state, JobState::Queued);
    EXPECT_EQ(onlooker.seen[2].job.state, JobState::Running);
    EXPECT_FALSE(onlooker.seen[0].ahead);
    EXPECT_EQ(onlooker.overs, 1U);
}

TEST_F(JobWait, SaysNothingOfWhatIsDoneAtOnce)
{
    link.will_answer({state(CRYPTORTURE_JOB_STATE_DONE)});
    EXPECT_TRUE(wait());
    EXPECT_TRUE(onlooker.seen.empty());
    EXPECT_EQ(onlooker.overs, 0U);
    // Nor needs it anybody to look on.
    link.answers.clear();
    link.will_answer({state(CRYPTORTURE_JOB_STATE_RUNNING), state(CRYPTORTURE_JOB_STATE_DONE)});
    EXPECT_TRUE(do_job(link, JobKind::Search, {}, "cannot", nullptr));
}

TEST_F(JobWait, LooksOftenAtFirst)
{
    link.will_answer({state(CRYPTORTURE_JOB_STATE_RUNNING)});
    onlooker.patience = 70;
    link.after_cancel.push_back(copy_of(state(CRYPTORTURE_JOB_STATE_DONE)));
    EXPECT_TRUE(wait());
    ASSERT_EQ(onlooker.times.size(), 70U);
    EXPECT_EQ((std::vector<long>(onlooker.times.begin(), onlooker.times.begin() + 7)),
              (std::vector<long>{1, 2, 4, 8, 16, 20, 20}));
    long waited = 0;
    for (const long time : onlooker.times) {
        EXPECT_EQ(time > 20, waited >= 1000) << waited;
        waited += time;
    }
    EXPECT_EQ(onlooker.times.back(), 50);
}

TEST_F(JobWait, TellsWhatIsDoneFirst)
{
    link.will_answer({state(CRYPTORTURE_JOB_STATE_QUEUED), state(CRYPTORTURE_JOB_STATE_RUNNING),
                      state(CRYPTORTURE_JOB_STATE_DONE)});
    link.other_number = 6;
    link.other = state(CRYPTORTURE_JOB_STATE_RUNNING, CRYPTORTURE_JOB_KIND_SEARCH);
    EXPECT_TRUE(wait());
    ASSERT_EQ(onlooker.seen.size(), 2U);
    ASSERT_TRUE(onlooker.seen[0].ahead);
    EXPECT_EQ(onlooker.seen[0].ahead->kind, JobKind::Search);
    EXPECT_FALSE(onlooker.seen[1].ahead);
    // Whatever is wrong with that is none of this job's business.
    link.answers.clear();
    link.will_answer({state(CRYPTORTURE_JOB_STATE_QUEUED), state(CRYPTORTURE_JOB_STATE_DONE)});
    link.other = Attributes();
    EXPECT_TRUE(wait());
    EXPECT_FALSE(onlooker.seen.back().ahead);
}

TEST_F(JobWait, FailsAsARefusedRequestDoes)
{
    const auto inner = Attributes().text(CRYPTORTURE_A_LIST_DRIVER, "vaes");
    const auto config = Attributes()
                            .u32(CRYPTORTURE_A_CONFIG_LOAD, 5)
                            .nest(CRYPTORTURE_A_CONFIG_DRIVERS, inner);
    const auto attributes = Attributes()
                                .u32(CRYPTORTURE_A_JOB_KIND, CRYPTORTURE_JOB_KIND_START)
                                .nest(CRYPTORTURE_A_JOB_CONFIG, config);
    link.request.assign(headers, std::byte{0});
    link.request[NLMSG_HDRLEN] = std::byte{CRYPTORTURE_CMD_JOB_START};
    link.request.insert(link.request.end(), attributes.bytes().begin(),
                        attributes.bytes().end());
    // Kind, nest's header, load, list's header.
    constexpr std::uint32_t where = headers + 8 + NLA_HDRLEN + 8 + NLA_HDRLEN;
    link.will_answer(
        {state(CRYPTORTURE_JOB_STATE_RUNNING),
         failed(ENOENT, "unknown driver: see the list").u32(CRYPTORTURE_A_JOB_WHERE, where)});
    const auto answer = wait();
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::NotFound);
    EXPECT_EQ(answer.error().sentence(),
              "cannot start a run: driver \"vaes\" is unknown; see the list");
    ASSERT_TRUE(answer.error().culprit);
    EXPECT_EQ(answer.error().culprit->value, "vaes");
    EXPECT_EQ(onlooker.overs, 1U);
}

TEST_F(JobWait, KnowsFailuresByTheirErrno)
{
    const auto kind = [this](int number, std::string_view why) {
        link.answers.clear();
        link.will_answer({failed(number, why)});
        const auto answer = wait();
        EXPECT_FALSE(answer);
        return answer ? ErrorKind::Usage : answer.error().kind;
    };
    EXPECT_EQ(kind(EBUSY, "a run is active"), ErrorKind::Busy);
    EXPECT_EQ(kind(ESRCH, "no run is active"), ErrorKind::NotRunning);
    EXPECT_EQ(kind(EINVAL, "no"), ErrorKind::Refused);
    // The module is there, for it has just said so.
    EXPECT_EQ(kind(ENOENT, ""), ErrorKind::NotFound);
    link.answers.clear();
    link.will_answer({failed(EINVAL, "a\033[2Jb")});
    EXPECT_EQ(wait().error().why, "a\\x1b[2Jb");
}

TEST_F(JobWait, CancelsWhatNobodyWaitsForAnyMore)
{
    link.will_answer({state(CRYPTORTURE_JOB_STATE_RUNNING)});
    for (const auto &one :
         {state(CRYPTORTURE_JOB_STATE_RUNNING), state(CRYPTORTURE_JOB_STATE_RUNNING),
          failed(ECANCELED, "it was told to end")})
        link.after_cancel.push_back(copy_of(one));
    onlooker.patience = 3;
    const auto answer = wait();
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::Interrupted);
    EXPECT_EQ(answer.error().sentence(), "cannot start a run: it was cancelled");
    EXPECT_EQ(link.cancels, 1U);
    // It is waited for, all the same.
    ASSERT_EQ(onlooker.seen.size(), 5U);
    EXPECT_FALSE(onlooker.seen[2].cancelled);
    EXPECT_TRUE(onlooker.seen[3].cancelled);
    EXPECT_EQ(onlooker.overs, 1U);
}

TEST_F(JobWait, TakesWhatWasDoneBeforeItCouldBeCancelled)
{
    link.will_answer({state(CRYPTORTURE_JOB_STATE_RUNNING)});
    link.after_cancel.push_back(copy_of(state(CRYPTORTURE_JOB_STATE_DONE)));
    onlooker.patience = 1;
    EXPECT_TRUE(wait());
    EXPECT_EQ(link.cancels, 1U);
}

TEST_F(JobWait, LeavesARunThatIsBeingEndedToItself)
{
    link.will_answer({state(CRYPTORTURE_JOB_STATE_RUNNING, CRYPTORTURE_JOB_KIND_STOP)});
    onlooker.patience = 2;
    const auto answer = do_job(link, JobKind::Stop, {}, "cannot stop the run", &onlooker);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::Interrupted);
    EXPECT_EQ(answer.error().hint, "it is being ended: 'cryptorture status' shows when it has");
    EXPECT_EQ(link.cancels, 0U);
    EXPECT_EQ(onlooker.overs, 1U);
}

TEST_F(JobWait, SaysWhenSomebodyElseHasCancelledIt)
{
    link.will_answer({failed(ECANCELED, "it was told to end")});
    const auto answer = wait();
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::Again);
    EXPECT_EQ(
        answer.error().sentence(),
        "cannot start a run: it was cancelled; another program asked for that: try again");
}

TEST_F(JobWait, SaysWhenTheJobIsNotKeptAnyMore)
{
    link.troubles.push_back(ErrorKind::NotFound);
    const auto answer = wait();
    ASSERT_FALSE(answer);
    // Not the kind of a driver that is not there.
    EXPECT_EQ(answer.error().kind, ErrorKind::System);
    EXPECT_EQ(answer.error().why,
              "the module no longer knows the result of job 7: it keeps the last 16");
}

TEST_F(JobWait, LooksAgainAfterAnInterruption)
{
    link.troubles.assign(3, ErrorKind::Again);
    link.will_answer({state(CRYPTORTURE_JOB_STATE_DONE)});
    EXPECT_TRUE(wait());
    link.troubles.assign(30, ErrorKind::Again);
    EXPECT_FALSE(wait());
    EXPECT_EQ(link.troubles.size(), 10U);
    link.troubles.assign(1, ErrorKind::NoModule);
    EXPECT_EQ(wait().error().kind, ErrorKind::NoModule);
}

TEST_F(JobWait, IsNotBegunWhereItIsRefused)
{
    link.refusal = Error{ErrorKind::Busy, "cannot", "16 jobs wait", "", std::nullopt};
    EXPECT_EQ(wait().error().kind, ErrorKind::Busy);
    EXPECT_EQ(link.looks, 0U);
    link.refusal.reset();
    link.number = Attributes();
    EXPECT_EQ(wait().error().kind, ErrorKind::OtherVersion);
    EXPECT_EQ(link.looks, 0U);
}

TEST_F(JobWait, TrustsNoAnswer)
{
    const auto right = state(CRYPTORTURE_JOB_STATE_RUNNING);
    for (const int type : right.types()) {
        link.answers.clear();
        link.will_answer({right.without(type)});
        const auto answer = wait();
        ASSERT_FALSE(answer);
        EXPECT_EQ(answer.error().kind, ErrorKind::OtherVersion) << type;
    }
}

} // namespace ct::test
