/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * The generic netlink family "cryptorture": the contract between the kernel
 * module and the control program, but for the exercisers' file, which
 * cryptorture_calls.h describes. module/cryptorture.yaml describes the same in
 * the kernel's netlink-spec format; a test holds the two together.
 *
 * Every command needs CAP_NET_ADMIN in the initial user namespace and the
 * initial network namespace. Every refusal carries an extended
 * acknowledgment text; where it is about an attribute, its offset too.
 * Times are nanoseconds, sizes are bytes, unless a name says otherwise.
 *
 * No command waits for a driver. What takes long is a job, asked for by
 * CT_CMD_JOB_START; CT_CMD_JOB_GET says how far it is and what came of it.
 * Jobs are done one after the other. A job is cancelled when the socket that
 * asked for it is closed, unless it ends a run.
 */
#ifndef _UAPI_LINUX_CRYPTORTURE_H
#define _UAPI_LINUX_CRYPTORTURE_H

#define CT_FAMILY_NAME		"cryptorture"
#define CT_FAMILY_VERSION	1
#define CT_EVENTS_GROUP		"events"

#define CT_NAME_MAX		128	/* CRYPTO_MAX_ALG_NAME, with the NUL */
#define CT_WINDOW		1536	/* bytes of a packet kept in a record */
#define CT_BLOCKS_MAX		72	/* bytes of the bitmap of wrong blocks */
#define CT_RING_SIZE		64	/* records kept; older ones are overwritten */
#define CT_KEPT_SIZE		32	/* records kept besides: see enum yt_replay_state */
#define CT_REPLAYS_MAX		30	/* outcomes in a record */
#define CT_PAYLOAD_MAX		9000	/* bytes */
#define CT_LOAD_FULL		1000	/* per mille of each CPU's time */

/* Limits of CT_CONFIG_*; a value outside of them is refused. */
#define CT_DURATION_MAX_MS	(366ULL * 24 * 3600 * 1000)
#define CT_TIMER_HZ_MIN		10
#define CT_TIMER_HZ_MAX		200000
#define CT_TIMER_HZ_DEFAULT	4000
#define CT_BENCH_MIN_MS		1
#define CT_BENCH_MAX_MS		1000
#define CT_EXERCISERS_MAX	16	/* threads on each CPU */
#define CT_SIZES_MAX		16	/* ranges in a list of sizes */
#define CT_CALL_OPERATIONS_MAX	16	/* operations of one call */
#define CT_REGISTER_BYTES	64	/* bytes of a register */
#define CT_REGISTER_NAME_MAX	16	/* with the NUL */
#define CT_OWNER_MAX		96	/* with the NUL */
#define CT_JOBS_MAX		16	/* that wait, are done, or have a result */

/**
 * enum yt_cmd - commands
 * @CT_CMD_VERSION_GET: do: enum yt_version_attr
 * @CT_CMD_RETIRED_RUN_START: refused, as all of these: was of an earlier release
 * @CT_CMD_RETIRED_RUN_STOP: likewise
 * @CT_CMD_STATUS_GET: do: enum yt_status_attr of the present or last run
 * @CT_CMD_DRIVER_GET: dump: enum yt_driver_attr, one message a driver, as the last
 *	search found them: see CT_JOB_KIND_SEARCH
 * @CT_CMD_CELL_GET: dump: enum yt_cell_attr, one message a cell of coverage
 * @CT_CMD_MISMATCH_GET: do, by CT_MISMATCH_NUMBER (ENOENT when overwritten or
 *	not yet there); dump: all that are kept, from CT_MISMATCH_NUMBER on, the
 *	last CT_RING_SIZE and all that were run again
 * @CT_CMD_RETIRED_BENCH: likewise
 * @CT_CMD_RETIRED_CALL: likewise; see CT_CALLS_CALL
 * @CT_CMD_RETIRED_REGISTER: likewise; see CT_CALLS_REGISTER
 * @CT_CMD_EVENT_STARTED: event: CT_STATUS_RUN, CT_STATUS_SEED
 * @CT_CMD_EVENT_MISMATCH: event: CT_MISMATCH_NUMBER, CT_MISMATCH_RUN and what
 *	identifies it, without the bytes: those are fetched by number
 * @CT_CMD_EVENT_ENDED: event: enum yt_status_attr, the verdict among them
 * @CT_CMD_RETIRED_REPLAY: likewise
 * @CT_CMD_JOB_START: do: CT_JOB_KIND and what that kind takes; answers CT_JOB_NUMBER
 * @CT_CMD_JOB_GET: do: enum yt_job_attr by CT_JOB_NUMBER, or of the latest; ENOENT when
 *	there is none of that number any more: the last CT_JOBS_MAX are kept
 * @CT_CMD_JOB_CANCEL: do, by CT_JOB_NUMBER: the job ends with ECANCELED as soon as the
 *	step that it is at allows; nothing happens to one that is done
 * @CT_CMD_EVENT_JOB: event: enum yt_job_attr without its result: it has begun, ended or
 *	made a step, the last at most ten times a second
 */
enum yt_cmd {
	CT_CMD_UNSPEC,
	CT_CMD_VERSION_GET,
	CT_CMD_RETIRED_RUN_START,
	CT_CMD_RETIRED_RUN_STOP,
	CT_CMD_STATUS_GET,
	CT_CMD_DRIVER_GET,
	CT_CMD_CELL_GET,
	CT_CMD_MISMATCH_GET,
	CT_CMD_RETIRED_BENCH,
	CT_CMD_RETIRED_CALL,
	CT_CMD_RETIRED_REGISTER,
	CT_CMD_EVENT_STARTED,
	CT_CMD_EVENT_MISMATCH,
	CT_CMD_EVENT_ENDED,
	CT_CMD_RETIRED_REPLAY,
	CT_CMD_JOB_START,
	CT_CMD_JOB_GET,
	CT_CMD_JOB_CANCEL,
	CT_CMD_EVENT_JOB,
	__CT_CMD_MAX,
};

