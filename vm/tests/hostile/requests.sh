# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# In the guest: the program's cases, counted, then the module unloads.
# shellcheck source=../lib.sh
. /root/lib.sh

finished=
while IFS= read -r line; do
	case $line in
	'finished '*)
		finished=${line#finished }
		continue
		;;
	'ok '*) CT_PASSED=$((CT_PASSED + 1)) ;;
	'not ok '*) CT_FAILED=$((CT_FAILED + 1)) ;;
	esac
	printf '%s\n' "$line"
done < <(/root/hostile)
wait $!
status=$?
failed=$((CT_FAILED > 0))
check "hostile: every case was counted" same "$finished" "$((CT_PASSED + CT_FAILED))"
check "hostile: the program's own status" same "$status" "$failed"
check "hostile: rmmod" rmmod cryptorture
check "hostile: modprobe again" modprobe cryptorture
check "hostile: rmmod again" rmmod cryptorture
finish
