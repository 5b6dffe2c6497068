// SPDX-License-Identifier: GPL-2.0-or-later
#include "stream.h"

#include "job.h"

#include <linux/cryptorture.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <vector>

namespace fuzz {

namespace {

constexpr std::size_t head_size = NLMSG_HDRLEN + GENL_HDRLEN;

std::string dump(const Bytes &bytes)
{
    std::string text;
    char byte[4];
    for (std::size_t place = 0; place < bytes.size() && place < 400; place++) {
        std::snprintf(byte, sizeof(byte), "%02x", bytes[place]);
        text += byte;
    }
    return bytes.size() > 400 ? text + "..." : text;
}

// A message that was sent, and its answer.
struct Sent {
    Message message;
    std::uint32_t seq = 0;
    bool ended = false, told = false;
    int error = 0;
    std::string text;
    std::uint64_t job = 0; // that it began
};

class Runner {
public:
    Runner(const Stream &of, const Family &with, Link &opened, Tally &counts)
        : stream(of), family(with), link(opened), tally(counts),
          budget(Budget{of.caller == Caller::root ? 32U : 1U}),
          random(Random(of.seed ^ of.number * 0x2545f4914f6cdd1dULL).next())
    {
    }

    void run()
    {
        // Root may listen, even on a socket that another user has opened.
        const bool tries =
            stream.caller != Caller::root_with_socket_of_nobody && random.one_in(2);
        const int joined = tries ? link.join(family.group) : EPERM;
        tally.joined += joined == 0 && stranger();
        while (number < stream.messages && !tally.failures) {
            sent.clear();
            const std::uint64_t together = 1 + (random.one_in(4) ? random.below(7) : 0);
            for (std::uint64_t i = 0; i < together && number < stream.messages; i++)
                send_one();
            if (random.one_in(64) && !stranger())
                abandon();
            const auto take = [this](const Answer &answer) {
                look_at(answer);
            };
            while (link.receive(take))
                ;
            for (const Sent &one : sent)
                judge(one);
        }
    }

private:
    [[nodiscard]] bool stranger() const { return stream.caller != Caller::root; }

    void fail(const Sent &one, const std::string &why)
    {
        tally.fail(std::string(name_of(stream.caller)) + ", stream " +
                   std::to_string(stream.number) + ", message " + std::to_string(one.seq) +
                   " (" + (one.message.command ? one.message.command->name : "?") +
                   ", as command " + std::to_string(one.message.id) + "): " + why + ": " +
                   dump(one.message.bytes));
    }

    void send_one()
    {
        Sent one;
        number++;
        one.seq = static_cast<std::uint32_t>(number);
        one.message = make_message(random, family.words, family.id, budget);
        if (one.message.bytes.size() >= 12)
            std::memcpy(one.message.bytes.data() + 8, &one.seq, sizeof(one.seq));
        if (stream.show)
            std::printf("message %llu: %s\n", static_cast<unsigned long long>(number),
                        dump(one.message.bytes).c_str());
        if (const int error = link.send(one.message.bytes)) {
            one.ended = true;
            one.error = error;
            one.text = "sending it failed";
        }
        sent.push_back(std::move(one));
    }

    // Closes a socket with requests that are not answered, dumps above all.
    void abandon()
    {
        Link other;
        const auto ignore = [](const Answer &) {
        };
        const Bytes dump_all = plain_message(
            family.id, random.one_in(2) ? CRYPTORTURE_CMD_DRIVER_GET : CRYPTORTURE_CMD_CELL_GET,
            NLM_F_DUMP);
        other.send(dump_all);
        if (random.one_in(2))
            other.receive(ignore);
        // Nobody would count a run that this began.
        Budget none{0};
        const Message message = make_message(random, family.words, family.id, none);
        if (message.id != CRYPTORTURE_CMD_JOB_START)
            other.send(message.bytes);
        tally.abandoned++;
    }

    void look_at(const Answer &answer)
    {
        const bool ours = answer.type == family.id;
        for (Sent &one : sent) {
            if (one.seq != answer.seq)
                continue;
            if (answer.end) {
                one.ended = true;
                one.error = answer.error;
                one.text = answer.text;
            }
            one.told |= ours;
            if (ours && one.message.id == CRYPTORTURE_CMD_JOB_START &&
                answer.payload.size() >= GENL_HDRLEN)
                one.job =
                    job_number({answer.payload.begin() + GENL_HDRLEN, answer.payload.end()});
            if (stranger() && (ours || answer.echo))
                fail(one, "it was told something");
            return;
        }
        if (stranger() && ours)
            tally.fail(std::string(name_of(stream.caller)) + ", stream " +
                       std::to_string(stream.number) + ": it heard what it never asked for");
    }

    void count(const Sent &one)
    {
        for (Count *to : {&tally.by_command[one.message.id],
                          &tally.by_caller[static_cast<unsigned>(stream.caller)]}) {
            to->sent++;
            to->accepted += one.ended && one.error == 0;
            to->refused += one.ended && one.error != 0;
            to->unanswered += !one.ended;
            to->told += one.told;
        }
    }

    // What it came to: the others may have cancelled it.
    void follow(const Sent &one)
    {
        budget.job = one.job;
        const JobEnd end = wait_for_job(link, family, one.job);
        tally.starts += end.known && end.kind == CRYPTORTURE_JOB_KIND_START && end.error == 0;
        tally.silent += !end.known;
        if (!end.known && end.error != ENOENT)
            fail(one, "its job never ended");
        else if (end.known && end.error && end.text.empty())
            fail(one,
                 std::string("its job failed without a word: ") + strerrorname_np(end.error));
    }

    void judge(const Sent &one)
    {
        std::uint32_t length = 0;
        std::uint16_t flags = 0;
        std::memcpy(&length, one.message.bytes.data(), sizeof(length));
        std::memcpy(&flags, one.message.bytes.data() + 6, sizeof(flags));
        count(one);
        if (!one.ended) {
            tally.silent += !stranger() && one.message.id == CRYPTORTURE_CMD_JOB_START &&
                            (flags & NLM_F_REQUEST);
            return;
        }
        if (stranger()) {
            // What is no request is acknowledged unread by netlink's core.
            if (one.error == 0 && (flags & NLM_F_REQUEST))
                fail(one, "it was accepted");
            return;
        }
        if (one.job)
            follow(one);
        // Only netlink's core has a say in these, and it has no text for them.
        const bool core = one.error == EOPNOTSUPP || length < head_size ||
                          (one.error == EBUSY && (flags & NLM_F_DUMP) == NLM_F_DUMP);
        if (one.error && !core && one.text.empty())
            fail(one, std::string("refused without a word: ") + strerrorname_np(one.error));
    }

    const Stream &stream;
    const Family &family;
    Link &link;
    Tally &tally;
    Budget budget;
    Random random;
    std::uint64_t number = 0;
    std::vector<Sent> sent;
};

} // namespace

const char *name_of(Caller caller)
{
    static const char *const names[callers] = {
        "root",
        "nobody",
        "nobody with a socket of root",
        "root with a socket of nobody",
        "root of a user namespace",
        "root of a user and a network namespace",
    };
    return names[static_cast<unsigned>(caller)];
}

void Tally::fail(const std::string &why)
{
    if (failures++ == 0)
        std::snprintf(failure, sizeof(failure), "%s", why.c_str());
}

void run_stream(const Stream &stream, const Family &family, Link &link, Tally &tally)
{
    Runner(stream, family, link, tally).run();
}

} // namespace fuzz
