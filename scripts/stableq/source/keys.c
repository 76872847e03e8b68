// SPDX-License-Identifier: GPL-2.0-only
/*
 * The keys that kernel.org's signatures are checked with, looked up once by gpg's own Web Key
 * Directory. Who answers there isn't trusted: what counts is the fingerprint that is pinned here.
 */
#include "source/keys.h"

#include <errno.h>
#include <sys/stat.h>

#include "base/child.h"
#include "base/fs.h"

#define RING_MAX ((size_t)4 << 20)
#define HOME_MAX 80		/* the daemon's socket is in it, and may have 107 bytes */
#define LOOKUPS 3		/* a look-up may take so many times a first answer */

/* As https://www.kernel.org/signature.html lists them. */
const struct key_pin source_kernelorg_pins[] = {
	{ "autosigner@kernel.org", "B8868C80BA62A1FFFAF5FDA9632D3A06589DA6B1", true },
	{ "gregkh@kernel.org", "647F28654894E3BD457199BE38DBBDC86092693E", false },
	{ "sashal@kernel.org", "E27E5D8A3403A2EF66873BBCDEA66FF797772CDC", false },
	{ "torvalds@kernel.org", "ABAF11C65A2970B130ABE3C479BE3E4300411886", false },
	{ NULL, NULL, false },
};

struct lookup {
	const struct key_pin *pin;
	const char *home;
	unsigned int patience;
	char *ring;		/* a keyring for this pin's answer alone */
	char *why;		/* what gpg said of it */
};

/* gpg in the private home, with @ring for its keyring. What it prints is left in @c. */
static int gpg(const struct lookup *l, const char *const *args, struct child *c, struct err *err)
{
	static const char *const env[] = { "LC_ALL=C", "GNUPGHOME", NULL };
	_cleanup_strv_ struct strv argv = STRV_INIT;
	const char *const head[] = {
		"gpg", "--no-options", "--batch", "--no-tty", "--no-auto-check-trustdb",
		"--homedir", l->home, "--no-default-keyring", "--keyring", l->ring,
	};

	for (size_t i = 0; i < ARRAY_SIZE(head); i++)
		strv_add(&argv, head[i]);
	for (; *args; args++)
		strv_add(&argv, *args);
	c->argv = (const char *const *)argv.v;
	c->env = env;
	c->timeout_ms = l->patience * LOOKUPS * 1000;
	c->capture_max = RING_MAX;
	return child_run(c, err);
}

/* The first line that speaks of an error: the ones behind it just say that there was one. */
static char *cause(const struct child *c)
{
	struct span rest = str_span(&c->errout), line, last = { "", 0 };

	while (span_line(&rest, &line)) {
		if (!span_trim(line).len)
			continue;
		last = span_trim(line);
		if (span_starts(last, "gpg: error"))
			break;
	}
	return span_dup(last);
}

/* A pin's answer into its keyring; that there is none is told by the keyring. */
static int ask_for_key(struct lookup *l, struct err *err)
{
	const char *const by_wkd[] = { "--auto-key-locate", "clear,nodefault,wkd",
				       "--locate-external-keys", l->pin->from, NULL };
	const char *const by_url[] = { "--fetch-keys", l->pin->from, NULL };
	struct child c = { NULL };
	int ret = gpg(l, strstr(l->pin->from, "://") ? by_url : by_wkd, &c, err);

	if (!ret)
		l->why = cause(&c);
	child_free(&c);
	return ret;
}

/* Field @n of a line with colons, counted from 0. */
static struct span colon_field(struct span line, unsigned int n)
{
	struct span value;

	do
		span_cut(line, ":", &value, &line);
	while (n--);
	return value;
}

/*
 * The fingerprints of the primary keys in gpg's list; a subkey's is nobody's. One that can't be
 * used any more has what is wrong with it behind a blank: "… expired".
 */
