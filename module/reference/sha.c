// SPDX-License-Identifier: GPL-2.0-only
/* SHA-1, SHA-256 and SHA-512, straight from FIPS 180-4. */
#include "reference/sha.h"

/*
 * FIPS 180-4, 4.2.3: the fractional parts of the cube roots of the first 80
 * primes. The constants of SHA-256 (4.2.2) are the upper halves of the first
 * 64.
 */
static const u64 cube_roots[80] = {
	0x428a2f98d728ae22ULL, 0x7137449123ef65cdULL, 0xb5c0fbcfec4d3b2fULL,
	0xe9b5dba58189dbbcULL, 0x3956c25bf348b538ULL, 0x59f111f1b605d019ULL,
	0x923f82a4af194f9bULL, 0xab1c5ed5da6d8118ULL, 0xd807aa98a3030242ULL,
	0x12835b0145706fbeULL, 0x243185be4ee4b28cULL, 0x550c7dc3d5ffb4e2ULL,
	0x72be5d74f27b896fULL, 0x80deb1fe3b1696b1ULL, 0x9bdc06a725c71235ULL,
	0xc19bf174cf692694ULL, 0xe49b69c19ef14ad2ULL, 0xefbe4786384f25e3ULL,
	0x0fc19dc68b8cd5b5ULL, 0x240ca1cc77ac9c65ULL, 0x2de92c6f592b0275ULL,
	0x4a7484aa6ea6e483ULL, 0x5cb0a9dcbd41fbd4ULL, 0x76f988da831153b5ULL,
	0x983e5152ee66dfabULL, 0xa831c66d2db43210ULL, 0xb00327c898fb213fULL,
	0xbf597fc7beef0ee4ULL, 0xc6e00bf33da88fc2ULL, 0xd5a79147930aa725ULL,
	0x06ca6351e003826fULL, 0x142929670a0e6e70ULL, 0x27b70a8546d22ffcULL,
	0x2e1b21385c26c926ULL, 0x4d2c6dfc5ac42aedULL, 0x53380d139d95b3dfULL,
	0x650a73548baf63deULL, 0x766a0abb3c77b2a8ULL, 0x81c2c92e47edaee6ULL,
	0x92722c851482353bULL, 0xa2bfe8a14cf10364ULL, 0xa81a664bbc423001ULL,
	0xc24b8b70d0f89791ULL, 0xc76c51a30654be30ULL, 0xd192e819d6ef5218ULL,
	0xd69906245565a910ULL, 0xf40e35855771202aULL, 0x106aa07032bbd1b8ULL,
	0x19a4c116b8d2d0c8ULL, 0x1e376c085141ab53ULL, 0x2748774cdf8eeb99ULL,
	0x34b0bcb5e19b48a8ULL, 0x391c0cb3c5c95a63ULL, 0x4ed8aa4ae3418acbULL,
	0x5b9cca4f7763e373ULL, 0x682e6ff3d6b2b8a3ULL, 0x748f82ee5defb2fcULL,
	0x78a5636f43172f60ULL, 0x84c87814a1f0ab72ULL, 0x8cc702081a6439ecULL,
	0x90befffa23631e28ULL, 0xa4506cebde82bde9ULL, 0xbef9a3f7b2c67915ULL,
	0xc67178f2e372532bULL, 0xca273eceea26619cULL, 0xd186b8c721c0c207ULL,
	0xeada7dd6cde0eb1eULL, 0xf57d4f7fee6ed178ULL, 0x06f067aa72176fbaULL,
	0x0a637dc5a2c898a6ULL, 0x113f9804bef90daeULL, 0x1b710b35131c471bULL,
	0x28db77f523047d84ULL, 0x32caab7b40c72493ULL, 0x3c9ebe0a15c9bebcULL,
	0x431d67c49c100d4cULL, 0x4cc5d4becb3e42b6ULL, 0x597f299cfc657e2aULL,
	0x5fcb6fab3ad6faecULL, 0x6c44198c4a475817ULL,
};

