/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Drivers whose results are right, and who damage what else their caller can see
 * afterwards: of BUG-CLASSES' driver-data and sg-writeback, what no user looks at.
 */
#ifndef CRYPTORTURE_BUSTED_LEFTOVER_H
#define CRYPTORTURE_BUSTED_LEFTOVER_H

#include "busted/wrapper.h"

/* One bit of a packet whose ICV was refused: of its AAD, in place of its ICV, its text. */
extern const struct ct_busted_wrap ct_busted_refused_head;
extern const struct ct_busted_wrap ct_busted_refused_icv;
extern const struct ct_busted_wrap ct_busted_refused_text;

/* Of authencesn: the upper half of the sequence number behind the text, out of place. */
extern const struct ct_busted_wrap ct_busted_esn_writeback;

/* Keys of 192 bits, of GCM ICVs of 12 bytes, are refused; a second setkey does nothing. */
extern const struct ct_busted_wrap ct_busted_no_192;
extern const struct ct_busted_wrap ct_busted_rekey;

/* The IV of a request lies in its transform for a while, where others put theirs. */
extern const struct ct_busted_wrap ct_busted_shared;

/* One bit of the IV in the request: of GCM, and of CTR after a part of a block. */
extern const struct ct_busted_wrap ct_busted_iv_gcm;
extern const struct ct_busted_wrap ct_busted_iv_ctr;

#endif /* CRYPTORTURE_BUSTED_LEFTOVER_H */
