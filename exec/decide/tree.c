/* SPDX-License-Identifier: MIT */
/*
 * Folders wait on a stack of our own, so that a deep tree costs no stack of
 * the machine's; a path that is longer than the system takes at once is opened
 * part by part.
 */
#include "exec/decide/tree.h"

#include "exec/base/buffer.h"
#include "exec/base/memory.h"
#include "exec/base/vec.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* So many names are not read within a blink. */
#define MANY 2000
/* Far enough below what the system takes. */
#define PART_MAX (PATH_MAX / 2)

/* --- The walk ------------------------------------------------------------------ */

struct walk {
    struct vec stack; /* of char *: folders that were not read yet */
    const char *dir;
    tree_visit_fn *visit;
    void *ctx;
    bool all;     /* bookkeeping, too */
    bool patient; /* goes on when reading is to stop */
    bool whole;   /* all of it could be read */
};

/* Bookkeeping, ours and that of git, is nobody's source. */
static bool
is_bookkeeping(const char *name, bool all)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
           (!all && (strcmp(name, ".ronin") == 0 || strcmp(name, ".git") == 0));
}

/* The path of a name in a folder, relative to the root. */
static char *
path_below(const char *dir, const char *name)
{
    assert(*dir && *name);
    if (strcmp(dir, ".") == 0) {
        return mem_copy_str(name);
    }
    return mem_format(strcmp(dir, "/") == 0 ? "%s%s" : "%s/%s", dir, name);
}

/* Opens a folder, whatever the length of its path. */
static int
open_folder(int root_fd, const char *path)
{
    int at = root_fd;
    int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
    char *rest = mem_copy_str(path);
    char *part = rest;
    while (strlen(part) > PART_MAX) {
        char *cut = part + PART_MAX;
        while (cut > part && *cut != '/') {
            cut--;
        }
        if (cut == part) {
            break; // No name is that long: the system will say so.
        }
        *cut = '\0';
        int next = openat(at, part, flags);
        if (at != root_fd) {
            close(at);
        }
        if (next < 0) {
            free(rest);
            return -1;
        }
        at = next;
        part = cut + 1;
    }
    int fd = openat(at, part, flags);
    if (at != root_fd) {
        close(at);
    }
    free(rest);
    return fd;
}

/* One name in a folder; a folder goes to the stack. */
static void
visit_name(struct walk *walk, int dir_fd, const char *dir, const char *name)
{
    struct file_stat st;
    stat_default()->look_link(dir_fd, name, &st);
    if (!st.exists) {
        walk->whole = walk->whole && st.errnum == 0; // Gone meanwhile: fine.
        return;
    }
    char *path = path_below(dir, name);
    size_t skip = strcmp(walk->dir, ".") == 0   ? 0
                  : strcmp(walk->dir, "/") == 0 ? 1
                                                : strlen(walk->dir) + 1;
    struct tree_entry entry = {path, path + skip, dir_fd, name, &st};
    walk->visit(walk->ctx, &entry);
    if (st.kind == KIND_DIR) {
        vec_push(&walk->stack, &path);
    } else {
        free(path);
    }
}

/* The walk is not whole then. */
static bool
is_stopped(struct walk *walk)
{
    bool stopped = !walk->patient && hash_is_stopped();
    walk->whole = walk->whole && !stopped;
    return stopped;
}

static void
visit_folder(struct walk *walk, int root_fd, const char *dir)
{
    int fd = open_folder(root_fd, dir);
    DIR *handle = fd >= 0 ? fdopendir(fd) : NULL;
    if (!handle) {
        walk->whole = walk->whole && (errno == ENOENT || errno == ENOTDIR);
        if (fd >= 0) {
            close(fd);
        }
        return;
    }
    const struct dirent *item;
    errno = 0;
    while (!is_stopped(walk) && (item = readdir(handle))) {
        if (!is_bookkeeping(item->d_name, walk->all)) {
            visit_name(walk, fd, dir, item->d_name);
        }
        errno = 0;
    }
    walk->whole = walk->whole && errno == 0;
    closedir(handle);
}

