# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# A private apt configuration: the machine's mirrors, proxies and keys,
# but more suites, and nothing is installed. Works without root.
# Needs cache.sh; what downloads or asks apt's solver wants with_lock.

CT_KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

# apt_release NAME: whose packages the functions below are about from now on; in
# a subshell, until its end. Each has an apt of its own: what they would install
# together is not what one of them would.
apt_release() {
	CT_SUITE=$1
	CT_APT="$CT_CACHE/apt-$1"
}
apt_release bookworm

# The mirrors are those of the machine's own configuration, in any
# format: apt itself lists the Release files that it would fetch.
apt_mirrors() {
	LC_ALL=C apt-get --print-uris update 2>/dev/null |
		sed -n "s#^'\\(.*/\\)dists/\\([^/']*\\)\\(/updates\\)\\?/InRelease'.*#\\1 \\2#p"
}

apt_write_sources() {
	local uri suite main=${CT_MIRROR-} security=${CT_SECURITY_MIRROR-}
	while read -r uri suite; do
		case $suite in
		*-security) security=${security:-$uri} ;;
		*-updates | *-backports | *-backports-sloppy) ;;
		bullseye | bookworm | trixie | forky | sid | stable | oldstable | oldoldstable | testing) main=${main:-$uri} ;;
		esac
	done < <(apt_mirrors)
	[ -n "$main" ] ||
		die "cannot find a Debian mirror: apt's own configuration lists no Debian archive; add one to /etc/apt/sources.list, or set CT_MIRROR and CT_SECURITY_MIRROR to the addresses of Debian's archive and of its security updates"
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
	# Hooks are for the machine's own package database only.
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
	LC_ALL=C APT_CONFIG="$CT_APT/apt.conf" "$command" "$@"
}

# apt_cache ARGUMENT...: apt-cache over the lists only, independent of installed packages.
apt_cache() {
	apt_private apt-cache -o Dir::State::status=/dev/null "$@"
}

# apt_complaint LOG: the line of it that says most.
apt_complaint() {
	grep -m1 -E '^E: Failed to fetch' "$1" || grep -m1 -E '^E:' "$1" ||
		grep -m1 -E '^W: Failed to fetch' "$1" || grep -m1 -E '^W:|[^ ]' "$1" || :
}

# apt_reason LOG: that line, and what to do.
apt_reason() {
	local said advice
	said=$(apt_complaint "$1")
	advice=$(apt_advice "$1")
	echo "${said:-apt gave no reason}; $advice"
}

# apt_advice LOG: what to do.
apt_advice() {
	local advice
	advice=$(cache_advice "$(cat "$1")")
	[ -n "$advice" ] || case $(cat "$1") in
	*'not valid yet'*) advice="this machine's clock is behind, it says $(date -u '+%F %T') UTC: set it" ;;
	*'Release file for '*' is expired'*) advice="either this machine's clock is ahead, it says $(date -u '+%F %T') UTC, or the mirror is no longer renewed: set the clock, or take another mirror" ;;
	*'learsigned file'* | *NOSPLIT* | *NODATA*) advice="what answered is no Debian archive but perhaps the page of a proxy or of a login: check http_proxy and apt's own configuration (apt-config dump Acquire)" ;;
	*NO_PUBKEY*) advice="install a newer debian-archive-keyring" ;;
	*'404 '* | *'File not found'* | *'unexpected size'* | *'ash Sum mismatch'*) advice="the mirror is being changed, or has replaced it: try again later, or take another mirror" ;;
	*) advice="check the network and apt's mirrors, then try again" ;;
	esac
	echo "$advice"
}

# apt_is_gone LOG: the archive has no longer what its lists, or ours, name.
apt_is_gone() {
	grep -qE '404 |File not found|unexpected size|[Hh]ash Sum mismatch' "$1"
}

