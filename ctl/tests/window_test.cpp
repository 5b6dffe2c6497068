// SPDX-License-Identifier: GPL-2.0-or-later
// The window on the registers of this CPU, and harm done to them on purpose.
#include "registers/window.h"

#include <algorithm>
#include <csignal>
#include <map>
#include <sys/syscall.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "exerciser/actions.h"
#include "process/child.h"
#include "registers/compare.h"

// Each does one thing to the registers, and nothing else.
extern "C" {
void harm_xmm();
void harm_ymm();
void harm_zmm();
void harm_mask();
void harm_x87();
void harm_mxcsr();
void harm_fcw();
void harm_all();
void harm_foreign();
alignas(16) std::byte foreign_lane[16];
}
asm(R"(
    .text
harm_xmm:
    movaps %xmm3, %xmm5
    ret
harm_ymm:
    vmovaps %ymm4, %ymm6
    ret
harm_zmm:
    vmovaps %zmm18, %zmm17
    ret
harm_mask:
    kmovw %k2, %k1
    ret
harm_x87:
    fxch %st(1)
    ret
harm_mxcsr:
    ldmxcsr 1f(%rip)
    ret
1:  .long 0x1f80
harm_fcw:
    fldcw 1f(%rip)
    ret
1:  .short 0x37f
harm_all:
    fninit
    xorps %xmm0, %xmm0
    ret
harm_foreign:
    movaps foreign_lane(%rip), %xmm15
    ret
)");

namespace ct::test {

namespace {

class Window : public testing::Test {
protected:
    void open(const Author &author)
    {
        author_ = author;
        fill(load_.image(), sets_, author_);
        open_window(load_.image(), store_.image(), action_, sets_);
        settle(store_.image(), sets_);
    }
    // Name to owner.
    std::map<std::string, std::string> harm(void (*code)())
    {
        action_.kind = ActionKind::Code;
        action_.code = code;
        open({1, false, ++author_.epoch});
        std::map<std::string, std::string> found;
        for (const Difference &difference : compare(load_.image(), store_.image(), sets_))
            found[difference.name] = owner_of(difference, author_, sets_);
        EXPECT_EQ(found.empty(), same(load_.image(), store_.image(), sets_));
        return found;
    }
    using Found = std::map<std::string, std::string>;

