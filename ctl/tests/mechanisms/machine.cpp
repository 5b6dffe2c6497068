// SPDX-License-Identifier: GPL-2.0-or-later
#include "mechanisms/machine.h"

#include <algorithm>

#include "record/counters.h"

namespace ct::test {

namespace {

constexpr std::int32_t bad_message = -74;
constexpr std::array<std::uint32_t, 4> machine_sizes{2, 4, 8, 16};

std::vector<MachineDriver> ordinary_drivers(Random &random)
{
    const bool wide = chance(random, 0.4);
    const auto simd = [](const char *name, const char *algorithm) {
        return MachineDriver{name, algorithm, true};
    };
    const auto scalar = [](const char *name, const char *algorithm) {
        return MachineDriver{name, algorithm};
    };
    std::vector<MachineDriver> drivers{
        simd("cbc-aes-aesni", "cbc(aes)"),
        scalar("cbc(aes-generic)", "cbc(aes)"),
        simd(wide ? "ctr-aes-aesni-avx" : "ctr-aes-aesni", "ctr(aes)"),
        scalar("ctr(aes-generic)", "ctr(aes)"),
        simd(wide ? "rfc4106-gcm-aesni-avx" : "rfc4106-gcm-aesni", "rfc4106(gcm(aes))"),
        scalar("rfc4106(gcm_base(ctr(aes-generic),ghash-generic))", "rfc4106(gcm(aes))"),
        simd(wide ? "generic-gcm-aesni-avx" : "generic-gcm-aesni", "gcm(aes)"),
        scalar("gcm_base(ctr(aes-generic),ghash-generic)", "gcm(aes)"),
        simd("authenc(hmac(sha1-avx2),cbc-aes-aesni)", "authenc(hmac(sha1),cbc(aes))"),
        scalar("authenc(hmac(sha1-generic),cbc(aes-generic))", "authenc(hmac(sha1),cbc(aes))"),
    };
    if (chance(random, 0.4)) {
        drivers.push_back(simd("gcm_base(ctr-aes-aesni,ghash-clmulni)", "gcm(aes)"));
        drivers.push_back(simd("cbc(aes-aesni)", "cbc(aes)"));
    }
    if (chance(random, 0.4))
        drivers.push_back({"cryptd(cbc(aes-generic))", "cbc(aes)", false, true, true, false});
    return drivers;
}

} // namespace

bool chance(Random &random, double of_one)
{
    return static_cast<double>(below(random, 1U << 20U)) < of_one * (1U << 20U);
}

std::size_t count_between(Random &random, std::size_t least, std::size_t most)
{
    const std::size_t one = below(random, most - least + 1);
    const std::size_t other = below(random, most - least + 1);
    return least + std::min(one, other);
}

std::string MachineLayout::name() const
{
    const std::string at = "+" + std::to_string(offset);
    return (out_of_place ? "out-of-place/" : "in-place/") + backing + "/" + split +
           (out_of_place ? "+0" : "") + at;
}

MachineLayout some_layout(Random &random)
{
    static const std::array<const char *, 6> splits{"fields", "middles", "first",
                                                    "whole",  "last",    "whole"};
    static const std::array<const char *, 3> backings{"page", "kmalloc", "vmalloc"};
    MachineLayout layout;
    if (chance(random, 0.5))
        layout.offset = static_cast<unsigned>(below(random, 16));
    if (chance(random, 0.5))
        return layout;
    layout.out_of_place = chance(random, 0.5);
    layout.backing = backings.at(below(random, backings.size()));
    layout.split = splits.at(below(random, splits.size()));
    return layout;
}

Block flip_bit(Block block, std::size_t bit)
{
    block.at(bit / 8) ^= static_cast<std::uint8_t>(1U << (bit % 8));
    return block;
}

std::vector<std::uint8_t> output_of(const Packet &packet, Direction direction,
                                    std::vector<std::uint8_t> text)
{
    const yt_vector &vector = packet.vector();
    text.resize(vector.text_len);
    const Octets head = packet.plain().first(vector.head_len);
    std::vector<std::uint8_t> output(head.begin(), head.end());
    output.insert(output.end(), text.begin(), text.end());
    if (direction == Direction::Encrypt && vector.icv_len > 0) {
        const auto icv = packet.icv_over(text);
        output.insert(output.end(), icv.begin(), icv.begin() + vector.icv_len);
    }
    return output;
}

std::vector<std::uint8_t> right_output(const Packet &packet, Direction direction)
{
    const Octets right = direction == Direction::Encrypt ? packet.sealed() : packet.plain();
    return {right.begin(), right.end()};
}

std::vector<std::uint8_t> twisted(const Packet &packet, Direction direction, const Twist &twist)
{
    const bool sealing = direction == Direction::Encrypt;
    const bool counting = packet.mode() == Mode::Counter;
    const Octets right_input = sealing ? packet.plain_text() : packet.sealed_text();
    const Octets input = twist.input.empty() ? right_input : Octets(twist.input);
    const auto cipher = [&](const Block &in) {
        if (twist.cipher)
            return twist.cipher(in);
        return counting || sealing ? encrypted(packet.aes(), in) : decrypted(packet.aes(), in);
    };
    const auto counter = [&](std::ptrdiff_t number) {
        return twist.counter ? twist.counter(number) : packet.counter(number);
    };
    std::vector<std::uint8_t> text;
    Block before = twist.iv.value_or(packet.iv());
    for (std::size_t number = 0; number < packet.blocks(); ++number) {
        const Block in = block_at(input, number * block_size);
        Block out{};
        if (counting)
            out = in ^ cipher(counter(static_cast<std::ptrdiff_t>(number)));
        else if (sealing)
            out = cipher(in ^ before);
        else
            out = cipher(in) ^ before;
        before = sealing ? out : in;
        text.insert(text.end(), out.begin(), out.end());
    }
    std::vector<std::uint8_t> output = output_of(packet, direction, std::move(text));
    if (sealing && packet.is_gcm()) {
        const Block mask = encrypted(packet.aes(), packet.counter(-1)) ^ cipher(counter(-1));
        const std::size_t icv = output.size() - packet.vector().icv_len;
        for (std::size_t place = icv; place < output.size(); ++place)
            output[place] ^= mask.at(place - icv);
    }
    return output;
}

std::function<Block(const Block &)> damaged_cipher(const Packet &packet, Direction direction,
                                                   unsigned round,
                                                   std::function<Block(const Block &)> change)
{
    const bool forward = packet.mode() == Mode::Counter || direction == Direction::Encrypt;
    return [&packet, forward, round, change = std::move(change)](const Block &in) {
        const yt_aes &aes = packet.aes();
        const Way way = forward ? Way::Encrypt : Way::Decrypt;
        const Block out = forward ? encrypted(aes, in) : decrypted(aes, in);
        return finish_rounds(aes, way, change(undo_rounds(aes, way, out).at(round)), round);
    };
}

std::function<Block(const Block &)> keyed_cipher(const Packet &packet, bool forward,
                                                 const RoundKeys &wrong)
{
    return [&packet, forward, wrong](const Block &in) {
        const yt_aes &aes = packet.aes();
        const Way way = forward ? Way::Encrypt : Way::Decrypt;
        Block out = forward ? encrypted(aes, in) : decrypted(aes, in);
        for (const auto &[round, difference] : wrong)
            out = finish_rounds(aes, way, undo_rounds(aes, way, out).at(round) ^ difference,
                                round);
        return out;
    };
}

Block last_block(const Packet &packet)
{
    const std::size_t size = packet.vector().text_len;
    return block_at(packet.sealed_text(), size - std::min(size, block_size));
}

std::vector<std::uint8_t> guard_bytes()
{
    constexpr std::array<std::uint8_t, 16> pattern{0x5a, 0xc3, 0x96, 0x3c, 0xa5, 0x69,
                                                   0xd2, 0x2d, 0x4b, 0xb4, 0x1e, 0xe1,
                                                   0x78, 0x87, 0x35, 0xca};
    std::vector<std::uint8_t> bytes;
    for (std::size_t place = 0; place < 64; ++place)
        bytes.push_back(pattern.at(place % pattern.size()));
    return bytes;
}

FaultMachine::FaultMachine(Random &random, std::uint32_t least_cpus)
    : random_(random), cpus_(0), seed_(random()), callers_(chance(random, 0.6)),
      runs_again_(chance(random, 0.67)), time_ns_(1790000000000000000ULL)
{
    while (cpus_ < least_cpus)
        cpus_ = machine_sizes.at(below(random_, machine_sizes.size()));
    drivers_ = ordinary_drivers(random_);
}

Packet FaultMachine::packet(const std::string &algorithm, const Fits &fits)
{
    const yt_algorithm &chosen = yt_algorithms[yt_algorithm_find(algorithm.c_str())];
    for (std::uint64_t index = below(random_, 20000);; ++index) {
        yt_sa sa{};
        yt_vector vector{};
        yt_sa_make(&sa, &chosen, seed_, index / YT_SA_VECTORS);
        yt_vector_shape(&vector, &sa, index);
        if (fits(sa, vector))
            return Packet::make(chosen, seed_, index, 0);
    }
}

Packet FaultMachine::packet(const std::string &algorithm, std::size_t least_blocks,
                            std::size_t most_blocks)
{
    return packet(algorithm, [=](const yt_sa &, const yt_vector &vector) {
        return vector.text_len >= least_blocks * block_size &&
               vector.text_len < (most_blocks + 1) * block_size;
    });
}

Packet FaultMachine::of_same_sa(const Packet &packet, std::size_t place)
{
    const std::uint64_t first = packet.sa().number * YT_SA_VECTORS;
    return Packet::make(*packet.sa().alg, seed_, first + place % YT_SA_VECTORS, 0);
}

void FaultMachine::scalar_only()
{
    std::erase_if(drivers_, [](const MachineDriver &driver) { return driver.simd; });
}

const MachineDriver &FaultMachine::add(const MachineDriver &driver, bool alone)
{
    if (alone)
        std::erase_if(drivers_, [&](const MachineDriver &other) {
            return other.algorithm == driver.algorithm;
        });
    drivers_.push_back(driver);
    return drivers_.back();
}

const MachineDriver &FaultMachine::some_driver(std::optional<bool> simd)
{
    for (;;) {
        const MachineDriver &driver = drivers_.at(below(random_, drivers_.size()));
        if (!simd || driver.simd == *simd)
            return driver;
    }
}

std::uint32_t FaultMachine::some_cpu()
{
    return static_cast<std::uint32_t>(below(random_, cpus_));
}

Direction FaultMachine::some_direction()
{
    return chance(random_, 0.5) ? Direction::Encrypt : Direction::Decrypt;
}

const MachineDriver &FaultMachine::driver_of(const Mismatch &record) const
{
    return *std::find_if(drivers_.begin(), drivers_.end(), [&](const MachineDriver &driver) {
        return driver.name == record.driver;
    });
}

void FaultMachine::set_course(Mismatch &record, const MachineDriver &driver)
{
    record.simd = true;
    record.persists = record.output_len > 0;
    record.async = driver.async;
    record.duration_ns = 400 + record.text_len * (driver.simd ? 1 : 11) + below(random_, 900);
    if (driver.async) {
        record.in_flight = static_cast<std::uint32_t>(below(random_, 7));
        record.duration_ns += 3000 + below(random_, 40000);
        // Where the request is taken up, not where it was submitted.
        if (driver.deferred && chance(random_, 0.6))
            record.cpu_after = some_cpu();
    }
    // Requests of other drivers.
    if (!driver.async && chance(random_, 0.15) &&
        std::ranges::any_of(drivers_, &MachineDriver::async))
        record.in_flight = 1 + static_cast<std::uint32_t>(below(random_, 3));
    const double dice = static_cast<double>(below(random_, 1000)) / 1000;
    in_context(record, dice < 0.5    ? Context::Task
                       : dice > 0.85 ? Context::Caller
                                     : Context::Softirq);
}

void FaultMachine::in_context(Mismatch &record, Context context)
{
    const MachineDriver &driver = driver_of(record);
    if (context == Context::Caller && !callers_)
        context = Context::Task;
    if (context == Context::Softirq && driver.threaded)
        context = Context::Task; // it may sleep
    record.context = context;
    record.interruptions = record.fpu_hits = record.preemptions = record.nested = 0;
    over_fpu_section(record) = record.live = false;
    record.simd = true;
    if (context == Context::Softirq) {
        record.nested = chance(random_, 0.6) ? 1 : 0;
        over_fpu_section(record) = record.nested > 0 && chance(random_, 0.1);
        record.simd = !over_fpu_section(record);
        return;
    }
    record.live = context == Context::Caller && chance(random_, 0.8);
    if (chance(random_, 0.2))
        interrupted(record, chance(random_, 0.3));
    if (driver.threaded || driver.async)
        record.preemptions = chance(random_, 0.85) ? 1 : 0;
    else
        record.preemptions = chance(random_, 0.015) ? 1 : 0;
}

void FaultMachine::interrupted(Mismatch &record, bool by_operation)
{
    if (record.context == Context::Softirq)
        return;
    record.interruptions = 1 + (chance(random_, 0.1) ? 1 : 0);
    record.duration_ns += 4000 + below(random_, 12000);
    record.fpu_hits = driver_of(record).simd && chance(random_, 0.1) ? 1 : 0;
    record.nested = by_operation ? 1 : 0;
    over_fpu_section(record) = by_operation && record.fpu_hits > 0;
}

void FaultMachine::set_iv(Mismatch &record, const Packet &packet, const Block &actual)
{
    if (packet.mode() != Mode::Cbc || record.direction != Direction::Encrypt)
        return;
    const Block right = last_block(packet);
    std::erase(record.what, What::Iv);
    record.iv_expected.clear();
    record.iv_actual.clear();
    if (right == actual)
        return;
    record.what.push_back(What::Iv);
    record.iv_expected.assign(right.begin(), right.end());
    record.iv_actual.assign(actual.begin(), actual.end());
}

Mismatch &FaultMachine::record(const MachineDriver &driver, const Packet &packet,
                               Direction direction, const std::vector<std::uint8_t> &output,
                               std::uint32_t cpu)
{
    Mismatch made = record_of(packet, direction, output);
    const yt_vector &vector = packet.vector();
    const std::vector<std::uint8_t> right = right_output(packet, direction);
    const std::size_t text = vector.head_len;
    const std::size_t end = text + vector.text_len;
    made.what.clear();
    for (const auto &[what, from, to] :
         {std::tuple{What::Header, std::size_t{0}, text}, std::tuple{What::Text, text, end},
          std::tuple{What::Icv, end, right.size()}})
        if (!std::equal(right.begin() + static_cast<std::ptrdiff_t>(from),
                        right.begin() + static_cast<std::ptrdiff_t>(to),
                        output.begin() + static_cast<std::ptrdiff_t>(from)))
            made.what.push_back(what);
    made.number = records_.size() + 1;
    made.run = 1;
    time_ns_ += 1000 + below(random_, 40000000);
    made.time_ns = time_ns_;
    made.driver = driver.name;
    made.cpu_before = made.cpu_after = cpu;
    made.cpu_reference = some_cpu();
    made.layout = some_layout(random_).name();
    set_course(made, driver);
    set_iv(made, packet, block_at(output, end - std::min(end, block_size)));
    records_.push_back(std::move(made));
    return records_.back();
}

Mismatch &FaultMachine::refused(const MachineDriver &driver, const Packet &packet,
                                std::uint32_t cpu)
{
    Mismatch &made = record(driver, packet, Direction::Decrypt,
                            right_output(packet, Direction::Decrypt), cpu);
    made.what = {What::Status};
    made.status = bad_message;
    made.output_len = 0;
    made.persists = false;
    made.expected.clear();
    made.actual.clear();
    return made;
}

Mismatch &FaultMachine::accepted(const MachineDriver &driver, const Packet &packet,
                                 std::uint32_t cpu)
{
    Mismatch &made = refused(driver, packet, cpu);
    made.direction = Direction::Tampered;
    made.what = {What::Accepted};
    made.status = 0;
    made.status_expected = bad_message;
    return made;
}

Mismatch &FaultMachine::beside(const MachineDriver &driver, const Packet &packet,
                               Direction direction, std::uint32_t cpu, const Change &change)
{
    Mismatch &made = record(driver, packet, direction, right_output(packet, direction), cpu);
    made.what = {change.where == Outside::Source ? What::Source : What::Guard};
    made.outside = change;
    return made;
}

} // namespace ct::test
