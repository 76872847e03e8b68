// SPDX-License-Identifier: GPL-2.0-only
#include "source/providers.h"

/* Each is a file of its own that defines provider_<name>. The first that has a release wins. */
#define PROVIDERS(p)		\
	p(directory)		\
	p(git)			\
	p(package)		\
	p(debian)		\
	p(kernelorg)		\
	p(debian_package)

#define DECLARE(name) extern const struct source_provider provider_##name;
#define ENTRY(name) &provider_##name,

PROVIDERS(DECLARE)

const struct source_provider *const source_providers[] = { PROVIDERS(ENTRY) NULL };
