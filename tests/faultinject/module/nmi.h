/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * BUG-CLASSES' vcpu-switch: registers lost where nothing inside the machine is
 * seen to interrupt, by an NMI that another CPU sends and no counter knows of.
 */
#ifndef CRYPTORTURE_BUSTED_NMI_H
#define CRYPTORTURE_BUSTED_NMI_H

/*
 * The rate is in Hz. Process context; may sleep. Return: 0; -ENODEV with only
 * one CPU; -ENOMEM.
 */
int yt_busted_nmi_start(void);
/* Idempotent; process context; may sleep. */
void yt_busted_nmi_stop(void);

#endif /* CRYPTORTURE_BUSTED_NMI_H */
