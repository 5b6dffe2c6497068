// SPDX-License-Identifier: GPL-2.0-or-later
// The family used by those who must not, by many at once, and at random.
#include "case.h"

#include <atomic>
#include <functional>
#include <grp.h>
#include <mutex>
#include <random>
#include <sched.h>
#include <sys/wait.h>
#include <thread>

namespace {

constexpr unsigned nobody = 65534;
constexpr std::uint64_t fuzz_seed = 2014;
constexpr unsigned fuzz_messages = 20000;
constexpr unsigned fuzz_runs = 50; // that may begin; later ones are made invalid

// What ACT returns in a child after BECOME.
int as(const std::function<bool()> &become, const std::function<int()> &act)
{
    const pid_t child = fork();
    if (child == 0)
        _exit(become() ? act() : 255);
    int result = 0;
    return child > 0 && waitpid(child, &result, 0) == child && WIFEXITED(result)
               ? WEXITSTATUS(result)
               : 254;
}

bool become_nobody()
{
    return !setgroups(0, nullptr) && !setgid(nobody) && !setuid(nobody);
}

std::string error_name(int error)
{
    const char *name = strerrorname_np(error);
    return !error ? "accepted" : name ? name : "no answer (" + std::to_string(error) + ")";
}

// A socket opened by nobody, in the hands of root.
int by_socket_of_nobody(const Message &message)
{
    if (seteuid(nobody))
        return 253;
    Socket socket;
    return seteuid(0) ? 253 : socket.ask(message).error;
}

// One of each command, valid.
std::vector<Message> commands()
{
    return {Message(CT_CMD_VERSION_GET),
            start(),
            Message(CT_CMD_RUN_STOP),
            Message(CT_CMD_STATUS_GET),
            Message(CT_CMD_DRIVER_GET, NLM_F_DUMP),
            Message(CT_CMD_CELL_GET, NLM_F_DUMP),
            Message(CT_CMD_MISMATCH_GET).u64(CT_MISMATCH_NUMBER, 1),
            Message(CT_CMD_MISMATCH_GET, NLM_F_DUMP),
            call(1),
            Message(CT_CMD_REGISTER_REPORT).text(CT_REGISTER_NAME, "xmm3"),
            bench()};
}

using Random = std::mt19937_64;

std::size_t below(Random &random, std::size_t limit)
{
    return static_cast<std::size_t>(random() % limit);
}

// What is changed, from whole attributes down to bits. The family stays the family.
Bytes mutate(Random &random, const Message &valid)
{
    const Bytes head(valid.bytes.begin(), valid.bytes.begin() + attributes);
    std::vector<Bytes> parts;
    for (std::size_t at = attributes; at < valid.bytes.size();) {
        const auto begin = valid.bytes.begin() + static_cast<long>(at);
        const std::size_t len = NLA_ALIGN(get<std::uint16_t>(valid.bytes, at));
        parts.emplace_back(begin, begin + static_cast<long>(len));
        at += len;
    }
    Bytes bytes = head;
    if (!parts.empty() && random() % 2) {
        const std::size_t one = below(random, parts.size()),
                          other = below(random, parts.size());
        switch (random() % 3) {
        case 0:
            parts.insert(parts.begin() + static_cast<long>(other), parts[one]);
            break;
        case 1:
            std::swap(parts[one], parts[other]);
            break;
        default:
            parts.erase(parts.begin() + static_cast<long>(one));
        }
    }
    std::vector<std::size_t> heads = {NLMSG_HDRLEN};
    for (const Bytes &part : parts) {
        heads.push_back(bytes.size());
        bytes.insert(bytes.end(), part.begin(), part.end());
    }
    std::size_t length = bytes.size();
    for (std::size_t changes = below(random, 4); changes > 0; changes--) {
        const std::size_t at = NLMSG_HDRLEN + below(random, bytes.size() - NLMSG_HDRLEN);
        switch (random() % 8) {
        case 0:
        case 1:
            bytes[at] = static_cast<std::uint8_t>(bytes[at] ^ 1U << random() % 8);
            break;
        case 2:
            bytes[at] = static_cast<std::uint8_t>(random());
            break;
        case 3: // the length or the type of an attribute
            put(bytes, heads[below(random, heads.size())] + random() % 2 * 2,
                static_cast<std::uint16_t>(random() >> random() % 64));
            break;
        case 4: // bytes that nla_len does not count, or the end cut off
            bytes.resize(std::max<std::size_t>(attributes, below(random, 2 * bytes.size())));
            length = bytes.size();
            break;
        case 5:
            length = NLMSG_HDRLEN + below(random, bytes.size());
            break;
        case 6: // flags
            put(bytes, 6,
                static_cast<std::uint16_t>(get<std::uint16_t>(bytes, 6) ^ 1U << random() % 16));
            break;
        default:
            bytes.push_back(static_cast<std::uint8_t>(random()));
            length = bytes.size();
        }
    }
    put(bytes, 0, static_cast<std::uint32_t>(length));
    return bytes;
}

// The last of its kind wins, so this ends the choice of any before it.
void append(Bytes &bytes, unsigned type, std::uint32_t value)
{
    const Bytes more = attribute(type, number(value));
    bytes.resize(NLA_ALIGN(bytes.size()));
    if (get<std::uint32_t>(bytes) >= bytes.size() - 3)
        put(bytes, 0, static_cast<std::uint32_t>(bytes.size() + more.size()));
    bytes.insert(bytes.end(), more.begin(), more.end());
}

} // namespace

