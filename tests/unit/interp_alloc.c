/* SPDX-License-Identifier: MIT */
#include "tests/lib/values.h"

#include "interp/data/list.h"
#include "interp/data/map.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { OBJECTS = 400, SIZE = 64 };

/* Where the addresses go that must not be seen: turned over. */
static uintptr_t hidden[OBJECTS];

/* Overwrites what older calls left on the stack. */
static __attribute__((noinline)) void
clear_stack(void)
{
    volatile char junk[16 * 1024];
    memset((char *)(uintptr_t)junk, 0, sizeof(junk));
}

/* Fills new objects and lets `holder` have an address inside of each. What
 * lies between them in a batch is nobody's. */
static __attribute__((noinline)) void
fill(char **holder, size_t offset)
{
    for (size_t i = 0; i < OBJECTS; i++) {
        char *object = alloc(SIZE);
        memset(object, 1, SIZE);
        hidden[i] = ~(uintptr_t)object;
        holder[i] = object + offset;
        alloc(SIZE);
    }
}

/* Allocates until freed memory must have been handed out again. */
static __attribute__((noinline)) int
count_reused(void)
{
    static char seen[OBJECTS];
    memset(seen, 0, sizeof(seen));
    void **keep = NULL;
    for (size_t n = 0; n < 60000; n++) {
        void **object = alloc(SIZE);
        object[0] = keep;
        keep = object;
        for (size_t i = 0; n % 16 == 0 && i < OBJECTS; i++) {
            // Batches are whole pages, so a sample of the addresses will do.
            seen[i] |= ~(uintptr_t)object == hidden[i];
        }
    }
    int reused = 0;
    for (size_t i = 0; i < OBJECTS; i++) {
        reused += seen[i];
    }
    return keep == NULL ? -1 : reused;
}

static int
count_damaged(void)
{
    int damaged = 0;
    for (size_t i = 0; i < OBJECTS; i++) {
        const char *object = (const char *)~hidden[i];
        damaged += object[SIZE - 1] != 1;
    }
    return damaged;
}

TEST(memory_is_zeroed_and_aligned)
{
    for (size_t size = 1; size < 2000; size += 7) {
        char *block = alloc(size);
        CHECK_EQ_INT((uintptr_t)block & 15, 0);
        CHECK_EQ_INT((uintptr_t)alloc_atomic(size) & 15, 0);
        for (size_t i = 0; i < size; i++) {
            REQUIRE(block[i] == 0);
        }
    }
}

TEST(memory_stays_zeroed_after_collections)
{
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 5000; i++) {
            char *block = alloc(48);
            for (size_t at = 0; at < 48; at++) {
                REQUIRE(block[at] == 0);
            }
            memset(block, 0xff, 48);
        }
        alloc_collect();
    }
}

TEST(objects_carry_their_kind)
{
    struct object *scanned = alloc_object(KIND_LIST, 48);
    struct object *atomic = alloc_atomic_object(KIND_STRING, 48);
    CHECK_EQ_INT(scanned->kind, KIND_LIST);
    CHECK_EQ_INT(atomic->kind, KIND_STRING);
    CHECK_EQ_INT(atomic->hash, 0);
}

TEST(address_on_the_stack_keeps_alive)
{
    char *holder[OBJECTS];
    fill(holder, 0);
    alloc_collect();
    count_reused();
    CHECK_EQ_INT(count_damaged(), 0);
    CHECK(holder[OBJECTS - 1] != NULL);
}

TEST(interior_address_on_the_stack_keeps_alive)
{
    char *volatile holder[OBJECTS];
    fill((char **)(uintptr_t)holder, 24);
    clear_stack();
    alloc_collect();
    count_reused();
    CHECK_EQ_INT(count_damaged(), 0);
    CHECK(holder[0] != NULL);
}

TEST(address_behind_the_last_item_keeps_alive)
{
    // All that is left of an array after the last turn of a loop over it.
    char *volatile holder[OBJECTS];
    fill((char **)(uintptr_t)holder, SIZE);
    clear_stack();
    alloc_collect();
    count_reused();
    CHECK_EQ_INT(count_damaged(), 0);
    CHECK(holder[0] != NULL);
}

TEST(address_in_the_heap_keeps_alive)
{
    char **holder = alloc(OBJECTS * sizeof(char *));
    fill(holder, 0);
    clear_stack();
    alloc_collect();
    count_reused();
    CHECK_EQ_INT(count_damaged(), 0);
    CHECK(holder[0] != NULL);
}

TEST(interior_address_in_the_heap_does_not)
{
    char **holder = alloc(OBJECTS * sizeof(char *));
    fill(holder, 24);
    clear_stack();
    alloc_collect();
    CHECK(count_reused() > 0 || count_damaged() > OBJECTS / 2);
    CHECK(holder[0] != NULL);
}

TEST(roots_keep_alive)
{
    Value *root = alloc_root_create();
    CHECK(value_is_nil(*root));
    *root = list_2(string("kept"), integer(7));
    clear_stack();
    alloc_collect();
    count_reused();
    CHECK_EQ_STR(bytes_of(list_object(*root)->first), "kept");
    alloc_root_destroy(root);
    alloc_root_destroy(NULL);
}

static Value range_slots[64];
static Value *range_end = range_slots;

