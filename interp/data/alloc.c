/* SPDX-License-Identifier: MIT */
/*
 * Collected memory on the Boehm collector.
 *
 * Small objects come from private free lists, one per size class of 16 bytes
 * and per sort (scanned or atomic), refilled in batches. The lists are dropped
 * at the start of every collection: what is left on them is then garbage like
 * any other, and nothing depends on the links being scanned.
 */
#include "interp/data/alloc.h"

#include <assert.h>
// GC_THREADS: the declarations that the library as packaged was built with.
#define GC_THREADS 1
#define GC_NO_THREAD_REDIRECTS 1
#include <gc.h>
#include <gc/gc_inline.h>
#include <gc/gc_mark.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

enum {
    GRANULE = 16,
    SMALL_MAX = 512,
    CLASS_COUNT = SMALL_MAX / GRANULE + 1,
    RANGE_MAX = 16,
    RESERVE_MIN = 1 << 20,
    /* The collector's own number for memory without addresses. */
    SORT_ATOMIC = 0
};

struct link {
    struct link *next;
};

struct range {
    const void *key;
    Value *start;
    Value *const *end;
};

static struct {
    bool started;
    uint32_t collect_every; /* calls; 0: when the collector wants to */
    uint32_t calls_left;
    struct link *scanned[CLASS_COUNT];
    struct link *atomic[CLASS_COUNT];
    uint64_t total;    /* bytes handed out */
    uint64_t event_at; /* value of total at which `event` is called */
    uint64_t budget_at;
    uint64_t budget_every;
    void (*budget_hook)(void);
    void (*reserve_hook)(uint64_t bytes);
    void (*refused_hook)(void);
    void *spare; /* NULL: it was used up */
    uintptr_t stack_base;
    uintptr_t stack_max; /* bytes that may be used */
    uintptr_t stack_low; /* the deepest allocation since it was forgotten */
    struct range ranges[RANGE_MAX];
    GC_push_other_roots_proc push_previous;
    bool is_poisoned; /* what is free is filled with a pattern */
    struct link *poisoned[2][CLASS_COUNT];
} heap = {.event_at = UINT64_MAX, .budget_at = UINT64_MAX};

/* Forgets all free lists. Their objects are unmarked, so the sweep that follows
 * finds them again. */
static void
drop_lists(void)
{
    for (size_t i = 0; i < CLASS_COUNT; i++) {
        heap.scanned[i] = NULL;
        heap.atomic[i] = NULL;
        heap.poisoned[0][i] = NULL;
        heap.poisoned[1][i] = NULL;
    }
}

/* Called by the collector when it gathers roots, with the world stopped. */
static void
push_roots(void)
{
    drop_lists();
    for (size_t i = 0; i < RANGE_MAX; i++) {
        const struct range *range = &heap.ranges[i];
        if (range->start != NULL && *range->end > range->start) {
            GC_push_all_eager((void *)range->start, (void *)*range->end);
        }
    }
    if (heap.push_previous != NULL) {
        heap.push_previous();
    }
}

/* The collector warns of large blocks, which are nothing unusual here. */
static void
ignore_warning(char *message, GC_word arg) // NOLINT: the collector's type.
{
    (void)message;
    (void)arg;
}

/* What an error takes: kept back for the one that says there is no more. It is
 * never touched, so it costs address space alone. */
static void
keep_spare(void)
{
    enum { SPARE = 2 << 20 };
    if (heap.spare == NULL) {
        heap.spare = GC_MALLOC_ATOMIC_UNCOLLECTABLE(SPARE);
    }
}

/* The system gives no more, and a collection freed nothing: an evaluation ends
 * with an error; without one, or if the error itself finds no room, it is the
 * process. */
_Noreturn static void
out_of_memory(size_t size)
{
    void *spare = heap.spare;
    heap.spare = NULL;
    if (spare != NULL && heap.refused_hook != NULL) {
        GC_FREE(spare);
        heap.refused_hook();
    }
    fprintf(stderr,
            "ronin: out of memory: the system refused %zu bytes, with %zu in "
            "use\n",
            size, (size_t)GC_get_heap_size());
    _Exit(ALLOC_EXIT_REFUSED);
}

