# SPDX-License-Identifier: GPL-2.0-only
# Tells what the headers of a kernel have.
#
# usage: awk -f probes.awk KDIR COMPAT.H TABLE... -- FOLDER...
#   KDIR      the kernel's build folder, for messages
#   COMPAT.H  has the range of versions
#   TABLE     see probes.txt
#   FOLDER    those that the compiler searches for headers, in its order
#
# Prints the compiler's flags in one line, or else in one line what is wrong.

function fail(why) {
	print why
	exit
}

# The first of that name that the compiler would find, or nothing.
function find(header,	i, line, got) {
	if (header in place)
		return place[header]
	for (i = 1; i <= folders; i++) {
		got = (getline line < (folder[i] "/" header))
		close(folder[i] "/" header)
		if (got > 0)
			return place[header] = folder[i] "/" header
	}
	return place[header] = ""
}

# White space left only where it parts two words.
function dense(line) {
	gsub(/[ \t\r\\]+/, " ", line)
	gsub(/ ?\( ?/, "(", line)
	gsub(/ ?\) ?/, ")", line)
	gsub(/ ?\{ ?/, "{", line)
	gsub(/ ?\} ?/, "}", line)
	gsub(/ ?\* ?/, "*", line)
	gsub(/ ?, ?/, ",", line)
	gsub(/ ?; ?/, ";", line)
	sub(/^ /, "", line)
	sub(/ $/, "", line)
	return line
}

function is_of_word(letter) {
	return letter ~ /^[A-Za-z0-9_]$/
}

# A header in one line, without comments.
function text_of(path,	all, line, at, rest, inside) {
	if (path in text)
		return text[path]
	while ((getline line < path) > 0) {
		if (inside) {
			at = index(line, "*/")
			if (!at)
				continue
			line = substr(line, at + 2)
			inside = 0
		}
		while ((at = index(line, "/*"))) {
			rest = substr(line, at + 2)
			line = substr(line, 1, at - 1)
			at = index(rest, "*/")
			if (!at) {
				inside = 1
				break
			}
			line = line " " substr(rest, at + 2)
		}
		sub(/\/\/.*/, "", line)
		line = dense(line)
		if (line == "")
			continue
		if (is_of_word(substr(line, 1, 1)) && is_of_word(substr(all, length(all))))
			all = all " "
		all = all line
	}
	close(path)
	return text[path] = all
}

# Is it there, and not as a part of longer words?
function has(all, what,	at, before, after) {
	while ((at = index(all, what))) {
		before = at > 1 ? substr(all, at - 1, 1) : ""
		after = substr(all, at + length(what), 1)
		if (!(is_of_word(substr(what, 1, 1)) && is_of_word(before)) &&
		    !(is_of_word(substr(what, length(what))) && is_of_word(after)))
			return 1
		all = substr(all, at + 1)
	}
	return 0
}

function name_of(header) {
	return (header ~ /^asm\// ? "arch/x86/include/" : "include/") header
}

# compat.h's range, in its own words: see there.
function check_range(	line, word, code, limit, wrong) {
	if (find("linux/version.h") == "")
		fail(kdir " is no configured kernel build folder: it has no include/generated/uapi/linux/version.h; " install)
	split(text_of(find("linux/version.h")), word, "#define LINUX_VERSION_CODE ")
	code = word[2] + 0
	while ((getline line < compat) > 0) {
		if (split(line, word, /[(,) \t]+/) >= 6 && word[3] == "KERNEL_VERSION")
			limit[word[2]] = word[4] * 65536 + word[5] * 256 + word[6]
		if (line ~ /^#if LINUX_VERSION_CODE <  *YT_KERNEL_FIRST/)
			wrong = code < limit["YT_KERNEL_FIRST"]
		else if (line ~ /^#if LINUX_VERSION_CODE >=  *YT_KERNEL_BEYOND/)
			wrong = code >= limit["YT_KERNEL_BEYOND"]
		else if (wrong && split(line, word, "\"") > 1)
			fail(word[2] " (" kdir " is Linux " int(code / 65536) "." \
			     int(code / 256) % 256 "." code % 256 ")")
	}
	close(compat)
}

# The thing that was read last: one of its forms has to be there.
function check_forms(	i, missing, known) {
	for (i = 1; i <= forms; i++) {
		if (find(header[i]) == "") {
			if (index(" " missing " ", " " name_of(header[i]) " ") == 0)
				missing = missing (missing == "" ? "" : " or ") name_of(header[i])
			continue
		}
		known = known (known == "" ? "" : " nor ") "\"" form[i] "\""
		if (form[i] != "" && !has(text_of(find(header[i])), dense(form[i])))
			continue
		if (i == 1)
			flags = flags " -DYT_HAS_" name
		return
	}
	if (known == "")
		fail(kdir " has no " missing ": " install)
	fail("the headers of " kdir " have neither " known " in " name_of(header[forms]) \
	     ": they are unlike those of any kernel that cryptorture knows, so take a newer cryptorture")
}

function read_table(path,	line, word) {
	forms = 0
	while ((getline line < path) > 0) {
		if (line ~ /^(#|[ \t]*$)/)
			continue
		split(line, word, /[ \t]+/)
		if (word[1] != "or") {
			if (forms)
				check_forms()
			forms = 0
			name = word[1]
		}
		header[++forms] = word[2]
		sub(/^[^ \t]+[ \t]+[^ \t]+[ \t]*/, "", line)
		form[forms] = line
	}
	close(path)
	if (!forms)
		fail("there is no table of probes in " path ": the sources of cryptorture are incomplete")
	check_forms()
}

BEGIN {
	kdir = ARGV[1]
	compat = ARGV[2]
	install = "install the headers of that kernel (Debian: linux-headers-RELEASE, Fedora and RHEL: kernel-devel-RELEASE)"
	flags = "-DYT_PROBED"
	for (first = 3; first < ARGC && ARGV[first] != "--"; first++)
		;
	for (i = first + 1; i < ARGC; i++)
		folder[++folders] = ARGV[i]
	check_range()
	for (i = 3; i < first; i++)
		read_table(ARGV[i])
	print flags
}
