#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Fetching kernels in all states of the archive, the network, the cache and the machine,
# from a small local archive. Needs no VM and no network.
set -uo pipefail
# shellcheck source=lib.sh
. "$(dirname -- "$(readlink -f -- "$0")")/lib.sh"
scratch fetch
work=$CT_FOLDER
archive="$work/archive"
# shellcheck source=fetch/archive.sh
. "$CT_TESTS/fetch/archive.sh"
cache="$work/cache/cryptorture"
export XDG_CACHE_HOME="$work/cache" APT_CONFIG="$work/machine/apt.conf"
kernel="$CT_TESTS/../kernel"

release() { "$kernel" --release "${1:-6.1}" 2>"$work/said"; }
# took RELEASE [KERNEL]: checks that it was chosen; the output has the reason for another one.
took() {
	local got
	got=$(release "${@:2}")
	same "$got" "$1" || {
		tail -n 3 "$work/said"
		return 1
	}
}
said() { matches "$work/said" "$1"; }
silent() { same "$(cat "$work/said")" ''; }
nothing_temporary() { same "$(ls -A "$cache/tmp" 2>/dev/null)" ''; }

# day_old: the lists are of yesterday.
day_old() { touch -d '25 hours ago' "$cache"/apt-*/ready; }

# What apt would install counts, not equal versions.
archive_new
archive_kernel bookworm 6.1.0-55-amd64 6.1.190-1
archive_kernel bookworm 6.1.0-56-amd64 6.1.192-2
archive_deb bookworm linux-kbuild-6.1 6.1.192-3 ''
rm "$archive/pool/bookworm/linux-kbuild-6.1_6.1.192-2.deb"
archive_index
check "kbuild of a later version than the headers: the newest kernel is taken" took 6.1.0-56-amd64
check "its build folder" same "$("$kernel" --build-dir 6.1)" \
	"$cache/kernels/6.1/headers/usr/src/linux-headers-6.1.0-56-amd64"
check "its build folder includes its other half in the cache" \
	matches "$cache/kernels/6.1/headers/build/Makefile" "^include $cache/kernels/6.1/headers/usr/src/linux-headers-common/Makefile$"
check "its image" matches "$("$kernel" --vmlinux 6.1)" '^vmlinuz of 6\.1\.0-56-amd64 6\.1\.192-2$'
check "nothing temporary is left" nothing_temporary

# A full cache needs neither network nor archive.
mv "$archive" "$archive.away"
day_old
release >/dev/null
check "no archive, a full cache: the kernel is there" took 6.1.0-56-amd64
check "no archive, a full cache: nothing is said" silent
check "no archive, a full cache: --renew keeps what is there" "$kernel" --renew 6.1
"$kernel" --renew 6.1 2>"$work/said"
check "no archive, a full cache: --renew says why" said 'keeping Linux 6\.1\.0-56-amd64'
check "no archive, a full cache: it is still there" took 6.1.0-56-amd64
mv "$archive.away" "$archive"

# A cache that was half written.
rm -rf "$cache/kernels/6.1/headers"
mkdir -p "$cache/tmp/kernel-6.1/kernel.broken"
check "a kernel without headers in the cache is fetched again" took 6.1.0-56-amd64
check "a kernel without headers: they are there now" test -e "$cache/kernels/6.1/headers/build/Makefile"
check "what a killed one left behind is gone" nothing_temporary
: >"$cache/kernels/6.1/release"
check "an empty release in the cache is fetched again" took 6.1.0-56-amd64

# --renew takes what is newer, in one piece.
archive_kernel bookworm 6.1.0-57-amd64 6.1.195-1
archive_index
touch -d '10 minutes ago' "$cache"/apt-*/ready
"$kernel" --renew 6.1 2>"$work/said"
check "--renew takes a newer kernel" took 6.1.0-57-amd64
check "--renew: image and headers are of it" matches "$("$kernel" --config 6.1)" '6\.1\.0-57-amd64'

# The source of a version that is gone: the nearest.
for version in 6.1.176-1 6.1.196-1 6.1.199-1; do
	archive_source bookworm 6.1 "$version"
done
archive_index
day_old
source=$("$kernel" --source 6.1 2>"$work/said")
check "the source of the kernel's own version is gone: the nearest is taken" \
	matches "$source/scripts/checkpatch.pl" 'of 6\.1\.196-1$'
check "the source of another version: that is said" said '6\.1\.195-1 is no longer available: using 6\.1\.196-1'

