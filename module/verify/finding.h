/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Findings that no operation made: a register that changed under a user
 * thread, and an expected result on which two CPUs disagree.
 */
#ifndef CRYPTORTURE_VERIFY_FINDING_H
#define CRYPTORTURE_VERIFY_FINDING_H

#include "cpu/cpu.h"

/**
 * struct yt_register - a changed register: see struct cryptorture_register_args
 * @name: of the register
 * @len: bytes of @expected and of @actual
 * @expected: its value at the last good check
 * @actual: its value now
 * @owner: in words, or empty
 * @event: what the thread has done since
 * @cpu_before: at the last good check
 * @cpu_after: now
 * @thread: number of the exerciser
 * @epoch: of its pattern
 */
struct yt_register {
	char name[CRYPTORTURE_REGISTER_NAME_MAX];
	unsigned int len;
	u8 expected[CRYPTORTURE_REGISTER_BYTES];
	u8 actual[CRYPTORTURE_REGISTER_BYTES];
	char owner[CRYPTORTURE_OWNER_MAX];
	enum cryptorture_event event;
	u32 cpu_before;
	u32 cpu_after;
	u32 thread;
	u64 epoch;
};

/* Count, record and log it. Process context, in an active run. */
void yt_finding_register(struct yt_exercise *exercise,
			 const struct yt_register *found);

/* The same. */
void yt_finding_reference(struct yt_exercise *exercise,
			  const struct yt_disagreement *found);

#endif /* CRYPTORTURE_VERIFY_FINDING_H */
