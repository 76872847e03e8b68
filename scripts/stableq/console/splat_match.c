// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel's words. They are those of 6.1 to 6.12, from mm/kasan/report.c, lib/ubsan.c,
 * kernel/locking/lockdep.c, kernel/panic.c, lib/bug.c, mm/slub.c, kernel/watchdog.c,
 * kernel/hung_task.c, kernel/rcu/tree_stall.h, lib/debugobjects.c, mm/kmemleak.c,
 * arch/x86/mm/fault.c, arch/arm64/mm/fault.c and arch/um/kernel/trap.c.
 */
#include "console/splat.h"

#include <ctype.h>

static const struct {
	const char *prefix;
	const char *with;	/* has to stand in the line too; or NULL */
	struct splat_start start;
} starts[] = {
	/* "[    0.1] ==================" + one of these */
	{ "BUG: KASAN: ", NULL, { SPLAT_KASAN, END_RULE } },
	{ "BUG: KFENCE: ", NULL, { SPLAT_KASAN, END_RULE } },
	{ "BUG: KMSAN: ", NULL, { SPLAT_KASAN, END_RULE } },
	{ "BUG: KCSAN: ", NULL, { SPLAT_BUG, END_RULE } },

	{ "WARNING: suspicious RCU usage", NULL, { SPLAT_RCU, END_HEAD } },
	{ "WARNING: lock held when returning to user", NULL, { SPLAT_LOCKDEP, END_TRACE } },
	{ "WARNING: possible ", NULL, { SPLAT_LOCKDEP, END_HEAD } },
	{ "WARNING: inconsistent lock state", NULL, { SPLAT_LOCKDEP, END_HEAD } },
	{ "WARNING: bad unlock balance", NULL, { SPLAT_LOCKDEP, END_HEAD } },
	{ "WARNING: bad contention", NULL, { SPLAT_LOCKDEP, END_HEAD } },
	{ "WARNING: held lock freed", NULL, { SPLAT_LOCKDEP, END_HEAD } },
	{ "WARNING: Nested lock was not taken", NULL, { SPLAT_LOCKDEP, END_HEAD } },
	{ "WARNING: chain_key collision", NULL, { SPLAT_LOCKDEP, END_HEAD } },
	{ "WARNING: ", "lock order detected", { SPLAT_LOCKDEP, END_HEAD } },
	{ "WARNING: ", "still has locks held!", { SPLAT_LOCKDEP, END_HEAD } },
	{ "[ BUG: Invalid wait context ]", NULL, { SPLAT_LOCKDEP, END_HEAD } },
	{ "INFO: trying to register non-static key", NULL, { SPLAT_LOCKDEP, END_TRACE } },
	{ "BUG: key ", "has not been registered!", { SPLAT_LOCKDEP, END_LINE } },
	{ "BUG: sleeping function called from invalid", NULL, { SPLAT_LOCKDEP, END_TRACE } },
	{ "BUG: assuming ", "context at ", { SPLAT_LOCKDEP, END_TRACE } },
	{ "BUG: MAX_LOCK", NULL, { SPLAT_LOCKDEP, END_TRACE } },
	{ "BUG: MAX_STACK_TRACE", NULL, { SPLAT_LOCKDEP, END_TRACE } },

	{ "rcu: INFO: ", "stall", { SPLAT_RCU, END_TRACE } },
	{ "INFO: rcu", "stall", { SPLAT_RCU, END_TRACE } },
	{ "watchdog: BUG: soft lockup", NULL, { SPLAT_STALL, END_TRACE } },
	{ "BUG: soft lockup", NULL, { SPLAT_STALL, END_TRACE } },
	{ "BUG: workqueue lockup", NULL, { SPLAT_STALL, END_TRACE } },
	{ "watchdog: ", "detected hard LOCKUP", { SPLAT_STALL, END_TRACE } },
	{ "NMI watchdog: ", "detected hard LOCKUP", { SPLAT_STALL, END_TRACE } },
	{ "Watchdog detected hard LOCKUP", NULL, { SPLAT_STALL, END_TRACE } },
	{ "Watchdog CPU:", "Hard LOCKUP", { SPLAT_STALL, END_TRACE } },
	{ "INFO: task ", " blocked for more than ", { SPLAT_STALL, END_TRACE } },
	{ "INFO: task ", " blocked in I/O wait for more", { SPLAT_STALL, END_TRACE } },

	{ "kmemleak: ", "new suspected memory leak", { SPLAT_LEAK, END_LINE } },
	{ "unreferenced object 0x", NULL, { SPLAT_LEAK, END_TRACE } },
	{ "BUG: memory leak", NULL, { SPLAT_LEAK, END_TRACE } },
	{ "ref_tracker: ", "users at", { SPLAT_LEAK, END_TRACE } },
	{ "unregister_netdevice: waiting for ", NULL, { SPLAT_LEAK, END_LINE } },
	{ "VFS: Busy inodes after unmount", NULL, { SPLAT_LEAK, END_LINE } },
	{ "BUG: Dentry ", "still in use", { SPLAT_LEAK, END_LINE } },

	/* Printed before "cut here" where it leads to BUG() instead of WARN(). */
	{ "list_add corruption", NULL, { SPLAT_LIST, END_CUT } },
	{ "list_add double add", NULL, { SPLAT_LIST, END_CUT } },
	{ "list_del corruption", NULL, { SPLAT_LIST, END_CUT } },
	{ "kernel BUG at ", NULL, { SPLAT_BUG, END_CUT } },
	{ "Kernel BUG at ", NULL, { SPLAT_BUG, END_CUT } },
	{ "Internal error: Oops - BUG", NULL, { SPLAT_BUG, END_CUT } },
	{ "BUG: failure at ", NULL, { SPLAT_BUG, END_LINE } },	/* UML; a panic follows */
	{ "BUG: unable to handle ", NULL, { SPLAT_OOPS, END_CUT } },
	{ "BUG: kernel NULL pointer deref", NULL, { SPLAT_OOPS, END_CUT } },
	{ "BUG: Kernel NULL pointer deref", NULL, { SPLAT_OOPS, END_CUT } },
	{ "BUG: Unable to handle kernel ", NULL, { SPLAT_OOPS, END_CUT } },
	{ "BUG: stack guard page was hit", NULL, { SPLAT_OOPS, END_CUT } },
	{ "BUG: TASK stack guard page was hit", NULL, { SPLAT_OOPS, END_CUT } },
	{ "BUG: IRQ stack guard page was hit", NULL, { SPLAT_OOPS, END_CUT } },
	{ "Unable to handle kernel ", NULL, { SPLAT_OOPS, END_CUT } },
	{ "general protection fault", NULL, { SPLAT_OOPS, END_CUT } },
	{ "traps: PANIC: double fault", NULL, { SPLAT_OOPS, END_CUT } },
	{ "Internal error: ", NULL, { SPLAT_OOPS, END_CUT } },
	{ "Oops: ", NULL, { SPLAT_OOPS, END_CUT } },
	{ "Oops - ", NULL, { SPLAT_OOPS, END_CUT } },
	{ "Insufficient stack space to handle exc", NULL, { SPLAT_OOPS, END_CUT } },

	{ "Kernel panic - not syncing", NULL, { SPLAT_PANIC, END_NEVER } },
	{ "WARNING: ", "+0x", { SPLAT_WARNING, END_CUT } },	/* its "cut here" got lost */
	{ "BUG: Bad rss-counter state", NULL, { SPLAT_BUG, END_LINE } },
	{ "BUG: ", NULL, { SPLAT_BUG, END_TRACE } },
};

