// SPDX-License-Identifier: GPL-2.0-only
#include "packet/esp.h"

void yt_esp_put_header(u8 *out, const struct yt_esp_header *header)
{
	put_unaligned_be32(header->spi, out);
	out += 4;
	if (header->esn) {
		put_unaligned_be32((u32)(header->seq >> 32), out);
		out += 4;
	}
	put_unaligned_be32((u32)header->seq, out);
}

unsigned int yt_esp_text_len(unsigned int payload_len, unsigned int align)
{
	unsigned int len = payload_len + YT_ESP_TRAILER;

	return (len + align - 1) / align * align;
}

void yt_esp_put_trailer(u8 *text, unsigned int payload_len, unsigned int align,
			u8 next_header)
{
	unsigned int len = yt_esp_text_len(payload_len, align);
	unsigned int pad = len - payload_len - YT_ESP_TRAILER;
	unsigned int i;

	for (i = 0; i < pad; i++)
		text[payload_len + i] = (u8)(i + 1);
	text[len - 2] = (u8)pad;
	text[len - 1] = next_header;
}
