// SPDX-License-Identifier: GPL-2.0-or-later
// Netlink messages byte by byte, right and wrong ones.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "wire/attribute.h"

namespace ct::test {

// Attributes one behind the other, as the kernel puts them.
class Attributes {
public:
    Attributes &raw(int type, const std::vector<std::uint8_t> &payload);
    Attributes &u32(int type, std::uint32_t value);
    Attributes &s32(int type, std::int32_t value);
    Attributes &u64(int type, std::uint64_t value);
    Attributes &text(int type, std::string_view value); // with its NUL
    Attributes &flag(int type);
    Attributes &nest(int type, const Attributes &inner);
    Attributes &append(const Attributes &others);

    // All but the attributes of that type.
    [[nodiscard]] Attributes without(int type) const;
    // The payload of that type replaced by one of another length.
    [[nodiscard]] Attributes resized(int type, std::size_t size) const;

    [[nodiscard]] Bytes bytes() const { return bytes_; }
    [[nodiscard]] std::vector<int> types() const;

private:
    std::vector<std::byte> bytes_;
};

// Whole and valid, with every attribute of the contract.
// The value of a count: none has that of another attribute.
[[nodiscard]] std::uint64_t wide(int type);
[[nodiscard]] Attributes config_message();
[[nodiscard]] Attributes disturber_message();
[[nodiscard]] Attributes status_message();
[[nodiscard]] Attributes driver_message();
[[nodiscard]] Attributes cell_message();
[[nodiscard]] Attributes mismatch_message();
[[nodiscard]] Attributes concurrent_message(); // of an operation of the same time
[[nodiscard]] Attributes attempt_message();    // of a packet run again
// A mismatch without a packet: what every such record has, and its owner.
[[nodiscard]] Attributes register_message();
[[nodiscard]] Attributes bench_message();
// A job that has failed, of which all is told.
[[nodiscard]] Attributes job_message();
// One of that kind in that state, at its first step.
[[nodiscard]] Attributes job_message(std::uint32_t kind, std::uint32_t state);
[[nodiscard]] Attributes version_message();

} // namespace ct::test
