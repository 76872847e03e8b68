# Tarballs that want a program run, come too deep, too large, compressed twice, or are no file at
# all.
s=$T/sources
rm -rf "$s/linux-6.12.107"
mkdir bin
for p in lrzip lzop grzip lz4 uncompress; do
	printf '#!/bin/sh\necho "$0 was run" >> "%s/ran"\nexit 1\n' "$T" > bin/$p
	chmod +x bin/$p
done
make() { # NAME: a tarball of it on standard output
	python3 - "$1" <<'EOP'
import io, sys, tarfile
what, out = sys.argv[1], sys.stdout.buffer
def add(t, name, data=b"", **kw):
    i = tarfile.TarInfo(name)
    i.size = len(data)
    for k, v in kw.items(): setattr(i, k, v)
    t.addfile(i, io.BytesIO(data))
buf = io.BytesIO()
t = tarfile.open(fileobj=buf, mode="w")
add(t, "linux-6.12.107/Makefile", b"VERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 107\n")
if what == "deep":
    add(t, "linux-6.12.107/" + "d/" * 2500 + "f", b"x")
if what == "huge":
    i = tarfile.TarInfo("linux-6.12.107/huge")
    i.size = 1 << 40
    buf.write(i.tobuf())
t.close()
out.write(buf.getvalue())
EOP
}
try() {
	PATH=$PWD/bin:$PATH sq source --offline --fetch 6.12.107
	ls "$T/cache/trees" 2>/dev/null
	rm -rf "$s"/* "$T/cache"
	[ ! -e "$T/ran" ] || cat "$T/ran"
}
printf 'LRZI\000\006%01000d' 0 > "$s/linux-6.12.107.tar.xz"
try 2>&1 | sed 's/(.*)/(WHY)/'
printf '\211LZO\000\r\n\032\n%01000d' 0 > "$s/linux-6.12.107.tar.xz"
try 2>&1 | sed 's/(.*)/(WHY)/'
make deep | xz > "$s/linux-6.12.107.tar.xz"
try
make huge | xz > "$s/linux-6.12.107.tar.xz"
try
make plain | xz | xz > "$s/linux-6.12.107.tar.xz"
try
mkfifo "$s/linux-6.12.107.tar.xz"
try
# The others are read here, without a program.
for c in xz gzip bzip2; do
	make plain | $c > "$s/linux-6.12.107.tar.xz"
	try
done
