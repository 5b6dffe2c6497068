// SPDX-License-Identifier: GPL-2.0-or-later
// What a case demands: a refusal that explains itself and changes nothing, or a run.
#ifndef CRYPTORTURE_TESTS_HOSTILE_CASE_H
#define CRYPTORTURE_TESTS_HOSTILE_CASE_H

#include "wire.h"

#include <cstdio>

inline std::string driver, absent; // a driver that can be used, and one that cannot

inline unsigned cases, failures;

inline void report(const std::string &name, const std::string &why)
{
    cases++;
    failures += !why.empty();
    std::printf(why.empty() ? "ok hostile: %s\n" : "not ok hostile: %s: %s\n", name.c_str(),
                why.c_str());
    std::fflush(stdout);
}

inline std::string show(const Reply &reply)
{
    return std::string(reply.error < 0 ? "no answer"
                       : reply.error   ? strerrorname_np(reply.error)
                                       : "accepted") +
           " \"" + reply.text + "\" at " + std::to_string(reply.offset);
}

inline std::map<unsigned, Bytes> answer(const Reply &reply)
{
    return reply.messages.empty() ? std::map<unsigned, Bytes>()
                                  : parse(reply.messages[0], GENL_HDRLEN);
}

// What came of a nest in it.
inline std::map<unsigned, Bytes> nest_of(const Reply &reply, unsigned type)
{
    return parse(answer(reply)[type]);
}

inline std::uint64_t number_of(const Reply &reply)
{
    return get<std::uint64_t>(answer(reply)[CRYPTORTURE_A_JOB_NUMBER]);
}

// Until the job is done: a failure of it is told as a refusal of what asked for it.
inline Reply wait_for(Socket &socket, std::uint64_t job)
{
    Reply reply;
    for (int looks = 0; looks < 12000; looks++, usleep(5000)) {
        reply = socket.ask(Message(CRYPTORTURE_CMD_JOB_GET).u64(CRYPTORTURE_A_JOB_NUMBER, job));
        auto has = answer(reply);
        if (reply.error)
            return reply;
        if (get<std::uint32_t>(has[CRYPTORTURE_A_JOB_STATE]) != CRYPTORTURE_JOB_STATE_DONE)
            continue;
        reply.error = get<int>(has[CRYPTORTURE_A_JOB_ERROR]);
        reply.text = text_of(has[CRYPTORTURE_A_JOB_WHY]);
        if (has.count(CRYPTORTURE_A_JOB_WHERE))
            reply.offset = get<std::uint32_t>(has[CRYPTORTURE_A_JOB_WHERE]);
        return reply;
    }
    reply.error = -1;
    return reply;
}

// What takes long is waited for.
inline Reply ask(const Message &message)
{
    Socket socket;
    Reply reply = socket.ask(message);
    if (message.bytes[NLMSG_HDRLEN] != CRYPTORTURE_CMD_JOB_START || reply.error ||
        !number_of(reply))
        return reply;
    return wait_for(socket, number_of(reply));
}

// The job that is being done comes and goes by itself.
inline std::map<unsigned, Bytes> status()
{
    auto all = answer(ask(Message(CRYPTORTURE_CMD_STATUS_GET)));
    all.erase(CRYPTORTURE_A_STATUS_JOB);
    return all;
}

inline std::uint64_t status_number(unsigned type)
{
    auto all = status();
    return all[type].size() == 4 ? get<std::uint32_t>(all[type])
                                 : get<std::uint64_t>(all[type]);
}

inline Message job(unsigned kind)
{
    return Message(CRYPTORTURE_CMD_JOB_START).u32(CRYPTORTURE_A_JOB_KIND, kind);
}

inline Message stop()
{
    return job(CRYPTORTURE_JOB_KIND_STOP);
}

// Which attribute is at fault: none, the last, the first within the last.
enum Where { nowhere, last, inner };

// The refusal must have this error, a text, and the offset of the attribute at fault, if one
// is, and must leave the status what it was.
inline void refuse(const std::string &name, const Message &message, int error,
                   Where where = last, bool text = true)
{
    const auto before = status();
    const Reply reply = ask(message);
    const long at = where == nowhere
                        ? -1
                        : static_cast<long>(message.last) + (where == inner ? NLA_HDRLEN : 0);
    std::string why;
    if (reply.error != error || reply.offset != at || (text && reply.text.empty()))
        why =
            show(reply) + " instead of " + strerrorname_np(error) + " at " + std::to_string(at);
    else if (before.empty() || status() != before)
        why = "the status has changed";
    report(name, why);
    ask(stop());
}

// Only the kernel's netlink core has a say in these, and it has no text for them.
inline void unsupported(const std::string &name, const Message &message)
{
    refuse(name, message, EOPNOTSUPP, nowhere, false);
}

