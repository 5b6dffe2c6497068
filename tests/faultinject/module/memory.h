/* SPDX-License-Identifier: GPL-2.0-only */
/* A bad memory cell: BUG-CLASSES' memory. */
#ifndef CRYPTORTURE_BUSTED_MEMORY_H
#define CRYPTORTURE_BUSTED_MEMORY_H

/*
 * One bit of the first page that a wrapped driver writes to flips, at the rate
 * in Hz, independent of its contents. The page is held until the end, so that
 * it is not reused elsewhere. Process context; may sleep.
 */
int yt_busted_memory_start(void);
void yt_busted_memory_stop(void);

#endif /* CRYPTORTURE_BUSTED_MEMORY_H */
