// SPDX-License-Identifier: GPL-2.0-only
#include "source/apt.h"

#include "base/child.h"
#include "base/fs.h"
#include "source/aptlist.h"

#define SOURCES_MAX ((size_t)1 << 20)
#define SHOWSRC_MAX ((size_t)64 << 20)	/* Binary: fields of kernels are long */
#define UPDATE_LIMIT_MS 300000

/* Ask apt itself, under the machine's own configuration. */
static int ask_apt(const char *const *argv, struct str *out, struct err *err)
{
	const char *env[] = { "LC_ALL=C", NULL };
	struct child c = { .argv = argv, .env = env, .timeout_ms = 10000,
			   .capture_max = (size_t)4 << 20 };
	int ret = child_check(&c, err);

	if (!ret)
		str_add(out, c.out.s ? c.out.s : "", c.out.len);
	child_free(&c);
	return ret;
}

/* Value of "name='value'" in the output of apt-config shell. */
static char *shell_value(const struct str *text, const char *name)
{
	struct span rest = str_span(text), line;

	while (span_line(&rest, &line)) {
		size_t n = strlen(name);

		if (span_starts(line, name) && line.len > n + 2 && line.p[n] == '=' &&
		    line.p[n + 1] == '\'' && line.p[line.len - 1] == '\'')
			return xstrndup(line.p + n + 2, line.len - n - 3);
	}
	return xstrdup("");
}

/* As apt does: .list and .sources whose names have only letters, digits, - _ and dots. */
static void parse_parts(struct strv *archives, const char *dir)
{
	_cleanup_strv_ struct strv names = STRV_INIT;

	fs_list(dir, &names, NULL);
	for (size_t i = 0; i < names.n; i++) {
		_cleanup_free_ char *path = fs_join(dir, names.v[i]);
		_cleanup_str_ struct str text = STR_INIT;
		bool list = span_ends(span_of(path), ".list");

		if (strpbrk(names.v[i], "~%#") ||
		    (!list && !span_ends(span_of(path), ".sources")) ||
		    fs_read(path, SOURCES_MAX, &text, NULL))
			continue;
		if (list)
			apt_parse_list(archives, str_span(&text));
		else
			apt_parse_deb822(archives, str_span(&text));
	}
}

static int machine_sources(struct strv *archives, struct err *err)
{
	static const char *const paths[] = { "apt-config", "shell", "L", "Dir::Etc::sourcelist/f",
					     "P", "Dir::Etc::sourceparts/d", NULL };
	static const char *const targets[] = { "apt-get", "indextargets", "--format",
					       "$(REPO_URI) $(RELEASE) $(ORIGIN)", NULL };
	_cleanup_str_ struct str text = STR_INIT, origins = STR_INIT, list = STR_INIT;
	_cleanup_free_ char *file = NULL, *parts = NULL;
	int ret = ask_apt(paths, &text, err);

	if (ret)
		return ret;
	file = shell_value(&text, "L");
	parts = shell_value(&text, "P");
	if (*file && !fs_read(file, SOURCES_MAX, &list, NULL))
		apt_parse_list(archives, str_span(&list));
	if (*parts)
		parse_parts(archives, parts);
	/* Without lists there are no origins, which apt_pick() can do without. */
	if (ask_apt(targets, &origins, NULL) == ERR_INTERRUPTED)
		return source_interrupted(err);
	apt_pick(archives, str_span(&origins));
	return archives->n ? 0 : err_set(err, ERR_MISSING, "no Debian archive among this machine's "
					 "apt sources (%s, %s)", file, parts);
}

/*
 * The machine's way to its archives (proxies, certificates, passwords, keys) is kept; its scripts
 * and further indexes are not.
 */
