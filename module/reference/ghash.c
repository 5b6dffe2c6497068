// SPDX-License-Identifier: GPL-2.0-only
/*
 * GHASH by Shoup's method with four-bit tables. Elements of GF(2^128) are in
 * the bit order of NIST SP 800-38D, 6.3: the most significant bit of the first
 * byte is the coefficient of x^0, so multiplying by x shifts to the right.
 */
#include "reference/ghash.h"

#define BLOCK		16

/* x^128 = x^7 + x^2 + x + 1, as the upper 64 bits of an element */
#define POLYNOMIAL	0xe100000000000000ULL

/*
 * What the four bits that fall out on the right in a multiplication by x^4
 * add to the upper 16 bits: bit 3 fell out last and has not moved since, bit 0
 * fell out first and was shifted on three times.
 */
#define BIT_3	0xe100
#define BIT_2	(BIT_3 >> 1)
#define BIT_1	(BIT_3 >> 2)
#define BIT_0	(BIT_3 >> 3)

static const u16 fold[16] = {
	0,
	BIT_0,
	BIT_1,
	BIT_1 ^ BIT_0,
	BIT_2,
	BIT_2 ^ BIT_0,
	BIT_2 ^ BIT_1,
	BIT_2 ^ BIT_1 ^ BIT_0,
	BIT_3,
	BIT_3 ^ BIT_0,
	BIT_3 ^ BIT_1,
	BIT_3 ^ BIT_1 ^ BIT_0,
	BIT_3 ^ BIT_2,
	BIT_3 ^ BIT_2 ^ BIT_0,
	BIT_3 ^ BIT_2 ^ BIT_1,
	BIT_3 ^ BIT_2 ^ BIT_1 ^ BIT_0,
};

void yt_ghash_setkey(struct yt_ghash_key *key, const u8 h[16])
{
	u64 hi = get_unaligned_be64(h), lo = get_unaligned_be64(h + 8);
	unsigned int i, j;

	/* The index has the bit order of the elements: 8 is 1, 1 is x^3. */
	key->hi[0] = 0;
	key->lo[0] = 0;
	for (i = 8; i; i >>= 1) {
		u64 out = lo & 1;

		key->hi[i] = hi;
		key->lo[i] = lo;
		lo = lo >> 1 | hi << 63;
		hi = hi >> 1 ^ (out ? POLYNOMIAL : 0);
	}
	for (i = 2; i < 16; i <<= 1) {
		for (j = 1; j < i; j++) {
			key->hi[i + j] = key->hi[i] ^ key->hi[j];
			key->lo[i + j] = key->lo[i] ^ key->lo[j];
		}
	}
}

/* state = state * H */
static void multiply(const struct yt_ghash_key *key, u8 state[BLOCK])
{
	u64 hi = 0, lo = 0;
	int i;

	/* Horner's rule from the highest power, two times four bits a byte. */
	for (i = 2 * BLOCK - 1; i >= 0; i--) {
		unsigned int nibble = state[i / 2];
		unsigned int out = (unsigned int)lo & 0xf;

		nibble = i & 1 ? nibble & 0xf : nibble >> 4;
		lo = (lo >> 4 | hi << 60) ^ key->lo[nibble];
		hi = hi >> 4 ^ (u64)fold[out] << 48 ^ key->hi[nibble];
	}
	put_unaligned_be64(hi, state);
	put_unaligned_be64(lo, state + 8);
}

void yt_ghash_update(const struct yt_ghash_key *key, u8 state[16],
		     const u8 *data, size_t len)
{
	while (len) {
		size_t n = len < BLOCK ? len : BLOCK, i;

		for (i = 0; i < n; i++)
			state[i] ^= data[i];
		multiply(key, state);
		data += n;
		len -= n;
	}
}