    RegisterSets sets_ = make_register_sets(facts_of_this_cpu());
    ImageMemory load_ = *ImageMemory::make(sets_);
    ImageMemory store_ = *ImageMemory::make(sets_);
    std::uint32_t word_ = 0;
    Author author_{1, false, 10};
    Action action_{.word = &word_};
};

} // namespace

TEST_F(Window, KeepsEverythingByItself)
{
    std::byte touched{};
    action_.touch = &touched;
    action_.number = SYS_getppid;
    for (const ActionKind kind : {ActionKind::Spin, ActionKind::Syscall, ActionKind::Touch})
        for (std::uint64_t epoch = 1; epoch < 1000; ++epoch) {
            action_.kind = kind;
            action_.spins = epoch;
            open({1, false, epoch});
            for (const Difference &difference : compare(load_.image(), store_.image(), sets_))
                ADD_FAILURE() << difference.name << ": "
                              << owner_of(difference, author_, sets_);
        }
    EXPECT_EQ(action_.result, getppid());
    EXPECT_EQ(touched, std::byte{1});
}

TEST_F(Window, WorksWithoutXsave)
{
    sets_.mask = 0;
    sets_.ymm = sets_.opmask = sets_.zmm_high = sets_.hi16_zmm = 0;
    action_.kind = ActionKind::Spin;
    open({1, false, 4});
    EXPECT_TRUE(same(load_.image(), store_.image(), sets_));
    EXPECT_EQ(harm(harm_xmm), (Found{{"xmm5", "xmm3 of the same exerciser"}}));
}

TEST_F(Window, LeavesTheEnvironmentOfC)
{
    const auto controls = [] {
        std::uint32_t mxcsr = 0;
        std::uint16_t fcw = 0;
        asm volatile("stmxcsr %0" : "=m"(mxcsr));
        asm volatile("fnstcw %0" : "=m"(fcw));
        return std::pair(mxcsr & 0xffc0U, fcw);
    };
    const auto before = controls();
    for (std::uint64_t epoch = 1; epoch < 50; ++epoch) {
        open({1, false, epoch});
        EXPECT_EQ(controls(), before);
        // A full x87 stack would make this not a number.
        volatile long double third = 1.0L;
        third = third / 3;
        EXPECT_EQ(third * 3, 1.0L);
    }
}

TEST_F(Window, SpinsAsLongAsTheWordStays)
{
    action_.kind = ActionKind::Spin;
    action_.spins = UINT64_MAX;
    action_.while_value = 1; // and it is 0
    open({1, false, 1});
    EXPECT_TRUE(same(load_.image(), store_.image(), sets_));
}

TEST_F(Window, ShowsHarmToEachKindOfOldRegister)
{
    EXPECT_EQ(harm(harm_xmm), (Found{{"xmm5", "xmm3 of the same exerciser"}}));
    EXPECT_EQ(harm(harm_x87), (Found{{"st0", "st1 of the same exerciser"},
                                     {"st1", "st0 of the same exerciser"}}));
    EXPECT_EQ(harm(harm_mxcsr), (Found{{"mxcsr", "the initial state"}}));
    EXPECT_EQ(harm(harm_fcw), (Found{{"fcw", "the initial state"}}));
    const Found all = harm(harm_all);
    EXPECT_EQ(all.at("xmm0"), "the initial state");
    EXPECT_EQ(all.at("fcw"), "the initial state");
    EXPECT_EQ(all.at("ftw"), "the initial state");
}

TEST_F(Window, ShowsHarmToYmmRegisters)
{
    if (sets_.ymm == 0)
        GTEST_SKIP() << "no YMM registers";
    // It clears the rest of a ZMM register.
    const std::string name = sets_.zmm_high != 0 ? "zmm6" : "ymm6";
    EXPECT_EQ(harm(harm_ymm), (Found{{name, "xmm4 of the same exerciser"}}));
}

TEST_F(Window, ShowsHarmToZmmAndMaskRegisters)
{
    if (sets_.opmask == 0)
        GTEST_SKIP() << "no ZMM registers";
    EXPECT_EQ(harm(harm_zmm), (Found{{"zmm17", "zmm18 of the same exerciser"}}));
    EXPECT_EQ(harm(harm_mask).size(), 1U);
    EXPECT_TRUE(harm(harm_mask).contains("k1"));
}

TEST_F(Window, NamesAForeignOwner)
{
    const auto other = *ImageMemory::make(sets_);
    fill(other.image(), sets_, {0, false, 123});
    std::copy_n(other.image().data() + place::xmm + 2 * lane_size, lane_size, foreign_lane);
    EXPECT_EQ(harm(harm_foreign), (Found{{"xmm15", "xmm2 of exerciser 0, epoch 123"}}));
}

TEST_F(Window, ASignalLeavesItAlone)
{
    const auto handlers = SignalHandlers::install();
    ASSERT_TRUE(handlers);
    Common common;
    common.sets = sets_;
    common.page = *Mapping::make(page_size(), Mapping::Sharing::Private);
    auto actions = Actions::make(common);
    ASSERT_TRUE(actions);
    Schedule schedule({}, 1);
    for (std::size_t turn = 0; turn < 20 * count_of<ThreadEvent>; ++turn) {
        const auto event = static_cast<ThreadEvent>(turn % count_of<ThreadEvent>);
        const Author author{1, false, turn};
        ASSERT_TRUE((*actions)->prepare(event, action_, schedule, author)) << name(event);
        action_.result = 0;
        open(author);
        const auto finished = (*actions)->finish(event, action_);
        EXPECT_TRUE(finished) << finished.error().sentence();
        EXPECT_TRUE(same(load_.image(), store_.image(), sets_)) << name(event);
    }
}

TEST_F(Window, AForkGivesTwoThatAreTheSame)
{
    auto child = Child::make(sets_);
    ASSERT_TRUE(child);
    Child::prepare(action_);
    fill(load_.image(), sets_, author_);
    open_window(load_.image(), store_.image(), action_, sets_);
    if (Child::is_child(action_))
        child->leave(store_.image());
    const auto left = child->wait(action_);
    ASSERT_TRUE(left);
    settle(*left, sets_);
    settle(store_.image(), sets_);
    EXPECT_TRUE(same(load_.image(), *left, sets_));
    EXPECT_TRUE(same(load_.image(), store_.image(), sets_));
    // Nothing is left of it.
    EXPECT_EQ(kill(static_cast<pid_t>(action_.result), 0), -1);
}

} // namespace ct::test
