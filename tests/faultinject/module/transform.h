/* SPDX-License-Identifier: GPL-2.0-only */
/* Drivers that do not do with a transform what its owner asks for. */
#ifndef CRYPTORTURE_BUSTED_TRANSFORM_H
#define CRYPTORTURE_BUSTED_TRANSFORM_H

#include "wrapper.h"

/* Keys of 192 bits, of GCM ICVs of 12 bytes, are refused; a second setkey does nothing. */
extern const struct yt_busted_wrap yt_busted_no_192;
extern const struct yt_busted_wrap yt_busted_rekey;

/* The IV of a request lies in its transform for a while, where others put theirs. */
extern const struct yt_busted_wrap yt_busted_shared;

#endif /* CRYPTORTURE_BUSTED_TRANSFORM_H */
