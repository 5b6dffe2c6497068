# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# A private apt beside the machine's own: the same mirrors, proxies and keys,
# but more suites, and nothing is installed. Works without root.
# Needs cache.sh.

CT_APT="$CT_CACHE/apt"
CT_SUITE=bookworm
CT_KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

# apt_release NAME: whose packages the functions below are about from now on; in
# a subshell, until its end. Each has an apt of its own: what they would install
# together is not what one of them would.
apt_release() {
	CT_SUITE=$1
	CT_APT="$CT_CACHE/apt"
	[ "$1" = bookworm ] || CT_APT+="-$1"
}

# The mirrors are those of the machine's own configuration, whatever its
# format: apt itself is asked which Release files it would fetch.
apt_mirrors() {
	apt-get --print-uris update 2>/dev/null |
		sed -n "s#^'\\(.*/\\)dists/\\([^/']*\\)\\(/updates\\)\\?/InRelease'.*#\\1 \\2#p"
}

apt_write_sources() {
	local uri suite main='' security=''
	while read -r uri suite; do
		case $suite in
		*-security) security=${security:-$uri} ;;
		*-updates | *-backports | *-backports-sloppy) ;;
		bullseye | bookworm | trixie | forky | sid | stable | oldstable) main=${main:-$uri} ;;
		esac
	done < <(apt_mirrors)
	[ -n "$main" ] ||
		die "cannot find a Debian mirror: apt's own configuration lists no Debian archive; add one to /etc/apt/sources.list"
	local from="deb [signed-by=$CT_KEYRING]"
	echo "$from $main $CT_SUITE main"
	# Those of bullseye have ended and are no longer there.
	[ "$CT_SUITE" = bullseye ] || echo "$from $main $CT_SUITE-backports main"
	if [ -n "$security" ]; then
		echo "$from $security $CT_SUITE-security main"
	else
		say "apt's own configuration lists no $CT_SUITE-security: kernels come from $CT_SUITE alone"
	fi
}

apt_write_configuration() {
	# Hooks belong to the machine's own package database, not to ours.
	apt-config dump | grep -vE '^(DPkg::|Dir::Etc::(parts|main) |[^ ]*Invoke)'
	cat <<-CONF
		Dir::Etc::main "/dev/null";
		Dir::Etc::parts "/dev/null";
		Dir::Etc::sourcelist "$CT_APT/sources.list";
		Dir::Etc::sourceparts "/dev/null";
		Dir::State "$CT_APT/state";
		Dir::State::lists "$CT_APT/state/lists";
		Dir::State::status "/var/lib/dpkg/status";
		Dir::Cache "$CT_APT/cache";
		Dir::Cache::archives "$CT_APT/cache/archives";
		APT::Sandbox::User "root";
		Acquire::Languages "none";
		Acquire::Retries "3";
		Debug::NoLocking "1";
	CONF
}

apt_private() {
	local command=$1
	shift
	APT_CONFIG="$CT_APT/apt.conf" "$command" "$@"
}

apt_complaint() {
	grep -m1 -E '^[EW]:' "$CT_APT/update.log" || :
}

# Asked for only when something is to be downloaded; old lists name packages
# that the mirror has since replaced.
apt_index_fetch() {
	[ -z "$(find "$CT_APT/ready" -mmin -1440 2>/dev/null)" ] || return 0
	[ -r "$CT_KEYRING" ] ||
		die "cannot check Debian's signatures: $CT_KEYRING is missing; install debian-archive-keyring"
	say "fetching Debian's package lists"
	mkdir -p "$CT_APT/state/lists/partial" "$CT_APT/cache/archives/partial"
	apt_write_sources >"$CT_APT/sources.list"
	apt_write_configuration >"$CT_APT/apt.conf"
	# One suite that cannot be had (say, backports) must not stop the others,
	# and apt calls a dead network a warning: see what has arrived.
	apt_private apt-get -qq update >"$CT_APT/update.log" 2>&1 || :
	apt_private apt-cache show linux-image-amd64 >/dev/null 2>&1 ||
		die "cannot fetch Debian's package lists: $(apt_complaint); check the network and apt's mirrors, then try again"
	if [ -n "$(apt_complaint)" ]; then
		say "some package lists could not be fetched: $(apt_complaint)"
	fi
	touch "$CT_APT/ready"
}

apt_index() {
	with_lock apt apt_index_fetch
}

# apt_newest PACKAGE: its newest version, nothing when there is none.
apt_newest() {
	apt_private apt-cache show --no-all-versions "$1" 2>/dev/null |
		sed -n 's/^Version: //p' | head -n 1
}

# apt_download FOLDER PACKAGE=VERSION...
apt_download() {
	local folder=$1
	shift
	(cd "$folder" && apt_private apt-get -qq download "$@" >download.log 2>&1) ||
		die "cannot download $*: $(tail -n 1 "$folder/download.log"); check the network; if the mirror has newer packages, remove $CT_CACHE and start again"
}

# apt_unpack FOLDER PACKAGE=VERSION...: download and unpack, install nothing.
apt_unpack() {
	local folder=$1 debs deb
	shift
	debs=$(cache_temporary debs)
	apt_download "$debs" "$@"
	mkdir -p "$folder"
	for deb in "$debs"/*.deb; do
		dpkg -x "$deb" "$folder"
	done
	rm -rf "$debs"
}
