# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# Runs in the guest, where the suites run when their module is loaded. The kernel
# log has all of their report; debugfs cuts it short on older kernels.
modprobe cryptorture_kunit || exit 2
dmesg || exit 1
echo "== end of the kernel log"
# Counts of lines, where they were asked for: to be read by their whole names.
cd /sys/kernel/debug/gcov 2>/dev/null || exit 0
find . -name '*.gcda' | while IFS= read -r file; do
	mkdir -p "/out/gcov/$(dirname "$file")"
	cat "$file" >"/out/gcov/$file"
done
