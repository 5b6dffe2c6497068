// SPDX-License-Identifier: GPL-2.0-or-later
// Requests that are confused in a queue, and bytes that are written beside the output.
#include <algorithm>

#include "mechanisms/races.h"

namespace ct::test {

namespace {

MachineDriver queue_driver(Random &random)
{
    static const std::array<MachineDriver, 3> all{
        MachineDriver{"cbc-aes-eng0", "cbc(aes)", false, true},
        MachineDriver{"rfc4106-gcm-eng0", "rfc4106(gcm(aes))", false, true},
        MachineDriver{"ctr-aes-eng0", "ctr(aes)", false, true, true},
    };
    return all.at(below(random, all.size()));
}

template <typename Make>
Evidence queue_run(Random &random, std::size_t least, std::size_t most, unsigned queued,
                   Make &&make)
{
    FaultMachine machine(random);
    const MachineDriver driver = queue_driver(random);
    machine.add(driver);
    const std::size_t wanted = count_between(random, least, most);
    while (machine.records() < wanted) {
        make(machine, driver);
        machine.last().in_flight = queued + static_cast<std::uint32_t>(below(random, 12));
        machine.again(race_again(0.02)); // seldom beside another that matters
    }
    return machine.evidence();
}

Evidence queue_iv(Random &random)
{
    return queue_run(random, 3, 80, 1, [&](FaultMachine &machine, const MachineDriver &driver) {
        iv_record(machine, random, driver);
    });
}

Evidence queue_swapped(Random &random)
{
    return queue_run(random, 2, 60, 1, [&](FaultMachine &machine, const MachineDriver &driver) {
        swapped_record(machine, random, driver, 0.8);
    });
}

// A request is reused, and its first completion comes after all.
Evidence queue_twice(Random &random)
{
    return queue_run(random, 2, 40, 2, [&](FaultMachine &machine, const MachineDriver &driver) {
        const Packet packet = machine.packet(driver.algorithm, 1, 100);
        const Direction direction = machine.some_direction();
        machine.record(driver, packet, direction, right_output(packet, direction),
                       machine.some_cpu());
        machine.last().what = {What::Completion};
    });
}

// From the backlog requests are completed without having been worked on.
Evidence queue_backlog(Random &random)
{
    return queue_run(random, 4, 90, 16,
                     [&](FaultMachine &machine, const MachineDriver &driver) {
                         early_record(machine, random, driver, true);
                     });
}

// Completions carry the status of another request.
Evidence queue_status(Random &random)
{
    FaultMachine machine(random);
    const MachineDriver driver{"rfc4106-gcm-eng0", "rfc4106(gcm(aes))", false, true};
    machine.add(driver);
    const std::size_t wanted = count_between(random, 6, 60);
    while (machine.records() < wanted) {
        const Packet packet = machine.packet(driver.algorithm, 1, 100);
        const bool bad =
            machine.records() == 0 || (machine.records() > 1 && chance(random, 0.5));
        Mismatch &record = bad ? machine.accepted(driver, packet, machine.some_cpu())
                               : machine.refused(driver, packet, machine.some_cpu());
        record.in_flight = 1 + static_cast<std::uint32_t>(below(random, 12));
        machine.again(race_again(0.02));
    }
    return machine.evidence();
}

// The IV that a request is left with is that of another one.
Evidence queue_next_iv(Random &random)
{
    FaultMachine machine(random);
    const MachineDriver driver{"cbc-aes-eng0", "cbc(aes)", false, true};
    machine.add(driver);
    const std::size_t wanted = count_between(random, 3, 50);
    while (machine.records() < wanted) {
        const Packet packet = machine.packet(driver.algorithm, 1, 100);
        const Packet other = machine.of_same_sa(packet, packet.vector().index + 1);
        const Direction direction = machine.some_direction();
        Mismatch &record = machine.record(driver, packet, direction,
                                          right_output(packet, direction), machine.some_cpu());
        const Block right = last_block(packet);
        const Block wrong = last_block(other);
        record.what = {What::Iv};
        record.iv_expected.assign(right.begin(), right.end());
        record.iv_actual.assign(wrong.begin(), wrong.end());
        record.in_flight = 1 + static_cast<std::uint32_t>(below(random, 12));
        machine.again(race_again(0.02));
    }
    return machine.evidence();
}

// Packets that come out right, with other bytes changed.
template <typename Make>
Evidence beside_run(Random &random, const MachineDriver &driver, std::size_t least,
                    std::size_t most, const FaultMachine::Fits &fits, bool template_of_all,
                    Make &&make)
{
    FaultMachine machine(random);
    machine.add(driver);
    if (template_of_all)
        machine.add({"authencesn(hmac(sha1-generic),cbc(aes-generic))", driver.algorithm});
    if (most == 1)
        machine.always_run_again();
    const std::size_t wanted = count_between(random, least, most);
    while (machine.records() < wanted) {
        const Packet packet = machine.packet(driver.algorithm, fits);
        MachineLayout layout = some_layout(random);
        Direction direction = machine.some_direction();
        const std::optional<Change> change = make(packet, direction, layout);
        if (!change || change->actual == change->expected)
            continue;
        const MachineDriver by =
            template_of_all && chance(random, 0.4) ? machine.drivers().back() : driver;
        machine.beside(by, packet, direction, machine.some_cpu(), *change);
        machine.last().layout = layout.name();
        Again again;
        again.same = again.irqs_off = again.other_cpu = again.new_key = 1;
        again.other_simd = again.other_scalar = template_of_all ? 1 : 0;
        machine.again(again);
    }
    return machine.evidence();
}

bool beside_any(const yt_sa &, const yt_vector &vector)
{
    return vector.text_len < 1600;
}

bool beside_part(const yt_sa &, const yt_vector &vector)
{
    return vector.text_len % 16 != 0 && vector.text_len < 1600;
}

Change beside_guard(Outside where, std::size_t offset)
{
    return {where, static_cast<std::uint32_t>(offset), guard_bytes(), guard_bytes()};
}

// The upper half of the sequence number goes behind the text of another destination.
Evidence beside_esn(Random &random)
{
    return beside_run(
        random,
        {"authencesn(hmac(sha1-ni),cbc-aes-aesni)", "authencesn(hmac(sha1),cbc(aes))", true}, 2,
        80, beside_any, true,
        [](const Packet &packet, Direction &direction, MachineLayout &layout) {
            direction = Direction::Decrypt;
            layout.out_of_place = true;
            Change change{Outside::Destination, 0, {}, {}};
            change.offset = static_cast<std::uint32_t>(packet.plain().size());
            change.expected.assign(packet.vector().icv_len, poison);
            change.actual = change.expected;
            std::copy_n(packet.plain().begin() + 4, 4, change.actual.begin());
            return std::optional(change);
        });
}

// The whole ICV, where the caller wants less of it.
Evidence beside_icv(Random &random)
{
    return beside_run(
        random, {"gcm-aes-qx", "gcm(aes)", chance(random, 0.5)}, 3, 120,
        [](const yt_sa &sa, const yt_vector &vector) {
            return sa.icv_len < 16 && vector.text_len < 1600;
        },
        false,
        [](const Packet &packet, Direction &direction, MachineLayout &) {
            direction = Direction::Encrypt;
            Change change = beside_guard(Outside::DestinationBehind, packet.sealed().size());
            const auto icv = packet.icv_over(packet.sealed_text());
            std::copy(icv.begin() + packet.vector().icv_len, icv.end(), change.actual.begin());
            return std::optional(change);
        });
}

// The last part of a block is written as a whole one.
Evidence beside_block(Random &random, std::size_t least, std::size_t most)
{
    return beside_run(
        random, {"ctr-aes-qx", "ctr(aes)", true}, least, most, beside_part, false,
        [](const Packet &packet, Direction &, MachineLayout &) {
            Change change = beside_guard(Outside::DestinationBehind, packet.plain().size());
            const std::size_t used = packet.vector().text_len % 16U;
            const Block stream = encrypted(
                packet.aes(), packet.counter(static_cast<std::ptrdiff_t>(packet.blocks()) - 1));
            std::copy(stream.begin() + static_cast<std::ptrdiff_t>(used), stream.end(),
                      change.actual.begin());
            return std::optional(change);
        });
}

Evidence beside_blocks(Random &random)
{
    return beside_block(random, 3, 100);
}

Evidence beside_once(Random &random)
{
    return beside_block(random, 1, 1);
}

// It works in the source, and copies from there.
Evidence beside_source(Random &random)
{
    return beside_run(
        random, {"cbc-aes-t4", "cbc(aes)"}, 4, 100, beside_any, false,
        [](const Packet &packet, Direction &direction, MachineLayout &layout) {
            layout.out_of_place = true;
            const bool sealing = direction == Direction::Encrypt;
            const Octets before = sealing ? packet.plain() : packet.sealed();
            const Octets after = sealing ? packet.sealed() : packet.plain();
            const std::size_t size = std::min<std::size_t>(64, before.size());
            Change change{Outside::Source, 0, {}, {}};
            change.expected.assign(before.begin(), before.begin() + static_cast<long>(size));
            change.actual.assign(after.begin(), after.begin() + static_cast<long>(size));
            return std::optional(change);
        });
}

// A store from an address that is rounded down.
Evidence beside_front(Random &random)
{
    return beside_run(random, {"ctr-aes-t4", "ctr(aes)"}, 3, 60, beside_any, false,
                      [](const Packet &, Direction &, MachineLayout &layout) {
                          Change change = beside_guard(Outside::DestinationFront, 0);
                          std::fill(change.actual.end() - (layout.offset & 7U),
                                    change.actual.end(), std::uint8_t{0});
                          return std::optional(change);
                      });
}

} // namespace

std::vector<Mechanism> request_mechanisms()
{
    constexpr auto race = BugClass::DriverRace;
    constexpr auto order = BugClass::AsyncOrder;
    constexpr auto beside = BugClass::SgWriteback;
    return {
        // Requests that share one place for IVs are a race as well.
        {"queued requests get another's IV", order, {race}, queue_iv},
        {"queued requests get another's result", order, {}, queue_swapped},
        {"requests are completed twice", order, {}, queue_twice},
        {"a backlog's requests are not worked on", order, {race}, queue_backlog},
        {"completions with another's status",
         order,
         {race, BugClass::AuthBypass},
         queue_status},
        {"another request's next IV", order, {race}, queue_next_iv},
        {"the sequence number behind a text", beside, {}, beside_esn},
        {"the whole ICV where a part is wanted", beside, {}, beside_icv},
        {"a whole block where a part is left", beside, {}, beside_blocks},
        {"a whole block where a part is left, once", beside, {}, beside_once},
        {"the source is used as a scratch buffer", beside, {}, beside_source},
        {"a store in front of the destination", beside, {}, beside_front},
    };
}

} // namespace ct::test
