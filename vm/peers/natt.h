// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

// Has the kernel take ESP out of UDP that comes to port 4500 of the address, as the socket of
// an IKE daemon does, until it is killed.
int take_esp_in_udp(const char *address);
