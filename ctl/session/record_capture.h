// SPDX-License-Identifier: GPL-2.0-or-later
// The packets of a saved run's records as a capture, each in IPv4 and ESP that are made up for
// it, with what Wireshark has to be told to decrypt them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "artifact/saved_run.h"
#include "base/error.h"

namespace ct {

struct RecordCapture {
    std::uint64_t records = 0; // that are in it
    std::uint64_t packets = 0;
    std::vector<std::string> left_out; // "record 3: why"
    std::string folder;                // for WIRESHARK_CONFIG_DIR
};

// A new file, and the folder path + ".wireshark"; both are refused where they are there
// already. program: version of the control program.
[[nodiscard]] Result<RecordCapture>
write_record_capture(const SavedRun &run, const std::string &path, const std::string &program);

} // namespace ct
