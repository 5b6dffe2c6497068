// SPDX-License-Identifier: GPL-2.0-or-later
// Faults of drivers and requests that nothing is set with, and a device that is gone.
#include "mechanisms/fresh.h"
#include "mechanisms/held.h"

namespace ct::test {

namespace {

MachineDriver held_device(FaultMachine &machine, Random &random, bool bare)
{
    static const std::array<MachineDriver, 4> devices{
        {{"cbc-aes-talitos", "cbc(aes)", false, true},
         {"safexcel-ctr-aes", "ctr(aes)", false, true},
         {"safexcel-gcm-aes", "gcm(aes)", false, true},
         {"authenc-hmac-sha1-cbc-aes-talitos", "authenc(hmac(sha1),cbc(aes))", false, true}}};
    return machine.add(devices.at(below(random, bare ? 2 : devices.size())),
                       chance(random, 0.2));
}

// Where the length of a digest has no room in the last block, one more is due, and left out.
Evidence held_padding(Random &random)
{
    constexpr std::size_t room = fresh_line - sizeof(std::uint64_t);
    FaultMachine machine(random);
    const MachineDriver driver = fresh_driver(machine, "authenc");
    const std::size_t count = count_between(random, 2, 120);
    while (machine.records() < count) {
        const Packet packet = machine.packet(driver.algorithm, 1, 300);
        if ((packet.aad().size() + packet.vector().text_len) % fresh_line < room)
            continue;
        fresh_icv_record(machine, random, driver, packet, machine.some_cpu());
        machine.again(fresh_always(true));
    }
    return machine.evidence();
}

// In place, the ciphertext that a batch is chained to has been written over by the batch
// before.
Evidence held_in_place(Random &random)
{
    FaultMachine machine(random);
    const MachineDriver driver = fresh_driver(machine, "cbc(aes)", true);
    const std::size_t batch = chance(random, 0.5) ? 4 : 8;
    const std::size_t count = count_between(random, 2, 60);
    while (machine.records() < count) {
        const Packet packet = machine.packet(driver.algorithm, batch + 1, 90);
        FreshBytes output = right_output(packet, Direction::Decrypt);
        const std::size_t head = packet.vector().head_len;
        for (std::size_t place = batch * block_size; place < packet.vector().text_len; ++place)
            if (place / block_size % batch == 0)
                output[head + place] ^=
                    static_cast<std::uint8_t>(packet.sealed_text()[place - block_size] ^
                                              packet.plain_text()[place - block_size]);
        MachineLayout layout = some_layout(random);
        layout.out_of_place = false;
        machine.record(driver, packet, Direction::Decrypt, output, machine.some_cpu()).layout =
            layout.name();
        Again again = fresh_always(true);
        again.other_direction = 0;
        machine.again(again);
    }
    return machine.evidence();
}

// Which way to go is kept in the transform: whoever asks last decides for all.
Evidence held_direction(Random &random)
{
    FaultMachine machine(random);
    MachineDriver driver = fresh_driver(machine, "cbc(aes)");
    while (driver.algorithm != "cbc(aes)")
        driver = fresh_driver(machine, "cbc(aes)");
    const std::size_t count = count_between(random, 2, 90);
    while (machine.records() < count) {
        const Packet packet = machine.packet(driver.algorithm, 2, 300);
        const Direction direction = machine.some_direction();
        const bool sealing = direction == Direction::Encrypt;
        const FreshBytes input = fresh_text(packet, fresh_input(packet, direction));
        FreshBytes text = fresh_text(packet, right_output(packet, direction));
        const std::size_t from = chance(random, 0.6) ? 0 : below(random, packet.blocks());
        Block before = packet.iv();
        if (from > 0)
            before = block_at(packet.sealed_text(), (from - 1) * block_size);
        for (std::size_t place = from * block_size; place < text.size(); place += block_size) {
            const Block in = block_at(input, place);
            const Block out = sealing ? decrypted(packet.aes(), in) ^ before
                                      : encrypted(packet.aes(), in ^ before);
            before = sealing ? in : out;
            std::ranges::copy(out, text.begin() + static_cast<std::ptrdiff_t>(place));
        }
        Mismatch &record =
            machine.record(driver, packet, direction,
                           output_of(packet, direction, std::move(text)), machine.some_cpu());
        FaultMachine::set_iv(record, packet, before);
        Again again = fresh_equally(0.04, true);
        again.irqs_off = 0.02; // other CPUs ask as well
        machine.again(again);
    }
    return machine.evidence();
}

// How far it has come is kept in the transform too: another operation moves it on.
Evidence held_position(Random &random)
{
    FaultMachine machine(random);
    const MachineDriver driver = fresh_driver(machine, "ctr(aes)");
    const std::size_t count = count_between(random, 2, 70);
    while (machine.records() < count) {
        const Packet packet = machine.packet(driver.algorithm, 24, 400);
        const Direction direction = machine.some_direction();
        const MachineLayout layout = some_layout(random);
        const FreshBytes input = fresh_input(packet, direction);
        FreshBytes output = right_output(packet, direction);
        constexpr std::size_t batch = 8 * block_size;
        const std::size_t head = packet.vector().head_len;
        const std::size_t from = below(random, packet.vector().text_len / batch) * batch;
        const std::size_t to = std::min<std::size_t>(packet.vector().text_len,
                                                     from + (1 + below(random, 6)) * batch);
        for (std::size_t place = head + from; place < head + to; ++place)
            output[place] = layout.out_of_place ? poison : input[place];
        machine.record(driver, packet, direction, output, machine.some_cpu()).layout =
            layout.name();
        machine.again(fresh_equally(chance(random, 0.5) ? 0.03 : 0, true));
    }
    return machine.evidence();
}

// memcmp() answers with a sign, and only what is greater than nothing counts as a difference.
Evidence held_sign(Random &random)
{
    FaultMachine machine(random);
    const MachineDriver driver = fresh_driver(machine, chance(random, 0.6) ? "gcm" : "authenc");
    const std::size_t count = count_between(random, 1, 90);
    while (machine.records() < count) {
        const Packet packet = machine.packet(driver.algorithm, 1, 300);
        const yt_vector &vector = packet.vector();
        const std::size_t icv = vector.head_len + std::size_t{vector.text_len};
        bool less = chance(random, 0.5);
        if (vector.tamper_offset >= icv) {
            const std::uint8_t right = packet.sealed()[vector.tamper_offset];
            less = (right ^ vector.tamper_mask) < right;
        }
        if (!less)
            continue;
        machine.accepted(driver, packet, machine.some_cpu());
        Again again = fresh_always(true);
        again.other_direction = 0;
        machine.again(again);
    }
    return machine.evidence();
}

// What was good is remembered by its header, and a changed copy that comes soon is good too.
Evidence held_remembered(Random &random)
{
    FaultMachine machine(random);
    const MachineDriver driver = fresh_driver(machine, chance(random, 0.6) ? "gcm" : "authenc");
    const std::size_t count = count_between(random, 1, 60);
    while (machine.records() < count) {
        const Packet packet =
            machine.packet(driver.algorithm, [](const yt_sa &, const yt_vector &vector) {
                return vector.text_len > 0 && vector.tamper_offset >= vector.head_len;
            });
        machine.accepted(driver, packet, machine.some_cpu());
        Again again;
        again.same = again.irqs_off = 0.4;
        again.other_cpu = 0.3;
        again.one_driver_only = true;
        machine.again(again); // a new transform remembers nothing
    }
    return machine.evidence();
}

// In a ring that is full the newest request is written over the oldest, which never comes back;
// the newest comes back in its place and in that of the oldest.
Evidence held_ring(Random &random)
{
    FaultMachine machine(random);
    const MachineDriver driver = held_device(machine, random, false);
    const auto ring = static_cast<std::uint32_t>(16U << below(random, 3));
    const std::size_t count = count_between(random, 2, 40);
    while (machine.records() < count) {
        const Packet packet = machine.packet(driver.algorithm, 1, 200);
        const Direction direction = machine.some_direction();
        Mismatch &record = machine.record(driver, packet, direction,
                                          right_output(packet, direction), machine.some_cpu());
        record.in_flight = ring - 1 + static_cast<std::uint32_t>(below(random, 3));
        record.what = {What::Completion};
        if (machine.records() % 2 == 0) {
            record.what = {What::Stuck};
            record.expected.clear();
            record.actual.clear();
            record.persists = false;
            record.duration_ns = 10000000000 + below(random, 90000000);
        }
        machine.again({}); // alone it never fills the ring
    }
    return machine.evidence();
}

// A slot of the ring keeps the length of the request that it had before.
Evidence held_slot_length(Random &random)
{
    FaultMachine machine(random);
    const MachineDriver driver = held_device(machine, random, true);
    const std::size_t count = count_between(random, 2, 60);
    while (machine.records() < count) {
        const Packet packet = machine.packet(driver.algorithm, 8, 300);
        const Packet other = machine.packet(driver.algorithm, 1, 200);
        if (other.vector().text_len >= packet.vector().text_len)
            continue; // it would go on behind the destination
        const Direction direction = machine.some_direction();
        const MachineLayout layout = some_layout(random);
        const FreshBytes input = fresh_input(packet, direction);
        FreshBytes output = right_output(packet, direction);
        const std::size_t head = packet.vector().head_len;
        for (std::size_t place = head + other.vector().text_len; place < output.size(); ++place)
            output[place] = layout.out_of_place ? poison : input[place];
        Mismatch &record =
            machine.record(driver, packet, direction, output, machine.some_cpu());
        record.layout = layout.name();
        record.in_flight = 3 + static_cast<std::uint32_t>(below(random, 20));
        machine.again({});
    }
    return machine.evidence();
}

// A device writes how it went into the word behind the source.
Evidence held_status_word(Random &random)
{
    FaultMachine machine(random);
    const MachineDriver driver = held_device(machine, random, false);
    const bool always = chance(random, 0.5); // or if it had to wait
    const std::size_t count = count_between(random, 1, 100);
    while (machine.records() < count) {
        const Packet packet = machine.packet(driver.algorithm, 1, 200);
        const Direction direction = machine.some_direction();
        Change change;
        change.where = Outside::SourceBehind;
        change.offset = static_cast<std::uint32_t>(fresh_input(packet, direction).size());
        change.expected = guard_bytes();
        change.actual = change.expected;
        constexpr std::array<std::uint8_t, 4> done{0x01, 0, 0, 0x80};
        std::ranges::copy(done, change.actual.begin());
        machine.beside(driver, packet, direction, machine.some_cpu(), change);
        MachineLayout layout = some_layout(random);
        layout.out_of_place = true;
        machine.last().layout = layout.name();
        machine.again(always ? fresh_always(true) : fresh_equally(0.1, true));
    }
    return machine.evidence();
}

// When unaligned text is done, a copy of the IV is wiped, from one block before it.
Evidence held_wipe(Random &random)
{
    FaultMachine machine(random);
    const MachineDriver driver = fresh_driver(machine, "aes");
    const std::size_t count = count_between(random, 1, 150);
    while (machine.records() < count) {
        const Packet packet = machine.packet(driver.algorithm, 1, 200);
        Change change;
        change.where = Outside::IvFront;
        change.expected = guard_bytes();
        change.actual = change.expected;
        std::fill_n(change.actual.rbegin(), block_size, std::uint8_t{0});
        machine.beside(driver, packet, machine.some_direction(), machine.some_cpu(), change);
        MachineLayout layout = some_layout(random);
        layout.offset = 1 + static_cast<unsigned>(below(random, 15));
        machine.last().layout = layout.name();
        machine.again(fresh_always(true));
    }
    return machine.evidence();
}

// A device is no longer there, and its driver says so: nothing wrong is taken for right.
Evidence held_gone(Random &random)
{
    constexpr std::array<std::int32_t, 3> statuses{-5, -19, -110};
    FaultMachine machine(random);
    const MachineDriver driver =
        machine.add({"cbc-aes-talitos", "cbc(aes)", false, true}, chance(random, 0.2));
    const std::int32_t status = statuses.at(below(random, statuses.size()));
    const std::size_t count = count_between(random, 2, 120);
    while (machine.records() < count) {
        const Packet packet = machine.packet(driver.algorithm, 1, 200);
        Mismatch &record = machine.refused(driver, packet, machine.some_cpu());
        record.direction = machine.some_direction();
        record.status = status;
        machine.again(fresh_always(true));
    }
    return machine.evidence();
}

} // namespace

std::vector<Mechanism> held_driver_mechanisms()
{
    using enum BugClass;
    return {
        {"a digest's padding with one more block", DriverData, {}, held_padding},
        {"a batch is chained to what was written in place", DriverData, {}, held_in_place},
        // The keys are right, but of the other direction.
        {"a direction kept in the transform", DriverRace, {KeySchedule}, held_direction},
        {"a position kept in the transform", DriverRace, {}, held_position},
        {"of an ICV's comparison only one sign counts", AuthBypass, {}, held_sign},
        {"good packets are remembered by headers", AuthBypass, {}, held_remembered},
        {"a full ring is written over", AsyncOrder, {}, held_ring},
        // Also work that is not done when it completes.
        {"a slot keeps a length of before", AsyncOrder, {DriverRace}, held_slot_length},
        {"a device's status behind the source", SgWriteback, {DriverData}, held_status_word},
        {"an IV is wiped from too low", SgWriteback, {DriverData}, held_wipe},
        {"a device is gone", {}, {DriverData}, held_gone}};
}

} // namespace ct::test
