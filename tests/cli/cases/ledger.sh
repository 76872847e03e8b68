# The ledger: a patch, a fix without one, one that another replaced; as a table, as JSON, as
# markdown.
cat > ledger.yaml <<'EOF'
fixes:
  D1:
    upstream: 0123456789ab
    since: "6.2"
    cve: CVE-2026-10001
    cvss: "7.8"
    landed:
      - {release: 6.12.109, sure: list, not-in: 6.12.107, in: 6.12.110}
      - {release: 6.18.3, sure: record, commit: bbbbbbbbbbbb}
    remarks:
      - {branches: all, text: half of it was there before}
  D2:
    upstream: 222222222222
    subject: "nfsd: close the demo's other hole"
    cve: CVE-2026-10002
    since: "6.15"
    introduced-by: 333333333333
    not-affected:
      - branches: ["6.12"]
        why: the hole came later
        evidence: ["absent fs/nfsd/demo.c: demo_other", "absent fs/nfsd/other.c"]
  D3:
    subject: "nfsd: another way to make demo good"
    superseded:
      - {branches: all, by: D1, why: not taken}
  D4:
    upstream: "444444444444"
    subject: "nfsd: tidy demo"
    left-out:
      - {branches: all, why: changes nothing}
EOF
sq ledger
sq ledger --format json
sq ledger --format markdown
# All of a fix in one place, by any name of it.
mkdir -p scripts/proofs/demo-uaf/mutants/6.12
: > scripts/proofs/demo-uaf/mutants/6.12/released-twice.patch
for name in D1 0123456 cve-2026-10001 demo-uaf "demo good" d3 D5; do sq ledger "$name"; done
sq ledger D4 --format json | grep -c '"fix"'
sq ledger D4 --format markdown
# It lands nowhere yet: needed. And where nobody says anything, that is a finding.
sed -i '/landed:/,/6.18.3/d' ledger.yaml
sed -i '/left-out:/,$d' ledger.yaml
sq ledger
sq ledger --ledger nowhere.yaml
sq ledger 6.12.107
sq ledger --verify --cve
sq ledger --verify --format markdown
sq ledger --format xml
