// SPDX-License-Identifier: GPL-2.0-or-later
// A folder with the results of a run: run.json, what it was and how it ended;
// mismatches.jsonl, its records; report.txt, the report as text. The first two
// are what artifact/ reads again; report.txt is only made from them.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "record/identity.h"
#include "render/renderer.h"

namespace ct {

class Folder : public Renderer {
public:
    // The first thing that could not be written.
    [[nodiscard]] virtual const std::optional<Error> &trouble() const = 0;
};

// Makes the folder if need be, and refuses one that has a file of an earlier run or selftest.
[[nodiscard]] Result<void> claim_folder(const std::string &path);

// Makes the folder if needed; the error has the reason if it cannot be written into. One that
// has files of another run is refused: nothing is replaced, and nothing is mixed. program:
// version of the control program.
[[nodiscard]] Result<std::unique_ptr<Folder>>
make_folder(const std::string &path, std::string program, const HostIdentity &host);

} // namespace ct
