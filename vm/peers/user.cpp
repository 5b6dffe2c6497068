// SPDX-License-Identifier: GPL-2.0-or-later
#include "user.h"
#include "descriptor.h"

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <vector>

#include <linux/if_alg.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::array<std::uint8_t, 16> key = {1, 2,  3,  4,  5,  6,  7,  8,
                                              9, 10, 11, 12, 13, 14, 15, 16};
constexpr std::size_t iv_length = 16;

// One that is known to be right, for what is known beforehand.
constexpr const char *trusted = "cbc(aes-generic)";

class Transform {
public:
    bool open(const std::string &driver)
    {
        sockaddr_alg address{};
        address.salg_family = AF_ALG;
        std::strcpy(reinterpret_cast<char *>(address.salg_type), "skcipher");
        if (driver.size() >= sizeof(address.salg_name))
            return false;
        std::memcpy(address.salg_name, driver.data(), driver.size());
        transform_ = Descriptor(socket(AF_ALG, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
        if (transform_.open() &&
            bind(transform_.number(), reinterpret_cast<const sockaddr *>(&address),
                 sizeof(address)) == 0 &&
            setsockopt(transform_.number(), SOL_ALG, ALG_SET_KEY, key.data(), key.size()) == 0)
            requests_ =
                Descriptor(accept4(transform_.number(), nullptr, nullptr, SOCK_CLOEXEC));
        if (!requests_.open())
            std::fprintf(stderr, "peer: AF_ALG has no %s: %s\n", driver.c_str(),
                         std::strerror(errno));
        return requests_.open();
    }

    // By the same IV every time.
    bool run(bool encrypt, const Bytes &text, Bytes &result)
    {
        std::array<char, CMSG_SPACE(sizeof(std::uint32_t)) +
                             CMSG_SPACE(sizeof(af_alg_iv) + iv_length)>
            control{};
        iovec part{const_cast<std::uint8_t *>(text.data()), text.size()};
        msghdr message{};
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        message.msg_control = control.data();
        message.msg_controllen = control.size();
        cmsghdr *head = CMSG_FIRSTHDR(&message);
        head->cmsg_level = SOL_ALG;
        head->cmsg_type = ALG_SET_OP;
        head->cmsg_len = CMSG_LEN(sizeof(std::uint32_t));
        const std::uint32_t way = encrypt ? ALG_OP_ENCRYPT : ALG_OP_DECRYPT;
        std::memcpy(CMSG_DATA(head), &way, sizeof(way));
        head = CMSG_NXTHDR(&message, head);
        head->cmsg_level = SOL_ALG;
        head->cmsg_type = ALG_SET_IV;
        head->cmsg_len = CMSG_LEN(sizeof(af_alg_iv) + iv_length);
        const std::uint32_t length = iv_length;
        std::memcpy(CMSG_DATA(head), &length, sizeof(length));
        return sendmsg(requests_.number(), &message, 0) == static_cast<ssize_t>(text.size()) &&
               read(requests_.number(), result.data(), result.size()) ==
                   static_cast<ssize_t>(result.size());
    }

private:
    Descriptor transform_;
    Descriptor requests_;
};

int fail()
{
    std::fprintf(stderr, "peer: a request failed: %s\n", std::strerror(errno));
    return 2;
}

} // namespace

int check_by_alg(const std::string &driver, const std::string &again, unsigned size)
{
    Transform tested;
    Transform other;
    if (!tested.open(driver) || !other.open(again.empty() ? trusted : again))
        return 2;
    Bytes plain(size);
    for (std::size_t i = 0; i < plain.size(); i++)
        plain[i] = static_cast<std::uint8_t>(i * 7);
    Bytes cipher(size);
    if (!other.run(true, plain, cipher))
        return fail();
    Bytes result(size);
    Bytes second(size);
    for (bool encrypt = true;; encrypt = !encrypt) {
        const Bytes &text = encrypt ? plain : cipher;
        if (!tested.run(encrypt, text, result))
            return fail();
        if (!again.empty() && !other.run(encrypt, text, second))
            return fail();
        const Bytes &right = again.empty() ? (encrypt ? cipher : plain) : second;
        if (result != right)
            return 1;
    }
}