#define CT_CMD_MAX (__CT_CMD_MAX - 1)

/* In what an operation runs. */
enum yt_context {
	CT_CONTEXT_TASK,
	CT_CONTEXT_SOFTIRQ,
	CT_CONTEXT_CALLER,	/* a user thread inside a system call */
	CT_CONTEXTS,
};

/* What gets in the way of an operation. */
enum yt_disturber {
	CT_DISTURB_TIMER,	/* interrupts operations in mid-flight */
	CT_DISTURB_PREEMPT,	/* real-time threads that take the CPU */
	CT_DISTURB_SHUFFLE,	/* workers and callers move between CPUs */
	CT_DISTURB_IPI,		/* interrupts from the other CPUs */
	CT_DISTURB_RESCHED,	/* yield storms */
	CT_DISTURB_MEMBARRIER,	/* barriers and TLB shootdowns by exercisers */
	CT_DISTURB_HOTPLUG,	/* CPUs are taken off and on; off by default */
	CT_DISTURB_MEMORY,	/* reclaim; off by default */
	CT_DISTURB_FREQ,	/* clock frequency limits; off by default */
	CT_DISTURBERS,
};

/* Tampered: a decryption of a changed packet, which must be refused. */
enum yt_direction {
	CT_ENCRYPT,
	CT_DECRYPT,
	CT_TAMPERED,
	CT_DIRECTIONS,
};

enum yt_run_state {
	CT_RUN_IDLE,		/* no run since the module was loaded */
	CT_RUN_RUNNING,
	CT_RUN_STOPPING,
	CT_RUN_ENDED,
};

/* Long work that the module does. */
enum yt_job_kind {
	CT_JOB_KIND_SEARCH,	/* looks for drivers; later ones only for what is new */
	CT_JOB_KIND_START,	/* begins a run; EBUSY when one is on */
	CT_JOB_KIND_STOP,	/* ends the run; ESRCH when none is on */
	CT_JOB_KIND_BENCH,	/* one measurement; EBUSY when a run is on */
	CT_JOB_KIND_REPLAY,	/* a packet again in every way; EBUSY when a run is on */
	CT_JOB_KINDS,
};

enum yt_job_state {
	CT_JOB_STATE_QUEUED,	/* others are done first */
	CT_JOB_STATE_RUNNING,
	CT_JOB_STATE_DONE,	/* failed, when there is a CT_JOB_ERROR */
	CT_JOB_STATES,
};

/* What a job is doing. */
enum yt_job_step {
	CT_JOB_STEP_NONE,	/* it has not begun, or is done */
	CT_JOB_STEP_MODULES,	/* loads modules that drivers are in */
	CT_JOB_STEP_DRIVERS,	/* looks for drivers, each tested by the kernel */
	CT_JOB_STEP_START,	/* makes packets, threads and memory of a run */
	CT_JOB_STEP_STOP,	/* waits for operations in flight */
	CT_JOB_STEP_MEASURE,
	CT_JOB_STEP_REPLAY,
	CT_JOB_STEPS,
};

enum yt_verdict {
	CT_VERDICT_NONE,	/* a run is on, or there has been none */
	CT_VERDICT_CLEAN,
	CT_VERDICT_CORRUPT,
	CT_VERDICT_INCONCLUSIVE,
};

/* Why a run ended. */
enum yt_end {
	CT_END_NONE,
	CT_END_DURATION,
	CT_END_STOPPED,		/* by CT_JOB_KIND_STOP */
	CT_END_MISMATCH,	/* CT_CONFIG_UNTIL_MISMATCH */
	CT_END_UNLOAD,
	CT_END_FAILED,		/* see CT_STATUS_FAILURE */
};

/* Why a cell of coverage was not reached, or not planned. */
enum yt_gap {
	CT_GAP_NONE,		/* reached */
	CT_GAP_TOO_FEW,		/* fewer operations than the minimum */
	CT_GAP_NO_FPU_HIT,	/* SIMD, but never interrupted inside it */
	CT_GAP_CPU_OFFLINE,	/* the CPU went away during the run */
	CT_GAP_DRIVER_FAILED,	/* see CT_DRIVER_REASON */
	CT_GAP_NO_SOFTIRQ,	/* nothing ran in softirq context here */
	CT_GAP_NO_CALL,		/* no call came from an exerciser here */
	CT_GAP_NO_SIMD,		/* the FPU was busy each time */
	CT_GAP_NO_NESTED,	/* softirq: never over an operation of a task */
	CT_GAP_NO_LIVE,		/* never with live user registers below */
	CT_GAP_NOT_APPLICABLE,	/* not planned: see CT_CELL_EXEMPT */
};

/* What cannot be asked of a cell, one bit each in CT_CELL_EXEMPT. */
enum yt_exempt {
	CT_EXEMPT_NO_ICV,	/* nothing to tamper with: the whole cell */
	CT_EXEMPT_DEFERRED,	/* FPU hits: it works in another thread */
	CT_EXEMPT_THREADED,	/* nesting: softirqs are threads on this kernel */
	CT_EXEMPTS,
};

/* What an exerciser did between two checks of its registers. */
enum yt_event {
	CT_EVENT_SPIN,		/* nothing but counting */
	CT_EVENT_SYSCALL,	/* a system call of little effect */
	CT_EVENT_CALL,		/* CT_CALLS_CALL */
	CT_EVENT_FAULT,		/* a page fault */
	CT_EVENT_SIGNAL,	/* a signal, its handler using the registers */
	CT_EVENT_ALTSTACK,	/* the same on a freshly mapped stack */
	CT_EVENT_SLEEP,		/* gave up the CPU */
	CT_EVENT_MIGRATE,	/* moved, by itself or by another thread */
	CT_EVENT_FORK,		/* fork, in parent or child */
	CT_EVENT_BARRIER,	/* membarrier or TLB shootdown */
	CT_EVENT_EXEC,		/* exec, in parent or new program */
	CT_EVENT_PTRACE,	/* read and written by ptrace */
	CT_EVENTS,
};

