# The ledger against trees: right, wrong in each way, and with a release that isn't there.
sed -i 's/releases: \[6.12.107\]/releases: [6.12.107, 6.12.108, 6.12.109]/' build-matrix.yaml
cp -r "$T/sources/linux-6.12.107" "$T/sources/linux-6.12.108"
sed -i 's/^SUBLEVEL = .*/SUBLEVEL = 108/' "$T/sources/linux-6.12.108/Makefile"
sed -i 's/demo: bad/demo: good/' "$T/sources/linux-6.12.108/fs/nfsd/demo.c"

# ledger LANDING FACT
ledger() {
	cat > ledger.yaml <<-EOF
	fixes:
	  D1:
	    upstream: 0123456789ab
	    landed: [{release: 6.18.3, sure: record}, $1]
	  D2:
	    subject: "nfsd: close the demo's other hole"
	    not-affected:
	    - {branches: all, why: x, evidence: ["present fs/nfsd/demo.c: demo_open", "$2"]}
	EOF
}

ledger "{release: 6.12.108, sure: list}" "absent fs/nfsd/other.c"
sq ledger --verify --offline --quiet 2>/dev/null | sed -E 's/^(6.12.109: skipped: ).*/\1REASON/'
sq ledger --verify --offline 6.12.107 6.12.108
# Too early, too late, and a fact that doesn't hold on one of the two.
ledger "{release: 6.12.107, sure: list}" "absent fs/nfsd/demo.c: demo: good"
sq ledger --verify --offline 6.12.107 6.12.108
ledger "{release: 6.12.109, sure: record, not-in: 6.12.107}" "absent fs/nfsd/gone.c: x"
sq ledger --verify --offline 6.12.107 6.12.108
# Trees alone say in which of several releases it came: the one between decides nothing.
ledger "{release: 6.12.109, sure: tree, not-in: 6.12.107}" "absent fs/nfsd/other.c"
sq ledger --verify --offline --format json 6.12.107 6.12.108
sq ledger --verify --offline 6.12.109 2>&1 | sed -E 's/^(6.12.109: skipped: ).*/\1REASON/'
sq ledger --verify --offline 6.1.1
sq ledger --verify --offline 6.12.x
