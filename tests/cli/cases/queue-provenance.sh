# What a patch leaves untold of where it comes from, or tells where git am drops it, is a finding.
q=queue-6.12
p=$q/nfsd-make-demo-good.patch
sq queue $q

sed -e 's/^commit .*/commit 0123456789abcdef0123456789abcdef01234567 upstream./' \
	-e '/^Upstream:/d' \
	-e 's/^Fixes:.*/CVE: CVE-2026-12345 7.5\n&\nReported-by: R <r@example.org>/' \
	-e '/^Signed-off-by:/i Upstream-author: A Developer <developer@example.org>' \
	-e '/^Signed-off-by:/i Upstream-date: Mon, 1 Jun 2026 10:00:00 +0000' \
	-e 's/^Signed-off-by:.*/Upstream-message-id: 1@example.org/' \
	$p > good
cp good $p
sq queue $q
sq queue --format json $q | grep -v sha256

# The commit has all of it.
cp -r ../sources/linux-6.12.107 tree && cd tree && git init -q . && git config user.name t &&
	git config user.email t@example.org && git add -A && git commit -q -m base
git am -q ../$p && git log -1 --format='%an <%ae>%n%ad%n%B' | sed '/^$/d'
cd ..

# In the release's own series, too; and a date that never was.
sed 's/^Subject: .*/Subject:/; /^From:/d; s/^---$/---\nVariant-of: nfsd-make-demo-good.patch/' \
	good > $q/other.patch
echo other.patch > $q/series-6.12.110
sq queue $q
sed 's/Mon, 1 Jun 2026 10:00:00 +0000$/Tue, 1 Jun 2026 10:00:00 +0000/' good > $p
sq queue $q
