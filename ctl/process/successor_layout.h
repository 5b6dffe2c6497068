/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What successor.S leaves of its registers: a page for each thread that execs. For
 * the assembler as well.
 */
#ifndef CT_EXERCISER_SUCCESSOR_LAYOUT_H
#define CT_EXERCISER_SUCCESSOR_LAYOUT_H

#define CT_SUCCESSOR_PAGE 4096

/* Not zero: it is there. In bytes of the image that the CPU leaves alone. */
#define CT_SUCCESSOR_MARK 464

#endif
