/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * authencesn computes its HMAC over an image that it changes first: the upper half of
 * the sequence number goes behind the text. What it may leave of that, and what not.
 * crypto/authencesn.c from 5.10 to 7.3; docs/checks.md has the whole table.
 */
#ifndef CRYPTORTURE_VERIFY_ESN_H
#define CRYPTORTURE_VERIFY_ESN_H

#include "op/operation.h"

/*
 * Below, @op is of an algorithm that is esn_behind, and not of direction
 * CRYPTORTURE_DIRECTION_ENCRYPT. It
 * is done, and its images are as the driver left them. Any context.
 */

/*
 * What has to lie behind the text, as many bytes as the ICV has: of the two that are
 * right in place the one that is there, if it is.
 */
void yt_esn_end(const struct yt_operation *op, u8 *to);

/*
 * Is what lies behind the text right? In place that is the ICV, whose first bytes the
 * upper half may have replaced; out of place it is room that must stay unchanged.
 */
bool yt_esn_end_right(const struct yt_operation *op);

/*
 * The text that a packet may leave in another destination: the ciphertext as it came,
 * moved up by YT_ESP_HIGH bytes, with the upper half behind it. @len bytes of the image
 * from @offset on, which lie in the text.
 */
void yt_esn_moved_text(const struct yt_operation *op, u8 *to,
		       unsigned int offset, unsigned int len);

#endif /* CRYPTORTURE_VERIFY_ESN_H */