static void machine_config(const struct str *dump, struct str *to)
{
	static const char *const keep[] = {
		"Acquire::", "Dir ", "Dir::Etc ", "Dir::Etc::netrc", "Dir::Etc::trusted",
		"Dir::Bin", "APT::Architecture",
	};
	static const char *const drop[] = {
		"Acquire::IndexTargets", "Acquire::Languages", "Acquire::Retries",
		"Acquire::Allow", "Acquire::http::Timeout ", "Acquire::https::Timeout ",
	};
	struct span rest = str_span(dump), line;

	while (span_line(&rest, &line)) {
		bool take = false;

		for (size_t i = 0; i < ARRAY_SIZE(keep); i++)
			take = take || span_starts(line, keep[i]);
		for (size_t i = 0; i < ARRAY_SIZE(drop); i++)
			take = take && !span_starts(line, drop[i]);
		if (take) {
			str_add(to, line.p, line.len);
			str_addc(to, '\n');
		}
	}
}

static void own_config(const struct source_set *set, const char *dir, struct str *to)
{
	unsigned int patience = source_patience(set);

	str_addf(to, "Dir::State \"%s/state\";\nDir::State::lists \"%s/lists\";\n"
		 "Dir::State::status \"/dev/null\";\nDir::Cache \"%s/cache\";\n"
		 "Dir::Cache::archives \"archives/\";\n"
		 "Dir::Log \"%s/log\";\nDir::Etc::sourcelist \"/dev/null\";\n"
		 "Dir::Etc::sourceparts \"%s/sources.list.d\";\nDir::Etc::main \"/dev/null\";\n"
		 "Dir::Etc::parts \"%s/conf.d\";\nDir::Etc::preferences \"/dev/null\";\n"
		 "Dir::Etc::preferencesparts \"%s/conf.d\";\n", dir, dir, dir, dir, dir, dir, dir);
	str_adds(to, "APT::Get::AllowUnauthenticated \"false\";\n"
		 "Acquire::AllowInsecureRepositories \"false\";\n"
		 "Acquire::AllowWeakRepositories \"false\";\n"
		 "Acquire::AllowDowngradeToInsecureRepositories \"false\";\n"
		 "Acquire::Languages \"none\";\nAcquire::Retries \"0\";\n"
		 "APT::Update::Error-Mode \"any\";\n");
	str_addf(to, "Acquire::http::Timeout \"%u\";\nAcquire::https::Timeout \"%u\";\n",
		 patience, patience);
	/* The usual _apt user may not write below somebody's home. */
	if (geteuid() == 0)
		str_adds(to, "APT::Sandbox::User \"root\";\n");
}

static int make_dirs(const char *dir, struct err *err)
{
	static const char *const below[] = { "state", "lists/partial", "cache/archives/partial",
					     "log", "sources.list.d", "conf.d", "download" };

	for (size_t i = 0; i < ARRAY_SIZE(below); i++) {
		_cleanup_free_ char *path = fs_join(dir, below[i]);
		int ret = fs_mkdirs(path, err);

		if (ret)
			return ret;
	}
	return 0;
}

int apt_setup(struct source_set *set, const char *dir, enum apt_kind kind, bool *changed,
	      struct err *err)
{
	static const char *const dump[] = { "apt-config", "dump", NULL };
	_cleanup_free_ char *conf = fs_join(dir, "apt.conf");
	_cleanup_free_ char *list = fs_join(dir, "sources.list.d/stableq.sources");
	_cleanup_strv_ struct strv archives = STRV_INIT;
	_cleanup_str_ struct str text = STR_INIT, config = STR_INIT, want = STR_INIT;
	_cleanup_str_ struct str have = STR_INIT;
	int ret;

	if (!child_have("apt-get") || !child_have("apt-cache") || !child_have("apt-config"))
		return err_set(err, ERR_MISSING, "this machine has no apt");
	ret = machine_sources(&archives, err);
	if (!ret)
		ret = ask_apt(dump, &text, err);
	if (!ret)
		ret = make_dirs(dir, err);
	if (ret)
		return ret;
	machine_config(&text, &config);
	own_config(set, dir, &config);
	apt_format(&archives, kind == APT_SOURCES ? "deb-src" : "deb", &want);
	*changed = fs_read(list, SOURCES_MAX, &have, NULL) ||
		   !span_eq(str_span(&have), str_span(&want));
	ret = fs_write(conf, config.s, config.len, 0600, err);
	if (!ret && *changed)
		ret = fs_write(list, want.s, want.len, 0600, err);
	return ret;
}

