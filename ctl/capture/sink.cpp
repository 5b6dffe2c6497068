// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/sink.h"

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace ct {

namespace {

constexpr std::size_t piece = 256U << 10U; // bytes for one call of the kernel

Failure no_file(const std::string &path, int number)
{
    std::string hint = errno_hint(number);
    hint += hint.empty() ? "" : ", or ";
    return failure(ErrorKind::System, fmt::format("cannot write {}", path), errno_text(number),
                   hint + "name another folder");
}

} // namespace

Result<Sink> Sink::create(const std::string &path)
{
    constexpr mode_t mode = 0600;
    Descriptor file(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
    if (!file.open())
        return no_file(path, errno);
    return Sink(std::move(file), path);
}

Sink::Sink(Descriptor file, std::string path) : file_(std::move(file)), path_(std::move(path))
{
    waiting_.reserve(2 * piece);
}

void Sink::add(std::span<const std::uint8_t> bytes)
{
    waiting_.insert(waiting_.end(), bytes.begin(), bytes.end());
    if (waiting_.size() >= piece)
        flush();
}

void Sink::add(std::string_view text)
{
    add(std::span(reinterpret_cast<const std::uint8_t *>(text.data()), text.size()));
}

void Sink::flush()
{
    std::span<const std::uint8_t> rest(waiting_);
    while (error_ == 0 && !rest.empty()) {
        const ssize_t written = write(file_.number(), rest.data(), rest.size());
        if (written >= 0)
            rest = rest.subspan(static_cast<std::size_t>(written));
        else if (errno != EINTR)
            error_ = errno;
    }
    waiting_.clear();
}

Result<void> Sink::close()
{
    flush();
    // What has no place to be flushed to, as a pipe, is written already.
    if (error_ == 0 && file_.open() && fsync(file_.number()) != 0 && errno != EINVAL)
        error_ = errno;
    file_.close();
    if (error_ != 0)
        return no_file(path_, error_);
    return {};
}

} // namespace ct
