// SPDX-License-Identifier: GPL-2.0-or-later
#include "clock.h"
#include "descriptor.h"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <map>
#include <sstream>

#include <fcntl.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using Clock = std::chrono::steady_clock;
using Counters = std::map<std::string, std::uint64_t>;

// Every one of these is a text, or a header, that is not what was sent.
constexpr const char *watched[] = {
    "Ip.InHdrErrors",   "Ip.InUnknownProtos", "Ip.InAddrErrors", "Icmp.InCsumErrors",
    "Tcp.InCsumErrors", "Tcp.InErrs",         "XfrmInError",     "XfrmInStateProtoError"};

std::string text_of(const Descriptor &file)
{
    std::string all(16384, '\0');
    const ssize_t length = pread(file.number(), all.data(), all.size(), 0);
    all.resize(length > 0 ? static_cast<std::size_t>(length) : 0);
    return all;
}

// "Tcp: InErrs ..." and below it "Tcp: 0 ...".
void add_pairs(const std::string &text, Counters &to)
{
    std::istringstream lines(text);
    std::string names;
    std::string values;
    while (std::getline(lines, names) && std::getline(lines, values)) {
        std::istringstream name(names);
        std::istringstream value(values);
        std::string protocol;
        std::string skipped;
        name >> protocol;
        value >> skipped;
        protocol.back() = '.';
        std::string each;
        long long number = 0;
        while (name >> each && value >> number)
            to[protocol + each] += static_cast<std::uint64_t>(number);
    }
}

// "XfrmInError 0", one in a line.
void add_lines(const std::string &text, Counters &to)
{
    std::istringstream lines(text);
    std::string name;
    std::uint64_t number = 0;
    while (lines >> name >> number)
        to[name] += number;
}

// A file of /proc/net stays that of the namespace in which it was opened.
class Watch {
public:
    bool open(const std::string &name, std::string &trouble)
    {
        const Descriptor space(::open(("/run/netns/" + name).c_str(), O_RDONLY | O_CLOEXEC));
        if (!space.open() || setns(space.number(), CLONE_NEWNET) != 0) {
            trouble = "cannot enter network namespace " + name + ": " + std::strerror(errno);
            return false;
        }
        for (const char *path :
             {"/proc/thread-self/net/snmp", "/proc/thread-self/net/xfrm_stat"}) {
            files_.emplace_back(::open(path, O_RDONLY | O_CLOEXEC));
            if (!files_.back().open()) {
                trouble = std::string("cannot open ") + path + ": " + std::strerror(errno);
                return false;
            }
        }
        return true;
    }

    [[nodiscard]] Counters read() const
    {
        Counters counters;
        for (std::size_t i = 0; i < files_.size(); i++) {
            if (i % 2 == 0)
                add_pairs(text_of(files_[i]), counters);
            else
                add_lines(text_of(files_[i]), counters);
        }
        return counters;
    }

    [[nodiscard]] bool empty() const { return files_.empty(); }

private:
    std::vector<Descriptor> files_;
};

std::string moved(const Counters &before, const Counters &now)
{
    for (const char *name : watched) {
        const auto first = before.find(name);
        const auto last = now.find(name);
        if (first != before.end() && last != now.end() && first->second != last->second)
            return name;
    }
    return {};
}

pid_t begin(const std::vector<std::string> &command)
{
    std::vector<char *> words;
    words.reserve(command.size() + 1);
    for (const std::string &word : command)
        words.push_back(const_cast<char *>(word.c_str()));
    words.push_back(nullptr);
    const pid_t child = fork();
    if (child != 0)
        return child;
    setpgid(0, 0);
    execvp(words[0], words.data());
    _exit(127);
}

} // namespace

Found time_to_first(const Trial &trial)
{
    Found result;
    Watch watch;
    const Descriptor home(open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
    for (const std::string &name : trial.net)
        if (!watch.open(name, result.trouble))
            return result;
    if (!trial.net.empty() && setns(home.number(), CLONE_NEWNET) != 0) {
        result.trouble = std::string("cannot go back to the first network namespace: ") +
                         std::strerror(errno);
        return result;
    }
    const Counters before = watch.read();
    const auto start = Clock::now();
    const pid_t child = begin(trial.command);
    if (child < 0) {
        result.trouble = std::string("cannot start a process: ") + std::strerror(errno);
        return result;
    }
    bool gone = false;
    while (!gone && !result.found && result.seconds < trial.limit) {
        usleep(1000);
        int status = 0;
        gone = waitpid(child, &status, WNOHANG) == child;
        const std::string counter = watch.empty() ? "" : moved(before, watch.read());
        result.seconds = std::chrono::duration<double>(Clock::now() - start).count();
        if (!counter.empty()) {
            result.found = true;
            result.by = counter;
        } else if (gone && WIFEXITED(status) && WEXITSTATUS(status) == 1) {
            result.found = true;
            result.by = "exit status 1";
        } else if (gone) {
            result.trouble = trial.command.front() + " ended with status " +
                             std::to_string(WIFEXITED(status) ? WEXITSTATUS(status)
                                                              : 128 + WTERMSIG(status));
        }
    }
    kill(-child, SIGKILL);
    if (!gone)
        waitpid(child, nullptr, 0);
    return result;
}
