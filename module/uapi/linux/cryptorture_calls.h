/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * The file /proc/cryptorture: operations inside the system call of a thread that
 * has live registers, reports of registers that changed, and a probe of the host's
 * ESP that lives as long as the file is open. It needs CAP_NET_ADMIN in the initial
 * user namespace, to open; its calls share no lock with netlink. An open file returns
 * ENOTTY once the module is unloaded, and for what a module of its release does not know.
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

#define CRYPTORTURE_ESP_NAMESPACES_MAX	4
#define CRYPTORTURE_ESP_PROBES_MAX	4

/**
 * enum cryptorture_esp_function - A function of the kernel that ESP is counted by, one
 *   bit each
 * @CRYPTORTURE_ESP_FUNCTION_OUTPUT: esp_output_tail() of esp4: encapsulation
 * @CRYPTORTURE_ESP_FUNCTION_INPUT: esp_input() of esp4: decapsulation
 * @CRYPTORTURE_ESP_FUNCTION_OUTPUT6: esp6_output_tail() of esp6: encapsulation
 * @CRYPTORTURE_ESP_FUNCTION_INPUT6: esp6_input() of esp6: decapsulation
 */
enum cryptorture_esp_function {
	CRYPTORTURE_ESP_FUNCTION_OUTPUT,
	CRYPTORTURE_ESP_FUNCTION_INPUT,
	CRYPTORTURE_ESP_FUNCTION_OUTPUT6,
	CRYPTORTURE_ESP_FUNCTION_INPUT6,

	/* private: */
	__CRYPTORTURE_ESP_FUNCTION_MAX,
};

/**
 * enum cryptorture_esp_context - Where one of these functions was entered
 * @CRYPTORTURE_ESP_CONTEXT_TASK: In a task with bottom halves on
 * @CRYPTORTURE_ESP_CONTEXT_TASK_BH: In a task with bottom halves off
 * @CRYPTORTURE_ESP_CONTEXT_SOFTIRQ: In a softirq, not over an FPU section
 * @CRYPTORTURE_ESP_CONTEXT_NESTED_FPU: In a softirq over a kernel FPU section
 * @CRYPTORTURE_ESP_CONTEXT_UNKNOWN: It could not be determined
 */
enum cryptorture_esp_context {
	CRYPTORTURE_ESP_CONTEXT_TASK,
	CRYPTORTURE_ESP_CONTEXT_TASK_BH,
	CRYPTORTURE_ESP_CONTEXT_SOFTIRQ,
	CRYPTORTURE_ESP_CONTEXT_NESTED_FPU,
	CRYPTORTURE_ESP_CONTEXT_UNKNOWN,

	/* private: */
	__CRYPTORTURE_ESP_CONTEXT_MAX,
};

/**
 * struct cryptorture_esp_probe_args - count ESP from now on, until the file is closed
 * @namespaces: in: inodes of network namespaces; those behind the last are 0
 * @namespaces_len: in: of these, up to CRYPTORTURE_ESP_NAMESPACES_MAX; 0: all namespaces
 * @functions: out: enum cryptorture_esp_function, those that are counted
 * @reserved: in: 0
 *
 * EEXIST when the file has a probe; EBUSY when CRYPTORTURE_ESP_PROBES_MAX others have one;
 * ENOENT when the kernel has none of the functions, because neither esp4 nor esp6 is
 * loaded; ENOPKG when it is built without kprobes; EOPNOTSUPP when it refuses kprobes
 * there, or they are switched off; ENOMEM; EINVAL when it is not as above.
 */
struct cryptorture_esp_probe_args {
	__u32 namespaces[CRYPTORTURE_ESP_NAMESPACES_MAX];
	__u32 namespaces_len;
	__u32 functions;
	__u64 reserved;
};

/**
 * struct cryptorture_esp_counts_args - what the file's probe has counted on one CPU
 * @cpu: in: any number; out: that CPU, or the next one that there can be
 * @functions: out: as in struct cryptorture_esp_probe_args. What was loaded since then is
 *	counted from this call on
 * @missed: out: calls on any CPU, of any namespace, that are in no count because they
 *	interrupted the counting of another one
 * @encapsulation: out: by enum cryptorture_esp_context
 * @decapsulation: out: likewise
 * @reserved: in: 0
 *
 * ERANGE when there is no CPU of that number or beyond; ENOENT when the file has no probe;
 * EOPNOTSUPP when kprobes were switched off; EINVAL when it is not as above.
 */
struct cryptorture_esp_counts_args {
	__u32 cpu;
	__u32 functions;
	__u64 missed;
	__u64 encapsulation[__CRYPTORTURE_ESP_CONTEXT_MAX];
	__u64 decapsulation[__CRYPTORTURE_ESP_CONTEXT_MAX];
	__u64 reserved;
};

#define CRYPTORTURE_CALLS_IOCTL		0xE9
#define CRYPTORTURE_CALLS_CALL \
	_IOWR(CRYPTORTURE_CALLS_IOCTL, 1, struct cryptorture_call_args)
#define CRYPTORTURE_CALLS_REGISTER \
	_IOW(CRYPTORTURE_CALLS_IOCTL, 2, struct cryptorture_register_args)
#define CRYPTORTURE_CALLS_ESP_PROBE \
	_IOWR(CRYPTORTURE_CALLS_IOCTL, 3, struct cryptorture_esp_probe_args)
#define CRYPTORTURE_CALLS_ESP_COUNTS \
	_IOWR(CRYPTORTURE_CALLS_IOCTL, 4, struct cryptorture_esp_counts_args)

#endif /* _UAPI_LINUX_CRYPTORTURE_CALLS_H */
