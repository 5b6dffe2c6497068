// SPDX-License-Identifier: GPL-2.0-or-later
// A TCP stream of zeros, and its receiver, which checks every byte.
#pragma once

// Both return a status for exit(): 1 for a byte that is not zero, 2 for what went wrong,
// which stands on stderr then. The sender sends until it is killed.
int send_zeros(const char *address, unsigned short port);
int receive_zeros(unsigned short port);
