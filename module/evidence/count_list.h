/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Every counter once, for whoever makes something of all of them: struct members, sums,
 * attributes. Included, any number of times, by those that have defined
 *
 * YT_CELL_COUNT(name, status_attr, cell_attr)	counts of one cell of coverage: the attribute of
 *						their total, and of the cell; or 0
 * YT_OP_COUNT(name, status_attr)		counts of all operations of one kind on a CPU
 * YT_COURSE(kind, name, attr)			what happened while an operation went on: a number,
 *						or a flag; the attribute of a record
 *
 * The contract, cryptorture.yaml, says what each is.
 */
#ifdef YT_CELL_COUNT
YT_CELL_COUNT(operations, CT_STATUS_OPERATIONS, CT_CELL_OPERATIONS);
YT_CELL_COUNT(bytes, CT_STATUS_BYTES, CT_CELL_BYTES);
YT_CELL_COUNT(blocks, CT_STATUS_BLOCKS, 0);
YT_CELL_COUNT(mismatches, CT_STATUS_MISMATCHES, CT_CELL_MISMATCHES);
YT_CELL_COUNT(mismatches_moved, 0, CT_CELL_MISMATCHES_MOVED);
YT_CELL_COUNT(interruptions, CT_STATUS_INTERRUPTIONS, CT_CELL_INTERRUPTIONS);
YT_CELL_COUNT(fpu_hits, CT_STATUS_FPU_HITS, CT_CELL_FPU_HITS);
YT_CELL_COUNT(preemptions, CT_STATUS_PREEMPTIONS, CT_CELL_PREEMPTIONS);
YT_CELL_COUNT(migrations, CT_STATUS_MIGRATIONS, CT_CELL_MIGRATIONS);
YT_CELL_COUNT(nested, CT_STATUS_NESTED, CT_CELL_NESTED);
YT_CELL_COUNT(nested_fpu, CT_STATUS_NESTED_FPU, CT_CELL_NESTED_FPU);
YT_CELL_COUNT(async, CT_STATUS_ASYNC, CT_CELL_ASYNC);
YT_CELL_COUNT(reordered, CT_STATUS_REORDERED, 0);
YT_CELL_COUNT(backlogged, CT_STATUS_BACKLOGGED, 0);
YT_CELL_COUNT(simd, 0, CT_CELL_SIMD);
YT_CELL_COUNT(fallbacks, CT_STATUS_FALLBACKS, CT_CELL_FALLBACKS);
YT_CELL_COUNT(live, CT_STATUS_NESTED_USER, CT_CELL_LIVE);
#undef YT_CELL_COUNT
#endif

#ifdef YT_OP_COUNT
YT_OP_COUNT(injected, CT_STATUS_INJECTED);
YT_OP_COUNT(injected_found, CT_STATUS_INJECTED_FOUND);
YT_OP_COUNT(starved, CT_STATUS_STARVED);
#undef YT_OP_COUNT
#endif

#ifdef YT_COURSE
YT_COURSE(number, interruptions, CT_MISMATCH_INTERRUPTIONS);
YT_COURSE(number, fpu_hits, CT_MISMATCH_FPU_HITS);
YT_COURSE(number, preemptions, CT_MISMATCH_PREEMPTIONS);
YT_COURSE(number, nested, CT_MISMATCH_NESTED);
YT_COURSE(flag, nested_fpu, CT_MISMATCH_NESTED_FPU);
YT_COURSE(flag, async, CT_MISMATCH_ASYNC);
#undef YT_COURSE
#endif
