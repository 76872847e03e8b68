// SPDX-License-Identifier: GPL-2.0
#include "autoconf.h"
#include "demo.h"

int main(void)
{
	int unused;

	return demo_value();
}
