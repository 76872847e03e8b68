# Every --help fits a screen of 24 lines and 80 columns... of text that is not a path.
sq --help
for v in run queue source; do
	sq $v --help > help.txt
	lines=$(wc -l < help.txt)
	wide=$(awk 'length > 100' help.txt | wc -l)
	[ "$lines" -le 25 ] && [ "$wide" = 0 ] ||
		{ echo "$v --help: $lines lines, $wide too wide"; cat help.txt; }
	tail -n 1 help.txt
done
sq --version
# The verdicts' names are the code's.
"$STABLEQ" status --help | sed -n '/^Verdicts/,/^$/p'
"$STABLEQ" prove --help | sed -n '/^Verdicts/,/^$/p'