# Neither half alone is a kernel.
archive_new
archive_kernel bookworm 6.1.0-55-amd64 6.1.190-1
archive_headers bookworm 6.1.0-56-amd64 6.1.192-1 ''
archive_image bookworm 6.1.0-57-amd64 6.1.193-1
archive_headers bookworm 6.1.0-58-amd64 6.1.194-1 'linux-kbuild-6.1 (>= 6.1.194-1)'
archive_image bookworm 6.1.0-58-amd64 6.1.194-1
archive_image bookworm 6.1.0-55-rt-amd64 6.1.190-1
archive_headers bookworm 6.1.0-55-rt-amd64 6.1.190-1 ''
archive_index
check "headers without image, image without headers, headers without kbuild: the one before" \
	took 6.1.0-55-amd64
check "a flavour is chosen by itself" took 6.1.0-55-rt-amd64 6.1-rt

# One release of a series, old as it may be.
archive_new
archive_kernel bookworm 6.1.0-54-amd64 6.1.189-1
archive_kernel bookworm 6.1.0-55-amd64 6.1.190-1
archive_image bookworm 6.1.0-55-rt-amd64 6.1.190-1
archive_kernel trixie 6.12.1+deb13-amd64 6.12.1-1
archive_kernel trixie 6.12.2+deb13-amd64 6.12.2-1
archive_index
check "one release is the one that is named" took 6.1.0-54-amd64 6.1.0-54-amd64
check "one release: the newest is another kernel of the cache" took 6.1.0-55-amd64
check "one release of a series of another Debian" took 6.12.1+deb13-amd64 6.12.1+deb13-amd64@trixie
refuse "one release that there is not: those that there are" \
	'the lists have no linux-image-6\.1\.0-53-amd64, .*; there are: 6\.1\.0-55-amd64 6\.1\.0-54-amd64$' 2 "$kernel" --release 6.1.0-53-amd64
refuse "one release of a flavour that there is not: those of that flavour" \
	'there are: 6\.1\.0-55-rt-amd64$' 2 "$kernel" --release 6.1.0-53-rt-amd64

# Lists that promise what is gone.
archive_new
archive_kernel bookworm 6.1.0-55-amd64 6.1.190-1
archive_kernel bookworm 6.1.0-56-amd64 6.1.192-2
archive_index
rm "$archive/pool/bookworm/linux-image-6.1.0-56-amd64_6.1.192-2.deb"
check "an image that is listed and gone (404): the one before" took 6.1.0-55-amd64
check "an image that is gone: the lists were renewed first" said 'no longer has Linux 6\.1\.0-56-amd64 .*renewing'
check "nothing temporary is left of it" nothing_temporary

archive_new
archive_kernel bookworm 6.1.0-55-amd64 6.1.190-1
archive_index
release >/dev/null
rm -rf "$cache/kernels"
archive_kernel bookworm 6.1.0-56-amd64 6.1.192-2
archive_index
day_old
check "lists of yesterday are renewed" took 6.1.0-56-amd64
check "lists of yesterday: that is said" said 'fetching the package lists'

