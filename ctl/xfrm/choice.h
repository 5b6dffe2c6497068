// SPDX-License-Identifier: GPL-2.0-or-later
// Which drivers an SA could have, and what has to be done for one of them, by what is
// registered. Knows names alone and asks nobody.
//
// ESP allocates an IV generator by the name of its algorithm, "seqiv(rfc4106(gcm(aes)))": the
// registered one of the highest priority, or a new one over the best AEAD where there is none
// at all. So the generator's own priority decides, whatever that of the AEAD in it is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cipher/suite.h"
#include "crypto/drivers.h"

namespace ct {

// The longest name that crypto_user takes.
inline constexpr std::size_t driver_name_max = 63;

// "seqiv(rfc4106(gcm(aes)))": what ESP allocates.
[[nodiscard]] std::string generator_algorithm(const SaKeys &keys);
// "seqiv(rfc4106-gcm-aesni)", over that driver.
[[nodiscard]] std::string generator_of(const SaKeys &keys, const std::string &driver);

// None that is being made or tested.
[[nodiscard]] const Registered *find_registered(const Drivers &drivers,
                                                const std::string &driver);
// What a driver computes, whether it is registered or would have to be made; nothing where
// that depends on parts that are not known.
[[nodiscard]] std::optional<std::string> algorithm_of(const Drivers &drivers,
                                                      const std::string &driver);
// The same of its priority.
[[nodiscard]] std::optional<std::uint64_t> priority_of(const Drivers &drivers,
                                                       const std::string &driver);

// By priority, best first.
[[nodiscard]] std::vector<std::string> possible_drivers(const Drivers &drivers,
                                                        const SaKeys &keys);

// The instances of templates in a driver's name that are not registered, innermost first; the
// driver itself is the last.
[[nodiscard]] std::vector<std::string> missing_instances(const Drivers &drivers,
                                                         const std::string &driver);
// Below the best other one of its algorithm, where it is not; an instance that is new may
// not become what others get.
[[nodiscard]] std::optional<std::uint32_t> quiet_priority(const Drivers &drivers,
                                                          const std::string &driver);
// Above all others of its algorithm, where it is not: among equals the newest wins.
[[nodiscard]] std::optional<std::uint32_t> raised_priority(const Drivers &drivers,
                                                           const std::string &driver);

// The drivers of SAs that have more references afterwards, by their generators; where no
// generator has, those of the AEADs.
[[nodiscard]] std::vector<std::string> more_used(const Drivers &before, const Drivers &after,
                                                 const SaKeys &keys);

} // namespace ct
