# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# In the guest: the program's cases, counted, then the module unloads.
# shellcheck source=../lib.sh
. /root/lib.sh

runs=20
! long || runs=200
check "hostile: ESP for its probe" modprobe esp4
program_cases hostile /root/hostile "$runs"
check "hostile: rmmod" rmmod cryptorture
check "hostile: modprobe again" modprobe cryptorture
check "hostile: rmmod again" rmmod cryptorture
finish
