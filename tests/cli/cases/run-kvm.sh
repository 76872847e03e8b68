# KVM that works, refuses, hangs at once, hangs late or isn't there: the same results, and one word
# about it where it doesn't work. What was found out is kept, and so are the results.
[ "$(uname -m)" = x86_64 ] || skip "KVM runs only guests of the host's own architecture"
with_qemu
for kvm in works refuses hangs hangs-late absent; do
	echo "== $kvm"
	export FAKE_KVM=$kvm
	rm -f "$T/cache/accel-x86_64" "$T/boots"
	[ $kvm = absent ] && rm "$T/kvm"
	sq run --offline --cell x86_64 --again 2>&1 |
		sed -E '/\/2\]|^to |to build and check/d; s/(for|after) [0-9]+ s/\1 N s/'
	cat "$T/boots"
done
echo "== once more"
sq run --offline --quiet --cell x86_64
cat "$T/boots"
echo "== a machine without QEMU's memory"
FAKE_KERNEL=killed sq run --offline --quiet --again --cell x86_64 --state base