static bool
walk_all(struct walk walk, int root_fd)
{
    assert(walk.dir && walk.visit);
    char *first = mem_copy_str(*walk.dir ? walk.dir : ".");
    walk.stack = vec_of(sizeof(char *));
    walk.dir = *walk.dir ? walk.dir : ".";
    walk.whole = true;
    vec_push(&walk.stack, &first);
    while (walk.stack.count > 0) {
        char *next = *(char **)vec_pop(&walk.stack);
        if (!is_stopped(&walk)) {
            visit_folder(&walk, root_fd, next);
        }
        free(next);
    }
    vec_finish(&walk.stack);
    return walk.whole;
}

bool
tree_walk(int root_fd, const char *dir, bool patient, tree_visit_fn *visit,
          void *ctx)
{
    return walk_all((struct walk){.dir = dir,
                                  .visit = visit,
                                  .ctx = ctx,
                                  .patient = patient},
                    root_fd);
}

static bool
is_left_out(const struct tree_filter *filter, const char *path)
{
    return filter->is_left_out && filter->is_left_out(filter->ctx, path);
}

/* --- Adding up ------------------------------------------------------------------- */

/* What a name stands for: fixed-size numbers, so that equal bytes mean equal
 * entries. Folders have neither times nor inode: what is in them tells more. */
struct attributes {
    uint64_t size;
    int64_t mtime_ns;
    int64_t ctime_ns;
    uint64_t inode;
    uint32_t kind;
    uint32_t mode;
};

struct adding {
    const struct tree_question *question;
    struct tree_sum *sum;
    uint64_t count;
    bool has_link;
};

/* The sum of hashes is the same in any order. */
static void
add_hash(struct hash128 *sum, struct hash128 hash)
{
    sum->low += hash.low;
    sum->high += hash.high;
}

/* The content behind a name; false if it cannot be read. */
static bool
content_of(const struct tree_entry *entry, const struct hash_backend *hash,
           struct hash128 *content)
{
    if (entry->stat->kind == KIND_LINK) {
        char target[PATH_MAX];
        ssize_t len =
            readlinkat(entry->dir_fd, entry->name, target, sizeof(target));
        *content = hash->bytes(target, len > 0 ? (size_t)len : 0);
        return len > 0;
    }
    *content = (struct hash128){0};
    int errnum;
    struct error unreadable = {0};
    bool read =
        entry->stat->kind != KIND_FILE ||
        hash->file(entry->dir_fd, entry->name, content, &errnum, &unreadable);
    error_finish(&unreadable); // Whoever reads the folder will say why.
    return read;
}

static void
add_content(struct adding *adding, const struct tree_entry *entry)
{
    const struct hash_backend *hash = adding->question->hash;
    struct buffer text = {0};
    struct hash128 content;
    uint32_t numbers[2] = {entry->stat->kind, entry->stat->mode};
    if (!content_of(entry, hash, &content)) {
        adding->sum->lost = true;
    }
    buffer_add_text(&text, entry->below);
    buffer_add(&text, numbers, sizeof(numbers));
    buffer_add(&text, &content, sizeof(content));
    add_hash(&adding->sum->content, hash->bytes(text.bytes, text.len));
    buffer_finish(&text);
}

/* The same file system all through, without links, means that what is known of
 * its stamps is known of all of them. */
static void
add_times(struct adding *adding, const struct file_stat *st)
{
    struct tree_sum *sum = adding->sum;
    sum->has_one_dev =
        adding->count == 0 || (sum->has_one_dev && sum->dev == st->dev);
    sum->dev = st->dev;
    adding->has_link = adding->has_link || st->kind == KIND_LINK;
    if (st->kind == KIND_DIR) {
        return;
    }
    sum->bytes += st->kind == KIND_FILE ? st->size : 0;
    sum->mtime_ns = st->mtime_ns > sum->mtime_ns ? st->mtime_ns : sum->mtime_ns;
    sum->ctime_ns = st->ctime_ns > sum->ctime_ns ? st->ctime_ns : sum->ctime_ns;
}

