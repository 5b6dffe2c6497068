// SPDX-License-Identifier: GPL-2.0-or-later
#include "artifact/file.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/quantity.h"

namespace ct {

namespace {

constexpr const char *name_folder = "name a folder that 'cryptorture run --out' wrote";

// Closes itself.
class Opened {
public:
    explicit Opened(const std::string &path)
        // Not to wait for a writer, should it be a pipe.
        : descriptor_(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK))
    {
    }
    Opened(const Opened &) = delete;
    Opened &operator=(const Opened &) = delete;
    ~Opened()
    {
        if (descriptor_ >= 0)
            close(descriptor_);
    }
    [[nodiscard]] int get() const { return descriptor_; }

private:
    int descriptor_ = -1;
};

Failure unreadable(const std::string &path, int number)
{
    const bool missing = number == ENOENT || number == ENOTDIR;
    const std::string hint = errno_hint(number);
    return failure(missing ? ErrorKind::NotFound : ErrorKind::System,
                   fmt::format("cannot read {}", printable(path)), errno_text(number),
                   number == EACCES ? "make it readable for you"
                   : hint.empty()   ? name_folder
                                    : hint);
}

Failure too_large(const std::string &path, std::size_t size_max)
{
    return failure(ErrorKind::Malformed, fmt::format("cannot read {}", printable(path)),
                   fmt::format("it has more than {} bytes, and no run writes so many",
                               count_text(size_max)),
                   name_folder);
}

} // namespace

Result<std::string> read_file(const std::string &path, std::size_t size_max)
{
    const Opened file(path);
    if (file.get() < 0)
        return unreadable(path, errno);
    struct stat information = {};
    if (fstat(file.get(), &information) != 0)
        return unreadable(path, errno);
    if (!S_ISREG(information.st_mode))
        return failure(ErrorKind::Malformed, fmt::format("cannot read {}", printable(path)),
                       "it is not a regular file", name_folder);
    if (static_cast<std::uint64_t>(information.st_size) > size_max)
        return too_large(path, size_max);
    std::string content;
    std::array<char, 65536> buffer{};
    for (;;) {
        const ssize_t size = ::read(file.get(), buffer.data(), buffer.size());
        if (size == 0)
            return content;
        if (size < 0 && errno != EINTR)
            return unreadable(path, errno);
        if (size > 0)
            content.append(buffer.data(), static_cast<std::size_t>(size));
        if (content.size() > size_max)
            return too_large(path, size_max);
    }
}

} // namespace ct
