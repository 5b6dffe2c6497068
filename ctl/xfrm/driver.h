// SPDX-License-Identifier: GPL-2.0-or-later
// Which driver of the crypto API an SA gets: chosen beforehand by priority (NETLINK_CRYPTO,
// crypto_user), and afterwards known by the references that /proc/crypto counts. A driver's
// name is that of the whole AEAD, without the IV generator that ESP puts around it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/error.h"
#include "cipher/suite.h"

namespace ct {

// Drivers that an SA with such keys could have here, by priority, best first: registered ones,
// and what can be made of the parts that are registered. As root, modules that such an SA
// would load are loaded.
[[nodiscard]] Result<std::vector<std::string>> sa_drivers(const SaKeys &keys);

// Gives SAs that are added by the work this driver: the priority of an IV generator over it
// is the highest for that time, and as before afterwards; also restored at the next call of any
// kind here when the process was killed in between (a note in /run tells). Makes instances of
// templates if need be; none of them becomes what others get. All signals of the calling
// thread are blocked meanwhile. Errors: no crypto_user, no such driver, one of another
// algorithm, no permission.
[[nodiscard]] Result<void> with_driver(const SaKeys &keys, const std::string &driver,
                                       const std::function<Result<void>()> &work);

// The driver that the work's SA got: its name, or what is known of it. Other users of the
// same algorithms at the same moment make it uncertain: then empty. May be called by the
// work of with_driver().
[[nodiscard]] Result<std::string> driver_of(const SaKeys &keys,
                                            const std::function<Result<void>()> &work);

} // namespace ct
