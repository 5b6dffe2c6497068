// SPDX-License-Identifier: GPL-2.0-or-later
#include "message.h"

#include <linux/cryptorture.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>

#include <algorithm>
#include <cstring>
#include <iterator>

namespace fuzz {

namespace {

constexpr std::size_t head_size = NLMSG_HDRLEN + GENL_HDRLEN;

template <typename T> void put(Bytes &bytes, std::size_t at, T value)
{
    std::memcpy(bytes.data() + at, &value, sizeof(value));
}

template <typename T> Bytes number(T value)
{
    Bytes bytes(sizeof(value));
    put(bytes, 0, value);
    return bytes;
}

// An attribute before it is bytes, so that it can be spoiled as a whole.
struct Node {
    unsigned type = 0;
    Bytes data;              // of what is no nest
    std::vector<Node> inner; // of a nest
    long claimed = -1;       // nla_len, where that is a lie
};

void flatten(const Node &node, Bytes &to)
{
    const std::size_t start = to.size();
    to.resize(start + NLA_HDRLEN);
    to.insert(to.end(), node.data.begin(), node.data.end());
    for (const Node &inner : node.inner)
        flatten(inner, to);
    const auto length =
        node.claimed < 0 ? to.size() - start : static_cast<std::size_t>(node.claimed);
    put(to, start, static_cast<std::uint16_t>(length));
    put(to, start + 2, static_cast<std::uint16_t>(node.type));
    to.resize(NLA_ALIGN(to.size()));
}

Bytes noise(Random &random, std::size_t size)
{
    Bytes bytes(size);
    for (auto &byte : bytes)
        byte = static_cast<std::uint8_t>(random.next());
    return bytes;
}

std::uint64_t some_number(Random &random, const Attribute &of, bool good)
{
    const std::uint64_t range = of.high - of.low;
    if (good) {
        switch (random.below(4)) {
        case 0:
            return of.low;
        case 1:
            return of.high;
        case 2:
            return of.low + std::min<std::uint64_t>(range, random.below(8));
        default:
            return of.low + (range == ~0ULL ? random.next() : random.below(range + 1));
        }
    }
    switch (random.below(5)) {
    case 0:
        return of.high + 1;
    case 1:
        return of.low - 1;
    case 2:
        return ~0ULL;
    case 3:
        return 1ULL << random.below(64);
    default:
        return random.next() >> random.below(64);
    }
}

std::string some_text(Random &random, const Words &words, const Attribute &of, bool good)
{
    if (const auto own = words.find(of.name); own != words.end() && (good || random.one_in(3)))
        return own->second[random.below(own->second.size())];
    if (good || random.one_in(2)) {
        const auto any =
            std::next(words.begin(), static_cast<long>(random.below(words.size())));
        return any->second[random.below(any->second.size())];
    }
    const Bytes bytes = noise(random, random.below(2 * of.high + 2));
    return {bytes.begin(), bytes.end()};
}

Bytes some_bytes(Random &random, const Attribute &of, bool good)
{
    static constexpr std::uint64_t usual[] = {8, 16, 32, 64};
    std::uint64_t size = usual[random.below(4)];
    if (good)
        size = std::clamp(size, of.low, of.high);
    else
        size = random.one_in(2) ? of.high + 1 : random.below(3000);
    return noise(random, size);
}

// What requests take of a set that is nested in them: answers have more there.
bool is_asked(const std::string &set, unsigned id)
{
    if (set == "bench")
        return id <= CRYPTORTURE_A_BENCH_DURATION_MS;
    if (set != "mismatch")
        return true;
    constexpr unsigned packet[] = {
        CRYPTORTURE_A_MISMATCH_DRIVER,    CRYPTORTURE_A_MISMATCH_SEED,
        CRYPTORTURE_A_MISMATCH_INDEX,     CRYPTORTURE_A_MISMATCH_PAYLOAD_LEN,
        CRYPTORTURE_A_MISMATCH_DIRECTION, CRYPTORTURE_A_MISMATCH_CONTEXT,
        CRYPTORTURE_A_MISMATCH_LAYOUT,    CRYPTORTURE_A_MISMATCH_CPU_BEFORE};
    return std::find(std::begin(packet), std::end(packet), id) != std::end(packet);
}

Node make_node(Random &random, const Words &words, const Attribute &of, bool good,
               unsigned depth)
{
    Node node;
    node.type = of.id;
    switch (of.kind) {
    case Kind::u32:
        node.data = number(static_cast<std::uint32_t>(some_number(random, of, good)));
        break;
    case Kind::u64:
        node.data = number(some_number(random, of, good));
        break;
    case Kind::text: {
        const std::string text = some_text(random, words, of, good);
        node.data.assign(text.begin(), text.end());
        node.data.push_back(0);
        break;
    }
    case Kind::binary:
        node.data = some_bytes(random, of, good);
        break;
    case Kind::nest: {
        node.type |= NLA_F_NESTED;
        const Set &set = sets[static_cast<std::size_t>(of.nested)];
        const auto &members = *set.attributes;
        if (set.name != std::string("list")) {
            const bool all = random.one_in(2);
            for (const Attribute &member : members)
                if (member.kind != Kind::none && depth < 4 && (all || random.one_in(2)) &&
                    (is_asked(set.name, member.id) || (!good && random.one_in(4))))
                    node.inner.push_back(make_node(random, words, member, good, depth + 1));
            break;
        }
        // A list has several of one kind.
        const Attribute &list =
            members[random.below(std::min<std::uint64_t>(members.size(), 2))];
        for (std::uint64_t count = 1 + random.below(3); count > 0 && depth < 4; count--) {
            const Attribute &member = !good && random.one_in(2)
                                          ? members[random.below(members.size())]
                                          : members[list.multi ? list.id : 1U];
            node.inner.push_back(make_node(random, words, member, good, depth + 1));
        }
        break;
    }
    case Kind::flag:
    case Kind::none:
        break;
    }
    return node;
}

// A chain of nests, each in the one before.
Node deep(unsigned type, std::uint64_t depth)
{
    Node node;
    node.type = type | NLA_F_NESTED;
    if (depth > 0)
        node.inner.push_back(deep(type, depth - 1));
    return node;
}

void spoil_type(Random &random, Node &node, int set)
{
    const auto count = sets[static_cast<std::size_t>(set)].attributes->size();
    switch (random.below(5)) {
    case 0:
        node.type = static_cast<unsigned>(random.below(count + 2));
        break;
    case 1:
        node.type ^= NLA_F_NESTED;
        break;
    case 2:
        node.type ^= NLA_F_NET_BYTEORDER;
        break;
    case 3:
        node.type = 0;
        break;
    default:
        node.type = static_cast<unsigned>(random.next() & 0xffff);
    }
}

void spoil_length(Random &random, Node &node)
{
    const std::uint64_t size = node.data.size();
    const std::uint64_t sizes[] = {0, 1, size - 1, size + 1, 2 * size, random.below(16), 3000};
    const std::uint64_t wanted = sizes[random.below(7)];
    node.inner.clear();
    node.data.resize(wanted > 60000 ? 0 : wanted, 0x41);
}

// Nested or not, of any type.
Node &any_node(Random &random, std::vector<Node> &nodes)
{
    Node &node = nodes[random.below(nodes.size())];
    return !node.inner.empty() && !random.one_in(3) ? any_node(random, node.inner) : node;
}

// One change of the attributes.
void spoil(Random &random, const Words &words, const Command &command, std::vector<Node> &nodes)
{
    const auto &all = *sets[static_cast<std::size_t>(command.set)].attributes;
    const auto place = nodes.begin() + static_cast<long>(random.below(nodes.size() + 1));
    if (nodes.empty() || random.one_in(4)) {
        switch (random.below(4)) {
        case 0: // of its set, but perhaps not for it
            nodes.insert(place,
                         make_node(random, words, all[random.below(all.size())], true, 0));
            break;
        case 1: { // unknown
            Node node;
            node.type = static_cast<unsigned>(all.size() + random.below(4));
            node.data = noise(random, random.below(16));
            nodes.insert(place, node);
            break;
        }
        case 2:
            nodes.insert(place, deep(static_cast<unsigned>(random.below(all.size())),
                                     1 + random.below(200)));
            break;
        default:
            if (!nodes.empty()) {
                const Node twice = nodes[random.below(nodes.size())];
                nodes.insert(nodes.begin() + static_cast<long>(random.below(nodes.size())),
                             twice);
            }
        }
        return;
    }
    Node &node = any_node(random, nodes);
    switch (random.below(8)) {
    case 0:
        spoil_type(random, node, command.set);
        break;
    case 1:
        spoil_length(random, node);
        break;
    case 2:
        node.claimed = static_cast<long>(random.next() >> (48 + random.below(16)));
        break;
    case 3: // no end, or an end in the middle
        if (!node.data.empty())
            node.data[random.one_in(2) ? node.data.size() - 1
                                       : random.below(node.data.size())] ^= 0x55;
        break;
    case 4:
        if (!node.data.empty())
            node.data[random.below(node.data.size())] ^=
                static_cast<std::uint8_t>(1U << random.below(8));
        break;
    case 5:
        std::swap(nodes[random.below(nodes.size())], nodes[random.below(nodes.size())]);
        break;
    case 6:
        nodes.erase(nodes.begin() + static_cast<long>(random.below(nodes.size())));
        break;
    default:
        if (const Attribute *of = find(command.set, node.type & NLA_TYPE_MASK))
            node = make_node(random, words, *of, false, 0);
    }
}

// Header and end of the finished message. A request for a run keeps its ACK: without an
// answer it could not be counted.
void spoil_bytes(Random &random, Bytes &bytes, bool keep_ack)
{
    std::size_t length = bytes.size();
    switch (random.below(9)) {
    case 0: {
        unsigned flags = NLM_F_REQUEST | NLM_F_ACK;
        flags ^= 1U << random.below(16);
        if (random.one_in(4))
            flags ^= NLM_F_DUMP;
        if (keep_ack)
            flags |= NLM_F_ACK | NLM_F_REQUEST;
        put(bytes, 6, static_cast<std::uint16_t>(flags));
        break;
    }
    case 1:
        bytes[NLMSG_HDRLEN] =
            static_cast<std::uint8_t>(random.below(random.one_in(4) ? 256 : 20));
        break;
    case 2:
        bytes[NLMSG_HDRLEN + 1] = static_cast<std::uint8_t>(random.next());
        break;
    case 3:
        put(bytes, NLMSG_HDRLEN + 2, static_cast<std::uint16_t>(random.next()));
        break;
    case 7: { // anything
        const std::size_t at = NLMSG_HDRLEN + random.below(bytes.size() - NLMSG_HDRLEN);
        bytes[at] ^= static_cast<std::uint8_t>(1U << random.below(8));
        break;
    }
    case 4: // the port of another process
        put(bytes, 12, static_cast<std::uint32_t>(random.next()));
        break;
    case 5: // cut, and the header knows
        bytes.resize(NLMSG_HDRLEN + random.below(bytes.size() - NLMSG_HDRLEN + 1));
        length = bytes.size();
        break;
    case 6: // cut, and the header does not know
        bytes.resize(NLMSG_HDRLEN + random.below(bytes.size() - NLMSG_HDRLEN + 1));
        break;
    default: { // more than the header knows, or more of nothing
        const Bytes more = noise(random, random.below(40));
        bytes.insert(bytes.end(), more.begin(), more.end());
        if (random.one_in(2))
            length = bytes.size();
    }
    }
    put(bytes, 0, static_cast<std::uint32_t>(length));
}

bool takes_long(std::uint8_t command)
{
    return command == CRYPTORTURE_CMD_JOB_START;
}

Node number_node(unsigned type, std::uint32_t value)
{
    Node node;
    node.type = type;
    node.data = number(value);
    return node;
}

// The kind of a job, and what that kind takes.
std::vector<Node> make_job(Random &random, const Words &words, const Command &command,
                           bool earnest)
{
    static constexpr unsigned nests[__CRYPTORTURE_JOB_KIND_MAX] = {
        0, CRYPTORTURE_A_JOB_CONFIG, 0, CRYPTORTURE_A_JOB_BENCH, CRYPTORTURE_A_JOB_PACKET};
    // The last of a kind is the one that counts: one that is refused, and validated late.
    static constexpr std::uint32_t values[__CRYPTORTURE_JOB_KIND_MAX][2] = {
        {0, 0},
        {CRYPTORTURE_A_CONFIG_LOAD, 0},
        {0, 0},
        {CRYPTORTURE_A_BENCH_DURATION_MS, 0},
        {CRYPTORTURE_A_MISMATCH_DIRECTION, __CRYPTORTURE_DIRECTION_MAX}};
    const auto kind = static_cast<std::uint32_t>(random.below(__CRYPTORTURE_JOB_KIND_MAX));
    std::vector<Node> nodes = {number_node(CRYPTORTURE_A_JOB_KIND, kind)};
    if (!nests[kind])
        return nodes;
    nodes.push_back(make_node(random, words, *find(command.set, nests[kind]), true, 0));
    if (!earnest)
        nodes.back().inner.push_back(number_node(values[kind][0], values[kind][1]));
    else if (kind == CRYPTORTURE_JOB_KIND_BENCH)
        nodes.back().inner.push_back(number_node(CRYPTORTURE_A_BENCH_DURATION_MS, 1));
    return nodes;
}

void append(Bytes &bytes, unsigned type, const Bytes &data)
{
    bytes.resize(NLA_ALIGN(bytes.size()));
    append_attribute(bytes, type, data);
    put(bytes, 0, static_cast<std::uint32_t>(bytes.size()));
}

} // namespace

std::uint64_t Random::next()
{
    std::uint64_t mixed = (state += 0x9e3779b97f4a7c15ULL);
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9ULL;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebULL;
    return mixed ^ (mixed >> 31);
}

Bytes plain_message(std::uint16_t family, std::uint8_t command, unsigned flags)
{
    Bytes bytes(head_size);
    put(bytes, 0, static_cast<std::uint32_t>(head_size));
    put(bytes, 4, family);
    put(bytes, 6, static_cast<std::uint16_t>(NLM_F_REQUEST | NLM_F_ACK | flags));
    bytes[NLMSG_HDRLEN] = command;
    bytes[NLMSG_HDRLEN + 1] = CRYPTORTURE_FAMILY_VERSION;
    return bytes;
}

void append_attribute(Bytes &bytes, unsigned type, const Bytes &data)
{
    Node node;
    node.type = type;
    node.data = data;
    flatten(node, bytes);
}

Bytes job_message(std::uint16_t family, std::uint32_t kind)
{
    Bytes bytes = plain_message(family, CRYPTORTURE_CMD_JOB_START, 0);
    append(bytes, CRYPTORTURE_A_JOB_KIND, number(kind));
    return bytes;
}

Message make_message(Random &random, const Words &words, std::uint16_t family, Budget &budget)
{
    Message message;
    message.command = &commands[random.below(commands.size())];
    const Command &command = *message.command;

    bool earnest = false;
    if (takes_long(command.id))
        earnest = budget.every && budget.asked++ % budget.every == 0;
    std::vector<Node> nodes;
    const bool as_meant = command.id == CRYPTORTURE_CMD_JOB_START && !random.one_in(4);
    if (as_meant)
        nodes = make_job(random, words, command, earnest);
    const bool all = random.one_in(2);
    for (const std::uint16_t id : command.request)
        if (!as_meant && (all || random.one_in(2)))
            nodes.push_back(make_node(random, words, *find(command.set, id), true, 0));
    if (command.id == CRYPTORTURE_CMD_JOB_GET || command.id == CRYPTORTURE_CMD_JOB_CANCEL)
        for (Node &node : nodes)
            if (node.type == CRYPTORTURE_A_JOB_NUMBER && random.one_in(2))
                node.data = number(budget.job);
    for (std::uint64_t changes = random.below(earnest ? 2 : 4); changes > 0; changes--)
        spoil(random, words, command, nodes);

    Bytes &bytes = message.bytes;
    bytes = plain_message(family, command.id, command.dump ? NLM_F_DUMP : 0U);
    for (const Node &node : nodes)
        flatten(node, bytes);
    put(bytes, 0, static_cast<std::uint32_t>(bytes.size()));
    if (random.one_in(4))
        spoil_bytes(random, bytes, takes_long(command.id));

    // As the bytes have it now, which may be another command than was meant.
    if (bytes.size() > NLMSG_HDRLEN)
        message.id = bytes[NLMSG_HDRLEN];
    if (takes_long(message.id)) {
        std::uint16_t flags = 0;
        std::memcpy(&flags, bytes.data() + 6, sizeof(flags));
        put(bytes, 6, static_cast<std::uint16_t>(flags | NLM_F_ACK | NLM_F_REQUEST));
        // A nest that has been refused for its last attribute does not need it.
        const bool in_nest = as_meant && nodes.size() > 1 && random.one_in(2);
        // Now and then a stop, or else a run would never end; not often, or none would
        // last long enough to be of use.
        if (bytes.size() >= head_size && !earnest && !in_nest)
            append(bytes, CRYPTORTURE_A_JOB_KIND,
                   number(random.one_in(16) ? std::uint32_t{CRYPTORTURE_JOB_KIND_STOP}
                                            : std::uint32_t{__CRYPTORTURE_JOB_KIND_MAX}));
    }
    return message;
}

} // namespace fuzz
