// SPDX-License-Identifier: GPL-2.0-or-later
// What the faults that nothing was fitted to have in common.
#pragma once

#include <algorithm>

#include "mechanisms/machine.h"

namespace ct::test {

using FreshBytes = std::vector<std::uint8_t>;

inline constexpr std::size_t fresh_line = 64;
inline constexpr std::size_t fresh_page = 4096;

inline const MachineDriver &fresh_driver(FaultMachine &machine, std::string_view algorithm,
                                         std::optional<bool> simd = {})
{
    for (;;) {
        const MachineDriver &driver = machine.some_driver(simd);
        if (!driver.deferred && driver.algorithm.find(algorithm) != std::string::npos)
            return driver;
    }
}

inline bool fresh_has_icv(const MachineDriver &driver)
{
    return driver.algorithm.find("gcm") != std::string::npos ||
           driver.algorithm.find("authenc") != std::string::npos;
}

inline Again fresh_always(bool one_driver)
{
    Again again;
    again.same = again.irqs_off = again.other_cpu = again.new_key = again.other_direction = 1;
    again.one_driver_only = one_driver;
    return again;
}

// As likely in each way but with interrupts off.
inline Again fresh_equally(double of_one, bool one_driver)
{
    Again again;
    again.same = again.other_cpu = again.new_key = again.other_direction = of_one;
    again.irqs_off = of_one;
    again.other_simd = again.other_scalar = of_one;
    again.one_driver_only = one_driver;
    return again;
}

inline FreshBytes fresh_input(const Packet &packet, Direction direction)
{
    const Octets input = direction == Direction::Encrypt ? packet.plain() : packet.sealed();
    return {input.begin(), input.end()};
}

inline FreshBytes fresh_text(const Packet &packet, const FreshBytes &output)
{
    const auto from = output.begin() + packet.vector().head_len;
    return {from, from + packet.vector().text_len};
}

inline FreshBytes fresh_other_icv(const Packet &packet, Random &random)
{
    FreshBytes output = right_output(packet, Direction::Encrypt);
    for (std::size_t place = output.size() - packet.vector().icv_len; place < output.size();
         ++place)
        output[place] ^= static_cast<std::uint8_t>(random());
    output.back() ^= 1; // one bit at least
    return output;
}

// Either with a wrong ICV, or not taken for good.
inline void fresh_icv_record(FaultMachine &machine, Random &random, const MachineDriver &driver,
                             const Packet &packet, std::uint32_t cpu)
{
    if (chance(random, 0.5))
        machine.record(driver, packet, Direction::Encrypt, fresh_other_icv(packet, random),
                       cpu);
    else
        machine.refused(driver, packet, cpu);
}

// The cipher is right for the blocks before.
inline std::function<Block(const Block &)> fresh_from(std::size_t from,
                                                      std::function<Block(const Block &)> right,
                                                      std::function<Block(const Block &)> wrong)
{
    return [from, right = std::move(right), wrong = std::move(wrong),
            done = std::size_t{0}](const Block &in) mutable {
        return done++ < from ? right(in) : wrong(in);
    };
}

// Parts of fresh_mechanisms().
[[nodiscard]] std::vector<Mechanism> fresh_hardware_mechanisms();
[[nodiscard]] std::vector<Mechanism> fresh_register_mechanisms();

} // namespace ct::test