void people()
{
    const auto own_user = [] {
        return !unshare(CLONE_NEWUSER);
    };
    const auto own_net = [] {
        return !unshare(CLONE_NEWUSER | CLONE_NEWNET);
    };
    const auto root = [] {
        return true;
    };
    const std::function<int(const Message &)> fresh = [](const Message &message) {
        return Socket().ask(message).error;
    };
    Socket opened_by_root;
    const auto inherited = [&](const Message &message) {
        return opened_by_root.ask(message).error;
    };
    const struct {
        const char *name;
        std::function<bool()> become;
        std::function<int(const Message &)> ask;
        int error;
    } table[] = {
        {"nobody", become_nobody, fresh, EPERM},
        {"nobody with a socket of root", become_nobody, inherited, EPERM},
        {"root with a socket of nobody", root, by_socket_of_nobody, EPERM},
        {"root of a user namespace", own_user, fresh, EPERM},
        {"root of a user and a network namespace", own_net, fresh, ENOENT},
    };
    for (const auto &[name, become, ask_as, error] : table) {
        for (const Message &message : commands()) {
            const Bytes before = status();
            const int result = as(become, [&, &by = ask_as] { return by(message); });
            std::string why;
            if (result != error)
                why = error_name(result);
            else if (before.empty() || status() != before)
                why = "the status has changed";
            report(std::string(name) + " is refused command " +
                       std::to_string(message.bytes[NLMSG_HDRLEN]) +
                       (message.bytes[7] ? ", a dump" : ""),
                   why);
            ask(Message(CT_CMD_RUN_STOP));
        }
    }
    for (const auto &[name, become] :
         {std::pair<const char *, std::function<bool()>>{"nobody", become_nobody},
          {"root of a user namespace", own_user}}) {
        const int result = as(become, [] { return Socket().join(); });
        report(std::string(name) + " is refused the group of events",
               result == EPERM ? "" : error_name(result));
    }
}

void dumps()
{
    ask(Message(CT_CMD_RUN_START).u64(CT_CONFIG_INJECT_EVERY, 20));
    sleep(1);
    for (unsigned command : {CT_CMD_DRIVER_GET, CT_CMD_CELL_GET, CT_CMD_MISMATCH_GET}) {
        unsigned unfinished = 0;
        for (int i = 0; i < 100; i++) {
            Socket socket;
            const std::uint32_t number = socket.send(Message(command, NLM_F_DUMP).bytes);
            socket.receive();
            unfinished +=
                !socket.replies[number].done && !socket.replies[number].messages.empty();
        }
        report("100 dumps of command " + std::to_string(command) + " are closed in the middle",
               unfinished == 100 ? "" : std::to_string(unfinished) + " were in the middle");
    }
    ask(Message(CT_CMD_RUN_STOP));
    usable("after unfinished dumps");

    std::atomic<bool> over{false};
    std::atomic<unsigned> whole{0}, again{0};
    std::mutex lock;
    std::string why;
    std::vector<std::thread> threads;
    for (unsigned thread = 0; thread < 4; thread++)
        threads.emplace_back([&, thread] {
            Random random(thread);
            const std::vector<Message> all = commands();
            while (!over) {
                Socket socket;
                const Message &message = all[3 + below(random, 5)];
                const std::uint32_t number = socket.send(message.bytes);
                if (random() % 3 == 0 && socket.receive())
                    continue; // closed in the middle
                const Reply reply = socket.wait(number);
                const bool missing = reply.error == ENOENT && !(message.bytes[7]);
                whole += !reply.error;
                again += reply.error == EAGAIN;
                const std::lock_guard guard(lock);
                if (reply.error && reply.error != EAGAIN && !missing)
                    why = show(reply);
                else if (reply.error && reply.text.empty())
                    why = "no text: " + show(reply);
            }
        });
    Random random(fuzz_seed);
    for (int i = 0; i < 200 && why.empty(); i++) {
        Message message = i % 8 ? start() : Message(CT_CMD_RUN_START);
        const Reply started = ask(message.u64(CT_CONFIG_INJECT_EVERY, 10));
        usleep(static_cast<unsigned>(below(random, 20000)));
        const Reply stopped = ask(Message(CT_CMD_RUN_STOP));
        const std::lock_guard guard(lock);
        if (started.error || stopped.error)
            why = "start: " + show(started) + ", stop: " + show(stopped);
    }
    over = true;
    for (std::thread &thread : threads)
        thread.join();
    if (why.empty() && whole < 200)
        why = "only " + std::to_string(whole) + " whole dumps";
    report("200 runs begin and end under parallel dumps", why);
    std::printf("hostile: %u dumps were whole, %u were told to ask again\n", whole.load(),
                again.load());
    usable("after parallel dumps");
}

