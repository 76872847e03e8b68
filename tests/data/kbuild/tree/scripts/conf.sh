# SPDX-License-Identifier: GPL-2.0
# conf.sh MERGED RESULT HEADING: what is asked for, less what the fake Kconfig files don't allow.
new=$2.new
{
	printf '#\n# Automatically generated file; DO NOT EDIT.\n# %s\n#\n' "$3"
	grep -v -e '^#' -e '^$' -e '^CONFIG_DEMO_AUTO=' -e '^CONFIG_DEMO_NONE=' "$1" |
		sed 's/^\(CONFIG_.*\)=n$/# \1 is not set/' |
		if grep -q '^CONFIG_DEMO_INOTIFY=y' "$1"; then
			cat
			echo CONFIG_DEMO_AUTO=y
		else
			grep -v '^CONFIG_DEMO_NFSD='
		fi
	grep '^# CONFIG_' "$1"
} > "$new"
if cmp -s "$new" "$2"; then
	rm "$new"
else
	mv "$new" "$2"
fi
