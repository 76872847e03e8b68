// SPDX-License-Identifier: GPL-2.0-only
/*
 * stableq - which fixes does this stable kernel still need, do they apply, do they build, and do
 * they really fix the bug?
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "base/child.h"
#include "cli/cmd.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/nearest.h"

#define VERSION "0.1"
#define WIDTH 78		/* of --help */

/* Each is a file of its own that defines cmd_<name>. */
#define VERBS(v)										\
	v(run)											\
	v(prove)										\
	v(status)										\
	v(apply)										\
	v(series)										\
	v(queue)										\
	v(ledger)										\
	v(source)

#define DECLARE(name) extern const struct cmd cmd_##name;
#define ENTRY(name) &cmd_##name,

VERBS(DECLARE)

static const struct cmd *const cmds[] = { VERBS(ENTRY) };

struct opts_common {
	const char *format, *matrix, *cache;
	bool quiet, version;
};

#define AT(member) offsetof(struct opts_common, member)

static const struct opt common[] = {
	{ "format", OPT_STRING, AT(format), "text|json", "how results are printed (default text)" },
	{ "matrix", OPT_STRING, AT(matrix), "FILE", "instead of ./build-matrix.yaml" },
	{ "cache", OPT_STRING, AT(cache), "DIR", "instead of $XDG_CACHE_HOME/stableq" },
	{ "quiet", OPT_FLAG, AT(quiet), NULL, "no progress on standard error" },
	{ "version", OPT_FLAG, AT(version), NULL, "print the version" },
};

static const struct cmd *find_cmd(const char *name, struct err *err)
{
	const char *names[ARRAY_SIZE(cmds)], *like;

	for (size_t i = 0; i < ARRAY_SIZE(cmds); i++) {
		if (!strcmp(cmds[i]->name, name))
			return cmds[i];
		names[i] = cmds[i]->name;
	}
	like = nearest(name, names, ARRAY_SIZE(names));
	err_set(err, ERR_INPUT, "%s: no such verb; %s%s%s--help lists them", name,
		like ? "did you mean " : "", like ? like : "", like ? "? " : "");
	return NULL;
}

static void usage(FILE *to)
{
	fputs("usage: stableq VERB [OPTION…] [ARGUMENT…]\n\n", to);
	for (size_t i = 0; i < ARRAY_SIZE(cmds); i++)
		fprintf(to, "  %-10s %s\n", cmds[i]->name, cmds[i]->summary);
	fputs("\nstableq VERB --help says more of each. All verbs know:\n", to);
	opts_print(to, common, ARRAY_SIZE(common));
	fputs("\nexit status: 0 as it should be, 1 findings, 2 usage or configuration,\n"
	      "             3 something missing on this machine, 4 interrupted\n", to);
}

/* As the code names them, broken for 80 columns. */
static void usage_verdicts(FILE *to, const struct cmd *cmd)
{
	int width = fprintf(to, "Verdicts:");
	const char *name;

	for (size_t i = 0; (name = cmd->verdict(i)); i++) {
		int more = (int)strlen(name) + 2;

		if (width + more > WIDTH)
			width = fprintf(to, "\n ") - 1;
		width += fprintf(to, " %s%s", name, cmd->verdict(i + 1) ? "," : ".\n");
	}
}

static void usage_cmd(FILE *to, const struct cmd *cmd)
{
	fprintf(to, "usage: stableq %s [OPTION…] %s\n\n%s\n", cmd->name, cmd->args, cmd->about);
	if (cmd->verdict)
		usage_verdicts(to, cmd);
	fputc('\n', to);
	for (size_t i = 0; i < OPT_GROUPS; i++)
		opts_print(to, cmd->groups[i].opts, cmd->groups[i].n);
	opts_print(to, common, ARRAY_SIZE(common));
}

/* What @env names, else where the Makefile builds it, else where it installs it. */
static char *find_part(const char *env, const char *built, const char *installed)
{
	const char *const places[] = { built, installed };
	const char *named = getenv(env);
	char exe[4096], *slash;
	ssize_t n;

	if (named && *named)
		return xstrdup(named);
	n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	exe[MAX(n, 0)] = '\0';
	slash = strrchr(exe, '/');
	if (slash)
		*slash = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		char *path = fs_join(exe, places[i]);

		if (fs_exists(path))
			return path;
		free(path);
	}
	return NULL;
}

