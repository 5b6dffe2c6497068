// SPDX-License-Identifier: GPL-2.0-or-later
// The family used by those who must not, and by many at once. At random: see vm/fuzz.
#include "case.h"

#include <linux/cryptorture_calls.h>

#include <atomic>
#include <fcntl.h>
#include <functional>
#include <grp.h>
#include <mutex>
#include <random>
#include <sched.h>
#include <sys/wait.h>
#include <thread>

namespace {

constexpr unsigned nobody = 65534;
constexpr std::uint64_t seed = 2014;

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
    return {Message(CRYPTORTURE_CMD_VERSION_GET),
            start(),
            stop(),
            Message(CRYPTORTURE_CMD_STATUS_GET),
            Message(CRYPTORTURE_CMD_DRIVER_GET, NLM_F_DUMP),
            Message(CRYPTORTURE_CMD_CELL_GET, NLM_F_DUMP),
            Message(CRYPTORTURE_CMD_MISMATCH_GET).u64(CRYPTORTURE_A_MISMATCH_NUMBER, 1),
            Message(CRYPTORTURE_CMD_MISMATCH_GET, NLM_F_DUMP),
            bench(),
            packet(),
            job(CRYPTORTURE_JOB_KIND_SEARCH),
            Message(CRYPTORTURE_CMD_JOB_GET),
            Message(CRYPTORTURE_CMD_JOB_CANCEL).u64(CRYPTORTURE_A_JOB_NUMBER, 1)};
}

using Random = std::mt19937_64;

std::size_t below(Random &random, std::size_t limit)
{
    return static_cast<std::size_t>(random() % limit);
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
            const auto before = status();
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
            ask(stop());
        }
    }
    for (const auto &[name, become] :
         {std::pair<const char *, std::function<bool()>>{"nobody", become_nobody},
          {"root of a user namespace", own_user}}) {
        int result = as(become, [] { return Socket().join(); });
        report(std::string(name) + " is refused the group of events",
               result == EPERM ? "" : error_name(result));
        result = as(become, [] {
            return open("/proc/" CRYPTORTURE_CALLS_NAME, O_RDWR | O_CLOEXEC) < 0 ? errno : 0;
        });
        report(std::string(name) + " is refused the file of exercisers",
               result == EPERM || result == EACCES ? "" : error_name(result));
    }
}

void dumps(int runs)
{
    ask(plain_start().u64(CRYPTORTURE_A_CONFIG_INJECT_EVERY, 20));
    sleep(1);
    for (unsigned command :
         {CRYPTORTURE_CMD_DRIVER_GET, CRYPTORTURE_CMD_CELL_GET, CRYPTORTURE_CMD_MISMATCH_GET}) {
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
    ask(stop());
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
    Random random(seed);
    for (int i = 0; i < runs && why.empty(); i++) {
        Message message = i % 8 ? start() : plain_start();
        const Reply started = ask(message.u64(CRYPTORTURE_A_CONFIG_INJECT_EVERY, 10));
        usleep(static_cast<unsigned>(below(random, 20000)));
        const Reply stopped = ask(stop());
        const std::lock_guard guard(lock);
        if (started.error || stopped.error)
            why = "start: " + show(started) + ", stop: " + show(stopped);
    }
    over = true;
    for (std::thread &thread : threads)
        thread.join();
    if (why.empty() && whole < static_cast<unsigned>(runs))
        why = "only " + std::to_string(whole) + " whole dumps";
    report("runs begin and end under parallel dumps", why);
    std::printf("hostile: %u dumps were whole, %u were told to ask again\n", whole.load(),
                again.load());
    usable("after parallel dumps");
}
