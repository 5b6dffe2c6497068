# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# What a diagnosis tells people to do can be pasted, and does what it is for. /root/advice has the
# commands, a line each; CPU 1 and cbc-aes-aesni are the suspects.
# shellcheck source=../lib.sh
. /root/lib.sh
cd /tmp || exit 2
mkdir -p /etc/modprobe.d /etc/tmpfiles.d
cpu1=/sys/devices/system/cpu/cpu1

paste() {
	status=0
	bash -c "$1" >out 2>err </dev/null || status=$?
}
# A run of seconds is enough to see that the command is a valid one; nothing is wrong here to be found.
valid_run() {
	paste "$(sed -E 's/--for [0-9]+[mh]/--for 1s/' <<<"$1")"
	case $status in
	0 | 3) ;;
	*) echo "status $status: $(tail -n 3 err)" && return 1 ;;
	esac
}
does_all() {
	paste "$1"
	same "$status: $(cat err)" "0: "
}
# As systemd-tmpfiles(8) does with a line of type w.
apply_tmpfiles() {
	local type path mode user group age argument
	while read -r type path mode user group age argument; do
		same "$type $mode $user $group $age" "w - - - -" && echo "$argument" >"$path" || return
	done <"$1"
}
not_loaded() { modprobe --show-depends "$1" | grep -x 'install /bin/false *'; }

mapfile -t commands </root/advice
check "there is advice of every kind" test "${#commands[@]}" -gt 8
seen=''
for command in "${commands[@]}"; do
	case $command in
	cryptorture\ *)
		seen+=' run'
		check "advice: $command" valid_run "$command"
		;;
	"cat $cpu1/topology/"*)
		seen+=' siblings'
		check "advice: $command" does_all "$command"
		check "the CPU is among its siblings" matches out '(^|[,-])1([,-]|$)'
		;;
	"echo 0 > $cpu1/online")
		seen+=' offline'
		check "advice: $command" does_all "$command"
		check "then the CPU is offline" same "$(cat $cpu1/online)" 0
		echo 1 >$cpu1/online
		;;
	*/etc/tmpfiles.d/*)
		seen+=' tmpfiles'
		check "advice: $command" does_all "$command"
		check "its line is one of tmpfiles.d" apply_tmpfiles /etc/tmpfiles.d/no-cpu1.conf
		check "with it the CPU is offline after a boot" same "$(cat $cpu1/online)" 0
		echo 1 >$cpu1/online
		;;
	*/etc/modprobe.d/*)
		seen+=' modprobe'
		check "advice: $command" does_all "$command"
		check "then aesni_intel is not loaded" not_loaded aesni_intel
		rm /etc/modprobe.d/no-*.conf
		check "and is again without the file" sh -c '! modprobe --show-depends aesni_intel | grep -q /bin/false'
		;;
	dmesg\ *)
		seen+=' dmesg'
		paste "$command"
		check "advice: $command" test "$status" -le 1 -a ! -s err
		;;
	*) not_ok "advice: $command" "nothing is known of such a command: add it here" ;;
	esac
done
for kind in run siblings offline tmpfiles modprobe dmesg; do
	check "there was a command of the kind $kind" grep -qw "$kind" <<<"$seen"
done
check "the longer run is kept" test -s longer-run/run.json
finish
