# A ledger that contradicts itself or the queue: file and line.
try() {
	printf 'fixes:\n  D1:\n    upstream: 0123456789ab\n' > ledger.yaml
	sed 's/^/    /' >> ledger.yaml
	sq ledger
}

try <<EOF
upstreem: 0123456789ab
EOF
try <<EOF
cvss: "11"
EOF
try <<EOF
cve: CVE-26-1
EOF
try <<EOF
folds: [xyz]
EOF
try <<EOF
landed: {release: 6.12.109}
EOF
try <<EOF
landed:
  - {release: 6.12.109}
EOF
try <<EOF
landed:
  - {release: 6.12.109, sure: rumour}
EOF
try <<EOF
landed:
  - {release: 6.12.109, sure: tree, not-in: 6.12.109}
EOF
try <<EOF
landed:
  - {release: 6.12.109, sure: tree, in: 6.18.1}
EOF
try <<EOF
landed:
  - {release: 6.12.109, sure: tree}
  - {release: 6.12.110, sure: list}
EOF
try <<EOF
not-affected:
  - {branches: all, why: x}
EOF
try <<EOF
not-affected:
  - {branches: ["6.1"], why: x, evidence: absent f.c}
EOF
try <<EOF
not-affected:
  - branches: all
    why: x
    evidence:
      - absent fs/nfsd/other.c
      - gone fs/nfsd/demo.c
EOF
try <<EOF
not-affected:
  - {branches: all, why: x, evidence: absent fs/nfsd/other.c}
EOF
try <<EOF
left-out:
  - {branches: all, why: x}
not-affected:
  - {branches: all, why: x, evidence: absent fs/nfsd/other.c}
EOF
try <<EOF
superseded:
  - {branches: all, why: x, by: D9}
EOF
try <<EOF
subject: "nfsd: make demo better"
EOF
echo 'fixes: {D1: {upstream: 222222222222, subject: x}}' > ledger.yaml
sq ledger
cat > ledger.yaml <<EOF
fixes: {D1: {upstream: 0123456789ab}, D2: {subject: y},
  D3: {upstream: 0123456789abcdef, subject: z}}
EOF
sq ledger
echo 'fixes: {D1: {upstream: 0123456789ab}, D2: {upstream: 222222222222}}' > ledger.yaml
sq ledger
cat > ledger.yaml <<EOF
fixes: {D1: {upstream: 0123456789ab}, D2: {upstream: 222222222222, subject: x,
  left-out: [{branches: all, why: y}], landed: [{release: 6.12.109, sure: list}]}}
EOF
sq ledger
echo 'fix: {}' > ledger.yaml
sq ledger
rm ledger.yaml
sq ledger
