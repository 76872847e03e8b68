# SPDX-License-Identifier: GPL-2.0-only
#
# The last line of fs/nfsd/Makefile in a test kernel includes this file. A unit is a file here with
# the name of a file there: it includes that file and the suites for it, and is compiled instead of
# it. So a suite calls the server's static functions, and the server's own files stay as they are.
#
# Suites compile against the server with a fix and without: stableq-has says what a tree declares.

ifdef CONFIG_NFSD_STABLEQ

stableq-dir := $(if $(filter $(srctree)/%,$(src)),$(src),$(srctree)/$(src))
stableq-units := $(filter-out %_kunit.o,$(patsubst $(stableq-dir)/stableq/%.c,%.o,\
			$(wildcard $(stableq-dir)/stableq/*.c)))

stableq-swap = $(foreach o,$(1),$(if $(filter $(o),$(stableq-units)),stableq/$(o),$(o)))
nfsd-y := $(call stableq-swap,$(nfsd-y))

# $(call stableq-has,MACRO,TEXT,FILE): define MACRO in every unit when TEXT stands in FILE
stableq-has = $(if $(shell grep -l -e '$(2)' $(stableq-dir)/$(3) 2>/dev/null),-D$(1))

ccflags-y += -I$(stableq-dir)
ccflags-y += $(call stableq-has,STABLEQ_NET_FLAGS,NFSD_NET_GRACE_ENDED,netns.h)
ccflags-y += $(call stableq-has,STABLEQ_BOOT_TIME_BT,boot_time_bt,netns.h)
ccflags-y += $(call stableq-has,STABLEQ_FCACHE_INLINE,fcache_dispose_lock,netns.h)

endif