# Old lists name packages that the mirror has since replaced.
apt_index_fetch() {
	local newer_than=$1 log="$CT_TEMPORARY/update.log" program names complaint
	[ -z "$(find "$CT_APT/ready" -newermt "$newer_than" 2>/dev/null)" ] || return 0
	for program in apt-get apt-cache apt-config dpkg dpkg-deb; do
		command -v "$program" >/dev/null ||
			die "there is no $program on this machine, and kernels are fetched from Debian's archive by apt: work on Debian or a system derived from it (or in a container of one), or build for a kernel that is here, with KDIR="
	done
	[ -r "$CT_KEYRING" ] ||
		die "cannot check Debian's signatures: $CT_KEYRING is missing; install debian-archive-keyring"
	say "fetching the package lists of Debian $CT_SUITE"
	cache_folder "$CT_APT/state/lists/partial"
	cache_folder "$CT_APT/cache/archives/partial"
	apt_write_sources >"$CT_APT/sources.list"
	apt_write_configuration >"$CT_APT/apt.conf"
	# One suite that is not available (such as backports) must not stop the others,
	# and apt calls a dead network a warning: see what has arrived.
	apt_private apt-get -qq update >"$log" 2>&1 || :
	names=$(apt_cache pkgnames linux-image- 2>>"$log") || :
	[ -n "$names" ] ||
		die "cannot fetch the package lists of Debian $CT_SUITE: $(apt_reason "$log")"
	complaint=$(grep -E '^[EW]:' "$log" | grep -vE -- '-backports|is not signed|index files failed to download' || :)
	if [ -n "$complaint" ]; then
		say "some package lists of Debian $CT_SUITE could not be fetched: $(apt_reason "$log"); continuing with the cached ones"
	else
		touch "$CT_APT/ready"
	fi
}

# The lists are there, and of today.
apt_index() {
	with_lock apt apt_index_fetch '24 hours ago'
}

# The lists are as new as can be. Others may have renewed them just now.
apt_renew() {
	with_lock apt apt_index_fetch '1 minute ago'
}

# apt_newest PACKAGE: its newest version, nothing when there is none.
apt_newest() {
	apt_cache show --no-all-versions "$1" 2>/dev/null | sed -n 's/^Version: //p' | head -n 1
}

# apt_versions PACKAGE: all of them, newest first.
apt_versions() {
	apt_cache madison "$1" 2>/dev/null | awk '{ print $3 }' | uniq
}

# apt_solve LOG OPTION... PACKAGE...: what apt would install for them, PACKAGE=VERSION a
# line. Status 1 if that cannot be; LOG then says why.
apt_solve() {
	local log=$1
	shift
	apt_private apt-get -qq --print-uris --no-install-recommends install "$@" 2>"$log" >"$log.uris" || return 1
	sed -n "s/^'[^']*' \\([^_ ]*\\)_\\([^_ ]*\\)_.*/\\1=\\2/p" "$log.uris" | sed 's/%3a/:/g'
}

# apt_missing LOG: what did not arrive, and why, in few words.
apt_missing() {
	apt_complaint "$1" | sed -E 's#^E: Failed to fetch ([^ ]*/)?##; s# *\[IP: .*##; s#  +# #g'
}

# apt_unmet LOG: why apt_solve could not, in a line.
apt_unmet() {
	local said
	said=$(grep -m1 'Depends:' "$1.uris") || said=$(apt_complaint "$1")
	echo "${said# }"
}

# apt_fetch LOG FOLDER PACKAGE=VERSION...: status 1 if one did not arrive; LOG says why.
apt_fetch() {
	local log=$1 folder=$2
	shift 2
	(cd "$folder" && apt_private apt-get -qq download "$@") >"$log" 2>&1
}

# apt_download FOLDER PACKAGE=VERSION...
apt_download() {
	local folder=$1
	shift
	apt_fetch "$CT_TEMPORARY/download.log" "$folder" "$@" ||
		die "cannot download $*: $(apt_reason "$CT_TEMPORARY/download.log")"
}

# apt_extract FOLDER FILE.deb...: unpacks, installs nothing.
apt_extract() {
	local folder=$1 deb why advice
	shift
	for deb in "$@"; do
		why=$(dpkg -x "$deb" "$folder" 2>&1) || {
			advice=$(cache_advice "$why")
			die "cannot unpack $(basename -- "$deb"): ${why##*$'\n'}; ${advice:-try again: it will be downloaded again}"
		}
	done
}

# apt_unpack FOLDER PACKAGE=VERSION...: download and unpack.
apt_unpack() {
	local folder=$1 debs
	shift
	debs=$(cache_temporary debs)
	apt_download "$debs" "$@"
	cache_folder "$folder"
	apt_extract "$folder" "$debs"/*.deb
	rm -rf "$debs"
}
