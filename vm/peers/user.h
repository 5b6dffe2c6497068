// SPDX-License-Identifier: GPL-2.0-or-later
// Checking from user space: AF_ALG.
#pragma once

#include <string>

// Encrypts and decrypts a packet of `size` bytes in turn by a skcipher, requested by
// driver name, until a result is wrong. The expected one is known beforehand, or
// else, with `again`, computed for each by that driver.
// Returns a status for exit(): 1 for a wrong result, 2 for an error, which is printed
// on stderr.
int check_by_alg(const std::string &driver, const std::string &again, unsigned size);
