# What the cases have in common; see tests/cli/run.

# Run stableq, offline but for what the case itself sets up, and show its exit status.
sq() {
	echo "\$ stableq $*"
	"$STABLEQ" "$@"
	echo "exit $?"
}

skip() {
	echo "$1"
	exit 77
}

# Processes whose command line has a path of this case's in it.
count_running() {
	n=0
	for p in /proc/[0-9]*/cmdline; do
		case $(tr '\0' ' ' 2>/dev/null < "$p") in
		*"$T/"*) n=$((n + 1)) ;;
		esac
	done
	echo $n
}

# Nothing that belongs to this case may be running any more; ending a group takes 2 s at most.
no_leftovers() {
	for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
		[ "$(count_running)" = 0 ] && break
		sleep 0.25
	done
	echo "still running: $(count_running)"
}

# A cell for QEMU, and a QEMU in PATH that runs fake-linux; FAKE_KVM says what it does under KVM.
with_qemu() {
	cp configs/arch/um.config configs/arch/x86_64.config
	sed -i -e '/^checks:/i\  x86_64:\n    arch: x86_64\n    toolchain: gcc' \
		-e '/^checks:/i\    configs: [base, arch/x86_64]\n    memory: 64\n    timeout: 4' \
		build-matrix.yaml
	mkdir -p "$T/bin"
	: > "$T/kvm"
	export STABLEQ_KVM="$T/kvm"
	cat > "$T/bin/qemu-system-x86_64" <<-'END'
		#!/bin/sh
		[ "$1" = --version ] && { echo 'QEMU emulator version 7.2.0'; exit; }
		while [ $# != 0 ]; do
			case $1 in
			-accel) accel=$2 ;;
			-kernel) kernel=$2 ;;
			-append) append=$2 ;;
			esac
			shift
		done
		echo "booted under $accel" >> "$T/boots"
		case $accel-$FAKE_KVM in
		kvm-hangs) exec sleep 600 ;;
		kvm-hangs-late) echo '[    0.000000] Linux version 6.12.107'; exec sleep 600 ;;
		kvm-refuses)
			echo 'qemu-system-x86_64: failed to initialize kvm: Permission denied'
			exit 1 ;;
		esac
		exec "$kernel" $append
	END
	chmod +x "$T/bin/qemu-system-x86_64"
	PATH=$T/bin:$PATH
}
