# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# A testbed with all its tunnels: what goes over it, and that the host has nothing of it.
# shellcheck source=../lib.sh
. /root/lib.sh

host() {
	ip -d link
	ip -d address | sed 's/ tentative//'
	ip route show table all
	ip xfrm state
	ip xfrm policy
	cat /proc/sys/net/core/fb_tunnels_only_for_init_net
}

host >/tmp/before 2>&1
program_cases "a testbed" /root/esp_net brief
host >/tmp/after 2>&1
check "the host's network is as before" diff /tmp/before /tmp/after

mkfifo /tmp/said
/root/esp_net hold >/tmp/said &
holder=$!
while read -r line; do
	[ "$line" = ready ] && break
done </tmp/said
host >/tmp/during 2>&1
check "the host's network is as before while there is a testbed" diff /tmp/before /tmp/during
check "nothing has a name" same "$(ls -A /run/netns 2>/dev/null)" ''
kill -9 "$holder"
wait "$holder" 2>/dev/null
host >/tmp/killed 2>&1
check "the host's network is as before when it was killed" diff /tmp/before /tmp/killed
refuse "not as root" 'this needs CAP_SYS_ADMIN; run it as root' 2 setpriv --reuid 65534 --clear-groups --inh-caps=-all --bounding-set=-all /root/esp_net
finish
