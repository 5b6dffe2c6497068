// SPDX-License-Identifier: GPL-2.0-or-later
// Prints the digest of the first packets of a seed, to be held against the
// module's (CRYPTORTURE_A_STATUS_DIGEST) in a run with all algorithms.
#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "packets.h"

int main(int argc, char **argv)
{
    char *end = nullptr;
    errno = 0;
    const bool given = argc == 2 && argv[1][0] >= '0' && argv[1][0] <= '9';
    // decimal, or 0x and hexadecimal; a leading 0 alone is decimal too
    const bool hexadecimal = given && argv[1][0] == '0' && (argv[1][1] | 0x20) == 'x';
    const std::uint64_t seed = given ? std::strtoull(argv[1], &end, hexadecimal ? 16 : 10) : 0;
    if (!given || *end != '\0' || errno != 0) {
        (void)std::fputs("usage: digest_of_seed SEED\n"
                         "SEED: 0 to 18446744073709551615, decimal or with 0x\n",
                         stderr);
        return 2;
    }
    yt_aes_init_tables();
    for (const std::uint8_t byte : packets::digest_of_seed(seed))
        (void)std::printf("%02x", byte);
    (void)std::puts("");
}
