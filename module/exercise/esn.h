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

/**
 * ct_esn_room() - bytes that the destination has behind the text
 * @op: its layout chosen
 *
 * Kernels without the mend of CVE-2026-43033 write CT_ESP_HIGH bytes there also out of
 * place, where a caller need not have any. So that this is seen and hurts nobody, there
 * is room for the ICV.
 *
 * Return: 0 in place, where the ICV itself is there.
 */
unsigned int ct_esn_room(const struct ct_operation *op);

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
