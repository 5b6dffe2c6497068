# SPDX-License-Identifier: GPL-2.0-or-later
# The front door. The module itself is described in Kbuild.
#
# KERNEL  a Debian kernel of vm/kernels.txt, fetched into the cache: 6.1, 7.3, 6.1-rt
# KDIR    instead, a kernel's build folder: the module for any other kernel
# FOR, ARGS, CPUS  for `make run`; ARGS also for selftest, matrix, hunt, fuzz and storms, FOR for
#         fuzz-decoder and fuzz-packet
# XEN=1   for `make run`: as Xen's PV dom0
# LONG=1  for `make test`: variations, too, that take long and seldom tell more
# DEBIAN  for `make host-test`: the release of the host, trixie or bookworm
KERNEL ?= 6.1
KDIR ?=
FOR ?= 60s
ARGS ?=
CPUS ?= 2
DEBIAN ?= trixie
XEN ?=
LONG ?=
PREFIX ?= /usr/local
DESTDIR ?=
RUNNING := $(shell uname -r)

MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := all
.PHONY: all help setup module uapi busted ctl man digest schema unit confusion fit bench bench-cipher fuzz fuzz-decoder fuzz-packet storms kunit run selftest matrix hunt test host-test test-debug seeded coverage check install install-program dkms-install dkms-remove dkms-deb dkms-rpm dkms-test clean

# For this machine where it has headers for its own kernel.
all: ctl man ## build the program, its manual pages, and the module for the running kernel (or KERNEL)
ifneq ($(wildcard /lib/modules/$(RUNNING)/build/Makefile),)
	@$(MAKE) module KDIR=$(or $(KDIR),/lib/modules/$(RUNNING)/build)
else
	@$(MAKE) module
endif

help: ## this list
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20
	@echo 'Variables: KERNEL=6.1|6.12|... KDIR= FOR=60s ARGS= CPUS=2 PREFIX=/usr/local DESTDIR='

setup: ## install the Debian packages that are missing
	@vm/setup

module: setup ## build cryptorture.ko into build/module/RELEASE
	@vm/build $(or $(KDIR),$(KERNEL))

uapi: setup ## make the uapi header of the netlink family from module/cryptorture.yaml
	@source=$$(vm/kernel --source 6.12) && \
		check/netlink_header.py "$$source" module/cryptorture.yaml module/uapi/linux/cryptorture.h

busted: setup ## build the module that is broken on purpose into build/busted/KERNEL: for VMs, never for a host
	@vm/build --into build/busted/$(KERNEL) $(KERNEL) CT_BUSTED=1 W=1 KCFLAGS="-Werror -g0"

ctl: setup ## build the program into build/ctl
	@cmake -S ctl -B build/ctl >build/ctl.log 2>&1 || { cat build/ctl.log >&2; exit 1; }
	@cmake --build build/ctl --parallel $$(nproc) --target cryptorture cryptorture-selftest >build/ctl.log 2>&1 || { cat build/ctl.log >&2; exit 1; }

man: ctl ## build the manual pages into build/ctl/man
	@cmake --build build/ctl --parallel $$(nproc) --target man >build/man.log 2>&1 || { cat build/man.log >&2; exit 1; }

schema: ctl ## write what the lists of ctl/record say into ctl/json/schema.json
	@cmake --build build/ctl --parallel $$(nproc) --target schema_fields >build/ctl.log 2>&1 || { cat build/ctl.log >&2; exit 1; }
	@build/ctl/schema_fields ctl/json/schema.json

digest: ctl ## build the programs that tell what the module's digest of a seed has to be, and which commands are advised
	@cmake --build build/ctl --parallel $$(nproc) --target digest_of_seed advice_commands >build/ctl.log 2>&1 || { cat build/ctl.log >&2; exit 1; }

# By clang, which takes half of the time that g++ does, and warns of other things.
unit: ctl ## build the program's unit tests into build/unit
	@cmake -S ctl -B build/unit -DCMAKE_C_COMPILER=clang -DCMAKE_CXX_COMPILER=clang++ \
		-DCT_PROGRAM=$(CURDIR)/build/ctl/cryptorture >build/unit.log 2>&1 || { cat build/unit.log >&2; exit 1; }
	@cmake --build build/unit --parallel $$(nproc) --target unit_tests >build/unit.log 2>&1 || \
		{ tail -n 60 build/unit.log >&2; exit 1; }

confusion fit: unit ## how synthetic faults are named, and how by weights that were fitted without them; fit: fits the weights
	@rm -f build/unit/features
	@CT_SHOW=1 CT_SAMPLES=20 CT_FEATURES=build/unit/features build/unit/unit_tests --gtest_brief=1 --gtest_filter="DiagnoseConfusion.*"
	@printf '\nEach mechanism by weights that were fitted without it:\n\n'
	@ctl/tests/mechanisms/fit.py $(if $(filter fit,$@),--write ctl/diagnose/weights.h) build/unit/features

fuzz-decoder: FUZZED = decode_fuzz
fuzz-packet: FUZZED = packet_fuzz
fuzz-decoder: setup | build ## libFuzzer on the program's decoders for FOR, under ASan and UBSan
fuzz-packet: setup | build ## the same on what takes captured packets apart
fuzz-decoder fuzz-packet:
	@cmake -S ctl -B build/$@ -DCT_FUZZ=ON -DBUILD_TESTING=OFF -DCMAKE_C_COMPILER=clang \
		-DCMAKE_CXX_COMPILER=clang++ >build/$@.log 2>&1 || { cat build/$@.log >&2; exit 1; }
	@cmake --build build/$@ --parallel $$(nproc) --target $(FUZZED) >build/$@.log 2>&1 || \
		{ cat build/$@.log >&2; exit 1; }
	@ctl/fuzz/run build/$@ $(FUZZED) $(FOR) $(ARGS)

