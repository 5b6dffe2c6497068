// SPDX-License-Identifier: GPL-2.0-or-later
#include "net/link.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <net/if.h>
#include <optional>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <utility>

#include <fmt/format.h>
#include <linux/ethtool.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>

#include "base/descriptor.h"
#include "net/route.h"

namespace ct {

namespace {

constexpr std::size_t bits_of_block = 32;

// A structure of ethtool with an array of any length behind it, as the ioctl wants it.
class EthtoolBuffer {
public:
    explicit EthtoolBuffer(std::size_t size)
        : words_((size + sizeof(std::uint32_t) - 1) / sizeof(std::uint32_t))
    {
    }
    template <typename Part> [[nodiscard]] Part get(std::size_t offset) const
    {
        Part part{};
        std::memcpy(&part, bytes() + offset, sizeof(part));
        return part;
    }
    template <typename Part> void set(std::size_t offset, const Part &part)
    {
        std::memcpy(reinterpret_cast<std::byte *>(words_.data()) + offset, &part, sizeof(part));
    }
    [[nodiscard]] std::uint32_t *data() { return words_.data(); }
    [[nodiscard]] const std::byte *bytes() const
    {
        return reinterpret_cast<const std::byte *>(words_.data());
    }

private:
    std::vector<std::uint32_t> words_;
};

int ethtool(const Descriptor &socket, const std::string &link, EthtoolBuffer &buffer)
{
    ifreq request{};
    link.copy(request.ifr_name, sizeof(request.ifr_name) - 1);
    request.ifr_data = reinterpret_cast<char *>(buffer.data());
    return ioctl(socket.number(), SIOCETHTOOL, &request) < 0 ? errno : 0;
}

// The names of all features that this kernel knows, by their bits.
std::optional<std::vector<std::string>> feature_names(const Descriptor &socket,
                                                      const std::string &link)
{
    EthtoolBuffer count(sizeof(ethtool_sset_info) + sizeof(std::uint32_t));
    ethtool_sset_info ask{};
    ask.cmd = ETHTOOL_GSSET_INFO;
    ask.sset_mask = 1ULL << ETH_SS_FEATURES;
    count.set(0, ask);
    if (ethtool(socket, link, count) != 0 ||
        count.get<ethtool_sset_info>(0).sset_mask != 1ULL << ETH_SS_FEATURES)
        return std::nullopt;
    const std::size_t number =
        std::min(count.get<std::uint32_t>(sizeof(ethtool_sset_info)), std::uint32_t{4096});

    EthtoolBuffer strings(sizeof(ethtool_gstrings) + number * ETH_GSTRING_LEN);
    ethtool_gstrings list{};
    list.cmd = ETHTOOL_GSTRINGS;
    list.string_set = ETH_SS_FEATURES;
    list.len = static_cast<std::uint32_t>(number);
    strings.set(0, list);
    if (ethtool(socket, link, strings) != 0)
        return std::nullopt;
    std::vector<std::string> names;
    for (std::size_t place = 0; place < number; ++place) {
        const auto *const name = reinterpret_cast<const char *>(
            strings.bytes() + sizeof(ethtool_gstrings) + place * ETH_GSTRING_LEN);
        names.emplace_back(name, strnlen(name, ETH_GSTRING_LEN));
    }
    return names;
}

// By the names that ethtool -k shows. Those that the kernel or the interface does not have, or
// that cannot be changed, stay.
Result<void> set_features(const std::string &link,
                          const std::vector<std::pair<std::string_view, bool>> &wanted)
{
    const std::string what = fmt::format("cannot set the offloads of \"{}\"", link);
    const Descriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (!socket.open())
        return failure(ErrorKind::System, what, errno_text(errno), errno_hint(errno));
    const auto names = feature_names(socket, link);
    if (!names)
        return failure(ErrorKind::Unsupported, what,
                       "the kernel does not name the offloads of this interface",
                       "look with 'ethtool -k'");

    const std::size_t blocks = (names->size() + bits_of_block - 1) / bits_of_block;
    std::vector<ethtool_set_features_block> values(blocks);
    for (const auto &[name, on] : wanted) {
        const auto found = std::find(names->begin(), names->end(), name);
        if (found == names->end())
            continue;
        const auto bit = static_cast<std::size_t>(found - names->begin());
        const std::uint32_t mask = 1U << (bit % bits_of_block);
        values[bit / bits_of_block].valid |= mask;
        if (on)
            values[bit / bits_of_block].requested |= mask;
    }
    EthtoolBuffer buffer(sizeof(ethtool_sfeatures) +
                         blocks * sizeof(ethtool_set_features_block));
    ethtool_sfeatures set{};
    set.cmd = ETHTOOL_SFEATURES;
    set.size = static_cast<std::uint32_t>(blocks);
    buffer.set(0, set);
    for (std::size_t block = 0; block < blocks; ++block)
        buffer.set(sizeof(set) + block * sizeof(ethtool_set_features_block), values[block]);
    const int number = ethtool(socket, link, buffer);
    if (number == EPERM)
        return failure(ErrorKind::Permission, what, "this needs CAP_NET_ADMIN",
                       "run it as root, outside of containers");
    if (number != 0)
        return failure(ErrorKind::System, what, errno_text(number), errno_hint(number));
    return {};
}

} // namespace

Result<void> set_link(const std::string &link, const LinkOptions &options)
{
    const std::string what = fmt::format("cannot set up the interface \"{}\"", link);
    const auto index = link_index(link, what);
    if (!index)
        return Failure(index.error());
    if (options.mtu != 0) {
        Request request(RTM_NEWLINK, 0);
        ifinfomsg header{};
        header.ifi_index = static_cast<int>(*index);
        request.header(header).put(IFLA_MTU, options.mtu);
        if (auto set = ask_route(request, what); !set)
            return set;
    }
    return set_features(link, {
                                  {"rx-gro", options.gro},
                                  {"rx-gro-list", false},
                                  {"rx-udp-gro-forwarding", false},
                                  {"tx-tcp-segmentation", options.segmentation},
                                  {"tx-tcp-ecn-segmentation", options.segmentation},
                                  {"tx-tcp-mangleid-segmentation", options.segmentation},
                                  {"tx-tcp6-segmentation", options.segmentation},
                                  {"tx-generic-segmentation", options.segmentation},
                                  {"tx-udp-segmentation", options.segmentation},
                                  {"esp-hw-offload", options.esp_offload},
                                  {"esp-tx-csum-hw-offload", options.esp_offload},
                                  {"tx-esp-segmentation", options.esp_offload},
                              });
}

} // namespace ct
