// SPDX-License-Identifier: GPL-2.0-only
#include <linux/cpumask.h>
#include <linux/netlink.h>
#include <linux/notifier.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <net/genetlink.h>
#include <net/sock.h>

#include "netlink/jobs.h"
#include "netlink/put.h"
#include "netlink/reply.h"
#include "netlink/request.h"
#include "netlink/work.h"

/* Attributes in the largest nest. */
#define ATTRS_MAX	CRYPTORTURE_A_MISMATCH_MAX

/**
 * struct job_request - a job that netlink asked for
 * @job: the job
 * @work: what it does
 * @socket: that asked for it
 * @cpus: those that its caller may use
 * @place: of the nest in @message; 0: there is none
 * @attrs: of the nest
 * @result: attributes, or NULL
 * @message: that asked for it
 */
struct job_request {
	struct yt_job job;
	const struct yt_work *work;
	struct sock *socket;
	struct cpumask cpus;
	size_t place;
	struct nlattr *attrs[ATTRS_MAX + 1];
	struct sk_buff *result;
	u8 message[] __aligned(NLMSG_ALIGNTO);
};

const struct nla_policy yt_job_start_policy[CRYPTORTURE_A_JOB_MAX + 1] = {
	[CRYPTORTURE_A_JOB_KIND]	= { .type = NLA_U32 },
	[CRYPTORTURE_A_JOB_CONFIG]	= NLA_POLICY_NESTED(yt_config_policy),
	[CRYPTORTURE_A_JOB_BENCH]	= NLA_POLICY_NESTED(yt_bench_policy),
	[CRYPTORTURE_A_JOB_PACKET]	= NLA_POLICY_NESTED(yt_replay_policy),
};

const struct nla_policy yt_job_policy[CRYPTORTURE_A_JOB_MAX + 1] = {
	[CRYPTORTURE_A_JOB_NUMBER]	= { .type = NLA_U64 },
};

static void release(struct yt_job *job)
{
	struct job_request *request = container_of(job, struct job_request, job);

	if (request->result)
		nlmsg_free(request->result);
	sock_put(request->socket);
	kfree(request);
}

/* Return: its request, or NULL when netlink did not ask for it. */
static const struct job_request *request_of(const struct yt_job *job)
{
	return job->release == release ?
	       container_of(job, struct job_request, job) : NULL;
}

static int parse(struct job_request *request, struct netlink_ext_ack *extack)
{
	const struct yt_work *work = request->work;

	if (!request->place)
		return 0;
	return nla_parse_nested(request->attrs, work->max,
				(struct nlattr *)(request->message + request->place),
				work->policy, extack);
}

static int work(struct job_request *request, struct netlink_ext_ack *extack)
{
	const struct yt_work *work = request->work;
	int err;

	err = parse(request, extack);
	if (err)
		return err;
	if (work->result) {
		request->result = nlmsg_new(work->size, GFP_KERNEL);
		if (!request->result)
			return yt_out_of_memory(extack);
	}
	err = work->run(request->attrs, &request->job.steps, request->result,
			extack);
	if (err == -EMSGSIZE)
		yt_refuse(extack, NULL, "the answer does not fit");
	return err;
}

/* In the thread of jobs. */
static int run(struct yt_job *job)
{
	struct job_request *request = container_of(job, struct job_request, job);
	struct netlink_ext_ack extack = { };
	int err;

	/* Should they all have gone offline, then anywhere. */
	set_cpus_allowed_ptr(current, &request->cpus);
	err = work(request, &extack);
	set_cpus_allowed_ptr(current, cpu_possible_mask);
	if (err && extack._msg)
		strscpy(job->why, extack._msg, sizeof(job->why));
	if (err && extack.bad_attr)
		job->where = (const u8 *)extack.bad_attr - request->message;
	return err;
}