/* Half of the stack's limit is ours; the rest is for what runs on top. */
static void
measure_stack(void)
{
    enum { STACK_MIN = 512 * 1024, STACK_MAX = 64 * 1024 * 1024 };
    struct rlimit limit;
    struct GC_stack_base base;
    heap.stack_base = (uintptr_t)&limit;
    heap.stack_low = heap.stack_base;
    // What the collector found when it started: finding it again would read
    // the list of mappings once more.
    if (GC_get_my_stackbottom(&base) != NULL && base.mem_base != NULL) {
        heap.stack_base = (uintptr_t)base.mem_base;
    }
    heap.stack_max = STACK_MIN;
    if (getrlimit(RLIMIT_STACK, &limit) == 0) {
        heap.stack_max = limit.rlim_cur / 2;
    }
    if (heap.stack_max > STACK_MAX) {
        heap.stack_max = STACK_MAX;
    }
}

bool
alloc_stack_is_deep(void)
{
    char here;
    return heap.stack_base - (uintptr_t)&here > heap.stack_max;
}

/* What runs deeper than this leaves words that a collection can see. Only where
 * memory is asked of the collector: it runs nowhere else. */
static inline void
note_depth(void)
{
    char here;
    if ((uintptr_t)&here < heap.stack_low) {
        heap.stack_low = (uintptr_t)&here;
    }
}

/* The array is looked at, so that the compiler fills it; before and after, so
 * that the call in between is one. */
#define FORGET(size)                   \
    char unused[size];                 \
    memset(unused, 0, sizeof(unused)); \
    __asm__ volatile("" : : "r"(unused) : "memory")

/* Frame by frame, because only what is in a frame may be written. */
__attribute__((noinline)) static void
forget_down_to(uintptr_t end)
{
    FORGET(1024);
    if ((uintptr_t)unused > end) {
        forget_down_to(end);
        __asm__ volatile("" : : "r"(unused) : "memory");
    }
}

__attribute__((noinline)) void
alloc_forget_stack(void)
{
    enum { DEPTH_MAX = 64 * 1024, MARGIN = 2048 };
    char here;
    uintptr_t top = (uintptr_t)&here;
    uintptr_t low = heap.stack_low < top ? heap.stack_low : top;
    forget_down_to(top - low < DEPTH_MAX ? low - MARGIN : top - DEPTH_MAX);
    heap.stack_low = top;
}

__attribute__((noinline)) void
alloc_forget_frame(void)
{
    FORGET(512);
}

/* The frames of a collection come to lie where the collector gave out blocks
 * before, and each block begins with an object: so what is asked for begins on
 * clear ground, and all others do from where they tell. */
__attribute__((noinline)) static void
forget_blocks(void)
{
    FORGET(4096);
}

static void
collect(void)
{
    forget_blocks();
    GC_gcollect();
}

void
alloc_start(size_t heap_initial_bytes)
{
    if (heap.started) {
        return;
    }
    heap.started = true;
    GC_set_all_interior_pointers(0);
    GC_set_warn_proc(ignore_warning);
    // One marker: a second thread gained nothing measurable and costs start.
    GC_set_markers_count(1);
    // There is nothing yet that a first collection could free.
    GC_set_dont_precollect(1);
    GC_INIT();
    GC_set_free_space_divisor(1);
    measure_stack();
    heap.push_previous = GC_get_push_other_roots();
    GC_set_push_other_roots(push_roots);
    GC_set_start_callback(forget_blocks);
    if (heap_initial_bytes > GC_get_heap_size()) {
        GC_expand_hp(heap_initial_bytes - GC_get_heap_size());
    }
}

/* So much more at once: fewer bytes are not worth it, and more gain nothing. */
#define EXPECTED_MIN ((size_t)48 << 20)
#define EXPECTED_MAX ((size_t)96 << 20)
/* Of these, after how many a collection is due. */
#define EXPECTED_QUARTERS 3

/* One block of the whole size, which is free again at once: so it is known where the
 * heap grew. New pages cost as much as the collections that they spare, unless they
 * are large. */
static void
grow_at_once(size_t size)
{
    enum { LARGE_PAGE = 2 << 20 };
    char *block = GC_malloc_atomic_ignore_off_page(size);
    if (block == NULL) {
        return; // It grows as it must, then.
    }
    size_t before = LARGE_PAGE - (uintptr_t)block % LARGE_PAGE;
    (void)madvise(block + before, size - before, MADV_HUGEPAGE);
    GC_free(block);
}

