// SPDX-License-Identifier: GPL-2.0
#include "demo.h"

const char demo_state[] = "demo: bad";

int demo_open(int a)
{
	return a;
}

int demo_release(int a)
{
	return a - 1;
}