/* "invalid opcode: 0000 [#1] PREEMPT SMP": the words before differ by trap. */
static bool is_die_line(struct span s)
{
	struct span words, count;

	return span_cut(s, " [#", &words, &count) && span_run(count, isdigit) &&
	       span_starts(span_past(count, isdigit), "]") && span_has(s, ": 0");
}

bool splat_match(struct span line, size_t rule, struct splat_start *start)
{
	if (!line.len || line.p[0] == ' ' || line.p[0] == '\t')
		return false;
	/* mm/slub.c: "BUG nfsd4_files (Not tainted): Objects remaining …" below a line of "=" */
	if (rule && span_starts(line, "BUG ")) {
		start->kind = span_has(line, "Objects remaining") ? SPLAT_LEAK : SPLAT_BUG;
		start->end = END_TRACE;
		return true;
	}
	if (rule && span_starts(line, "UBSAN: ")) {
		*start = (struct splat_start){ SPLAT_UBSAN, END_RULE };
		return true;
	}
	if (span_starts(line, "------------[ cut here ]------------")) {
		*start = (struct splat_start){ SPLAT_WARNING, END_CUT };
		return true;
	}
	for (size_t i = 0; i < ARRAY_SIZE(starts); i++) {
		if (!span_starts(line, starts[i].prefix) ||
		    (starts[i].with && !span_has(line, starts[i].with)))
			continue;
		*start = starts[i].start;
		return true;
	}
	if (is_die_line(line)) {
		*start = (struct splat_start){ SPLAT_OOPS, END_CUT };
		return true;
	}
	/* lockdep frames all of its headings so; newer kernels may have other words. */
	if (rule && (span_starts(line, "WARNING: ") || span_starts(line, "[ BUG: "))) {
		*start = (struct splat_start){ SPLAT_LOCKDEP, END_HEAD };
		return true;
	}
	return false;
}