/* 5.3.5: of the square roots of the first 8 primes; for SHA-256 as above. */
static const u64 square_roots[8] = {
	0x6a09e667f3bcc908ULL, 0xbb67ae8584caa73bULL, 0x3c6ef372fe94f82bULL,
	0xa54ff53a5f1d36f1ULL, 0x510e527fade682d1ULL, 0x9b05688c2b3e6c1fULL,
	0x1f83d9abfb41bd6bULL, 0x5be0cd19137e2179ULL,
};

/* 5.3.1 */
static const u32 sha1_start[5] = {
	0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0,
};

/* 4.2.1 */
static const u32 sha1_constants[4] = {
	0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6,
};

static inline u32 choose32(u32 x, u32 y, u32 z)
{
	return (x & y) ^ (~x & z);
}

static inline u32 majority32(u32 x, u32 y, u32 z)
{
	return (x & y) ^ (x & z) ^ (y & z);
}

static inline u64 choose64(u64 x, u64 y, u64 z)
{
	return (x & y) ^ (~x & z);
}

static inline u64 majority64(u64 x, u64 y, u64 z)
{
	return (x & y) ^ (x & z) ^ (y & z);
}

/*
 * The message schedule of all three is kept as a ring of its last 16 words:
 * word t takes the place of word t - 16.
 */
static void sha1_block(u32 state[5], const u8 *data)
{
	u32 a = state[0], b = state[1], c = state[2], d = state[3];
	u32 e = state[4];
	u32 w[16];
	unsigned int t;

	for (t = 0; t < 80; t++) {
		u32 *word = &w[t % 16];
		u32 f, sum;

		if (t < 16)
			*word = get_unaligned_be32(data + 4 * t);
		else
			*word = rol32(w[(t - 3) % 16] ^ w[(t - 8) % 16] ^
				      w[(t - 14) % 16] ^ *word, 1);

		if (t < 20)
			f = choose32(b, c, d);
		else if (t < 40 || t >= 60)
			f = b ^ c ^ d;
		else
			f = majority32(b, c, d);

		sum = rol32(a, 5) + f + e + sha1_constants[t / 20] + *word;
		e = d;
		d = c;
		c = rol32(b, 30);
		b = a;
		a = sum;
	}

	state[0] += a;
	state[1] += b;
	state[2] += c;
	state[3] += d;
	state[4] += e;
}

static void sha256_block(u32 state[8], const u8 *data)
{
	u32 a = state[0], b = state[1], c = state[2], d = state[3];
	u32 e = state[4], f = state[5], g = state[6], h = state[7];
	u32 w[16];
	unsigned int t;

	for (t = 0; t < 64; t++) {
		u32 *word = &w[t % 16];
		u32 t1, t2;

		if (t < 16) {
			*word = get_unaligned_be32(data + 4 * t);
		} else {
			u32 w2 = w[(t - 2) % 16], w15 = w[(t - 15) % 16];

			*word += w[(t - 7) % 16] +
				 (ror32(w2, 17) ^ ror32(w2, 19) ^ w2 >> 10) +
				 (ror32(w15, 7) ^ ror32(w15, 18) ^ w15 >> 3);
		}

		t1 = h + (ror32(e, 6) ^ ror32(e, 11) ^ ror32(e, 25)) +
		     choose32(e, f, g) + (u32)(cube_roots[t] >> 32) + *word;
		t2 = (ror32(a, 2) ^ ror32(a, 13) ^ ror32(a, 22)) +
		     majority32(a, b, c);
		h = g;
		g = f;
		f = e;
		e = d + t1;
		d = c;
		c = b;
		b = a;
		a = t1 + t2;
	}

	state[0] += a;
	state[1] += b;
	state[2] += c;
	state[3] += d;
	state[4] += e;
	state[5] += f;
	state[6] += g;
	state[7] += h;
}