static int setup(struct ctx *ctx, const struct cmd *cmd, const struct opts_common *o,
		 struct err *err)
{
	out_init(&ctx->out);
	ctx->out.quiet = o->quiet;
	if (o->format && !strcmp(o->format, "json"))
		ctx->out.format = OUT_JSON;
	else if (o->format && cmd->markdown && !strcmp(o->format, "markdown"))
		ctx->out.format = OUT_MARKDOWN;
	else if (o->format && strcmp(o->format, "text") != 0)
		return err_set(err, ERR_INPUT, "--format %s: expected text%s", o->format,
			       cmd->markdown ? ", json or markdown" : " or json");
	ctx->matrix = o->matrix ? o->matrix : "build-matrix.yaml";
	if (o->cache && o->cache[0] != '/')
		return err_set(err, ERR_INPUT, "--cache %s: expected an absolute path", o->cache);
	ctx->cache = o->cache ? xstrdup(o->cache) : fs_cache_dir(err);
	ctx->guest = find_part("STABLEQ_GUEST", "build/guest/init",
			       "../libexec/stableq/guest-init");
	ctx->um = find_part("STABLEQ_UM", "build/um", "../libexec/stableq/um");
	return ctx->cache ? fs_own_dir(ctx->cache, err) : err->code;
}

static bool takes_next_word(const char *arg)
{
	for (size_t i = 0; i < ARRAY_SIZE(common); i++)
		if (!strncmp(arg, "--", 2) && !strcmp(arg + 2, common[i].name))
			return common[i].kind != OPT_FLAG;
	return false;
}

/* The verb, taken out of @argv: the first word that isn't an option or an option's value. */
static int take_verb(int *argc, char **argv, const struct cmd **cmd, struct err *err)
{
	for (int i = 1; i < *argc; i++) {
		if (argv[i][0] == '-') {
			i += takes_next_word(argv[i]);
			continue;
		}
		*cmd = find_cmd(argv[i], err);
		memmove(&argv[i], &argv[i + 1], (size_t)(*argc - i) * sizeof(*argv));
		--*argc;
		return *cmd ? 0 : ERR_INPUT;
	}
	return 0;
}

static int do_verb(struct ctx *ctx, const struct cmd *cmd, const struct opts_common *o, void *own,
		   int argc, char **argv, bool help, struct err *err)
{
	int ret;

	if (help || o->version) {
		if (o->version)
			puts("stableq " VERSION);
		else if (cmd)
			usage_cmd(stdout, cmd);
		else
			usage(stdout);
		return 0;
	}
	if (!cmd) {
		usage(stderr);
		return err_set(err, ERR_INPUT, "expected a verb");
	}
	ret = setup(ctx, cmd, o, err);
	return ret ? ret : cmd->run(ctx, own, argc, argv, err);
}

static int stableq(struct ctx *ctx, int argc, char **argv, struct err *err)
{
	struct opts_common o = { .format = NULL };
	struct opt_set sets[OPT_GROUPS + 2] = { { common, ARRAY_SIZE(common), &o } };
	_cleanup_free_ char *own = NULL;
	const struct cmd *cmd = NULL;
	bool help = false;
	int ret = take_verb(&argc, argv, &cmd, err);

	if (ret)
		return ret;
	own = xcalloc(1, cmd ? cmd->size : 1);
	if (cmd && cmd->preset)
		memcpy(own, cmd->preset, cmd->size);
	for (size_t i = 0; cmd && i < OPT_GROUPS; i++)
		sets[i + 1] = (struct opt_set){ cmd->groups[i].opts, cmd->groups[i].n,
						own + cmd->groups[i].at };
	argc--;
	argv++;
	ret = opts_parse(&argc, argv, sets, &help, err);
	ret = ret ? ret : do_verb(ctx, cmd, &o, own, argc, argv, help, err);
	opts_free(sets);
	return ret;
}

/*
 * Files opened later must not become standard input, output or error of ours or of a child. What
 * was closed gets a descriptor that it can't be used by: a result written to it is an error.
 */
static void reserve_descriptors(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		int flags = fd == STDERR_FILENO ? O_WRONLY : O_RDONLY;

		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", flags) != fd)
			_exit(EXIT_MISSING);
	}
}

/* Nobody reads on (head has its lines): end as others do, without a word. */
static void __attribute__((noreturn)) end_by_sigpipe(void)
{
	signal(SIGPIPE, SIG_DFL);
	raise(SIGPIPE);
	_exit(128 + SIGPIPE);
}

int main(int argc, char **argv)
{
	struct err err = ERR_INIT, lost = ERR_INIT;
	struct ctx ctx = { 0 };
	int ret;

	reserve_descriptors();
	child_catch_signals();
	out_init(&ctx.out);
	child_on_wait(out_tick, &ctx.out);
	ret = stableq(&ctx, argc, argv, &err);
	/* A result that could not be written to the end is no result. */
	if (out_finish(&ctx.out, &lost) && ctx.out.lost == EPIPE && (!ret || ret == ERR_FINDING))
		end_by_sigpipe();
	if (ret && err.msg)
		out_error(&ctx.out, "%s", err.msg);
	if (lost.code && ctx.out.lost != EPIPE)
		out_error(&ctx.out, "%s", lost.msg);
	if (!ret || ret == ERR_FINDING)
		ret = lost.code ? lost.code : ret;
	err_clear(&err);
	err_clear(&lost);
	free(ctx.cache);
	free(ctx.guest);
	free(ctx.um);
	return err_exit_code(ret);
}
