# A log that is no terminal isn't silent for long: not while the compiler works, nor while a guest
# boots and says nothing. The times are how long it took this machine.
export STABLEQ_TICK=1
said() {
	grep -q "$1" err.txt && echo said || echo "not said: $1"
}
FAKE_BUILD_SLEEP=3 "$STABLEQ" run --offline --state base >/dev/null 2>err.txt
said "^6.12.107 um base: building, [01] units, 0:0[0-9]"
FAKE_KERNEL=hang timeout -s INT 4 "$STABLEQ" run --offline --state base --again >/dev/null 2>err.txt
said "^6.12.107 um base: booting, which may take 5 s ([1-9] s so far)"
# With nothing to be heard, or no limit to the silence, it is as silent as before.
FAKE_KERNEL=hang timeout -s INT 3 "$STABLEQ" run --offline --quiet --state base --again \
	>/dev/null 2>err.txt
said booting
STABLEQ_TICK=0 FAKE_KERNEL=hang timeout -s INT 3 "$STABLEQ" run --offline --state base --again \
	>/dev/null 2>err.txt
said booting
