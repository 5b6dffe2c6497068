// SPDX-License-Identifier: GPL-2.0-or-later
// Packets a second that the module's reference and the program's cipher open, in turns within
// one process. Nothing is judged; a table comes out.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <vector>

#include <fmt/format.h>

#include "cipher/esp_cipher.h"

extern "C" {
#include "reference/hmac.h"
#include "reference/kat.h"
#include "reference/modes.h"
}

namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::size_t text_size = 1456; // bytes; whole blocks
constexpr unsigned turns = 41;
constexpr unsigned packets = 400; // in a turn

// What a user of the module's reference has to do for a packet.
class Reference {
public:
    explicit Reference(const ct::SaKeys &keys) : keys_(keys)
    {
        const auto size = static_cast<unsigned>(keys.key.size());
        (void)yt_gcm_setkey(&gcm_, keys.key.data(), size);
    }

    bool open(const Bytes &packet, Bytes &text)
    {
        const std::size_t head = packet.size() - text.size() - keys_.icv_len;
        const std::uint8_t *icv = packet.data() + packet.size() - keys_.icv_len;
        std::array<std::uint8_t, 16> iv{};
        if (keys_.suite == ct::Suite::Gcm) {
            std::copy_n(keys_.salt.begin(), 4, iv.begin());
            std::copy_n(packet.begin() + 8, 8, iv.begin() + 4);
            return yt_gcm_decrypt(&gcm_, iv.data(), packet.data(), 8, text.data(),
                                  packet.data() + head, text.size(), icv, keys_.icv_len) == 0;
        }
        std::array<std::uint8_t, YT_SHA_MAX_DIGEST> mac{};
        yt_hmac hmac;
        yt_hmac_init(&hmac, hash(), keys_.auth_key.data(), keys_.auth_key.size());
        yt_hmac_update(&hmac, packet.data(), packet.size() - keys_.icv_len);
        yt_hmac_final(&hmac, mac.data());
        std::copy_n(packet.begin() + 8, 16, iv.begin());
        yt_cbc_decrypt(&gcm_.aes, iv.data(), text.data(), packet.data() + head, text.size());
        return std::equal(icv, icv + keys_.icv_len, mac.begin());
    }

private:
    [[nodiscard]] yt_sha_type hash() const
    {
        if (keys_.suite == ct::Suite::CbcSha1)
            return YT_SHA1;
        return keys_.suite == ct::Suite::CbcSha256 ? YT_SHA256 : YT_SHA512;
    }

    ct::SaKeys keys_;
    yt_gcm gcm_{};
};

// Of this thread: what others do on the machine in between does not count.
double cpu_seconds()
{
    timespec now{};
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

template <typename Work> double seconds(unsigned times, Work &&work)
{
    const double start = cpu_seconds();
    for (unsigned i = 0; i < times; i++)
        work();
    return cpu_seconds() - start;
}

double median(std::vector<double> values)
{
    std::ranges::sort(values);
    return values[values.size() / 2];
}

bool measure(const ct::SaKeys &keys)
{
    const auto made = ct::EspCipher::make(keys);
    if (!made) {
        fmt::print(stderr, "cipher_bench: {}\n", made.error().sentence());
        return false;
    }
    Bytes packet(made->head_size() + text_size + made->icv_size());
    for (std::size_t i = 0; i < packet.size(); i++)
        packet[i] = static_cast<std::uint8_t>(i * i);
    made->seal(packet, 0);

    Reference reference(keys);
    Bytes text(text_size);
    Bytes other(text_size);
    if (!reference.open(packet, text) || !made->open(packet, 0, other) || text != other) {
        fmt::print(stderr, "cipher_bench: {}: the two do not agree\n", ct::suite_text(keys));
        return false;
    }
    std::vector<double> theirs;
    std::vector<double> ours;
    std::vector<double> ratios;
    std::vector<double> setups;
    for (unsigned turn = 0; turn < turns; turn++) {
        theirs.push_back(packets /
                         seconds(packets, [&] { (void)reference.open(packet, text); }));
        ours.push_back(packets / seconds(packets, [&] { (void)made->open(packet, 0, text); }));
        ratios.push_back(ours.back() / theirs.back());
        setups.push_back(seconds(20, [&] { (void)ct::EspCipher::make(keys); }) / 20 * 1e6);
    }
    fmt::print("| {} | {:.0f} | {:.0f} | {:.2f} | {:.1f} |\n", ct::suite_text(keys),
               median(theirs), median(ours), median(ratios), median(setups));
    return true;
}

} // namespace

int main()
{
    const char *failed = nullptr;
    if (yt_reference_check(&failed) != 0) {
        fmt::print(stderr, "cipher_bench: the module's reference is wrong: {}\n", failed);
        return 1;
    }
    fmt::print(
        "Packets a second of CPU time with {} bytes of text, opened: medians of {} turns\n\n"
        "| suite | reference | cipher | ratio, median of pairs | key set-up, µs |\n"
        "|---|---|---|---|---|\n",
        text_size, turns);
    bool all = true;
    for (const unsigned size : {16U, 24U, 32U})
        all = measure(ct::make_keys(ct::Suite::Gcm, size, 16, false, 1, 0)) && all;
    for (const unsigned size : {16U, 32U}) {
        all = measure(ct::make_keys(ct::Suite::CbcSha1, size, 12, false, 1, 0)) && all;
        all = measure(ct::make_keys(ct::Suite::CbcSha256, size, 16, false, 1, 0)) && all;
        all = measure(ct::make_keys(ct::Suite::CbcSha512, size, 32, false, 1, 0)) && all;
    }
    return all ? 0 : 1;
}
