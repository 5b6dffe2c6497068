// SPDX-License-Identifier: GPL-2.0-only
/*
 * AES (FIPS 197) with tables of 32-bit words, all computed at start from the
 * definition of the S-box: none is typed in, none is shared with the kernel.
 */
#include "reference/aes.h"

static u8 sbox[256];
static u8 inv_sbox[256];

/*
 * enc_table[0][x] is the column that MixColumns makes of (S(x), 0, 0, 0), and
 * enc_table[n] the same for a byte in row n: a round is then four look-ups and
 * three additions a column. dec_table is the same for the inverse cipher.
 */
static u32 enc_table[4][256];
static u32 dec_table[4][256];

/* Multiply by x in GF(2^8) modulo x^8 + x^4 + x^3 + x + 1 (FIPS 197, 4.2.1). */
static u8 times_x(u8 a)
{
	return (u8)((a << 1) ^ (a & 0x80 ? 0x1b : 0));
}

static u8 field_mul(u8 a, u8 b)
{
	u8 product = 0;

	for (; b; b >>= 1) {
		if (b & 1)
			product ^= a;
		a = times_x(a);
	}
	return product;
}

static u8 rol8_by(u8 a, unsigned int n)
{
	return (u8)(a << n | a >> (8 - n));
}

static u32 word_of(u8 b0, u8 b1, u8 b2, u8 b3)
{
	return (u32)b0 << 24 | (u32)b1 << 16 | (u32)b2 << 8 | b3;
}

/* The affine transformation of FIPS 197, 5.1.1. */
static u8 affine(u8 a)
{
	return a ^ rol8_by(a, 1) ^ rol8_by(a, 2) ^ rol8_by(a, 3) ^
	       rol8_by(a, 4) ^ 0x63;
}

void yt_aes_init_tables(void)
{
	u8 power = 1, inverse = 1;
	unsigned int i, row;

	/*
	 * 3 generates the multiplicative group and 0xf6 is its inverse, so
	 * that the two walk through all pairs (a, 1/a) in 255 steps.
	 */
	for (i = 0; i < 255; i++) {
		sbox[power] = affine(inverse);
		power = field_mul(power, 0x03);
		inverse = field_mul(inverse, 0xf6);
	}
	sbox[0] = affine(0);

	for (i = 0; i < 256; i++)
		inv_sbox[sbox[i]] = (u8)i;

	for (i = 0; i < 256; i++) {
		u8 s = sbox[i], v = inv_sbox[i];

		enc_table[0][i] = word_of(field_mul(s, 2), s, s,
					  field_mul(s, 3));
		dec_table[0][i] = word_of(field_mul(v, 14), field_mul(v, 9),
					  field_mul(v, 13), field_mul(v, 11));
		for (row = 1; row < 4; row++) {
			enc_table[row][i] = ror32(enc_table[0][i], 8 * row);
			dec_table[row][i] = ror32(dec_table[0][i], 8 * row);
		}
	}
}

static u32 sub_word(u32 w)
{
	return word_of(sbox[w >> 24], sbox[w >> 16 & 0xff],
		       sbox[w >> 8 & 0xff], sbox[w & 0xff]);
}

/* InvMixColumns on one column; the S-box undoes the one within the table. */
static u32 inv_mix_column(u32 w)
{
	return dec_table[0][sbox[w >> 24]] ^
	       dec_table[1][sbox[w >> 16 & 0xff]] ^
	       dec_table[2][sbox[w >> 8 & 0xff]] ^
	       dec_table[3][sbox[w & 0xff]];
}

int yt_aes_setkey(struct yt_aes *aes, const u8 *key, unsigned int key_len)
{
	unsigned int key_words = key_len / 4, words, i;
	u8 rcon = 1;

	if (key_len != 16 && key_len != 24 && key_len != 32)
		return -EINVAL;
	aes->rounds = key_words + 6;
	words = 4 * (aes->rounds + 1);

	/* FIPS 197, 5.2 */
	for (i = 0; i < key_words; i++)
		aes->enc[i] = get_unaligned_be32(key + 4 * i);
	for (; i < words; i++) {
		u32 w = aes->enc[i - 1];

		if (i % key_words == 0) {
			w = sub_word(rol32(w, 8)) ^ (u32)rcon << 24;
			rcon = times_x(rcon);
		} else if (key_words == 8 && i % 8 == 4) {
			w = sub_word(w);
		}
		aes->enc[i] = aes->enc[i - key_words] ^ w;
	}

	/* FIPS 197, 5.3.5: rounds backwards, the inner ones mixed */
	for (i = 0; i < words; i++) {
		u32 w = aes->enc[4 * (aes->rounds - i / 4) + i % 4];

		if (i >= 4 && i < words - 4)
			w = inv_mix_column(w);
		aes->dec[i] = w;
	}
	return 0;
}

