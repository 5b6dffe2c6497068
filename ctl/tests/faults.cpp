// SPDX-License-Identifier: GPL-2.0-or-later
#include "faults.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>
#include <cstring>
#include <iostream>

#include "registers/pattern.h"

namespace ct::test {

namespace {

constexpr std::size_t window_size = 1536;
constexpr std::size_t before_first = 64;
constexpr unsigned machine_cpus = 4;
constexpr std::array<const char *, 2> machine_drivers{"one-aesni", "other-generic"};
constexpr std::array<const char *, 5> algorithms{"cbc(aes)", "ctr(aes)", "rfc4106(gcm(aes))",
                                                 "gcm(aes)", "authenc(hmac(sha1),cbc(aes))"};

Block flipped(Block block, std::size_t bit)
{
    block.at(bit / 8) ^= static_cast<std::uint8_t>(1U << (bit % 8));
    return block;
}

std::vector<CellTotal> plain_cells(const std::vector<Mismatch> &records)
{
    std::vector<CellTotal> cells;
    for (const char *const driver : machine_drivers)
        for (std::uint32_t cpu = 0; cpu < machine_cpus; ++cpu) {
            CellTotal cell;
            cell.driver = driver;
            cell.cpu = cpu;
            cell.operations = 100000;
            cell.interruptions = 20000;
            cell.fpu_hits = driver == machine_drivers[0] ? 2000 : 0;
            cell.mismatches = static_cast<std::uint64_t>(
                std::count_if(records.begin(), records.end(), [&](const Mismatch &record) {
                    return record.cpu_before == cpu &&
                           (record.driver == driver || record.driver.empty());
                }));
            cells.push_back(cell);
        }
    return cells;
}

Direction some_direction(Random &random)
{
    return below(random, 2) == 0 ? Direction::Encrypt : Direction::Decrypt;
}

void put_on_cpu(Mismatch &record, std::uint32_t cpu)
{
    record.cpu_before = cpu;
    record.cpu_after = cpu;
}

Evidence finished(std::vector<Mismatch> records)
{
    for (std::size_t place = 0; place < records.size(); ++place)
        records[place].number = place + 1;
    Evidence evidence;
    evidence.cells = plain_cells(records);
    evidence.records = std::move(records);
    return evidence;
}

// Whole registers replaced, as many as are in flight.
Mismatch replaced_record(Random &random)
{
    const Packet packet =
        some_packet(algorithms.at(below(random, algorithms.size())), random, 10);
    const Direction direction = some_direction(random);
    const bool chained = packet.mode() == Mode::Cbc && direction == Direction::Encrypt;
    const std::size_t count = chained ? 1 : 1 + below(random, 6);
    const std::size_t first = 1 + below(random, packet.vector().text_len / 16U - count - 2);
    const auto round = static_cast<unsigned>(below(random, packet.aes().rounds + 1));
    const std::size_t owner = below(random, 5);
    std::vector<StateFault> faults;
    for (std::size_t block = 0; block < count; ++block) {
        Block value = random_block(random);
        if (owner == 0)
            value = exerciser_lane(5, static_cast<unsigned>(block), 17);
        else if (owner == 1)
            value = round_key(packet.aes(), Way::Encrypt, static_cast<unsigned>(block));
        else if (owner == 2)
            value = block_at(packet.sealed_text(), block * 16);
        else if (owner == 3)
            value = Block{};
        faults.push_back({first + block, round, [value](const Block &) {
                              return value;
                          }});
    }
    return record_of(packet, direction, faulty(packet, direction, faults));
}

Mismatch bit_record(Random &random, const Packet &packet, Direction direction)
{
    const std::size_t bit = below(random, 128);
    const auto round = static_cast<unsigned>(1 + below(random, packet.aes().rounds - 1));
    const std::size_t block = below(random, packet.vector().text_len / 16U);
    return record_of(packet, direction,
                     faulty(packet, direction, {{block, round, [bit](const Block &state) {
                                                     return flipped(state, bit);
                                                 }}}));
}

std::vector<Mismatch> replaced_records(Random &random, bool interrupted)
{
    std::vector<Mismatch> records;
    for (std::size_t count = 2 + below(random, 2); count > 0; --count) {
        Mismatch record = replaced_record(random);
        record.fpu_hits = interrupted ? 1 : 0;
        record.interruptions = record.fpu_hits;
        put_on_cpu(record, static_cast<std::uint32_t>(below(random, machine_cpus)));
        records.push_back(std::move(record));
    }
    return records;
}

std::vector<Mismatch> bit_records(Random &random, bool always)
{
    std::vector<Mismatch> records;
    const auto cpu = static_cast<std::uint32_t>(below(random, machine_cpus));
    const char *const algorithm = algorithms.at(below(random, algorithms.size()));
    for (std::size_t count = 4; count > 0; --count) {
        const Packet packet = some_packet(algorithm, random, 6);
        records.push_back(bit_record(random, packet, some_direction(random)));
        put_on_cpu(records.back(), cpu);
        records.back().fpu_hits = below(random, 10) == 0 ? 1 : 0;
        if (always)
            records.insert(records.end(), 2, records.back());
    }
    return records;
}

std::vector<Mismatch> register_records(Random &random, BugClass bug_class)
{
    std::vector<Mismatch> records;
    const bool component = bug_class == BugClass::XstateFormat;
    const bool upper = component || bug_class == BugClass::RegfileLeak;
    const std::size_t count = component ? 16 : 2 + below(random, 3);
    constexpr std::array<ThreadEvent, 4> switches{ThreadEvent::Signal, ThreadEvent::Altstack,
                                                  ThreadEvent::Migrate, ThreadEvent::Fork};
    for (std::size_t place = 0; place < count; ++place) {
        Mismatch record;
        record.context = Context::Caller;
        record.what = {What::Register};
        put_on_cpu(record, static_cast<std::uint32_t>(below(random, machine_cpus)));
        RegisterChange changed;
        changed.name = (upper ? "ymm" : "xmm") + std::to_string(place);
        changed.thread = 3;
        changed.epoch = component ? 7 : 7 + place;
        for (unsigned lane = 0; lane < (upper ? 2U : 1U); ++lane) {
            const Block value = random_block(random);
            record.expected.insert(record.expected.end(), value.begin(), value.end());
        }
        record.actual = record.expected;
        std::fill(record.actual.end() - 16, record.actual.end(), std::uint8_t{0});
        if (bug_class == BugClass::FpuUserClobber) {
            changed.event = below(random, 2) == 0 ? ThreadEvent::Call : ThreadEvent::Syscall;
        } else if (bug_class == BugClass::FpuIrqWindow) {
            changed.event = switches.at(below(random, switches.size()));
            changed.owner = below(random, 2) == 0 ? "xmm3 of exerciser 4 on CPU 0" : "";
        } else if (bug_class == BugClass::FpuStaleOwner) {
            changed.event = ThreadEvent::Signal;
            changed.owner = "its own value of 3 epochs before";
        } else if (component) {
            changed.owner = "the initial state";
            changed.event = ThreadEvent::Sleep;
        } else {
            changed.event = ThreadEvent::Spin;
            changed.owner = "ymm3 of exerciser 4 on CPU 0";
        }
        record.changed = changed;
        records.push_back(std::move(record));
    }
    return records;
}

// All blocks from the first one on.
std::vector<StateFault> all_from(const Packet &packet, std::size_t first, unsigned round,
                                 const std::function<Block(const Block &)> &change)
{
    std::vector<StateFault> faults;
    for (std::size_t block = first; block < packet.vector().text_len / 16U; ++block)
        faults.push_back({block, round, change});
    return faults;
}

std::vector<Mismatch> slept_records(Random &random)
{
    std::vector<Mismatch> records;
    for (unsigned count = 0; count < 2; ++count) {
        const Packet packet = some_packet("rfc4106(gcm(aes))", random, 40);
        const bool known = below(random, 4) > 0;
        const auto output =
            faulty(packet, Direction::Encrypt,
                   all_from(packet, packet.vector().text_len / 16U - 14, 3, [&](const Block &) {
                       return known ? Block{} : random_block(random);
                   }));
        // A last part of a block is as wrong as the others.
        std::vector<std::uint8_t> whole = output;
        for (std::size_t place =
                 packet.vector().head_len + packet.vector().text_len / 16U * 16U;
             place < packet.vector().head_len + std::size_t{packet.vector().text_len}; ++place)
            whole[place] ^= 0x5a;
        records.push_back(record_of(packet, Direction::Encrypt, whole));
        records.back().preemptions = 1;
        put_on_cpu(records.back(), count);
    }
    return records;
}

std::vector<Mismatch> key_records(Random &random)
{
    std::vector<Mismatch> records;
    for (unsigned count = 0; count < 2; ++count) {
        const Packet packet =
            some_packet(algorithms.at(below(random, algorithms.size())), random, 10);
        const Block difference =
            below(random, 2) == 0 ? flipped(Block{}, below(random, 128)) : random_block(random);
        const auto round = static_cast<unsigned>(1 + below(random, packet.aes().rounds));
        const Direction direction = some_direction(random);
        records.push_back(
            record_of(packet, direction,
                      faulty(packet, direction,
                             all_from(packet, 0, round, [difference](const Block &state) {
                                 return state ^ difference;
                             }))));
        put_on_cpu(records.back(), static_cast<std::uint32_t>(below(random, machine_cpus)));
    }
    return records;
}

std::vector<Mismatch> driver_records(Random &random)
{
    std::vector<Mismatch> records;
    const Packet packet =
        some_packet(algorithms.at(below(random, algorithms.size())), random, 6);
    const std::size_t last = packet.vector().text_len / 16U - 1;
    const Block value = random_block(random);
    const auto output =
        faulty(packet, Direction::Encrypt, {{last, packet.aes().rounds, [value](const Block &) {
                                                 return value;
                                             }}});
    for (std::uint32_t cpu = 0; cpu < 3; ++cpu) {
        records.push_back(record_of(packet, Direction::Encrypt, output));
        put_on_cpu(records.back(), cpu);
        records.back().fpu_hits = below(random, 5) == 0 ? 1 : 0;
    }
    return records;
}

// The result of another packet that the same driver worked on, at a moment.
std::vector<Mismatch> race_records(Random &random)
{
    std::vector<Mismatch> records;
    for (unsigned count = 0; count < 3; ++count) {
        const Packet packet = some_packet("rfc4106(gcm(aes))", random, 6);
        records.push_back(record_of(packet, Direction::Encrypt,
                                    std::vector<std::uint8_t>(packet.sealed().size(), 0x3c)));
        records.back().foreign = records.back().index + 1;
        put_on_cpu(records.back(), static_cast<std::uint32_t>(below(random, machine_cpus)));
    }
    return records;
}

std::vector<Mismatch> accepted_records(Random &random)
{
    std::vector<Mismatch> records;
    for (unsigned count = 0; count < 3; ++count) {
        const Packet packet = some_packet("gcm(aes)", random, 4);
        Mismatch record = record_of(packet, Direction::Decrypt,
                                    {packet.plain().begin(), packet.plain().end()});
        record.direction = Direction::Tampered;
        record.what = {What::Accepted};
        record.expected.clear();
        record.actual.clear();
        put_on_cpu(record, static_cast<std::uint32_t>(below(random, machine_cpus)));
        records.push_back(std::move(record));
    }
    return records;
}

std::vector<Mismatch> memory_records(Random &random)
{
    std::vector<Mismatch> records;
    for (unsigned count = 0; count < 3; ++count) {
        const Packet packet =
            some_packet(algorithms.at(below(random, algorithms.size())), random, 6);
        std::vector<std::uint8_t> output(packet.sealed().begin(), packet.sealed().end());
        output.at(packet.vector().head_len + below(random, 60)) ^= 0x10;
        records.push_back(record_of(packet, Direction::Encrypt, output));
        records.back().persists = false;
        put_on_cpu(records.back(), static_cast<std::uint32_t>(below(random, machine_cpus)));
    }
    return records;
}

std::vector<Mismatch> outside_records(Random &random, BugClass bug_class)
{
    std::vector<Mismatch> records;
    for (unsigned count = 0; count < 2; ++count) {
        const Packet packet = some_packet("rfc4106(gcm(aes))", random, 6);
        if (bug_class == BugClass::SgWriteback) {
            records.push_back(record_of(packet, Direction::Encrypt,
                                        {packet.sealed().begin(), packet.sealed().end()}));
            records.back().what = {below(random, 2) == 0 ? What::Guard : What::Source};
        } else {
            records.push_back(
                record_of(packet, Direction::Encrypt,
                          std::vector<std::uint8_t>(packet.sealed().size(), 0x3c)));
            records.back().foreign = records.back().index + 1;
            records.back().in_flight = 3;
        }
        put_on_cpu(records.back(), static_cast<std::uint32_t>(below(random, machine_cpus)));
    }
    return records;
}

} // namespace

Block random_block(Random &random)
{
    Block block{};
    for (std::uint8_t &byte : block)
        byte = static_cast<std::uint8_t>(random());
    return block;
}

std::size_t below(Random &random, std::size_t limit)
{
    return random() % limit;
}

Packet some_packet(const std::string &algorithm, Random &random, std::size_t blocks,
                   unsigned key_len)
{
    const yt_algorithm &chosen = yt_algorithms[yt_algorithm_find(algorithm.c_str())];
    const std::uint64_t seed = random();
    for (std::uint64_t index = random() % 10000;; index += YT_SA_VECTORS) {
        yt_sa sa{};
        yt_vector vector{};
        yt_sa_make(&sa, &chosen, seed, index / YT_SA_VECTORS);
        yt_vector_shape(&vector, &sa, index);
        if ((key_len == 0 || sa.key_len == key_len) && vector.text_len >= blocks * 16 &&
            vector.text_len < blocks * 16 + 300)
            return Packet::make(chosen, seed, index, 0);
    }
}

std::vector<std::uint8_t> faulty(const Packet &packet, Direction direction,
                                 const std::vector<StateFault> &faults)
{
    const bool sealing = direction == Direction::Encrypt;
    const Way way = packet.mode() == Mode::Cbc && !sealing ? Way::Decrypt : Way::Encrypt;
    const Octets input = sealing ? packet.plain_text() : packet.sealed_text();
    const auto cipher = [&](std::size_t number, const Block &in) {
        Block out =
            way == Way::Encrypt ? encrypted(packet.aes(), in) : decrypted(packet.aes(), in);
        for (const StateFault &fault : faults)
            if (fault.block == number)
                out = finish_rounds(
                    packet.aes(), way,
                    fault.change(undo_rounds(packet.aes(), way, out).at(fault.round)),
                    fault.round);
        return out;
    };
    std::vector<std::uint8_t> text;
    Block before = packet.iv();
    for (std::size_t number = 0; number < packet.blocks(); ++number) {
        const Block in = block_at(input, number * 16);
        Block out{};
        if (packet.mode() == Mode::Counter)
            out = in ^ cipher(number, packet.counter(static_cast<std::ptrdiff_t>(number)));
        else if (sealing)
            out = cipher(number, in ^ before);
        else
            out = cipher(number, in) ^ before;
        before = sealing ? out : in;
        text.insert(text.end(), out.begin(), out.end());
    }
    text.resize(packet.vector().text_len);
    const Octets right = sealing ? packet.sealed() : packet.plain();
    std::vector<std::uint8_t> output(right.begin(), right.begin() + packet.vector().head_len);
    output.insert(output.end(), text.begin(), text.end());
    if (sealing && packet.vector().icv_len > 0) {
        const auto icv = packet.icv_over(text);
        output.insert(output.end(), icv.begin(), icv.begin() + packet.vector().icv_len);
    }
    return output;
}

Mismatch record_of(const Packet &packet, Direction direction,
                   const std::vector<std::uint8_t> &output)
{
    const bool sealing = direction == Direction::Encrypt;
    const Octets right = sealing ? packet.sealed() : packet.plain();
    const yt_vector &vector = packet.vector();
    Mismatch record;
    record.number = 1;
    record.algorithm = packet.sa().alg->name;
    record.driver = machine_drivers[0];
    record.direction = direction;
    record.layout = "in-place+3";
    record.what = {What::Text};
    record.seed = packet.sa().seed;
    record.index = vector.index;
    record.key_len = packet.sa().key_len;
    record.icv_len = vector.icv_len;
    record.payload_len = vector.payload_len;
    record.text_offset = vector.head_len;
    record.text_len = vector.text_len;
    record.output_len = static_cast<std::uint32_t>(right.size());
    record.persists = true;
    record.simd = true;
    for (std::size_t place = 0; place < right.size(); ++place) {
        const auto wrong = static_cast<std::uint8_t>(right[place] ^ output.at(place));
        if (wrong == 0)
            continue;
        if (!record.first)
            record.first = static_cast<std::uint32_t>(place);
        ++record.wrong_bytes;
        record.wrong_bits += static_cast<std::uint32_t>(std::popcount(wrong));
        if (place < vector.head_len || place >= vector.head_len + std::size_t{vector.text_len})
            continue;
        const auto block = static_cast<std::uint32_t>((place - vector.head_len) / 16);
        if (record.blocks.empty() || record.blocks.back() != block)
            record.blocks.push_back(block);
    }
    if (right.size() > window_size && record.first.value_or(0) > before_first)
        record.window = static_cast<std::uint32_t>(
            std::min(right.size() - window_size, *record.first - before_first));
    const std::size_t size = std::min(right.size() - record.window, window_size);
    record.expected.assign(right.begin() + record.window,
                           right.begin() + record.window + static_cast<std::ptrdiff_t>(size));
    record.actual.assign(output.begin() + record.window,
                         output.begin() + record.window + static_cast<std::ptrdiff_t>(size));
    return record;
}

Block exerciser_lane(unsigned thread, unsigned number, std::uint64_t epoch)
{
    std::array<std::byte, legacy_size> image{};
    RegisterSets sets;
    sets.mxcsr_mask = 0xffff;
    fill(image, sets, Author{thread, false, epoch});
    Block lane{};
    std::memcpy(lane.data(), image.data() + place::xmm + number * lane_size, lane.size());
    return lane;
}

Evidence evidence_of(BugClass bug_class, Random &random)
{
    switch (bug_class) {
    case BugClass::FpuNested:
        return finished(replaced_records(random, true));
    case BugClass::VcpuSwitch:
        return finished(replaced_records(random, false));
    case BugClass::FpuUserClobber:
    case BugClass::FpuIrqWindow:
    case BugClass::FpuStaleOwner:
    case BugClass::XstateFormat:
    case BugClass::RegfileLeak:
        return finished(register_records(random, bug_class));
    case BugClass::FpuSleep:
        return finished(slept_records(random));
    case BugClass::DriverData:
        return finished(driver_records(random));
    case BugClass::DriverRace:
        return finished(race_records(random));
    case BugClass::AuthBypass:
        return finished(accepted_records(random));
    case BugClass::AsyncOrder:
    case BugClass::SgWriteback:
        return finished(outside_records(random, bug_class));
    case BugClass::CpuDeterministic:
        return finished(bit_records(random, true));
    case BugClass::CpuIntermittent:
        return finished(bit_records(random, false));
    case BugClass::KeySchedule:
        return finished(key_records(random));
    case BugClass::Memory:
        return finished(memory_records(random));
    }
    return {};
}

Evidence evidence_of_nothing(Random &random)
{
    Mismatch record;
    switch (below(random, 4)) {
    case 0: // a status that nobody expected
    {
        const Packet packet = some_packet("gcm(aes)", random, 4);
        record = record_of(packet, Direction::Decrypt,
                           {packet.plain().begin(), packet.plain().end()});
        record.what = {What::Status};
        record.status = -5;
        record.expected.clear();
        record.actual.clear();
    } break;
    case 1: { // one bit of the output, once
        const Packet packet = some_packet("cbc(aes)", random, 4);
        std::vector<std::uint8_t> output(packet.plain().begin(), packet.plain().end());
        output.back() ^= 1;
        record = record_of(packet, Direction::Decrypt, output);
        break;
    }
    case 2: // once, a register that was replaced, with nothing seen
        record = replaced_record(random);
        break;
    default: // another seed than that of its bytes
        record = replaced_record(random);
        record.seed ^= 1;
        break;
    }
    return finished({record});
}

void show(const std::string &text)
{
    if (std::getenv("CT_SHOW") != nullptr)
        std::cout << text;
}

} // namespace ct::test
