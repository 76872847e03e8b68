#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The part of the kernel's that is used: -m -n -O DIR FRAGMENT..., later ones win.
while :; do
	case $1 in
	-O) out=$2; shift 2 ;;
	-*) shift ;;
	*) break ;;
	esac
done
: > "$out/.config"
for f; do
	for s in $(sed -n -e 's/^\(CONFIG_[A-Z0-9_]*\)=.*/\1/p' \
			-e 's/^# \(CONFIG_[A-Z0-9_]*\) is not set$/\1/p' "$f"); do
		sed -i "/$s[ =]/d" "$out/.config"
	done
	cat "$f" >> "$out/.config"
done
