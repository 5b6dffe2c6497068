// SPDX-License-Identifier: GPL-2.0-or-later
#include "traffic/stream.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <utility>

#include <fmt/format.h>

#include "net/endpoint.h"

namespace ct {

namespace {

using namespace std::chrono_literals;

constexpr const char *no_stream = "cannot make a TCP stream";
constexpr std::uint32_t usual_write = 16384;
constexpr unsigned written_in_turn = 8; // before what has arrived is looked at
constexpr std::size_t read_most = 65536;
// Small, so that what is on its way soon arrives after a pause; TCP would take megabytes.
constexpr std::uint32_t buffer_of_each = 8 * 1024; // bytes for each packet of the window
constexpr int unacknowledged_ms = 20000;           // after that the connection counts as lost
constexpr auto connect_patience = 3s;
constexpr auto connect_again = 50ms;
constexpr auto nothing_to_do = 1s;
constexpr auto while_held = 5ms;
// Damage of one block of a cipher is one run, though some of its bytes may be right by chance.
constexpr std::size_t joined_gap = 16;

int stream_buffer(const FlowPlan &plan)
{
    return static_cast<int>(std::clamp<std::uint32_t>(plan.window, 2, 64) * buffer_of_each);
}

// The end of a run that begins at `at`.
std::size_t wrong_run_end(PacketView actual, PacketView expected, std::size_t at)
{
    std::size_t end = at + 1;
    for (std::size_t i = end; i < actual.size() && i < end + joined_gap; ++i)
        if (actual[i] != expected[i])
            end = i + 1;
    return end;
}

} // namespace

StreamEnd::StreamEnd(const FlowPlan &plan, Role role, FlowTally &tally)
    : plan_(plan), role_(role), incoming_(role == Role::Connects), tally_(tally),
      in_(plan.seed, content_number(FlowKind::Tcp, plan.number, incoming_), plan.pattern),
      out_(plan.seed, content_number(FlowKind::Tcp, plan.number, !incoming_), plan.pattern),
      buffer_(read_most)
{
}

Result<void> StreamEnd::start(const Namespace &where)
{
    return worker_.start([&] { return prepare(where); }, [this] { run(); });
}

Result<void> StreamEnd::prepare(const Namespace &where)
{
    if (auto entered = enter_namespace(where); !entered)
        return entered;
    if (role_ == Role::Listens)
        return listen_there();
    // The address has to be there, or connecting would be tried for ever.
    auto socket = make_socket(plan_.from.v6, SOCK_STREAM, 0, no_stream);
    if (!socket)
        return Failure(socket.error());
    return bind_socket(*socket, plan_.from, 0, no_stream);
}

Result<void> StreamEnd::listen_there()
{
    auto socket = make_socket(plan_.to.v6, SOCK_STREAM, 0, no_stream);
    if (!socket)
        return Failure(socket.error());
    set_option(*socket, SOL_SOCKET, SO_REUSEADDR, 1);
    // What is accepted has the same buffers.
    set_option(*socket, SOL_SOCKET, SO_SNDBUF, stream_buffer(plan_));
    set_option(*socket, SOL_SOCKET, SO_RCVBUF, stream_buffer(plan_));
    if (auto bound = bind_socket(*socket, plan_.to, plan_.port, no_stream); !bound)
        return bound;
    if (listen(socket->number(), 4) != 0)
        return socket_failure(no_stream, errno);
    listener_ = std::move(*socket);
    return {};
}

void StreamEnd::run()
{
    while (!worker_.stopping()) {
        if (!connection_.open() &&
            !(role_ == Role::Connects ? connect_there() : accept_one())) {
            if (role_ == Role::Listens)
                worker_.wait({{listener_.number(), POLLIN, 0}}, nothing_to_do);
            continue;
        }
        bool wrote = false;
        for (unsigned i = 0; i < written_in_turn && write_some(); ++i)
            wrote = true;
        const bool read = read_some();
        if (!wrote && !read)
            rest();
    }
    connection_.close();
    listener_.close();
}

bool StreamEnd::connect_there()
{
    auto socket = make_socket(plan_.from.v6, SOCK_STREAM, 0, no_stream);
    Result<void> bound;
    if (socket) {
        set_option(*socket, SOL_SOCKET, SO_REUSEADDR, 1);
        set_option(*socket, SOL_SOCKET, SO_SNDBUF, stream_buffer(plan_));
        set_option(*socket, SOL_SOCKET, SO_RCVBUF, stream_buffer(plan_));
        bound = bind_socket(*socket, plan_.from, plan_.port, no_stream);
    }
    if (!socket || !bound) {
        tally_.trouble((socket ? bound.error() : socket.error()).sentence(), false);
        worker_.wait(connect_again);
        return false;
    }
    const SocketAddress there = socket_address(plan_.to, plan_.port);
    int number = 0;
    if (connect(socket->number(), there.get(), there.size) != 0)
        number = errno;
    if (number == EINPROGRESS) {
        worker_.wait({{socket->number(), POLLOUT, 0}}, connect_patience);
        pollfd made{socket->number(), POLLOUT, 0};
        socklen_t size = sizeof(number);
        if (poll(&made, 1, 0) == 0)
            number = ETIMEDOUT;
        else
            (void)getsockopt(socket->number(), SOL_SOCKET, SO_ERROR, &number, &size);
    }
    if (number == 0) {
        begin(std::move(*socket));
        return true;
    }
    tally_.trouble(fmt::format("cannot connect to {} port {}: {}", address_text(plan_.to),
                               plan_.port, errno_text(number)),
                   false);
    worker_.wait(connect_again);
    return false;
}

bool StreamEnd::accept_one()
{
    SocketAddress peer;
    Descriptor accepted(
        accept4(listener_.number(), peer.get(), &peer.size, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!accepted.open()) {
        if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            tally_.trouble("cannot accept a TCP connection: " + errno_text(errno), incoming_);
            worker_.wait(connect_again);
        }
        return false;
    }
    if (address_of(peer.storage) != plan_.from)
        return false;
    begin(std::move(accepted));
    return true;
}

void StreamEnd::begin(Descriptor connection)
{
    connection_ = std::move(connection);
    set_option(connection_, IPPROTO_TCP, TCP_NODELAY, 1);
    set_option(connection_, IPPROTO_TCP, TCP_USER_TIMEOUT, unacknowledged_ms);
    // Closed with a reset: an orphan that waits for its peer would hold the namespace.
    const linger reset{1, 0};
    (void)setsockopt(connection_.number(), SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
    in_offset_ = 0;
    out_offset_ = 0;
    wrong_end_ = 0;
    left_ = 0;
}

void StreamEnd::lose(const std::string &why)
{
    connection_.close();
    tally_.trouble("the TCP connection was lost: " + why, incoming_);
    if (role_ == Role::Connects)
        tally_.reconnected();
}

bool StreamEnd::write_some()
{
    if (paused_ || held() || !connection_.open() ||
        (plan_.pause_us != 0 && left_ == 0 && steady_ns() < next_write_))
        return false;
    int flags = MSG_NOSIGNAL;
    if (left_ == 0) {
        left_ = usual_write;
        if (!plan_.sizes.empty())
            left_ = std::clamp<std::size_t>(plan_.sizes[turn_++ % plan_.sizes.size()], 1,
                                            Content::most);
    }
    // Else writes that wait in the queue would fill segments together.
    if (!plan_.sizes.empty())
        flags |= MSG_EOR;
    const PacketView bytes = out_.at(out_offset_, left_);
    const ssize_t sent = send(connection_.number(), bytes.data(), bytes.size(), flags);
    if (sent < 0) {
        if (errno != EAGAIN && errno != EINTR && errno != ENOBUFS)
            lose(errno_text(errno));
        return false;
    }
    const auto count = static_cast<std::size_t>(sent);
    out_offset_ += count;
    left_ -= count;
    tally_.sent(count);
    if (plan_.pause_us != 0 && left_ == 0)
        next_write_ = steady_ns() + std::uint64_t{plan_.pause_us} * 1000;
    return true;
}

bool StreamEnd::read_some()
{
    if (!connection_.open())
        return false;
    const ssize_t got = recv(connection_.number(), buffer_.data(), buffer_.size(), 0);
    if (got <= 0) {
        if (got == 0)
            lose("the other end closed it");
        else if (errno != EAGAIN && errno != EINTR)
            lose(errno_text(errno));
        return false;
    }
    const auto count = static_cast<std::size_t>(got);
    check(PacketView(buffer_).first(count));
    in_offset_ += count;
    tally_.received(count, count, incoming_);
    return true;
}

void StreamEnd::check(PacketView bytes)
{
    const auto first = in_.differs(bytes, in_offset_);
    if (!first)
        return;
    const PacketView expected = in_.at(in_offset_, bytes.size());
    for (std::size_t at = *first; at < bytes.size(); ++at) {
        if (bytes[at] == expected[at])
            continue;
        const std::size_t end = wrong_run_end(bytes, expected, at);
        const std::uint64_t place = in_offset_ + at;
        if (wrong_end_ != 0 && place < wrong_end_ + joined_gap)
            tally_.wrong_further(incoming_, in_offset_ + end, expected, bytes);
        else
            found(place, in_offset_ + end, expected.subspan(at), bytes.subspan(at));
        wrong_end_ = in_offset_ + end;
        at = end - 1;
    }
}

void StreamEnd::found(std::uint64_t begin, std::uint64_t end, PacketView expected,
                      PacketView actual)
{
    Reached reached;
    reached.backwards = incoming_;
    reached.place = begin;
    reached.size = end - begin;
    FlowTally::keep_bytes(reached, expected, actual);
    tally_.wrong(std::move(reached));
}

void StreamEnd::rest()
{
    if (role_ == Role::Listens && accept_one())
        return;
    if (!connection_.open())
        return;
    const std::uint64_t now = steady_ns();
    const bool pausing = plan_.pause_us != 0 && left_ == 0 && now < next_write_;
    std::chrono::nanoseconds most = nothing_to_do;
    if (pausing)
        most = std::min(most, std::chrono::nanoseconds(next_write_ - now));
    const bool held = now >= allowed_until_;
    if (held)
        most = while_held;
    const auto wanted =
        static_cast<short>(paused_ || held || pausing ? POLLIN : POLLIN | POLLOUT);
    worker_.wait({{connection_.number(), wanted, 0}, {listener_.number(), POLLIN, 0}}, most);
}

Stream::Stream(const FlowPlan &plan)
    : plan_(plan), tally_(plan), listens_(plan, StreamEnd::Role::Listens, tally_),
      connects_(plan, StreamEnd::Role::Connects, tally_)
{
}

Result<void> Stream::start(const Namespace &from, const Namespace &to)
{
    if (auto started = listens_.start(to); !started)
        return started;
    auto started = connects_.start(from);
    if (!started)
        listens_.stop();
    return started;
}

void Stream::pause()
{
    tally_.at_rest();
    listens_.pause();
    connects_.pause();
}

void Stream::allow_until(std::uint64_t time_ns)
{
    listens_.allow_until(time_ns);
    connects_.allow_until(time_ns);
}

void Stream::end()
{
    tally_.at_rest();
    connects_.stop();
    listens_.stop();
}

} // namespace ct
