// SPDX-License-Identifier: GPL-2.0-only
#include <net/genetlink.h>

#include "disturb/membarrier.h"
#include "disturb/shuffle.h"
#include "exercise/caller.h"
#include "netlink/call.h"
#include "netlink/reply.h"
#include "netlink/request.h"

const struct nla_policy ct_call_policy[CT_CALL_MAX + 1] = {
	[CT_CALL_OPERATIONS]	= { .type = NLA_U32 },
	[CT_CALL_CHECKS]	= { .type = NLA_U64 },
	[CT_CALL_BARRIERS]	= { .type = NLA_U64 },
	[CT_CALL_MIGRATIONS]	= { .type = NLA_U64 },
};

const struct nla_policy ct_register_policy[CT_REGISTER_MAX + 1] = {
	[CT_REGISTER_NAME]	= { .type = NLA_NUL_STRING,
				    .len = CT_REGISTER_NAME_MAX - 1 },
	[CT_REGISTER_EXPECTED]	= { .type = NLA_BINARY,
				    .len = CT_REGISTER_BYTES },
	[CT_REGISTER_ACTUAL]	= { .type = NLA_BINARY,
				    .len = CT_REGISTER_BYTES },
	[CT_REGISTER_OWNER]	= { .type = NLA_NUL_STRING,
				    .len = CT_OWNER_MAX - 1 },
	[CT_REGISTER_EVENT]	= { .type = NLA_U32 },
	[CT_REGISTER_CPU_BEFORE] = { .type = NLA_U32 },
	[CT_REGISTER_CPU_AFTER]	= { .type = NLA_U32 },
	[CT_REGISTER_THREAD]	= { .type = NLA_U32 },
	[CT_REGISTER_EPOCH]	= { .type = NLA_U64 },
};

static int answer_call(struct genl_info *info, const struct ct_call *call)
{
	struct sk_buff *msg;
	void *header;
	int err;

	err = ct_begin_reply(info, CT_CMD_CALL, NLMSG_DEFAULT_SIZE, &msg,
			     &header);
	if (err)
		return err;
	if (nla_put_u64_64bit(msg, CT_CALL_RUN, call->run, CT_CALL_PAD) ||
	    nla_put_u32(msg, CT_CALL_DONE, call->done) ||
	    nla_put_u32(msg, CT_CALL_MISMATCHES, call->mismatches))
		err = -EMSGSIZE;
	return ct_end_reply(info, msg, header, err);
}

int ct_call_command(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr **attrs = info->attrs;
	struct ct_call call = { };
	const char *why;
	int err;

	if (attrs[CT_CALL_OPERATIONS])
		call.operations = nla_get_u32(attrs[CT_CALL_OPERATIONS]);
	if (!call.operations || call.operations > CT_CALL_OPERATIONS_MAX)
		return ct_refuse(info->extack, attrs[CT_CALL_OPERATIONS],
				 "operations of a call: 1 to 16");
	if (attrs[CT_CALL_CHECKS])
		call.checks = nla_get_u64(attrs[CT_CALL_CHECKS]);
	err = ct_call(&call, &why);
	if (err) {
		ct_refuse(info->extack, NULL, why);
		return err;
	}
	if (attrs[CT_CALL_BARRIERS])
		ct_membarrier_add(nla_get_u64(attrs[CT_CALL_BARRIERS]));
	if (attrs[CT_CALL_MIGRATIONS])
		ct_shuffle_add(nla_get_u64(attrs[CT_CALL_MIGRATIONS]));
	return answer_call(info, &call);
}

/* A name and words that are printed: nothing but printable ASCII. */
static bool is_plain(const struct nlattr *attr)
{
	const char *text = nla_data(attr);

	for (; *text; text++)
		if (*text < ' ' || *text > '~')
			return false;
	return true;
}

static int get_register(struct nlattr **attrs, struct ct_register *found,
			struct netlink_ext_ack *extack)
{
	const struct nlattr *name = attrs[CT_REGISTER_NAME];
	const struct nlattr *expected = attrs[CT_REGISTER_EXPECTED];
	const struct nlattr *actual = attrs[CT_REGISTER_ACTUAL];
	const struct nlattr *owner = attrs[CT_REGISTER_OWNER];

	if (!name || !expected || !actual || !attrs[CT_REGISTER_EVENT] ||
	    !attrs[CT_REGISTER_CPU_BEFORE] || !attrs[CT_REGISTER_CPU_AFTER] ||
	    !attrs[CT_REGISTER_THREAD] || !attrs[CT_REGISTER_EPOCH])
		return ct_refuse(extack, NULL,
				 "a report of a register lacks a part of it");
	if (!*(const char *)nla_data(name) || !is_plain(name))
		return ct_refuse(extack, name, "not the name of a register");
	if (owner && !is_plain(owner))
		return ct_refuse(extack, owner, "not plain words");
	found->len = nla_len(expected);
	if (!found->len || nla_len(actual) != nla_len(expected))
		return ct_refuse(extack, actual,
				 "two values of a register are of the same length, 1 to 64 bytes");
	if (!memcmp(nla_data(expected), nla_data(actual), found->len))
		return ct_refuse(extack, actual,
				 "this register did not change");
	if (nla_get_u32(attrs[CT_REGISTER_EVENT]) >= CT_EVENTS)
		return ct_refuse(extack, attrs[CT_REGISTER_EVENT],
				 "unknown event");
	strscpy(found->name, nla_data(name), sizeof(found->name));
	memcpy(found->expected, nla_data(expected), found->len);
	memcpy(found->actual, nla_data(actual), found->len);
	if (owner)
		strscpy(found->owner, nla_data(owner), sizeof(found->owner));
	found->event = nla_get_u32(attrs[CT_REGISTER_EVENT]);
	found->cpu_before = nla_get_u32(attrs[CT_REGISTER_CPU_BEFORE]);
	found->cpu_after = nla_get_u32(attrs[CT_REGISTER_CPU_AFTER]);
	found->thread = nla_get_u32(attrs[CT_REGISTER_THREAD]);
	found->epoch = nla_get_u64(attrs[CT_REGISTER_EPOCH]);
	return 0;
}

int ct_register_command(struct sk_buff *skb, struct genl_info *info)
{
	struct ct_register found = { };
	int err;

	err = get_register(info->attrs, &found, info->extack);
	if (err)
		return err;
	err = ct_report_register(&found);
	if (err)
		ct_refuse(info->extack, NULL, "no run is on");
	return err;
}
