/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * The file /proc/cryptorture: operations inside the system call of a thread that
 * has live registers, and reports of registers that changed. Only exercisers use
 * it. It needs CAP_NET_ADMIN in the initial user namespace, to open; its calls share
 * no lock with netlink. An open file returns ENOTTY once the module is
 * unloaded.
 */
#ifndef _UAPI_LINUX_CRYPTORTURE_CALLS_H
#define _UAPI_LINUX_CRYPTORTURE_CALLS_H

#include <linux/cryptorture.h>
#include <linux/ioctl.h>
#include <linux/types.h>

#define CRYPTORTURE_CALLS_NAME		"cryptorture"	/* in /proc */

/**
 * struct cryptorture_call_args - operations inside the calling thread's system call
 * @run: out: CRYPTORTURE_A_STATUS_RUN of the run that they were part of
 * @checks: in: passed checks of its registers that the thread has made since its last
 *	call
 * @barriers: in: what it has done since then as the disturber membarrier
 * @migrations: in: moves between CPUs since then, for the disturber shuffle
 * @operations: in: 1 to CRYPTORTURE_CALL_OPERATIONS_MAX
 * @done: out: operations that were made
 * @mismatches: out: of these, with a mismatch
 * @reserved: in: 0
 *
 * ESRCH when no run is active, or one without caller context; ENODEV when the run is not
 * on this CPU; EBUSY while the request of an earlier one is in flight; EINTR;
 * EINVAL when it is not as above.
 */
struct cryptorture_call_args {
	__u64 run;
	__u64 checks;
	__u64 barriers;
	__u64 migrations;
	__u32 operations;
	__u32 done;
	__u32 mismatches;
	__u32 reserved;
};

/**
 * struct cryptorture_register_args - a register of an exerciser's that changed
 * @epoch: of its pattern
 * @len: bytes of @expected and of @actual, 1 to CRYPTORTURE_REGISTER_BYTES
 * @event: enum cryptorture_event since the last passed check
 * @cpu_before: at the last passed check
 * @cpu_after: now
 * @thread: number of the exerciser
 * @reserved: 0
 * @name: such as "xmm3", "ymm3", "zmm17", "k1", "st0", "mxcsr", "fcw"; printable ASCII
 *	with a NUL
 * @owner: whose value turned up, likewise; empty if unknown
 * @expected: its value, the first byte first
 * @actual: another one
 *
 * It becomes a mismatch of the active run. ESRCH when none is; EINVAL when it is
 * not as above.
 */
struct cryptorture_register_args {
	__u64 epoch;
	__u32 len;
	__u32 event;
	__u32 cpu_before;
	__u32 cpu_after;
	__u32 thread;
	__u32 reserved;
	__u8 name[CRYPTORTURE_REGISTER_NAME_MAX];
	__u8 owner[CRYPTORTURE_OWNER_MAX];
	__u8 expected[CRYPTORTURE_REGISTER_BYTES];
	__u8 actual[CRYPTORTURE_REGISTER_BYTES];
};

#define CRYPTORTURE_CALLS_IOCTL		0xE9
#define CRYPTORTURE_CALLS_CALL \
	_IOWR(CRYPTORTURE_CALLS_IOCTL, 1, struct cryptorture_call_args)
#define CRYPTORTURE_CALLS_REGISTER \
	_IOW(CRYPTORTURE_CALLS_IOCTL, 2, struct cryptorture_register_args)

#endif /* _UAPI_LINUX_CRYPTORTURE_CALLS_H */