/* How a mismatch shows, one bit each in CT_MISMATCH_WHAT. */
enum yt_what {
	CT_WHAT_TEXT,		/* ciphertext or plaintext differs */
	CT_WHAT_ICV,		/* the ICV produced differs */
	CT_WHAT_HEADER,		/* SPI, sequence number or IV in the output */
	CT_WHAT_IV,		/* the IV written back into the request */
	CT_WHAT_GUARD,		/* bytes before or after a buffer changed */
	CT_WHAT_SOURCE,		/* a separate source changed */
	CT_WHAT_REQUEST,	/* fields of the request changed */
	CT_WHAT_STATUS,		/* the wrong error code */
	CT_WHAT_ACCEPTED,	/* a tampered packet was accepted */
	CT_WHAT_STUCK,		/* no completion within 10 s */
	CT_WHAT_COMPLETION,	/* completed twice, or without being asked */
	CT_WHAT_REGISTER,	/* a live register of a user thread changed */
	CT_WHAT_REFERENCE,	/* two CPUs computed different expected results */
	CT_WHATS,
};

#define CT_OUTSIDE_MAX		64	/* bytes told of what is no output */

/* Where bytes were changed that are no output: CT_MISMATCH_OUTSIDE. */
enum yt_outside {
	CT_OUTSIDE_DESTINATION,		/* in the destination, behind the output */
	CT_OUTSIDE_DESTINATION_FRONT,	/* in front of a piece of it */
	CT_OUTSIDE_DESTINATION_BEHIND,	/* behind a piece of it */
	CT_OUTSIDE_SOURCE,		/* in the source */
	CT_OUTSIDE_SOURCE_FRONT,	/* in front of a piece of it */
	CT_OUTSIDE_SOURCE_BEHIND,	/* behind a piece of it */
	CT_OUTSIDE_IV_FRONT,		/* in front of the request's IV */
	CT_OUTSIDE_IV_BEHIND,		/* behind the request's IV */
	CT_OUTSIDES,
};

/*
 * Was the packet of a mismatch run again? The first mismatches of each kind
 * (driver, direction and what is wrong) are, CT_KEPT_SIZE in one run at most.
 * Their records are kept, and there are no pending ones when a run has ended.
 */
enum yt_replay_state {
	CT_REPLAY_STATE_NONE,	/* there is no packet, or the driver has it still */
	CT_REPLAY_STATE_ENOUGH,	/* others of its kind were, or enough of all kinds */
	CT_REPLAY_STATE_BUSY,	/* too many were waiting, or one never came back */
	CT_REPLAY_STATE_ENDING,	/* the run ended before it could be */
	CT_REPLAY_STATE_PENDING,	/* soon */
	CT_REPLAY_STATE_DONE,	/* see CT_MISMATCH_REPLAYS */
	CT_REPLAY_STATES,
};

/*
 * In which way a packet was run again. On the CPU where the mismatch began, with
 * its layout and its very transform, in the context of a kernel thread and with
 * all disturbers at work, unless said otherwise.
 */
enum yt_way {
	CT_WAY_SAME,		/* in its context, if that was a softirq */
	CT_WAY_IRQS_OFF,	/* interrupts off */
	CT_WAY_OTHER_CPU,	/* on another CPU */
	CT_WAY_NEW_KEY,		/* a new transform of the driver, keyed anew */
	CT_WAY_OTHER_DRIVER,	/* another driver of the algorithm */
	CT_WAY_OTHER_DIRECTION,	/* decryption for encryption, or the reverse */
	CT_WAY_REFERENCE,	/* the packet made again and sealed by the reference */
	CT_WAYS,
};

/**
 * enum yt_version_attr - what is loaded
 * @CT_VERSION_MODULE: string: version of the module
 * @CT_VERSION_KERNEL: string: release of the kernel
 * @CT_VERSION_PAD: padding
 */
enum yt_version_attr {
	CT_VERSION_UNSPEC,
	CT_VERSION_MODULE,
	CT_VERSION_KERNEL,
	CT_VERSION_PAD,
	__CT_VERSION_MAX,
};

#define CT_VERSION_MAX (__CT_VERSION_MAX - 1)

/**
 * enum yt_config_attr - parameters of a run; what is absent has its default
 * @CT_CONFIG_DURATION_MS: u64: 1 to CT_DURATION_MAX_MS; default: until stopped
 * @CT_CONFIG_SEED: u64: default: random
 * @CT_CONFIG_DRIVERS: nested: CT_LIST_DRIVER strings; default: every driver
 * @CT_CONFIG_CONTEXTS: u32: bits of enum yt_context; default: task and
 *	softirq, and caller with CT_CONFIG_EXERCISERS
 * @CT_CONFIG_DISTURB: u32: bits of enum yt_disturber; default: those that are
 *	not "off by default", without those that need exercisers if there are none
 * @CT_CONFIG_CPUS: string: a CPU list such as "0-3,5"; default: all online
 * @CT_CONFIG_LOAD: u32: 1 to CT_LOAD_FULL per mille; default CT_LOAD_FULL
 * @CT_CONFIG_TIMER_HZ: u32: rate of the timer disturber on each CPU
 * @CT_CONFIG_INJECT_EVERY: u64: flip one bit of our own output buffer in every
 *	Nth operation of a worker; 0, the default: never
 * @CT_CONFIG_UNTIL_MISMATCH: flag: end the run at the first mismatch
 * @CT_CONFIG_SIZES: string: bytes of ESP payload, a list such as "64,1300-1500"
 *	of at most CT_SIZES_MAX ranges within 1 to CT_PAYLOAD_MAX; default: sizes
 *	as networks have them, from the whole of that range
 * @CT_CONFIG_EXERCISERS: u32: threads on each CPU that the control program will
 *	keep, 0 to CT_EXERCISERS_MAX; default 0. The caller context needs some
 * @CT_CONFIG_PAD: padding
 */
