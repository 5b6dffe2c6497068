#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# apt 2.6.1 (Debian 12) and an archive in a folder (file:) whose list is written anew within
# one second, in the same size. The list below state/lists is a link to the archive's own,
# and apt's binary cache is taken for that of the list if size and time in whole seconds are
# the same. So, before the next `apt-get update`, names come from the old list and records,
# by their offset, from the new one:
#   apt-cache pkgnames         the old package
#   apt-cache show OLD         the record of the new one
#   apt-get download OLD       the new package's content, in a file with the old one's name
# and status 0 for each; the checksum is right, for it is the new record's.
# Seen on 2026-11-30. Status: 0 as said above, 1 it has changed, 2 it could not be tried.
set -euo pipefail
version=2.6.1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/{debs,apt,archive,state/lists/partial,cache/archives/partial,out}
(cd "$work/debs" && apt-get -qq download "apt=$version" "libapt-pkg6.0=$version") || {
	echo "apt $version cannot be had from this machine's archive" >&2
	exit 2
}
for deb in "$work"/debs/*.deb; do
	dpkg-deb -x "$deb" "$work/apt"
done
cat >"$work/apt.conf" <<END
Dir::Etc::main "/dev/null";
Dir::Etc::parts "/dev/null";
Dir::Etc::sourcelist "$work/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::State "$work/state";
Dir::State::status "/dev/null";
Dir::Cache "$work/cache";
Dir::Bin::methods "$work/apt/usr/lib/apt/methods";
APT::Sandbox::User "$(id -un)";
APT::Architecture "amd64";
Acquire::Languages "none";
END
echo "deb [trusted=yes] file:$work/archive ./" >"$work/sources.list"
libraries=$(echo "$work"/apt/usr/lib/*-linux-gnu)

pinned() {
	local program=$1
	shift
	LC_ALL=C APT_CONFIG="$work/apt.conf" LD_LIBRARY_PATH=$libraries "$work/apt/usr/bin/$program" "$@"
}

# archive NAME: one package and its list, always of the same second.
archive() {
	local root="$work/root" deb="$work/archive/$1_1.0_all.deb"
	rm -rf "$root" "$work"/archive/*
	mkdir -p "$root/DEBIAN"
	printf 'Package: %s\nVersion: 1.0\nArchitecture: all\nMaintainer: Nobody <nobody@localhost>\nDescription: an example\n' \
		"$1" >"$root/DEBIAN/control"
	dpkg-deb -Znone --root-owner-group --build "$root" "$deb" >/dev/null
	{
		dpkg-deb -f "$deb"
		printf 'Filename: %s\nSize: %s\nSHA256: %s\n\n' "$(basename -- "$deb")" \
			"$(stat -c %s "$deb")" "$(sha256sum <"$deb" | cut -d ' ' -f 1)"
	} >"$work/archive/Packages"
	touch -d '2026-01-01 00:00:00 UTC' "$work/archive/Packages"
}

pinned apt-get --version | head -n 1
archive apple
pinned apt-get -qq update
pinned apt-cache pkgnames >"$work/before"
archive grape
names=$(pinned apt-cache pkgnames)
shown=$(pinned apt-cache show apple | sed -n 's/^Package: //p')
(cd "$work/out" && pinned apt-get -qq download apple)
got=$(dpkg-deb -f "$work/out/apple_1.0_all.deb" Package)
pinned apt-get -qq update
after=$(pinned apt-cache pkgnames)
echo "before: $(cat "$work/before"); then names: $names, show apple: $shown, download apple: $got; after an update: $after"
[ "$(cat "$work/before") $names $shown $got $after" = "apple apple grape grape grape" ] || {
	echo "it has changed" >&2
	exit 1
}
