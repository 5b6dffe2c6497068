/* SPDX-License-Identifier: GPL-2.0-only */
/* A hard interrupt on each chosen CPU, so many times a second. */
#ifndef CRYPTORTURE_BUSTED_TICKER_H
#define CRYPTORTURE_BUSTED_TICKER_H

/**
 * yt_busted_ticker_start() - begin
 * @tick: called in hardirq on each CPU of aim, its rate times a second
 *
 * Process context. One at a time.
 *
 * Return: 0, or -ENOMEM.
 */
int yt_busted_ticker_start(void (*tick)(void));
/* Idempotent; process context. Afterwards no tick runs any more. */
void yt_busted_ticker_stop(void);

#endif /* CRYPTORTURE_BUSTED_TICKER_H */
