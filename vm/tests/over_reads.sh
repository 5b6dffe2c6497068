#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Sources that end at an unmapped page: a driver that reads on crashes the kernel, which is
# their purpose, and they are not enabled by mistake. The kernels may be named.
set -uo pipefail
# shellcheck source=lib.sh
. "$(dirname -- "$(readlink -f -- "$0")")/lib.sh"
kernels=("$@")
[ $# -gt 0 ] || kernels=(6.1)
! long || kernels+=(5.10 6.12 7.3)

# The broken driver, and the run that has it read on.
fault='cryptorture drivers >/dev/null && insmod /root/cryptorture_busted.ko expendable=1 fault=over-read &&
	cryptorture run --for 8s --drivers busted-cbc-aes,busted-rfc4106-gcm'
over_reads() {
	vm --kernel "$kernel" --no-module --module "$into/cryptorture.ko" \
		--file "$into/cryptorture_busted.ko:/root/cryptorture_busted.ko" -- bash -c "$@"
}

for kernel in "${kernels[@]}"; do
	into="$CT_TESTS/../../build/busted/$kernel"
	check "$kernel: the module that is broken on purpose builds" make -s -C "$CT_TESTS/../.." busted KERNEL="$kernel"

	over_reads "modprobe cryptorture over_reads=1 expendable=1 && $fault"
	expect_status "$kernel: with it the kernel has a fault" 90
	check "$kernel: at an address that is not mapped" \
		matches "$CT_SCRATCH/$CT_GUESTS.log" 'BUG: unable to handle page fault for address'
	check "$kernel: the function that read on is named" \
		matches "$CT_SCRATCH/$CT_GUESTS.log" 'RIP: 0010:read_beyond.*\[cryptorture_busted\]'

	chosen=(--drivers 'rfc4106-gcm-aesni*,cbc-aes-aesni,ctr-aes-aesni,authenc*sha256*,cbc(aes-*)')
	! long || chosen=()
	over_reads "modprobe cryptorture over_reads=1 2>&1; dmesg | grep over_reads
		modprobe cryptorture over_reads=1 expendable=1 && cryptorture run --for 12s \"\$@\"
		status=\$?
		rmmod cryptorture && modprobe cryptorture && $fault
		echo \"without: status \$?\"
		exit \$status" bash "${chosen[@]}"
	# Not every cell is reached on a slow machine; a fault of the kernel is status 90.
	check "$kernel: the kernel's own drivers read no further than they may" \
		test "$VM_STATUS" -eq 0 -o "$VM_STATUS" -eq 3
	check "$kernel: without over_reads=1 a driver that reads on is not seen" \
		matches "$VM_STDOUT" '^without: status 0$'
	check "$kernel: it is refused on a machine that may be needed" \
		matches "$VM_STDOUT" 'cryptorture: not loading: with over_reads=1 .* expendable=1 as well'
	check "$kernel: the kernel log says what may happen" matches "$CT_SCRATCH/$CT_GUESTS.log" \
		'cryptorture: sources end at an unmapped page'
done
finish
