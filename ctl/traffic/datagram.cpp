// SPDX-License-Identifier: GPL-2.0-or-later
#include "traffic/datagram.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <utility>

#include <fmt/format.h>

namespace ct {

namespace {

constexpr std::uint64_t millisecond_ns = 1000000;
constexpr std::uint64_t given_up_ns = 200 * millisecond_ns;
constexpr std::uint64_t refused_pause_ns = 20 * millisecond_ns; // after an error of sending
constexpr std::uint64_t held_ns = 5 * millisecond_ns;           // until it looks again
constexpr std::uint64_t rest_ns = 1000 * millisecond_ns;
constexpr unsigned sent_in_turn = 16; // before what has arrived is looked at
constexpr std::size_t candidates_most = 2048;

std::uint64_t number_of_datagram(PacketView payload)
{
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < datagram_head; ++i)
        number = number << 8U | payload[i];
    return number;
}

// Bytes that differ, missing ones included.
std::size_t distance_between(PacketView one, PacketView other)
{
    const std::size_t both = std::min(one.size(), other.size());
    std::size_t distance = std::max(one.size(), other.size()) - both;
    for (std::size_t i = 0; i < both; ++i)
        distance += one[i] != other[i] ? 1 : 0;
    return distance;
}

} // namespace

DatagramFlow::DatagramFlow(const FlowPlan &plan)
    : plan_(plan), tally_(plan),
      content_(plan.seed, content_number(plan.kind, plan.number, false), plan.pattern),
      flight_(given_up_ns)
{
    plan_.window = std::clamp(plan_.window, 1U, Flight::window_most);
}

Result<void> DatagramFlow::start(const std::function<Result<std::unique_ptr<Channel>>()> &open)
{
    return worker_.start(
        [&]() -> Result<void> {
            auto opened = open();
            if (!opened)
                return Failure(opened.error());
            channel_ = std::move(*opened);
            return {};
        },
        [this] { run(); });
}

void DatagramFlow::run()
{
    while (!worker_.stopping()) {
        const bool more = channel_->receive([this](const auto &message) { check(message); });
        bool sent = false;
        for (unsigned i = 0; i < sent_in_turn && send_one(); ++i)
            sent = true;
        if (!more && !sent)
            rest();
    }
}

bool DatagramFlow::send_one()
{
    const std::uint64_t now = steady_ns();
    no_room_ = false;
    if (paused_ || now >= allowed_until_ || now < next_send_ ||
        flight_.count(now) >= plan_.window)
        return false;
    const std::uint64_t number = flight_.next();
    const int code = channel_->send(
        number, content_.at(Content::place_of(number), datagram_size(plan_, number)));
    if (code == EAGAIN || code == ENOBUFS || code == EINTR) {
        no_room_ = code == EAGAIN;
        next_send_ = code == ENOBUFS ? now + millisecond_ns : next_send_;
        return false;
    }
    if (code != 0) {
        tally_.trouble(
            fmt::format("cannot send to {}: {}", address_text(plan_.to), errno_text(code)),
            channel_->backwards() && plan_.kind == FlowKind::Tcp);
        next_send_ = now + refused_pause_ns;
        return false;
    }
    flight_.sent(now);
    tally_.sent(1);
    if (plan_.pause_us != 0)
        next_send_ = now + std::uint64_t{plan_.pause_us} * 1000;
    return true;
}

bool DatagramFlow::right(const Channel::Message &message, std::uint64_t number) const
{
    return message.size == message.payload.size() && number < flight_.next() &&
           message.size == datagram_head + datagram_size(plan_, number) &&
           !content_.differs(message.payload.subspan(datagram_head), Content::place_of(number));
}

void DatagramFlow::check(const Channel::Message &message)
{
    if (message.refused) {
        tally_.refused();
        return;
    }
    std::uint64_t number = flight_.next();
    if (message.payload.size() >= datagram_head)
        number = number_of_datagram(message.payload);
    const bool is_right = right(message, number);
    if (!is_right) {
        number = closest(message, number);
        report(message, number);
    }
    const auto arrival = flight_.arrived(number);
    if (arrival == Flight::Arrival::First)
        tally_.received(1, message.size, false);
}

std::vector<std::uint8_t> DatagramFlow::whole(std::uint64_t number) const
{
    const auto head = datagram_number(number);
    const PacketView content =
        content_.at(Content::place_of(number), datagram_size(plan_, number));
    std::vector<std::uint8_t> bytes(head.size() + content.size());
    std::copy(head.begin(), head.end(), bytes.begin());
    std::copy(content.begin(), content.end(), bytes.begin() + datagram_head);
    return bytes;
}

std::uint64_t DatagramFlow::closest(const Channel::Message &message,
                                    std::uint64_t claimed) const
{
    std::vector<std::uint64_t> candidates = flight_.missing(candidates_most);
    // First, so that it is preferred among equals.
    if (claimed < flight_.next())
        candidates.insert(candidates.begin(), claimed);
    std::uint64_t best = claimed;
    std::size_t best_distance = SIZE_MAX;
    for (const std::uint64_t candidate : candidates) {
        const std::size_t distance = distance_between(message.payload, whole(candidate));
        if (distance < best_distance) {
            best = candidate;
            best_distance = distance;
        }
    }
    return best;
}

void DatagramFlow::report(const Channel::Message &message, std::uint64_t number)
{
    const std::vector<std::uint8_t> bytes = whole(number);
    const PacketView expected(bytes);
    const PacketView actual = message.payload;
    Reached reached;
    reached.backwards = channel_->backwards();
    reached.place = number;
    reached.size = message.size;
    while (reached.offset < std::min(expected.size(), actual.size()) &&
           expected[reached.offset] == actual[reached.offset])
        ++reached.offset;
    FlowTally::keep_bytes(reached, expected.subspan(reached.offset),
                          actual.subspan(reached.offset));
    tally_.wrong(std::move(reached));
}

void DatagramFlow::rest()
{
    const std::uint64_t now = steady_ns();
    std::uint64_t until = now + rest_ns;
    if (now >= allowed_until_) {
        until = now + held_ns;
    } else if (!paused_) {
        if (next_send_ > now)
            until = std::min(until, next_send_);
        else if (flight_.count(now) >= plan_.window)
            until = std::min(until, flight_.deadline());
        else if (!no_room_)
            return; // something changed meanwhile
    }
    const std::chrono::nanoseconds most(until > now ? until - now : 0);
    worker_.wait(
        {{channel_->receiver(), POLLIN, 0}, {no_room_ ? channel_->sender() : -1, POLLOUT, 0}},
        most);
}

void DatagramFlow::pause()
{
    tally_.at_rest();
    paused_ = true;
}

void DatagramFlow::end()
{
    tally_.at_rest();
    worker_.stop();
}

} // namespace ct
