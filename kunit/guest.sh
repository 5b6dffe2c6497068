# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# Runs in the guest, where the suites have run when their module was loaded. The
# kernel log has all of their report; debugfs cuts it short on older kernels.
dmesg || exit 1
echo "== end of the kernel log"
