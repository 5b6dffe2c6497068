#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm/setup on machines that are none: dpkg and apt are stand-ins, which know the packages
# of a release, and say what the real ones say when something is wrong.
set -uo pipefail
# shellcheck source=lib.sh
. "$(dirname -- "$(readlink -f -- "$0")")/lib.sh"

setup="$CT_TESTS/../setup"
scratch setup
scratch=$CT_FOLDER
export FAKE="$scratch/machine"
system="$scratch/system" # what a machine has without any of our packages
mkdir -p "$system"
for name in awk bash cat cp date dirname env grep head mkdir mktemp readlink rm sed tail tr true xargs; do
	ln -s "$(type -P "$name")" "$system/$name"
done

# stand_in NAME: the script on stdin.
stand_in() {
	{
		echo '#!/bin/bash'
		cat
	} >"$FAKE/bin/$1"
	chmod +x "$FAKE/bin/$1"
}

# Names of packages.txt, one a line.
names() {
	sed -nE 's/^([^# ]+) .*/\1/p' "$CT_TESTS/../packages.txt" | tr '|' '\n'
}

# A machine without any of our packages, and without lists: "lists" are apt's after an
# update, "installed" is dpkg's database.
machine() {
	rm -rf "$FAKE"
	mkdir -p "$FAKE/bin"
	: >"$FAKE/calls"
	: >"$FAKE/known"
	printf 'installed\tdpkg\t\ninstalled\tapt\t\nconfig-files\tzstd\t\n' >"$FAKE/installed"
	stand_in dpkg-query <<-'END'
		case $* in *dpkg) echo -n installed ;; *) cat "$FAKE/installed" ;; esac
	END
	stand_in apt-cache <<-'END'
		declare -A known
		while read -r name; do known[$name]=1; done <"$FAKE/known"
		for name in "${@:2}"; do
			printf '%s:\n  Installed: (none)\n  Candidate: %s\n' "$name" "${known[$name]:-(none)}"
		done
	END
	stand_in apt-get <<-'END'
		packages=()
		for word; do
			case $word in
			update | install) action=$word ;;
			Dpkg::* | -*) ;;
			*) packages+=("$word") ;;
			esac
		done
		echo "$action" >>"$FAKE/calls"
		if [ -e "$FAKE/busy" ]; then
			rm "$FAKE/busy"
			echo 'E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 4711 (apt-get)' >&2
			exit 100
		fi
		if [ -e "$FAKE/$action-says" ]; then
			cat "$FAKE/$action-says" >&2
			exit "$(cat "$FAKE/$action-status")"
		fi
		if [ "$action" = update ]; then
			cp "$FAKE/lists" "$FAKE/known"
			exit
		fi
		declare -A known
		while read -r name; do known[$name]=1; done <"$FAKE/known"
		for name in "${packages[@]}"; do
			[ -n "${known[$name]-}" ] || {
				echo "E: Unable to locate package $name" >&2
				exit 100
			}
		done
		printf 'installed\t%s\t\n' "${packages[@]}" >>"$FAKE/installed"
	END
	stand_in sudo <<-'END'
		[ ! -e "$FAKE/no-sudo" ] && exec "$@"
	END
	stand_in id <<-'END'
		cat "$FAKE/id" 2>/dev/null || echo 0
	END
	stand_in sleep <<-'END'
		echo slept >>"$FAKE/calls"
	END
}

# machine_of RELEASE: one with that release's names of packages.
machine_of() {
	machine
	case $1 in
	bookworm) names | grep -vx libelf1t64 ;;
	trixie) names | grep -vxE 'libelf1|libclang-rt-14-dev' ;;
	esac >"$FAKE/lists"
}

# says ACTION STATUS LINE...: what apt-get then does, instead.
says() {
	printf '%s\n' "${@:3}" >"$FAKE/$1-says"
	echo "$2" >"$FAKE/$1-status"
}

run_setup() {
	PATH="$FAKE/bin:$system" "$setup" "$@"
}

calls() {
	same "$(tr '\n' ' ' <"$FAKE/calls")" "$1"
}

