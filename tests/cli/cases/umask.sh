# What is written is no more open than the umask says, wherever it is.
umask 077
tar -C "$STABLEQ_SOURCES" -cJf "$T/k.tar.xz" linux-6.12.107
rm -rf "$STABLEQ_SOURCES/linux-6.12.107"
mv "$T/k.tar.xz" "$STABLEQ_SOURCES/linux-6.12.107.tar.xz"
sq run --offline --quiet
find "$STABLEQ_CACHE" ! -type l -perm /077
