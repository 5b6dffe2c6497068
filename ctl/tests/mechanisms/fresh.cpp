// SPDX-License-Identifier: GPL-2.0-or-later
// Faults of drivers and requests that nothing was fitted to.
#include "mechanisms/fresh.h"

namespace ct::test {

namespace {

// The source is mapped by the first of its pages, as if the next lay behind it.
Evidence fresh_vmalloc(Random &random)
{
    FaultMachine machine(random);
    const MachineDriver driver = fresh_driver(machine, "aes");
    const std::size_t count = count_between(random, 2, 60);
    while (machine.records() < count) {
        const Packet packet = machine.packet(driver.algorithm, 270, 560);
        const Direction direction = machine.some_direction();
        MachineLayout layout = some_layout(random);
        layout.out_of_place = true;
        layout.backing = "vmalloc";
        FreshBytes text = fresh_text(packet, fresh_input(packet, direction));
        for (std::size_t at = fresh_page - layout.offset - packet.vector().head_len;
             at < text.size(); ++at)
            text[at] = static_cast<std::uint8_t>(random());
        Twist twist;
        twist.input = text;
        if (fresh_has_icv(driver) && direction == Direction::Decrypt)
            machine.refused(driver, packet, machine.some_cpu());
        else
            machine.record(driver, packet, direction, twisted(packet, direction, twist),
                           machine.some_cpu());
        machine.last().layout = layout.name();
        machine.again(fresh_always(true));
    }
    return machine.evidence();
}

// From 8 KiB on.
Evidence fresh_bit_length(Random &random)
{
    FaultMachine machine(random);
    MachineDriver driver = fresh_driver(machine, "gcm");
    if (chance(random, 0.4))
        driver = fresh_driver(machine, "authenc");
    const std::size_t count = count_between(random, 2, 30);
    while (machine.records() < count) {
        fresh_icv_record(machine, random, driver, machine.packet(driver.algorithm, 512, 570),
                         machine.some_cpu());
        machine.again(fresh_always(true));
    }
    return machine.evidence();
}

// Each stores its own when it begins, and all add to the same.
Evidence fresh_static_counter(Random &random)
{
    FaultMachine machine(random);
    const MachineDriver driver =
        fresh_driver(machine, chance(random, 0.5) ? "ctr(aes)" : "gcm(aes)");
    const std::size_t count = count_between(random, 3, 120);
    while (machine.records() < count) {
        const Packet packet = machine.packet(driver.algorithm, 16, 400);
        const Packet other = machine.packet(driver.algorithm, 16, 400);
        const Direction direction =
            driver.algorithm == "ctr(aes)" ? machine.some_direction() : Direction::Encrypt;
        const auto batches = static_cast<std::ptrdiff_t>(packet.blocks() / 8);
        const std::ptrdiff_t from =
            8 * static_cast<std::ptrdiff_t>(below(random, static_cast<std::size_t>(batches)));
        const auto start = static_cast<std::ptrdiff_t>(8 * below(random, 3));
        Twist twist;
        twist.counter = [&](std::ptrdiff_t number) {
            return number < from ? packet.counter(number)
                                 : other.counter(number - from + start);
        };
        machine.record(driver, packet, direction, twisted(packet, direction, twist),
                       machine.some_cpu());
        machine.again(fresh_equally(chance(random, 0.4) ? 0.02 : 0, true));
    }
    return machine.evidence();
}

// Whoever comes with another key expands it into the one slot, while others work with it.
Evidence fresh_key_slot(Random &random)
{
    FaultMachine machine(random);
    const MachineDriver driver = fresh_driver(machine, "aes");
    const std::size_t count = count_between(random, 3, 150);
    while (machine.records() < count) {
        const Packet packet = machine.packet(driver.algorithm, 4, 300);
        const Packet other = machine.packet(driver.algorithm, 4, 300);
        if (other.sa().number == packet.sa().number)
            continue;
        const Direction direction = machine.some_direction();
        const bool forward = packet.mode() == Mode::Counter || direction == Direction::Encrypt;
        Twist twist;
        twist.cipher =
            fresh_from(chance(random, 0.5) ? 0 : below(random, packet.blocks()),
                       keyed_cipher(packet, forward, {}), keyed_cipher(other, forward, {}));
        if (packet.is_gcm() && direction == Direction::Decrypt)
            machine.refused(driver, packet, machine.some_cpu());
        else
            machine.record(driver, packet, direction, twisted(packet, direction, twist),
                           machine.some_cpu());
        // Softirqs have other keys too, so that even a lone CPU meets them.
        Again again = fresh_equally(0.05, true);
        again.irqs_off = 0.03;
        machine.again(again);
    }
    return machine.evidence();
}

// The ICV lies in two pieces, and what the second says replaces what the first said.
Evidence fresh_second_piece(Random &random)
{
    FaultMachine machine(random);
    const MachineDriver driver = fresh_driver(machine, chance(random, 0.5) ? "gcm" : "authenc");
    const std::size_t count = count_between(random, 1, 40);
    while (machine.records() < count) {
        const Packet packet =
            machine.packet(driver.algorithm, [](const yt_sa &, const yt_vector &vector) {
                const unsigned icv = vector.head_len + vector.text_len;
                return vector.text_len > 0 && vector.tamper_offset >= icv &&
                       vector.tamper_offset < icv + vector.icv_len / 2U;
            });
        machine.accepted(driver, packet, machine.some_cpu());
        MachineLayout layout = some_layout(random);
        layout.split = "middles";
        machine.last().layout = layout.name();
        Again again = fresh_always(true);
        again.other_direction = 0;
        machine.again(again);
    }
    return machine.evidence();
}

Evidence fresh_short_texts(Random &random)
{
    FaultMachine machine(random);
    const MachineDriver driver = fresh_driver(machine, chance(random, 0.6) ? "gcm" : "authenc");
    const unsigned limit = chance(random, 0.5) ? 64 : 128; // what its fast loop begins with
    const std::size_t count = count_between(random, 1, 90);
    while (machine.records() < count) {
        const Packet packet =
            machine.packet(driver.algorithm, [=](const yt_sa &, const yt_vector &vector) {
                return vector.text_len > 0 && vector.text_len < limit;
            });
        machine.accepted(driver, packet, machine.some_cpu());
        Again again = fresh_always(true);
        again.other_direction = 0;
        machine.again(again);
    }
    return machine.evidence();
}

MachineDriver fresh_device(FaultMachine &machine, Random &random)
{
    static const std::array<MachineDriver, 4> devices{
        {{"cbc-aes-qce", "cbc(aes)", false, true},
         {"ctr-aes-ccp", "ctr(aes)", false, true},
         {"rfc4106-gcm-aes-caam", "rfc4106(gcm(aes))", false, true},
         {"qat_aes_cbc_hmac_sha1", "authenc(hmac(sha1),cbc(aes))", false, true}}};
    return machine.add(devices.at(below(random, devices.size())), chance(random, 0.2));
}

// Put into the queue, and into the backlog also: what came out goes in again.
Evidence fresh_done_twice(Random &random)
{
    FaultMachine machine(random);
    const MachineDriver driver = fresh_device(machine, random);
    const bool next_iv = chance(random, 0.5); // it is where the request's IV was
    const std::size_t count = count_between(random, 1, 80);
    while (machine.records() < count) {
        const Packet packet = machine.packet(driver.algorithm, 2, 200);
        const Direction direction = machine.some_direction();
        Twist twist;
        twist.input = fresh_text(packet, right_output(packet, direction));
        if (next_iv && packet.mode() == Mode::Cbc && !fresh_has_icv(driver))
            twist.iv = last_block(packet);
        if (fresh_has_icv(driver) && direction == Direction::Decrypt)
            machine.refused(driver, packet, machine.some_cpu());
        else
            machine.record(driver, packet, direction, twisted(packet, direction, twist),
                           machine.some_cpu());
        MachineLayout layout = some_layout(random);
        layout.out_of_place = false;
        machine.last().layout = layout.name();
        machine.last().in_flight = 5 + static_cast<std::uint32_t>(below(random, 12));
        machine.again({}); // alone it never waits
    }
    return machine.evidence();
}

// The end of the request before is written when its buffer is that of the next.
Evidence fresh_late_write(Random &random)
{
    FaultMachine machine(random);
    const MachineDriver driver = fresh_device(machine, random);
    const std::size_t count = count_between(random, 2, 50);
    while (machine.records() < count) {
        const Packet packet = machine.packet(driver.algorithm, 8, 200);
        const Packet other = chance(random, 0.4) ? machine.of_same_sa(packet, random())
                                                 : machine.packet(driver.algorithm, 8, 200);
        const Direction direction = machine.some_direction();
        const FreshBytes before = right_output(other, machine.some_direction());
        FreshBytes output = right_output(packet, direction);
        const std::size_t lines = before.size() / fresh_line;
        if (other.vector().index == packet.vector().index || lines < 2)
            continue;
        const std::size_t from = (lines - 1 - below(random, 2)) * fresh_line;
        if (from >= output.size())
            continue;
        std::copy(before.begin() + static_cast<std::ptrdiff_t>(from),
                  before.begin() +
                      static_cast<std::ptrdiff_t>(std::min(before.size(), output.size())),
                  output.begin() + static_cast<std::ptrdiff_t>(from));
        if (output == right_output(packet, direction))
            continue;
        Mismatch &record =
            machine.record(driver, packet, direction, output, machine.some_cpu());
        FaultMachine::set_iv(record, packet, last_block(packet)); // from the device
        record.layout = "in-place/page/whole+0";
        record.in_flight = 1 + static_cast<std::uint32_t>(below(random, 6));
        machine.again({});
    }
    return machine.evidence();
}

// A bounce buffer goes back by whole lines.
Evidence fresh_bounce(Random &random)
{
    FaultMachine machine(random);
    const MachineDriver driver = fresh_driver(machine, "aes");
    const std::size_t count = count_between(random, 1, 100);
    while (machine.records() < count) {
        const Packet packet = machine.packet(driver.algorithm, 1, 90);
        const Direction direction = machine.some_direction();
        MachineLayout layout = some_layout(random);
        layout.offset = 1 + static_cast<unsigned>(below(random, 15));
        layout.split = "whole";
        const std::size_t size = right_output(packet, direction).size();
        const std::size_t left = (fresh_line - size % fresh_line) % fresh_line;
        if (left == 0)
            continue;
        Change change;
        change.where = Outside::DestinationBehind;
        change.offset = static_cast<std::uint32_t>(size);
        change.expected = guard_bytes();
        change.actual = change.expected;
        for (std::size_t place = 0; place < left; ++place)
            change.actual[place] = static_cast<std::uint8_t>(random());
        machine.beside(driver, packet, direction, machine.some_cpu(), change);
        machine.last().layout = layout.name();
        machine.again(fresh_always(true));
    }
    return machine.evidence();
}

// As many bytes as a structure of the driver has.
Evidence fresh_long_iv(Random &random)
{
    FaultMachine machine(random);
    const MachineDriver driver =
        fresh_driver(machine, chance(random, 0.7) ? "cbc(aes)" : "ctr(aes)");
    const std::size_t count = count_between(random, 1, 200);
    while (machine.records() < count) {
        const Packet packet = machine.packet(driver.algorithm, 1, 200);
        Change change;
        change.where = Outside::IvBehind;
        change.expected = guard_bytes();
        change.actual = change.expected;
        const Block stale = block_at(packet.sealed_text(), 0);
        std::copy(stale.begin(), stale.end(), change.actual.begin());
        machine.beside(driver, packet, machine.some_direction(), machine.some_cpu(), change);
        machine.again(fresh_always(true));
    }
    return machine.evidence();
}

} // namespace

std::vector<Mechanism> fresh_mechanisms()
{
    using enum BugClass;
    std::vector<Mechanism> all{
        {"vmalloc'ed sources are mapped as if in one piece", DriverData, {}, fresh_vmalloc},
        {"a length in bits is cut to 16 bits", DriverData, {}, fresh_bit_length},
        {"a static counter that all CPUs add to", DriverRace, {}, fresh_static_counter},
        {"one slot for an expanded key", DriverRace, {KeySchedule}, fresh_key_slot},
        {"an ICV's second piece decides", AuthBypass, {}, fresh_second_piece},
        {"ICVs of short texts are not checked", AuthBypass, {}, fresh_short_texts},
        {"queued requests are done a second time", AsyncOrder, {}, fresh_done_twice},
        {"a device writes its last lines late", AsyncOrder, {DriverRace}, fresh_late_write},
        {"a bounce buffer goes back by lines", SgWriteback, {DriverData}, fresh_bounce},
        {"two blocks are written as the next IV", SgWriteback, {DriverData}, fresh_long_iv}};
    for (auto &&more : {fresh_hardware_mechanisms(), fresh_register_mechanisms()})
        all.insert(all.end(), more.begin(), more.end());
    return all;
}

} // namespace ct::test
