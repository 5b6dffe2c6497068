// SPDX-License-Identifier: GPL-2.0-or-later
// Elements of GF(2^128) are in the standard's bit order (6.3): the highest bit of the first
// byte is the coefficient of 1, so a multiplication by x is a shift to the right.
#include "cipher/gcm.h"

#include "cipher/aes_tables.h"
#include "cipher/word.h"

namespace ct::cipher {

namespace {

struct Element {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
};

[[gnu::always_inline]] inline Element operator^(Element one, Element other)
{
    return {one.high ^ other.high, one.low ^ other.low};
}

[[gnu::always_inline]] inline Element load_element(const std::uint8_t *from)
{
    return {load_be64(from), load_be64(from + 8)};
}

Element times_x(Element e)
{
    const std::uint64_t out = e.low & 1U;
    return {e.high >> 1U ^ out * 0xe100000000000000U, e.low >> 1U | e.high << 63U};
}

void fill(GhashTables &tables, Element power)
{
    for (unsigned word = 0; word < 4; word++) {
        auto &high = tables.high[word];
        auto &low = tables.low[word];
        high[0] = 0;
        low[0] = 0;
        for (unsigned bit = 0; bit < 32; bit++) {
            if (bit < 8) {
                high[0x80U >> bit] = power.high;
                low[0x80U >> bit] = power.low;
            }
            power = times_x(power);
        }
        for (unsigned top = 2; top < 256; top *= 2) {
            for (unsigned rest = 1; rest < top; rest++) {
                high[top + rest] = high[top] ^ high[rest];
                low[top + rest] = low[top] ^ low[rest];
            }
        }
    }
}

// One byte of each of the four words.
template <unsigned Place>
[[gnu::always_inline]] inline Element look_up(const GhashTables &t, Element e)
{
    constexpr unsigned byte = 3 - Place;
    const std::uint32_t w0 = byte_of<byte + 4>(e.high);
    const std::uint32_t w1 = byte_of<byte>(e.high);
    const std::uint32_t w2 = byte_of<byte + 4>(e.low);
    const std::uint32_t w3 = byte_of<byte>(e.low);
    return {t.high[0][w0] ^ t.high[1][w1] ^ t.high[2][w2] ^ t.high[3][w3],
            t.low[0][w0] ^ t.low[1][w1] ^ t.low[2][w2] ^ t.low[3][w3]};
}

// Horner's rule over the places in a word; what is shifted out is reduced in one go.
[[gnu::always_inline]] inline Element times_key(const GhashTables &tables, Element e)
{
    Element sum = look_up<3>(tables, e);
    std::uint64_t out = sum.low << 56U;
    sum = Element{sum.high >> 8U, sum.low >> 8U | sum.high << 56U} ^ look_up<2>(tables, e);
    out = out >> 8U | sum.low << 56U;
    sum = Element{sum.high >> 8U, sum.low >> 8U | sum.high << 56U} ^ look_up<1>(tables, e);
    out = out >> 8U | sum.low << 56U;
    sum = Element{sum.high >> 8U, sum.low >> 8U | sum.high << 56U} ^ look_up<0>(tables, e);
    // x^128 = x^7 + x^2 + x + 1; 24 bits and 7 more: nothing leaves the upper half
    sum.high ^= out ^ out >> 1U ^ out >> 2U ^ out >> 7U;
    return sum;
}

// The two at once: the processor works at one while it waits for the other.
struct KeyStream {
    AesState one;
    AesState two;
};

// All counters that differ in their last byte share most of the first two rounds: that byte
// is in one column after the first, and in one byte of each column after the second.
class Counter {
public:
    Counter(const AesKey &key, const std::uint8_t *iv, std::uint32_t number)
        : key_(key.forward.data()),
          rounds_(key.rounds), iv_{load_le32(iv), load_le32(iv + 4), load_le32(iv + 8), 0},
          number_(number)
    {
        share();
    }

    [[gnu::always_inline]] AesState next()
    {
        AesState s = second_round();
        const std::uint32_t *k = key_ + 12;
        s = forward_round(aes_forward.mixed, s, k);
        for (unsigned i = rounds_ - 4; i != 0; i -= 2) {
            s = forward_round(aes_forward.mixed, s, k + 4);
            s = forward_round(aes_forward.mixed, s, k + 8);
            k += 8;
        }
        return forward_round(aes_forward.plain, s, k + 4);
    }

