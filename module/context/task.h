/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Task context: a worker thread for each CPU. It begins each batch there; when it is
 * moved in between, it continues with the rest of the batch where it is.
 */
#ifndef CRYPTORTURE_CONTEXT_TASK_H
#define CRYPTORTURE_CONTEXT_TASK_H

#include "cpu/cpu.h"

/* Process context. Return: 0 or a negative errno. */
int yt_task_start(struct yt_cpu *cpu);
/* Idempotent. Waits for the operation in flight. */
void yt_task_stop(struct yt_cpu *cpu);

/**
 * yt_task_run() - one whole operation in task context: the path of the worker
 * @op: holds a test SA; transform, vector, driver, direction and layout chosen
 * @give_up: as yt_operation_wait()
 *
 * Return: bits of enum cryptorture_what, 0 when all is right; -ETIME when the driver
 * does not give the request back and @give_up said to go on.
 */
int yt_task_run(struct yt_operation *op, bool (*give_up)(const struct yt_cpu *cpu));

#endif /* CRYPTORTURE_CONTEXT_TASK_H */
