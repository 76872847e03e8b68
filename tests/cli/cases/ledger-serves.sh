# What a series of releases serves, against what the ledger knows of where fixes landed.
q=queue-6.12
cat > ledger.yaml <<EOF
fixes:
  A1:
    upstream: 0123456789ab
    since: "5.2"
    landed:
      - {release: 6.12.110, sure: list, not-in: 6.12.107, in: 6.12.112}
EOF
printf '# serves: 6.12.108-6.12.109\nnfsd-make-demo-good.patch\n' > $q/series-6.12.109
printf '# serves: 6.12.110-6.12.112\n' > $q/series-6.12.112
sq ledger
# The fix landed inside; it is listed though it is in; it isn't, and is lacking.
sed -i 's/109$/110/' $q/series-6.12.109
sed -i 's/6.12.110-/6.12.111-/' $q/series-6.12.112
sq ledger
sed -i 's/110$/109/' $q/series-6.12.109
echo nfsd-make-demo-good.patch >> $q/series-6.12.112
sq ledger
sed -i '$d' $q/series-6.12.112
sed -i '$d' $q/series-6.12.109
sq ledger
# Trees alone leave open where between them it landed.
sed -i 's/release: 6.12.110, sure: list/release: 6.12.112, sure: tree/' ledger.yaml
sq ledger | tail -n 1