static void sha512_block(u64 state[8], const u8 *data)
{
	u64 a = state[0], b = state[1], c = state[2], d = state[3];
	u64 e = state[4], f = state[5], g = state[6], h = state[7];
	u64 w[16];
	unsigned int t;

	for (t = 0; t < 80; t++) {
		u64 *word = &w[t % 16];
		u64 t1, t2;

		if (t < 16) {
			*word = get_unaligned_be64(data + 8 * t);
		} else {
			u64 w2 = w[(t - 2) % 16], w15 = w[(t - 15) % 16];

			*word += w[(t - 7) % 16] +
				 (ror64(w2, 19) ^ ror64(w2, 61) ^ w2 >> 6) +
				 (ror64(w15, 1) ^ ror64(w15, 8) ^ w15 >> 7);
		}

		t1 = h + (ror64(e, 14) ^ ror64(e, 18) ^ ror64(e, 41)) +
		     choose64(e, f, g) + cube_roots[t] + *word;
		t2 = (ror64(a, 28) ^ ror64(a, 34) ^ ror64(a, 39)) +
		     majority64(a, b, c);
		h = g;
		g = f;
		f = e;
		e = d + t1;
		d = c;
		c = b;
		b = a;
		a = t1 + t2;
	}

	state[0] += a;
	state[1] += b;
	state[2] += c;
	state[3] += d;
	state[4] += e;
	state[5] += f;
	state[6] += g;
	state[7] += h;
}

unsigned int yt_sha_digest_size(enum yt_sha_type type)
{
	return type == YT_SHA1 ? 20 : type == YT_SHA256 ? 32 : 64;
}

unsigned int yt_sha_block_size(enum yt_sha_type type)
{
	return type == YT_SHA512 ? 128 : 64;
}

void yt_sha_init(struct yt_sha *sha, enum yt_sha_type type)
{
	unsigned int i;

	sha->type = type;
	sha->bytes = 0;
	for (i = 0; i < 8; i++) {
		if (type == YT_SHA512)
			sha->state.w64[i] = square_roots[i];
		else if (type == YT_SHA256)
			sha->state.w32[i] = (u32)(square_roots[i] >> 32);
		else if (i < 5)
			sha->state.w32[i] = sha1_start[i];
	}
}

static void hash_block(struct yt_sha *sha, const u8 *data)
{
	if (sha->type == YT_SHA512)
		sha512_block(sha->state.w64, data);
	else if (sha->type == YT_SHA256)
		sha256_block(sha->state.w32, data);
	else
		sha1_block(sha->state.w32, data);
}

void yt_sha_update(struct yt_sha *sha, const u8 *data, size_t len)
{
	size_t block = yt_sha_block_size(sha->type);
	size_t held = (size_t)sha->bytes & (block - 1);

	sha->bytes += len;
	while (len) {
		size_t n = min(len, block - held);

		if (n == block) {
			hash_block(sha, data);
		} else {
			memcpy(sha->buffer + held, data, n);
			held += n;
			if (held == block) {
				hash_block(sha, sha->buffer);
				held = 0;
			}
		}
		data += n;
		len -= n;
	}
}

void yt_sha_final(struct yt_sha *sha, u8 *digest)
{
	unsigned int block = yt_sha_block_size(sha->type);
	unsigned int size = yt_sha_digest_size(sha->type);
	unsigned int held = (unsigned int)sha->bytes & (block - 1);
	unsigned int count = block / 8;	/* bytes of the length field */
	unsigned int i;

	/* 5.1: a one bit, zeros, and the length in bits */
	sha->buffer[held++] = 0x80;
	if (held > block - count) {
		memset(sha->buffer + held, 0, block - held);
		hash_block(sha, sha->buffer);
		held = 0;
	}
	memset(sha->buffer + held, 0, block - held);
	put_unaligned_be64(sha->bytes << 3, sha->buffer + block - 8);
	if (count > 8)
		put_unaligned_be64(sha->bytes >> 61, sha->buffer + block - 16);
	hash_block(sha, sha->buffer);

	if (sha->type == YT_SHA512) {
		for (i = 0; i < size / 8; i++)
			put_unaligned_be64(sha->state.w64[i], digest + 8 * i);
	} else {
		for (i = 0; i < size / 4; i++)
			put_unaligned_be32(sha->state.w32[i], digest + 4 * i);
	}
}
