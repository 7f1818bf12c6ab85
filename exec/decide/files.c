/* SPDX-License-Identifier: MIT */
/*
 * One array of files, one of recorded versions; a table from paths to files,
 * an array from version ids to versions. `now` of a file is valid once it is
 * looked at; its id is that of the recorded version that it equals, or 0.
 */
#include "exec/decide/files.h"

#include "exec/backend/stat.h"
#include "exec/base/arena.h"
#include "exec/base/memory.h"
#include "exec/base/table.h"
#include "exec/base/vec.h"

#include <assert.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define SECOND_NS 1000000000

struct known_file {
    const char *path;
    size_t path_len;
    uint32_t id;     /* in the database; 0: not there */
    uint32_t latest; /* id of the version last stored; 0: none */
    bool looked;
    bool content_asked; /* hashed, or it cannot be */
    struct file_version now;
};

struct files {
    struct state *state;
    int root_fd;
    int clock_fd; /* a file to read the file system's clock by; -1: none */
    bool frozen;
    struct arena paths;
    struct vec files;    /* of struct known_file */
    struct vec versions; /* of struct file_version */
    struct vec by_id;    /* version id -> place in versions + 1 */
    struct vec by_file;  /* file id -> place in files + 1 */
    struct table table;
};

/* Valid until a file is added. */
static struct known_file *
at(const struct files *files, uint32_t file)
{
    return vec_at(&files->files, file);
}

/* The path of a file, for the table. */
static struct slice
key_of(const void *owner, uint32_t value)
{
    const struct known_file *file = at(owner, value);
    return (struct slice){file->path, file->path_len};
}

/* A place in an array of numbers that grows as needed. */
static uint32_t *
number_at(struct vec *vec, uint32_t index)
{
    if (index >= vec->count) {
        vec_resize(vec, index + 1 > vec->cap ? index * 2 + 64 : index + 1);
    }
    return vec_at(vec, index);
}

/* The number at a place, or TABLE_NONE if there is none. */
static uint32_t
number_or_none(const struct vec *vec, uint32_t index)
{
    const uint32_t *number = index < vec->count ? vec_at(vec, index) : NULL;
    return number && *number != 0 ? *number - 1 : TABLE_NONE;
}

/* --- Loading ---------------------------------------------------------------- */

/* One row of the bulk load. */
static void
load_file(void *ctx, uint32_t id, const char *path, uint32_t version)
{
    struct files *files = ctx;
    uint32_t place = files_add(files, path, strlen(path));
    struct known_file *file = at(files, place);
    file->id = id;
    file->latest = version;
    *number_at(&files->by_file, id) = place + 1;
}

/* Adds a version, or replaces the one of its id. */
static void
remember_version(struct files *files, const struct file_version *version)
{
    assert(version->id != 0);
    uint32_t *place = number_at(&files->by_id, version->id);
    if (*place != 0) {
        *(struct file_version *)vec_at(&files->versions, *place - 1) = *version;
        return;
    }
    vec_push(&files->versions, version);
    *place = files->versions.count;
}

static void
load_version(void *ctx, const struct file_version *version)
{
    remember_version(ctx, version);
}

/* Frees what was loaded; the files are empty and usable. */
static void
forget_all(struct files *files)
{
    vec_finish(&files->files);
    vec_finish(&files->versions);
    vec_finish(&files->by_id);
    vec_finish(&files->by_file);
    table_finish(&files->table);
    arena_finish(&files->paths);
}

