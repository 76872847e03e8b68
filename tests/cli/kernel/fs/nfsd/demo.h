/* SPDX-License-Identifier: GPL-2.0 */
extern const char demo_state[];