enum yt_config_attr {
	CT_CONFIG_UNSPEC,
	CT_CONFIG_DURATION_MS,
	CT_CONFIG_SEED,
	CT_CONFIG_DRIVERS,
	CT_CONFIG_CONTEXTS,
	CT_CONFIG_DISTURB,
	CT_CONFIG_CPUS,
	CT_CONFIG_LOAD,
	CT_CONFIG_TIMER_HZ,
	CT_CONFIG_INJECT_EVERY,
	CT_CONFIG_UNTIL_MISMATCH,
	CT_CONFIG_SIZES,
	CT_CONFIG_EXERCISERS,
	CT_CONFIG_PAD,
	__CT_CONFIG_MAX,
};

#define CT_CONFIG_MAX (__CT_CONFIG_MAX - 1)

/**
 * enum yt_list_attr - members of a nested list
 * @CT_LIST_DRIVER: string: a cra_driver_name
 * @CT_LIST_DISTURBER: nested: enum yt_disturber_attr
 * @CT_LIST_REPLAY: nested: enum yt_replay_attr
 */
enum yt_list_attr {
	CT_LIST_UNSPEC,
	CT_LIST_DRIVER,
	CT_LIST_DISTURBER,
	CT_LIST_REPLAY,
	__CT_LIST_MAX,
};

#define CT_LIST_MAX (__CT_LIST_MAX - 1)

/**
 * enum yt_disturber_attr - what a disturber of the run has done
 * @CT_DISTURBER_ID: u32: enum yt_disturber
 * @CT_DISTURBER_COUNT: u64: times that it got in the way
 * @CT_DISTURBER_REASON: string: why it cannot work here; absent when it can
 * @CT_DISTURBER_PAD: padding
 */
enum yt_disturber_attr {
	CT_DISTURBER_UNSPEC,
	CT_DISTURBER_ID,
	CT_DISTURBER_COUNT,
	CT_DISTURBER_REASON,
	CT_DISTURBER_PAD,
	__CT_DISTURBER_MAX,
};

#define CT_DISTURBER_MAX (__CT_DISTURBER_MAX - 1)

/**
 * enum yt_status_attr - the present run, or the last one
 * @CT_STATUS_RUN: u64: number of the run since the module was loaded, from 1
 * @CT_STATUS_STATE: u32: enum yt_run_state
 * @CT_STATUS_VERDICT: u32: enum yt_verdict
 * @CT_STATUS_END: u32: enum yt_end
 * @CT_STATUS_FAILURE: string: what went wrong, where something did
 * @CT_STATUS_CONFIG: nested: enum yt_config_attr, all of them, as in force
 * @CT_STATUS_SEED: u64
 * @CT_STATUS_ELAPSED: u64: nanoseconds since the start, or until the end
 * @CT_STATUS_STARTED: u64: wall-clock time of the start, ns since 1970
 * @CT_STATUS_OPERATIONS: u64
 * @CT_STATUS_BYTES: u64: bytes of text that went through the drivers
 * @CT_STATUS_BLOCKS: u64: 16-byte blocks of text, each rounded up
 * @CT_STATUS_MISMATCHES: u64: all, the injected ones too
 * @CT_STATUS_INJECTED: u64: bits flipped by CT_CONFIG_INJECT_EVERY
 * @CT_STATUS_INJECTED_FOUND: u64: mismatches in operations with such a bit
 * @CT_STATUS_RECORDS: u64: records made so far, numbered from 1
 * @CT_STATUS_OVERWRITTEN: u64: records no longer in the ring
 * @CT_STATUS_UNRECORDED: u64: mismatches counted, but without a record
 * @CT_STATUS_INTERRUPTIONS: u64: timer interrupts that hit an operation
 * @CT_STATUS_FPU_HITS: u64: of these, inside a kernel FPU section
 * @CT_STATUS_PREEMPTIONS: u64: times that a worker lost its CPU in an operation
 * @CT_STATUS_NESTED: u64: softirq operations over an operation of a task
 * @CT_STATUS_NESTED_FPU: u64: of these, over its kernel FPU section
 * @CT_STATUS_CELLS_PLANNED: u32
 * @CT_STATUS_CELLS_REACHED: u32
 * @CT_STATUS_MEMORY: u64: bytes that the run holds
 * @CT_STATUS_VECTORS: u64: vectors made so far
 * @CT_STATUS_DIGEST: binary, 32: SHA-256 over the first packets of the seed;
 *	absent until they are made
 * @CT_STATUS_DISTURBERS: nested: CT_LIST_DISTURBER, one for each disturber that
 *	was asked for
 * @CT_STATUS_SWEEP: binary: 16 u64 in host order: interruptions by the
 *	sixteenth of the operation's expected length at which they hit
 * @CT_STATUS_DEFAULTS_CHANGED: u32: algorithms whose default driver is another
 *	than before the drivers were looked for (0 is the promise)
 * @CT_STATUS_STARVED: u64: operations that a driver refused for want of memory
 *	or room in a queue; they count neither as operations nor as mismatches
 * @CT_STATUS_NESTED_USER: u64: softirq operations over a user task whose
 *	registers were live in the CPU
 * @CT_STATUS_FALLBACKS: u64: operations of SIMD drivers that found the FPU busy,
 *	so that the kernel deferred them or took the scalar way
 * @CT_STATUS_MIGRATIONS: u64: operations that began on one CPU and ended on
 *	another
 * @CT_STATUS_ASYNC: u64: operations completed later than the call returned
 * @CT_STATUS_REORDERED: u64: of these, before one submitted earlier
 * @CT_STATUS_BACKLOGGED: u64: of these, through a driver's backlog
 * @CT_STATUS_REGISTER_CHECKS: u64: checks of all registers by exercisers
 * @CT_STATUS_REGISTER_MISMATCHES: u64: among CT_STATUS_MISMATCHES
 * @CT_STATUS_REFERENCE_CHECKS: u64: vectors whose expected results were computed
 *	on two CPUs and compared
 * @CT_STATUS_CELLS_EXEMPT: u32: cells that are not applicable
 * @CT_STATUS_FPU_NESTS: u32: 1 if this kernel lets softirqs run inside a task's
 *	FPU section, else 0: then nested operations never meet one
 * @CT_STATUS_MISMATCHES_VOID: u64: among CT_STATUS_MISMATCHES, those whose expected
 *	result was found damaged afterwards, so that they say nothing about a driver
 * @CT_STATUS_PAD: padding
 * @CT_STATUS_JOB: u64: CT_JOB_NUMBER of the job that is being done; absent when there
 *	is none
 */