bool splat_refine(struct span line, enum splat_kind *kind)
{
	static const struct {
		const char *text;
		bool anywhere;
		enum splat_kind kind;
	} messages[] = {
		{ "UBSAN: ", false, SPLAT_UBSAN },
		{ "refcount_t: ", false, SPLAT_REFCOUNT },
		{ "list_add ", false, SPLAT_LIST },
		{ "list_del ", false, SPLAT_LIST },
		{ "ODEBUG: ", false, SPLAT_DEBUGOBJ },
		{ "DEBUG_LOCKS_WARN_ON(", false, SPLAT_LOCKDEP },
		{ "Objects remaining", true, SPLAT_LEAK },
		{ "Slab cache still has objects", true, SPLAT_LEAK },
		{ "do not call blocking ops when !TASK_RUNNING", false, SPLAT_LOCKDEP },
	};

	for (size_t i = 0; i < ARRAY_SIZE(messages); i++) {
		if (messages[i].anywhere ? !span_has(line, messages[i].text) :
					   !span_starts(line, messages[i].text))
			continue;
		*kind = messages[i].kind;
		return true;
	}
	return false;
}

bool splat_is_trace(struct span line)
{
	return span_starts(line, "Call Trace:") || span_starts(line, "Call trace:") ||
	       span_starts(line, "Backtrace:") || span_starts(line, "  backtrace");
}

bool splat_belongs(struct span line)
{
	static const char *const prefixes[] = {
		"[<", "CPU:", "CPU ", "Hardware name:", "Tainted:", "Workqueue:",
		"Modules linked in:",
		"Call Trace:", "Call trace:", "Backtrace:", "Stack:", "Exception stack", "Code:",
		"RIP:", "RSP:", "RAX:", "RDX:", "RBP:", "R10:", "R13:", "FS:", "CS:", "CR2:",
		"DR0:",
		"DR3:", "PKRU:", "EIP:", "EAX:", "ESI:", "DS:", "CR0:", "pc :", "lr :", "sp :",
		"pstate:", "epc :", "status:", "NIP", "LR ", "GPR", "MSR:", "CFAR:",
		"Instruction dump:",
		"Krnl ", "PSW", "Mem abort info:", "Data abort info:", "user pgtable:", "ESR =",
		"irq event stamp:", "hardirqs last", "softirqs last", "in_atomic():",
		"preempt_count:",
		"RCU nest depth:", "Preemption disabled at:", "no locks held by",
		"INFO: lockdep is",
		"stack backtrace:", "task:", "rcu:", "Sending NMI", "NMI backtrace",
		"Task dump for",
		"Showing all locks held", "Showing busy workqueues", "Showing backtraces of",
		"workqueue ", "pool ", "\"echo 0 >", "page:", "page: ", "flags:", "raw:",
		"page dumped because:", "Slab 0x", "Object ", "Redzone ", "Padding ", "Bytes b4 ",
		"Allocated in ", "Freed in ", "FIX ", "Disabling lock debugging",
		"turning off the locking", "the code is fine but needs", "you didn't initialize",
		"#PF:", "PGD ", "addr:", "file:", "last function:",
	};

	if (!line.len)
		return false;
	if (line.p[0] == ' ' || line.p[0] == '\t')
		return true;
	/* arm64's and riscv's registers; "2 locks held by …:" */
	if (line.p[0] == 'x' && line.len > 3 && isdigit((unsigned char)line.p[1]))
		return true;
	if (isdigit((unsigned char)line.p[0]) &&
	    (span_has(line, " lock held by ") || span_has(line, " locks held by ")))
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++)
		if (span_starts(line, prefixes[i]))
			return true;
	return false;
}

