// SPDX-License-Identifier: GPL-2.0-or-later
#include "registers/window.h"

#include <cstdlib>
#include <cstring>

extern "C" {
void yt_window(const void *load, void *store, ct::Action *action, std::uint64_t mask);
void yt_load(const void *load, std::uint64_t mask);
}

namespace ct {

void ImageMemory::Free::operator()(std::byte *memory) const
{
    std::free(memory); // NOLINT(cppcoreguidelines-no-malloc): from aligned_alloc
}

Result<ImageMemory> ImageMemory::make(const RegisterSets &sets)
{
    constexpr std::size_t alignment = 64;
    const std::size_t size = (sets.size + alignment - 1) / alignment * alignment;
    std::unique_ptr<std::byte, Free> memory(
        static_cast<std::byte *>(std::aligned_alloc(alignment, size)));
    if (!memory)
        return failure(ErrorKind::System, "cannot hold registers", "there is no memory left",
                       "free some, or use fewer exercisers (--exercisers)");
    std::memset(memory.get(), 0, size);
    return ImageMemory(std::move(memory), size);
}

void open_window(ConstImage load, Image store, Action &action, const RegisterSets &sets)
{
    yt_window(load.data(), store.data(), &action, sets.mask);
}

void load_registers(const std::byte *image, std::uint64_t mask)
{
    yt_load(image, mask);
}

} // namespace ct
