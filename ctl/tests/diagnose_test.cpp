// SPDX-License-Identifier: GPL-2.0-or-later
// Faults put into known packets, and what the diagnosis makes of them.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "analysis/examine.h"
#include "damage/foreign.h"
#include "faults.h"
#include "outcome.h"

namespace ct::test {

namespace {

constexpr std::array<Direction, 2> both_ways{Direction::Encrypt, Direction::Decrypt};

Damage damage_of(const Packet &packet, Direction direction,
                 const std::vector<StateFault> &faults)
{
    const auto output = faulty(packet, direction, faults);
    return find_damage(packet, record_of(packet, direction, output));
}

// As a driver does that makes the IV itself, with a salt that nobody knows.
Mismatch driver_made_iv(const std::string &algorithm, Random &random, std::size_t blocks,
                        std::size_t wrong_at)
{
    const Packet packet = some_packet(algorithm, random, blocks);
    yt_vector vector = packet.vector();
    yt_seal_key key{};
    EXPECT_EQ(yt_seal_setkey(&key, &packet.sa()), 0);
    std::vector<std::uint8_t> plain(packet.plain().begin(), packet.plain().end());
    std::vector<std::uint8_t> sealed(packet.sealed().size());
    vector.plain = plain.data();
    vector.sealed = sealed.data();
    const Block iv = random_block(random);
    if (packet.is_gcm()) {
        const std::size_t size = packet.sa().alg->iv_len;
        std::copy_n(iv.begin(), size, std::begin(vector.wire_iv));
        std::copy_n(iv.begin(), size,
                    plain.begin() + static_cast<std::ptrdiff_t>(vector.head_len - size));
        yt_seal(&vector, &packet.sa(), &key);
    } else {
        yt_seal_chained(&vector, &packet.sa(), &key, iv.data(), sealed.data());
    }
    Mismatch record =
        record_of(packet, Direction::Encrypt, {packet.sealed().begin(), packet.sealed().end()});
    record.first = static_cast<std::uint32_t>(wrong_at);
    record.blocks = {static_cast<std::uint32_t>((wrong_at - vector.head_len) / 16)};
    constexpr std::size_t window_size = 1536;
    if (sealed.size() > window_size && wrong_at > 64)
        record.window =
            static_cast<std::uint32_t>(std::min(sealed.size() - window_size, wrong_at - 64));
    const auto begin = sealed.begin() + record.window;
    record.expected.assign(begin, begin + static_cast<std::ptrdiff_t>(std::min(
                                              window_size, sealed.size() - record.window)));
    record.actual = record.expected;
    record.actual.at(wrong_at - record.window) ^= 1;
    return record;
}

} // namespace

TEST(DiagnosePacket, IsMadeAgain)
{
    Random random(1);
    for (const yt_algorithm &algorithm : yt_algorithms)
        for (const Direction direction : both_ways) {
            const Packet packet = some_packet(algorithm.name, random, 5);
            const auto output = faulty(packet, direction, {});
            Mismatch record = record_of(packet, direction, output);
            EXPECT_FALSE(record.first) << algorithm.name;
            EXPECT_TRUE(Packet::make(record)) << algorithm.name;
            record.seed ^= 1;
            const auto other = Packet::make(record);
            ASSERT_FALSE(other);
            EXPECT_EQ(other.error().what, "the packet cannot be generated again");
            EXPECT_TRUE(
                contains(examine_record(record).facts.front(), "cannot be generated again"));
        }
}

TEST(DiagnosePacket, TellsTheIvThatTheDriverMade)
{
    Random random(2);
    for (const char *const algorithm :
         {"seqiv(rfc4106(gcm(aes)))", "echainiv(authenc(hmac(sha256),cbc(aes)))"})
        // Within the window, and far in front of it.
        for (const std::size_t wrong_at : {std::size_t{100}, std::size_t{1700}}) {
            const Mismatch record =
                driver_made_iv(algorithm, random, wrong_at / 16 + 60, wrong_at);
            const auto packet = Packet::make(record);
            ASSERT_TRUE(packet) << packet.error().sentence();
            const Damage damage = find_damage(*packet, record);
            ASSERT_EQ(damage.blocks.size(), 1U);
            EXPECT_EQ(damage.blocks[0].entry.bits, 1U);
        }
}

TEST(DiagnoseRounds, AreFoundForEveryBit)
{
    Random random(3);
    for (const char *const algorithm :
         {"cbc(aes)", "ctr(aes)", "rfc4106(gcm(aes))", "authenc(hmac(sha1),cbc(aes))"})
        for (const unsigned key_len : {16U, 24U, 32U}) {
            const Packet packet = some_packet(algorithm, random, 6, key_len);
            for (const Direction direction : both_ways)
                for (unsigned round = 0; round <= packet.aes().rounds; ++round) {
                    const std::size_t bit = below(random, 128);
                    const Damage damage = damage_of(
                        packet, direction, {{3, round, [bit](const Block &state) {
                                                 Block wrong = state;
                                                 wrong.at(bit / 8) ^=
                                                     static_cast<std::uint8_t>(1U << (bit % 8));
                                                 return wrong;
                                             }}});
                    ASSERT_EQ(damage.blocks.size(), 1U) << algorithm << round;
                    const EntryPoint &entry = damage.blocks[0].entry;
                    EXPECT_EQ(damage.blocks[0].number, 3U);
                    EXPECT_EQ(entry.extent, Extent::FewBits);
                    EXPECT_EQ(entry.round, round) << algorithm;
                    EXPECT_EQ(entry.bits, 1U);
                    EXPECT_EQ(entry.byte, bit / 8);
                    EXPECT_EQ(entry.bit, bit % 8);
                }
        }
}

TEST(DiagnoseRounds, SeeAReplacedRegisterAndItsOwner)
{
    Random random(4);
    const Block lane = exerciser_lane(5, 3, 17);
    for (const char *const algorithm : {"cbc(aes)", "ctr(aes)", "rfc4106(gcm(aes))"})
        for (const unsigned key_len : {16U, 24U, 32U}) {
            const Packet packet = some_packet(algorithm, random, 6, key_len);
            for (const Direction direction : both_ways)
                for (unsigned round = 0; round <= packet.aes().rounds; ++round) {
                    Damage damage =
                        damage_of(packet, direction, {{2, round, [&](const Block &) {
                                                           return lane;
                                                       }}});
                    ASSERT_EQ(damage.blocks.size(), 1U);
                    EXPECT_EQ(damage.blocks[0].entry.extent, Extent::Whole);
                    EXPECT_EQ(find_owners(packet, damage),
                              std::vector<OwnerKind>{OwnerKind::Exerciser});
                    EXPECT_EQ(damage.blocks[0].owner_rounds, round);
                    EXPECT_EQ(damage.blocks[0].owner,
                              "what register xmm3 of exerciser 5 held (epoch 17)");
                }
        }
}

TEST(DiagnoseChain, FollowersAndIcvOfCbc)
{
    Random random(5);
    const Packet packet = some_packet("authenc(hmac(sha256),cbc(aes))", random, 8);
    const auto wrong = [&](const Block &) {
        return random_block(random);
    };
    Damage damage = damage_of(packet, Direction::Encrypt, {{2, 4, wrong}});
    ASSERT_EQ(damage.blocks.size(), 1U);
    EXPECT_EQ(damage.followers, packet.blocks() - 3);
    EXPECT_EQ(damage.icv, IcvState::OfWrongText);
    EXPECT_EQ(damage.wrong_after_decryption, 1U);
    const Damage two = damage_of(packet, Direction::Encrypt, {{2, 4, wrong}, {5, 1, wrong}});
    EXPECT_EQ(two.wrong_after_decryption, 2U);

    auto output = faulty(packet, Direction::Encrypt, {{2, 4, wrong}});
    const std::size_t icv = packet.sealed().size() - packet.vector().icv_len;
    std::copy(packet.sealed().begin() + static_cast<std::ptrdiff_t>(icv), packet.sealed().end(),
              output.begin() + static_cast<std::ptrdiff_t>(icv));
    damage = find_damage(packet, record_of(packet, Direction::Encrypt, output));
    EXPECT_EQ(damage.icv, IcvState::Right);
    output.back() ^= 1;
    damage = find_damage(packet, record_of(packet, Direction::Encrypt, output));
    EXPECT_EQ(damage.icv, IcvState::Wrong);

    damage = damage_of(packet, Direction::Decrypt, {{2, 4, wrong}, {3, 4, wrong}});
    EXPECT_EQ(damage.blocks.size(), 2U);
    EXPECT_EQ(damage.followers, 0U);
    EXPECT_FALSE(damage.wrong_after_decryption); // nobody decrypts that
}

TEST(DiagnoseChain, WhatTheOtherSideGetsWrong)
{
    Random random(15);
    for (const char *const algorithm : {"cbc(aes)", "ctr(aes)", "gcm(aes)"}) {
        const Packet packet = some_packet(algorithm, random, 8);
        const auto zeros = [](const Block &) {
            return Block{};
        };
        const Damage damage = damage_of(packet, Direction::Encrypt, {{3, 4, zeros}});
        EXPECT_EQ(damage.wrong_after_decryption, 1U) << algorithm;
    }
    // The last, partial block as well.
    for (;;) {
        const Packet packet = some_packet("gcm(aes)", random, 8);
        if (packet.vector().text_len % 16 == 0)
            continue;
        std::vector<std::uint8_t> output(packet.sealed().begin(), packet.sealed().end());
        output.at(packet.vector().head_len + std::size_t{packet.vector().text_len} - 1) ^= 1;
        const Damage damage =
            find_damage(packet, record_of(packet, Direction::Encrypt, output));
        EXPECT_EQ(damage.wrong_after_decryption, 1U);
        break;
    }
    // A block that the record does not keep may be anything.
    const Packet packet = some_packet("cbc(aes)", random, 150);
    const auto wrong = [&](const Block &) {
        return random_block(random);
    };
    const Damage damage = damage_of(packet, Direction::Encrypt, {{2, 4, wrong}});
    EXPECT_GT(damage.unseen, 0U);
    EXPECT_FALSE(damage.wrong_after_decryption);
}

TEST(DiagnoseChain, CountersThatAreAnotherOnes)
{
    Random random(6);
    const Packet packet = some_packet("gcm(aes)", random, 8);
    std::vector<StateFault> faults;
    for (const std::size_t block : {std::size_t{2}, std::size_t{3}, std::size_t{4}})
        faults.push_back({block, 0, [&packet, block](const Block &) {
                              return packet.counter(static_cast<std::ptrdiff_t>(block) + 3) ^
                                     round_key(packet.aes(), Way::Encrypt, 0);
                          }});
    Damage damage = damage_of(packet, Direction::Encrypt, faults);
    ASSERT_EQ(damage.shifted(), 3U);
    EXPECT_EQ(damage.blocks[0].shift->blocks, 3);
    EXPECT_EQ(damage.icv, IcvState::OfWrongText);

    // The counter's register replaced: it is counted on from a value of nobody's.
    Block foreign = random_block(random);
    faults.clear();
    for (std::size_t block = 2; block < 6; ++block) {
        foreign[15] = static_cast<std::uint8_t>(block);
        faults.push_back({block, 0, [&packet, foreign](const Block &) {
                              return foreign ^ round_key(packet.aes(), Way::Encrypt, 0);
                          }});
    }
    damage = damage_of(packet, Direction::Decrypt, faults);
    EXPECT_EQ(damage.shifted(), 0U);
    EXPECT_TRUE(damage.foreign_counter);
}

TEST(DiagnoseChain, TheIcvsMaskAloneOfGcm)
{
    Random random(7);
    for (;;) {
        const Packet packet = some_packet("gcm(aes)", random, 4);
        if (packet.vector().icv_len < 16)
            continue;
        std::vector<std::uint8_t> output(packet.sealed().begin(), packet.sealed().end());
        const Block mask = encrypted(packet.aes(), packet.counter(-1));
        Block state = undo_rounds(packet.aes(), Way::Encrypt, mask)[5];
        state[7] ^= 0x20;
        const Block change = mask ^ finish_rounds(packet.aes(), Way::Encrypt, state, 5);
        for (std::size_t place = 0; place < 16; ++place)
            output[output.size() - 16 + place] ^= change.at(place);
        const Damage damage =
            find_damage(packet, record_of(packet, Direction::Encrypt, output));
        EXPECT_EQ(damage.icv, IcvState::Wrong);
        EXPECT_EQ(damage.icv_part, IcvPart::Mask);
        EXPECT_EQ(damage.icv_entry.round, 5U);
        return;
    }
}

TEST(DiagnoseChain, KeysThatAreWrong)
{
    Random random(8);
    for (const char *const algorithm : {"cbc(aes)", "ctr(aes)", "gcm(aes)"}) {
        const Packet packet = some_packet(algorithm, random, 6);
        std::vector<StateFault> faults;
        for (std::size_t block = 0; block < packet.vector().text_len / 16U; ++block)
            faults.push_back({block, 6, [](const Block &state) {
                                  Block wrong = state;
                                  wrong[4] ^= 0x81;
                                  return wrong;
                              }});
        const Damage damage = damage_of(packet, Direction::Encrypt, faults);
        ASSERT_TRUE(damage.key_fault);
        EXPECT_EQ(damage.key_fault->round, 6U);
        EXPECT_EQ(damage.key_fault->bits, 2U);

        yt_sa other{};
        yt_aes aes{};
        yt_sa_make(&other, packet.sa().alg, packet.sa().seed, packet.sa().number + 1);
        ASSERT_EQ(yt_aes_setkey(&aes, other.key, other.key_len), 0);
        const Block input = packet.mode() == Mode::Counter
                                ? packet.counter(0)
                                : block_at(packet.plain_text(), 0) ^ packet.iv();
        const Block output = encrypted(aes, input);
        const Damage keyed = damage_of(packet, Direction::Encrypt,
                                       {{0, packet.aes().rounds, [output](const Block &) {
                                             return output;
                                         }}});
        EXPECT_EQ(keyed.other_key, packet.sa().number + 1);
    }
}

TEST(DiagnoseForeign, NamesWhateverIsKnown)
{
    Random random(9);
    const Packet packet = some_packet("cbc(aes)", random, 6);
    Owners owners(packet);
    const auto text = [&](const Block &value) {
        const auto owner = owners.find(value);
        return owner ? owner->text() : std::string();
    };
    EXPECT_EQ(text(Block{}), "zeros");
    EXPECT_EQ(text(packet.iv()), "the IV of this packet");
    EXPECT_EQ(text(block_at(packet.sealed_text(), 32)), "ciphertext block 2 of this packet");
    EXPECT_EQ(text(round_key(packet.aes(), Way::Encrypt, 4)),
              "round key 4 of the SA of this packet");
    EXPECT_EQ(text(random_block(random)), "");
    const std::uint64_t index = packet.vector().index ^ 1U;
    const Packet other = Packet::make(*packet.sa().alg, packet.sa().seed, index, 0);
    EXPECT_EQ(text(other.iv()), "");
    owners.add_neighbours();
    EXPECT_TRUE(contains(text(other.iv()), "the IV of packet"));
}

TEST(DiagnoseForeign, SeesTheIvOfAnotherPacket)
{
    Random random(17);
    for (const Direction direction : both_ways) {
        const Packet packet = some_packet("cbc(aes)", random, 6);
        const Packet other =
            Packet::make(*packet.sa().alg, packet.sa().seed, packet.vector().index ^ 1U, 0);
        const Block difference = packet.iv() ^ other.iv();
        // Before round 1 of encryption, behind the last one of decryption.
        const unsigned round = direction == Direction::Encrypt ? 0 : packet.aes().rounds;
        Damage damage =
            damage_of(packet, direction, {{0, round, [difference](const Block &state) {
                                               return state ^ difference;
                                           }}});
        EXPECT_EQ(find_owners(packet, damage), std::vector<OwnerKind>{OwnerKind::Iv});
        EXPECT_TRUE(damage.other_iv);
        EXPECT_TRUE(damage.blocks.at(0).chained_to.starts_with("the IV of packet "))
            << damage.blocks.at(0).chained_to;
    }
}

} // namespace ct::test
