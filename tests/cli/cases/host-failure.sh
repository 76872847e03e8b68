# What the host does to a guest is told as the host's, kept for nobody and held against no patch,
# also when all results stood on the console before; the next run tries again.
for mode in refused killed; do
	echo "== $mode"
	FAKE_KERNEL=$mode sq run --offline --quiet --check boot
	FAKE_KERNEL=$mode sq prove --offline --quiet demo-state
done
echo "== nothing of that was kept"
sq run --offline --quiet --check boot
sq prove --offline --quiet demo-state
echo "== one boot of several"
FAKE_KERNEL=killed-once sq prove --offline --quiet --repeat 3 demo-state
