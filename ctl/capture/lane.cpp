// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/lane.h"

#include <cerrno>
#include <cstddef>
#include <string>
#include <utility>

#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "capture/filter.h"

namespace ct {

namespace {

constexpr const char *cannot_capture = "cannot capture packets";
constexpr std::uint32_t frame_unit = 2048;    // TPACKET_V3 only checks that it divides a block
constexpr std::uint32_t members_of_old = 256; // kernels before 5.14 have no more

// linux/if_packet.h before 5.14 has none.
struct FanoutArguments {
    std::uint16_t group;
    std::uint16_t type;
    std::uint32_t members;
};

Failure no_capture(int number)
{
    switch (number) {
    case EPERM:
    case EACCES:
        return failure(ErrorKind::Permission, cannot_capture, "this needs CAP_NET_RAW",
                       "run it as root");
    case EAFNOSUPPORT:
    case ESOCKTNOSUPPORT:
    case EPROTONOSUPPORT:
        return failure(ErrorKind::Unsupported, cannot_capture,
                       "this kernel has no packet sockets",
                       "load them with 'modprobe af_packet', or boot a kernel with "
                       "CONFIG_PACKET");
    case ENOPROTOOPT:
        return failure(ErrorKind::Unsupported, cannot_capture,
                       "this kernel's packet sockets have no rings",
                       "boot one with TPACKET_V3 and fanout");
    case ENOMEM:
    case ENOBUFS:
        return failure(ErrorKind::System, cannot_capture, "there is no memory for the rings",
                       "free some, or use smaller rings");
    case ENETDOWN:
        return failure(ErrorKind::Refused, cannot_capture, "the interface is down",
                       "set it up with 'ip link set dev NAME up'");
    case ENODEV:
    case ENXIO:
        return failure(ErrorKind::NotFound, cannot_capture, "the interface is gone",
                       "see 'ip link' for those that are there");
    default:
        return failure(ErrorKind::System, cannot_capture, errno_text(number),
                       errno_hint(number));
    }
}

template <typename Value> bool set_packet_option(int socket, int name, const Value &value)
{
    return setsockopt(socket, SOL_PACKET, name, &value, sizeof(value)) == 0;
}

std::uint32_t &status_of(std::uint8_t *block)
{
    auto *const status = block + offsetof(tpacket_block_desc, hdr.bh1.block_status);
    return *reinterpret_cast<std::uint32_t *>(status);
}

} // namespace

Result<Lane> Lane::open(std::uint32_t cpu)
{
    // Protocol 0: nothing comes before bind(). SOCK_DGRAM: frames begin with the IP header on
    // every kind of interface, with or without a link header.
    Lane lane(Descriptor(socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)), cpu);
    if (!lane.socket_.open())
        return no_capture(errno);
    if (auto closed = lane.filter(closed_filter()); !closed)
        return Failure(closed.error());
    return lane;
}

Result<void> Lane::map(const LaneSize &size)
{
    const int version = TPACKET_V3;
    tpacket_req3 request{};
    request.tp_block_size = size.block;
    request.tp_block_nr = size.blocks;
    request.tp_frame_size = frame_unit;
    request.tp_frame_nr = size.block / frame_unit * size.blocks;
    request.tp_retire_blk_tov = size.patience_ms;
    if (!set_packet_option(descriptor(), PACKET_VERSION, version) ||
        !set_packet_option(descriptor(), PACKET_RX_RING, request))
        return no_capture(errno);
    const std::size_t bytes = static_cast<std::size_t>(size.block) * size.blocks;
    void *const memory =
        mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor(), 0);
    if (memory == MAP_FAILED)
        return no_capture(errno);
    memory_ = static_cast<std::uint8_t *>(memory);
    size_ = size;
    return {};
}

Result<void> Lane::bind(int interface) const
{
    sockaddr_ll address{};
    address.sll_family = AF_PACKET;
    address.sll_protocol = htons(ETH_P_ALL); // of another, what is sent is not seen
    address.sll_ifindex = interface;
    if (::bind(descriptor(), reinterpret_cast<const sockaddr *>(&address), sizeof(address)) !=
        0)
        return no_capture(errno);
    return {};
}

