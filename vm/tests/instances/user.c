// SPDX-License-Identifier: GPL-2.0-or-later
/* Another user of the kernel's crypto: what a host does beside cryptorture. */
#include <linux/cryptouser.h>
#include <linux/if_alg.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* NIST SP 800-38A, F.2.1: AES-128-CBC, the first block. */
static const unsigned char key[16] = "\x2b\x7e\x15\x16\x28\xae\xd2\xa6"
				     "\xab\xf7\x15\x88\x09\xcf\x4f\x3c";
static const unsigned char plain[16] = "\x6b\xc1\xbe\xe2\x2e\x40\x9f\x96"
				       "\xe9\x3d\x7e\x11\x73\x93\x17\x2a";
static const unsigned char sealed[16] = "\x76\x49\xab\xac\x81\x19\xb2\x46"
					"\xce\xe9\x8e\x9b\x12\xe9\x19\x7d";

static int fail(const char *what)
{
	perror(what);
	return 1;
}

/* Has an instance made, if the name is that of one, and drops it at once. */
static int open_alg(const char *type, const char *name)
{
	struct sockaddr_alg address = { .salg_family = AF_ALG };
	int alg = socket(AF_ALG, SOCK_SEQPACKET, 0);

	snprintf((char *)address.salg_type, sizeof(address.salg_type), "%s",
		 type);
	snprintf((char *)address.salg_name, sizeof(address.salg_name), "%s",
		 name);
	if (alg < 0 || bind(alg, (struct sockaddr *)&address, sizeof(address)))
		return -1;
	return alg;
}

static int encrypt(int alg, unsigned char *out)
{
	union {
		char bytes[CMSG_SPACE(4) +
			   CMSG_SPACE(sizeof(struct af_alg_iv) + 16)];
		struct cmsghdr align;
	} control = { 0 };
	struct iovec iov = { .iov_base = (void *)plain, .iov_len = 16 };
	struct msghdr message = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes),
	};
	struct cmsghdr *part = CMSG_FIRSTHDR(&message);
	struct af_alg_iv *iv;
	unsigned int i;

	part->cmsg_level = SOL_ALG;
	part->cmsg_type = ALG_SET_OP;
	part->cmsg_len = CMSG_LEN(4);
	*(unsigned int *)CMSG_DATA(part) = ALG_OP_ENCRYPT;
	part = CMSG_NXTHDR(&message, part);
	part->cmsg_level = SOL_ALG;
	part->cmsg_type = ALG_SET_IV;
	part->cmsg_len = CMSG_LEN(sizeof(*iv) + 16);
	iv = (struct af_alg_iv *)CMSG_DATA(part);
	iv->ivlen = 16;
	for (i = 0; i < 16; i++)
		iv->iv[i] = i;
	return sendmsg(alg, &message, 0) == 16 && read(alg, out, 16) == 16 ?
	       0 : -1;
}

/* Keeps a transform while it waits for a byte on stdin, then uses it. */
static int hold(const char *name)
{
	unsigned char out[16] = { 0 };
	int alg = open_alg("skcipher", name), operation;
	char byte;

	if (alg < 0)
		return fail(name);
	if (setsockopt(alg, SOL_ALG, ALG_SET_KEY, key, sizeof(key)))
		return fail("setkey");
	operation = accept(alg, NULL, NULL);
	if (operation < 0 || encrypt(operation, out))
		return fail("encrypt");
	puts("ready");
	fflush(stdout);
	memset(out, 0, sizeof(out));
	if (read(0, &byte, 1) != 1 || encrypt(operation, out))
		return fail("encrypt later");
	puts(memcmp(out, sealed, 16) ? "wrong" : "right");
	return 0;
}

/* As `crconf del driver` does. */
static int delete(const char *driver)
{
	struct {
		struct nlmsghdr header;
		struct crypto_user_alg alg;
	} request = {
		.header = {
			.nlmsg_len = sizeof(request),
			.nlmsg_type = CRYPTO_MSG_DELALG,
			.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK,
		},
	};
	struct {
		struct nlmsghdr header;
		struct nlmsgerr error;
		char rest[512];
	} answer;
	int netlink = socket(AF_NETLINK, SOCK_RAW, NETLINK_CRYPTO);

	snprintf(request.alg.cru_driver_name,
		 sizeof(request.alg.cru_driver_name), "%s", driver);
	if (netlink < 0 || send(netlink, &request, sizeof(request), 0) < 0 ||
	    recv(netlink, &answer, sizeof(answer), 0) < 0)
		return fail("NETLINK_CRYPTO");
	if (answer.error.error)
		fprintf(stderr, "%s: %s\n", driver,
			strerror(-answer.error.error));
	return !!answer.error.error;
}

int main(int argc, char **argv)
{
	if (argc == 4 && !strcmp(argv[1], "touch"))
		return open_alg(argv[2], argv[3]) < 0 ? fail(argv[3]) : 0;
	if (argc == 3 && !strcmp(argv[1], "hold"))
		return hold(argv[2]);
	if (argc == 3 && !strcmp(argv[1], "delete"))
		return delete(argv[2]);
	fputs("usage: user touch TYPE NAME | hold NAME | delete DRIVER\n",
	      stderr);
	return 2;
}