enum yt_status_attr {
	CT_STATUS_UNSPEC,
	CT_STATUS_RUN,
	CT_STATUS_STATE,
	CT_STATUS_VERDICT,
	CT_STATUS_END,
	CT_STATUS_FAILURE,
	CT_STATUS_CONFIG,
	CT_STATUS_SEED,
	CT_STATUS_ELAPSED,
	CT_STATUS_STARTED,
	CT_STATUS_OPERATIONS,
	CT_STATUS_BYTES,
	CT_STATUS_BLOCKS,
	CT_STATUS_MISMATCHES,
	CT_STATUS_INJECTED,
	CT_STATUS_INJECTED_FOUND,
	CT_STATUS_RECORDS,
	CT_STATUS_OVERWRITTEN,
	CT_STATUS_UNRECORDED,
	CT_STATUS_INTERRUPTIONS,
	CT_STATUS_FPU_HITS,
	CT_STATUS_PREEMPTIONS,
	CT_STATUS_NESTED,
	CT_STATUS_NESTED_FPU,
	CT_STATUS_CELLS_PLANNED,
	CT_STATUS_CELLS_REACHED,
	CT_STATUS_MEMORY,
	CT_STATUS_VECTORS,
	CT_STATUS_DIGEST,
	CT_STATUS_DISTURBERS,
	CT_STATUS_SWEEP,
	CT_STATUS_DEFAULTS_CHANGED,
	CT_STATUS_STARVED,
	CT_STATUS_NESTED_USER,
	CT_STATUS_FALLBACKS,
	CT_STATUS_MIGRATIONS,
	CT_STATUS_ASYNC,
	CT_STATUS_REORDERED,
	CT_STATUS_BACKLOGGED,
	CT_STATUS_REGISTER_CHECKS,
	CT_STATUS_REGISTER_MISMATCHES,
	CT_STATUS_REFERENCE_CHECKS,
	CT_STATUS_CELLS_EXEMPT,
	CT_STATUS_FPU_NESTS,
	CT_STATUS_MISMATCHES_VOID,
	CT_STATUS_PAD,
	CT_STATUS_JOB,
	__CT_STATUS_MAX,
};

#define CT_STATUS_MAX (__CT_STATUS_MAX - 1)

/**
 * enum yt_driver_attr - a driver, present or expected and absent
 * @CT_DRIVER_ID: u32: the number that CT_CELL_DRIVER refers to
 * @CT_DRIVER_NAME: string: cra_driver_name
 * @CT_DRIVER_ALGORITHM: string: cra_name
 * @CT_DRIVER_MODULE: string: the module it is in; "kernel" when built in;
 *	absent with the driver
 * @CT_DRIVER_PRIORITY: s32; absent with the driver
 * @CT_DRIVER_ASYNC: flag: asynchronous (CRYPTO_ALG_ASYNC)
 * @CT_DRIVER_SIMD: flag: uses vector registers, by its name and parts
 * @CT_DRIVER_DEFAULT: flag: what the kernel picks for the algorithm
 * @CT_DRIVER_PRESENT: flag
 * @CT_DRIVER_ERRNO: u32: positive errno of the attempt; absent when present
 * @CT_DRIVER_REASON: string: why it is absent or not usable; without CT_DRIVER_EXPECTED, of
 *	one that is present: what of the plan it was not tested with
 * @CT_DRIVER_EXPECTED: flag: absent, although CPU and kernel ought to have it
 * @CT_DRIVER_DEFERRED: flag: works in a thread of its own (cryptd, pcrypt)
 * @CT_DRIVER_PAD: padding
 */
enum yt_driver_attr {
	CT_DRIVER_UNSPEC,
	CT_DRIVER_ID,
	CT_DRIVER_NAME,
	CT_DRIVER_ALGORITHM,
	CT_DRIVER_MODULE,
	CT_DRIVER_PRIORITY,
	CT_DRIVER_ASYNC,
	CT_DRIVER_SIMD,
	CT_DRIVER_DEFAULT,
	CT_DRIVER_PRESENT,
	CT_DRIVER_ERRNO,
	CT_DRIVER_REASON,
	CT_DRIVER_EXPECTED,
	CT_DRIVER_DEFERRED,
	CT_DRIVER_PAD,
	__CT_DRIVER_MAX,
};

#define CT_DRIVER_MAX (__CT_DRIVER_MAX - 1)

