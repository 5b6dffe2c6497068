#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# In a chroot with DKMS that imitates one distribution after another: which
# command dkms/install recommends.
set -uo pipefail
# shellcheck source=system
. vm/tests/dkms/system

# like ID [ID_LIKE]
like() {
	printf 'ID=%s\nID_LIKE="%s"\n' "$1" "${2-}" >/etc/os-release.new
	mv /etc/os-release.new /etc/os-release
}

# hints DISTRIBUTION DKMS HEADERS KERNEL
hints() {
	refuse "$1: without headers" "dkms/install: the headers of ${4//+/\\+} are missing: $3\$" 2 dkms/install --kernel "$4"
	mv /usr/sbin/dkms /usr/sbin/dkms.away
	refuse "$1: without DKMS" "dkms/install: there is no dkms on this machine: $2\$" 2 dkms/install --kernel "$4"
	mv /usr/sbin/dkms.away /usr/sbin/dkms
}

like debian
hints Debian 'apt install dkms' 'apt install linux-headers-1\.2\.3-amd64' 1.2.3-amd64
like linuxmint 'ubuntu debian'
hints 'one like Ubuntu' 'apt install dkms' 'apt install linux-headers-6\.8\.0-31-generic' 6.8.0-31-generic
like almalinux 'rhel centos fedora'
hints AlmaLinux 'dnf install epel-release && dnf install dkms' \
	'dnf install kernel-devel-5\.14\.0-570\.32\.1\.el9_6\.x86_64' 5.14.0-570.32.1.el9_6.x86_64
hints "AlmaLinux's real-time kernel" 'dnf install epel-release && dnf install dkms' \
	'dnf install kernel-rt-devel-5\.14\.0-570\.el9\.x86_64' 5.14.0-570.el9.x86_64+rt
like rhel fedora
hints RHEL 'dnf install dkms, with the repository EPEL enabled' 'dnf install kernel-devel-5\.14\.0-570\.el9\.x86_64' \
	5.14.0-570.el9.x86_64
like ol fedora
hints "Oracle's kernel" 'dnf install dkms, with the repository EPEL enabled' \
	'dnf install kernel-uek-devel-5\.15\.0-3\.60\.5\.1\.el9uek\.x86_64' 5.15.0-3.60.5.1.el9uek.x86_64
like fedora
hints Fedora 'dnf install dkms' 'dnf install kernel-devel-6\.17\.1-300\.fc43\.x86_64' 6.17.1-300.fc43.x86_64
like opensuse-leap 'suse opensuse'
hints openSUSE 'zypper install dkms' 'zypper install kernel-default-devel, of the version of that kernel' \
	6.4.0-150600.23.7-default
like arch
hints 'any other' "install the distribution's package of dkms" \
	"install the distribution's package that builds modules for 6\\.17\\.1-arch1-1" 6.17.1-arch1-1
finish