    [[gnu::always_inline]] KeyStream next_two()
    {
        AesState s = second_round();
        AesState t = second_round();
        const std::uint32_t *k = key_ + 12;
        s = forward_round(aes_forward.mixed, s, k);
        t = forward_round(aes_forward.mixed, t, k);
        for (unsigned i = rounds_ - 4; i != 0; i -= 2) {
            s = forward_round(aes_forward.mixed, s, k + 4);
            t = forward_round(aes_forward.mixed, t, k + 4);
            s = forward_round(aes_forward.mixed, s, k + 8);
            t = forward_round(aes_forward.mixed, t, k + 8);
            k += 8;
        }
        return {forward_round(aes_forward.plain, s, k + 4),
                forward_round(aes_forward.plain, t, k + 4)};
    }

private:
    // The state after the second round, of the next counter.
    [[gnu::always_inline]] AesState second_round()
    {
        if ((number_ & 0xffU) == 0)
            share();
        const auto &t = aes_forward.mixed;
        const std::uint32_t one = first_ ^ t[3][(number_++ & 0xffU) ^ key_[3] >> 24U];
        return {second_.a ^ t[0][byte_of<0>(one)], second_.b ^ t[3][byte_of<3>(one)],
                second_.c ^ t[2][byte_of<2>(one)], second_.d ^ t[1][byte_of<1>(one)]};
    }

    void share()
    {
        const auto &t = aes_forward.mixed;
        AesState s = iv_;
        s.d = __builtin_bswap32(number_);
        s = add_key(s, key_);
        s.d &= 0xffffffU; // without the last byte, so what the table adds for 0 is taken out
        s = forward_round(t, s, key_ + 4);
        first_ = s.a ^ t[3][0];
        s.a = 0; // the same for all four bytes of this column
        second_ = forward_round(t, s, key_ + 8);
        second_ = second_ ^ AesState { t[0][0], t[3][0], t[2][0], t[1][0] };
    }

    const std::uint32_t *key_;
    unsigned rounds_;
    AesState iv_;
    std::uint32_t number_;
    std::uint32_t first_ = 0; // column a
    AesState second_;
};

struct Padded {
    std::array<std::uint8_t, aes_block> bytes{};
    Padded(const std::uint8_t *from, std::size_t size) { copy_bytes(bytes.data(), from, size); }
};

enum class Way { Encrypt, Decrypt, Neither };

template <Way way>
[[gnu::always_inline]] inline void run(const GcmKey &key, const GcmText &text,
                                       std::uint8_t *tag)
{
    const GhashTables &tables = key.ghash;
    Counter counter(key.aes, text.iv, 1);
    const AesState mask = counter.next();
    const std::uint8_t *from = text.from;
    std::uint8_t *to = text.to;
    std::size_t left = text.size;
    Element sum;
    for (std::size_t done = 0; done < text.aad_size; done += aes_block) {
        const std::size_t size = text.aad_size - done;
        const Padded block(text.aad + done, size < aes_block ? size : aes_block);
        sum = times_key(tables, sum ^ load_element(block.bytes.data()));
    }

    for (; left >= 2 * aes_block; left -= 2 * aes_block) {
        if constexpr (way != Way::Encrypt) {
            sum = times_key(tables, sum ^ load_element(from));
            sum = times_key(tables, sum ^ load_element(from + aes_block));
        }
        if constexpr (way != Way::Neither) {
            const KeyStream stream = counter.next_two();
            const AesState second = load_state(from + aes_block) ^ stream.two;
            store_state(to, load_state(from) ^ stream.one);
            store_state(to + aes_block, second);
        }
        if constexpr (way == Way::Encrypt) {
            sum = times_key(tables, sum ^ load_element(to));
            sum = times_key(tables, sum ^ load_element(to + aes_block));
        }
        from += 2 * aes_block;
        if constexpr (way != Way::Neither)
            to += 2 * aes_block;
    }
    while (left != 0) {
        const std::size_t size = left < aes_block ? left : aes_block;
        Padded cipher(from, size);
        if constexpr (way != Way::Neither) {
            Padded result = cipher;
            store_state(result.bytes.data(), load_state(cipher.bytes.data()) ^ counter.next());
            copy_bytes(to, result.bytes.data(), size);
            if constexpr (way == Way::Encrypt)
                cipher = Padded(result.bytes.data(), size);
            to += size;
        }
        sum = times_key(tables, sum ^ load_element(cipher.bytes.data()));
        from += size;
        left -= size;
    }
    sum = times_key(tables, sum ^ Element{8 * text.aad_size, 8 * text.size});
    store_be64(tag, sum.high);
    store_be64(tag + 8, sum.low);
    store_state(tag, load_state(tag) ^ mask);
}

} // namespace

void expand_key(GcmKey &key, const std::uint8_t *bytes, std::size_t size)
{
    expand_key(key.aes, bytes, size);
    std::array<std::uint8_t, aes_block> hash_key{};
    encrypt_block(key.aes, hash_key.data(), hash_key.data());
    fill(key.ghash, load_element(hash_key.data()));
}

void gcm_encrypt(const GcmKey &key, const GcmText &text, std::uint8_t *tag)
{
    run<Way::Encrypt>(key, text, tag);
}

void gcm_decrypt(const GcmKey &key, const GcmText &text, std::uint8_t *tag)
{
    run<Way::Decrypt>(key, text, tag);
}

void gcm_tag(const GcmKey &key, const GcmText &text, std::uint8_t *tag)
{
    run<Way::Neither>(key, text, tag);
}

} // namespace ct::cipher