Result<std::uint16_t> Lane::join(std::optional<std::uint16_t> group,
                                 std::uint32_t members) const
{
    FanoutArguments arguments{};
    arguments.type = PACKET_FANOUT_CPU;
    if (group)
        arguments.group = *group;
    else
        arguments.type |= PACKET_FANOUT_FLAG_UNIQUEID;
    arguments.members = members;
    // Older kernels know the first two alone, and take nothing longer.
    const socklen_t size = members > members_of_old ? sizeof(arguments) : sizeof(int);
    if (setsockopt(descriptor(), SOL_PACKET, PACKET_FANOUT, &arguments, size) != 0) {
        const int number = errno;
        if (number == EINVAL && members > members_of_old)
            return failure(ErrorKind::Unsupported, cannot_capture,
                           "this kernel's fanout has at most 256 rings, and there may be "
                           "more CPUs than that",
                           "use a kernel from 5.14 on");
        // What was bound to an interface that went down meanwhile.
        return no_capture(number == EINVAL ? ENETDOWN : number);
    }
    int given = 0;
    socklen_t length = sizeof(given);
    if (getsockopt(descriptor(), SOL_PACKET, PACKET_FANOUT, &given, &length) != 0)
        return no_capture(errno);
    return static_cast<std::uint16_t>(given);
}

Result<void> Lane::filter(std::vector<sock_filter> program) const
{
    const sock_fprog whole{static_cast<unsigned short>(program.size()), program.data()};
    if (setsockopt(descriptor(), SOL_SOCKET, SO_ATTACH_FILTER, &whole, sizeof(whole)) != 0)
        return no_capture(errno);
    return {};
}

Lane::Lane(Lane &&other) noexcept
    : socket_(std::move(other.socket_)), cpu_(other.cpu_), size_(other.size_),
      memory_(std::exchange(other.memory_, nullptr)), current_(other.current_),
      finished_(other.finished_), walking_(other.walking_), walk_(other.walk_),
      head_(other.head_)
{
}

Lane &Lane::operator=(Lane &&other) noexcept
{
    std::swap(socket_, other.socket_);
    std::swap(cpu_, other.cpu_);
    std::swap(size_, other.size_);
    std::swap(memory_, other.memory_);
    std::swap(current_, other.current_);
    std::swap(finished_, other.finished_);
    std::swap(walking_, other.walking_);
    std::swap(walk_, other.walk_);
    std::swap(head_, other.head_);
    return *this;
}

Lane::~Lane()
{
    if (memory_ != nullptr)
        munmap(memory_, static_cast<std::size_t>(size_.block) * size_.blocks);
}

std::uint8_t *Lane::block(std::uint32_t number) const
{
    return memory_ + static_cast<std::size_t>(number) * size_.block;
}

const Frame *Lane::head()
{
    while (!head_) {
        if (walking_) {
            head_ = walk_.next();
            if (head_)
                break;
            walking_ = false;
            ++finished_;
            current_ = (current_ + 1) % size_.blocks;
        }
        if (finished_ == size_.blocks)
            return nullptr;
        // The kernel writes the status last.
        const std::uint32_t status =
            __atomic_load_n(&status_of(block(current_)), __ATOMIC_ACQUIRE);
        if ((status & TP_STATUS_USER) == 0)
            return nullptr;
        walk_ = BlockWalk(PacketView(block(current_), size_.block), cpu_);
        walking_ = true;
    }
    return &*head_;
}

void Lane::give_back()
{
    for (; finished_ > 0; --finished_) {
        const std::uint32_t number = (current_ + size_.blocks - finished_) % size_.blocks;
        __atomic_store_n(&status_of(block(number)), std::uint32_t{TP_STATUS_KERNEL},
                         __ATOMIC_RELEASE);
    }
}

double Lane::filled() const
{
    // They are filled in turns: those that wait follow each other. A look at all of them would
    // touch a page for each.
    std::uint32_t waiting = finished_;
    while (waiting < size_.blocks &&
           (__atomic_load_n(&status_of(block((current_ + waiting - finished_) % size_.blocks)),
                            __ATOMIC_RELAXED) &
            TP_STATUS_USER) != 0)
        ++waiting;
    return size_.blocks == 0 ? 0 : static_cast<double>(waiting) / size_.blocks;
}

RingCounts Lane::drain_counts() const
{
    tpacket_stats_v3 statistics{};
    socklen_t size = sizeof(statistics);
    if (getsockopt(descriptor(), SOL_PACKET, PACKET_STATISTICS, &statistics, &size) != 0)
        return {};
    RingCounts counts;
    counts.seen = statistics.tp_packets; // the dropped ones among them
    counts.dropped = statistics.tp_drops;
    return counts;
}

int Lane::drain_error() const
{
    int number = 0;
    socklen_t size = sizeof(number);
    if (getsockopt(descriptor(), SOL_SOCKET, SO_ERROR, &number, &size) != 0)
        return errno;
    return number;
}

bool Lane::orphaned() const
{
    sockaddr_ll address{};
    socklen_t size = sizeof(address);
    return getsockname(descriptor(), reinterpret_cast<sockaddr *>(&address), &size) != 0 ||
           address.sll_ifindex <= 0;
}

} // namespace ct
