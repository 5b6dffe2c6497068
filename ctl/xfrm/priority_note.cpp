// SPDX-License-Identifier: GPL-2.0-or-later
#include "xfrm/priority_note.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ct {

namespace {

constexpr std::string_view priority_word = "priority ";
constexpr std::string_view made_word = "made ";
constexpr std::size_t note_max = 65536; // bytes

Failure note_failure(const std::string &what, const std::string &path, int number)
{
    return failure(number == EACCES || number == EPERM ? ErrorKind::Permission
                                                       : ErrorKind::System,
                   what, fmt::format("{}: {}", path, errno_text(number)),
                   number == EACCES || number == EPERM ? "run it as root" : errno_hint(number));
}

// Another process may have removed it after it was opened.
bool is_note_at(int descriptor, const std::string &path)
{
    struct stat opened {};
    struct stat named {};
    return fstat(descriptor, &opened) == 0 && lstat(path.c_str(), &named) == 0 &&
           opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

} // namespace

std::vector<PriorityLine> read_priority_lines(std::string_view text)
{
    std::vector<PriorityLine> lines;
    for (std::size_t end = text.find('\n'); end != std::string_view::npos;
         end = text.find('\n')) {
        std::string_view line = text.substr(0, end);
        text.remove_prefix(end + 1);
        PriorityLine entry;
        if (line.starts_with(made_word)) {
            line.remove_prefix(made_word.size());
            entry.kind = PriorityLine::Kind::Made;
        } else if (line.starts_with(priority_word)) {
            line.remove_prefix(priority_word.size());
            const auto number =
                std::from_chars(line.data(), line.data() + line.size(), entry.priority);
            line.remove_prefix(static_cast<std::size_t>(number.ptr - line.data()));
            if (number.ec != std::errc() || !line.starts_with(' '))
                continue;
            line.remove_prefix(1);
        } else {
            continue;
        }
        entry.driver = line;
        if (!entry.driver.empty())
            lines.push_back(std::move(entry));
    }
    return lines;
}

bool PriorityNote::exists(const std::string &path)
{
    struct stat status {};
    return lstat(path.c_str(), &status) == 0;
}

Result<PriorityNote> PriorityNote::take(const std::string &path, unsigned wait_ms,
                                        const std::string &what)
{
    constexpr unsigned step_ms = 20;
    constexpr mode_t owner_only = 0600;
    for (unsigned waited = 0;; waited += step_ms) {
        Descriptor file(
            open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, owner_only));
        if (!file.open())
            return note_failure(what, path, errno);
        if (flock(file.number(), LOCK_EX | LOCK_NB) == 0) {
            if (is_note_at(file.number(), path))
                return PriorityNote(std::move(file), path, what);
            continue;
        }
        if (errno != EWOULDBLOCK && errno != EINTR)
            return note_failure(what, path, errno);
        if (waited >= wait_ms)
            return failure(
                ErrorKind::Busy, what,
                fmt::format("another process is choosing drivers (it has {} locked)", path),
                "try again when it has ended");
        std::this_thread::sleep_for(std::chrono::milliseconds(step_ms));
    }
}

Result<std::vector<PriorityLine>> PriorityNote::lines() const
{
    std::string text(note_max, '\0');
    const ssize_t size = pread(file_.number(), text.data(), text.size(), 0);
    if (size < 0)
        return note_failure(what_, path_, errno);
    text.resize(static_cast<std::size_t>(size));
    return read_priority_lines(text);
}

Result<void> PriorityNote::add(const PriorityLine &line)
{
    const std::string text =
        line.kind == PriorityLine::Kind::Made
            ? fmt::format("{}{}\n", made_word, line.driver)
            : fmt::format("{}{} {}\n", priority_word, line.priority, line.driver);
    // At once and at the end: what is cut short has no end of line.
    const off_t end = lseek(file_.number(), 0, SEEK_END);
    const ssize_t size = end < 0 ? -1 : write(file_.number(), text.data(), text.size());
    if (size < 0)
        return note_failure(what_, path_, errno);
    if (static_cast<std::size_t>(size) != text.size()) {
        (void)ftruncate(file_.number(), end);
        return note_failure(what_, path_, ENOSPC);
    }
    return {};
}

void PriorityNote::remove()
{
    (void)unlink(path_.c_str());
    file_.close();
}

} // namespace ct