has() {
	grep -qF $'installed\t'"$1"$'\t' "$FAKE/installed" || { echo "$1 is not installed" && return 1; }
}

has_not() {
	! has "$1" >/dev/null || { echo "$1 is installed" && return 1; }
}

for release in bookworm trixie; do
	machine_of "$release"
	check "setup: $release: installs what is missing" run_setup
	check "setup: $release: fetches lists first where there are none" calls 'update install '
	for name in cmake zstd g++; do
		check "setup: $release: has $name" has "$name"
	done
	case $release in
	bookworm) here=libelf1 other=libelf1t64 ;;
	trixie) here=libelf1t64 other=libelf1 ;;
	esac
	check "setup: $release: has $here" has "$here"
	check "setup: $release: does without $other" has_not "$other"
	: >"$FAKE/calls"
	check "setup: $release: again, it installs nothing" run_setup
	check "setup: $release: again, it does not call apt" calls ''
	check "setup: $release: nothing is listed then" same "$(run_setup --list)" ''
done

machine_of trixie
run_setup 2>/dev/null
# Virtual: pkgconf has taken the other's place.
sed -i 's/^installed\tpkg-config\t/installed\tpkgconf\tpkg-config (= 1.8.1-4), other/' "$FAKE/installed"
check "setup: a package that another one provides is not missing" same "$(run_setup --list)" ''
sed -i '/\tbc\t/d' "$FAKE/installed"
check "setup: --list names what is missing" same "$(run_setup --list)" bc
: >"$FAKE/calls"
run_setup 2>/dev/null
check "setup: lists that know everything are not fetched again" calls 'install '
# Known, but not what the mirror has by now.
sed -i '/\tbc\t/d' "$FAKE/installed"
: >"$FAKE/calls"
says install 100 'E: Failed to fetch http://mirror.example/bc_1.deb  404  Not Found [IP: 192.0.2.1 80]'
refuse "setup: a package that is gone from the mirror" 'does not have what its lists name .*404  Not Found.*in an hour' 2 run_setup
check "setup: after it failed, lists are fetched once and it is tried again" calls 'install update install '

machine_of bookworm
touch "$FAKE/busy"
refuse "setup: waits for another program that installs packages" 'waiting for .*4711 \(apt-get\)' 0 run_setup
check "setup: and goes on when it has finished" calls 'update slept update install '

# NAME PATTERN ACTION STATUS LINE...: what goes wrong, and what is said.
wrong() {
	machine_of bookworm
	says "$3" "$4" "${@:5}"
	refuse "setup: $1" "^vm/setup: cannot install .*: $2" 2 run_setup
}
wrong 'a lock that is kept' 'another program is installing packages .*held by process 7.*when it has finished' install 100 \
	'E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 7 (unattended-upgr)' \
	'E: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), is another process using it?'
check 'setup: a lock that is kept is waited for no longer than five minutes' calls "update$(printf ' install slept%.0s' {1..30}) install "
wrong 'a dpkg that was interrupted' ".*'dpkg --configure -a' as root" install 100 \
	"E: dpkg was interrupted, you must manually run 'dpkg --configure -a' to correct the problem. "
wrong 'a full disk' 'the disk is full .*make room' install 100 \
	"E: You don't have enough free space in /var/cache/apt/archives/."
wrong 'a disk that fills up' 'the disk is full .*make room' install 100 \
	'dpkg: error processing archive /var/cache/apt/archives/clang_1.deb (--unpack):' \
	' cannot copy extracted data: failed to write (No space left on device)' \
	'E: Sub-process /usr/bin/dpkg returned an error code (1)'
wrong 'a clock that is behind' 'the clock of this machine is wrong, it says [0-9-]+ .*set it' update 100 \
	'E: Release file for http://mirror.example/debian/dists/bookworm/InRelease is not valid yet (invalid for another 3h 4min 5s). Updates for this repository will not be applied.'
