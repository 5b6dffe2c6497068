# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# The selftest in its short form. Its lines are judged on the host, from /out.
# shellcheck source=../lib.sh
. /root/lib.sh
cd /tmp || exit 2
busted=/root/cryptorture_busted.ko
mkdir -p /out

refuse "selftest: refused where the module is not" 'there is no /lib/modules/.*cryptorture_busted.ko.*never installed' 2 \
	cryptorture-selftest --expendable
refuse "selftest: refused on a machine that is needed" 'add --expendable' 2 cryptorture-selftest --module $busted
refuse "selftest: a wrong fault is refused" 'did you mean "fpu-nested"' 2 \
	cryptorture-selftest --expendable --module $busted --faults fpu-nestet
check "selftest: nothing is loaded by all that" sh -c '! grep -q busted /proc/modules'

status=0
cryptorture-selftest --expendable --module $busted --short --json >/out/selftest.json 2>/out/err || status=$?
check "selftest: it passes" same "$status" 0
check "selftest: it leaves nothing loaded" sh -c '! grep -q busted /proc/modules'
[ "$status" -eq 0 ] || cat /out/err >&2

# A module that cannot be loaded is reported, and nothing counts as passed.
echo nonsense >wrong.ko
refuse "selftest: a module that is none" 'cannot load cryptorture_busted' 2 \
	cryptorture-selftest --expendable --module wrong.ko --short
finish