# From 7.2 on an image is in parts, and needs more from backports.
archive_new
release=7.3.4+deb13-amd64 version=7.3.4-1~bpo13+1
archive_deb trixie linux-base 4.12 ''
archive_deb trixie-backports linux-base 4.15 ''
root=$(mktemp -d "$work/root.XXXXXX")
mkdir -p "$root/usr/lib/modules/$release"
echo "vmlinuz of it" >"$root/usr/lib/modules/$release/vmlinuz"
archive_deb trixie-backports "linux-binary-$release" "$version" 'linux-base (>= 4.15)' "$root"
rm -rf "$root/usr/lib/modules/$release"/* "$root/DEBIAN"
archive_modules "$root/usr/lib/modules/$release"
archive_deb trixie-backports "linux-modules-$release" "$version" '' "$root"
rm -rf "$root/usr/lib/modules/$release"/* "$root/DEBIAN"
echo "of it" >"$root/usr/lib/modules/$release/config"
echo "of it" >"$root/usr/lib/modules/$release/System.map"
archive_deb trixie-backports "linux-base-$release" "$version" '' "$root"
archive_deb trixie-backports "linux-image-$release" "$version" \
	"linux-binary-$release (= $version), linux-modules-$release (= $version), linux-base-$release (= $version)"
archive_headers trixie-backports "$release" "$version" "linux-kbuild-7.3.4 (= $version)"
archive_deb trixie-backports linux-kbuild-7.3.4 "$version" ''
archive_index
check "a kernel of backports, its image in parts" took "$release" 7.3
check "an image in parts: all of it is there" matches "$("$kernel" --image 7.3)" '^vmlinuz of it$'
archive_kernel trixie 6.12.1-amd64 6.12.1-1
archive_index
day_old
check "6.12@trixie is that of trixie" took 6.12.1-amd64 6.12@trixie

# Every failure is reported, with a sentence about what to do.
archive_new
archive_deb bookworm linux-image-amd64 1 ''
archive_index
for option in --release --image --vmlinux --config --modules --build-dir --source --renew; do
	out=$("$kernel" "$option" 6.1 2>"$work/said")
	status=$?
	check "vm/kernel $option of a kernel that cannot be had: status, and nothing on stdout" same "$status $out" '2 '
done
check "a kernel that cannot be had: why" said '^vm/kernel: no Debian kernel 6\.1 is available from bookworm: the lists have no linux-image-6\.1\.\*-amd64'
for script in "vm/run --kernel 6.1 --no-module -- true" "vm/build 6.1" "vm/dkms 6.1" "kunit/run --kernel 6.1"; do
	read -ra words <<<"$CT_TESTS/../../$script"
	refuse "${script%% *}: no kernel, status 2" 'no Debian kernel 6\.1 is available' 2 "${words[@]}"
done
check "vm/matrix: no kernel, a red row" test 1 = "$("$CT_TESTS/../matrix" 6.1:brief >/dev/null 2>&1; echo $?)"
check "nothing temporary is left of all these" nothing_temporary

archive_new
rm -rf "$archive"
refuse "no archive at all" 'cannot fetch the package lists of Debian bookworm: E: .*; ' 2 "$kernel" --release 6.1
archive_new
archive_kernel bookworm 6.1.0-55-amd64 6.1.190-1
archive_index
release >/dev/null
rm -rf "$cache/kernels" "$archive/pool"
refuse "lists of today, and all is gone: which kernel, and what to do" \
	'6\.1\.0-55-amd64: linux-headers-6\.1\.0-55-amd64_6\.1\.190-1\.deb File not found.*; the mirror is being changed' 2 "$kernel" --release 6.1

archive_new
archive_image bookworm 6.1.0-55-amd64 6.1.190-1
archive_deb bookworm linux-headers-6.1.0-55-amd64 6.1.190-1 ''
archive_index
refuse "headers without what belongs in them" 'linux-headers-6\.1\.0-55-amd64 has no Module\.symvers' 2 "$kernel" --image 6.1
check "headers without what belongs in them: nothing is in the cache" test ! -e "$cache/kernels/6.1"
check "headers without what belongs in them: nothing temporary is left" nothing_temporary

# The machine's clock, a proxy's page, a full disk, a machine without apt.
# Only of a signed archive is apt that strict: its words, as recorded.
echo 'E: Release file for file:/archive/dists/bookworm/InRelease is not valid yet (invalid for another 3h 5min 52s). Updates for this repository will not be applied.' >"$work/early"
echo 'E: Release file for file:/archive/dists/bookworm/InRelease is expired (invalid since 2d 1h 4min 9s). Updates for this repository will not be applied.' >"$work/late"
reason() {
	# shellcheck disable=SC2016 # of the inner shell
	bash -c '. "$1/cache.sh" && . "$1/apt.sh" && apt_reason "$2"' bash "$CT_TESTS/../lib" "$1"
}
check "a clock that is behind" matches <(reason "$work/early") "not valid yet .*; this machine's clock is behind"
check "a clock that is ahead" matches <(reason "$work/late") "expired .*; either this machine's clock is ahead"

# serve [FOLDER]: the address of a server on this machine, which `kill "$server"` ends.
serve() {
	rm -f "$work/port"
	python3 "$CT_TESTS/fetch/serve.py" "$work/port" "$@" &
	server=$!
	for _ in $(seq 300); do
		[ ! -e "$work/port" ] || break
		sleep 0.1
	done
	address="http://127.0.0.1:$(cat "$work/port")"
}
serve
archive_new http://archive.invalid/debian
echo "Acquire::http::Proxy \"$address\";" >>"$work/machine/apt.conf"
refuse "a proxy that answers with a page" 'what answered is no Debian archive but perhaps the page of a proxy' 2 "$kernel" --release 6.1
kill "$server"
wait "$server" 2>/dev/null
refuse "no proxy, no lists" 'cannot fetch the package lists .*; check the network' 2 "$kernel" --release 6.1

mkdir -p "$archive"
serve "$archive"
archive_new "$address"
archive_kernel bookworm 6.1.0-54-amd64 6.1.189-1
archive_kernel bookworm 6.1.0-55-amd64 6.1.190-1
archive_index
check "an archive by HTTP" took 6.1.0-55-amd64
# By HTTP: of an archive in a folder, apt's lists are links to those of today.
rm -rf "$cache/kernels" "$archive/pool/bookworm"
archive_kernel bookworm 6.1.0-54-amd64 6.1.189-1
archive_kernel bookworm 6.1.0-56-amd64 6.1.192-2
archive_index
touch -d '10 minutes ago' "$cache"/apt-*/ready
check "lists of today, whose release vanished: renewed, and the new one is taken" took 6.1.0-56-amd64
check "lists of today, whose release vanished: that is said" said 'no longer has Linux 6\.1\.0-55-amd64 .*renewing'
kill "$server"
wait "$server" 2>/dev/null
rm -rf "$cache/kernels"
refuse "lists, but no network: which kernel, and what to do" '6\.1\.0-56-amd64: .*[Cc]onnect.*; check the network' 2 "$kernel" --release 6.1
check "lists, but no network: no older kernel is tried for that" same \
	"$("$kernel" --release 6.1 2>&1 | grep -cE 'renewing|6\.1\.0-54')" 0

