// SPDX-License-Identifier: GPL-2.0-or-later
#include "registers/mapping.h"

#include <cerrno>
#include <sys/mman.h>
#include <unistd.h>
#include <utility>

namespace ct {

std::size_t page_size()
{
    static const auto size = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    return size;
}

Result<Mapping> Mapping::make(std::size_t size, Sharing sharing)
{
    const std::size_t whole = (size + page_size() - 1) / page_size() * page_size();
    const int flags = sharing == Sharing::Private ? MAP_PRIVATE : MAP_SHARED;
    void *const data =
        mmap(nullptr, whole, PROT_READ | PROT_WRITE, flags | MAP_ANONYMOUS, -1, 0);
    if (data == MAP_FAILED)
        return failure(ErrorKind::System, "cannot map memory for an exerciser",
                       errno_text(errno),
                       "free some memory, or use fewer exercisers (--exercisers)");
    return Mapping(static_cast<std::byte *>(data), whole);
}

Mapping::Mapping(Mapping &&other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0))
{
}

Mapping &Mapping::operator=(Mapping &&other) noexcept
{
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
}

Mapping::~Mapping()
{
    if (data_ != nullptr)
        munmap(data_, size_);
}

} // namespace ct