ctl: | build
build:
	@mkdir -p build

kunit: setup ## run the KUnit suites on stock kernel KERNEL, in a VM
	@kunit/run --kernel $(KERNEL)

run: ctl module ## run for FOR on stock kernel KERNEL, in a VM
	@tty=; if [ -t 0 ] && [ -t 1 ]; then tty=--tty; fi; kept=build/run/$$(date +%Y%m%d-%H%M%S); mkdir -p $$kept; \
	vm/run --kernel $(KERNEL) --cpus $(CPUS) $(if $(XEN),--xen) $$tty --out $$kept --log $$kept/kernel.log -- \
		cryptorture run --for $(FOR) $(if $(findstring --out,$(ARGS)),,--out /out/run) $(ARGS); \
	status=$$?; echo "cryptorture run: exit status $$status; its files and the kernel log: $$kept" >&2; exit $$status

selftest: ctl ## let every known fault loose, in VMs with 6.1 and 6.12: is it found and rightly named?
	@vm/selftest $(ARGS)

bench: ctl ## what the checking costs and buys, as tables: speed, instructions, disturbance, floods, other ways of testing ... (ARGS: parts)
	@vm/bench/run $(ARGS)

bench-cipher: setup | build ## packets of ESP a second: the module's reference and the program's cipher in turns, on this machine
	@cmake -S ctl -B build/ctl >build/ctl.log 2>&1 || { cat build/ctl.log >&2; exit 1; }
	@cmake --build build/ctl --parallel $$(nproc) --target cipher_bench >build/ctl.log 2>&1 || { cat build/ctl.log >&2; exit 1; }
	@build/ctl/cipher_bench

fuzz: setup ## the netlink fuzzer, 1,000,000 messages on KERNEL, in a VM
	@vm/build $(KERNEL) && vm/fuzz/run --kernel $(KERNEL) $(ARGS)

storms: ctl ## 1,000 loads in runs, 200 hotplug cycles, a flood of mismatches, on KERNEL, in a VM
	@vm/build $(KERNEL) && vm/storms/run --kernel $(KERNEL) $(ARGS)

matrix: ctl ## every kernel: DKMS, boot, the main job, tests, selftest; a table (ARGS: rows)
	@vm/matrix $(ARGS)

hunt: ctl ## the main job again and again, in search of a false alarm: 8 hours, or until one is found (ARGS)
	@vm/hunt $(ARGS)

test: setup ## everything that CI runs: unit tests, KUnit, end-to-end, style (LONG=1: more variations)
	@CT_LONG=$(LONG) check/test

host-test: setup ## `make run` and `make test` in a fresh system of Debian DEBIAN=trixie, as root (ARGS: another command)
	@vm/host $(DEBIAN) $(ARGS)

test-debug: setup ctl ## the gate before a release: all of it in kernels with KASAN, lockdep, kmemleak, KCSAN; an hour or more
	@vm/debug/run --record docs/test-debug.md $(ARGS)

seeded: setup ctl ## small faults on purpose, one at a time: does the gate that should catch each do so?
	@vm/seeded/run $(ARGS)

coverage: setup ctl ## which lines of the module run in its tests
	@vm/coverage/run

check: ctl ## style: checkpatch, W=1, sparse, shellcheck, clang-format, clang-tidy, SPDX
	@check/run

install: ## put the module, the program and its manual pages on this machine (as root, after make)
	@[ -e build/ctl/cryptorture ] && [ -e build/module/$(RUNNING)/cryptorture.ko ] || { \
		echo "make install: build/ctl/cryptorture or build/module/$(RUNNING)/cryptorture.ko is missing:" \
		"run 'make' first; it needs the headers of the running kernel: $$(dkms/hint headers $(RUNNING))" >&2; exit 1; }
	@$(MAKE) install-program
	install -D -m 644 build/module/$(RUNNING)/cryptorture.ko $(DESTDIR)/lib/modules/$(RUNNING)/extra/cryptorture.ko
ifeq ($(DESTDIR),)
	depmod $(RUNNING)
endif

install-program: ## put the program and its manual pages on this machine (as root, after make ctl man)
	@[ -e build/ctl/cryptorture ] && [ -e build/ctl/man/cryptorture.8 ] && [ -e build/ctl/man/cryptorture.4 ] || { \
		echo "make install-program: build/ctl/cryptorture or its manual pages are missing:" \
		"run 'make ctl man' first" >&2; exit 1; }
	DESTDIR=$(DESTDIR) cmake --install build/ctl --prefix $(PREFIX)

dkms-install: ## give the module to DKMS on this machine (as root), in place of any other version
	@dkms/install

dkms-remove: ## take the module away from DKMS, all versions and kernels
	@dkms/install --remove

dkms-deb: ## make build/cryptorture-dkms_VERSION_all.deb
	@dkms/deb build

dkms-rpm: ## make build/cryptorture-dkms-VERSION-1.noarch.rpm
	@dkms/rpm build

dkms-test: setup ## DKMS for real in systems of bullseye, bookworm and trixie (as root)
	@dkms/test

clean: ## remove what was built; downloads stay in the cache
	rm -rf build