static void read_list(struct span list, struct strv *keys)
{
	const char *state = "";
	bool primary = false;
	struct span line;

	while (span_line(&list, &line)) {
		struct span kind = colon_field(line, 0), validity = colon_field(line, 1);

		if (span_is(kind, "pub")) {
			primary = true;
			state = span_is(validity, "e") ? " expired" :
				span_is(validity, "r") ? " revoked" :
				span_is(validity, "d") ? " not valid" :
				span_is(validity, "i") ? " not valid" : "";
		} else if (span_is(kind, "fpr") && primary) {
			primary = false;
			strv_addf(keys, SPAN_FMT "%s", SPAN_ARG(colon_field(line, 9)), state);
		}
	}
}

static int list_keys(const struct lookup *l, const char *const *args, struct strv *keys,
		     struct err *err)
{
	struct child c = { NULL };
	int ret = gpg(l, args, &c, err);

	if (!ret)
		read_list(str_span(&c.out), keys);
	child_free(&c);
	return ret;
}

static char *join_keys(const struct strv *v)
{
	struct str s = STR_INIT;

	for (size_t i = 0; i < v->n; i++)
		str_addf(&s, "%s%s", i ? ", " : "", v->v[i]);
	return str_take(&s);
}

/* ERR_NOTFOUND: nothing came; ERR_FINDING: something else than what is pinned. */
static int check_key(const struct lookup *l, const struct strv *came, struct err *err)
{
	_cleanup_free_ char *all = join_keys(came);

	if (strv_has(came, l->pin->fingerprint))
		return 0;
	if (!came->n)
		return err_set(err, ERR_NOTFOUND, "no key came for %s%s%s", l->pin->from,
			       l->why && l->why[0] ? ": " : "", l->why ? l->why : "");
	return err_set(err, ERR_FINDING, "the key that came for %s is refused: expected %s, came "
		       "%s", l->pin->from, l->pin->fingerprint, all);
}

/* Add the pinned key, and nothing else that came with it, to @ring. */
static int export(const struct lookup *l, struct str *ring, struct err *err)
{
	const char *const args[] = { "--export-options", "export-minimal", "--export",
				     l->pin->fingerprint, NULL };
	struct child c = { NULL };
	int ret = gpg(l, args, &c, err);

	if (!ret)
		str_add(ring, c.out.s, c.out.len);
	child_free(&c);
	return ret;
}

static int take_key(const struct key_pin *pins, size_t i, const char *home, unsigned int patience,
		    struct str *ring, struct err *err)
{
	static const char *const args[] = { "--with-colons", "--list-keys", NULL };
	_cleanup_strv_ struct strv came = STRV_INIT;
	struct lookup l = { .pin = &pins[i], .home = home, .patience = patience };
	int ret;

	l.ring = xasprintf("%s/%zu.kbx", home, i);
	ret = ask_for_key(&l, err);
	ret = ret ? ret : list_keys(&l, args, &came, err);
	ret = ret ? ret : check_key(&l, &came, err);
	ret = ret ? ret : export(&l, ring, err);
	free(l.ring);
	free(l.why);
	return ret;
}

static bool pinned(const struct key_pin *pins, const char *fingerprint)
{
	for (; pins->from; pins++)
		if (!strcmp(pins->fingerprint, fingerprint))
			return true;
	return false;
}

/* What is about to be trusted is read once more, as the file that gpgv will get. */
static int check_ring(const struct key_pin *pins, const char *home, unsigned int patience,
		      const struct str *ring, struct err *err)
{
	_cleanup_free_ char *path = fs_join(home, "accepted.gpg");
	_cleanup_free_ char *none = fs_join(home, "none.kbx");
	const char *const args[] = { "--with-colons", "--show-keys", path, NULL };
	_cleanup_strv_ struct strv keys = STRV_INIT;
	struct lookup l = { .home = home, .patience = patience, .ring = none };
	int ret = fs_write(path, ring->s, ring->len, 0600, err);

	ret = ret ? ret : list_keys(&l, args, &keys, err);
	for (size_t i = 0; i < keys.n && !ret; i++)
		if (!pinned(pins, keys.v[i]))
			ret = err_set(err, ERR_FINDING, "a key that nobody asked for came along: "
				      "%s: refused", keys.v[i]);
	for (; pins->from && !ret; pins++)
		if (pins->needed && !strv_has(&keys, pins->fingerprint))
			ret = err_set(err, ERR_FINDING, "%s is not among the keys that came",
				      pins->fingerprint);
	return ret;
}

