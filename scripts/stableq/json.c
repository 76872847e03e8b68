// SPDX-License-Identifier: GPL-2.0-only
#include "json.h"

#include "str.h"

json_t *out_json_text(const char *s)
{
	json_t *j = json_string(s);
	struct str clean = STR_INIT;

	if (j)
		return j;
	for (; *s; s++) {
		if ((unsigned char)*s < 0x80)
			str_addc(&clean, *s);
		else
			str_addf(&clean, "\\x%02x", (unsigned char)*s);
	}
	j = json_string(str_span(&clean).p);
	str_free(&clean);
	return j;
}

void out_json(struct out *out, json_t *root)
{
	out_status_clear(out);
	json_dumpf(root, out->res, JSON_INDENT(2));
	fputc('\n', out->res);
	json_decref(root);
}
