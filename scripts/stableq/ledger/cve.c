// SPDX-License-Identifier: GPL-2.0-only
#include "ledger/cve.h"

#include <ctype.h>
#include <limits.h>

#include <jansson.h>

#include "base/fs.h"
#include "queue/queue.h"

#define FILE_MAX (4UL * 1024 * 1024)

static const char *text_of(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

/*
 * "0", "4.0", "6.12.109", "7.3-rc1"; in an end also "6.12.*" and "*", which are above everything
 * that they cover.
 */
static bool parse_version(const char *s, struct release *r, bool *wild)
{
	unsigned int *parts[] = { &r->version, &r->patchlevel, &r->sublevel };

	*r = (struct release){ 0 };
	*wild = false;
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		if (!strcmp(s, "*")) {
			for (size_t k = i; k < ARRAY_SIZE(parts); k++)
				*parts[k] = UINT_MAX;
			*wild = true;
			return true;
		}
		if (!isdigit((unsigned char)*s))
			return false;
		for (size_t n = 0; isdigit((unsigned char)*s); s++, n++) {
			if (n == 6)
				return false;
			*parts[i] = *parts[i] * 10 + (unsigned int)(*s - '0');
		}
		if (*s != '.')
			break;
		s++;
	}
	if (!strncmp(s, "-rc", 3) && isdigit((unsigned char)s[3]) && s[3] != '0' && strlen(s) <= 5)
		r->rc = (unsigned int)strtoul(s + 3, (char **)&s, 10);
	return !*s;
}

static void add_once(struct strv *list, const char *s)
{
	if (s && !strv_has(list, s))
		strv_add(list, s);
}

static int bad(const struct cve_record *c, struct err *err, const char *what, const char *found)
{
	return err_set(err, ERR_INPUT, "%s: %s%s%s", c->path, what, found ? ": " : "",
		       found ? found : "");
}

static int add_range(struct cve_record *c, const json_t *v, struct err *err)
{
	const char *from = text_of(v, "version"), *status = text_of(v, "status");
	const char *lt = text_of(v, "lessThan"), *le = text_of(v, "lessThanOrEqual");
	struct cve_range *r = &ARRAY_PUSH(c->ranges, c->nranges);
	bool wild;

	if (!from || !status)
		return bad(c, err, "an entry of versions[] lacks \"version\" or \"status\"", NULL);
	r->text = xstrdup(from);
	r->affected = !strcmp(status, "affected");
	r->range = lt || le;
	r->until = lt != NULL;
	if (!parse_version(from, &r->from, &wild) || wild)
		return bad(c, err, "expected a kernel version such as 6.12.109", from);
	if (r->range && !parse_version(lt ? lt : le, &r->to, &wild))
		return bad(c, err, "expected a kernel version or 6.12.*", lt ? lt : le);
	r->one_branch = r->range && wild && r->to.version != UINT_MAX;
	return 0;
}

static int add_commits(struct cve_record *c, const json_t *v, struct err *err)
{
	const char *from = text_of(v, "version"), *to = text_of(v, "lessThan");
	const char *status = text_of(v, "status");

	if (!from || !status)
		return bad(c, err, "an entry of versions[] lacks \"version\" or \"status\"", NULL);
	if (strcmp(status, "affected") != 0)
		return 0;
	add_once(&c->culprits, from);
	/* Of a bug that isn't fixed everywhere yet, an end can be open. */
	if (to && is_commit_id(span_of(to)))
		add_once(&c->commits, to);
	return 0;
}

static bool is_semver(const char *type)
{
	/* The mainline release stands there as the one with the commit that fixed it. */
	return !type || !strcmp(type, "semver") || !strcmp(type, "original_commit_for_fix") ||
	       !strcmp(type, "custom");
}

static int add_product(struct cve_record *c, const json_t *product, struct err *err)
{
	const json_t *versions = json_object_get(product, "versions"), *v;
	const char *status = text_of(product, "defaultStatus");
	bool releases = false;
	size_t i;

	json_array_foreach(json_object_get(product, "programFiles"), i, v)
		add_once(&c->files, json_string_value(v));
	json_array_foreach(versions, i, v) {
		const char *type = text_of(v, "versionType");
		int ret = 0;

		if (type && !strcmp(type, "git"))
			ret = add_commits(c, v, err);
		else if (!is_semver(type))
			ret = bad(c, err, "expected versionType git or semver", type);
		else
			ret = add_range(c, v, err);
		if (ret)
			return ret;
		releases |= !type || strcmp(type, "git") != 0;
	}
	if (releases) {
		c->has_releases = true;
		c->affected_else = status && !strcmp(status, "affected");
	}
	return 0;
}

