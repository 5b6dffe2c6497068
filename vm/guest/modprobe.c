// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the guest's kernel calls for request_module(): modprobe(8), but for names that no
 * module can have. The crypto API asks for each algorithm by its whole name, twice, before
 * it makes an instance of a template; no alias of a module has parentheses. In a first
 * search for drivers these are a hundred names, and each would have modprobe look through
 * all aliases, under emulation.
 */
#include <string.h>
#include <unistd.h>

int main(int count, char **arguments)
{
	if (count > 1 && strncmp(arguments[count - 1], "crypto-", 7) == 0 && strchr(arguments[count - 1], '('))
		return 1;
	execv("/usr/sbin/modprobe", arguments);
	return 127;
}
