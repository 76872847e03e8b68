// SPDX-License-Identifier: GPL-2.0-only
#include "base/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/arch.h"
#include "base/child_private.h"
#include "base/fs.h"

#define CAPTURE_DEFAULT (1024UL * 1024)
#define STREAM_PIPE (1024 * 1024)
#define ASK_MS 20
#define HEED_S 1		/* to notice an interruption */
#define WAIT_MS 1000		/* between two calls of what is called while we wait */
#define DRAIN_MS 500		/* for output that somebody else still holds open after the exit */

static volatile sig_atomic_t interrupted;
static volatile sig_atomic_t noticed;	/* somebody has asked, and is on the way out */
static volatile sig_atomic_t running_group;
static int wake_pipe[2] = { -1, -1 };
static void (*on_wait)(void *ctx);
static void *on_wait_ctx;

static void on_signal(int sig)
{
	int saved = errno;

	if (interrupted) {
		if (running_group)
			kill(-running_group, SIGKILL);
		_exit(EXIT_INTERRUPTED);
	}
	interrupted = sig;
	alarm(HEED_S);
	/* A full pipe has woken the reader already. */
	if (write(wake_pipe[1], "", 1) < 0)
		errno = saved;
	errno = saved;
}

/*
 * A loop over something hostile, of ours or of a library, asks nobody. State is written so that a
 * kill at any moment loses nothing, so when no one has noticed, we simply end.
 */
static void on_alarm(int sig)
{
	static const char text[] = "stableq: interrupted\n";

	if (noticed)
		return;
	if (running_group) {
		alarm(HEED_S);
		return;
	}
	if (write(STDERR_FILENO, text, sizeof(text) - 1) < 0)
		_exit(EXIT_INTERRUPTED);
	_exit(EXIT_INTERRUPTED);
}

static bool notice(void)
{
	noticed = interrupted;
	return interrupted != 0;
}

void child_catch_signals(void)
{
	static const int caught[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction sa = { .sa_handler = on_signal, .sa_flags = SA_RESTART };
	sigset_t ours;

	if (wake_pipe[0] < 0 && pipe2(wake_pipe, O_CLOEXEC | O_NONBLOCK) < 0)
		abort();
	sigemptyset(&sa.sa_mask);
	sigemptyset(&ours);
	for (size_t i = 0; i < ARRAY_SIZE(caught); i++) {
		sigaction(caught[i], &sa, NULL);
		sigaddset(&ours, caught[i]);
	}
	sa.sa_handler = on_alarm;
	sigaction(SIGALRM, &sa, NULL);
	sigaddset(&ours, SIGALRM);
	/*
	 * Whoever started us may have left them ignored or blocked; a child would never be waited
	 * for.
	 */
	signal(SIGCHLD, SIG_DFL);
	sigaddset(&ours, SIGCHLD);
	sigprocmask(SIG_UNBLOCK, &ours, NULL);
	/* A reader of ours that went away shows as EPIPE where we write. */
	signal(SIGPIPE, SIG_IGN);
}

void child_on_wait(void (*fn)(void *ctx), void *ctx)
{
	on_wait = fn;
	on_wait_ctx = ctx;
}

bool child_interrupted(void)
{
	return notice();
}

static long long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (long long)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static char **make_env(const char *const *changes)
{
	struct strv env = STRV_INIT;

	for (char **e = environ; *e; e++) {
		bool drop = false;

		for (const char *const *c = changes; c && *c && !drop; c++) {
			size_t n = strcspn(*c, "=");

			drop = !strncmp(*e, *c, n) && (*e)[n] == '=';
		}
		if (!drop)
			strv_add(&env, *e);
	}
	for (const char *const *c = changes; c && *c; c++)
		if (strchr(*c, '='))
			strv_add(&env, *c);
	if (!env.v)
		env.v = xcalloc(1, sizeof(*env.v));
	return env.v;
}

struct pipes {
	int in[2];
	int out[2];
	int errout[2];
	int exec[2];	/* carries errno when execvpe() failed */
};

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void close_pipes(struct pipes *p)
{
	int *all[] = { p->in, p->out, p->errout, p->exec };

	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		close_fd(&all[i][0]);
		close_fd(&all[i][1]);
	}
}

