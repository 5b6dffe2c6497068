// SPDX-License-Identifier: GPL-2.0-or-later
// Registers that ptrace reads and writes, and a tracer that writes something else on purpose.
#include "process/tracee.h"

#include <cerrno>
#include <csignal>
#include <map>
#include <optional>
#include <unistd.h>

#include <gtest/gtest.h>

#include "outcome.h"
#include "registers/compare.h"

namespace ct::test {

namespace {

class Traced : public testing::Test {
protected:
    using Found = std::map<std::string, std::string>; // name to owner

    void SetUp() override
    {
        auto tracee = Tracee::make(sets_);
        ASSERT_TRUE(tracee);
        tracee_.emplace(std::move(*tracee));
    }
    // A child with registers of the next epoch, stopped.
    Result<void> begin()
    {
        ++author_.epoch;
        tracee_->prepare(action_);
        fill(load_.image(), sets_, author_);
        open_window(load_.image(), store_.image(), action_, sets_);
        settle(store_.image(), sets_);
        EXPECT_TRUE(same(load_.image(), store_.image(), sets_));
        return tracee_->stop(action_);
    }
    // What is to be written.
    void next()
    {
        ++author_.epoch;
        fill(load_.image(), sets_, author_);
    }
    Found differences(const Result<Image> &held)
    {
        EXPECT_TRUE(held) << held.error().sentence();
        if (!held)
            return {};
        settle(*held, sets_);
        Found found;
        for (const Difference &difference : compare(load_.image(), *held, sets_))
            found[difference.name] = owner_of(difference, author_, sets_);
        EXPECT_EQ(found.empty(), same(load_.image(), *held, sets_));
        return found;
    }
    Found release() { return differences(tracee_->release(action_)); }
    [[nodiscard]] bool gone() const { return kill(static_cast<pid_t>(action_.result), 0) < 0; }
    void everything(Tracee::Way way)
    {
        for (unsigned turn = 0; turn < 20; ++turn) {
            const auto begun = begin();
            ASSERT_TRUE(begun) << begun.error().sentence();
            EXPECT_EQ(differences(tracee_->read(way)), Found());
            EXPECT_TRUE(tracee_->write_back());
            EXPECT_TRUE(tracee_->step());
            EXPECT_EQ(differences(tracee_->read(way)), Found());
            next();
            EXPECT_TRUE(tracee_->write(load_.image(), Tracee::Way::Xstate));
            EXPECT_EQ(differences(tracee_->read(way)), Found());
            EXPECT_TRUE(tracee_->step());
            EXPECT_EQ(differences(tracee_->read(way)), Found());
            EXPECT_EQ(release(), Found());
            EXPECT_TRUE(gone());
        }
    }

    RegisterSets sets_ = make_register_sets(facts_of_this_cpu());
    ImageMemory load_ = *ImageMemory::make(sets_);
    ImageMemory store_ = *ImageMemory::make(sets_);
    Author author_{1, false, 10};
    Action action_;
    std::optional<Tracee> tracee_;
    static constexpr const char *older = "its own value of 1 epoch before";
};

} // namespace

TEST_F(Traced, KeepsWhatItHasAndTakesWhatItGets)
{
    everything(Tracee::Way::Xstate);
    everything(Tracee::Way::Legacy);
}

TEST_F(Traced, WorksWithoutXsave)
{
    sets_.mask = 0;
    sets_.ymm = sets_.opmask = sets_.zmm_high = sets_.hi16_zmm = 0;
    sets_.size = legacy_size;
    SetUp();
    everything(Tracee::Way::Xstate);
}

TEST_F(Traced, KeepsTheRestOverALegacyWrite)
{
    ASSERT_TRUE(begin());
    EXPECT_EQ(differences(tracee_->read(Tracee::Way::Legacy)), Found());
    const auto next = *ImageMemory::make(sets_);
    ++author_.epoch;
    fill(next.image(), sets_, author_);
    EXPECT_TRUE(tracee_->write(next.image(), Tracee::Way::Legacy));
    std::copy_n(next.image().data(), legacy_size, load_.image().data());
    EXPECT_EQ(release(), Found());
}

TEST_F(Traced, ShowsAByteThatIsWrong)
{
    const auto wrong = [&](std::size_t offset) {
        EXPECT_TRUE(begin());
        EXPECT_EQ(differences(tracee_->read(Tracee::Way::Xstate)), Found());
        next();
        const Image image = load_.image();
        image[offset] ^= std::byte{1};
        EXPECT_TRUE(tracee_->write(image, Tracee::Way::Xstate));
        image[offset] ^= std::byte{1};
        const Found read = differences(tracee_->read(Tracee::Way::Xstate));
        const Found held = release();
        EXPECT_EQ(read, held);
        return held;
    };
    EXPECT_EQ(wrong(place::xmm + 4 * lane_size + 3), (Found{{"xmm4", ""}}));
    EXPECT_EQ(wrong(place::st + 2 * st_step + 7), (Found{{"st2", ""}}));
    if (sets_.ymm != 0)
        EXPECT_EQ(wrong(sets_.ymm + 7 * lane_size + 15), (Found{{"ymm7", ""}}));
    if (sets_.hi16_zmm != 0)
        EXPECT_EQ(wrong(sets_.hi16_zmm + 63), (Found{{"zmm16", ""}}));
}

TEST_F(Traced, ShowsAWriteThatIsLost)
{
    ASSERT_TRUE(begin());
    next();
    const Found found = release();
    const std::string widest = sets_.zmm_high != 0 ? "zmm" : sets_.ymm != 0 ? "ymm" : "xmm";
    for (unsigned number = 0; number < 16; ++number)
        EXPECT_EQ(found.at(widest + std::to_string(number)), older) << number;
    EXPECT_EQ(found.at("st7"), older);
    EXPECT_EQ(found.at("mxcsr"), older);
}

TEST_F(Traced, SaysWhatKeepsItFromIt)
{
    // It is somebody's already.
    ASSERT_TRUE(begin());
    const auto twice = tracee_->stop(action_);
    ASSERT_FALSE(twice);
    EXPECT_EQ(twice.error().kind, ErrorKind::Unsupported);
    EXPECT_TRUE(contains(twice.error().sentence(), "PTRACE_SEIZE: Operation not permitted"));
    EXPECT_TRUE(contains(twice.error().sentence(), "yama"));
    EXPECT_TRUE(gone());
    // Somebody kills it.
    ASSERT_TRUE(begin());
    EXPECT_EQ(kill(static_cast<pid_t>(action_.result), SIGKILL), 0);
    const auto lost = tracee_->step();
    ASSERT_FALSE(lost);
    EXPECT_EQ(lost.error().kind, ErrorKind::System);
    EXPECT_TRUE(gone());
    // No process more.
    action_.result = -EAGAIN;
    const auto none = tracee_->stop(action_);
    ASSERT_FALSE(none);
    EXPECT_TRUE(contains(none.error().sentence(), "ulimit -u")) << none.error().sentence();
    // Its owner goes.
    ASSERT_TRUE(begin());
    tracee_.reset();
    EXPECT_TRUE(gone());
}

} // namespace ct::test
