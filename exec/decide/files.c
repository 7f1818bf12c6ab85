/* SPDX-License-Identifier: MIT */
/*
 * One array of files; a table from paths to files, an array from version ids
 * to versions, which stay where they are. `now` of a file is valid once it is
 * looked at; its id is that of the recorded version that it equals, or 0.
 *
 * A build that looks at much has all rows loaded first. One that looks at little
 * asks for versions as manifests name them, and learns of files through those;
 * a file that it met in no manifest is nameless to it until it is to be stored.
 */
#include "exec/decide/files.h"

#include "exec/backend/stamp.h"
#include "exec/backend/stat.h"
#include "exec/base/arena.h"
#include "exec/base/memory.h"
#include "exec/base/table.h"
#include "exec/base/vec.h"
#include "exec/decide/scan.h"

#include <assert.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Nanoseconds of a link's time that tell of another time instead. */
#define TIME_MARKS 16384
#define LINK_PART UINT64_C(0xffffffff00000000)
/* So many touches within less than half of the shortest tick that there is. */
#define FINE_TOUCHES 4
#define FINE_NS 400000
#define FINE_PROBES 20

struct known_file {
    const char *path;
    size_t path_len;
    uint32_t id;     /* in the database; 0: not there */
    uint32_t latest; /* id of the version last stored; 0: none */
    bool looked;
    bool matched;        /* with the latest version, since it was looked at */
    bool content_asked;  /* hashed, or it cannot be */
    bool tree_asked;     /* a folder: `now` tells of all that is in it */
    bool dir_settled;    /* a folder: so are its own stamps */
    uint64_t tree_print; /* at the last time that it was asked; 0: never */
    uint32_t changed;    /* the moment when it was found to be another */
    uint32_t link_round; /* a link: the round in which it was looked at */
    uint64_t print;
    struct file_version now;
};

