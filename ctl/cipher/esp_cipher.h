// SPDX-License-Identifier: GPL-2.0-or-later
// ESP packets opened and sealed by a reference that is independent of the kernel and of the
// CPU's AES, SHA and vector instructions: general registers and tables alone, since vector
// registers are what some faults damage. Held to the same published vectors as the module's
// reference, which is slower.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/error.h"
#include "cipher/suite.h"

namespace ct {

class EspCipher {
public:
    // Expands the keys. Error: those of check_keys().
    [[nodiscard]] static Result<EspCipher> make(const SaKeys &keys);

    EspCipher(EspCipher &&other) noexcept;
    EspCipher &operator=(EspCipher &&other) noexcept;
    EspCipher(const EspCipher &) = delete;
    EspCipher &operator=(const EspCipher &) = delete;
    ~EspCipher();

    // Header (SPI, sequence number) and IV before the text.
    [[nodiscard]] std::size_t head_size() const;
    [[nodiscard]] std::size_t icv_size() const;
    // Of a whole packet: long enough, and text of whole blocks where the mode needs them. The
    // text may be empty, as that of no real packet is.
    [[nodiscard]] bool fits(std::size_t packet_size) const;

    // packet: from the SPI to the end of the ICV; fits(). high: upper half of the sequence
    // number, of meaning with ESN alone. text: as many bytes as lie between head and ICV; is
    // filled whether the ICV is right or not. True: the ICV is right.
    [[nodiscard]] bool open(std::span<const std::uint8_t> packet, std::uint32_t high,
                            std::span<std::uint8_t> text) const;
    // packet: head and text in place, ICV to be filled; fits(). Encrypts the text.
    void seal(std::span<std::uint8_t> packet, std::uint32_t high) const;
    // The right ICV over the packet's ciphertext as it is: icv_size() bytes.
    void icv_over(std::span<const std::uint8_t> packet, std::uint32_t high,
                  std::span<std::uint8_t> icv) const;

    struct Keys; // expanded

private:
    explicit EspCipher(std::unique_ptr<Keys> keys);
    std::unique_ptr<Keys> keys_;
};

// Known-answer tests of all of it, at first use. Whoever judges by this reference asks first.
// what: that cannot be done without it. Error: the first that failed.
[[nodiscard]] Result<void> proven_cipher(const std::string &what);

} // namespace ct
