// SPDX-License-Identifier: GPL-2.0-or-later
#include "people.h"

#include <cstdio>
#include <grp.h>
#include <memory>
#include <sched.h>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace fuzz {

namespace {

constexpr unsigned nobody = 65534;

bool become_nobody()
{
    return !setgroups(0, nullptr) && !setgid(nobody) && !setuid(nobody);
}

// In a child. The socket that it is to use, or nothing if it cannot become what it should.
std::unique_ptr<Link> become(Caller caller)
{
    std::unique_ptr<Link> link;
    switch (caller) {
    case Caller::root:
        break;
    case Caller::nobody:
        if (!become_nobody())
            return nullptr;
        break;
    case Caller::nobody_with_socket_of_root:
        link = std::make_unique<Link>();
        return become_nobody() ? std::move(link) : nullptr;
    case Caller::root_with_socket_of_nobody:
        if (seteuid(nobody))
            return nullptr;
        link = std::make_unique<Link>();
        return seteuid(0) ? nullptr : std::move(link);
    case Caller::user_namespace:
        if (unshare(CLONE_NEWUSER))
            return nullptr;
        break;
    case Caller::network_namespace:
        if (unshare(CLONE_NEWUSER | CLONE_NEWNET))
            return nullptr;
        break;
    }
    return std::make_unique<Link>();
}

int live(const std::vector<Stream> &streams, const Family &family, Tally &tally)
{
    std::vector<std::thread> threads;
    for (const Stream &stream : streams) {
        const std::shared_ptr<Link> link = become(stream.caller);
        if (!link || !link->open()) {
            tally.fail(std::string("cannot become ") + name_of(stream.caller));
            break;
        }
        threads.emplace_back(
            [&stream, &family, &tally, link] { run_stream(stream, family, *link, tally); });
    }
    for (std::thread &thread : threads)
        thread.join();
    return 0;
}

} // namespace

void let_loose(const std::vector<Stream> &streams, const Family &family, Tally &tally)
{
    std::vector<std::vector<Stream>> processes;
    std::vector<Stream> of_root;
    for (const Stream &stream : streams)
        if (stream.caller == Caller::root)
            of_root.push_back(stream);
        else
            processes.push_back({stream});
    if (!of_root.empty())
        processes.push_back(of_root);

    std::fflush(stdout);
    std::vector<pid_t> children;
    for (const auto &process : processes) {
        const pid_t child = fork();
        if (child == 0) {
            const int status = live(process, family, tally);
            std::fflush(stdout);
            _exit(status);
        }
        children.push_back(child);
    }
    for (const pid_t child : children) {
        int status = 0;
        if (child < 0 || waitpid(child, &status, 0) != child || status != 0)
            tally.fail("a caller did not end well: status " + std::to_string(status));
    }
}

} // namespace fuzz
