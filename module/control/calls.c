// SPDX-License-Identifier: GPL-2.0-only
#include <linux/capability.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/printk.h>
#include <linux/proc_fs.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <uapi/linux/cryptorture_calls.h>

#include "context/syscall.h"
#include "control/calls.h"
#include "disturb/membarrier.h"
#include "disturb/shuffle.h"
#include "esp/probe.h"

/*
 * In /proc, because its open files do not pin the module: an open device would, and
 * unloading in mid-run would have to wait for exercisers that wait for the run.
 */
static struct proc_dir_entry *entry;

static long make_call(void __user *argument)
{
	struct cryptorture_call_args asked;
	struct yt_call call = { };
	int err;

	if (copy_from_user(&asked, argument, sizeof(asked)))
		return -EFAULT;
	if (!asked.operations || asked.operations > CRYPTORTURE_CALL_OPERATIONS_MAX ||
	    asked.reserved)
		return -EINVAL;
	call.operations = asked.operations;
	call.checks = asked.checks;
	err = yt_call(&call);
	if (err)
		return err;
	yt_membarrier_add(asked.barriers);
	yt_shuffle_add(asked.migrations);
	asked.run = call.run;
	asked.done = call.done;
	asked.mismatches = call.mismatches;
	return copy_to_user(argument, &asked, sizeof(asked)) ? -EFAULT : 0;
}

/* It is printed, so only printable ASCII with a NUL is allowed. */
static bool is_plain(const u8 *text, size_t size)
{
	size_t i;

	for (i = 0; i < size && text[i]; i++)
		if (text[i] < ' ' || text[i] > '~')
			return false;
	return i < size;
}

static bool is_sound(const struct cryptorture_register_args *told)
{
	return told->name[0] && is_plain(told->name, sizeof(told->name)) &&
	       is_plain(told->owner, sizeof(told->owner)) &&
	       told->len && told->len <= CRYPTORTURE_REGISTER_BYTES &&
	       memcmp(told->expected, told->actual, told->len) &&
	       told->event < __CRYPTORTURE_EVENT_MAX && !told->reserved;
}

static long report_register(void __user *argument)
{
	struct cryptorture_register_args told;
	struct yt_register found = { };

	if (copy_from_user(&told, argument, sizeof(told)))
		return -EFAULT;
	if (!is_sound(&told))
		return -EINVAL;
	strscpy(found.name, (const char *)told.name, sizeof(found.name));
	strscpy(found.owner, (const char *)told.owner, sizeof(found.owner));
	found.len = told.len;
	memcpy(found.expected, told.expected, told.len);
	memcpy(found.actual, told.actual, told.len);
	found.event = told.event;
	found.cpu_before = told.cpu_before;
	found.cpu_after = told.cpu_after;
	found.thread = told.thread;
	found.epoch = told.epoch;
	return yt_report_register(&found);
}

static long start_probe(struct file *file, void __user *argument)
{
	struct cryptorture_esp_probe_args asked;
	int err;

	if (copy_from_user(&asked, argument, sizeof(asked)))
		return -EFAULT;
	err = yt_esp_probe_start(file->private_data, &asked);
	if (err)
		return err;
	return copy_to_user(argument, &asked, sizeof(asked)) ? -EFAULT : 0;
}

static long read_probe(struct file *file, void __user *argument)
{
	struct cryptorture_esp_counts_args asked;
	int err;

	if (copy_from_user(&asked, argument, sizeof(asked)))
		return -EFAULT;
	err = yt_esp_probe_read(file->private_data, &asked);
	if (err)
		return err;
	return copy_to_user(argument, &asked, sizeof(asked)) ? -EFAULT : 0;
}

static long calls_ioctl(struct file *file, unsigned int command,
			unsigned long argument)
{
	switch (command) {
	case CRYPTORTURE_CALLS_CALL:
		return make_call((void __user *)argument);
	case CRYPTORTURE_CALLS_REGISTER:
		return report_register((void __user *)argument);
	case CRYPTORTURE_CALLS_ESP_PROBE:
		return start_probe(file, (void __user *)argument);
	case CRYPTORTURE_CALLS_ESP_COUNTS:
		return read_probe(file, (void __user *)argument);
	default:
		return -ENOTTY;
	}
}

/* As for netlink: root in a container is not enough. */
static int calls_open(struct inode *inode, struct file *file)
{
	struct yt_esp_probe *probe;

	if (!capable(CAP_NET_ADMIN))
		return -EPERM;
	probe = kzalloc(sizeof(*probe), GFP_KERNEL);
	if (!probe)
		return -ENOMEM;
	file->private_data = probe;
	return 0;
}

/* Whatever ends its last user, and before the module goes. */
static int calls_release(struct inode *inode, struct file *file)
{
	yt_esp_probe_stop(file->private_data);
	kfree(file->private_data);
	return 0;
}

static const struct proc_ops ops = {
	.proc_open = calls_open,
	.proc_release = calls_release,
	.proc_ioctl = calls_ioctl,
	.proc_lseek = noop_llseek,
};

int yt_calls_init(void)
{
	entry = proc_create(CRYPTORTURE_CALLS_NAME, 0600, NULL, &ops);
	if (entry)
		return 0;
	pr_err("cannot make /proc/%s: not loading\n", CRYPTORTURE_CALLS_NAME);
	return -ENOMEM;
}

void yt_calls_exit(void)
{
	proc_remove(entry);
	entry = NULL;
}
