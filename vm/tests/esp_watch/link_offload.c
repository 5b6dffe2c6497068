// SPDX-License-Identifier: GPL-2.0-or-later
// link_offload INTERFACE gro|tso on|off: as ethtool -K, which is not in the guest.
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

int main(int argc, char **argv)
{
	struct ethtool_value value = { 0 };
	struct ifreq request = { 0 };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (argc != 4 || strlen(argv[1]) >= sizeof(request.ifr_name))
		return 2;
	strcpy(request.ifr_name, argv[1]);
	value.cmd = strcmp(argv[2], "gro") ? ETHTOOL_STSO : ETHTOOL_SGRO;
	value.data = !strcmp(argv[3], "on");
	request.ifr_data = (char *)&value;
	if (fd < 0 || ioctl(fd, SIOCETHTOOL, &request)) {
		perror("link_offload");
		return 1;
	}
	return 0;
}
