// SPDX-License-Identifier: GPL-2.0-or-later
#include "render/output.h"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <fmt/format.h>

namespace ct {

void DescriptorOutput::write(std::string_view text)
{
    while (error_ == 0 && !text.empty()) {
        const ssize_t written = ::write(descriptor_, text.data(), text.size());
        if (written >= 0) {
            text.remove_prefix(static_cast<std::size_t>(written));
        } else if (errno == EAGAIN) {
            // Standard output was made nonblocking.
            pollfd waiting{descriptor_, POLLOUT, 0};
            (void)poll(&waiting, 1, -1);
        } else if (errno != EINTR) {
            error_ = errno;
        }
    }
}

unsigned DescriptorOutput::columns() const
{
    if (isatty(descriptor_) == 0)
        return 0;
    winsize size{};
    if (ioctl(descriptor_, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return 80;
    return size.ws_col;
}

Failure unwritten(const std::string &path, int number)
{
    std::string hint = errno_hint(number);
    hint += hint.empty() ? "" : ", or ";
    return failure(ErrorKind::System, fmt::format("cannot write {}", path), errno_text(number),
                   hint + "name another folder with --out");
}

Result<std::unique_ptr<FileOutput>> FileOutput::create(const std::string &path,
                                                       Existing existing)
{
    constexpr mode_t mode = 0644;
    const int how = existing == Existing::Refuse ? O_EXCL : O_TRUNC;
    const int descriptor = open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | how, mode);
    if (descriptor < 0)
        return unwritten(path, errno);
    return std::unique_ptr<FileOutput>(new FileOutput(descriptor));
}

FileOutput::~FileOutput()
{
    close(descriptor());
}

int FileOutput::flush()
{
    if (error() != 0)
        return error();
    // What has no place to be flushed to, as a pipe, is written already.
    return fsync(descriptor()) == 0 || errno == EINVAL ? 0 : errno;
}

Result<void> replace_file(const std::string &path, std::string_view content)
{
    const auto failed = [&path](int number) {
        return unwritten(path, number);
    };
    const std::string fresh = path + ".new";
    {
        auto file = FileOutput::create(fresh, FileOutput::Existing::Replace);
        if (!file)
            return Failure(file.error());
        (*file)->write(content);
        if (const int error = (*file)->flush(); error != 0) {
            (void)unlink(fresh.c_str());
            return failed(error);
        }
    }
    if (rename(fresh.c_str(), path.c_str()) != 0)
        return failed(errno);
    return {};
}

} // namespace ct
