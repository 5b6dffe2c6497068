// SPDX-License-Identifier: GPL-2.0-or-later
#include "damage/damage.h"

#include <algorithm>
#include <bit>
#include <map>

namespace ct {

namespace {

constexpr Block zeros{};

// The operation as it was: its input, and its output as far as it is known.
class Scene {
public:
    Scene(const Packet &packet, const Mismatch &record)
        : packet_(packet), sealing_(record.direction == Direction::Encrypt),
          head_(packet.vector().head_len), begin_(record.window)
    {
        const Octets right = sealing_ ? packet.sealed() : packet.plain();
        output_.assign(right.begin(), right.end());
        end_ = std::min(begin_ + record.actual.size(), output_.size());
        for (std::size_t place = begin_; place < end_; ++place)
            output_[place] = record.actual[place - begin_];
    }

    [[nodiscard]] const Packet &packet() const { return packet_; }
    [[nodiscard]] bool sealing() const { return sealing_; }
    [[nodiscard]] Octets text() const
    {
        return Octets(output_).subspan(head_, packet_.vector().text_len);
    }
    [[nodiscard]] Octets right_text() const
    {
        return sealing_ ? packet_.sealed_text() : packet_.plain_text();
    }
    [[nodiscard]] Octets input_text() const
    {
        return sealing_ ? packet_.plain_text() : packet_.sealed_text();
    }
    [[nodiscard]] Octets icv() const
    {
        return Octets(output_).subspan(head_ + packet_.vector().text_len);
    }
    [[nodiscard]] bool seen(std::size_t number) const
    {
        const std::size_t offset = head_ + number * block_size;
        const std::size_t text_end = head_ + packet_.vector().text_len;
        return offset >= begin_ && std::min(offset + block_size, text_end) <= end_;
    }
    [[nodiscard]] bool whole(std::size_t number) const
    {
        return (number + 1) * block_size <= packet_.vector().text_len;
    }
    [[nodiscard]] bool seen_to_the_end() const { return end_ == output_.size(); }

private:
    const Packet &packet_;
    bool sealing_;
    std::size_t head_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::vector<std::uint8_t> output_;
};

// What the cipher gave for this block, and what it had to give.
struct Outputs {
    Block expected{};
    Block actual{};
};

Outputs outputs_of(const Scene &scene, std::size_t number)
{
    const std::size_t offset = number * block_size;
    const Packet &packet = scene.packet();
    const Block actual = block_at(scene.text(), offset);
    const Block input = block_at(scene.input_text(), offset);
    if (packet.mode() == Mode::Counter)
        return {block_at(scene.right_text(), offset) ^ input, actual ^ input};
    if (!scene.sealing()) {
        const Block before =
            number == 0 ? packet.iv() : block_at(scene.input_text(), offset - block_size);
        return {block_at(scene.right_text(), offset) ^ before, actual ^ before};
    }
    // With the block before as it really is: what follows from that is not new damage.
    const Block before =
        number == 0 ? packet.iv() : block_at(scene.text(), offset - block_size);
    return {encrypted(packet.aes(), input ^ before), actual};
}

std::optional<CounterShift> find_shift(const Packet &packet, const DamagedBlock &block)
{
    const Block right = packet.counter(block.number);
    const Block found = block.actual.front() ^ round_key(packet.aes(), Way::Encrypt, 0);
    const std::uint64_t high = get_unaligned_be64(right.data());
    const std::uint64_t low = get_unaligned_be64(right.data() + 8);
    const std::uint64_t found_high = get_unaligned_be64(found.data());
    const std::uint64_t found_low = get_unaligned_be64(found.data() + 8);
    constexpr std::int64_t far = 1LL << 32U;
    const auto distance = static_cast<std::int64_t>(found_low - low);
    if (high == found_high && distance > -far && distance < far && distance != 0)
        return CounterShift{distance, false, found};
    constexpr std::uint64_t number = 0xffffffff;
    if ((low & number) == (found_low & number) && found != right)
        return CounterShift{0, true, found};
    return std::nullopt;
}

DamagedBlock damaged_block(const Scene &scene, std::size_t number, const Outputs &outputs,
                           Way way)
{
    DamagedBlock block;
    block.number = static_cast<std::uint32_t>(number);
    block.content = block_at(scene.text(), number * block_size);
    if (!scene.whole(number)) {
        // Of a part of a block no round can be undone.
        block.entry.bits = bits_of(outputs.expected ^ outputs.actual);
        return block;
    }
    const Packet &packet = scene.packet();
    block.expected = undo_rounds(packet.aes(), way, outputs.expected);
    block.actual = undo_rounds(packet.aes(), way, outputs.actual);
    block.entry = find_entry(block.expected, block.actual);
    if (packet.mode() == Mode::Counter)
        block.shift = find_shift(packet, block);
    return block;
}

// A round at which all blocks differ from the right ones by the very same bits.
std::optional<KeyFault> find_key_fault(const std::vector<DamagedBlock> &blocks, Mode mode)
{
    std::vector<const DamagedBlock *> whole;
    for (const DamagedBlock &block : blocks)
        if (!block.actual.empty())
            whole.push_back(&block);
    if (whole.size() < 2)
        return std::nullopt;
    // Before round 1 of a key stream it is the IV that differs.
    for (unsigned round = mode == Mode::Counter ? 1 : 0; round < whole.front()->actual.size();
         ++round) {
        const Block difference = whole.front()->actual[round] ^ whole.front()->expected[round];
        if (std::all_of(whole.begin(), whole.end(), [&](const DamagedBlock *block) {
                return (block->actual[round] ^ block->expected[round]) == difference;
            }))
            return KeyFault{round, bits_of(difference), difference};
    }
    return std::nullopt;
}

// A race of setkey: the keys of the SAs next to this one.
std::optional<std::uint64_t> find_other_key(const Scene &scene,
                                            const std::vector<DamagedBlock> &blocks, Way way)
{
    const yt_sa &sa = scene.packet().sa();
    const auto whole =
        std::find_if(blocks.begin(), blocks.end(),
                     [](const DamagedBlock &block) { return !block.actual.empty(); });
    if (whole == blocks.end())
        return std::nullopt;
    const Block &output = whole->actual.back();
    const Block input =
        way == Way::Encrypt
            ? whole->expected.front() ^ round_key(scene.packet().aes(), Way::Encrypt, 0)
            : block_at(scene.input_text(), whole->number * block_size);
    if (!scene.packet().seeded()) {
        for (const Packet &other : scene.packet().others())
            if (other.sa().spi != sa.spi &&
                (way == Way::Encrypt ? encrypted(other.aes(), input)
                                     : decrypted(other.aes(), input)) == output)
                return other.sa().spi;
        return std::nullopt;
    }
    // A pool holds four SAs at a time, with consecutive numbers.
    for (const std::int64_t step : {-3, -2, -1, 1, 2, 3}) {
        const std::uint64_t number = sa.number + static_cast<std::uint64_t>(step);
        yt_sa other{};
        yt_aes aes{};
        yt_sa_make(&other, sa.alg, sa.seed, number);
        if (yt_aes_setkey(&aes, other.key, other.key_len) != 0)
            continue;
        if ((way == Way::Encrypt ? encrypted(aes, input) : decrypted(aes, input)) == output)
            return number;
    }
    return std::nullopt;
}

void find_icv(const Scene &scene, Damage &damage)
{
    const Octets icv = scene.icv();
    if (icv.empty())
        return;
    damage.icv = IcvState::Unseen;
    if (!scene.seen_to_the_end())
        return;
    const Packet &packet = scene.packet();
    const std::size_t head_and_text = packet.vector().head_len + packet.vector().text_len;
    const Octets right = packet.sealed().subspan(head_and_text);
    const bool text_wrong = !damage.blocks.empty() || damage.followers > 0;
    if (std::equal(icv.begin(), icv.end(), right.begin())) {
        damage.icv = IcvState::Right;
        return;
    }
    if (damage.unseen > 0)
        return;
    const auto over = packet.icv_over(scene.text());
    if (text_wrong && over.size() >= icv.size() &&
        std::equal(icv.begin(), icv.end(), over.begin())) {
        damage.icv = IcvState::OfWrongText;
        return;
    }
    damage.icv = IcvState::Wrong;
    if (!packet.is_gcm() || icv.size() < block_size)
        return;
    // Tag = GHASH xor E(K, counter 1). Were the hash right, that would be the mask.
    const Block mask = encrypted(packet.aes(), packet.counter(-1));
    const Block found = block_at(over, 0) ^ mask ^ block_at(icv, 0);
    damage.icv_entry = find_entry(undo_rounds(packet.aes(), Way::Encrypt, mask),
                                  undo_rounds(packet.aes(), Way::Encrypt, found));
    const bool at_the_end = damage.icv_entry.round == packet.aes().rounds;
    if (damage.icv_entry.extent != Extent::Whole && !at_the_end)
        damage.icv_part = IcvPart::Mask;
    else if (damage.icv_entry.extent == Extent::Whole)
        damage.icv_part = IcvPart::Hash;
}

// What was encrypted, decrypted again by the reference.
std::optional<std::uint32_t> find_wrong_after_decryption(const Scene &scene,
                                                         const Damage &damage)
{
    if (!scene.sealing() || damage.unseen > 0 || damage.blocks.empty())
        return std::nullopt;
    const Packet &packet = scene.packet();
    const Octets plain = scene.input_text();
    std::uint32_t wrong = 0;
    Block before = packet.iv();
    for (std::size_t number = 0; number < packet.blocks(); ++number) {
        const std::size_t offset = number * block_size;
        const Block sealed = block_at(scene.text(), offset);
        const Block opened =
            packet.mode() == Mode::Counter
                ? sealed ^ encrypted(packet.aes(),
                                     packet.counter(static_cast<std::ptrdiff_t>(number)))
                : decrypted(packet.aes(), sealed) ^ before;
        before = sealed;
        const auto size =
            static_cast<std::ptrdiff_t>(std::min(block_size, plain.size() - offset));
        const auto right = plain.begin() + static_cast<std::ptrdiff_t>(offset);
        wrong += std::equal(right, right + size, opened.begin()) ? 0 : 1;
    }
    return wrong;
}

// The counters increase by one from block to block, but are of no known packet.
bool counts_on(const Scene &scene, const std::vector<DamagedBlock> &blocks)
{
    if (scene.packet().mode() != Mode::Counter)
        return false;
    const auto low = [&](const DamagedBlock &block) {
        const Block input =
            block.actual.front() ^ round_key(scene.packet().aes(), Way::Encrypt, 0);
        return get_unaligned_be64(input.data() + 8);
    };
    std::size_t steps = 0;
    for (std::size_t place = 1; place < blocks.size(); ++place) {
        const DamagedBlock &one = blocks[place - 1];
        const DamagedBlock &next = blocks[place];
        if (!one.actual.empty() && !next.actual.empty() && !one.shift && !next.shift &&
            low(next) - low(one) == next.number - one.number)
            ++steps;
    }
    return steps > 0;
}

void sum_up(const Scene &scene, Damage &damage)
{
    std::map<Block, std::uint32_t> contents;
    std::optional<unsigned> round;
    bool one = true;
    for (const DamagedBlock &block : damage.blocks) {
        if (block.actual.empty())
            continue;
        damage.zero += block.content == zeros ? 1 : 0;
        damage.untouched +=
            block.content == block_at(scene.input_text(), block.number * block_size) ? 1 : 0;
        damage.repeated += contents[block.content]++ > 0 ? 1 : 0;
        if (block.entry.extent != Extent::FewBits)
            continue;
        one = one && round.value_or(block.entry.round) == block.entry.round;
        round = block.entry.round;
    }
    damage.one_round = round && one;
    if (damage.blocks.empty())
        return;
    const std::size_t all = scene.packet().blocks();
    const std::size_t first = damage.blocks.front().number;
    damage.foreign_counter = counts_on(scene, damage.blocks);
    damage.from_the_start = first == 0;
    damage.to_the_end =
        damage.followers == 0 && damage.blocks.size() + damage.unseen == all - first;
}

} // namespace

std::size_t Damage::count(Extent extent) const
{
    return static_cast<std::size_t>(
        std::count_if(blocks.begin(), blocks.end(), [&](const DamagedBlock &block) {
            return !block.actual.empty() && block.entry.extent == extent;
        }));
}

std::size_t Damage::shifted() const
{
    std::map<std::int64_t, std::size_t> distances;
    for (const DamagedBlock &block : blocks)
        if (block.shift)
            ++distances[block.shift->other_iv ? 0 : block.shift->blocks];
    std::size_t most = 0;
    for (const auto &[distance, count] : distances) {
        // One bit of one counter is a fault of bits, not of counting.
        const auto size = static_cast<std::uint64_t>(distance < 0 ? -distance : distance);
        if (count > 1 || (distance != 0 && !std::has_single_bit(size)))
            most = std::max(most, count);
    }
    return most;
}

bool outside_rounds(const DamagedBlock &block)
{
    return !block.actual.empty() && block.entry.extent == Extent::FewBits &&
           (block.entry.round == 0 || block.entry.round + 1 == block.actual.size());
}

Damage find_damage(const Packet &packet, const Mismatch &record)
{
    const Scene scene(packet, record);
    Damage damage;
    damage.way = packet.mode() == Mode::Cbc && !scene.sealing() ? Way::Decrypt : Way::Encrypt;
    const bool chained = packet.mode() == Mode::Cbc && scene.sealing();
    for (const std::uint32_t number : record.blocks) {
        if (number >= packet.blocks())
            continue;
        if (!scene.seen(number)) {
            ++damage.unseen;
            continue;
        }
        const Outputs outputs = outputs_of(scene, number);
        if (outputs.expected == outputs.actual)
            damage.followers += chained ? 1 : 0;
        else
            damage.blocks.push_back(damaged_block(scene, number, outputs, damage.way));
    }
    sum_up(scene, damage);
    damage.key_fault = find_key_fault(damage.blocks, packet.mode());
    damage.other_key = find_other_key(scene, damage.blocks, damage.way);
    damage.wrong_after_decryption = find_wrong_after_decryption(scene, damage);
    find_icv(scene, damage);
    return damage;
}

} // namespace ct