struct files *
files_create(struct state *state, const char *root, bool frozen,
             struct error *err)
{
    struct files *files = mem_alloc(1, sizeof *files);
    files->state = state;
    files->frozen = frozen;
    files->root_fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (files->root_fd < 0) {
        files->root_fd = AT_FDCWD;
    }
    files->clock_fd = -1;
    files->files = vec_of(sizeof(struct known_file));
    files->versions = vec_of(sizeof(struct file_version));
    files->by_id = vec_of(sizeof(uint32_t));
    files->by_file = vec_of(sizeof(uint32_t));
    struct error damage = {0};
    if (!state_load_files(state, load_file, files, &damage) ||
        !state_load_versions(state, load_version, files, &damage)) {
        forget_all(files);
        if (!state_start_over(state, err)) {
            error_finish(&damage);
            files_destroy(files);
            return NULL;
        }
    }
    error_finish(&damage);
    return files;
}

void
files_destroy(struct files *files)
{
    if (!files) {
        return;
    }
    if (files->root_fd >= 0) {
        close(files->root_fd);
    }
    if (files->clock_fd >= 0) {
        close(files->clock_fd);
    }
    forget_all(files);
    free(files);
}

int
files_root_fd(const struct files *files)
{
    return files->root_fd;
}

uint32_t
files_add(struct files *files, const char *path, size_t len)
{
    assert(path);
    struct slice wanted = {path, len};
    uint32_t next = files->files.count;
    uint32_t place =
        table_find_or_add(&files->table, key_of, files, wanted, next);
    if (place == next) {
        struct known_file *file = vec_add(&files->files);
        file->path = arena_copy(&files->paths, path, len);
        file->path_len = len;
    }
    return place;
}

uint32_t
files_find(const struct files *files, const char *path, size_t len)
{
    return table_find(&files->table, key_of, files, (struct slice){path, len});
}

const char *
files_path(const struct files *files, uint32_t file)
{
    return at(files, file)->path;
}

uint32_t
files_count(const struct files *files)
{
    return files->files.count;
}

const struct file_version *
files_version(const struct files *files, uint32_t id)
{
    uint32_t place = number_or_none(&files->by_id, id);
    return place == TABLE_NONE ? NULL : vec_at(&files->versions, place);
}

uint32_t
files_of_version(const struct files *files, const struct file_version *version)
{
    return number_or_none(&files->by_file, version->file);
}

/* --- Looking ------------------------------------------------------------------ */

int64_t
files_now_ns(void)
{
    struct timespec ts;
    /* The clock of time stamps: it stands still between two ticks. */
    int code = clock_gettime(CLOCK_REALTIME_COARSE, &ts);
    assert(code == 0);
    (void)code;
    return (int64_t)ts.tv_sec * SECOND_NS + ts.tv_nsec;
}

/* An empty file of ours, on the file system of the root. */
static int
open_clock(const struct files *files)
{
    char *path = mem_format("%s/clock", state_dir(files->state));
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
    free(path);
    struct stat st;
    /* Looked at once, its next stamp must differ where stamps are fine. */
    if (fd >= 0 && fstat(fd, &st) != 0) {
        close(fd);
        fd = -1;
    }
    return fd;
}

int64_t
files_stamp_ns(struct files *files)
{
    struct stat st;
    if (files->clock_fd < 0) {
        files->clock_fd = open_clock(files);
    }
    if (files->clock_fd < 0 || futimens(files->clock_fd, NULL) != 0 ||
        fstat(files->clock_fd, &st) != 0) {
        return files_now_ns();
    }
    return (int64_t)st.st_ctim.tv_sec * SECOND_NS + st.st_ctim.tv_nsec;
}

bool
files_is_recent(int64_t stamp_ns, int64_t moment_ns)
{
    assert(moment_ns > 0);
    /* The zeros at the end of a stamp show how coarse its file system is; two
     * seconds is the worst there is. */
    int64_t part = stamp_ns % SECOND_NS;
    int64_t granule = 1;
    while (part != 0 && part % 10 == 0 && granule < SECOND_NS) {
        part /= 10;
        granule *= 10;
    }
    if (part == 0) {
        granule = 2 * (int64_t)SECOND_NS;
    }
    return stamp_ns + granule > moment_ns;
}

