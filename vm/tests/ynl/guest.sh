# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# In the guest: the client's cases, counted.
# shellcheck source=../lib.sh
. /root/lib.sh
without_selftests
export LD_LIBRARY_PATH=/ynl/so PYTHONHOME=/ynl/usr

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
done < <(/ynl/python3 -S /ynl/client.py /ynl/cryptorture.yaml)
unset LD_LIBRARY_PATH
check "ynl: every case was counted" same "$finished" "$((CT_PASSED + CT_FAILED))"
finish