TEST(ranges_are_read_anew_each_time)
{
    // Plain memory outside of what the collector scans by itself.
    alloc_root_range(&range_end, range_slots, &range_end);
    for (int i = 0; i < 64; i++) {
        *range_end++ = text_format("item %d", i);
    }
    alloc_collect();
    count_reused();
    CHECK_EQ_STR(bytes_of(range_slots[63]), "item 63");
    range_end = range_slots;
    alloc_collect();
    alloc_root_range(&range_end, NULL, NULL);
    alloc_root_range(&range_end, range_slots, &range_end);
    alloc_root_range(&range_end, NULL, NULL);
}

static int budget_calls;

static void
count_budget(void)
{
    budget_calls++;
}

TEST(budget_hook_is_called_every_so_many_bytes)
{
    budget_calls = 0;
    uint64_t before = alloc_total_bytes();
    alloc_set_budget_hook(count_budget, 64 * 1024);
    while (alloc_total_bytes() < before + 640 * 1024) {
        alloc(64);
    }
    alloc_set_budget_hook(NULL, 0);
    CHECK(budget_calls >= 9 && budget_calls <= 10);
    alloc(1024);
    CHECK(budget_calls <= 10);
}

static void
throw_budget(void)
{
    error_throw(ERROR_LIMIT, "spent");
}

static Value
spend(void *arg)
{
    (void)arg;
    for (int i = 0; i < 1000000; i++) {
        alloc(64);
    }
    return VALUE_NIL;
}

TEST(budget_hook_may_throw)
{
    alloc_set_budget_hook(throw_budget, 16 * 1024);
    CHECK_EQ_STR(thrown_by(spend, NULL), "spent");
    alloc_set_budget_hook(NULL, 0);
}

TEST(heap_size_is_known)
{
    CHECK(alloc_heap_bytes() > 0);
    CHECK(alloc_total_bytes() > 0);
    CHECK(!alloc_stack_is_deep());
}

TEST(collecting_at_every_call_changes_nothing)
{
    alloc_collect_every(1);
    Value map = map_empty();
    Value vector = vector_empty();
    for (int i = 0; i < 40; i++) {
        map = map_assoc(map, text_format("key %d", i), list_1(integer(i)));
        vector = vector_conj(vector, text_format("item %d", i));
    }
    alloc_collect_every(0);
    CHECK_EQ_INT(map_count(map), 40);
    for (int i = 0; i < 40; i++) {
        Value list = map_get(map, text_format("key %d", i));
        REQUIRE(list_is(list));
        CHECK(value_is(list_object(list)->first, integer(i)));
        CHECK(text_equal(vector_at(vector, (uint32_t)i),
                         text_format("item %d", i)));
    }
}

TEST(poison_fills_what_is_free)
{
    alloc_poison(true);
    for (size_t size = 16; size <= 480; size += 16) {
        const unsigned char *scanned = alloc_object(KIND_LIST, size);
        const unsigned char *atomic = alloc_atomic_object(KIND_STRING, size);
        for (size_t i = sizeof(struct object); i < size; i++) {
            REQUIRE(scanned[i] == 0);
            REQUIRE(atomic[i] == 0xdb);
        }
    }
    alloc_poison(false);
}

/* Writes into an object that was collected, until memory is handed out again. */
static void
write_after_free(void)
{
    alloc_poison(true);
    char **holder = alloc(OBJECTS * sizeof(char *));
    fill(holder, 0);
    memset(holder, 0, OBJECTS * sizeof(char *));
    clear_stack();
    alloc_collect();
    for (size_t n = 0; n < 60000; n++) {
        alloc(SIZE);
        for (size_t i = 0; n % 16 == 0 && i < OBJECTS; i++) {
            ((char *)~hidden[i])[SIZE - 1] = 7;
        }
    }
}

TEST(poison_finds_writes_after_free)
{
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        bool is_quiet = freopen("/dev/null", "w", stderr) != NULL;
        write_after_free();
        _exit(is_quiet ? 0 : 1);
    }
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

TEST(collecting_at_every_call_with_poison_changes_nothing)
{
    alloc_poison(true);
    alloc_collect_every(1);
    Value map = map_empty();
    for (int i = 0; i < 200; i++) {
        map = map_assoc(map, text_format("key %d", i % 50), integer(i));
    }
    alloc_collect_every(0);
    alloc_poison(false);
    CHECK_EQ_INT(map_count(map), 50);
    for (int i = 0; i < 50; i++) {
        CHECK(
            value_is(map_get(map, text_format("key %d", i)), integer(150 + i)));
    }
}

/* Without it, more than half of this would have been collected on the way. The last
 * test here: the heap stays as it is. */
TEST(what_is_expected_is_collected_late)
{
    enum { PIECE = 64, COUNT = (40 << 20) / PIECE };
    alloc_collect();
    size_t before = alloc_heap_bytes();
    alloc_expect(1 << 20); // So little changes nothing.
    alloc_expect(UINT64_MAX);
    CHECK(alloc_heap_bytes() < before + (1 << 20));
    for (int i = 0; i < COUNT; i++) {
        alloc_atomic(PIECE);
    }
    CHECK(alloc_heap_bytes() > before + (36 << 20));
    alloc_collect();
    CHECK(alloc_heap_bytes() < before + (8 << 20));
}