static int open_pipes(struct pipes *p, const struct child *c)
{
	*p = (struct pipes){ { -1, -1 }, { -1, -1 }, { -1, -1 }, { -1, -1 } };
	if (pipe2(p->out, O_CLOEXEC) < 0 || pipe2(p->exec, O_CLOEXEC) < 0)
		return -1;
	/*
	 * User-mode Linux doesn't wait for a full pipe: it drops the line. A burst of reports comes
	 * to more than the usual 64 KiB; where this is refused we go on with what there is.
	 */
	if (fcntl(p->out[1], F_SETPIPE_SZ, STREAM_PIPE) < 0)
		errno = 0;
	if (!c->merge && pipe2(p->errout, O_CLOEXEC) < 0)
		return -1;
	if (!c->input) {
		p->in[0] = open("/dev/null", O_RDONLY | O_CLOEXEC);
		return p->in[0] < 0 ? -1 : 0;
	}
	return pipe2(p->in, O_CLOEXEC);
}

static void __attribute__((noreturn)) exec_child(const struct child *c, struct pipes *p,
						 pid_t parent, int hold, char **env)
{
	pid_t self = getpid();
	sigset_t none;
	int e;

	setpgid(0, 0);
	if (write(hold, &self, sizeof(self)) != sizeof(self))
		_exit(127);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(127);
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
	signal(SIGPIPE, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (dup2(p->in[0], 0) >= 0 && dup2(p->out[1], 1) >= 0 &&
	    dup2(c->merge ? p->out[1] : p->errout[1], 2) >= 0 && (!c->cwd || chdir(c->cwd) == 0))
		execvpe(c->argv[0], (char *const *)c->argv, env);
	e = errno;
	if (write(p->exec[1], &e, sizeof(e)) < 0)
		_exit(126);
	_exit(127);
}

struct run {
	struct child *c;
	struct pipes p;
	pid_t pid;
	int pidfd;
	long long told;		/* when on_wait was called last, by now_ms() */
	int log;
	size_t input_done;
	bool stop;		/* on_data asked for it */
	bool idle;		/* nothing came for idle_ms */
	long long last;		/* when something came */
	int log_errno;
};

static void keep_output(struct run *r, struct str *to, const char *p, size_t n)
{
	size_t max = r->c->capture_max ? r->c->capture_max : CAPTURE_DEFAULT;
	size_t room = to->len < max ? max - to->len : 0;

	if (n > room)
		r->c->truncated = true;
	str_add(to, p, MIN(n, room));
}

/* Return: false at end of file. */
static bool pump(struct run *r, int fd, int stream)
{
	char buf[65536];
	ssize_t n = read(fd, buf, sizeof(buf));

	if (n < 0)
		return errno == EINTR || errno == EAGAIN;
	if (n == 0)
		return false;
	r->last = now_ms();
	keep_output(r, stream == 1 ? &r->c->out : &r->c->errout, buf, (size_t)n);
	for (ssize_t done = 0; r->log >= 0 && !r->log_errno && done < n;) {
		ssize_t w = write(r->log, buf + done, (size_t)(n - done));

		if (w < 0 && errno != EINTR)
			r->log_errno = errno;
		else if (w > 0)
			done += w;
	}
	if (r->c->on_data && !r->stop && r->c->on_data(r->c->ctx, stream, buf, (size_t)n))
		r->stop = true;
	return true;
}

static void feed(struct run *r)
{
	ssize_t n = write(r->p.in[1], r->c->input + r->input_done,
			  r->c->input_len - r->input_done);

	if (n > 0)
		r->input_done += (size_t)n;
	/* A child that closed its input wants no more of it. */
	if ((n < 0 && errno != EINTR && errno != EAGAIN) || r->input_done == r->c->input_len)
		close_fd(&r->p.in[1]);
}

/* Without a pidfd (before Linux 5.3, under valgrind) the child is asked after now and then. */
static bool has_exited(const struct run *r)
{
	siginfo_t info = { 0 };

	return waitid(P_PID, (id_t)r->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid;
}

/* About once a second, however often the child wakes us. */
static void tell(struct run *r)
{
	long long now = now_ms();

	if (!on_wait || (r->told && now - r->told < WAIT_MS))
		return;
	r->told = now;
	on_wait(on_wait_ctx);
}

/* One round of waiting, at most until @deadline. Return: false when the child has exited. */
static bool wait_round(struct run *r, long long deadline)
{
	struct pollfd fds[] = {
		{ .fd = r->pidfd, .events = POLLIN },
		{ .fd = r->p.out[0], .events = POLLIN },
		{ .fd = r->p.errout[0], .events = POLLIN },
		{ .fd = r->p.in[1], .events = POLLOUT },
		{ .fd = interrupted ? -1 : wake_pipe[0], .events = POLLIN },
	};
	long long left = deadline ? MAX(deadline - now_ms(), 0LL) : -1;

	if (r->pidfd < 0 || on_wait) {
		long long most = r->pidfd < 0 ? ASK_MS : WAIT_MS;

		left = left < 0 ? most : MIN(left, most);
	}
	tell(r);
	if (poll(fds, ARRAY_SIZE(fds), (int)MIN(left, 1000000LL)) < 0)
		return true;
	if (fds[1].revents && !pump(r, r->p.out[0], 1))
		close_fd(&r->p.out[0]);
	if (fds[2].revents && !pump(r, r->p.errout[0], 2))
		close_fd(&r->p.errout[0]);
	if (fds[3].revents)
		feed(r);
	return r->pidfd < 0 ? !has_exited(r) : !fds[0].revents;
}

/* Output that is in the pipes after the exit; a grandchild holding them open is not waited for. */
static void drain(struct run *r)
{
	long long end = now_ms() + DRAIN_MS;

	while ((r->p.out[0] >= 0 || r->p.errout[0] >= 0) && now_ms() < end) {
		struct pollfd fds[] = {
			{ .fd = r->p.out[0], .events = POLLIN },
			{ .fd = r->p.errout[0], .events = POLLIN },
		};

		if (poll(fds, 2, (int)MAX(end - now_ms(), 0LL)) <= 0)
			break;
		if (fds[0].revents && !pump(r, r->p.out[0], 1))
			close_fd(&r->p.out[0]);
		if (fds[1].revents && !pump(r, r->p.errout[0], 2))
			close_fd(&r->p.errout[0]);
	}
}

/* When the child is to be ended if nothing happens; 0: never. */
static long long deadline(const struct run *r, long long limit)
{
	long long idle = r->c->idle_ms ? r->last + r->c->idle_ms : 0;

	return !idle ? limit : !limit ? idle : MIN(limit, idle);
}

static void supervise(struct run *r)
{
	long long start = now_ms();
	long long total = r->c->timeout_ms ? start + r->c->timeout_ms : 0;
	long long kill_at = 0;
	bool ended = false;

	r->last = start;
	r->c->end = CHILD_EXITED;
	for (;;) {
		long long now = now_ms(), limit = deadline(r, total);

		if (!ended && (interrupted || r->stop || r->log_errno || (limit && now >= limit))) {
			r->c->end = interrupted ? CHILD_INTERRUPTED :
				    r->stop || r->log_errno ? CHILD_STOPPED : CHILD_TIMEOUT;
			r->idle = limit && limit != total;
			kill(-r->pid, SIGTERM);
			kill_at = now + GRACE_MS;
			ended = true;
		} else if (ended && kill_at && now >= kill_at) {
			kill(-r->pid, SIGKILL);
			kill_at = 0;
		}
		if (!wait_round(r, ended ? kill_at : limit))
			break;
	}
	/*
	 * A leader ended by us has waited for its own (make does); what is left of the group goes.
	 */
	if (ended)
		kill(-r->pid, SIGKILL);
	drain(r);
}

static void reap(struct run *r)
{
	int status = 0;

	while (waitpid(r->pid, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFEXITED(status)) {
		r->c->status = WEXITSTATUS(status);
		return;
	}
	r->c->status = WTERMSIG(status);
	if (r->c->end == CHILD_EXITED)
		r->c->end = CHILD_SIGNALED;
}

/* Return: 0 once the program is running, else the errno of what kept it from that. */
static int spawn(struct run *r, int hold)
{
	_cleanup_free_ char **env = make_env(r->c->env);
	pid_t parent = getpid();
	int e = 0;

	r->pid = fork();
	if (r->pid == 0)
		exec_child(r->c, &r->p, parent, hold, env);
	for (char **v = env; *v; v++)
		free(*v);
	if (r->pid < 0)
		return errno;
	setpgid(r->pid, r->pid);
	running_group = r->pid;
	close_fd(&r->p.in[0]);
	close_fd(&r->p.out[1]);
	close_fd(&r->p.errout[1]);
	close_fd(&r->p.exec[1]);
	if (read(r->p.exec[0], &e, sizeof(e)) != sizeof(e))
		e = 0;
	if (e)
		waitpid(r->pid, NULL, 0);
	return e;
}

static int start_error(const struct child *c, int e, struct err *err)
{
	const char *package = arch_package(c->argv[0]);

	if (e == ENOENT && c->cwd && !fs_is_dir(c->cwd))
		return err_set(err, ERR_SYSTEM, "%s: no such directory to run %s in", c->cwd,
			       c->argv[0]);
	if (e == ENOENT && package)
		return err_set(err, ERR_MISSING, "%s: no such program in PATH; to have it: "
			       "apt-get install %s", c->argv[0], package);
	if (e == ENOENT)
		return err_set(err, ERR_MISSING,
			       "%s: no such program in PATH; `make deps` installs what stableq "
			       "runs", c->argv[0]);
	errno = e;
	return err_sys(err, "cannot run %s", c->argv[0]);
}

static int report(const struct run *r, struct err *err)
{
	const struct child *c = r->c;

	if (r->log_errno) {
		errno = r->log_errno;
		return err_sys(err, "%s", c->log);
	}
	switch (c->end) {
	case CHILD_TIMEOUT:
		if (r->idle)
			return err_set(err, ERR_TIMEOUT, "%s: said nothing for %u s, ended",
				       c->argv[0], (c->idle_ms + 999) / 1000);
		return err_set(err, ERR_TIMEOUT, "%s: not done after %u s, ended", c->argv[0],
			       (c->timeout_ms + 999) / 1000);
	case CHILD_INTERRUPTED:
		notice();
		return err_set(err, ERR_INTERRUPTED, "interrupted");
	default:
		return 0;
	}
}

int child_run(struct child *c, struct err *err)
{
	struct run r = { .c = c, .pidfd = -1, .log = -1 };
	long long start = now_ms();
	int hold = -1, e, ret;
	pid_t warden;

	if (notice())
		return err_set(err, ERR_INTERRUPTED, "interrupted");
	/* A child that doesn't read its input to the end is no reason for us to die. */
	if (c->input)
		signal(SIGPIPE, SIG_IGN);
	if (c->log) {
		r.log = open(c->log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
		if (r.log < 0)
			return err_sys(err, "%s", c->log);
	}
	if (open_pipes(&r.p, c) < 0) {
		ret = err_sys(err, "cannot run %s", c->argv[0]);
		goto out;
	}
	warden = child_warden_start(&hold);
	if (warden < 0) {
		ret = err_sys(err, "cannot run %s", c->argv[0]);
		goto out;
	}
	e = spawn(&r, hold);
	if (e) {
		child_warden_end(warden, hold);
		ret = start_error(c, e, err);
		goto out;
	}
	r.pidfd = pidfd_open(r.pid, 0);
	fcntl(r.p.in[1], F_SETFL, O_NONBLOCK);
	supervise(&r);
	reap(&r);
	child_warden_end(warden, hold);
	c->seconds = (double)(now_ms() - start) / 1000;
	ret = report(&r, err);
out:
	running_group = 0;
	close_pipes(&r.p);
	close_fd(&r.pidfd);
	close_fd(&r.log);
	return ret;
}

static struct span last_line(const struct str *s)
{
	struct span rest = span_trim(str_span(s)), line = { "", 0 };

	while (span_line(&rest, &line))
		;
	return line;
}

int child_check(struct child *c, struct err *err)
{
	struct span why;
	int ret = child_run(c, err);

	if (ret || (c->end == CHILD_EXITED && c->status == 0))
		return ret;
	why = last_line(c->errout.len ? &c->errout : &c->out);
	if (c->end == CHILD_SIGNALED)
		return err_set(err, ERR_SYSTEM, "%s: ended by signal %d (%s)", c->argv[0],
			       c->status, strsignal(c->status));
	return err_set(err, ERR_SYSTEM, "%s: exit status %d: " SPAN_FMT, c->argv[0], c->status,
		       SPAN_ARG(why));
}

void child_free(struct child *c)
{
	str_free(&c->out);
	str_free(&c->errout);
}

bool child_have(const char *name)
{
	const char *path = getenv("PATH");
	struct span rest, dir;

	if (strchr(name, '/'))
		return access(name, X_OK) == 0;
	for (rest = span_of(path ? path : "/usr/bin:/bin"); rest.len;) {
		_cleanup_free_ char *file = NULL;

		span_cut(rest, ":", &dir, &rest);
		file = xasprintf(SPAN_FMT "/%s", SPAN_ARG(dir), name);
		if (access(file, X_OK) == 0)
			return true;
	}
	return false;
}
