// SPDX-License-Identifier: GPL-2.0-or-later
// watch COMMAND [ARGUMENT...]: while that runs, asks generic netlink's own family for itself
// again and again. Prints how long the answers took, for a shell to read:
//   calls       answers
//   median_us   their median
//   whole_us    the slowest
//   worst_us    the slowest, without what the CPU that stood still most did so meanwhile
//   rounds      of the family that came and went meanwhile
//   longest_us  the slowest of its registrations
//   status      the command's
// What the command says goes to stderr.
//
// watch --hold: one request of the family whose command takes long.
//
// Needs the module latency, and root.
#include "../hostile/wire.h"
#include "clock.h"

#include <fstream>
#include <string>
#include <sys/wait.h>
#include <thread>

namespace {

constexpr int priority_of_watcher = 90, priority_of_command = 20;
// A short command delays another registration only by chance.
constexpr auto at_least = std::chrono::milliseconds(300);
constexpr auto gap = std::chrono::microseconds(500);

std::string parameter(const std::string &name)
{
    return "/sys/module/latency/parameters/" + name;
}

long read_parameter(const std::string &name)
{
    std::ifstream file(parameter(name));
    long value = -1;
    if (!(file >> value)) {
        std::fprintf(stderr, "watch: cannot read %s\n", parameter(name).c_str());
        std::exit(2);
    }
    return value;
}

std::vector<long> read_still()
{
    std::ifstream file(parameter("still_us"));
    std::vector<long> all;
    for (long value; file >> value;)
        all.push_back(value);
    return all;
}

// Not the sum: on a busy host each CPU stands still half of the time or more, and what is
// slow would be excused.
long still_since(const std::vector<long> &before)
{
    const std::vector<long> now = read_still();
    long most = 0;
    for (std::size_t cpu = 0; cpu < std::min(before.size(), now.size()); cpu++)
        most = std::max(most, now[cpu] - before[cpu]);
    return most;
}

Message get_family(const std::string &name)
{
    Message message(CTRL_CMD_GETFAMILY);
    message.set(4, std::uint16_t{GENL_ID_CTRL}).text(CTRL_ATTR_FAMILY_NAME, name);
    return message;
}

int hold()
{
    Socket socket;
    const Reply reply = socket.ask(get_family("latency_hold"));
    if (reply.messages.empty())
        return 2;
    family = get<std::uint16_t>(parse(reply.messages[0], GENL_HDRLEN)[CTRL_ATTR_FAMILY_ID]);
    return socket.ask(Message(1)).error ? 1 : 0;
}

pid_t start(char **command)
{
    const pid_t child = fork();
    if (child == 0) {
        // Or else it would lose its CPU to a run while it is asking, and others would
        // wait for that; here only what a request itself takes is of interest.
        in_real_time(priority_of_command);
        dup2(STDERR_FILENO, STDOUT_FILENO);
        execvp(command[0], command);
        std::perror(command[0]);
        _exit(127);
    }
    return child;
}

} // namespace

int main(int argc, char **argv)
{
    if (argc < 2) {
        std::fputs("usage: watch COMMAND [ARGUMENT...] | watch --hold\n", stderr);
        return 2;
    }
    if (argv[1] == std::string("--hold"))
        return hold();

    const Message question = get_family("nlctrl");
    std::vector<long> times;
    long net = 0;
    int status = 0;
    bool ended = false;
    Socket socket;
    in_real_time(priority_of_watcher);
    std::ofstream(parameter("longest_us")) << 0;
    const long rounds = read_parameter("rounds");
    const auto begun = Clock::now();
    const pid_t child = start(argv + 1);
    while (!ended || Clock::now() - begun < at_least) {
        const std::vector<long> still = read_still();
        const auto asked = Clock::now();
        const Reply reply = socket.ask(question);
        const long took = us_since(asked);
        if (reply.error || reply.messages.empty()) {
            std::fprintf(stderr, "watch: no answer: %s\n",
                         std::strerror(std::abs(reply.error)));
            return 2;
        }
        times.push_back(took);
        net = std::max(net, took - still_since(still));
        ended = ended || waitpid(child, &status, WNOHANG) != 0;
        std::this_thread::sleep_for(gap);
    }
    std::printf("calls=%zu median_us=%ld whole_us=%ld worst_us=%ld rounds=%ld longest_us=%ld "
                "status=%d\n",
                times.size(), median(times), worst(times), net,
                read_parameter("rounds") - rounds, read_parameter("longest_us"),
                WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    return 0;
}
