// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/decode.h"
#include "wire/nest.h"

#include <linux/cryptorture.h>

// The number of an attribute and its name in the contract.
#define KEY(attribute) (attribute), #attribute

namespace ct {

static_assert(count_of<ReplayState> == __CRYPTORTURE_REPLAY_STATE_MAX);
static_assert(static_cast<int>(ReplayState::Busy) == CRYPTORTURE_REPLAY_STATE_BUSY);
static_assert(static_cast<int>(ReplayState::Pending) == CRYPTORTURE_REPLAY_STATE_PENDING);
static_assert(count_of<ReplayWay> == __CRYPTORTURE_WAY_MAX);
static_assert(static_cast<int>(ReplayWay::OtherCpu) == CRYPTORTURE_WAY_OTHER_CPU);
static_assert(static_cast<int>(ReplayWay::OtherDriver) == CRYPTORTURE_WAY_OTHER_DRIVER);
static_assert(static_cast<int>(ReplayWay::Reference) == CRYPTORTURE_WAY_REFERENCE);
static_assert(static_cast<int>(ReplayWay::ManyElsewhere) == CRYPTORTURE_WAY_MANY_ELSEWHERE);

namespace {

Result<Attempt> decode_attempt(Bytes nest)
{
    AttributeReader reader(nest, "a packet run again");
    Attempt attempt;
    reader.word(KEY(CRYPTORTURE_A_REPLAY_WAY), attempt.way);
    reader.u32(KEY(CRYPTORTURE_A_REPLAY_CPU), attempt.cpu);
    reader.word(KEY(CRYPTORTURE_A_REPLAY_CONTEXT), attempt.context);
    reader.maybe_text(KEY(CRYPTORTURE_A_REPLAY_DRIVER), attempt.driver);
    reader.u32(KEY(CRYPTORTURE_A_REPLAY_RUNS), attempt.runs);
    reader.u32(KEY(CRYPTORTURE_A_REPLAY_WRONG), attempt.wrong);
    reader.maybe_u32(KEY(CRYPTORTURE_A_REPLAY_ERRNO), attempt.error);
    if (attempt.wrong > attempt.runs)
        reader.fail("CRYPTORTURE_A_REPLAY_WRONG", "is more than CRYPTORTURE_A_REPLAY_RUNS");
    if (attempt.way == ReplayWay::OtherDriver && attempt.driver.empty())
        reader.missing("CRYPTORTURE_A_REPLAY_DRIVER");
    if (attempt.way != ReplayWay::OtherDriver && !attempt.driver.empty())
        reader.fail("CRYPTORTURE_A_REPLAY_DRIVER",
                    "comes without CRYPTORTURE_WAY_OTHER_DRIVER");
    return finish(reader, attempt);
}

} // namespace

Result<Replay> decode_replay(Bytes attributes)
{
    AttributeReader reader(attributes, "a replay");
    Replay replay;
    read_replay(reader, replay);
    if (replay.state != ReplayState::Done)
        reader.fail("CRYPTORTURE_A_MISMATCH_REPLAY_STATE",
                    "is not CRYPTORTURE_REPLAY_STATE_DONE");
    return finish(reader, replay);
}

void read_replay(AttributeReader &reader, Replay &replay)
{
    reader.word(KEY(CRYPTORTURE_A_MISMATCH_REPLAY_STATE), replay.state);
    if (replay.state != ReplayState::Done) {
        if (reader.has(CRYPTORTURE_A_MISMATCH_REPLAYS))
            reader.fail("CRYPTORTURE_A_MISMATCH_REPLAYS",
                        "comes without CRYPTORTURE_REPLAY_STATE_DONE");
        return;
    }
    const auto list = reader.nest(KEY(CRYPTORTURE_A_MISMATCH_REPLAYS));
    if (!list) {
        reader.missing("CRYPTORTURE_A_MISMATCH_REPLAYS");
        return;
    }
    auto attempts = decode_list<Attempt>(
        *list, CRYPTORTURE_A_LIST_REPLAY, "a packet run again",
        "CRYPTORTURE_A_MISMATCH_REPLAYS", [](AttributeReader &inner, Attempt &attempt) {
            decode_nest(inner, KEY(CRYPTORTURE_A_LIST_REPLAY), attempt, decode_attempt);
        });
    if (!attempts)
        reader.fail(attempts.error());
    else if (attempts->size() > CRYPTORTURE_REPLAYS_MAX)
        reader.fail("CRYPTORTURE_A_MISMATCH_REPLAYS",
                    "has more than CRYPTORTURE_REPLAYS_MAX members");
    else
        replay.attempts = std::move(*attempts);
    reader.u32(KEY(CRYPTORTURE_A_MISMATCH_REPLAY_CPUS_LEFT), replay.cpus_left);
    reader.u32(KEY(CRYPTORTURE_A_MISMATCH_REPLAY_DRIVERS_LEFT), replay.drivers_left);
}

} // namespace ct