struct files {
    struct state *state;
    int root_fd;
    int clock_fd; /* a file to read the file system's clock by; -1: none */
    bool frozen;
    struct tree_filter filter;
    int fine_probes; /* how often that was tried */
    bool has_fine;   /* files on fine_dev get another stamp after each look */
    uint64_t fine_dev;
    bool names_loaded; /* all files are known */
    bool loaded;       /* and all versions */
    uint32_t moment;
    uint32_t link_round;
    struct arena texts; /* paths and versions */
    struct vec files;   /* of struct known_file */
    struct vec by_id;   /* version id -> struct file_version *, or NULL */
    struct vec by_file; /* file id -> place in files + 1 */
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

/* A place in an array that grows as needed. */
static void *
place_at(struct vec *vec, uint32_t index)
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

/* The place of a path; *added if it was not there. */
static uint32_t
add_path(struct files *files, const char *path, size_t len, bool *added)
{
    struct slice wanted = {path, len};
    uint32_t next = files->files.count;
    uint32_t place =
        table_find_or_add(&files->table, key_of, files, wanted, next);
    *added = place == next;
    if (*added) {
        struct known_file *file = vec_add(&files->files);
        file->path = arena_copy(&files->texts, path, len);
        file->path_len = len;
    }
    return place;
}

static void
set_id(struct files *files, uint32_t place, uint32_t id, uint32_t version)
{
    struct known_file *file = at(files, place);
    file->id = id;
    file->latest = version;
    *(uint32_t *)place_at(&files->by_file, id) = place + 1;
}

/* One row of the bulk load. */
static void
load_file(void *ctx, uint32_t id, const char *path, uint32_t version)
{
    struct files *files = ctx;
    bool added;
    uint32_t place = add_path(files, path, strlen(path), &added);
    set_id(files, place, id, version);
}

/* Adds a version, or replaces the one of its id. */
static void
remember_version(struct files *files, const struct file_version *version)
{
    assert(version->id != 0);
    struct file_version **known = place_at(&files->by_id, version->id);
    if (*known == NULL) {
        *known = arena_alloc(&files->texts, sizeof(**known));
    }
    **known = *version;
}

static void
load_version(void *ctx, const struct file_version *version)
{
    remember_version(ctx, version);
}

/* Touches the clock of the root's file system and looks at it; false if that
 * cannot be. */
static bool
read_clock(struct files *files, struct stamp *stamp)
{
    if (files->clock_fd < 0) {
        files->clock_fd = stamp_open(state_dir(files->state));
    }
    return stamp_take(files->clock_fd, stamp);
}

struct files *
files_create(struct state *state, const char *root, bool frozen)
{
    struct files *files = mem_alloc(1, sizeof *files);
    files->state = state;
    files->frozen = frozen;
    files->root_fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (files->root_fd < 0) {
        files->root_fd = AT_FDCWD;
    }
    files->clock_fd = -1;
    struct stamp ignored; // Looks are dated by the clock that stamps.
    (void)!(frozen || read_clock(files, &ignored));
    files->files = vec_of(sizeof(struct known_file));
    files->by_id = vec_of(sizeof(struct file_version *));
    files->by_file = vec_of(sizeof(uint32_t));
    return files;
}

/* After that, what has no number is not in the state. */
static bool
load_names(struct files *files, struct error *err)
{
    if (files->names_loaded) {
        return true;
    }
    files->names_loaded = true;
    return state_load_files(files->state, load_file, files, err);
}

bool
files_load(struct files *files, struct error *err)
{
    if (files->loaded) {
        return true;
    }
    files->loaded = true;
    return load_names(files, err) &&
           state_load_versions(files->state, load_version, files, err);
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
    vec_finish(&files->files);
    vec_finish(&files->by_id);
    vec_finish(&files->by_file);
    table_finish(&files->table);
    arena_finish(&files->texts);
    free(files);
}

void
files_set_filter(struct files *files, struct tree_filter filter)
{
    files->filter = filter;
}

struct tree_filter
files_filter(const struct files *files)
{
    return files->filter;
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
    bool added;
    return add_path(files, path, len, &added);
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

/* Asks for a version that was not met before, and makes its file known. */
static void
fetch_version(struct files *files, uint32_t id)
{
    struct file_version version;
    char *path = NULL;
    if (state_find_version(files->state, id, &path, &version)) {
        remember_version(files, &version);
        if (number_or_none(&files->by_file, version.file) == TABLE_NONE) {
            set_id(files, files_add(files, path, strlen(path)), version.file,
                   state_latest_version(files->state, version.file));
        }
    }
    free(path);
}

const struct file_version *
files_version(struct files *files, uint32_t id)
{
    struct file_version *const *known =
        id < files->by_id.count ? vec_at(&files->by_id, id) : NULL;
    if (!files->loaded && id != 0 && (known == NULL || *known == NULL)) {
        fetch_version(files, id);
        known = id < files->by_id.count ? vec_at(&files->by_id, id) : NULL;
    }
    return known ? *known : NULL;
}

uint32_t
files_of_version(struct files *files, uint32_t id)
{
    const struct file_version *version = files_version(files, id);
    return version != NULL ? number_or_none(&files->by_file, version->file)
                           : TABLE_NONE;
}

/* --- Looking ------------------------------------------------------------------ */

int64_t
files_stamp_ns(struct files *files)
{
    struct stamp stamp;
    return read_clock(files, &stamp) ? stamp.ns : stamp_now_ns();
}

/* Newer systems stamp a file finely when it was looked at since its last change,
 * so that no change after a look leaves the stamps that the look saw. Where each
 * of some touches in a row, far less than a tick apart, shows as another stamp,
 * that is so for all files of that file system. */
static void
probe_fine(struct files *files)
{
    struct stamp before;
    bool fine = !files->frozen && read_clock(files, &before);
    files->fine_probes = fine ? files->fine_probes + 1 : FINE_PROBES;
    files->fine_dev = fine ? before.dev : 0;
    for (int i = 0; fine && i < FINE_TOUCHES; i++) {
        struct stamp now;
        fine = read_clock(files, &now) && now.dev == files->fine_dev &&
               now.ns > before.ns;
        if (!fine) {
            files->fine_probes = FINE_PROBES;
        } else if (now.ns - before.ns >= FINE_NS) {
            return; // Somebody else had the processor: nothing was learnt.
        }
        before = now;
    }
    files->has_fine = fine;
}

/* True if the look itself makes sure that the next change will show. */
static bool
is_fine(struct files *files, const struct file_stat *st)
{
    if (!files->has_fine && files->fine_probes < FINE_PROBES) {
        probe_fine(files);
    }
    return files->has_fine && st->exists && !st->is_link && st->errnum == 0 &&
           st->dev == files->fine_dev;
}

bool
version_exists(const struct file_version *version)
{
    return version->kind != KIND_NONE;
}

bool
version_is_link(const struct file_version *version)
{
    return (version->mode & VERSION_LINK) != 0;
}

bool
version_same_link(const struct file_version *a, const struct file_version *b)
{
    return version_is_link(a) && version_is_link(b) &&
           (a->inode & LINK_PART) == (b->inode & LINK_PART);
}

/* Of a link the upper half of the inode stands for the link itself, as its maker
 * left it, and the lower half for what it leads to. */
static uint64_t
mix_inodes(const struct file_stat *st)
{
    const uint64_t own[2] = {(uint64_t)st->link_mtime_ns, st->link_inode};
    uint64_t link = hash_xxh3.bytes(own, sizeof(own)).low;
    uint64_t target = hash_xxh3.bytes(&st->inode, sizeof(st->inode)).low;
    return (link & LINK_PART) | (target & ~LINK_PART);
}

/* A link that was made anew is written, whatever it leads to, and so is what it
 * leads to when that got any other time. The newer one, for people, with
 * something of the older one where nobody reads it. */
static int64_t
mix_times(int64_t a, int64_t b)
{
    int64_t newer = a > b ? a : b;
    int64_t older = a > b ? b : a;
    uint64_t mark = hash_xxh3.bytes(&older, sizeof(older)).low % TIME_MARKS;
    return newer - newer % TIME_MARKS + (int64_t)mark;
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
    v.inode = st->is_link ? mix_inodes(st) : st->inode;
    int64_t newest = v.mtime_ns > v.ctime_ns ? v.mtime_ns : v.ctime_ns;
    if (st->exists && st->is_link) {
        newest = st->link_mtime_ns > newest ? st->link_mtime_ns : newest;
        v.mtime_ns = mix_times(st->link_mtime_ns, st->mtime_ns);
    }
    v.settled = !stamp_is_recent(newest, moment_ns);
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

/* Takes all that is in a folder for its attributes, and its content if that is
 * asked for. */
static void
ask_tree(struct files *files, uint32_t index, bool content)
{
    struct known_file *file = at(files, index);
    struct tree_question question = {
        files->root_fd, file->path,
        content ? state_backends(files->state)->hash : NULL, files->filter};
    int64_t moment_ns = stamp_now_ns();
    struct tree_sum sum;
    assert(file->now.kind == KIND_DIR);
    tree_add_up(&question, &sum);
    struct file_version *now = &file->now;
    bool is_other = file->tree_print != 0 && file->tree_print != sum.print;
    if (is_other) {
        file->changed = ++files->moment;
    }
    /* A link to it that was made anew is written. */
    now->mtime_ns = now->mtime_ns > sum.mtime_ns ? now->mtime_ns : sum.mtime_ns;
    int64_t newest = sum.mtime_ns > sum.ctime_ns ? sum.mtime_ns : sum.ctime_ns;
    now->size = (int64_t)sum.bytes;
    now->ctime_ns = sum.ctime_ns;
    now->inode = version_is_link(now)
                     ? (now->inode & LINK_PART) | (sum.print & ~LINK_PART)
                     : sum.print;
    struct file_stat any = {.exists = true, .dev = sum.dev};
    now->settled = !sum.lost && (!stamp_is_recent(newest, moment_ns) ||
                                 (sum.has_one_dev && is_fine(files, &any)));
    now->hashed = content && !sum.lost;
    now->hash = sum.content;
    file->tree_asked = true;
    file->tree_print = sum.print;
}

/* A link that leads nowhere has a content too: where it leads. */
static void
ask_link(const struct files *files, struct known_file *file)
{
    char target[PATH_MAX];
    ssize_t len =
        readlinkat(files->root_fd, file->path, target, sizeof(target));
    if (len > 0) {
        file->now.hash = hash_default()->bytes(target, (size_t)len);
        file->now.hashed = true;
    }
}

/* Reads the file, once for each look. */
static void
ask_content(struct files *files, uint32_t index)
{
    struct known_file *file = at(files, index);
    struct file_version *now = &file->now;
    if (file->content_asked) {
        return;
    }
    file->content_asked = true;
    if (now->kind == KIND_LINK) {
        ask_link(files, file);
    }
    if (now->kind == KIND_DIR) {
        ask_tree(files, index, true);
    }
    if (now->kind != KIND_FILE) {
        return;
    }
    struct error unreadable = {0};
    int errnum = 0;
    now->hashed = state_backends(files->state)
                      ->hash->file(files->root_fd, file->path, &now->hash,
                                   &errnum, &unreadable);
    /* Whoever runs a command on it will say why it cannot be read. */
    error_finish(&unreadable);
}

/* A device has no content of ours: its attributes are all. */
static bool
same_content(const struct file_version *a, const struct file_version *b)
{
    if (a->hashed != b->hashed) {
        return false;
    }
    if (a->hashed) {
        return hash_equal(a->hash, b->hash);
    }
    return a->kind == KIND_NONE ||
           (a->ctime_ns == b->ctime_ns && a->inode == b->inode);
}

/* Finds the recorded version that the file still is, in the strictest sense;
 * its attributes are refreshed then, so that this costs a read only once. */
static void
match_latest(struct files *files, uint32_t index)
{
    assert(at(files, index)->looked);
    at(files, index)->matched = at(files, index)->id != 0;
    const struct file_version *latest =
        files_version(files, at(files, index)->latest);
    struct known_file *file = at(files, index);
    struct file_version *now = &file->now;
    if (now->kind == KIND_DIR && !file->tree_asked) {
        at(files, index)->matched = false; // Nothing of it is known yet.
        return;
    }
    if (!latest || !same_written(now, latest)) {
        return;
    }
    bool is_same = same_attributes(now, latest) && latest->settled;
    bool is_fresh = false;
    if (!is_same) {
        ask_content(files, index);
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
        (void)!files_store(files, index, &lost);
        error_finish(&lost);
    }
}

/* Takes what was seen. */
static const struct file_version *
take_look(struct files *files, uint32_t index, const struct file_stat *st)
{
    struct known_file *file = at(files, index);
    uint64_t print = scan_print(st);
    if (file->looked && print != file->print) {
        file->changed = ++files->moment;
    }
    file->print = print;
    file->looked = true;
    file->link_round = files->link_round;
    file->content_asked = false;
    file->tree_asked = false;
    file->now = version_of_stat(st, st->seen_ns);
    if (!file->now.settled) {
        file->now.settled = is_fine(files, st);
    }
    if (file->now.kind == KIND_DIR) {
        /* Its own time moves with every name, counted or not. */
        file->dir_settled = file->now.settled;
        file->now.mtime_ns = st->link_mtime_ns;
    }
    file->now.file = file->id;
    match_latest(files, index);
    return &at(files, index)->now;
}

const struct file_version *
files_look_again(struct files *files, uint32_t index)
{
    struct file_stat st;
    state_backends(files->state)
        ->stat->look_fresh(files->root_fd, files_path(files, index), &st);
    return take_look(files, index, &st);
}

void
files_expire_links(struct files *files)
{
    files->link_round++;
}

static bool
is_expired(const struct files *files, uint32_t index)
{
    const struct known_file *file = at(files, index);
    return file->looked && version_is_link(&file->now) &&
           file->link_round != files->link_round;
}

const struct file_version *
files_look(struct files *files, uint32_t index)
{
    const struct known_file *file = at(files, index);
    if (is_expired(files, index)) {
        return files_look_again(files, index);
    }
    if (!file->looked) {
        struct file_stat st;
        state_backends(files->state)
            ->stat->look(files->root_fd, file->path, &st);
        return take_look(files, index, &st);
    }
    if (!file->matched && file->id != 0) {
        match_latest(files, index); // Its number was not known before.
    }
    return &at(files, index)->now;
}

bool
files_is_looked(const struct files *files, uint32_t file)
{
    return at(files, file)->looked;
}

uint64_t
files_print(const struct files *files, uint32_t file)
{
    assert(at(files, file)->looked);
    const struct known_file *known = at(files, file);
    bool settled = known->now.settled &&
                   (known->now.kind != KIND_DIR || known->dir_settled);
    return settled ? known->print : SCAN_NO_PRINT;
}

uint32_t
files_moment(const struct files *files)
{
    return files->moment;
}

uint32_t
files_changed(const struct files *files, uint32_t file)
{
    return at(files, file)->changed;
}

/* Attributes from before and content from after an edit would make a version
 * that never was: so the look comes right before the reading. */
const struct file_version *
files_hash_again(struct files *files, uint32_t index)
{
    (void)files_look_again(files, index);
    ask_content(files, index);
    if (at(files, index)->now.kind == KIND_DIR) {
        match_latest(files, index);
    }
    return &at(files, index)->now;
}

const struct file_version *
files_hash(struct files *files, uint32_t index)
{
    bool is_known =
        at(files, index)->content_asked && !is_expired(files, index);
    return is_known ? &at(files, index)->now : files_hash_again(files, index);
}

const struct file_version *
files_look_tree(struct files *files, uint32_t index)
{
    (void)files_look(files, index);
    if (at(files, index)->now.kind == KIND_DIR &&
        !at(files, index)->tree_asked) {
        ask_tree(files, index, false);
        match_latest(files, index);
    }
    return &at(files, index)->now;
}

uint64_t
files_tree_print(const struct files *files, uint32_t file)
{
    return at(files, file)->tree_print;
}

bool
files_store(struct files *files, uint32_t index, struct error *err)
{
    assert(at(files, index)->looked && !files->frozen);
    if (at(files, index)->id == 0) {
        if (!load_names(files, err)) {
            return false;
        }
        (void)files_look(files, index); // As what it has been seen before.
    }
    const struct file_version *stored =
        files_version(files, at(files, index)->now.id);
    struct known_file *file = at(files, index);
    if (stored && file->latest == stored->id &&
        same_attributes(stored, &file->now) &&
        stored->settled == file->now.settled &&
        stored->hashed == file->now.hashed) {
        return true;
    }
    bool is_new = file->id == 0;
    file->now.file = file->id;
    if (!(is_new ? state_add_file(files->state, file->path, &file->now, err)
                 : state_put_version(files->state, &file->now, err))) {
        return false;
    }
    if (is_new) {
        file->id = file->now.file;
        *(uint32_t *)place_at(&files->by_file, file->id) = index + 1;
    }
    file->latest = file->now.id;
    remember_version(files, &file->now);
    return true;
}

/* --- Comparing ------------------------------------------------------------------ */

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
    if ((kinds & EDGE_IFCHANGED) &&
        (a->kind != b->kind || !same_content(a, b))) {
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
    const struct file_version *now = kinds & (EDGE_IFWRITTEN | EDGE_IFCHANGED)
                                         ? files_look_tree(files, file)
                                         : files_look(files, file);
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
