/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Task context: a worker thread for each CPU. It begins each batch there; where
 * somebody moves it in between, it goes on for the rest of the batch.
 */
#ifndef CRYPTORTURE_EXERCISE_TASK_H
#define CRYPTORTURE_EXERCISE_TASK_H

#include "exercise/cpu.h"

/* Process context. Return: 0 or a negative errno. */
int ct_task_start(struct ct_cpu *cpu);
/* Idempotent. Waits for the operation in flight. */
void ct_task_stop(struct ct_cpu *cpu);

/**
 * ct_task_run() - one whole operation in task context: the path of the worker
 * @op: holds a bundle; transform, vector, driver, direction and layout chosen
 * @give_up: as ct_operation_wait()
 *
 * Return: bits of enum ct_what, 0 when all is right; -ETIME when the driver
 * does not give the request back and @give_up said to go on.
 */
int ct_task_run(struct ct_operation *op, bool (*give_up)(const struct ct_cpu *cpu));

#endif /* CRYPTORTURE_EXERCISE_TASK_H */
