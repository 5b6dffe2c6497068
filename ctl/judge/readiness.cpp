// SPDX-License-Identifier: GPL-2.0-or-later
#include "judge/readiness.h"

#include <fmt/format.h>

#include "facts/distribution.h"

namespace ct {

namespace {

using Obstacles = std::vector<Reasoned>;

void permission(const Host &host, Obstacles &obstacles)
{
    const Permission &mine = host.permission;
    if (!mine.user_namespace)
        obstacles.push_back({"this is not the initial user namespace",
                             "run it on the host, outside of containers"});
    else if (!mine.net_admin)
        obstacles.push_back({"CAP_NET_ADMIN is missing", "run it as root"});
    if (mine.net_namespace == false)
        obstacles.push_back({"this is not the initial network namespace",
                             "run it outside of containers, or with nsenter --target 1 --net"});
    if (!host.module.loaded && mine.net_admin && !mine.sys_module)
        obstacles.push_back({"the module is not loaded, and CAP_SYS_MODULE is missing",
                             "load it as root: modprobe cryptorture"});
}

// Of a module that is not loaded yet.
void loading(const Host &host, Obstacles &obstacles)
{
    const Module &module = host.module;
    if (!module.modules) {
        obstacles.push_back(
            {"this kernel has no loadable modules", "boot a kernel with CONFIG_MODULES"});
        return;
    }
    if (module.disabled)
        obstacles.push_back({"loading modules is disabled until the next boot",
                             "restart, and load cryptorture before that is done"});
    if (module.file.empty()) {
        obstacles.push_back(
            {fmt::format("no cryptorture.ko is installed for {}", host.release.release),
             module.headers
                 ? "make && sudo make install"
                 : install_headers(host.release.release) + ", then make && sudo make install"});
        return;
    }
    if (!module.file_release.empty() && module.file_release != host.release.release)
        obstacles.push_back(
            {fmt::format("the installed module was built for {}", module.file_release),
             "build it again: make && sudo make install"});
    if (module.must_be_signed() && module.file_signed == false)
        obstacles.push_back({"the kernel loads signed modules only, and this one is not",
                             "sign it with an enrolled key (mokutil --import)"});
}

} // namespace

std::vector<Reasoned> obstacles_of(const Host &host)
{
    Obstacles obstacles;
    const Module &module = host.module;
    if (module.busted)
        obstacles.push_back({"cryptorture_busted is loaded, which breaks crypto on purpose",
                             "modprobe -r cryptorture_busted"});
    if (!module.loaded)
        loading(host, obstacles);
    permission(host, obstacles);
    return obstacles;
}

} // namespace ct