static void
add_entry(void *ctx, const struct tree_entry *entry)
{
    struct adding *adding = ctx;
    const struct file_stat *st = entry->stat;
    if (is_left_out(&adding->question->filter, entry->path)) {
        return;
    }
    struct attributes a = {.kind = st->kind, .mode = st->mode};
    if (st->kind != KIND_DIR) {
        a.size = st->size;
        a.mtime_ns = st->mtime_ns;
        a.ctime_ns = st->ctime_ns;
        a.inode = st->inode;
    }
    struct buffer text = {0};
    buffer_add_text(&text, entry->below);
    buffer_add(&text, &a, sizeof(a));
    adding->sum->print += hash_default()->bytes(text.bytes, text.len).low;
    buffer_finish(&text);
    add_times(adding, st);
    if (++adding->count == MANY) {
        hash_tell(adding->question->dir);
    }
    if (adding->question->hash) {
        add_content(adding, entry);
    }
}

void
tree_add_up(const struct tree_question *question, struct tree_sum *sum)
{
    *sum = (struct tree_sum){.has_one_dev = false};
    struct adding adding = {.question = question, .sum = sum};
    bool whole =
        tree_walk(question->root_fd, question->dir, false, add_entry, &adding);
    if (adding.count >= MANY) {
        hash_tell(NULL);
    }
    sum->lost = sum->lost || !whole;
    sum->print |= 1; // 0 means that nobody asked.
    sum->has_one_dev =
        adding.count == 0 || (sum->has_one_dev && !adding.has_link);
    if (question->hash) {
        /* Hashed once more, so that an empty folder has a content, too. */
        struct {
            struct hash128 sum;
            uint64_t count;
        } whole_content = {sum->content, adding.count};
        sum->content =
            question->hash->bytes(&whole_content, sizeof(whole_content));
    }
}

/* --- Removing --------------------------------------------------------------------- */

struct removing {
    const struct tree_removal *removal;
    struct vec folders; /* of char *, each before what is in it */
};

static void
remove_entry(void *ctx, const struct tree_entry *entry)
{
    struct removing *removing = ctx;
    if (entry->stat->kind == KIND_DIR) {
        char *copy = mem_copy_str(entry->path);
        vec_push(&removing->folders, &copy);
    } else if (entry->stat->ctime_ns >= removing->removal->since_ns &&
               !is_left_out(&removing->removal->filter, entry->path)) {
        (void)unlinkat(entry->dir_fd, entry->name, 0);
    }
}

/* From the deepest up; one that is not empty stays. */
static void
remove_folder(int root_fd, const char *path)
{
    const char *slash = strrchr(path, '/');
    if (strlen(path) <= PART_MAX || !slash) {
        (void)unlinkat(root_fd, path, AT_REMOVEDIR);
        return;
    }
    char *parent = mem_copy(path, (size_t)(slash - path));
    int fd = open_folder(root_fd, parent);
    free(parent);
    if (fd >= 0) {
        (void)unlinkat(fd, slash + 1, AT_REMOVEDIR);
        close(fd);
    }
}

void
tree_remove(const struct tree_removal *removal)
{
    assert(*removal->dir);
    struct removing removing = {removal, vec_of(sizeof(char *))};
    struct walk walk = {.dir = removal->dir,
                        .visit = remove_entry,
                        .ctx = &removing,
                        .all = removal->bookkeeping,
                        .patient = true};
    (void)walk_all(walk, removal->root_fd);
    while (removing.folders.count > 0) {
        char *path = *(char **)vec_pop(&removing.folders);
        remove_folder(removal->root_fd, path);
        free(path);
    }
    vec_finish(&removing.folders);
    if (removal->whole) {
        remove_folder(removal->root_fd, removal->dir);
    }
}