/**
 * enum yt_cell_attr - coverage of driver × direction × context × CPU
 *
 * An operation counts for the CPU that made it; one that was moved in mid-flight for
 * the CPU on which it began.
 *
 * @CT_CELL_CPU: u32
 * @CT_CELL_DRIVER: u32: CT_DRIVER_ID
 * @CT_CELL_CONTEXT: u32: enum yt_context
 * @CT_CELL_DIRECTION: u32: enum yt_direction
 * @CT_CELL_GAP: u32: enum yt_gap; CT_GAP_NONE means reached
 * @CT_CELL_OPERATIONS: u64
 * @CT_CELL_BYTES: u64: bytes of text
 * @CT_CELL_MISMATCHES: u64
 * @CT_CELL_INTERRUPTIONS: u64: timer interrupts that hit an operation
 * @CT_CELL_FPU_HITS: u64: of these, inside a kernel FPU section; not in
 *	softirq context
 * @CT_CELL_PREEMPTIONS: u64
 * @CT_CELL_MIGRATIONS: u64: began on one CPU, ended on another
 * @CT_CELL_NESTED: u64: softirq: ran over an operation of a task
 * @CT_CELL_NESTED_FPU: u64: softirq: ran over a kernel FPU section
 * @CT_CELL_ASYNC: u64: completed later than the call returned
 * @CT_CELL_SIMD: u64: submitted with the FPU free, so that SIMD code could run
 * @CT_CELL_FALLBACKS: u64: submitted with the FPU busy; SIMD drivers
 * @CT_CELL_LIVE: u64: with live user registers below, in the CPU: of the calling
 *	thread, or of the one that a softirq interrupted
 * @CT_CELL_EXEMPT: u32: bits of enum yt_exempt
 * @CT_CELL_MISMATCHES_MOVED: u64: of CT_CELL_MISMATCHES, those of operations that
 *	more than one CPU may have made: moved in mid-flight, deferred, or not given
 *	back; no evidence against this CPU
 * @CT_CELL_PAD: padding
 */
enum yt_cell_attr {
	CT_CELL_UNSPEC,
	CT_CELL_CPU,
	CT_CELL_DRIVER,
	CT_CELL_CONTEXT,
	CT_CELL_DIRECTION,
	CT_CELL_GAP,
	CT_CELL_OPERATIONS,
	CT_CELL_BYTES,
	CT_CELL_MISMATCHES,
	CT_CELL_INTERRUPTIONS,
	CT_CELL_FPU_HITS,
	CT_CELL_PREEMPTIONS,
	CT_CELL_MIGRATIONS,
	CT_CELL_NESTED,
	CT_CELL_NESTED_FPU,
	CT_CELL_ASYNC,
	CT_CELL_SIMD,
	CT_CELL_FALLBACKS,
	CT_CELL_LIVE,
	CT_CELL_EXEMPT,
	CT_CELL_MISMATCHES_MOVED,
	CT_CELL_PAD,
	__CT_CELL_MAX,
};

#define CT_CELL_MAX (__CT_CELL_MAX - 1)

/**
 * enum yt_replay_attr - what came of running a packet again in one way
 * @CT_REPLAY_WAY: u32: enum yt_way
 * @CT_REPLAY_CPU: u32: where
 * @CT_REPLAY_CONTEXT: u32: enum yt_context, never CT_CONTEXT_CALLER
 * @CT_REPLAY_DRIVER: string: cra_driver_name, with CT_WAY_OTHER_DRIVER only
 * @CT_REPLAY_RUNS: u32: how often it was run, as far as that could be done
 * @CT_REPLAY_WRONG: u32: of these, how often the result was wrong
 * @CT_REPLAY_ERRNO: u32: positive errno, why not more often; absent where nothing
 *	stood in the way. ENODEV: the CPU had gone; EOPNOTSUPP: not possible with
 *	this driver or kernel; EINPROGRESS: the driver left the work to another
 *	thread; ETIMEDOUT: it did not give the request back
 */
enum yt_replay_attr {
	CT_REPLAY_UNSPEC,
	CT_REPLAY_WAY,
	CT_REPLAY_CPU,
	CT_REPLAY_CONTEXT,
	CT_REPLAY_DRIVER,
	CT_REPLAY_RUNS,
	CT_REPLAY_WRONG,
	CT_REPLAY_ERRNO,
	__CT_REPLAY_MAX,
};

#define CT_REPLAY_MAX (__CT_REPLAY_MAX - 1)

