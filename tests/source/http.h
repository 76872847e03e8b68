/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * http.h - a server on the loopback, just good enough: one file a connection, ranges, and ways to
 * misbehave
 */
#ifndef STABLEQ_TESTS_SOURCE_HTTP_H
#define STABLEQ_TESTS_SOURCE_HTTP_H

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "help.h"

enum http_mode {
	HTTP_GOOD,
	HTTP_NO_RANGES,		/* answers a range with the whole file */
	HTTP_CUT,		/* hangs up in the middle of a tarball */
	HTTP_STALL,		/* accepts and never answers */
	HTTP_ERROR,		/* 503 */
};

struct http {
	pid_t pid;
	char url[64];
	/* a byte for each request: 'h' for a head, 'r' with a range, else 'w' */
	int log[2];
};

static inline void http_send(int fd, const char *p, size_t n)
{
	while (n) {
		ssize_t done = send(fd, p, n, MSG_NOSIGNAL);

		if (done <= 0)
			return;
		p += done;
		n -= (size_t)done;
	}
}

static inline void http_answer(int fd, const char *root, enum http_mode mode, int log)
{
	_cleanup_str_ struct str text = STR_INIT, head = STR_INIT;
	_cleanup_free_ char *path = NULL;
	char request[4096] = "", name[512] = "";
	const char *range;
	bool head_only;
	size_t from = 0, n = 0;

	while (n < sizeof(request) - 1 && !strstr(request, "\r\n\r\n")) {
		ssize_t got = recv(fd, request + n, sizeof(request) - 1 - n, 0);

		if (got <= 0)
			return;
		n += (size_t)got;
		request[n] = '\0';
	}
	sscanf(request, "%*s %500s", name);
	range = strstr(request, "Range: bytes=");
	if (range)
		from = strtoul(range + strlen("Range: bytes="), NULL, 10);
	head_only = !strncmp(request, "HEAD ", 5);
	if (write(log, head_only ? "h" : range ? "r" : "w", 1) < 0)
		return;
	path = xasprintf("%s%s", root, name);
	if (mode == HTTP_STALL)
		pause();
	if (mode == HTTP_NO_RANGES)
		from = 0;
	if (mode == HTTP_ERROR)
		str_adds(&head, "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n");
	else if (fs_read(path, 0, &text, NULL))
		str_adds(&head, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n");
	else if (from >= text.len && from)
		str_addf(&head, "HTTP/1.1 416 Range\r\nContent-Range: bytes */%zu\r\n"
			 "Content-Length: 0\r\n", text.len);
	else if (from)
		str_addf(&head, "HTTP/1.1 206 Partial\r\nContent-Range: bytes %zu-%zu/%zu\r\n"
			 "Content-Length: %zu\r\n", from, text.len - 1, text.len, text.len - from);
	else
		str_addf(&head, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n", text.len);
	str_adds(&head, "Connection: close\r\n\r\n");
	http_send(fd, head.s, head.len);
	if (head_only || strstr(head.s, "Length: 0\r\n") || text.len <= from)
		return;
	n = text.len - from;
	if (mode == HTTP_CUT && strstr(name, ".tar."))
		n /= 2;
	http_send(fd, text.s + from, n);
}

static inline void http_start(struct http *h, const char *root, enum http_mode mode)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	socklen_t n = sizeof(a);

	assert_true(s >= 0);
	assert_int_equal(bind(s, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(listen(s, 16), 0);
	assert_int_equal(getsockname(s, (struct sockaddr *)&a, &n), 0);
	assert_int_equal(pipe2(h->log, O_CLOEXEC | O_NONBLOCK), 0);
	snprintf(h->url, sizeof(h->url), "http://127.0.0.1:%d", ntohs(a.sin_port));
	h->pid = fork();
	if (h->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;) {
			int c = accept(s, NULL, NULL);

			if (c < 0)
				_exit(0);
			http_answer(c, root, mode, h->log[1]);
			shutdown(c, SHUT_RDWR);
			close(c);
		}
	}
	close(s);
}

/* End it. Return: what was asked, as in struct http. */
static inline char *http_end(struct http *h)
{
	char text[256] = "";

	kill(h->pid, SIGKILL);
	waitpid(h->pid, NULL, 0);
	if (read(h->log[0], text, sizeof(text) - 1) < 0)
		text[0] = '\0';
	close(h->log[0]);
	close(h->log[1]);
	return xstrdup(text);
}

#endif
