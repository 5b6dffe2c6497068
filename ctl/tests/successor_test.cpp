// SPDX-License-Identifier: GPL-2.0-or-later
// Registers over an exec, and a program that begins with those of before on purpose.
#include "process/successor.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <map>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "outcome.h"
#include "registers/compare.h"
#include "registers/mapping.h"

// Begins the program as an exec would, but for the exec.
extern "C" {
void jump_to_successor();
void *successor_stack;
const void *successor_code;
extern const std::byte yt_successor[];
extern const std::byte yt_successor_entry[];
}
asm(R"(
    .text
jump_to_successor:
    movq successor_stack(%rip), %rsp
    jmp *successor_code(%rip)
)");

namespace ct::test {

namespace {

class Succession : public testing::Test {
protected:
    using Found = std::map<std::string, std::string>; // name to owner

    void exec(Successor &successor, std::uint32_t thread)
    {
        ++author_.epoch;
        ASSERT_TRUE(successor.prepare(action_, thread));
        fill(load_.image(), sets_, author_);
        open_window(load_.image(), store_.image(), action_, sets_);
        settle(store_.image(), sets_);
        EXPECT_TRUE(same(load_.image(), store_.image(), sets_));
    }
    // In a child of the common kind: registers full, and then the program's first instruction.
    void jump(Successor &successor, std::uint32_t thread)
    {
        ++author_.epoch;
        ASSERT_TRUE(successor.prepare(action_, thread));
        fill(load_.image(), sets_, author_);
        const Mapping stack = *Mapping::make(16 * page_size(), Mapping::Sharing::Private);
        void *const code = mmap(nullptr, page_size(), PROT_READ | PROT_EXEC, MAP_PRIVATE,
                                successor.program(), 0);
        ASSERT_NE(code, MAP_FAILED);
        successor_code =
            static_cast<const std::byte *>(code) + (yt_successor_entry - yt_successor);
        // The number of words, and the words.
        const std::string number = std::to_string(thread);
        const std::array<const void *, 4> words{reinterpret_cast<const void *>(2), "",
                                                number.c_str(), nullptr};
        successor_stack = stack.data() + 15 * page_size();
        std::memcpy(successor_stack, words.data(), sizeof(words));
        Action action;
        action.kind = ActionKind::Code;
        action.code = jump_to_successor;
        action_.result = fork();
        if (action_.result == 0)
            open_window(load_.image(), store_.image(), action, sets_);
        (void)munmap(code, page_size());
    }
    // What differs from the state that a program should begin with.
    Found look(const Successor &successor, std::uint32_t thread)
    {
        const auto left = successor.finish(action_, thread, store_.image());
        EXPECT_TRUE(left) << left.error().sentence();
        settle(store_.image(), sets_);
        return differences();
    }
    Found differences()
    {
        fill_initial(initial_.image(), sets_);
        Author self = author_;
        ++self.epoch;
        Found found;
        for (const Difference &difference : compare(initial_.image(), store_.image(), sets_))
            found[difference.name] = owner_of(difference, self, sets_);
        EXPECT_EQ(found.empty(), same(initial_.image(), store_.image(), sets_));
        return found;
    }
    [[nodiscard]] bool gone() const { return kill(static_cast<pid_t>(action_.result), 0) < 0; }

