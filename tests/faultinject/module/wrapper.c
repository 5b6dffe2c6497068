// SPDX-License-Identifier: GPL-2.0-only
#include <linux/bits.h>
#include <linux/kernel.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "aim.h"
#include "compat_busted.h"
#include "wrapper.h"

static const struct yt_busted_wrap *fault;
/* Not before the kernel's self-tests are through. */
static const struct yt_busted_wrap *loose;
static unsigned int registered;

/* Of asynchronous drivers. */
static LIST_HEAD(queue);
static DEFINE_SPINLOCK(lock);
static struct workqueue_struct *workers;
static void work_on_queue(struct work_struct *unused);
static DECLARE_DELAYED_WORK(work, work_on_queue);

static int work_on(struct yt_busted_job *job)
{
	return yt_busted_is_aead(job->kind) ? yt_busted_aead_work(job) :
					      yt_busted_skcipher_work(job);
}

static struct yt_busted_job *next_job(void)
{
	struct yt_busted_job *job;

	spin_lock_bh(&lock);
	job = list_first_entry_or_null(&queue, struct yt_busted_job, entry);
	if (job)
		list_del(&job->entry);
	spin_unlock_bh(&lock);
	return job;
}

static void work_on_queue(struct work_struct *unused)
{
	struct yt_busted_job *job;
	int err;

	while ((job = next_job())) {
		struct crypto_async_request *request = job->request;

		err = work_on(job);
		if (err == -EINPROGRESS || err == -EBUSY)
			continue;
		/* Callbacks expect it. */
		local_bh_disable();
		yt_complete(request, err);
		local_bh_enable();
	}
}

const struct yt_busted_wrap *yt_busted_wrapper_fault(void)
{
	return READ_ONCE(loose);
}

int yt_busted_wrapper_take(struct yt_busted_job *job)
{
	const struct yt_busted_wrap *wrap = yt_busted_wrapper_fault();

	job->due = wrap && !wrap->cipher && yt_busted_aim_due();
	job->turn = 0;
	if (wrap && wrap->submit)
		wrap->submit(job);
	if (!fault->async)
		return work_on(job);
	spin_lock_bh(&lock);
	list_add_tail(&job->entry, &queue);
	spin_unlock_bh(&lock);
	/* A jiffy, so that there is more than one in the queue by then. */
	queue_delayed_work(workers, &work, 1);
	return -EINPROGRESS;
}

void yt_busted_wrapper_before(struct yt_busted_job *job)
{
	const struct yt_busted_wrap *wrap = yt_busted_wrapper_fault();

	if (wrap && wrap->before)
		wrap->before(job);
}

void yt_busted_wrapper_after(struct yt_busted_job *job, int err)
{
	const struct yt_busted_wrap *wrap = yt_busted_wrapper_fault();

	if (!err && wrap && wrap->after)
		wrap->after(job);
	if (err == -EBADMSG && wrap && wrap->refused)
		wrap->refused(job);
}

int yt_busted_wrapper_answer(struct yt_busted_job *job, int err)
{
	const struct yt_busted_wrap *wrap = yt_busted_wrapper_fault();

	yt_busted_wrapper_after(job, err);
	return wrap && wrap->answer ? wrap->answer(job, err) : err;
}

int yt_busted_wrapper_start(const struct yt_busted_wrap *wrap)
{
	bool async = wrap->async || wrap->asynchronous;
	enum yt_busted_kind kind;
	int err = 0;

	fault = wrap;
	workers = alloc_workqueue("cryptorture_busted", WQ_UNBOUND, 1);
	if (!workers)
		return -ENOMEM;
	if (wrap->begin)
		wrap->begin();
	for (kind = 0; kind < YT_BUSTED_KINDS && !err; kind++) {
		if (!(wrap->kinds & BIT(kind)))
			continue;
		err = yt_busted_is_aead(kind) ?
		      yt_busted_aead_register(kind, async) :
		      yt_busted_skcipher_register(kind, async);
		if (!err)
			registered |= BIT(kind);
	}
	if (err) {
		yt_busted_wrapper_stop();
		return err;
	}
	WRITE_ONCE(loose, wrap);
	return 0;
}

/* No transform is left: each holds a reference to this module. */
void yt_busted_wrapper_stop(void)
{
	enum yt_busted_kind kind;

	WRITE_ONCE(loose, NULL);
	for (kind = 0; kind < YT_BUSTED_KINDS; kind++) {
		if (!(registered & BIT(kind)))
			continue;
		if (yt_busted_is_aead(kind))
			yt_busted_aead_unregister(kind);
		else
			yt_busted_skcipher_unregister(kind);
	}
	registered = 0;
	if (!workers)
		return;
	if (fault && fault->end)
		fault->end();
	cancel_delayed_work_sync(&work);
	destroy_workqueue(workers);
	workers = NULL;
}