/* Its parameters, and no others. Return: 0, or -EINVAL. */
static int find_nest(struct genl_info *info, const struct yt_work *work,
		     const struct nlattr **nest)
{
	static const unsigned int all[] = {
		CRYPTORTURE_A_JOB_CONFIG, CRYPTORTURE_A_JOB_BENCH, CRYPTORTURE_A_JOB_PACKET,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(all); i++)
		if (all[i] != work->attr && info->attrs[all[i]])
			return yt_refuse(info->extack, info->attrs[all[i]],
					 "these are parameters of another kind of job");
	*nest = NULL;
	if (!work->attr)
		return 0;
	*nest = info->attrs[work->attr];
	if (!*nest)
		return yt_refuse(info->extack, NULL,
				 "the parameters of this kind of job are missing");
	return 0;
}

static struct job_request *make(struct sk_buff *skb, struct genl_info *info,
				const struct yt_work *work,
				const struct nlattr *nest)
{
	const struct nlmsghdr *message = info->nlhdr;
	struct job_request *request;

	request = kzalloc(sizeof(*request) + message->nlmsg_len, GFP_KERNEL);
	if (!request)
		return NULL;
	yt_job_init(&request->job);
	request->job.kind = work - yt_works;
	request->job.run = run;
	request->job.release = release;
	request->work = work;
	request->socket = NETLINK_CB(skb).sk;
	sock_hold(request->socket);
	cpumask_copy(&request->cpus, current->cpus_ptr);
	memcpy(request->message, message, message->nlmsg_len);
	if (nest)
		request->place = (const u8 *)nest - (const u8 *)message;
	return request;
}

/* Refuse early what can be refused without waiting. */
static int check(struct job_request *request, struct genl_info *info,
		 const struct nlattr *nest)
{
	const struct yt_work *work = request->work;
	int err;

	if (!work->check)
		return 0;
	/* Of the message itself, so that an offset is one of it. */
	err = nla_parse_nested(request->attrs, work->max, nest, work->policy,
			       info->extack);
	return err ? err : work->check(request->attrs, info->extack);
}

static int submit(struct job_request *request, struct genl_info *info)
{
	int err = yt_job_submit(&request->job);

	if (err == -EBUSY)
		NL_SET_ERR_MSG(info->extack,
			       "too many jobs wait already: try again when one is done");
	else if (err)
		NL_SET_ERR_MSG(info->extack, "the module is being unloaded");
	return err;
}

static int answer(struct genl_info *info, u64 number)
{
	struct sk_buff *msg;
	void *header;
	int err;

	err = yt_begin_reply(info, CRYPTORTURE_CMD_JOB_START, NLMSG_DEFAULT_SIZE, &msg,
			     &header);
	if (err)
		return err;
	return yt_end_reply(info, msg, header,
			    put_u64(msg, CRYPTORTURE_A_JOB_NUMBER, number, CRYPTORTURE_A_JOB_PAD));
}

int yt_job_start_command(struct sk_buff *skb, struct genl_info *info)
{
	const struct nlattr *kind = info->attrs[CRYPTORTURE_A_JOB_KIND], *nest;
	const struct yt_work *work;
	struct job_request *request;
	int err;

	BUILD_BUG_ON(CRYPTORTURE_A_CONFIG_MAX > ATTRS_MAX || CRYPTORTURE_A_BENCH_MAX > ATTRS_MAX);
	if (!kind || nla_get_u32(kind) >= __CRYPTORTURE_JOB_KIND_MAX)
		return yt_refuse(info->extack, kind,
				 "unknown kind of job: search is 0, start 1, stop 2, bench 3, replay 4");
	work = &yt_works[nla_get_u32(kind)];
	err = find_nest(info, work, &nest);
	if (err)
		return err;
	request = make(skb, info, work, nest);
	if (!request)
		return yt_out_of_memory(info->extack);
	err = check(request, info, nest);
	if (!err)
		err = submit(request, info);
	if (!err)
		err = answer(info, request->job.number);
	yt_job_put(&request->job);
	return err;
}