void
alloc_expect(uint64_t bytes)
{
    size_t size = bytes < EXPECTED_MAX ? (size_t)bytes : EXPECTED_MAX;
    if (size < EXPECTED_MIN || size <= GC_get_heap_size()) {
        return;
    }
    grow_at_once(size - GC_get_heap_size());
    GC_set_min_bytes_allocd(size / 4 * EXPECTED_QUARTERS);
}

/* The next total at which alloc leaves its fast path. */
static void
schedule_event(void)
{
    heap.event_at = heap.collect_every != 0 ? 0 : heap.budget_at;
}

/* What is due now that heap.total passed heap.event_at. */
__attribute__((noinline)) static void
run_event(void)
{
    if (heap.collect_every != 0 && --heap.calls_left == 0) {
        heap.calls_left = heap.collect_every;
        collect();
    }
    if (heap.budget_hook != NULL && heap.total >= heap.budget_at) {
        heap.budget_at = heap.total + heap.budget_every;
        schedule_event();
        keep_spare();
        heap.budget_hook();
    }
}

/* On clear ground: what is due may be a collection, see forget_blocks. */
__attribute__((noinline)) static void
event(void)
{
    note_depth();
    forget_blocks();
    run_event();
}

/* Objects of one class, linked through their first words. Scanned ones come
 * zeroed but for that link, which alloc clears. */
static struct link *
take_batch(size_t class_index, int sort)
{
    void *batch = NULL;
    size_t size = class_index * GRANULE;
    if (sort == SORT_ATOMIC) {
        GC_generic_malloc_many(size, sort, &batch);
    } else {
        batch = GC_malloc_many(size);
    }
    if (batch == NULL) {
        out_of_memory(size);
    }
    return (struct link *)batch;
}

/* No address, no small number, and no text. */
enum { POISON = 0xdb };

static void
poison(struct link *batch, size_t size)
{
    for (struct link *at = batch; at != NULL; at = at->next) {
        memset(at + 1, POISON, size - sizeof(*at));
    }
}

/* One object alone, so that the next one comes here, too. What was written
 * into it while it was free is a bug; what reads it then reads the pattern, and
 * so does what forgets to fill an atomic one. */
static struct link *
take_poisoned(size_t class_index, int sort)
{
    size_t size = class_index * GRANULE;
    struct link **list = &heap.poisoned[sort == SORT_ATOMIC][class_index];
    if (*list == NULL) {
        struct link *batch = take_batch(class_index, sort);
        poison(batch, size);
        *list = batch;
    }
    struct link *object = *list;
    *list = object->next;
    object->next = NULL;
    const unsigned char *bytes = (const unsigned char *)object;
    for (size_t i = sizeof(*object); i < size; i++) {
        assert(bytes[i] == POISON); // Written after it was freed.
    }
    if (sort != SORT_ATOMIC) {
        memset(object, 0, size);
    }
    return object;
}

static struct link *
refill(size_t class_index, int sort)
{
    assert(heap.started);
    note_depth();
    return heap.is_poisoned ? take_poisoned(class_index, sort)
                            : take_batch(class_index, sort);
}

/* A block of a size of its own. What is really large asks first: a buffer that
 * doubles would otherwise pass the budget by as much again before the next look
 * at it. */
static void *
take_large(size_t size, bool is_scanned)
{
    assert(size > SMALL_MAX);
    note_depth();
    if (size >= RESERVE_MIN) {
        alloc_reserve(size);
    }
    void *block = is_scanned ? GC_MALLOC(size) : GC_MALLOC_ATOMIC(size);
    if (block == NULL) {
        out_of_memory(size);
    }
    return block;
}

/* Scanned memory of exactly `size` bytes, which is not 0. */
static inline void *
take_scanned(size_t size)
{
    heap.total += size;
    if (heap.total >= heap.event_at) {
        event();
    }
    if (size > SMALL_MAX) {
        return take_large(size, true);
    }
    size_t class_index = (size + GRANULE - 1) / GRANULE;
    struct link *object = heap.scanned[class_index];
    if (object == NULL) {
        object = refill(class_index, SORT_ATOMIC + 1);
    }
    heap.scanned[class_index] = object->next;
    object->next = NULL;
    return object;
}

static inline void *
take_atomic(size_t size)
{
    heap.total += size;
    if (heap.total >= heap.event_at) {
        event();
    }
    if (size > SMALL_MAX) {
        return take_large(size, false);
    }
    size_t class_index = (size + GRANULE - 1) / GRANULE;
    struct link *object = heap.atomic[class_index];
    if (object == NULL) {
        object = refill(class_index, SORT_ATOMIC);
    }
    heap.atomic[class_index] = object->next;
    return object;
}

