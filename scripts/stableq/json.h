/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * json.h - what every JSON result needs
 */
#ifndef STABLEQ_JSON_H
#define STABLEQ_JSON_H

#include <jansson.h>

#include "out.h"

/** out_json_text() - a string of any bytes: those that are no UTF-8, as JSON needs, become \xNN */
json_t *out_json_text(const char *s);

/** out_json() - print one object as the result; takes it over */
void out_json(struct out *out, json_t *root);

#endif
