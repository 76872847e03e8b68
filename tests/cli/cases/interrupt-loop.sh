# A loop over hostile input, in a library that asks nobody, ends within seconds of SIGTERM, as does
# ours.
try() {
	"$STABLEQ" "$@" >out.txt 2>err.txt &
	pid=$!
	sleep 2
	start=$(date +%s)
	kill -TERM $pid
	wait $pid
	echo "exit $?"
	[ $(($(date +%s) - start)) -le 4 ] || echo "took too long"
	cat err.txt
}
python3 -c 'print("a: " + "[" * 200000)' > deep.yaml
try status --offline --matrix deep.yaml
# Every line may be where a hunk of many lines begins, and none is.
python3 -c '
n = 30000
print("From: A <a@example.org>\nSubject: big\n\nx\n---\n\n--- /dev/null\n+++ b/fs/x")
print("@@ -0,0 +1,%d @@" % n)
print("+a\n" * n, end="")' > queue-6.12/a.patch
python3 -c '
n = 15000
print("From: A <a@example.org>\nSubject: slow\n\nx\n---\n\n--- a/fs/x\n+++ b/fs/x")
for i in range(40):
    print("@@ -%d,%d +%d,%d @@" % (i * n + 1, n + 1, i * n + 1, n + 1))
    print(" a\n" * n, end="")
    print("-b\n+c")' > queue-6.12/b.patch
printf 'a.patch\nb.patch\n' > queue-6.12/series
try status --offline 6.12.107
