// SPDX-License-Identifier: GPL-2.0-or-later
#include "net/setting.h"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/descriptor.h"

namespace ct {

Result<void>
set_settings(const std::vector<std::pair<std::string_view, std::string_view>> &settings)
{
    for (const auto &[name, value] : settings) {
        const std::string path = fmt::format("/proc/sys/net/{}", name);
        const Descriptor file(open(path.c_str(), O_WRONLY | O_CLOEXEC));
        if (!file.open() && errno == ENOENT)
            continue;
        if (file.open() && write(file.number(), value.data(), value.size()) >= 0)
            continue;
        const int number = errno;
        return failure(number == EACCES || number == EPERM || number == EROFS
                           ? ErrorKind::Permission
                           : ErrorKind::System,
                       fmt::format("cannot write {} to {}", value, path), errno_text(number),
                       "run it as root, outside of containers");
    }
    return {};
}

} // namespace ct