/* One column of a full round; ShiftRows is in the choice of a, b, c and d. */
static inline u32 column(u32 table[4][256], u32 a, u32 b, u32 c, u32 d)
{
	return table[0][a >> 24] ^ table[1][b >> 16 & 0xff] ^
	       table[2][c >> 8 & 0xff] ^ table[3][d & 0xff];
}

/* One column of the last round, which does not mix. */
static inline u32 last_column(const u8 *box, u32 a, u32 b, u32 c, u32 d)
{
	return word_of(box[a >> 24], box[b >> 16 & 0xff],
		       box[c >> 8 & 0xff], box[d & 0xff]);
}

void yt_aes_encrypt(const struct yt_aes *aes, u8 out[YT_AES_BLOCK],
		    const u8 in[YT_AES_BLOCK])
{
	const u32 *k = aes->enc;
	u32 s0 = get_unaligned_be32(in) ^ k[0];
	u32 s1 = get_unaligned_be32(in + 4) ^ k[1];
	u32 s2 = get_unaligned_be32(in + 8) ^ k[2];
	u32 s3 = get_unaligned_be32(in + 12) ^ k[3];
	unsigned int round;

	for (round = 1; round < aes->rounds; round++) {
		u32 t0, t1, t2, t3;

		k += 4;
		t0 = column(enc_table, s0, s1, s2, s3) ^ k[0];
		t1 = column(enc_table, s1, s2, s3, s0) ^ k[1];
		t2 = column(enc_table, s2, s3, s0, s1) ^ k[2];
		t3 = column(enc_table, s3, s0, s1, s2) ^ k[3];
		s0 = t0;
		s1 = t1;
		s2 = t2;
		s3 = t3;
	}

	k += 4;
	put_unaligned_be32(last_column(sbox, s0, s1, s2, s3) ^ k[0], out);
	put_unaligned_be32(last_column(sbox, s1, s2, s3, s0) ^ k[1], out + 4);
	put_unaligned_be32(last_column(sbox, s2, s3, s0, s1) ^ k[2], out + 8);
	put_unaligned_be32(last_column(sbox, s3, s0, s1, s2) ^ k[3], out + 12);
}

void yt_aes_decrypt(const struct yt_aes *aes, u8 out[YT_AES_BLOCK],
		    const u8 in[YT_AES_BLOCK])
{
	const u32 *k = aes->dec;
	u32 s0 = get_unaligned_be32(in) ^ k[0];
	u32 s1 = get_unaligned_be32(in + 4) ^ k[1];
	u32 s2 = get_unaligned_be32(in + 8) ^ k[2];
	u32 s3 = get_unaligned_be32(in + 12) ^ k[3];
	unsigned int round;

	for (round = 1; round < aes->rounds; round++) {
		u32 t0, t1, t2, t3;

		k += 4;
		t0 = column(dec_table, s0, s3, s2, s1) ^ k[0];
		t1 = column(dec_table, s1, s0, s3, s2) ^ k[1];
		t2 = column(dec_table, s2, s1, s0, s3) ^ k[2];
		t3 = column(dec_table, s3, s2, s1, s0) ^ k[3];
		s0 = t0;
		s1 = t1;
		s2 = t2;
		s3 = t3;
	}

	k += 4;
	put_unaligned_be32(last_column(inv_sbox, s0, s3, s2, s1) ^ k[0], out);
	put_unaligned_be32(last_column(inv_sbox, s1, s0, s3, s2) ^ k[1],
			   out + 4);
	put_unaligned_be32(last_column(inv_sbox, s2, s1, s0, s3) ^ k[2],
			   out + 8);
	put_unaligned_be32(last_column(inv_sbox, s3, s2, s1, s0) ^ k[3],
			   out + 12);
}
