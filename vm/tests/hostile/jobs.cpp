// SPDX-License-Identifier: GPL-2.0-or-later
// Jobs that cannot be, too many of them, and those of somebody else.
#include "case.h"

#include <optional>

namespace {

constexpr std::uint32_t long_ms = CRYPTORTURE_BENCH_MAX_MS;

void kinds()
{
    refuse("a job of no kind", Message(CRYPTORTURE_CMD_JOB_START), EINVAL, nowhere);
    for (std::uint32_t kind :
         {std::uint32_t{__CRYPTORTURE_JOB_KIND_MAX}, std::uint32_t{99}, ~0U})
        refuse("a job of kind " + std::to_string(kind), job(kind), EINVAL);
    refuse("a start without its nest", job(CRYPTORTURE_JOB_KIND_START), EINVAL, nowhere);
    refuse("a bench without its nest", job(CRYPTORTURE_JOB_KIND_BENCH), EINVAL, nowhere);
    refuse("a replay without its nest", job(CRYPTORTURE_JOB_KIND_REPLAY), EINVAL, nowhere);
    refuse("a search with the nest of a run",
           job(CRYPTORTURE_JOB_KIND_SEARCH).into(CRYPTORTURE_A_JOB_CONFIG), EINVAL);
    refuse("a stop with the nest of a run", stop().into(CRYPTORTURE_A_JOB_CONFIG), EINVAL);
    refuse("a run with the nest of a bench",
           job(CRYPTORTURE_JOB_KIND_START).into(CRYPTORTURE_A_JOB_BENCH), EINVAL);
    for (const auto &[name, kind, type] :
         {std::tuple{"a run", CRYPTORTURE_JOB_KIND_START, CRYPTORTURE_A_JOB_CONFIG},
          {"a bench", CRYPTORTURE_JOB_KIND_BENCH, CRYPTORTURE_A_JOB_BENCH},
          {"a replay", CRYPTORTURE_JOB_KIND_REPLAY, CRYPTORTURE_A_JOB_PACKET}}) {
        const std::string of = std::string(" of ") + name;
        const unsigned nested = static_cast<unsigned>(type) | NLA_F_NESTED;
        refuse("a nest" + of + " that is not marked as one",
               job(kind).add(static_cast<unsigned>(type), name_of(driver)), EINVAL);
        refuse("a nest" + of + " of 2 bytes", job(kind).add(nested, {1, 2}), ERANGE);
        refuse("a nest" + of + " of garbage", job(kind).add(nested, Bytes(100, 0xa5)), EINVAL,
               nowhere);
        refuse("a nest" + of + " of zeroes", job(kind).add(nested, Bytes(100)), EINVAL,
               nowhere);
        refuse("a nest" + of + " beyond the message",
               job(kind).add(nested, name_of(driver), 5000), EINVAL, nowhere);
    }
}

void numbers()
{
    for (std::uint64_t which : {std::uint64_t{0}, biggest}) {
        refuse("a look at job " + std::to_string(which),
               Message(CRYPTORTURE_CMD_JOB_GET).u64(CRYPTORTURE_A_JOB_NUMBER, which), ENOENT);
        refuse("cancelling job " + std::to_string(which),
               Message(CRYPTORTURE_CMD_JOB_CANCEL).u64(CRYPTORTURE_A_JOB_NUMBER, which),
               ENOENT);
    }
    refuse("cancelling no job", Message(CRYPTORTURE_CMD_JOB_CANCEL), EINVAL, nowhere);
    const Reply done = ask(job(CRYPTORTURE_JOB_KIND_SEARCH));
    Reply latest = ask(Message(CRYPTORTURE_CMD_JOB_GET));
    report("the latest job is the one that was asked for last",
           done.error || latest.error || number_of(done) != number_of(latest) ? show(latest)
                                                                              : "");
    const Reply late =
        ask(Message(CRYPTORTURE_CMD_JOB_CANCEL).u64(CRYPTORTURE_A_JOB_NUMBER, number_of(done)));
    latest = ask(Message(CRYPTORTURE_CMD_JOB_GET));
    report("nothing happens to one that is done",
           late.error || answer(latest) != answer(done) ? show(late) : "");
    // Numbers of those that are forgotten.
    const std::uint64_t old = number_of(done);
    for (unsigned i = 0; i < CRYPTORTURE_JOBS_MAX; i++)
        ask(job(CRYPTORTURE_JOB_KIND_SEARCH));
    refuse("a look at a job that is not kept any more",
           Message(CRYPTORTURE_CMD_JOB_GET).u64(CRYPTORTURE_A_JOB_NUMBER, old), ENOENT);
}

// Asks for so many that take a second each; gives the numbers of those that were taken.
std::vector<std::uint64_t> pile_up(Socket &socket, unsigned count, Reply &refused)
{
    std::vector<std::uint64_t> taken;
    for (unsigned i = 0; i < count; i++) {
        const Reply reply = socket.ask(bench(long_ms));
        if (!reply.error)
            taken.push_back(number_of(reply));
        else if (refused.error <= 0)
            refused = reply;
    }
    return taken;
}

void many()
{
    std::vector<std::uint64_t> taken;
    {
        Socket socket;
        Reply refused;
        taken = pile_up(socket, 4 * CRYPTORTURE_JOBS_MAX, refused);
        // One may have been done in the meantime.
        report("too many jobs at once",
               refused.error != EBUSY || refused.text.empty() || taken.size() < 2 ||
                       taken.size() > CRYPTORTURE_JOBS_MAX + 1
                   ? std::to_string(taken.size()) + " were taken, " + show(refused)
                   : "");
    }
    Socket other;
    std::string why;
    unsigned cancelled = 0;
    for (std::uint64_t number : taken) {
        const Reply reply = wait_for(other, number);
        cancelled += reply.error == ECANCELED && !reply.text.empty();
        // The first may have been done before.
        if (reply.error != ECANCELED && number != taken.front())
            why = "job " + std::to_string(number) + ": " + show(reply);
    }
    report("the jobs of a socket are cancelled with it",
           why.empty() && cancelled + 1 < taken.size() ? std::to_string(cancelled) : why);
}

void of_somebody_else()
{
    Socket one, other;
    Reply refused;
    const auto taken = pile_up(one, 4, refused);
    if (taken.size() < 4) {
        report("four jobs", show(refused));
        return;
    }
    const std::uint64_t last_one = taken.back();
    const Reply told =
        other.ask(Message(CRYPTORTURE_CMD_JOB_CANCEL).u64(CRYPTORTURE_A_JOB_NUMBER, last_one));
    const Reply end = wait_for(one, last_one);
    report("root cancels a job of somebody else",
           told.error || end.error != ECANCELED ? show(told) + ", " + show(end) : "");
    const Reply first = wait_for(other, taken.front());
    report("and no other", first.error ? show(first) : "");
    for (std::uint64_t number : taken)
        other.ask(Message(CRYPTORTURE_CMD_JOB_CANCEL).u64(CRYPTORTURE_A_JOB_NUMBER, number));
    wait_for(other, taken[2]);
}

// A stop goes on without the one that asked for it.
void stop_and_leave()
{
    ask(start());
    std::optional<std::uint64_t> number;
    {
        Socket socket;
        const Reply reply = socket.ask(stop());
        if (!reply.error)
            number = number_of(reply);
    }
    Socket other;
    const Reply end = number ? wait_for(other, *number) : Reply();
    report("a run ends although nobody waits for it",
           end.error || status_number(CRYPTORTURE_A_STATUS_STATE) != CRYPTORTURE_RUN_STATE_ENDED
               ? show(end)
               : "");
}

} // namespace

void jobs()
{
    kinds();
    numbers();
    many();
    of_somebody_else();
    stop_and_leave();
    usable("after all these jobs");
}
