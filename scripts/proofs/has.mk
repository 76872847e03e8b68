# SPDX-License-Identifier: GPL-2.0-only
# What no preprocessor sees: which of the branches' fields and constants a tree has.
ccflags-y += $(call stableq-has,STABLEQ_NET_FLAGS,NFSD_NET_GRACE_ENDED,netns.h)
ccflags-y += $(call stableq-has,STABLEQ_BOOT_TIME_BT,boot_time_bt,netns.h)
