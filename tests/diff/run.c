// SPDX-License-Identifier: GPL-2.0-only
#include "run.h"

#include <dirent.h>
#include <fcntl.h>
#include <getopt.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fs.h"

static void must(int ret, struct err *err)
{
	if (!ret)
		return;
	fprintf(stderr, "%s\n", err->msg);
	exit(EXIT_MISSING);
}

int run_in(const char *dir, const char *const *argv, struct str *out)
{
	_cleanup_free_ char *log = xasprintf("%s.out", dir);
	struct err err = ERR_INIT;
	posix_spawn_file_actions_t fa;
	int status, ret;
	pid_t pid;

	posix_spawn_file_actions_init(&fa);
	posix_spawn_file_actions_addopen(&fa, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&fa, 1, log, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	posix_spawn_file_actions_adddup2(&fa, 1, 2);
	posix_spawn_file_actions_addchdir_np(&fa, dir);
	ret = posix_spawnp(&pid, argv[0], &fa, NULL, (char *const *)argv, environ);
	posix_spawn_file_actions_destroy(&fa);
	if (ret) {
		fprintf(stderr, "%s: %s\n", argv[0], strerror(ret));
		exit(EXIT_MISSING);
	}
	waitpid(pid, &status, 0);
	must(fs_read(log, 0, out, &err), &err);
	unlink(log);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

char *run_scratch(void)
{
	const char *own = getenv("TMPDIR");
	char *dir = xasprintf("%s/stableq-diff-XXXXXX",
			      own && *own ? own : !access("/dev/shm", W_OK) ? "/dev/shm" : "/tmp");

	if (!mkdtemp(dir)) {
		perror(dir);
		exit(EXIT_MISSING);
	}
	return dir;
}

bool run_begin(struct run *r, int argc, char **argv, unsigned long long cases)
{
	static const struct option options[] = {
		{ "cases", required_argument, NULL, 'n' },
		{ "seed", required_argument, NULL, 's' },
		{ "only", required_argument, NULL, 'o' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	*r = (struct run){ .cases = cases, .seed = 1 };
	while ((c = getopt_long(argc, argv, "n:s:o:", options, NULL)) >= 0) {
		if (c == 'n')
			r->cases = strtoull(optarg, NULL, 10);
		else if (c == 's')
			r->seed = strtoull(optarg, NULL, 10);
		else if (c == 'o')
			r->from = strtoull(optarg, NULL, 10);
		else
			return false;
	}
	if (r->from)
		r->cases = r->from + 1;
	setenv("LC_ALL", "C", 1);
	umask(022);
	r->scratch = run_scratch();
	return true;
}

void run_cases(struct run *r, run_case_fn fn, void *ctx)
{
	for (unsigned long long k = r->from; k < r->cases; k++) {
		_cleanup_free_ char *dir = xasprintf("%s/case-%llu", r->scratch, k);
		_cleanup_free_ char *why = NULL;

		fs_mkdirs(dir, NULL);
		why = fn(ctx, dir, r->seed, k);
		if (why) {
			r->different++;
			printf("case %llu: %s\n  kept in %s\n", k, why, dir);
		} else {
			fs_remove_tree(dir, NULL);
		}
	}
}

int run_end(struct run *r)
{
	unsigned long long n = r->cases - r->from;

	if (!r->different)
		fs_remove_tree(r->scratch, NULL);
	free(r->scratch);
	printf("%llu cases, %llu same, %llu different\n", n, n - r->different, r->different);
	return r->different ? EXIT_FINDINGS : EXIT_OK;
}

void gen_tree_write(const struct gen_tree *t, const char *dir)
{
	struct err err = ERR_INIT;

	must(fs_mkdirs(dir, &err), &err);
	for (size_t i = 0; i < t->n; i++) {
		_cleanup_free_ char *path = fs_join(dir, t->f[i].path);

		must(fs_mkparents(path, &err), &err);
		must(fs_write(path, t->f[i].text.s ? t->f[i].text.s : "", t->f[i].text.len,
			      t->f[i].mode, &err), &err);
	}
}

static void read_below(struct gen_tree *t, const char *dir, const char *prefix,
		       const char *except)
{
	_cleanup_free_ char *here = *prefix ? fs_join(dir, prefix) : xstrdup(dir);
	DIR *d = opendir(here);
	struct err err = ERR_INIT;
	struct dirent *e;

	while (d && (e = readdir(d))) {
		_cleanup_free_ char *name = *prefix ? fs_join(prefix, e->d_name) :
						      xstrdup(e->d_name);
		_cleanup_free_ char *path = fs_join(dir, name);
		_cleanup_str_ struct str s = STR_INIT;
		struct stat st;

		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, "..") ||
		    (except && !strcmp(name, except)))
			continue;
		if (lstat(path, &st) < 0)
			continue;
		if (S_ISDIR(st.st_mode)) {
			read_below(t, dir, name, except);
			continue;
		}
		must(fs_read(path, 0, &s, &err), &err);
		gen_set(t, name, str_span(&s), st.st_mode & 0777);
	}
	if (d)
		closedir(d);
}

void gen_tree_read(struct gen_tree *t, const char *dir, const char *except)
{
	*t = (struct gen_tree){ 0 };
	read_below(t, dir, "", except);
}

char *gen_tree_differs(struct gen_tree *a, struct gen_tree *b)
{
	for (size_t i = 0; i < b->n; i++)
		if (!gen_find(a, b->f[i].path))
			return xasprintf("%s: only the real program has it", b->f[i].path);
	for (size_t i = 0; i < a->n; i++) {
		struct gen_file *f = gen_find(b, a->f[i].path);

		if (!f)
			return xasprintf("%s: only ours has it", a->f[i].path);
		if (!span_eq(str_span(&f->text), str_span(&a->f[i].text)))
			return xasprintf("%s: other bytes", f->path);
		if (f->mode != a->f[i].mode)
			return xasprintf("%s: mode %o, the real program makes it %o", f->path,
					 a->f[i].mode, f->mode);
	}
	return NULL;
}
