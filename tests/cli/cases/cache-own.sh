# The cache is the user's own and nobody else's; locks and logs don't follow links.
sq run --offline --quiet | tail -n 1
stat -c '%a' "$STABLEQ_CACHE"
chmod 777 "$STABLEQ_CACHE"
sq source --offline 6.12.107 >/dev/null
stat -c '%a' "$STABLEQ_CACHE"
rm "$STABLEQ_CACHE/run.lock"
ln -s "$T/victim" "$STABLEQ_CACHE/run.lock"
sq run --offline --quiet
ls "$T/victim" 2>/dev/null
rm "$STABLEQ_CACHE/run.lock"

[ "$(id -u)" = 0 ] || skip "only root can give a directory away"
chown 12345 "$STABLEQ_CACHE"
sq run --offline --quiet
chown 0 "$STABLEQ_CACHE"
mkdir "$T/theirs"
chown 12345 "$T/theirs"
ln -s "$T/theirs" "$T/link"
sq source --offline --cache "$T/link" 6.12.107
ln -s "$STABLEQ_CACHE" "$T/own"
sq source --offline --cache "$T/own" 6.12.107