    RegisterSets sets_ = make_register_sets(facts_of_this_cpu());
    ImageMemory load_ = *ImageMemory::make(sets_);
    ImageMemory store_ = *ImageMemory::make(sets_);
    ImageMemory initial_ = *ImageMemory::make(sets_);
    Author author_{1, false, 10};
    Action action_;
    static constexpr const char *survived = "its own value of 1 epoch before";
};

} // namespace

TEST_F(Succession, BeginsWithTheInitialState)
{
    auto successor = Successor::make(sets_, 1235);
    ASSERT_TRUE(successor) << successor.error().sentence();
    for (std::uint32_t turn = 0; turn < 40; ++turn)
        for (const std::uint32_t thread : {0U, 9U, 1234U}) {
            exec(*successor, thread);
            EXPECT_EQ(look(*successor, thread), Found());
            EXPECT_TRUE(gone());
        }
    EXPECT_TRUE(gone());
}

TEST_F(Succession, WorksWithoutXsave)
{
    sets_.mask = 0;
    sets_.ymm = sets_.opmask = sets_.zmm_high = sets_.hi16_zmm = 0;
    sets_.size = legacy_size;
    auto successor = Successor::make(sets_, 1);
    ASSERT_TRUE(successor) << successor.error().sentence();
    exec(*successor, 0);
    EXPECT_EQ(look(*successor, 0), Found());
    jump(*successor, 0);
    EXPECT_EQ(look(*successor, 0).at("xmm15"), survived);
}

TEST_F(Succession, ShowsRegistersThatSurvive)
{
    auto successor = Successor::make(sets_, 3);
    ASSERT_TRUE(successor) << successor.error().sentence();
    jump(*successor, 2);
    const Found found = look(*successor, 2);
    const std::string widest = sets_.zmm_high != 0 ? "zmm" : sets_.ymm != 0 ? "ymm" : "xmm";
    for (unsigned number = 0; number < (sets_.hi16_zmm != 0 ? 32 : 16); ++number)
        EXPECT_EQ(found.at(widest + std::to_string(number)), survived) << number;
    for (unsigned number = 0; number < eight; ++number)
        EXPECT_EQ(found.at("st" + std::to_string(number)), survived) << number;
    if (sets_.wide_masks)
        EXPECT_EQ(found.at("k1"), survived);
    EXPECT_EQ(found.at("mxcsr"), survived);
    EXPECT_EQ(found.at("fcw"), survived);
    EXPECT_TRUE(found.contains("ftw"));
    EXPECT_TRUE(gone());
    // And no more of them after that.
    exec(*successor, 2);
    EXPECT_EQ(look(*successor, 2), Found());
}

TEST_F(Succession, NamesTheOneThatSurvives)
{
    fill(load_.image(), sets_, author_);
    const auto take = [&](std::size_t offset, std::size_t size) {
        fill_initial(store_.image(), sets_);
        std::memcpy(store_.image().data() + offset, load_.image().data() + offset, size);
        return differences();
    };
    EXPECT_EQ(take(place::xmm + 5 * lane_size, lane_size), (Found{{"xmm5", survived}}));
    EXPECT_EQ(take(place::st + 3 * st_step, st_size), (Found{{"st3", survived}}));
    EXPECT_EQ(take(place::mxcsr, 4), (Found{{"mxcsr", survived}}));
    if (sets_.ymm != 0)
        EXPECT_EQ(take(sets_.ymm + 7 * lane_size, lane_size), (Found{{"ymm7", survived}}));
}

TEST_F(Succession, SaysWhatKeepsItFromIt)
{
    auto successor = Successor::make(sets_, 1);
    ASSERT_TRUE(successor) << successor.error().sentence();
    const auto error = [&] {
        const auto left = successor->finish(action_, 0, store_.image());
        EXPECT_FALSE(left);
        return left ? Error() : left.error();
    };
    // Killed in time.
    ASSERT_TRUE(successor->prepare(action_, 0));
    action_.result = fork();
    if (action_.result == 0)
        _exit(0);
    EXPECT_TRUE(contains(error().sentence(), "the new program of an exerciser died"));
    // Nobody may execute it.
    ASSERT_EQ(fchmod(successor->program(), 0600), 0);
    exec(*successor, 0);
    const Error refused = error();
    EXPECT_EQ(refused.kind, ErrorKind::Unsupported);
    EXPECT_TRUE(contains(refused.sentence(), "cannot exec: Permission denied"));
    EXPECT_TRUE(contains(refused.sentence(), "goes on without"));
    EXPECT_TRUE(gone());
    // No process more.
    action_.result = -EAGAIN;
    const Error full = error();
    EXPECT_EQ(full.kind, ErrorKind::System);
    EXPECT_TRUE(contains(full.sentence(), "ulimit -u")) << full.sentence();
}

} // namespace ct::test
