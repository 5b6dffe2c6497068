// SPDX-License-Identifier: GPL-2.0-or-later
#include "cipher/aes.h"

#include <bit>

#include "cipher/aes_tables.h"
#include "cipher/word.h"

namespace ct::cipher {

namespace {

std::uint32_t sub_word(std::uint32_t word)
{
    const auto &plain = aes_forward.plain;
    return aes_column(plain, word, word, word, word);
}

// InvMixColumns; the S-box undoes the inverse one within the tables.
std::uint32_t unmix(std::uint32_t word)
{
    const std::uint32_t boxed = sub_word(word);
    return aes_column(aes_backward.mixed, boxed, boxed, boxed, boxed);
}

[[gnu::always_inline]] inline AesState encrypt(const AesKey &key, AesState s)
{
    const std::uint32_t *k = key.forward.data();
    s = add_key(s, k);
    for (unsigned i = key.rounds - 2; i != 0; i -= 2) {
        s = forward_round(aes_forward.mixed, s, k + 4);
        s = forward_round(aes_forward.mixed, s, k + 8);
        k += 8;
    }
    s = forward_round(aes_forward.mixed, s, k + 4);
    return forward_round(aes_forward.plain, s, k + 8);
}

[[gnu::always_inline]] inline AesState decrypt(const AesKey &key, AesState s)
{
    const std::uint32_t *k = key.backward.data();
    s = add_key(s, k);
    for (unsigned i = key.rounds - 2; i != 0; i -= 2) {
        s = backward_round(aes_backward.mixed, s, k + 4);
        s = backward_round(aes_backward.mixed, s, k + 8);
        k += 8;
    }
    s = backward_round(aes_backward.mixed, s, k + 4);
    return backward_round(aes_backward.plain, s, k + 8);
}

} // namespace

void expand_key(AesKey &key, const std::uint8_t *bytes, std::size_t size)
{
    const auto of_key = static_cast<unsigned>(size / 4);
    key.rounds = of_key + 6;
    const unsigned words = 4 * (key.rounds + 1);

    // 5.2
    auto &w = key.forward;
    for (unsigned i = 0; i < of_key; i++)
        w[i] = load_le32(bytes + std::size_t{4} * i);
    std::uint32_t constant = 1;
    for (unsigned i = of_key; i < words; i++) {
        std::uint32_t word = w[i - 1];
        if (i % of_key == 0) {
            word = sub_word(std::rotr(word, 8)) ^ constant;
            constant = constant << 1U ^ (constant >> 7U) * 0x11bU;
        } else if (of_key == 8 && i % 8 == 4) {
            word = sub_word(word);
        }
        w[i] = w[i - of_key] ^ word;
    }

    // 5.3.5: the rounds from the last to the first, mixed but for both ends
    for (unsigned round = 0; round <= key.rounds; round++) {
        for (unsigned i = 0; i < 4; i++) {
            const std::uint32_t word = w[4 * (key.rounds - round) + i];
            const bool end = round == 0 || round == key.rounds;
            key.backward[4 * round + i] = end ? word : unmix(word);
        }
    }
}

void encrypt_block(const AesKey &key, std::uint8_t *to, const std::uint8_t *from)
{
    store_state(to, encrypt(key, load_state(from)));
}

void cbc_encrypt(const AesKey &key, const std::uint8_t *iv, std::uint8_t *to,
                 const std::uint8_t *from, std::size_t blocks)
{
    AesState chain = load_state(iv);
    for (; blocks != 0; blocks--) {
        chain = encrypt(key, load_state(from) ^ chain);
        store_state(to, chain);
        from += aes_block;
        to += aes_block;
    }
}

void cbc_decrypt(const AesKey &key, const std::uint8_t *iv, std::uint8_t *to,
                 const std::uint8_t *from, std::size_t blocks)
{
    AesState chain = load_state(iv);
    // Two at once: the processor works at one while it waits for the other.
    for (; blocks >= 2; blocks -= 2) {
        const AesState one = load_state(from);
        const AesState two = load_state(from + aes_block);
        AesState s = add_key(one, key.backward.data());
        AesState t = add_key(two, key.backward.data());
        const std::uint32_t *k = key.backward.data() + 4;
        for (unsigned i = key.rounds - 1; i != 0; i--) {
            s = backward_round(aes_backward.mixed, s, k);
            t = backward_round(aes_backward.mixed, t, k);
            k += 4;
        }
        store_state(to, backward_round(aes_backward.plain, s, k) ^ chain);
        store_state(to + aes_block, backward_round(aes_backward.plain, t, k) ^ one);
        chain = two;
        from += 2 * aes_block;
        to += 2 * aes_block;
    }
    if (blocks != 0) {
        const AesState block = load_state(from);
        store_state(to, decrypt(key, block) ^ chain);
    }
}

} // namespace ct::cipher
