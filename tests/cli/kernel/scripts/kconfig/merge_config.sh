#!/bin/sh
# The part of the kernel's merge_config.sh that stableq uses: -O DIR -m -n FRAGMENT...
while [ $# -gt 0 ]; do
	case $1 in
	-O) out=$2; shift 2 ;;
	-*) shift ;;
	*) break ;;
	esac
done
cat "$@" > "$out/.config"