bool
version_exists(const struct file_version *version)
{
    return version->kind != KIND_NONE;
}

struct file_version
version_of_stat(const struct file_stat *st, int64_t moment_ns)
{
    assert(st);
    struct file_version v = {.settled = true};
    if (!st->exists && !st->is_link) {
        /* What cannot be looked at is there, and never the same twice. */
        v.kind = st->errnum ? KIND_OTHER : KIND_NONE;
        v.settled = st->errnum == 0;
        return v;
    }
    v.kind = (uint8_t)(st->exists ? st->kind : KIND_LINK);
    v.mode = (st->mode & 07777) | (st->is_link ? VERSION_LINK : 0);
    v.size = st->exists && st->kind == KIND_FILE ? (int64_t)st->size : 0;
    v.mtime_ns = st->exists ? st->mtime_ns : st->link_mtime_ns;
    v.ctime_ns = st->exists ? st->ctime_ns : st->link_mtime_ns;
    v.inode = st->exists ? st->inode : st->link_inode;
    int64_t newest = v.mtime_ns > v.ctime_ns ? v.mtime_ns : v.ctime_ns;
    v.settled = !files_is_recent(newest, moment_ns);
    return v;
}

/* What an edge "written" looks at. */
static bool
same_written(const struct file_version *a, const struct file_version *b)
{
    return a->kind == b->kind && a->mode == b->mode && a->size == b->size &&
           a->mtime_ns == b->mtime_ns;
}

/* Nothing at all moved: what was known of the content still holds. */
static bool
same_attributes(const struct file_version *a, const struct file_version *b)
{
    return same_written(a, b) && a->ctime_ns == b->ctime_ns &&
           a->inode == b->inode;
}

/* Reads the file, once for each look. */
static void
ask_content(struct files *files, struct known_file *file)
{
    struct file_version *now = &file->now;
    if (file->content_asked) {
        return;
    }
    file->content_asked = true;
    if (now->kind != KIND_FILE) {
        return;
    }
    struct error unreadable = {0};
    int errnum = 0;
    now->hashed = hash_default()->file(files->root_fd, file->path, &now->hash,
                                       &errnum, &unreadable);
    /* Whoever runs a command on it will say why it cannot be read. */
    error_finish(&unreadable);
}

/* A folder or a device has no content of ours: its attributes are all. */
static bool
same_content(const struct file_version *a, const struct file_version *b)
{
    if (a->hashed != b->hashed) {
        return false;
    }
    if (a->hashed) {
        return hash_equal(a->hash, b->hash);
    }
    return a->kind == KIND_NONE || a->kind == KIND_DIR ||
           (a->ctime_ns == b->ctime_ns && a->inode == b->inode);
}

/* Finds the recorded version that the file still is, in the strictest sense;
 * its attributes are refreshed then, so that this costs a read only once. */
static void
match_latest(struct files *files, struct known_file *file)
{
    assert(file->looked);
    const struct file_version *latest = files_version(files, file->latest);
    struct file_version *now = &file->now;
    if (!latest || !same_written(now, latest)) {
        return;
    }
    bool is_same = same_attributes(now, latest) && latest->settled;
    bool is_fresh = false;
    if (!is_same) {
        ask_content(files, file);
        is_same = same_content(now, latest);
        is_fresh = is_same && (now->settled != latest->settled ||
                               !same_attributes(now, latest));
    } else {
        now->hashed = latest->hashed;
        now->hash = latest->hash;
        file->content_asked = latest->hashed;
    }
    if (!is_same) {
        return;
    }
    now->id = latest->id;
    now->file = latest->file;
    struct error lost = {0};
    if (is_fresh && !files->frozen) {
        /* If it cannot be written, it is read again next time. */
        (void)!files_store(files, (uint32_t)(file - at(files, 0)), &lost);
        error_finish(&lost);
    }
}

