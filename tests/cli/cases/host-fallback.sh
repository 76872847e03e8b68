# A host on which user-mode Linux does not run, whatever is preloaded: the cell's fallback is built
# and booted, and that is said; without one the checks are the host's failures, and nothing is kept.
[ "$(uname -m)" = x86_64 ] || skip "user-mode Linux is for x86 hosts"
with_qemu
export ASAN_OPTIONS=verify_asan_link_order=0 STABLEQ_ACCEL=tcg
refuse() {
	LD_PRELOAD=$FAKE_PTRACE FAKE_XSTATE=never sq "$@" 2>&1 |
		sed -E "/^\[1|^to |to build and check/d; s/host's [0-9]+ bytes/host's N bytes/"
}
echo "== no fallback"
refuse run --offline --state patched
refuse prove --offline demo-state
echo "== a fallback"
sed -i -e '/^  um:/a\    fallback: x86_64' build-matrix.yaml
sed -i -e '/^  boot:/s/}/, cells: [um, x86_64]}/' -e '/^  session:/s/}/, cells: [um]}/' \
	-e 's/checks: \[boot\]/checks: all/' build-matrix.yaml
refuse run --offline --state patched
refuse run --offline --quiet --state patched --cell um --cell x86_64 --format json |
	grep -A 9 replaced
echo "== and where it runs"
sq run --offline --quiet --state patched
echo "== proofs"
sed -i -e '/^  um-proof:/a\    fallback: x86_64' build-matrix.yaml
refuse prove --offline demo-state
sed -i -e '/^    configs: \[base, arch\/x86_64\]/a\    proofs: scripts/proofs' \
	-e '/^  um:/,/fallback/s/    fallback: x86_64//' -e 's/cells: \[um\]/cells: all/' \
	build-matrix.yaml
refuse prove --offline --quiet demo-state