if [ "$(id -u)" -eq 0 ] && unshare --mount true 2>/dev/null; then
	archive_new
	archive_kernel bookworm 6.1.0-55-amd64 6.1.190-1
	root=$(mktemp -d "$work/root.XXXXXX")
	head -c 9000000 /dev/urandom >"$root/large"
	archive_deb bookworm linux-kbuild-6.1 6.1.190-1 '' "$root"
	archive_index
	mkdir -p "$work/cache"
	# shellcheck disable=SC2016 # of the inner shell
	refuse "a full disk" 'the disk is full: make room in .*, or set XDG_CACHE_HOME' 2 unshare --mount bash -c '
		mount -t tmpfs -o size=6m tmpfs "$1" && exec "$2" --release 6.1' bash "$work/cache" "$kernel"
else
	echo "skip a full disk: only root can make a small one"
fi

archive_new
archive_kernel bookworm 6.1.0-55-amd64 6.1.190-1
archive_index
mkdir "$work/bin"
for program in bash cat dirname readlink mkdir mktemp flock rm grep awk sed find date touch; do
	ln -s "$(command -v "$program")" "$work/bin/$program"
done
refuse "a machine without apt" 'there is no apt-get on this machine.*KDIR=' 2 env PATH="$work/bin" "$kernel" --release 6.1

# Two at once: one fetches, the other one waits.
rm -rf "$work/cache"
release >"$work/first" &
"$kernel" --release 6.1 >"$work/second" 2>"$work/said.second"
wait $!
check "two at once: both have it" same "$(cat "$work/first" "$work/second")" $'6.1.0-55-amd64\n6.1.0-55-amd64'
check "two at once: one of them fetched it" same "$(cat "$work/said" "$work/said.second" | grep -c 'fetching Linux')" 1

# Which QEMU: the installed one, where that is fast.
qemu() {
	printf '#!/bin/sh\necho "QEMU emulator version %s"\n' "$1" >"$work/bin/qemu-system-x86_64"
	chmod +x "$work/bin/qemu-system-x86_64"
	# shellcheck disable=SC2016 # of the inner shell
	PATH="$work/bin:$PATH" CT_VM="$CT_TESTS/.." bash -c '
		set -euo pipefail
		for file in cache apt qemu; do . "$CT_VM/lib/$file.sh"; done
		qemu_find
		echo "${QEMU[0]}"' 2>"$work/said"
}
check "QEMU 10 that is installed is taken" same "$(qemu 10.0.6)" qemu-system-x86_64
check "QEMU 10 that is installed: nothing is said and nothing fetched" silent
# Whichever this machine's release is, there is something to list.
archive_new
archive_image bookworm 6.1.0-55-amd64 6.1.190-1
archive_image trixie 6.12.1-amd64 6.12.1-1
archive_index
mv "$archive" "$archive.away"
check "an older QEMU, no network: it is taken" same "$(qemu 7.2.22)" qemu-system-x86_64
check "an older QEMU, no network: that is said" said 'cannot fetch the package lists of Debian'
check "an older QEMU, no network: and that it is slower" said 'installed QEMU 7, whose AES is slower'
mv "$archive.away" "$archive"
check "an older QEMU, none in backports: it is taken" same "$(qemu 7.2.22)" qemu-system-x86_64
check "an older QEMU: it is said to be slower" said 'installed QEMU 7, whose AES is slower'
finish
