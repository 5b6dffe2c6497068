/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * authencesn computes its HMAC over an image that it changes first: the upper half of
 * the sequence number goes behind the text. What it may leave of that, and what not.
 * crypto/authencesn.c from 5.10 to 7.3; docs/checks.md has the whole table.
 */
#ifndef CRYPTORTURE_EXERCISE_ESN_H
#define CRYPTORTURE_EXERCISE_ESN_H

#include "exercise/operation.h"

/*
 * Below, @op is of an algorithm that is esn_behind, and not of direction CT_ENCRYPT. It
 * is done, and its images are as the driver left them. Any context.
 */

/*
 * Is what lies behind the text right? In place that is the ICV, whose first bytes the
 * upper half may have replaced; out of place it is room that nobody may write to.
 */
bool ct_esn_end_right(const struct ct_operation *op);

/*
 * Is the text of a packet that was refused out of place the ciphertext, moved up over
 * the header by CT_ESP_HIGH bytes, and the upper half behind it?
 */
bool ct_esn_text_moved(const struct ct_operation *op);

#endif /* CRYPTORTURE_EXERCISE_ESN_H */
