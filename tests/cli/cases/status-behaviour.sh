# What proofs showed on a release as it is outranks its text; status itself builds nothing.
sed -i 's/releases: \[6.12.107\]/releases: [6.12.107, 6.12.108, 6.12.109]/' build-matrix.yaml
for n in 108 109; do
	cp -r "$T/sources/linux-6.12.107" "$T/sources/linux-6.12.$n"
	sed -i "s/^SUBLEVEL = .*/SUBLEVEL = $n/" "$T/sources/linux-6.12.$n/Makefile"
done
sed -i 's/demo: bad/demo: good/' "$T/sources/linux-6.12.108/fs/nfsd/demo.c"
# A backport that doesn't work: it is in the log, and the bug is there.
cat > "$T/sources/ChangeLog-6.12.109" <<EOF
commit ffffffffffffffffffffffffffffffffffffffff
Author: A <a@example.org>

    nfsd: make demo good

    [ Upstream commit 0123456789ab0123456789ab0123456789ab0123 ]
EOF
sq status --offline
[ -e "$T/cache/work" ] || echo nothing was built
sq prove --offline --quiet 6.12.107 6.12.108 6.12.109 > /dev/null
sq status --offline
sq status --offline --explain demo 6.12.108 6.12.109
sq status --offline --format json 6.12.109 |
	grep -E '"(verdict|needed|why|fit|marked|verified|kind)"'
# Kept consoles are judged by the claims as they are.
sed -i 's/text: it is bad/text: it is worse/' scripts/proofs/demo-state/proof.yaml
sq status --offline --explain demo 6.12.108 6.12.109 | grep -E 'on 6|behaviour|contradicts'
# Of another tree, and with other suites, nothing is known.
echo '/* another tree */' >> "$T/sources/linux-6.12.108/fs/nfsd/demo.c"
sq status --offline 6.12.108
echo '/* another suite */' >> scripts/proofs/demo-uaf/kunit.c
sq status --offline 6.12.109
# For those who want a status by which to decide.
sq status --offline --exit-code 6.12.108
sq status --offline --exit-code 6.12.107
