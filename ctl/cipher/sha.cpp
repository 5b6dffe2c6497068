// SPDX-License-Identifier: GPL-2.0-or-later
// Sixteen rounds are written out with the names of the working variables moved on, so that
// nothing is moved between them; the message schedule is a ring of sixteen words.
#include "cipher/sha.h"

#include <bit>

#include "cipher/word.h"

namespace ct::cipher {

const Sha1::State Sha1::start = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
const Sha256::State Sha256::start = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
};
const Sha512::State Sha512::start = {
    0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
    0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
};

namespace {

constexpr std::array<std::uint32_t, 64> sha256_constants = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4,
    0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe,
    0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f,
    0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
    0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc,
    0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
    0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116,
    0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
    0xc67178f2,
};

constexpr std::array<std::uint64_t, 80> sha512_constants = {
    0x428a2f98d728ae22, 0x7137449123ef65cd, 0xb5c0fbcfec4d3b2f, 0xe9b5dba58189dbbc,
    0x3956c25bf348b538, 0x59f111f1b605d019, 0x923f82a4af194f9b, 0xab1c5ed5da6d8118,
    0xd807aa98a3030242, 0x12835b0145706fbe, 0x243185be4ee4b28c, 0x550c7dc3d5ffb4e2,
    0x72be5d74f27b896f, 0x80deb1fe3b1696b1, 0x9bdc06a725c71235, 0xc19bf174cf692694,
    0xe49b69c19ef14ad2, 0xefbe4786384f25e3, 0x0fc19dc68b8cd5b5, 0x240ca1cc77ac9c65,
    0x2de92c6f592b0275, 0x4a7484aa6ea6e483, 0x5cb0a9dcbd41fbd4, 0x76f988da831153b5,
    0x983e5152ee66dfab, 0xa831c66d2db43210, 0xb00327c898fb213f, 0xbf597fc7beef0ee4,
    0xc6e00bf33da88fc2, 0xd5a79147930aa725, 0x06ca6351e003826f, 0x142929670a0e6e70,
    0x27b70a8546d22ffc, 0x2e1b21385c26c926, 0x4d2c6dfc5ac42aed, 0x53380d139d95b3df,
    0x650a73548baf63de, 0x766a0abb3c77b2a8, 0x81c2c92e47edaee6, 0x92722c851482353b,
    0xa2bfe8a14cf10364, 0xa81a664bbc423001, 0xc24b8b70d0f89791, 0xc76c51a30654be30,
    0xd192e819d6ef5218, 0xd69906245565a910, 0xf40e35855771202a, 0x106aa07032bbd1b8,
    0x19a4c116b8d2d0c8, 0x1e376c085141ab53, 0x2748774cdf8eeb99, 0x34b0bcb5e19b48a8,
    0x391c0cb3c5c95a63, 0x4ed8aa4ae3418acb, 0x5b9cca4f7763e373, 0x682e6ff3d6b2b8a3,
    0x748f82ee5defb2fc, 0x78a5636f43172f60, 0x84c87814a1f0ab72, 0x8cc702081a6439ec,
    0x90befffa23631e28, 0xa4506cebde82bde9, 0xbef9a3f7b2c67915, 0xc67178f2e372532b,
    0xca273eceea26619c, 0xd186b8c721c0c207, 0xeada7dd6cde0eb1e, 0xf57d4f7fee6ed178,
    0x06f067aa72176fba, 0x0a637dc5a2c898a6, 0x113f9804bef90dae, 0x1b710b35131c471b,
    0x28db77f523047d84, 0x32caab7b40c72493, 0x3c9ebe0a15c9bebc, 0x431d67c49c100d4c,
    0x4cc5d4becb3e42b6, 0x597f299cfc657e2a, 0x5fcb6fab3ad6faec, 0x6c44198c4a475817,
};

enum class Part { Choose, Parity, Majority };

struct Sha1Block {
    std::uint32_t a, b, c, d, e;
    std::array<std::uint32_t, 16> w;

    template <Part part>
    [[gnu::always_inline]] static void round(std::uint32_t v, std::uint32_t &x, std::uint32_t y,
                                             std::uint32_t z, std::uint32_t &sum,
                                             std::uint32_t word)
    {
        if constexpr (part == Part::Choose)
            sum += z ^ (x & (y ^ z));
        else if constexpr (part == Part::Majority)
            sum += (x & y) + (z & (x ^ y));
        else
            sum += x ^ y ^ z;
        sum += word + std::rotl(v, 5);
        x = std::rotl(x, 30);
    }

    template <unsigned T> [[gnu::always_inline]] std::uint32_t schedule()
    {
        constexpr unsigned at = T % 16;
        if constexpr (T >= 16)
            w[at] =
                std::rotl(w[(at + 13) % 16] ^ w[(at + 8) % 16] ^ w[(at + 2) % 16] ^ w[at], 1);
        return w[at];
    }

    template <Part part, std::uint32_t Constant, unsigned T> [[gnu::always_inline]] void five()
    {
        round<part>(a, b, c, d, e, Constant + schedule<T>());
        round<part>(e, a, b, c, d, Constant + schedule<T + 1>());
        round<part>(d, e, a, b, c, Constant + schedule<T + 2>());
        round<part>(c, d, e, a, b, Constant + schedule<T + 3>());
        round<part>(b, c, d, e, a, Constant + schedule<T + 4>());
    }

    template <Part part, std::uint32_t Constant, unsigned T>
    [[gnu::always_inline]] void twenty()
    {
        five<part, Constant, T>();
        five<part, Constant, T + 5>();
        five<part, Constant, T + 10>();
        five<part, Constant, T + 15>();
    }
};

