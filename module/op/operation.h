/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One operation: a vector through a transform over guarded, poisoned buffers.
 * Everything it needs is allocated beforehand; the hot path allocates nothing
 * and takes no lock.
 */
#ifndef CRYPTORTURE_OP_OPERATION_H
#define CRYPTORTURE_OP_OPERATION_H

#include <linux/cache.h>
#include <linux/completion.h>

#include "cpu/task_map.h"
#include "evidence/counts.h"
#include "packet/layout.h"
#include "vectors/buffer.h"
#include "vectors/pool.h"

struct yt_cpu;

/**
 * struct yt_operation - one operation, and what was observed
 * @cpu: whose it is
 * @context: in which it is submitted
 * @reader: holds the test SA
 * @meeting: if not 0, it was chosen by vectors/meeting
 * @transform: number of the transform in the test SA
 * @vector: number of the vector in the test SA
 * @driver: number of the driver in the run's plan
 * @direction: what is done
 * @layout: how the buffers lie
 * @lean: its buffers have memory from pages alone
 * @chained: its buffers are those of a chain
 * @source: its memory is used out of place only
 * @destination: what is compared
 * @iv: guard, IV, guard
 * @request: of @request_size bytes
 * @request_size: of the largest transform
 * @args: what the request was set to
 * @done: completed by the driver's callback
 * @in_flight: submitted, not complete, and not waited for
 * @entry: where interrupts find it while it is submitted; NULL in softirqs
 * @outstanding: 1 from submission to completion
 * @spurious: it was completed more often than submitted
 * @backlogged: the driver's queue was full, and it waited for a place
 * @order: its number among the CPU's asynchronous completions
 * @reordered: completed before one that was submitted earlier
 * @others_in_flight: other requests of this CPU that were in flight at submission
 * @simd: submitted with the FPU free
 * @live: submitted over live user registers
 * @err: what the driver returned in the end
 * @stuck: recorded as not completed
 * @injected: a bit of the output was flipped
 * @cpu_before: submitted on
 * @cpu_after: completed on
 * @start: yt_clock() at submission; 0 where that is not known
 * @end: yt_clock() at completion; without a start, how long it took on average
 * @since: yt_patience() at submission, where @async
 * @course: what happened while it went on
 * @hit: yt_clock() of the first interruption
 * @eligible: operations that could carry an injected fault, for counting
 * @counts: of all so far
 */
struct yt_operation {
	struct yt_cpu *cpu;
	enum cryptorture_context context;
	struct yt_pool_reader reader;
	u32 meeting;
	unsigned int transform;
	unsigned int vector;
	unsigned int driver;
	enum cryptorture_direction direction;
	struct yt_layout layout;
	bool lean;
	bool chained;
	struct yt_buffer source;
	struct yt_buffer destination;
	u8 iv[YT_GUARD + YT_MAX_IV + YT_GUARD] __aligned(16);
	union yt_request *request;
	unsigned int request_size;
	struct yt_request_args args;
	struct completion done;
	bool in_flight;
	struct yt_task_entry *entry;
	atomic_t outstanding;
	bool spurious;
	bool backlogged;
	u32 order;
	bool reordered;
	u32 others_in_flight;
	bool simd;
	bool live;
	int err;
	bool stuck;
	bool injected;
	unsigned int cpu_before;
	unsigned int cpu_after;
	u64 start;
	u64 end;
	unsigned long since;
	struct yt_course course;
	u64 hit;
	u64 eligible;
	struct yt_op_counts counts;
};

/**
 * yt_operation_init() - allocate buffers and a request
 * @op: zeroed but for @lean and @chained
 * @cpu: whose it is
 * @context: in which it will run
 * @request_size: of the largest transform that it will meet
 *
 * Process context. Return: 0, or -ENOMEM; yt_operation_free() is right after
 * either.
 */
int yt_operation_init(struct yt_operation *op, struct yt_cpu *cpu,
		      enum cryptorture_context context, unsigned int request_size);
/* Not while a driver has the request. */
void yt_operation_free(struct yt_operation *op);

/* Bytes that one operation holds. */
size_t yt_operation_memory(unsigned int request_size, bool lean);

/* Bytes of memory for a request: whole cache lines, for no two CPUs write to one. */
static inline size_t yt_request_room(unsigned int request_size)
{
	return ALIGN(request_size, SMP_CACHE_BYTES);
}

/* Lay out the buffers and set the request. Any context. */
void yt_operation_prepare(struct yt_operation *op);

/*
 * The last two parts of that alone: make the request of buffers that lie ready,
 * and forget what was seen of the operation before. Any context.
 */
void yt_operation_set_request(struct yt_operation *op);
void yt_operation_reset(struct yt_operation *op);

/* Make the input differ from its vector as the direction wants, or undo it. */
void yt_operation_alter(const struct yt_operation *op, struct yt_buffer *image);

/* The IV that its request begins with, YT_MAX_IV bytes. Any context. */
void yt_operation_put_iv(const struct yt_operation *op, u8 *iv);
/* The IV expected in its place after completion, where it is known; may use @room. */
const u8 *yt_operation_iv_after(const struct yt_operation *op, u8 *room);

/* The bytes that the operation starts from, and their number. */
const u8 *yt_operation_input(const struct yt_operation *op, unsigned int *len);

/*
 * @len bytes from @offset on of what the driver was given, with what it differs in from
 * the vector. Not of direction CRYPTORTURE_DIRECTION_ENCRYPT. Any context.
 */
void yt_operation_given(const struct yt_operation *op, u8 *to,
			unsigned int offset, unsigned int len);
/* The bytes that it has to end with, and their number. */
const u8 *yt_operation_expected(const struct yt_operation *op,
				unsigned int *len);

/* Where the fields of its image are. Any context. */
void yt_operation_fields(const struct yt_vector *vector,
			 struct yt_fields *fields);

/* What the driver has to return in the end. */
static inline int yt_operation_status(const struct yt_operation *op)
{
	return op->direction == CRYPTORTURE_DIRECTION_TAMPERED ? -EBADMSG : 0;
}

static inline const struct yt_vector *
yt_operation_vector(const struct yt_operation *op)
{
	return &op->reader.test_sa->vectors[op->vector];
}

static inline const struct yt_transform *
yt_operation_transform(const struct yt_operation *op)
{
	return &op->reader.test_sa->transforms[op->transform];
}

static inline const struct yt_driver *
yt_operation_driver(const struct yt_operation *op)
{
	return yt_operation_transform(op)->driver;
}

#endif /* CRYPTORTURE_OP_OPERATION_H */
