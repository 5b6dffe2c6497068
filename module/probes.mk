# SPDX-License-Identifier: GPL-2.0-only
# For a Kbuild that compiles files of the module: $(ct-has), the flags by which
# compat.h knows what the kernel's headers have. $(ct-probes) may name tables besides
# probes.txt. What is wrong with the headers ends the build here, in one line.
ct-module := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))

# Without a configuration make is only cleaning.
ifneq ($(CONFIG_CC_VERSION_TEXT),)
# They are searched for as the compiler does: headers may be in several packages.
ct-has := $(shell $(or $(AWK),awk) -f $(ct-module)/probes.awk $(abspath $(objtree)) \
	$(ct-module)/compat.h $(ct-module)/probes.txt $(ct-probes) -- \
	$(patsubst -I%,%,$(filter -I%,$(LINUXINCLUDE))) 2>&1)
ifneq ($(firstword $(ct-has))$(filter-out -D%,$(ct-has)),-DYT_PROBED)
$(error cryptorture: $(or $(ct-has),cannot run $(or $(AWK),awk)))
endif
endif