/**
 * enum yt_mismatch_attr - the record of one failure
 *
 * Offsets count from the first byte of the destination buffer, which holds
 * header (SPI, sequence number and, as the algorithm wants it, IV), text and
 * ICV; CT_MISMATCH_TEXT_OFFSET and CT_MISMATCH_TEXT_LEN say where the text is.
 * 16-byte blocks count from the first byte of the text.
 *
 * @CT_MISMATCH_NUMBER: u64: from 1, without gaps, in one run
 * @CT_MISMATCH_RUN: u64: CT_STATUS_RUN
 * @CT_MISMATCH_TIME: u64: wall-clock time, ns since 1970
 * @CT_MISMATCH_CPU_BEFORE: u32
 * @CT_MISMATCH_CPU_AFTER: u32
 * @CT_MISMATCH_CONTEXT: u32: enum yt_context
 * @CT_MISMATCH_ALGORITHM: string: cra_name
 * @CT_MISMATCH_DRIVER: string: cra_driver_name
 * @CT_MISMATCH_DIRECTION: u32: enum yt_direction
 * @CT_MISMATCH_LAYOUT: string: such as "in-place/page/whole+3"
 * @CT_MISMATCH_WHAT: u32: bits of enum yt_what
 * @CT_MISMATCH_SEED: u64
 * @CT_MISMATCH_INDEX: u64: with seed and algorithm makes the packet again
 * @CT_MISMATCH_KEY_LEN: u32: of the AES key
 * @CT_MISMATCH_ICV_LEN: u32
 * @CT_MISMATCH_PAYLOAD_LEN: u32: ESP payload, without padding
 * @CT_MISMATCH_TEXT_OFFSET: u32
 * @CT_MISMATCH_TEXT_LEN: u32
 * @CT_MISMATCH_OUTPUT_LEN: u32: bytes of the destination buffer compared
 * @CT_MISMATCH_STATUS: s32: what the driver returned, 0 or a negative errno
 * @CT_MISMATCH_STATUS_EXPECTED: s32
 * @CT_MISMATCH_FIRST: u32: first wrong offset; absent if no output is wrong
 * @CT_MISMATCH_WRONG_BYTES: u32
 * @CT_MISMATCH_WRONG_BITS: u32
 * @CT_MISMATCH_BLOCKS: binary: bitmap, bit n%8 of byte n/8 is block n
 * @CT_MISMATCH_WINDOW: u32: offset of the first byte of the two that follow
 * @CT_MISMATCH_EXPECTED: binary: at most CT_WINDOW bytes; of a packet that was rightly
 *	refused, and of which a driver may leave several things, the nearest of those
 * @CT_MISMATCH_ACTUAL: binary: as many
 * @CT_MISMATCH_IV_EXPECTED: binary: 16 bytes; with CT_WHAT_IV only
 * @CT_MISMATCH_IV_ACTUAL: binary: 16 bytes; with CT_WHAT_IV only
 * @CT_MISMATCH_PERSISTS: flag: a second read of memory gave the same bytes
 * @CT_MISMATCH_INTERRUPTIONS: u32: in this operation
 * @CT_MISMATCH_FPU_HITS: u32: of these, inside a kernel FPU section
 * @CT_MISMATCH_PREEMPTIONS: u32: in this operation
 * @CT_MISMATCH_NESTED: u32: softirq operations that ran inside this one (task),
 *	or 1 when this one ran inside one of a task (softirq)
 * @CT_MISMATCH_NESTED_FPU: flag: of these, one or more inside its kernel FPU
 *	section (task), or this one over one (softirq)
 * @CT_MISMATCH_ASYNC: flag: completed later than the call returned
 * @CT_MISMATCH_DURATION: u64: ns from submission to completion
 * @CT_MISMATCH_INJECTED: flag: a bit of the output was flipped on request
 * @CT_MISMATCH_CPU_REFERENCE: u32: that computed the expected result
 * @CT_MISMATCH_FOREIGN: u64: CT_MISMATCH_INDEX of another packet of the same SA
 *	whose right result the output is; absent when it is none
 * @CT_MISMATCH_IN_FLIGHT: u32: other requests that drivers had for this CPU then
 * @CT_MISMATCH_SIMD: flag: the FPU was free at submission
 * @CT_MISMATCH_LIVE: flag: live user registers lay below, in the CPU
 * @CT_MISMATCH_REGISTER: string: such as "xmm3"; with CT_WHAT_REGISTER only, as
 *	the four that follow. CT_MISMATCH_EXPECTED and CT_MISMATCH_ACTUAL are its
 *	values then; there is no packet, and algorithm and driver are those of
 *	the thread's last call, if it was that
 * @CT_MISMATCH_OWNER: string: whose value turned up, in words; absent if unknown
 * @CT_MISMATCH_EVENT: u32: enum yt_event since the last good check
 * @CT_MISMATCH_THREAD: u32: number of the exerciser
 * @CT_MISMATCH_EPOCH: u64: of its pattern
 * @CT_MISMATCH_REPLAY_STATE: u32: enum yt_replay_state; not with
 *	CT_WHAT_REGISTER, as all that follow
 * @CT_MISMATCH_REPLAYS: nested: CT_LIST_REPLAY, at most CT_REPLAYS_MAX; with
 *	CT_REPLAY_STATE_DONE only, as all that follow
 * @CT_MISMATCH_REPLAY_CPUS_LEFT: u32: other online CPUs that were not tried: they
 *	are not those of the run, or too many
 * @CT_MISMATCH_REPLAY_DRIVERS_LEFT: u32: other drivers of the algorithm that were
 *	not tried: too many
 * @CT_MISMATCH_OUTSIDE: u32: enum yt_outside; with CT_WHAT_GUARD or CT_WHAT_SOURCE,
 *	where they were still to be seen, as the three that follow
 * @CT_MISMATCH_OUTSIDE_OFFSET: u32: of the first of these bytes in source or destination;
 *	of those in front of a piece, the offset of the piece; 0 beside the IV
 * @CT_MISMATCH_OUTSIDE_EXPECTED: binary: 1 to CT_OUTSIDE_MAX bytes
 * @CT_MISMATCH_OUTSIDE_ACTUAL: binary: as many
 * @CT_MISMATCH_PAD: padding
 */
enum yt_mismatch_attr {
	CT_MISMATCH_UNSPEC,
	CT_MISMATCH_NUMBER,
	CT_MISMATCH_RUN,
	CT_MISMATCH_TIME,
	CT_MISMATCH_CPU_BEFORE,
	CT_MISMATCH_CPU_AFTER,
	CT_MISMATCH_CONTEXT,
	CT_MISMATCH_ALGORITHM,
	CT_MISMATCH_DRIVER,
	CT_MISMATCH_DIRECTION,
	CT_MISMATCH_LAYOUT,
	CT_MISMATCH_WHAT,
	CT_MISMATCH_SEED,
	CT_MISMATCH_INDEX,
	CT_MISMATCH_KEY_LEN,
	CT_MISMATCH_ICV_LEN,
	CT_MISMATCH_PAYLOAD_LEN,
	CT_MISMATCH_TEXT_OFFSET,
	CT_MISMATCH_TEXT_LEN,
	CT_MISMATCH_OUTPUT_LEN,
	CT_MISMATCH_STATUS,
	CT_MISMATCH_STATUS_EXPECTED,
	CT_MISMATCH_FIRST,
	CT_MISMATCH_WRONG_BYTES,
	CT_MISMATCH_WRONG_BITS,
	CT_MISMATCH_BLOCKS,
	CT_MISMATCH_WINDOW,
	CT_MISMATCH_EXPECTED,
	CT_MISMATCH_ACTUAL,
	CT_MISMATCH_IV_EXPECTED,
	CT_MISMATCH_IV_ACTUAL,
	CT_MISMATCH_PERSISTS,
	CT_MISMATCH_INTERRUPTIONS,
	CT_MISMATCH_FPU_HITS,
	CT_MISMATCH_PREEMPTIONS,
	CT_MISMATCH_NESTED,
	CT_MISMATCH_NESTED_FPU,
	CT_MISMATCH_ASYNC,
	CT_MISMATCH_DURATION,
	CT_MISMATCH_INJECTED,
	CT_MISMATCH_CPU_REFERENCE,
	CT_MISMATCH_FOREIGN,
	CT_MISMATCH_IN_FLIGHT,
	CT_MISMATCH_SIMD,
	CT_MISMATCH_LIVE,
	CT_MISMATCH_REGISTER,
	CT_MISMATCH_OWNER,
	CT_MISMATCH_EVENT,
	CT_MISMATCH_THREAD,
	CT_MISMATCH_EPOCH,
	CT_MISMATCH_REPLAY_STATE,
	CT_MISMATCH_REPLAYS,
	CT_MISMATCH_REPLAY_CPUS_LEFT,
	CT_MISMATCH_REPLAY_DRIVERS_LEFT,
	CT_MISMATCH_OUTSIDE,
	CT_MISMATCH_OUTSIDE_OFFSET,
	CT_MISMATCH_OUTSIDE_EXPECTED,
	CT_MISMATCH_OUTSIDE_ACTUAL,
	CT_MISMATCH_PAD,
	__CT_MISMATCH_MAX,
};