static bool take_score(struct cve_record *c, const json_t *container)
{
	static const char *const kinds[] = { "cvssV3_1", "cvssV4_0", "cvssV3_0" };
	const json_t *m;
	size_t i;

	json_array_foreach(json_object_get(container, "metrics"), i, m)
		for (size_t k = 0; k < ARRAY_SIZE(kinds); k++) {
			const json_t *score = json_object_get(json_object_get(m, kinds[k]),
							      "baseScore");

			if (!json_is_number(score))
				continue;
			snprintf(c->score, sizeof(c->score), "%.1f", json_number_value(score));
			return true;
		}
	return false;
}

static int read_affected(struct cve_record *c, const json_t *cna, struct err *err)
{
	const json_t *affected = json_object_get(cna, "affected"), *product;
	const char *other = NULL;
	bool linux_too = false;
	size_t i;

	if (!json_array_size(affected))
		return bad(c, err, "no containers.cna.affected: nothing says what is affected",
			   NULL);
	json_array_foreach(affected, i, product) {
		const char *name = text_of(product, "product");
		int ret;

		if (!name || strcmp(name, "Linux") != 0) {
			other = name ? name : "none named";
			continue;
		}
		linux_too = true;
		ret = add_product(c, product, err);
		if (ret)
			return ret;
	}
	return linux_too ? 0 : bad(c, err, "not about product Linux", other);
}

static int read_record(struct cve_record *c, const json_t *root, struct err *err)
{
	const json_t *meta = json_object_get(root, "cveMetadata");
	const json_t *containers = json_object_get(root, "containers");
	const json_t *cna = json_object_get(containers, "cna"), *adp;
	const char *id = text_of(meta, "cveId"), *state = text_of(meta, "state");
	size_t i;
	int ret;

	if (!meta)
		return bad(c, err, "no cveMetadata: not a CVE record of format 5", NULL);
	if (!id)
		return bad(c, err, "cveMetadata lacks cveId", NULL);
	c->id = xstrdup(id);
	if (state && !strcmp(state, "REJECTED"))
		return bad(c, err, "this record was rejected", id);
	if (!cna)
		return bad(c, err, "no containers.cna: nothing that the numbering authority says",
			   NULL);
	ret = read_affected(c, cna, err);
	if (ret || take_score(c, cna))
		return ret;
	json_array_foreach(json_object_get(containers, "adp"), i, adp)
		if (take_score(c, adp))
			break;
	return 0;
}

int cve_parse(struct cve_record *c, const char *name, struct span text, struct err *err)
{
	json_error_t why;
	json_t *root;
	int ret;

	*c = (struct cve_record){ .path = xstrdup(name) };
	root = json_loadb(text.p, text.len, JSON_REJECT_DUPLICATES, &why);
	if (!root)
		return err_set(err, ERR_INPUT, "%s:%d: not JSON: %s", name, MAX(why.line, 1),
			       why.text);
	ret = read_record(c, root, err);
	json_decref(root);
	return ret;
}

int cve_load(struct cve_record *c, const char *path, struct err *err)
{
	_cleanup_str_ struct str text = STR_INIT;
	int ret = fs_read(path, FILE_MAX, &text, err);

	*c = (struct cve_record){ NULL };
	return ret ? ret : cve_parse(c, path, str_span(&text), err);
}

void cve_free(struct cve_record *c)
{
	for (size_t i = 0; i < c->nranges; i++)
		free(c->ranges[i].text);
	free(c->ranges);
	strv_free(&c->commits);
	strv_free(&c->culprits);
	strv_free(&c->files);
	free(c->path);
	free(c->id);
	*c = (struct cve_record){ NULL };
}

static bool covers(const struct cve_range *v, const struct release *r)
{
	int end;

	if (!v->range)
		return !release_cmp(&v->from, r);
	end = release_cmp(r, &v->to);
	return release_cmp(&v->from, r) <= 0 && (end < 0 || (!end && !v->until));
}

bool cve_affects(const struct cve_record *c, const struct release *r)
{
	for (size_t i = 0; i < c->nranges; i++)
		if (covers(&c->ranges[i], r))
			return c->ranges[i].affected;
	return c->affected_else;
}