/* Look all of them up. Without those that are not needed it goes on, saying so. */
static int collect(const struct key_pin *pins, const char *home, unsigned int patience,
		   struct out *out, struct str *ring, struct err *err)
{
	int ret;

	for (size_t i = 0; pins[i].from; i++) {
		_cleanup_err_ struct err e = ERR_INIT;

		if (out)
			out_status(out, "kernel.org: looking up the key of %s", pins[i].from);
		ret = take_key(pins, i, home, patience, ring, &e);
		if (ret && (pins[i].needed || ret == ERR_INTERRUPTED))
			return err_move(err, &e);
		if (ret && out)
			out_warn(out, "kernel.org: %s; going on without it", e.msg);
		/* Who doesn't answer now won't for the next one either. */
		if (ret == ERR_TIMEOUT)
			break;
	}
	return check_ring(pins, home, patience, ring, err);
}

/* The daemon that gpg starts has left our process group: it is told to end, by its home. */
static void end_daemons(const char *home)
{
	const char *const argv[] = { "gpgconf", "--homedir", home, "--kill", "all", NULL };
	struct child c = { .argv = argv, .timeout_ms = 5000 };

	child_run(&c, NULL);
	child_free(&c);
}

static void take_away(const char *home)
{
	if (!fs_exists(home))
		return;
	/* Once interrupted, nothing is run any more; without its socket the daemon ends too. */
	end_daemons(home);
	fs_remove_tree(home, NULL);
}

static int make_home(const char *work, unsigned int patience, char **home, struct err *err)
{
	_cleanup_free_ char *real = realpath(work, NULL), *conf = NULL;
	_cleanup_free_ char *path = fs_join(real ? real : work, "gnupg");
	/* The system's resolver knows what this machine knows, and gives up without a network. */
	_cleanup_free_ char *text = xasprintf("standard-resolver\nhonor-http-proxy\n"
					      "connect-timeout %u\nconnect-quick-timeout %u\n",
					      patience, patience);

	/* One that was killed may have left its own. */
	take_away(path);
	if (strlen(path) > HOME_MAX) {
		free(path);
		path = xstrdup("/tmp/stableq-XXXXXX");
		if (!mkdtemp(path))
			return err_sys(err, "%s", path);
	} else if (mkdir(path, 0700) < 0) {
		return err_sys(err, "%s", path);
	}
	conf = fs_join(path, "dirmngr.conf");
	*home = path;
	path = NULL;
	return fs_write(conf, text, strlen(text), 0600, err);
}

int source_keys_fetch(const struct key_pin *pins, const char *work, const char *keyring,
		      unsigned int patience, struct out *out, struct err *err)
{
	_cleanup_str_ struct str ring = STR_INIT;
	_cleanup_free_ char *home = NULL;
	int ret;

	if (!child_have("gpg") || !child_have("dirmngr"))
		return err_set(err, ERR_MISSING, "gpg and dirmngr are not installed (packages "
			       "gnupg and dirmngr), so that its keys cannot be looked up");
	if (out)
		out_note(out, "kernel.org: looking up the keys it signs with, once");
	ret = fs_mkdirs(work, err);
	ret = ret ? ret : make_home(work, patience, &home, err);
	ret = ret ? ret : collect(pins, home, patience, out, &ring, err);
	ret = ret ? ret : fs_mkparents(keyring, err);
	ret = ret ? ret : fs_write(keyring, ring.s, ring.len, 0644, err);
	if (home)
		take_away(home);
	return ret;
}
