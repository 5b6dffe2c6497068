/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * BUG-CLASSES' fpu-sleep and fpu-user-clobber by a driver: vector registers kept
 * over a sleep, and used without asking in a user task's system call.
 */
#ifndef CRYPTORTURE_BUSTED_SECTION_H
#define CRYPTORTURE_BUSTED_SECTION_H

#include "wrapper.h"

/*
 * Between two parts of a text the driver, which may sleep, does; its chaining
 * value is in xmm3 all that time, and what it finds there is what it goes on
 * with. One in so many of such places.
 */
extern const struct yt_busted_wrap yt_busted_fpu_sleep;

/*
 * In a system call of a program's thread whose registers are in the CPU, it
 * does not save them; one part of a text in so many.
 */
extern const struct yt_busted_wrap yt_busted_fpu_user_clobber;

#endif /* CRYPTORTURE_BUSTED_SECTION_H */
