# CVE records against the ledger; broken ones leave the others to be answered.
cat > ledger.yaml <<'EOF'
fixes:
  D1:
    upstream: 0123456789ab
    cve: CVE-2026-10001
    cvss: "7.8"
    landed: [{release: 6.12.109, sure: tree, not-in: 6.12.107}]
EOF
sed -i 's/releases: \[6.12.107\]/releases: [6.12.107, 6.12.109]/' build-matrix.yaml

# record VERSION SCORE COMMIT FILE…
record() {
	cat <<-EOF
	{"cveMetadata": {"cveId": "CVE-2026-10001", "state": "PUBLISHED"}, "containers": {"cna": {
	 "metrics": [{"cvssV3_1": {"baseScore": $2}}],
	 "affected": [{"product": "Linux", "defaultStatus": "unaffected", "programFiles": ["$4"],
	   "versions": [{"version": "ba9876543210", "lessThan": "$3", "status": "affected",
	     "versionType": "git"}]},
	  {"product": "Linux", "defaultStatus": "affected", "versions": [
	   {"version": "6.2", "status": "affected"},
	   {"version": "0", "lessThan": "6.2", "status": "unaffected", "versionType": "semver"},
	   {"version": "$1", "lessThanOrEqual": "6.12.*", "status": "unaffected",
	    "versionType": "semver"}]}]}}}
	EOF
}

record 6.12.108 7.8 0123456789abcdef0123456789abcdef01234567 fs/nfsd/demo.c > same.json
record 6.12.110 5.5 999999999999 fs/nfsd/other.c > other.json
record 6.12.107 7.8 0123456789ab fs/nfsd/demo.c > early.json
never='"version": "6.12", "lessThan": "6.12.108", "status": "unaffected"}, {'
sed "s/\"version\": \"0\"/$never&/" same.json > never.json
sq ledger --cve same.json
sq ledger --cve same.json other.json early.json never.json
sq ledger --cve --format json other.json
sed 's/PUBLISHED/REJECTED/' same.json > rejected.json
echo '{"cveMetadata": {"cveId": "CVE-2026-10001"}, ' > short.json
sq ledger --cve rejected.json same.json short.json nowhere.json .
sq ledger --cve