void mutations()
{
    Random random(fuzz_seed);
    std::vector<Message> valid = commands();
    for (int i = 0; i < 6; i++)
        valid.push_back(start()
                            .u64(CT_CONFIG_DURATION_MS, 3600000)
                            .u64(CT_CONFIG_SEED, random())
                            .u32(CT_CONFIG_CONTEXTS, 1 + i % 3)
                            .u32(CT_CONFIG_DISTURB, i % 4)
                            .text(CT_CONFIG_CPUS, i % 2 ? "0-1" : "1")
                            .u32(CT_CONFIG_LOAD, 500)
                            .u32(CT_CONFIG_TIMER_HZ, 1000)
                            .u64(CT_CONFIG_INJECT_EVERY, 100)
                            .add(CT_CONFIG_UNTIL_MISMATCH, {}));
    valid.push_back(Message(CT_CMD_BENCH)
                        .text(CT_BENCH_DRIVER, driver)
                        .u32(CT_BENCH_MODE, CT_BENCH_VERIFIED)
                        .u32(CT_BENCH_PAYLOAD, 100)
                        .u32(CT_BENCH_DIRECTION, CT_DECRYPT));
    unsigned runs = 0, accepted = 0, refused = 0, dropped = 0;
    std::string why;
    for (unsigned i = 0; i < fuzz_messages && why.empty(); i++) {
        Bytes bytes = mutate(random, valid[below(random, valid.size())]);
        if (bytes[NLMSG_HDRLEN] == CT_CMD_BENCH)
            append(bytes, CT_BENCH_DURATION_MS, 1);
        if (bytes[NLMSG_HDRLEN] == CT_CMD_RUN_START && runs >= fuzz_runs)
            append(bytes, CT_CONFIG_LOAD, 0);
        Socket socket;
        const std::uint32_t number = socket.send(bytes);
        // Answered after it, so that what has no answer by then has none.
        const bool may_run = bytes[NLMSG_HDRLEN] == CT_CMD_RUN_START;
        const Reply next = socket.wait(
            socket.send(Message(may_run ? CT_CMD_RUN_STOP : CT_CMD_VERSION_GET).bytes));
        if (socket.replies.count(number) && !socket.replies[number].messages.empty() &&
            (get<std::uint16_t>(bytes, 6) & NLM_F_DUMP) == NLM_F_DUMP)
            socket.wait(number);
        const Reply reply = socket.replies[number];
        runs += may_run && !next.error;
        accepted += !reply.error;
        refused += reply.error > 0;
        dropped += reply.error < 0;
        const bool ours = reply.error > 0 && reply.error != EOPNOTSUPP &&
                          get<std::uint32_t>(bytes) >= attributes;
        if (next.error && !(may_run && next.error == ESRCH))
            why = "message " + std::to_string(i) + ": then " + show(next);
        else if (ours && reply.text.empty())
            why = "message " + std::to_string(i) + ": " + show(reply);
    }
    if (why.empty() && (!accepted || refused < fuzz_messages / 10 || !dropped || !runs))
        why = "the mutations are no test";
    report(std::to_string(fuzz_messages) + " mutated messages", why);
    std::printf("hostile: %u accepted, %u refused, %u without an answer; %u runs were begun\n",
                accepted, refused, dropped, runs);
    ask(Message(CT_CMD_RUN_STOP));
    usable("after mutated messages");
}