struct watch {
	struct source_progress *progress;
	unsigned int silence;
	struct timespec last;		/* when something new was heard */
	struct str line, before;	/* of the status stream */
	bool silent;
};

/* "dlstatus:1:26.1939:Retrieving file 2 of 2 (3min 2s remaining)" */
static void take_status(struct watch *w)
{
	const char *percent = strncmp(w->line.s, "dlstatus:", 9) == 0 ? strchr(w->line.s + 9, ':')
								      : NULL;
	char *remaining;

	if (w->progress && percent) {
		double part = MIN(MAX(strtod(percent + 1, NULL), 0), 100) / 100;

		source_progress(w->progress, (uint64_t)(part * (double)w->progress->total));
	}
	/* The estimate ticks even when nothing arrives. */
	remaining = strchr(w->line.s, '(');
	if (remaining)
		str_trunc(&w->line, (size_t)(remaining - w->line.s));
	if (!span_eq(str_span(&w->line), str_span(&w->before)))
		clock_gettime(CLOCK_MONOTONIC, &w->last);
	str_trunc(&w->before, 0);
	str_add(&w->before, w->line.s, w->line.len);
}

/* apt writes a status line twice a second, news or not: that is when the clock is looked at. */
static int on_data(void *ctx, int fd, const char *p, size_t n)
{
	struct watch *w = ctx;
	struct timespec now;

	if (fd == 1)
		clock_gettime(CLOCK_MONOTONIC, &w->last);
	for (size_t i = 0; fd == 2 && i < n; i++) {
		if (p[i] != '\n') {
			str_addc(&w->line, p[i]);
			continue;
		}
		if (w->line.len)
			take_status(w);
		str_trunc(&w->line, 0);
	}
	clock_gettime(CLOCK_MONOTONIC, &now);
	w->silent = w->silence && now.tv_sec - w->last.tv_sec > (time_t)w->silence;
	return w->silent;
}

static char *first_complaint(const struct str *text)
{
	struct span rest = str_span(text), line;
	_cleanup_free_ char *warning = NULL;

	while (span_line(&rest, &line)) {
		if (span_starts(line, "E: "))
			return span_dup((struct span){ line.p + 3, line.len - 3 });
		if (span_starts(line, "W: ") && !warning)
			warning = span_dup((struct span){ line.p + 3, line.len - 3 });
	}
	return xstrdup(warning ? warning : "no reason was given");
}

int apt_run(const char *dir, const char *const *argv, const char *cwd,
	    struct source_progress *progress, unsigned int silence, struct str *out,
	    struct err *err)
{
	_cleanup_free_ char *conf = xasprintf("APT_CONFIG=%s/apt.conf", dir);
	const char *env[] = { conf, "LC_ALL=C", NULL };
	struct watch w = { .progress = progress, .silence = silence };
	struct child c = {
		.argv = argv, .env = env, .cwd = cwd, .capture_max = SHOWSRC_MAX,
		/* Where silence counts, this is only for an apt that has lost its own clock. */
		.timeout_ms = silence ? 0 : UPDATE_LIMIT_MS, .on_data = on_data, .ctx = &w,
	};
	int ret;

	clock_gettime(CLOCK_MONOTONIC, &w.last);
	ret = child_run(&c, err);
	if (!ret && c.end == CHILD_STOPPED && w.silent)
		ret = err_set(err, ERR_TIMEOUT, "the archive sent nothing for %u seconds", silence);
	else if (!ret && (c.end != CHILD_EXITED || c.status)) {
		_cleanup_free_ char *why = first_complaint(&c.errout);

		ret = err_set(err, ERR_SYSTEM, "%s: %s", argv[0], why);
	} else if (!ret && out) {
		str_add(out, c.out.s ? c.out.s : "", c.out.len);
	}
	str_free(&w.line);
	str_free(&w.before);
	child_free(&c);
	return ret;
}