// What differs between SHA-256 and SHA-512 (4.1.2, 4.1.3).
struct Of256 {
    static constexpr auto &constants = sha256_constants;
    static constexpr std::array<int, 3> big0 = {2, 13, 22};
    static constexpr std::array<int, 3> big1 = {6, 11, 25};
    static constexpr std::array<int, 3> small0 = {7, 18, 3};
    static constexpr std::array<int, 3> small1 = {17, 19, 10};
    static std::uint32_t load(const std::uint8_t *from) { return load_be32(from); }
};

struct Of512 {
    static constexpr auto &constants = sha512_constants;
    static constexpr std::array<int, 3> big0 = {28, 34, 39};
    static constexpr std::array<int, 3> big1 = {14, 18, 41};
    static constexpr std::array<int, 3> small0 = {1, 8, 7};
    static constexpr std::array<int, 3> small1 = {19, 61, 6};
    static std::uint64_t load(const std::uint8_t *from) { return load_be64(from); }
};

template <typename Word, typename Of> struct Sha2Block {
    Word a, b, c, d, e, f, g, h;
    Word differed; // b + c
    std::array<Word, 16> w;

    // The rotations one inside the other, which takes fewer instructions than three apart.
    template <int R0, int R1, int R2> [[gnu::always_inline]] static Word big(Word x)
    {
        return std::rotr(std::rotr(std::rotr(x, R2 - R1) ^ x, R1 - R0) ^ x, R0);
    }

    // The majority of p, q and r by q + r of the round before, where they were p + q.
    [[gnu::always_inline]] void round(Word p, Word q, Word &s, Word t, Word u, Word v,
                                      Word &sum, Word word)
    {
        const Word differ = p ^ q;
        sum += word + big<Of::big1[0], Of::big1[1], Of::big1[2]>(t) + (v ^ (t & (u ^ v)));
        s += sum;
        sum += big<Of::big0[0], Of::big0[1], Of::big0[2]>(p) + (q ^ (differ & differed));
        differed = differ;
    }

    template <unsigned At> [[gnu::always_inline]] void extend()
    {
        const Word w1 = w[(At + 1) % 16];
        const Word w14 = w[(At + 14) % 16];
        w[At] += w[(At + 9) % 16] +
                 (std::rotr(w1, Of::small0[0]) ^ std::rotr(w1, Of::small0[1]) ^
                  w1 >> Of::small0[2]) +
                 (std::rotr(w14, Of::small1[0]) ^ std::rotr(w14, Of::small1[1]) ^
                  w14 >> Of::small1[2]);
    }

    template <unsigned At, bool First>
    [[gnu::always_inline]] Word word(const Word *constants, const std::uint8_t *from)
    {
        if constexpr (First)
            w[At] = Of::load(from + sizeof(Word) * At);
        else
            extend<At>();
        return w[At] + constants[At];
    }

    template <unsigned At, bool First>
    [[gnu::always_inline]] void eight(const Word *k, const std::uint8_t *from)
    {
        round(a, b, d, e, f, g, h, word<At, First>(k, from));
        round(h, a, c, d, e, f, g, word<At + 1, First>(k, from));
        round(g, h, b, c, d, e, f, word<At + 2, First>(k, from));
        round(f, g, a, b, c, d, e, word<At + 3, First>(k, from));
        round(e, f, h, a, b, c, d, word<At + 4, First>(k, from));
        round(d, e, g, h, a, b, c, word<At + 5, First>(k, from));
        round(c, d, f, g, h, a, b, word<At + 6, First>(k, from));
        round(b, c, e, f, g, h, a, word<At + 7, First>(k, from));
    }
};

template <typename Word, typename Of>
[[gnu::always_inline]] inline void sha2(std::array<Word, 8> &state, const std::uint8_t *from,
                                        std::size_t blocks)
{
    for (; blocks != 0; blocks--) {
        Sha2Block<Word, Of> block{state[0], state[1], state[2],
                                  state[3], state[4], state[5],
                                  state[6], state[7], state[1] ^ state[2],
                                  {}};
        const Word *k = Of::constants.data();
        block.template eight<0, true>(k, from);
        block.template eight<8, true>(k, from);
        for (std::size_t t = 16; t < Of::constants.size(); t += 16) {
            block.template eight<0, false>(k + t, from);
            block.template eight<8, false>(k + t, from);
        }
        state[0] += block.a;
        state[1] += block.b;
        state[2] += block.c;
        state[3] += block.d;
        state[4] += block.e;
        state[5] += block.f;
        state[6] += block.g;
        state[7] += block.h;
        from += 16 * sizeof(Word);
    }
}

} // namespace

void Sha1::compress(State &state, const std::uint8_t *from, std::size_t blocks)
{
    for (; blocks != 0; blocks--) {
        Sha1Block block{state[0], state[1], state[2], state[3], state[4], {}};
        for (unsigned t = 0; t < 16; t++)
            block.w[t] = load_be32(from + std::size_t{4} * t);
        block.twenty<Part::Choose, 0x5a827999, 0>();
        block.twenty<Part::Parity, 0x6ed9eba1, 20>();
        block.twenty<Part::Majority, 0x8f1bbcdc, 40>();
        block.twenty<Part::Parity, 0xca62c1d6, 60>();
        state[0] += block.a;
        state[1] += block.b;
        state[2] += block.c;
        state[3] += block.d;
        state[4] += block.e;
        from += block_size;
    }
}

void Sha256::compress(State &state, const std::uint8_t *from, std::size_t blocks)
{
    sha2<Word, Of256>(state, from, blocks);
}

void Sha512::compress(State &state, const std::uint8_t *from, std::size_t blocks)
{
    sha2<Word, Of512>(state, from, blocks);
}

} // namespace ct::cipher
