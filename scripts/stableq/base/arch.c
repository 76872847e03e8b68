// SPDX-License-Identifier: GPL-2.0-only
#include "base/arch.h"

#include <sys/utsname.h>

#include "base/str.h"

#define COMPILED(name_, machine_, bits_, big, make_, srcarch_, triple_)				\
	{											\
		.name = (name_), .machine = (machine_), .bits = (bits_), .big_endian = (big),	\
		.make = (make_), .srcarch = (srcarch_), .triple = (triple_),			\
		.compiler = "gcc-" triple_, .binutils = "binutils-" triple_,			\
		.target = "vmlinux", .image = "vmlinux",					\
	}

static const struct arch arches[] = {
	{
		.name = "um", .machine = "", .bits = 64,
		.make = "um", .srcarch = "um", .triple = "", .compiler = "", .binutils = "",
		.target = "linux", .image = "linux",
		.needs = { .build = 270, .boot = 3, .percent = 15 },
	},
	{
		.name = "x86_64", .machine = "x86_64", .bits = 64,
		.make = "x86_64", .srcarch = "x86", .triple = "x86_64-linux-gnu",
		.compiler = "gcc-x86-64-linux-gnu", .binutils = "binutils-x86-64-linux-gnu",
		.target = "bzImage", .image = "arch/x86/boot/bzImage",
		.qemu = {
			.program = "qemu-system-x86_64", .package = "qemu-system-x86",
			.type = "pc", .cpu = "max", .console = "ttyS0",
			/* A busy host makes the emulated timer look broken, which is a panic. */
			.params = "no_timer_check",
		},
		.needs = { .build = 480, .boot = 30, .percent = 30 },
	},
	/* Compiled only. */
	COMPILED("i386", "i686", 32, false, "i386", "x86", "i686-linux-gnu"),
	COMPILED("arm64", "aarch64", 64, false, "arm64", "arm64", "aarch64-linux-gnu"),
	COMPILED("arm", "armv7l", 32, false, "arm", "arm", "arm-linux-gnueabihf"),
	COMPILED("riscv64", "riscv64", 64, false, "riscv", "riscv", "riscv64-linux-gnu"),
	COMPILED("s390x", "s390x", 64, true, "s390", "s390", "s390x-linux-gnu"),
	COMPILED("ppc64le", "ppc64le", 64, false, "powerpc", "powerpc", "powerpc64le-linux-gnu"),
	COMPILED("ppc64", "ppc64", 64, true, "powerpc", "powerpc", "powerpc64-linux-gnu"),
	COMPILED("ppc", "ppc", 32, true, "powerpc", "powerpc", "powerpc-linux-gnu"),
	COMPILED("mips64el", "mips64", 64, false, "mips", "mips", "mips64el-linux-gnuabi64"),
	COMPILED("mips", "mips", 32, true, "mips", "mips", "mips-linux-gnu"),
	COMPILED("sparc64", "sparc64", 64, true, "sparc", "sparc", "sparc64-linux-gnu"),
	COMPILED("m68k", "m68k", 32, true, "m68k", "m68k", "m68k-linux-gnu"),
	COMPILED("parisc", "parisc", 32, true, "parisc", "parisc", "hppa-linux-gnu"),
	COMPILED("alpha", "alpha", 64, false, "alpha", "alpha", "alpha-linux-gnu"),
	COMPILED("sh4", "sh4", 32, false, "sh", "sh", "sh4-linux-gnu"),
};

const struct arch *arch_nth(size_t i)
{
	return i < ARRAY_SIZE(arches) ? &arches[i] : NULL;
}

const struct arch *arch_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(arches); i++)
		if (!strcmp(arches[i].name, name))
			return &arches[i];
	return NULL;
}

char *arch_names(void)
{
	struct str names = STR_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(arches); i++)
		str_addf(&names, "%s%s", i ? ", " : "", arches[i].name);
	return str_take(&names);
}

bool arch_is_host(const struct arch *a)
{
	struct utsname u;

	return uname(&u) == 0 && !strcmp(u.machine, a->machine);
}

char *arch_prefix(const struct arch *a)
{
	return *a->triple && !arch_is_host(a) ? xasprintf("%s-", a->triple) : xstrdup("");
}

/* The package of "x86_64-linux-gnu-TOOL", if that is what @program is. */
static const char *tool_package(const struct arch *a, const char *program)
{
	static const char *const binutils[] = {
		"ar", "as", "ld", "ld.bfd", "nm", "objcopy", "objdump", "readelf", "strip",
	};
	size_t n = strlen(a->triple);
	const char *tool = program + n + 1;

	if (!n || strncmp(program, a->triple, n) != 0 || program[n] != '-')
		return NULL;
	if (!strcmp(tool, "gcc"))
		return a->compiler;
	for (size_t i = 0; i < ARRAY_SIZE(binutils); i++)
		if (!strcmp(tool, binutils[i]))
			return a->binutils;
	return NULL;
}

const char *arch_package(const char *program)
{
	for (size_t i = 0; i < ARRAY_SIZE(arches); i++) {
		const char *package = tool_package(&arches[i], program);

		if (package)
			return package;
		if (arches[i].qemu.program && !strcmp(program, arches[i].qemu.program))
			return arches[i].qemu.package;
	}
	return NULL;
}
