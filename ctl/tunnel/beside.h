// SPDX-License-Identifier: GPL-2.0-or-later
// A run of the module beside the tunnels, for its disturbers; where the module is not loaded
// there is none, and the reason is known.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "session/environment.h"

namespace ct {

class ModuleRun {
public:
    // duration_ms: of the tunnels' run; soon after that it ends by itself, also where this
    // process is gone. Never an error: the tunnels do without. why() has the reason then.
    [[nodiscard]] static ModuleRun none() { return {}; } // not wanted
    [[nodiscard]] static ModuleRun start(Environment &environment, Renderer &renderer,
                                         Waiter &waiter,
                                         std::optional<std::uint64_t> duration_ms);
    ModuleRun(ModuleRun &&) = default;
    ModuleRun &operator=(ModuleRun &&) = delete;
    ModuleRun(const ModuleRun &) = delete;
    ModuleRun &operator=(const ModuleRun &) = delete;
    ~ModuleRun(); // ends it

    [[nodiscard]] bool running() const { return running_; }
    [[nodiscard]] const std::string &why() const { return why_; }
    // As the module has measured; true where that is not known.
    [[nodiscard]] bool fpu_nests() const { return fpu_nests_; }
    // Mismatches of it; nothing where there was no run.
    [[nodiscard]] std::optional<std::uint64_t> stop();

private:
    ModuleRun() = default;

    std::optional<Connection> connection_;
    bool running_ = false;
    bool fpu_nests_ = true;
    std::string why_;
};

} // namespace ct
