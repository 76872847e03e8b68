# The picture of the rooms, from the includes: what uses what, with the number of includes.
#
# Fed with the files' names and their includes, see picture in the Makefile.
function esc(s) { gsub(/&/, "\\&amp;", s); gsub(/</, "\\&lt;", s); return s }

function text(x, y, class, s) { printf "<text x=\"%d\" y=\"%d\" class=\"%s\">%s</text>\n", x, y, class, esc(s) }

BEGIN {
	FS = "[:\"]"
	while ((getline line < "scripts/stableq/rooms") > 0) {
		if (line ~ /^(#|$)/)
			continue
		split(line, part, "|")
		name[++n] = part[1]
		what[n] = part[2]
		place[part[1]] = n
	}
}

{
	split($1, path, "/")
	split($3, to, "/")
	files[path[3]] += NF == 1
	if (NF > 1 && path[3] != to[1])
		uses[place[path[3]], place[to[1]]]++
}

END {
	row = 34; left = 640; top = 120; cell = 34
	width = left + n * cell + 20
	height = top + n * row + 40
	printf "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\">\n", width, height
	print "<style>"
	print ".name{font-size:15px;font-weight:bold;fill:#1b3a57}.what{font-size:12px;fill:#333}"
	print ".num{font-size:11px;fill:#fff;text-anchor:middle}.files{font-size:11px;fill:#777;text-anchor:end}"
	print ".head{font-size:12px;fill:#1b3a57}.note{font-size:12px;fill:#777}"
	print "</style>"
	printf "<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>\n", width, height
	text(16, 28, "name", "The rooms of scripts/stableq")
	text(16, 50, "note", "A row uses the rooms that have a mark in it; the number is that of its includes.")
	text(16, 68, "note", "Nothing stands left of the diagonal: no room uses one above it.")
	for (i = 1; i <= n; i++) {
		y = top + (i - 1) * row
		if (i % 2)
			printf "<rect x=\"8\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"#f3f6f9\"/>\n", y, width - 16, row
		text(16, y + 22, "name", name[i])
		text(100, y + 22, "what", what[i])
		text(left - 12, y + 22, "files", files[name[i]] " files")
		x = left + (i - 1) * cell
		printf "<g transform=\"translate(%d %d) rotate(-50)\">", x + 18, top - 8
		printf "<text class=\"head\">%s</text></g>\n", name[i]
		printf "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"#d5dde5\"/>\n", x + 4, y + 4, cell - 8, row - 8
		for (j = 1; j <= n; j++) {
			if (!((i, j) in uses))
				continue
			arrows++
			x = left + (j - 1) * cell
			color = j < i ? "#c0392b" : "#2f6690"
			printf "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"4\" fill=\"%s\"/>\n", x + 4, y + 6, cell - 8, row - 12, color
			text(x + cell / 2, y + 21, "num", uses[i, j])
		}
	}
	text(16, height - 14, "note", n " rooms, " arrows " arrows between them")
	print "</svg>"
}
