// SPDX-License-Identifier: GPL-2.0-or-later
// Registers over a signal whose frame is not in memory when the kernel reads it.
#include "registers/signals.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "registers/compare.h"
#include "registers/mapping.h"
#include "registers/pattern.h"
#include "registers/window.h"

namespace ct::test {

namespace {

long faults()
{
    rusage usage{};
    EXPECT_EQ(getrusage(RUSAGE_THREAD, &usage), 0);
    return usage.ru_minflt;
}

} // namespace

TEST(Signals, GiveRegistersBackFromAFrameThatIsAway)
{
    const RegisterSets sets = make_register_sets(facts_of_this_cpu());
    const ImageMemory load = *ImageMemory::make(sets);
    const ImageMemory store = *ImageMemory::make(sets);
    const ImageMemory of_handler = *ImageMemory::make(sets);
    auto handlers = SignalHandlers::install();
    ASSERT_TRUE(handlers);
    const Mapping memory = *Mapping::make(altstack_size(), Mapping::Sharing::WithChild);
    stack_t stack{};
    stack_t before{};
    stack.ss_sp = memory.data();
    stack.ss_size = memory.size() - page_size() + altstack_overhang;
    ASSERT_EQ(sigaltstack(&stack, &before), 0);
    HandlerState state;
    state.image = of_handler.image().data();
    state.mask = sets.mask;
    set_handler_state(&state);
    Action action;
    action.kind = ActionKind::Syscall;
    action.number = SYS_tgkill;
    action.arguments = {getpid(), gettid(), altstack_signal(), 0, 0, 0};
    fill(of_handler.image(), sets, {1, true, 1});
    // Once so that all of it is there, then without and with.
    long taken[3] = {};
    for (unsigned turn = 0; turn < 3; ++turn) {
        if (turn == 2) {
            state.away = memory.data();
            state.away_size = memory.size();
        }
        fill(load.image(), sets, {1, false, 2 + turn});
        const long first = faults();
        open_window(load.image(), store.image(), action, sets);
        taken[turn] = faults() - first;
        settle(store.image(), sets);
        EXPECT_EQ(action.result, 0);
        EXPECT_EQ(state.runs, turn + 1);
        EXPECT_TRUE(same(load.image(), store.image(), sets));
    }
    EXPECT_EQ(taken[1], 0);
    EXPECT_GE(taken[2], 2); // what it stands on, and what comes back
    set_handler_state(nullptr);
    EXPECT_EQ(sigaltstack(&before, nullptr), 0);
}

} // namespace ct::test
