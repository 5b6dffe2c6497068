/* SPDX-License-Identifier: GPL-2.0-only */
/* Drivers whose results are right, and whose answers are not. */
#ifndef CRYPTORTURE_BUSTED_ANSWER_H
#define CRYPTORTURE_BUSTED_ANSWER_H

#include "wrapper.h"

/* A good packet has a negative status, or a positive one; a refused one has none. */
extern const struct yt_busted_wrap yt_busted_status;
extern const struct yt_busted_wrap yt_busted_positive;
extern const struct yt_busted_wrap yt_busted_accepted;

/* A callback, and then the result as well; of a packet that was refused. */
extern const struct yt_busted_wrap yt_busted_twice;
extern const struct yt_busted_wrap yt_busted_refused_twice;

/* The callback comes YT_BUSTED_LATE_SECONDS later than it should, one at a time on each CPU. */
#define YT_BUSTED_LATE_SECONDS	14
extern const struct yt_busted_wrap yt_busted_stuck;

#endif /* CRYPTORTURE_BUSTED_ANSWER_H */
