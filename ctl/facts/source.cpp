// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/source.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

#include "facts/words.h"

namespace ct {

namespace {

// Nothing that is read here comes near; a file that grows must not fill memory.
constexpr std::size_t size_max = 16UL << 20U;
constexpr unsigned overruns_max = 8;

Failure cannot_read(const std::string &path, int number)
{
    ErrorKind kind = ErrorKind::System;
    if (number == ENOENT || number == ENOTDIR || number == ENODEV)
        kind = ErrorKind::NotFound;
    if (number == EACCES || number == EPERM)
        kind = ErrorKind::Permission;
    return failure(kind, fmt::format("cannot read {}", path), errno_text(number));
}

} // namespace

Result<std::string> Source::read(const std::string &path) const
{
    // Not to wait for a writer, should it be a pipe.
    const int descriptor = open((root_ + path).c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0)
        return cannot_read(path, errno);
    std::string content;
    std::array<char, 16384> buffer{};
    int error = 0;
    unsigned overruns = 0;
    while (content.size() < size_max) {
        const ssize_t size = ::read(descriptor, buffer.data(), buffer.size());
        if (size == 0)
            break;
        if (size > 0) {
            content.append(buffer.data(), static_cast<std::size_t>(size));
        } else if (errno == EAGAIN) {
            break; // all that there is by now, as of the kernel's log
        } else if (errno == EPIPE && overruns < overruns_max) {
            ++overruns; // what comes next in the kernel's log was written over
        } else if (errno != EINTR) {
            error = errno;
            break;
        }
    }
    close(descriptor);
    if (error != 0)
        return cannot_read(path, error);
    return content;
}

std::string Source::text(const std::string &path) const
{
    return read(path).value_or(std::string());
}

std::optional<std::string> Source::line(const std::string &path) const
{
    const auto content = read(path);
    if (!content)
        return std::nullopt;
    return std::string(trimmed(std::string_view(*content).substr(0, content->find('\n'))));
}

bool Source::exists(const std::string &path) const
{
    std::error_code error;
    return std::filesystem::exists(root_ + path, error);
}

std::vector<std::string> Source::list(const std::string &path) const
{
    std::vector<std::string> names;
    std::error_code error;
    std::filesystem::directory_iterator entry(root_ + path, error);
    while (!error && entry != std::filesystem::directory_iterator()) {
        names.push_back(entry->path().filename().string());
        entry.increment(error);
    }
    std::sort(names.begin(), names.end());
    return names;
}

std::optional<std::string> Source::link(const std::string &path) const
{
    std::error_code error;
    const auto target = std::filesystem::read_symlink(root_ + path, error);
    if (error)
        return std::nullopt;
    return target.string();
}

} // namespace ct
