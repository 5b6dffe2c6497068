/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Drivers whose results are right, and that damage something else that their caller can
 * see afterwards: one for each checked entry of docs/checks.md that has no other fault.
 */
#ifndef CRYPTORTURE_BUSTED_LEFTOVER_H
#define CRYPTORTURE_BUSTED_LEFTOVER_H

#include "wrapper.h"

/*
 * One bit of a good packet: of the AAD in its destination, of an ICV that was made, of one
 * that was checked in place, behind the first of several pieces, of a source that is apart.
 */
extern const struct yt_busted_wrap yt_busted_good_head;
extern const struct yt_busted_wrap yt_busted_good_icv;
extern const struct yt_busted_wrap yt_busted_good_icv_kept;
extern const struct yt_busted_wrap yt_busted_between;
extern const struct yt_busted_wrap yt_busted_source;

/* The byte behind the source is read: seen with over_reads=1 alone, by an oops. */
extern const struct yt_busted_wrap yt_busted_over_read;

/* One bit of the request's IV: of CTR after a part of a block; one in front of it. */
extern const struct yt_busted_wrap yt_busted_iv_cbc;
extern const struct yt_busted_wrap yt_busted_iv_gcm;
extern const struct yt_busted_wrap yt_busted_iv_ctr;
extern const struct yt_busted_wrap yt_busted_iv_beside;

/* The length in the request. */
extern const struct yt_busted_wrap yt_busted_request;

/* The same of a packet whose ICV was refused; behind its destination; and its text. */
extern const struct yt_busted_wrap yt_busted_refused_head;
extern const struct yt_busted_wrap yt_busted_refused_icv;
extern const struct yt_busted_wrap yt_busted_refused_text;
extern const struct yt_busted_wrap yt_busted_refused_beyond;
extern const struct yt_busted_wrap yt_busted_refused_source;
extern const struct yt_busted_wrap yt_busted_refused_iv;
extern const struct yt_busted_wrap yt_busted_refused_iv_beside;
extern const struct yt_busted_wrap yt_busted_refused_request;

/* Of authencesn: the upper half of the sequence number behind the text, out of place. */
extern const struct yt_busted_wrap yt_busted_esn_writeback;

#endif /* CRYPTORTURE_BUSTED_LEFTOVER_H */