int yt_put_job(struct sk_buff *msg, struct yt_job *job)
{
	enum cryptorture_job_state state = yt_job_state(job);
	struct yt_steps_at at;

	yt_steps_look(&job->steps, &at);
	if (put_u64(msg, CRYPTORTURE_A_JOB_NUMBER, job->number, CRYPTORTURE_A_JOB_PAD) ||
	    nla_put_u32(msg, CRYPTORTURE_A_JOB_KIND, job->kind) ||
	    nla_put_u32(msg, CRYPTORTURE_A_JOB_STATE, state) ||
	    nla_put_u32(msg, CRYPTORTURE_A_JOB_STEP, at.step) ||
	    nla_put_u32(msg, CRYPTORTURE_A_JOB_DONE, at.done) ||
	    nla_put_u32(msg, CRYPTORTURE_A_JOB_TOTAL, at.total) ||
	    (at.what[0] && nla_put_string(msg, CRYPTORTURE_A_JOB_WHAT, at.what)))
		return -EMSGSIZE;
	if (state != CRYPTORTURE_JOB_STATE_DONE || !job->err)
		return 0;
	if (nla_put_u32(msg, CRYPTORTURE_A_JOB_ERROR, -job->err) ||
	    (job->why[0] && nla_put_string(msg, CRYPTORTURE_A_JOB_WHY, job->why)) ||
	    (job->where && nla_put_u32(msg, CRYPTORTURE_A_JOB_WHERE, job->where)))
		return -EMSGSIZE;
	return 0;
}

static int put_result(struct sk_buff *msg, struct yt_job *job)
{
	const struct job_request *request = request_of(job);

	if (!request || !request->result ||
	    yt_job_state(job) != CRYPTORTURE_JOB_STATE_DONE || job->err)
		return 0;
	return nla_put(msg, request->work->result | NLA_F_NESTED,
		       request->result->len, request->result->data);
}

static struct yt_job *find(struct genl_info *info)
{
	const struct nlattr *number = info->attrs[CRYPTORTURE_A_JOB_NUMBER];
	struct yt_job *job = NULL;

	if (!number)
		job = yt_job_find(0);
	else if (nla_get_u64(number))
		job = yt_job_find(nla_get_u64(number));
	if (!job)
		yt_refuse(info->extack, number,
			  number ? "there is no job of this number, or not any more" :
				   "there has been no job");
	return job;
}

int yt_job_get_command(struct sk_buff *skb, struct genl_info *info)
{
	struct yt_job *job = find(info);
	struct sk_buff *msg;
	void *header;
	int err;

	if (!job)
		return -ENOENT;
	err = yt_begin_reply(info, CRYPTORTURE_CMD_JOB_GET,
			     YT_JOB_SIZE + (request_of(job) ? request_of(job)->work->size : 0),
			     &msg, &header);
	if (!err) {
		err = yt_put_job(msg, job);
		err = yt_end_reply(info, msg, header,
				   err ? err : put_result(msg, job));
	}
	yt_job_put(job);
	return err;
}

int yt_job_cancel_command(struct sk_buff *skb, struct genl_info *info)
{
	struct yt_job *job;

	if (!info->attrs[CRYPTORTURE_A_JOB_NUMBER])
		return yt_refuse(info->extack, NULL, "no number of a job was given");
	job = find(info);
	if (!job)
		return -ENOENT;
	yt_job_cancel(job);
	yt_job_put(job);
	return 0;
}

/* By the socket itself: another one may have its port number already. */
static bool is_unwanted(struct yt_job *job)
{
	const struct job_request *request = request_of(job);

	return request && sock_flag(request->socket, SOCK_DEAD);
}

static int on_release(struct notifier_block *block, unsigned long event,
		      void *data)
{
	const struct netlink_notify *closed = data;

	if (event == NETLINK_URELEASE && closed->protocol == NETLINK_GENERIC &&
	    net_eq(closed->net, &init_net))
		yt_jobs_cancel_if(is_unwanted);
	return NOTIFY_DONE;
}

static struct notifier_block owners = {
	.notifier_call = on_release,
};

int yt_job_owners_init(void)
{
	return netlink_register_notifier(&owners);
}

void yt_job_owners_exit(void)
{
	netlink_unregister_notifier(&owners);
}
