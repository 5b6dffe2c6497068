// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Preloaded into a program: makes the FAIL_NTH-th allocation fail that the kernel
 * makes for its main thread in calls that reach our module, and in no other call.
 * These are messages over generic netlink, and the loading of a module. The file
 * FAIL_RESULT says afterwards what of the number is left: 0 when one did fail.
 * Needs a kernel with CONFIG_FAULT_INJECTION, whose /proc/self/fail-nth it uses.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static long left;
static int knob = -1;
static pid_t armed_thread;

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

static __attribute__((constructor)) void begin(void)
{
	const char *number = getenv("FAIL_NTH");

	left = number ? atol(number) : 0;
	knob = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	if (left > 0 && knob < 0)
		_exit(99);
	armed_thread = gettid();
}

static __attribute__((destructor)) void end(void)
{
	const char *path = getenv("FAIL_RESULT");
	int file;

	/* A child that has not become another program is not the one. */
	if (!path || getpid() != armed_thread)
		return;
	file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (file < 0)
		return;
	knob = file;
	put(left);
	close(file);
}

static int arm(void)
{
	if (left <= 0 || gettid() != armed_thread)
		return 0;
	put(left);
	return 1;
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
