// SPDX-License-Identifier: GPL-2.0-only
#include "base/arch.h"

#include <sys/utsname.h>

#include "base/str.h"

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
		if (!arch_is_um(&arches[i]) && !strcmp(program, arches[i].qemu.program))
			return arches[i].qemu.package;
	}
	return NULL;
}
