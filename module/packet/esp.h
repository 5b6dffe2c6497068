/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ESP framing after RFC 4303: header (SPI, sequence number), text (payload,
 * padding 1, 2, 3, ..., pad length, next header). The IV lies between header
 * and text, the ICV behind the text.
 */
#ifndef CRYPTORTURE_PACKET_ESP_H
#define CRYPTORTURE_PACKET_ESP_H

#include "port.h"

#define YT_ESP_NEXT_IPV4	4
#define YT_ESP_TRAILER		2	/* pad length and next header */

/**
 * struct yt_esp_header - the numbers in front of a packet
 * @spi: security parameters index
 * @seq: sequence number; the upper half counts only with @esn
 * @esn: 64-bit sequence number in the AAD (RFC 4106, 5, and authencesn), of which the
 *	 wire carries the lower half
 */
struct yt_esp_header {
	u32 spi;
	u64 seq;
	bool esn;
};

#define YT_ESP_SPI		4	/* bytes in front of the sequence number */
#define YT_ESP_HIGH		4	/* of its upper half, with ESN */

/* Bytes of the header as it is authenticated: 8, or 12 with ESN. */
static inline unsigned int yt_esp_header_len(const struct yt_esp_header *header)
{
	return header->esn ? 12 : 8;
}

/* Writes yt_esp_header_len() bytes: SPI, upper half with ESN, lower half. */
void yt_esp_put_header(u8 *out, const struct yt_esp_header *header);

/* Bytes of text for @payload_len bytes padded to a multiple of @align. */
unsigned int yt_esp_text_len(unsigned int payload_len, unsigned int align);

/**
 * yt_esp_put_trailer() - padding, pad length and next header
 * @text: the text, whose first @payload_len bytes are the payload
 * @payload_len: in bytes
 * @align: padding is to a multiple of this
 * @next_header: protocol of the payload
 */
void yt_esp_put_trailer(u8 *text, unsigned int payload_len, unsigned int align,
			u8 next_header);

#endif /* CRYPTORTURE_PACKET_ESP_H */
