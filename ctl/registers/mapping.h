// SPDX-License-Identifier: GPL-2.0-or-later
// Memory of its own, straight from mmap(2).
#pragma once

#include <cstddef>

#include "base/error.h"

namespace ct {

[[nodiscard]] std::size_t page_size();

class Mapping {
public:
    enum class Sharing {
        Private,   // copied by a fork
        WithChild, // one with what a fork makes
    };
    // Whole pages; none of them is there before it is touched.
    [[nodiscard]] static Result<Mapping> make(std::size_t size, Sharing sharing);

    Mapping() = default;
    Mapping(const Mapping &) = delete;
    Mapping &operator=(const Mapping &) = delete;
    Mapping(Mapping &&other) noexcept;
    Mapping &operator=(Mapping &&other) noexcept;
    ~Mapping();

    [[nodiscard]] std::byte *data() const { return data_; }
    [[nodiscard]] std::size_t size() const { return size_; }
    // It was unmapped elsewhere.
    void forget() { data_ = nullptr; }

private:
    Mapping(std::byte *data, std::size_t size) : data_(data), size_(size) {}

    std::byte *data_ = nullptr;
    std::size_t size_ = 0;
};

} // namespace ct
