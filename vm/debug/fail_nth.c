// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Preloaded into a program: makes the FAIL_NTH-th allocation fail that the kernel
 * makes for its main thread in calls that reach our module, and in no other call.
 * These are messages over generic netlink, and the loading of a module. The file
 * FAIL_RESULT says afterwards what of the number is left: 0 when one did fail.
 * With FAIL_THREAD, the name of another thread of the system, it is the FAIL_NTH-th of that
 * thread while the program runs: our module's own does what takes long.
 * Needs a kernel with CONFIG_FAULT_INJECTION, whose /proc/self/fail-nth it uses.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static long left;
static int knob = -1;
static pid_t armed_thread;
static int of_another;

static void *real(const char *name)
{
	return dlsym(RTLD_NEXT, name);
}

static void put(long number)
{
	char text[24];
	int length = 0, i = sizeof(text);

	text[--i] = '\0';
	do {
		text[--i] = (char)('0' + number % 10);
		number /= 10;
	} while (number);
	length = (int)(sizeof(text) - 1 - (size_t)i);
	if (pwrite(knob, text + i, (size_t)length, 0) != length)
		_exit(99);
}

static int has_name(const char *process, const char *name)
{
	char path[64], found[32] = "";
	ssize_t length;
	int file;

	snprintf(path, sizeof(path), "/proc/%.16s/comm", process);
	file = open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return 0;
	length = read(file, found, sizeof(found) - 1);
	close(file);
	return length > 1 && (size_t)length == strlen(name) + 1 &&
	       !strncmp(found, name, strlen(name));
}

static int knob_of(const char *name)
{
	char path[64] = "";
	struct dirent *entry;
	DIR *all = opendir("/proc");

	while (all && (entry = readdir(all)))
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' &&
		    has_name(entry->d_name, name))
			snprintf(path, sizeof(path), "/proc/%.16s/fail-nth", entry->d_name);
	if (all)
		closedir(all);
	return open(path, O_RDWR | O_CLOEXEC);
}

static __attribute__((constructor)) void begin(void)
{
	const char *number = getenv("FAIL_NTH"), *thread = getenv("FAIL_THREAD");

	left = number ? atol(number) : 0;
	knob = thread ? knob_of(thread) : open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	if (left > 0 && knob < 0)
		_exit(99);
	armed_thread = gettid();
	of_another = thread != NULL;
	if (of_another && left > 0)
		put(left);
}

static void disarm(int armed)
{
	int saved = errno;
	char text[24] = "";

	if (!armed)
		return;
	if (pread(knob, text, sizeof(text) - 1, 0) > 0)
		left = atol(text);
	put(0);
	errno = saved;
}

static __attribute__((destructor)) void end(void)
{
	const char *path = getenv("FAIL_RESULT");
	int file;

	/* A child that has not become another program is not the one. */
	if (!path || getpid() != armed_thread)
		return;
	if (of_another)
		disarm(1);
	file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (file < 0)
		return;
	knob = file;
	put(left);
	close(file);
}

static int arm(void)
{
	if (left <= 0 || gettid() != armed_thread || of_another)
		return 0;
	put(left);
	return 1;
}

static int is_generic_netlink(int fd)
{
	socklen_t size = sizeof(int);
	int domain = 0, protocol = 0;

	return !getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) &&
	       !getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &protocol, &size) &&
	       domain == AF_NETLINK && protocol == NETLINK_GENERIC;
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
	ssize_t (*call)(int, const struct msghdr *, int) = real("sendmsg");
	int armed = is_generic_netlink(fd) && arm();
	ssize_t result = call(fd, message, flags);

	disarm(armed);
	return result;
}

ssize_t recvmsg(int fd, struct msghdr *message, int flags)
{
	ssize_t (*call)(int, struct msghdr *, int) = real("recvmsg");
	int armed = is_generic_netlink(fd) && arm();
	ssize_t result = call(fd, message, flags);

	disarm(armed);
	return result;
}

/* As modprobe and insmod load modules. */
long syscall(long number, ...)
{
	long (*call)(long, ...) = real("syscall");
	long argument[6], result;
	int armed = 0, i;
	va_list list;

	va_start(list, number);
	for (i = 0; i < 6; i++)
		argument[i] = va_arg(list, long);
	va_end(list);
	if (number == SYS_finit_module || number == SYS_init_module)
		armed = arm();
	result = call(number, argument[0], argument[1], argument[2], argument[3],
		      argument[4], argument[5]);
	disarm(armed);
	return result;
}
