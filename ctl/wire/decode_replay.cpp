// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/decode.h"
#include "wire/nest.h"

#include <linux/cryptorture.h>

// The number of an attribute and its name in the contract.
#define KEY(attribute) (attribute), #attribute

namespace ct {

static_assert(count_of<ReplayState> == CT_REPLAY_STATES);
static_assert(static_cast<int>(ReplayState::Busy) == CT_REPLAY_STATE_BUSY);
static_assert(static_cast<int>(ReplayState::Pending) == CT_REPLAY_STATE_PENDING);
static_assert(count_of<ReplayWay> == CT_WAYS);
static_assert(static_cast<int>(ReplayWay::OtherCpu) == CT_WAY_OTHER_CPU);
static_assert(static_cast<int>(ReplayWay::OtherDriver) == CT_WAY_OTHER_DRIVER);
static_assert(static_cast<int>(ReplayWay::Reference) == CT_WAY_REFERENCE);

namespace {

Result<Attempt> decode_attempt(Bytes nest)
{
    AttributeReader reader(nest, "a packet run again");
    Attempt attempt;
    reader.word(KEY(CT_REPLAY_WAY), attempt.way);
    reader.u32(KEY(CT_REPLAY_CPU), attempt.cpu);
    reader.word(KEY(CT_REPLAY_CONTEXT), attempt.context);
    reader.maybe_text(KEY(CT_REPLAY_DRIVER), attempt.driver);
    reader.u32(KEY(CT_REPLAY_RUNS), attempt.runs);
    reader.u32(KEY(CT_REPLAY_WRONG), attempt.wrong);
    reader.maybe_u32(KEY(CT_REPLAY_ERRNO), attempt.error);
    if (attempt.wrong > attempt.runs)
        reader.fail("CT_REPLAY_WRONG", "is more than CT_REPLAY_RUNS");
    if ((attempt.way == ReplayWay::OtherDriver) == attempt.driver.empty())
        reader.fail("CT_REPLAY_DRIVER", attempt.driver.empty()
                                            ? "is missing"
                                            : "comes without CT_WAY_OTHER_DRIVER");
    return finish(reader, attempt);
}

} // namespace

Result<Replay> decode_replay(Bytes attributes)
{
    AttributeReader reader(attributes, "a replay");
    Replay replay;
    read_replay(reader, replay);
    if (replay.state != ReplayState::Done)
        reader.fail("CT_MISMATCH_REPLAY_STATE", "is not CT_REPLAY_STATE_DONE");
    return finish(reader, replay);
}

void read_replay(AttributeReader &reader, Replay &replay)
{
    reader.word(KEY(CT_MISMATCH_REPLAY_STATE), replay.state);
    if (replay.state != ReplayState::Done) {
        if (reader.has(CT_MISMATCH_REPLAYS))
            reader.fail("CT_MISMATCH_REPLAYS", "comes without CT_REPLAY_STATE_DONE");
        return;
    }
    const auto list = reader.nest(KEY(CT_MISMATCH_REPLAYS));
    if (!list) {
        reader.fail("CT_MISMATCH_REPLAYS", "is missing");
        return;
    }
    auto attempts = decode_list<Attempt>(
        *list, CT_LIST_REPLAY, "a packet run again", "CT_MISMATCH_REPLAYS",
        [](AttributeReader &inner, Attempt &attempt) {
            decode_nest(inner, KEY(CT_LIST_REPLAY), attempt, decode_attempt);
        });
    if (!attempts)
        reader.fail(attempts.error());
    else if (attempts->size() > CT_REPLAYS_MAX)
        reader.fail("CT_MISMATCH_REPLAYS", "has more than CT_REPLAYS_MAX members");
    else
        replay.attempts = std::move(*attempts);
    reader.u32(KEY(CT_MISMATCH_REPLAY_CPUS_LEFT), replay.cpus_left);
    reader.u32(KEY(CT_MISMATCH_REPLAY_DRIVERS_LEFT), replay.drivers_left);
}

} // namespace ct