inline Bytes name_of(const std::string &name)
{
    return attribute(CRYPTORTURE_A_LIST_DRIVER, with_nul(name));
}

// A run with all that is added to it.
inline Message plain_start()
{
    return job(CRYPTORTURE_JOB_KIND_START).into(CRYPTORTURE_A_JOB_CONFIG);
}

inline Message start()
{
    return plain_start().drivers(name_of(driver));
}

inline Message plain_bench()
{
    return job(CRYPTORTURE_JOB_KIND_BENCH).into(CRYPTORTURE_A_JOB_BENCH);
}

inline Message bench(std::uint32_t duration_ms = 1)
{
    return plain_bench()
        .text(CRYPTORTURE_A_BENCH_DRIVER, driver)
        .u32(CRYPTORTURE_A_BENCH_DURATION_MS, duration_ms);
}

inline Message plain_packet()
{
    return job(CRYPTORTURE_JOB_KIND_REPLAY).into(CRYPTORTURE_A_JOB_PACKET);
}

inline Message packet()
{
    return plain_packet()
        .text(CRYPTORTURE_A_MISMATCH_DRIVER, driver)
        .u64(CRYPTORTURE_A_MISMATCH_SEED, 7)
        .u64(CRYPTORTURE_A_MISMATCH_INDEX, 3)
        .u32(CRYPTORTURE_A_MISMATCH_PAYLOAD_LEN, 64);
}

inline void accept(const std::string &name, const Message &message)
{
    const std::uint64_t before = status_number(CRYPTORTURE_A_STATUS_RUN);
    const Reply reply = ask(message);
    std::string why;
    if (reply.error || status_number(CRYPTORTURE_A_STATUS_RUN) != before + 1)
        why = show(reply) + " instead of a run";
    const Reply stopped = ask(stop());
    if (why.empty() && stopped.error)
        why = "stop: " + show(stopped);
    report(name, why);
}

// The module answers, and a run of 0.2 s runs, ends and has a verdict.
inline void usable(const std::string &after)
{
    const Reply version = ask(Message(CRYPTORTURE_CMD_VERSION_GET));
    const Reply started = ask(start().u64(CRYPTORTURE_A_CONFIG_DURATION_MS, 200));
    std::uint64_t verdict = CRYPTORTURE_VERDICT_NONE;
    for (int i = 0; i < 600 && !started.error && verdict == CRYPTORTURE_VERDICT_NONE; i++) {
        usleep(50000);
        verdict = status_number(CRYPTORTURE_A_STATUS_VERDICT);
    }
    const std::uint64_t operations = status_number(CRYPTORTURE_A_STATUS_OPERATIONS);
    std::string why;
    if (version.error || answer(version)[CRYPTORTURE_A_VERSION_MODULE].empty() || started.error)
        why = "version: " + show(version) + ", start: " + show(started);
    else if ((verdict != CRYPTORTURE_VERDICT_CLEAN &&
              verdict != CRYPTORTURE_VERDICT_INCONCLUSIVE) ||
             !operations)
        why = "verdict " + std::to_string(verdict) + " after " + std::to_string(operations) +
              " operations";
    report("a run works " + after, why);
}

inline bool find_family()
{
    Message message(CTRL_CMD_GETFAMILY);
    message.set(4, std::uint16_t{GENL_ID_CTRL})
        .text(CTRL_ATTR_FAMILY_NAME, CRYPTORTURE_FAMILY_NAME);
    auto all = answer(ask(message));
    family = get<std::uint16_t>(all[CTRL_ATTR_FAMILY_ID]);
    auto first = parse(parse(all[CTRL_ATTR_MCAST_GROUPS])[1]);
    group = get<std::uint32_t>(first[CTRL_ATTR_MCAST_GRP_ID]);
    ask(job(CRYPTORTURE_JOB_KIND_SEARCH));
    for (const Bytes &one : ask(Message(CRYPTORTURE_CMD_DRIVER_GET, NLM_F_DUMP)).messages) {
        auto has = parse(one, GENL_HDRLEN);
        std::string &to = has.count(CRYPTORTURE_A_DRIVER_PRESENT) ? driver : absent;
        if (to.empty() && !has.count(CRYPTORTURE_A_DRIVER_ASYNC))
            to = text_of(has[CRYPTORTURE_A_DRIVER_NAME]);
    }
    const bool found = family && group && !driver.empty() && !absent.empty();
    report("the family, its group, a driver that is here and one that is not",
           found ? "" : "not found");
    return found;
}

// jobs.cpp
void jobs();
// calls.cpp
void calls();
// pressure.cpp
void people();
void dumps(int runs);

#endif // CRYPTORTURE_TESTS_HOSTILE_CASE_H