const struct file_version *
files_look_again(struct files *files, uint32_t index)
{
    struct known_file *file = at(files, index);
    struct file_stat st;
    int64_t moment_ns = files_now_ns();
    stat_default()->look(files->root_fd, file->path, &st);
    file->looked = true;
    file->content_asked = false;
    file->now = version_of_stat(&st, moment_ns);
    file->now.file = file->id;
    match_latest(files, file);
    return &file->now;
}

const struct file_version *
files_look(struct files *files, uint32_t index)
{
    const struct known_file *file = at(files, index);
    return file->looked ? &file->now : files_look_again(files, index);
}

bool
files_is_looked(const struct files *files, uint32_t file)
{
    return at(files, file)->looked;
}

const struct file_version *
files_hash(struct files *files, uint32_t index)
{
    if (!at(files, index)->content_asked) {
        /* Attributes from before and content from after an edit would make a
         * version that never was. */
        (void)files_look_again(files, index);
        ask_content(files, at(files, index));
    }
    return &at(files, index)->now;
}

bool
files_store(struct files *files, uint32_t index, struct error *err)
{
    struct known_file *file = at(files, index);
    assert(file->looked && !files->frozen);
    const struct file_version *stored = files_version(files, file->now.id);
    if (stored && file->latest == stored->id &&
        same_attributes(stored, &file->now) &&
        stored->settled == file->now.settled &&
        stored->hashed == file->now.hashed) {
        return true;
    }
    if (file->id == 0) {
        if (!state_add_file(files->state, file->path, &file->id, err)) {
            return false;
        }
        *number_at(&files->by_file, file->id) = index + 1;
    }
    file->now.file = file->id;
    if (!state_put_version(files->state, &file->now, err)) {
        return false;
    }
    file->latest = file->now.id;
    remember_version(files, &file->now);
    return true;
}

/* --- Comparing ------------------------------------------------------------------ */

/* Folders have no content; what is in them moves their time. */
static bool
same_changed(const struct file_version *a, const struct file_version *b)
{
    if (a->kind != b->kind) {
        return false;
    }
    return a->kind == KIND_DIR ? a->mtime_ns == b->mtime_ns
                               : same_content(a, b);
}

uint8_t
version_compare(const struct file_version *a, const struct file_version *b,
                uint8_t kinds)
{
    unsigned differ = 0;
    if (a->id != 0 && a->id == b->id) {
        return 0;
    }
    if ((kinds & EDGE_IFWRITTEN) &&
        (!same_written(a, b) || !same_content(a, b))) {
        differ |= EDGE_IFWRITTEN;
    }
    if ((kinds & EDGE_IFCHANGED) && !same_changed(a, b)) {
        differ |= EDGE_IFCHANGED;
    }
    if ((kinds & EDGE_IFCREATED) && !version_exists(a) && version_exists(b)) {
        differ |= EDGE_IFCREATED;
    }
    if ((kinds & EDGE_IFDELETED) && version_exists(a) && !version_exists(b)) {
        differ |= EDGE_IFDELETED;
    }
    return (uint8_t)differ;
}

uint8_t
files_compare(struct files *files, uint32_t file,
              const struct file_version *recorded, uint8_t kinds)
{
    assert(recorded->id != 0);
    const struct file_version *now = files_look(files, file);
    if (now->id != 0 && now->id == recorded->id) {
        return 0;
    }
    bool content_decides =
        (kinds & EDGE_IFCHANGED) ||
        ((kinds & EDGE_IFWRITTEN) && same_written(recorded, now));
    if (content_decides && recorded->kind == now->kind) {
        now = files_hash(files, file);
    }
    uint8_t differ = version_compare(recorded, now, kinds);
    struct error lost = {0};
    if (differ == 0 && now->id == 0 && now->hashed && !files->frozen) {
        /* Read once: the next look finds the attributes. */
        (void)!files_store(files, file, &lost);
        error_finish(&lost);
    }
    return differ;
}