#define CT_MISMATCH_MAX (__CT_MISMATCH_MAX - 1)

/* How CT_JOB_KIND_BENCH spends its time. */
enum yt_bench_mode {
	CT_BENCH_RAW,		/* the driver alone: no copy, no check */
	CT_BENCH_VERIFIED,	/* chains, as workers run them, every check */
	CT_BENCH_NAIVE,		/* each packet computed again by the generic driver */
	CT_BENCH_SINGLE,	/* each operation laid out and checked by itself */
	CT_BENCH_MODES,
};

/**
 * enum yt_bench_attr - one measurement
 * @CT_BENCH_DRIVER: in: string: cra_driver_name
 * @CT_BENCH_MODE: in: u32: enum yt_bench_mode
 * @CT_BENCH_PAYLOAD: in: u32: bytes of ESP payload, 1 to CT_PAYLOAD_MAX
 * @CT_BENCH_DIRECTION: in: u32: CT_ENCRYPT or CT_DECRYPT
 * @CT_BENCH_DURATION_MS: in: u32: CT_BENCH_MIN_MS to CT_BENCH_MAX_MS
 * @CT_BENCH_OPERATIONS: out: u64
 * @CT_BENCH_BYTES: out: u64: of text
 * @CT_BENCH_TIME: out: u64: nanoseconds
 * @CT_BENCH_GENERIC: out: string: the driver that CT_BENCH_NAIVE compared with
 * @CT_BENCH_PAD: padding
 */
enum yt_bench_attr {
	CT_BENCH_UNSPEC,
	CT_BENCH_DRIVER,
	CT_BENCH_MODE,
	CT_BENCH_PAYLOAD,
	CT_BENCH_DIRECTION,
	CT_BENCH_DURATION_MS,
	CT_BENCH_OPERATIONS,
	CT_BENCH_BYTES,
	CT_BENCH_TIME,
	CT_BENCH_GENERIC,
	CT_BENCH_PAD,
	__CT_BENCH_MAX,
};

#define CT_BENCH_MAX (__CT_BENCH_MAX - 1)

/**
 * enum yt_job_attr - a job
 * @CT_JOB_NUMBER: u64: since the module was loaded, from 1
 * @CT_JOB_KIND: u32: enum yt_job_kind
 * @CT_JOB_STATE: u32: enum yt_job_state
 * @CT_JOB_STEP: u32: enum yt_job_step
 * @CT_JOB_DONE: u32: parts of the step that are done
 * @CT_JOB_TOTAL: u32: of how many; 0: not known
 * @CT_JOB_WHAT: string: the part that is being done, such as a driver; absent where
 *	there is nothing to name
 * @CT_JOB_ERROR: u32: errno, when it failed, never 0; ECANCELED when it was cancelled
 * @CT_JOB_WHY: string: and why, as an extended acknowledgment says it
 * @CT_JOB_WHERE: u32: offset of the attribute at fault in the message that asked
 * @CT_JOB_CONFIG: nested: enum yt_config_attr, in, of a start, which needs it, empty or
 *	not; nests of other kinds are refused
 * @CT_JOB_BENCH: nested: enum yt_bench_attr, in and out, of a bench, which runs on the
 *	CPUs that the caller may use
 * @CT_JOB_PACKET: nested: enum yt_mismatch_attr of a replay. In: CT_MISMATCH_DRIVER,
 *	CT_MISMATCH_SEED, CT_MISMATCH_INDEX and CT_MISMATCH_PAYLOAD_LEN of a record,
 *	perhaps of another machine; CT_MISMATCH_DIRECTION, CT_MISMATCH_CONTEXT,
 *	CT_MISMATCH_LAYOUT and CT_MISMATCH_CPU_BEFORE (default: encrypt, task, one
 *	piece in place, an online CPU). Out: CT_MISMATCH_REPLAY_STATE and what follows
 * @CT_JOB_STATUS: nested: enum yt_status_attr, out, of a stop
 * @CT_JOB_PAD: padding
 */
enum yt_job_attr {
	CT_JOB_UNSPEC,
	CT_JOB_NUMBER,
	CT_JOB_KIND,
	CT_JOB_STATE,
	CT_JOB_STEP,
	CT_JOB_DONE,
	CT_JOB_TOTAL,
	CT_JOB_WHAT,
	CT_JOB_ERROR,
	CT_JOB_WHY,
	CT_JOB_WHERE,
	CT_JOB_CONFIG,
	CT_JOB_BENCH,
	CT_JOB_PACKET,
	CT_JOB_STATUS,
	CT_JOB_PAD,
	__CT_JOB_MAX,
};

#define CT_JOB_MAX (__CT_JOB_MAX - 1)

#endif /* _UAPI_LINUX_CRYPTORTURE_H */
