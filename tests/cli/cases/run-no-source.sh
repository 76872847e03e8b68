# A release that can't be had is skipped loudly; the exit status shows it only with --strict.
rm -rf "$T/sources/linux-6.12.107"
sq run --offline 2>&1
"$STABLEQ" run --offline --strict --quiet >/dev/null 2>err.txt
echo "exit $?"
tail -n 1 err.txt