char *splat_symbol(struct span s)
{
	size_t n = 0, base;

	while (n < s.len && (isalnum((unsigned char)s.p[n]) || strchr("_.$", s.p[n])) && s.p[n])
		n++;
	if (n == 0 || !span_starts(span_skip(s, n), "+0x"))
		return NULL;
	/* The compiler's suffixes (.isra.0, .part.1, .cold) say nothing to a reader. */
	for (base = 1; base < n && s.p[base] != '.'; base++)
		;
	return xstrndup(s.p, base);
}

/* A trailing "*" of a name in @list stands for any rest. */
static bool is_listed(const char *function, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(list[i]);

		if (list[i][len - 1] == '*' ? !strncmp(function, list[i], len - 1) :
					      !strcmp(function, list[i]))
			return true;
	}
	return false;
}

bool splat_is_printing(const char *function)
{
	static const char *const printing[] = {
		"dump_stack*", "print_report", "kasan_report", "__asan_*",
	};

	return is_listed(function, printing, ARRAY_SIZE(printing));
}

bool splat_is_stale(const char *function)
{
	static const char *const stale[] = {
		"arch_local_*", "lockdep_*", "trace_hardirqs_*", "mark_held_locks*", "os_*",
		"timer_*", "rcu_*", "preempt_*", "stableq_*", "__wait_for_common*", "wait_for_*",
		"vfree*", "unwind_*", "stack_trace_*", "sched_clock*", "kunit_*", "um_*", "ktime_*",
		"lock_is_held*", "up_*", "down_*", "do_raw_*", "finish_*", "switch_*",
	};

	return is_listed(function, stale, ARRAY_SIZE(stale));
}

bool splat_is_helper(const char *function)
{
	static const char *const helpers[] = {
		"dump_stack*", "show_stack", "dump_trace", "dump_backtrace*", "print_*",
		"__might_resched",
		"__might_sleep", "lockdep_rcu_suspicious", "__lock_acquire", "lock_acquire",
		"lock_release", "validate_chain", "mark_lock*", "register_lock_class",
		"check_prev_add", "check_noncircular", "check_irq_usage", "check_deadlock",
		"__warn*", "warn_slowpath*", "report_bug", "handle_bug", "exc_*", "asm_*", "die*",
		"do_trap*", "refcount_warn_saturate", "refcount_dec*", "refcount_inc*",
		"__refcount*",
		"__list_add_valid*", "__list_del_entry_valid*", "debug_print_object",
		"debug_object_*", "__debug_object_*", "debug_check_no_obj_freed",
		"__debug_check_no_obj_freed", "ubsan_*", "__ubsan_*", "handle_overflow", "kasan_*",
		"__kasan_*", "__asan_*", "slab_err", "slab_bug", "object_err", "check_object",
		"check_slab", "check_bytes_and_report", "alloc_debug_processing",
		"free_debug_processing", "kmem_cache_destroy", "__kmem_cache_shutdown",
		"__schedule",
		"__schedule_bug", "schedule", "schedule_timeout", "schedule_preempt_disabled",
		"rcu_dump_cpu_stacks", "nmi_*", "_raw_spin_*", "__mutex_*", "mutex_lock*",
		"kmemleak_alloc*", "kfree", "kvfree", "kmem_cache_free*", "kmem_cache_alloc*",
		"__kmalloc*", "kmalloc*", "__kmem_cache_alloc*", "___slab_alloc", "__slab_free",
		"slab_free*",
		"bad_page", "free_page_is_bad", "show_regs", "panic", "dequeue_*", "spin_bug",
		"do_raw_spin_*",
	};

	return is_listed(function, helpers, ARRAY_SIZE(helpers));
}

static bool is_symbol_char(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '.' || c == '$';
}

bool splat_mentions(const struct splat *s, const char *function)
{
	static const char *const ends[] = { "\nAllocated by task ", "\nFreed by task ",
					    "\nThe buggy address ", "\nAllocated in ",
					    "\nFreed in " };
	size_t n = strlen(function);
	const char *end = s->text + strlen(s->text);

	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		const char *p = strstr(s->text, ends[i]);

		end = p && p < end ? p : end;
	}
	for (const char *p = s->text; n && (p = strstr(p, function)) && p + n <= end; p++) {
		const char *rest = p + n;

		if (p > s->text && is_symbol_char(p[-1]))
			continue;
		if (!strncmp(rest, "()!", 3))
			return true;
		while (*rest == '.')
			for (rest++; is_symbol_char(*rest) && *rest != '.'; rest++)
				;
		if (!strncmp(rest, "+0x", 3))
			return true;
	}
	return false;
}