/* A block in use is not freed while a loop over it goes on, though all that
 * the compiler left of its address may be the one behind its last item: a
 * byte more puts that address inside, too. Objects need no such byte, their
 * owners hold them by their first address. */
enum { BYTE_BEHIND = 1 };

void *
alloc(size_t size)
{
    return take_scanned(size + BYTE_BEHIND);
}

void *
alloc_atomic(size_t size)
{
    return take_atomic(size + BYTE_BEHIND);
}

void *
alloc_object(enum kind kind, size_t size)
{
    assert(size >= sizeof(struct object));
    struct object *object = take_scanned(size);
    object->kind = (uint8_t)kind;
    return object;
}

void *
alloc_atomic_object(enum kind kind, size_t size)
{
    assert(size >= sizeof(struct object));
    struct object *object = take_atomic(size);
    *object = (struct object){.kind = (uint8_t)kind};
    return object;
}

/* Scanned, because a library keeps addresses of its blocks in its blocks. */
void *
alloc_for_library(size_t size)
{
    heap.total += size;
    if (heap.collect_every != 0 && --heap.calls_left == 0) {
        heap.calls_left = heap.collect_every;
        collect();
    }
    note_depth();
    void *block = GC_MALLOC(size + BYTE_BEHIND);
    if (block == NULL) {
        out_of_memory(size);
    }
    return block;
}

void
alloc_library_free(void *block, size_t size)
{
    // Small blocks are cheaper to sweep than to give back one by one.
    if (size > SMALL_MAX) {
        GC_FREE(block);
    }
}

void
alloc_reserve(uint64_t bytes)
{
    if (heap.reserve_hook != NULL) {
        heap.reserve_hook(bytes);
    }
}

void
alloc_charge(size_t bytes)
{
    heap.total += bytes;
    if (heap.total >= heap.event_at) {
        event();
    }
}

void
alloc_set_reserve_hook(void (*hook)(uint64_t bytes))
{
    heap.reserve_hook = hook;
}

void
alloc_set_refused_hook(void (*hook)(void))
{
    heap.refused_hook = hook;
    keep_spare();
}

void
alloc_root_range(const void *key, Value *start, Value *const *end)
{
    struct range *spare = NULL;
    for (size_t i = 0; i < RANGE_MAX; i++) {
        struct range *range = &heap.ranges[i];
        if (range->start != NULL && range->key == key) {
            *range = (struct range){key, start, end};
            return;
        }
        if (range->start == NULL && spare == NULL) {
            spare = range;
        }
    }
    if (start != NULL) {
        assert(spare != NULL);
        *spare = (struct range){key, start, end};
    }
}

Value *
alloc_root_create(void)
{
    assert(heap.started);
    Value *root = GC_MALLOC_UNCOLLECTABLE(sizeof(Value));
    if (root == NULL) {
        out_of_memory(sizeof(Value));
    }
    *root = VALUE_NIL;
    return root;
}

void
alloc_root_destroy(Value *root)
{
    if (root != NULL) {
        GC_FREE(root);
    }
}

uint64_t
alloc_total_bytes(void)
{
    return heap.total;
}

void
alloc_count_work(uint64_t bytes)
{
    // A hook knows of one piece at a time, however much passed since.
    while (heap.budget_hook != NULL && bytes > heap.budget_every) {
        bytes -= heap.budget_every;
        heap.total += heap.budget_every;
        event();
    }
    heap.total += bytes;
    if (heap.total >= heap.event_at) {
        event();
    }
}

size_t
alloc_heap_bytes(void)
{
    return GC_get_heap_size() - GC_get_free_bytes();
}

void
alloc_set_budget_hook(void (*hook)(void), uint64_t every_bytes)
{
    assert(hook == NULL || every_bytes > 0);
    heap.budget_hook = hook;
    heap.budget_every = every_bytes;
    heap.budget_at = hook == NULL ? UINT64_MAX : heap.total + every_bytes;
    schedule_event();
}

void
alloc_collect(void)
{
    collect();
}

void
alloc_poison(bool on)
{
    drop_lists();
    heap.is_poisoned = on;
}

void
alloc_collect_every(uint32_t calls)
{
    heap.collect_every = calls;
    heap.calls_left = calls;
    schedule_event();
}
