/* SPDX-License-Identifier: MIT */
#include "runtime/ninja/logs_mark.h"

#include "runtime/ninja/log_file.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define MARK_PATH ".ronin/ninja-log"
#define LEFT_PATH ".ronin/ninja-log-left"

/* What an older program left has none. */
static void
read_place(struct log_mark *mark, FILE *file)
{
    struct hash128 *hash = &mark->snapshot;
    size_t cap = 0;
    if (fscanf(file, "%" SCNx64 " %" SCNx64 " ", &hash->high, &hash->low) !=
            2 ||
        getdelim(&mark->path, &cap, '\0', file) <= 0) {
        *hash = (struct hash128){0, 0};
    }
}

void
log_mark_read(struct log_mark *mark)
{
    FILE *file = fopen(MARK_PATH, "re");
    log_mark_finish(mark);
    if (file == NULL) {
        return;
    }
    uint64_t inode = 0;
    uint64_t size = 0;
    if (fscanf(file, "%" SCNu64 " %" SCNu64, &inode, &size) == 2) {
        mark->inode = inode;
        mark->size = size;
        read_place(mark, file);
    }
    fclose(file);
}

void
log_mark_finish(struct log_mark *mark)
{
    build_log_finish(&mark->left);
    buffer_finish(&mark->text);
    free(mark->path);
    *mark = (struct log_mark){0};
}

void
log_mark_take_away(void)
{
    (void)unlink(MARK_PATH);
}

/* A second name for a file; where there is no such thing, replaced logs are not
 * known any more, and what ninja did is done again. */
static void
keep(const char *log_path, uint64_t inode)
{
    struct stat st;
    if (stat(LEFT_PATH, &st) == 0 && (uint64_t)st.st_ino == inode) {
        return;
    }
    (void)unlink(LEFT_PATH);
    (void)!link(log_path, LEFT_PATH);
}

void
log_mark_leave(const char *log_path, struct hash128 snapshot)
{
    struct stat st;
    if (stat(log_path, &st) != 0) {
        return;
    }
    FILE *file = fopen(MARK_PATH, "we");
    if (file != NULL) {
        keep(log_path, (uint64_t)st.st_ino);
        fprintf(file, "%" PRIu64 " %" PRIu64 "\n", (uint64_t)st.st_ino,
                (uint64_t)st.st_size);
        fprintf(file, "%" PRIx64 " %" PRIx64 "\n%s", snapshot.high,
                snapshot.low, log_path);
        fclose(file);
    }
}

bool
log_mark_is_last(const struct log_mark *mark, struct hash128 snapshot)
{
    struct stat st;
    bool is_same = hash_equal(mark->snapshot, snapshot) &&
                   (snapshot.low != 0 || snapshot.high != 0);
    return is_same && stat(mark->path, &st) == 0 &&
           (uint64_t)st.st_ino == mark->inode &&
           (uint64_t)st.st_size == mark->size;
}

/* Reads the log that was left; false if it is not there any more. */
static bool
look_back(struct log_mark *mark)
{
    struct log_file file = {.path = LEFT_PATH, .fd = -1};
    struct error ignored = {0};
    if (!mark->was_looked) {
        mark->was_looked = true;
        if (log_file_load(&file, &mark->text, &ignored) &&
            file.inode == mark->inode && mark->text.len >= mark->size) {
            build_log_read(&mark->left, buffer_slice(&mark->text));
        }
        error_finish(&ignored);
    }
    return mark->left.version != 0;
}

/* The time of a line may have been noted anew; the rest stays with it. Two short
 * runs may look alike, which is why what was added to the old log is asked first:
 * ninja adds to that before it is told to replace it. */
static bool
is_same_run(const struct build_log_entry *a, const struct build_log_entry *b)
{
    return a->start_ms == b->start_ms && a->end_ms == b->end_ms &&
           a->command == b->command;
}

bool
log_mark_is_passed(struct log_mark *mark, uint64_t inode,
                   const struct build_log_entry *entry)
{
    if (mark->inode == 0) {
        return false;
    }
    if (mark->inode == inode) {
        return entry->at >= mark->size;
    }
    if (!look_back(mark)) {
        return false;
    }
    const struct build_log_entry *left =
        build_log_find(&mark->left, entry->output);
    return left == NULL || left->at >= mark->size || !is_same_run(left, entry);
}
