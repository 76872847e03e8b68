# A result that can't be written is an error; a reader that has enough is none.
for args in "queue queue-6.12" "queue queue-6.12 --format json" --version --help; do
	"$STABLEQ" $args > /dev/full
	echo "exit $?"
done
"$STABLEQ" queue queue-6.12 >&-
echo "exit $?"
# Nothing to be written, nothing lost; what is opened later is not taken for one of the three.
"$STABLEQ" queue queue-6.12 <&- >out.txt
echo "exit $?"
head -n 1 out.txt
"$STABLEQ" queue queue-6.12 <&- >&- 2>&-
echo "exit $?"
"$STABLEQ" run --offline --quiet <&- >out.txt 2>&-
echo "exit $?"
tail -n 1 out.txt
"$STABLEQ" apply 6.12.107 --offline --to tree <&- >&- 2>err.txt
echo "exit $?"
cat err.txt

cat > reader.py <<'EOP'
import os, subprocess, sys
r, w = os.pipe()
os.close(r)
p = subprocess.run([os.environ["STABLEQ"]] + sys.argv[1:], stdout=w, stderr=subprocess.PIPE)
print("ended by", p.returncode, p.stderr.decode())
EOP
python3 reader.py queue queue-6.12
python3 reader.py status --offline 6.12.107 --format json
python3 reader.py queue no-queue
