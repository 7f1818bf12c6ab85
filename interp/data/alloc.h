/* SPDX-License-Identifier: MIT */
/*
 * Collected memory: the only module that knows the collector.
 *
 * The collector runs with interior pointers off: an address into the middle
 * of an object keeps it alive only from the C stack and registers. There is
 * one interpreter thread; nothing here may be called from another.
 * Out of memory of the machine aborts; the budget of an evaluation throws
 * (limits.h), because alloc asks alloc_budget_hook first.
 */
#ifndef INTERP_DATA_ALLOC_H
#define INTERP_DATA_ALLOC_H

#include "interp/data/value.h"

#include <stddef.h>

/* Starts the collector with an initial heap; later calls do nothing. */
void alloc_start(size_t heap_initial_bytes);

/* About so many bytes will be asked for, and most of them let go of soon: the heap
 * grows for them at once, in large pages where the system has them, and is collected
 * less often. Costs nothing where they are few. */
void alloc_expect(uint64_t bytes);

/* Zeroed memory that the collector scans; 16-byte aligned; never NULL; size
 * may be 0. On the C stack the address behind it keeps it alive, too, so a
 * loop may run a pointer over it to the end. */
void *alloc(size_t size);

/* The same without addresses in it (text, numbers, code), and not zeroed. */
void *alloc_atomic(size_t size);

/* Allocates an object of `size` bytes and sets its header's kind. Whoever walks
 * its items holds the object itself. */
void *alloc_object(enum kind kind, size_t size);
void *alloc_atomic_object(enum kind kind, size_t size);

/* Memory for a library in C: scanned, not zeroed, kept by an address on the C
 * stack or in such memory. Counted, but never throws, as nothing may jump
 * across the library: ask alloc_reserve for the room before it is called. */
void *alloc_for_library(size_t size);
/* Gives memory of alloc_for_library back early. */
void alloc_library_free(void *block, size_t size);

/* Throws when so many more bytes would pass the budget of the evaluation. */
void alloc_reserve(uint64_t bytes);
/* Counts work that takes no memory as if it took so many bytes. May throw. */
void alloc_charge(size_t bytes);
/* What answers alloc_reserve; NULL: all is granted. */
void alloc_set_reserve_hook(void (*hook)(uint64_t bytes));

/* Called when the system refuses memory: may throw. If it returns, or there is
 * none, the process ends with one line and this status. */
void alloc_set_refused_hook(void (*hook)(void));
enum { ALLOC_EXIT_REFUSED = 4 };

/* Lets the collector scan [start, *end) on every collection (a VM stack);
 * `end` is read anew each time. At most one range per `key`; start NULL
 * removes it. */
void alloc_root_range(const void *key, Value *start, Value *const *end);

/* A slot that the collector scans; freed by alloc_root_destroy. */
Value *alloc_root_create(void);
void alloc_root_destroy(Value *root);

/* Bytes handed out since alloc_start; drives the memory budget. */
uint64_t alloc_total_bytes(void);
/* Counts work that allocates nothing as if it had: a C loop without an end in
 * sight reports now and then, so that the budget ends it. May throw. */
void alloc_count_work(uint64_t bytes);
/* Bytes in use after the last collection, and the heap's size. */
size_t alloc_heap_bytes(void);

/* Called once whenever another `every` bytes were handed out; NULL: never.
 * The hook may throw. */
void alloc_set_budget_hook(void (*hook)(void), uint64_t every_bytes);

/* True when little C stack is left: what calls itself through programs (lazy
 * sequences, comparators) asks first, and throws a limit error. */
bool alloc_stack_is_deep(void);

/* Clears what finished calls left on the C stack, where the collector may take
 * it for something in use: called before a walk that may be long. */
void alloc_forget_stack(void);
/* The same where the frame of the next call will be: a walker's own frame has
 * gaps that it never fills. */
void alloc_forget_frame(void);

/* Runs a full collection. */
void alloc_collect(void);

/* Makes every so-manieth allocation run one (tests); 0: none does. */
void alloc_collect_every(uint32_t calls);
/* Fills small free objects with a pattern, which is checked before they are
 * used again: for tests. */
void alloc_poison(bool on);

#endif
