# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# What apt and dpkg complain of, as a sentence that says what to do.

# The message of these files that matches the extended regular expression, the first one,
# as it is but for "E: ".
complaint_like() {
	local pattern=$1
	shift
	grep -hm1 -E -- "$pattern" "$@" 2>/dev/null | sed -E 's/^[EWN]: //' | head -n 1 | grep .
}

# complaint LOG...: of apt-get under LC_ALL=C. What is first here is the cause where there
# are several: nothing is found in lists that could not be fetched.
complaint() {
	local said
	if said=$(complaint_like 'Could not get lock|Unable to (acquire|lock)|Waiting for cache lock' "$@"); then
		echo "another program is installing packages ($said): try again when it has finished"
	elif complaint_like 'dpkg was interrupted' "$@" >/dev/null; then
		echo "an earlier installation was interrupted: run 'dpkg --configure -a' as root, then try again"
	elif said=$(complaint_like "No space left on device|You don't have enough free space|\\(28: No space|Disk quota exceeded" "$@"); then
		echo "the disk is full ($said): make room ('apt-get clean' as root frees some), then try again"
	elif said=$(complaint_like 'Read-only file system' "$@"); then
		echo "the file system cannot be written to ($said): make it writable, then try again"
	elif said=$(complaint_like 'not valid yet|certificate chain uses (not yet valid|expired)|not yet activated' "$@"); then
		echo "the clock of this machine is wrong, it says $(date '+%F %T') ($said): set it, then try again"
	elif said=$(complaint_like ' is expired \(invalid since|certificate has expired' "$@"); then
		echo "the archive's lists have expired ($said): is this machine's clock right, $(date '+%F %T')? If so, take another mirror"
	elif said=$(complaint_like "NOSPLIT|Clearsigned file isn't valid|not a Debian format archive|does the network require authentication" "$@"); then
		echo "something else answers in place of the archive, as a proxy's or a login page does ($said): log in, or check the proxy of apt's configuration, then try again"
	elif said=$(complaint_like 'Temporary failure resolving|Could not resolve|Could not connect|Unable to connect|Cannot initiate the connection|Network is unreachable|No route to host|[Cc]onnection (timed out|failed|refused)' "$@"); then
		echo "no network ($said): check it and the proxy of apt's configuration, then try again"
	elif said=$(complaint_like 'NO_PUBKEY|EXPKEYSIG|signatures (were invalid|couldn.t be verified)|is not signed' "$@"); then
		echo "the archive's signature cannot be checked ($said): install the newest debian-archive-keyring, then try again"
	elif said=$(complaint_like 'Hash Sum mismatch|unexpected size' "$@"); then
		echo "what came is not what the lists name ($said): the mirror is being updated, or a proxy answers in its place; try again in an hour"
	elif said=$(complaint_like '404 +Not Found' "$@"); then
		echo "the mirror does not have what its lists name ($said): try again in an hour, or take another mirror"
	elif said=$(complaint_like 'Unable to locate package|has no installation candidate|Couldn.t find any package' "$@"); then
		echo "apt's lists do not have it ($said): are Debian's mirrors in apt's configuration, for this release?"
	elif said=$(complaint_like '[Uu]nmet dependencies|[Bb]roken packages' "$@"); then
		echo "packages of this machine contradict each other ($said): run 'apt-get --fix-broken install' as root, then try again"
	elif said=$(complaint_like '^E: ' "$@") || said=$(complaint_like '.' "$@"); then
		echo "apt says: $said"
	else
		echo "apt-get said nothing"
	fi
}