wrong 'a clock that is ahead, or a dead mirror' "the archive's lists have expired .*clock right, [0-9-]+ .*another mirror" update 100 \
	'E: Release file for http://mirror.example/debian/dists/bookworm/InRelease is expired (invalid since 3d 4h 5min 6s). Updates for this repository will not be applied.'
wrong 'a proxy that answers with HTML' 'something else answers in place of the archive.*log in, or check the proxy' update 100 \
	"E: The repository 'http://mirror.example/debian bookworm InRelease' is not signed." \
	"E: Failed to fetch http://mirror.example/debian/dists/bookworm/InRelease  Clearsigned file isn't valid, got 'NOSPLIT' (does the network require authentication?)"
# apt calls that a warning, and its status is 0.
wrong 'no network' 'no network \(.*mirror.example.*check it' update 0 \
	"W: Failed to fetch http://mirror.example/debian/dists/bookworm/InRelease  Temporary failure resolving 'mirror.example'" \
	'W: Some index files failed to download. They have been ignored, or old ones used instead.'
wrong 'an archive without our packages' "apt's lists do not have it .*this release" update 0 ''
wrong 'anything else' "apt says: Sub-process /usr/bin/dpkg returned" install 100 \
	'Setting up clang (1) ...' 'E: Sub-process /usr/bin/dpkg returned an error code (1)'
# The failing archive is reported, not the state of another one.
machine_of bookworm
says update 100 "W: Failed to fetch http://other.example/InRelease  Could not connect to other.example:80 (192.0.2.1)"
cp "$FAKE/lists" "$FAKE/known"
says install 100 'E: Unmet dependencies. Try '"'apt --fix-broken install'"' with no packages (or specify a solution).'
refuse "setup: another archive that is gone is not taken for the cause" "cannot install .*'apt-get --fix-broken install' as root" 2 run_setup

machine_of trixie
echo 1000 >"$FAKE/id"
check "setup: with sudo" run_setup
machine_of trixie
echo 1000 >"$FAKE/id"
touch "$FAKE/no-sudo"
refuse "setup: sudo that refuses" 'sudo does not let you .*root run: apt-get update && apt-get install .* cmake ' 2 run_setup
rm "$FAKE/bin/sudo"
refuse "setup: neither root nor sudo" 'there is no sudo .*as root: apt-get update && apt-get install .* cmake ' 2 run_setup

# Not Debian, with everything installed: programs are searched for by name, the rest is tested.
other_machine() {
	local name
	machine
	while read -r name; do
		stand_in "$name" <<<''
	done < <(sed -nE 's#^[^ ]+ +/usr/s?bin/([^ ]+).*#\1#p' "$CT_TESTS/../packages.txt")
	stand_in pkg-config <<-'END'
		! grep -qxF -- "$2" "$FAKE/no-libraries" 2>/dev/null
	END
	rm "$FAKE/bin/dpkg-query"
}
other_machine
check "setup: another system that has everything" same "$(run_setup 2>&1; echo $?)" 0
rm "$FAKE/bin/qemu-system-x86_64"
refuse "setup: another system that has no QEMU may build" 'for VMs and tests only: /usr/bin/qemu-system-x86_64' 0 run_setup
rm "$FAKE/bin/cmake"
echo fmt >"$FAKE/no-libraries"
refuse "setup: another system where building lacks something" 'missing for building: /usr/bin/cmake pkgconfig\(fmt\)$' 2 run_setup
refuse "setup: another system without a tool that we know" 'install the packages that have them' 2 run_setup
for tool in dnf zypper; do
	stand_in "$tool" <<<''
	refuse "setup: what to tell $tool" "sudo $tool install '/usr/bin/cmake' 'pkgconfig\\(fmt\\)'\$" 2 run_setup
	rm "$FAKE/bin/$tool"
done
# dpkg may be there as a program like any other.
stand_in dpkg-query <<<'exit 1'
refuse "setup: another system that has a dpkg, too" 'this is not Debian' 2 run_setup
check "setup: another system: --list" same "$(run_setup --list | tr '\n' ' ')" '/usr/bin/cmake pkgconfig(fmt) /usr/bin/qemu-system-x86_64 '
finish
