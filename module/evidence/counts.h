/* SPDX-License-Identifier: GPL-2.0-only */
/* What is counted, and how it is added up; evidence/count_list.h has the list. */
#ifndef CRYPTORTURE_EVIDENCE_COUNTS_H
#define CRYPTORTURE_EVIDENCE_COUNTS_H

#include <linux/compiler.h>
#include <linux/types.h>

/**
 * struct yt_cell - counts of one cell of coverage
 *
 * Every count is written by one context of one CPU only, without a lock, and
 * read from any context: a reader may be an operation behind. All are of type u64.
 */
struct yt_cell {
#define YT_CELL_COUNT(name, status_attr, cell_attr)	u64 name
#include "evidence/count_list.h"
};

/* Counts of all operations of one kind on a CPU, by the same rules. */
struct yt_op_counts {
#define YT_OP_COUNT(name, status_attr)	u64 name
#include "evidence/count_list.h"
};

/*
 * What happened while an operation went on: interruptions by disturbers, those of them
 * inside a kernel FPU section, times that the worker lost its CPU, softirq operations
 * inside it (or whether it is inside one of a task), whether these were over its FPU
 * section (or it is over one), and whether it completed later than the call returned.
 */
struct yt_course {
#define YT_COURSE(kind, name, attr)	u32 name
#include "evidence/count_list.h"
};

/* Add to a count that has concurrent readers; by its only writer. */
static inline void yt_count(u64 *count, u64 more)
{
	WRITE_ONCE(*count, *count + more);
}

/* All of @more to @sum: structures of @size bytes that are nothing but counts. */
static inline void yt_counts_add(void *sum, const void *more, size_t size)
{
	const u64 *from = more;
	u64 *to = sum;
	size_t i;

	for (i = 0; i < size / sizeof(u64); i++)
		yt_count(&to[i], READ_ONCE(from[i]));
}

#endif /* CRYPTORTURE_EVIDENCE_COUNTS_H */
