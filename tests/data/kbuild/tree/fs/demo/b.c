// SPDX-License-Identifier: GPL-2.0
#include "autoconf.h"
#include "demo.h"

int demo_value(void)
{
	return 42;
}
