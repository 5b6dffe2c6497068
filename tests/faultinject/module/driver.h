/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Drivers with bugs of their own: driver-data, driver-race, sg-writeback,
 * async-order and key-schedule, and what fpu-nested does to their texts.
 */
#ifndef CRYPTORTURE_BUSTED_DRIVER_H
#define CRYPTORTURE_BUSTED_DRIVER_H

#include "wrapper.h"

/*
 * The last 16 bytes of a text are forgotten where the number of its blocks is a
 * multiple of the rate.
 */
extern const struct yt_busted_wrap yt_busted_driver_data;

/*
 * The damage of fpu-nested without its cause, so that its rate does not hang on what
 * else goes on: one block is another one, and the later ones follow from it.
 */
extern const struct yt_busted_wrap yt_busted_fpu_nested_seldom;

/*
 * As authencesn did it: the high half of the sequence number, bytes 4 to 7 of
 * the AAD, is put behind the destination and left there.
 */
extern const struct yt_busted_wrap yt_busted_sg_writeback;

/*
 * An engine with one register for the IV, filled when a request comes: when
 * another one comes before the first is worked on, both get the later IV.
 */
extern const struct yt_busted_wrap yt_busted_async_order;

/* The same register, and no queue: requests of several CPUs, or nested ones, share it. */
extern const struct yt_busted_wrap yt_busted_driver_race;

/*
 * A bit of certain packets' IVs is turned, in either direction: what comes out is
 * wrong, with a good ICV, and decryption makes the right text of it again.
 */
extern const struct yt_busted_wrap yt_busted_both_ways;

/* One bit of the expanded key flips; it stays so until the next setkey. */
extern const struct yt_busted_wrap yt_busted_key_schedule;

#endif /* CRYPTORTURE_BUSTED_DRIVER_H */
