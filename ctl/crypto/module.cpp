// SPDX-License-Identifier: GPL-2.0-or-later
#include "crypto/module.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "facts/distribution.h"
#include "facts/unpack.h"
#include "facts/words.h"

namespace ct {

namespace {

// "none [integrity] confidentiality"
std::string in_brackets(const std::string &line)
{
    const std::size_t open = line.find('[');
    const std::size_t close = line.find(']', open);
    if (open == std::string::npos || close == std::string::npos)
        return {};
    return line.substr(open + 1, close - open - 1);
}

// Four bytes of attributes, then 0 or 1.
std::optional<bool> secure_boot(const Source &source)
{
    const auto value = source.read(
        "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c");
    constexpr std::size_t size = 5;
    if (!value || value->size() != size)
        return std::nullopt;
    return value->back() == '\1';
}

// cryptorture.ko, perhaps compressed, in that folder.
std::string find_in(const Source &source, const std::string &folder)
{
    for (const std::string &name : source.list(folder))
        for (const char *const wanted :
             {"cryptorture.ko", "cryptorture.ko.xz", "cryptorture.ko.zst", "cryptorture.ko.gz"})
            if (name == wanted)
                return fmt::format("{}/{}", folder, name);
    return {};
}

// Of the module's own description: "vermagic=6.1.0-56-amd64 SMP ..." in its bytes.
std::string information(const std::string &content, const std::string &name)
{
    const std::string key = std::string(1, '\0') + name + "=";
    const std::size_t place = content.find(key);
    if (place == std::string::npos)
        return {};
    const std::size_t begin = place + key.size();
    return content.substr(begin, content.find('\0', begin) - begin);
}

void read_file(const Source &source, Module &module)
{
    auto content = source.read(module.file);
    if (content)
        content = unpacked_file(module.file, std::move(*content), module_max);
    if (!content || content->empty())
        return;
    constexpr std::string_view signature = "~Module signature appended~\n";
    module.file_signed = content->ends_with(signature);
    module.file_version = information(*content, "version");
    module.file_srcversion = information(*content, "srcversion");
    const auto vermagic = split(information(*content, "vermagic"), ' ');
    if (!vermagic.empty())
        module.file_release = vermagic.front();
}

void find_file(const Source &source, const Release &release, Module &module)
{
    const std::string folder = "/lib/modules/" + release.release;
    // In depmod's order.
    for (const char *const place :
         {"/updates", "/updates/dkms", "/extra", "/kernel/crypto", ""})
        if (module.file.empty())
            module.file = find_in(source, folder + place);
    if (!module.file.empty())
        read_file(source, module);
}

void report_loaded(const Module &module, const std::string &program, Findings &findings)
{
    if (module.version.empty())
        tell(findings, Topic::Module, Level::Note,
             "the module is loaded; its version cannot be read");
    else if (module.version != program)
        tell(findings, Topic::Module, Level::Note,
             fmt::format("the module is loaded as version {}, this program is version {}",
                         module.version, program),
             "they do what both know", replace_module(module, program));
    else
        tell(findings, Topic::Module, Level::Ok,
             fmt::format("the module is loaded, version {}", module.version));
}

std::string build_text(const std::string &version, const std::string &srcversion)
{
    std::string text = "version " + (version.empty() ? "?" : version);
    if (!srcversion.empty())
        text += fmt::format(" (srcversion {})", srcversion);
    return text;
}

void report_file(const Module &module, const Release &release, Findings &findings)
{
    if (module.file.empty()) {
        tell(findings, Topic::Module, module.loaded ? Level::Note : Level::Problem,
             fmt::format("no cryptorture.ko is installed for {}", release.release),
             module.loaded ? "once unloaded it has to be built and installed" : "",
             module.headers
                 ? "build and install it: make && sudo make install"
                 : install_headers(release.release) + ", then make && sudo make install");
        return;
    }
    std::string what = "installed: " + module.file;
    if (!module.file_version.empty())
        what += ", version " + module.file_version;
    if (module.file_signed)
        what += *module.file_signed ? ", signed" : ", not signed";
    tell(findings, Topic::Module, Level::Ok, what);
    if (module.stale())
        tell(findings, Topic::Module, Level::Warning,
             fmt::format("stale: loaded is {}, installed is {}",
                         build_text(module.version, module.srcversion),
                         build_text(module.file_version, module.file_srcversion)),
             "the one that is loaded stays until it is unloaded",
             "modprobe -r cryptorture && modprobe cryptorture");
    if (!module.file_release.empty() && module.file_release != release.release)
        tell(findings, Topic::Module, module.loaded ? Level::Warning : Level::Problem,
             fmt::format("it was built for {}, but {} runs", module.file_release,
                         release.release),
             "the kernel will refuse it", "build it again: make && sudo make install");
}

void report_signing(const Module &module, Findings &findings)
{
    std::vector<std::string> parts;
    parts.emplace_back(module.enforced ? "signatures are enforced"
                                       : "signatures are not enforced");
    if (!module.lockdown.empty())
        parts.push_back("lockdown " + module.lockdown);
    if (module.secure_boot)
        parts.emplace_back(*module.secure_boot ? "Secure Boot on" : "Secure Boot off");
    const bool stops = module.must_be_signed() && !module.loaded;
    const bool unsigned_file = module.file_signed == false;
    tell(
        findings, Topic::Module,
        !stops          ? Level::Ok
        : unsigned_file ? Level::Problem
                        : Level::Warning,
        join(parts),
        stops ? "the kernel loads only what is signed by a key that it trusts" : "",
        stops
            ? "sign it with an enrolled key; DKMS does so with its own, which mokutil --import "
              "enrols"
            : "");
}

} // namespace

bool Module::stale() const
{
    const auto differ = [](const std::string &one, const std::string &other) {
        return !one.empty() && !other.empty() && one != other;
    };
    return loaded && (differ(version, file_version) || differ(srcversion, file_srcversion));
}

std::string replace_module(const Module &module, const std::string &program)
{
    std::string load = "modprobe -r cryptorture && modprobe cryptorture";
    if (module.file_version.empty() || module.file_version == program)
        return load;
    return fmt::format("install the module of version {} (installed is {}), then {}", program,
                       module.file_version, load);
}

Module read_module(const Source &source, const Release &release, const KernelConfig &config,
                   const CommandLine &line)
{
    Module module;
    module.loaded = source.exists("/sys/module/cryptorture");
    module.version = source.line("/sys/module/cryptorture/version").value_or("");
    module.srcversion = source.line("/sys/module/cryptorture/srcversion").value_or("");
    module.busted = source.exists("/sys/module/cryptorture_busted");
    module.modules = source.exists("/proc/modules") && !config.off("MODULES");
    module.disabled = source.line("/proc/sys/kernel/modules_disabled").value_or("0") == "1" ||
                      line.has("nomodule");
    module.enforced =
        source.line("/sys/module/module/parameters/sig_enforce").value_or("N") == "Y" ||
        config.on("MODULE_SIG_FORCE");
    module.lockdown = in_brackets(source.line("/sys/kernel/security/lockdown").value_or(""));
    module.secure_boot = secure_boot(source);
    module.headers = source.exists("/lib/modules/" + release.release + "/build/Makefile");
    find_file(source, release, module);
    return module;
}

Module read_installed(const Source &source)
{
    Module module;
    find_file(source, read_release(source), module);
    return module;
}

void report_module(const Module &module, const std::string &program, const Release &release,
                   Findings &findings)
{
    if (module.busted)
        tell(
            findings, Topic::Module, Level::Problem,
            "cryptorture_busted IS LOADED: IT BREAKS CRYPTO ON PURPOSE",
            "this machine's data is in danger, and every verdict is about that module",
            "unload it at once: modprobe -r cryptorture_busted; it belongs into test VMs only");
    if (module.loaded)
        report_loaded(module, program, findings);
    else
        tell(findings, Topic::Module, Level::Note, "the module is not loaded");
    if (!module.modules)
        tell(findings, Topic::Module, module.loaded ? Level::Note : Level::Problem,
             "this kernel has no loadable modules", "",
             "boot a kernel with CONFIG_MODULES, for example the distribution's own");
    else
        report_file(module, release, findings);
    if (module.disabled)
        tell(findings, Topic::Module, module.loaded ? Level::Note : Level::Problem,
             "loading modules is disabled until the next boot", "",
             "restart without kernel.modules_disabled=1 and without nomodule, and load "
             "cryptorture early");
    if (module.modules)
        report_signing(module, findings);
}

} // namespace ct
