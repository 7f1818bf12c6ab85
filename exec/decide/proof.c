/* SPDX-License-Identifier: MIT */
/*
 * The file: a head with the hash of all that follows it; folders, files and
 * actions, each an array of plain records; then texts: the questions of
 * tools.h first, then paths. The hash is what makes it trustworthy; sizes are
 * checked all the same.
 */
#include "exec/decide/proof.h"

#include "exec/base/memory.h"
#include "exec/decide/record.h"
#include "exec/decide/scan.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define FORMAT 1
#define BYTE_ORDER_MARK 0x01020304U

static const char mark[16] = "ronin proof\n\x1a\0\xff";

struct head {
    char mark[16];
    struct hash128 hash; /* of everything after this field */
    uint32_t format;
    uint32_t byte_order;
    char version[40];
    struct proof_claim claim;
    uint32_t dir_count;
    uint32_t file_count;
    uint32_t action_count;
    uint32_t outside_len; /* of the row of tools.h */
    uint64_t text_len;
};

#define HASHED_START offsetof(struct head, format)

/* --- Saving ----------------------------------------------------------------------- */

static bool
write_all(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t written = write(fd, bytes, len);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return false;
        }
        bytes += written;
        len -= (size_t)written;
    }
    return true;
}

/* Through a temporary file; another ronin may write at this moment. */
static void
write_file(const char *path, const struct buffer *image)
{
    char *temporary = mem_format("%s.%d", path, (int)getpid());
    int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    bool held = fd >= 0 && write_all(fd, image->bytes, image->len);
    held = fd >= 0 && close(fd) == 0 && held;
    if (!held || rename(temporary, path) != 0) {
        unlink(temporary);
    }
    free(temporary);
}

/* The whole file, with the hash filled in last. */
static void
fill_image(struct buffer *image, struct head *head, const struct vec *dirs,
           const struct vec *files, const struct vec *actions)
{
    memcpy(head->mark, mark, sizeof(mark));
    head->format = FORMAT;
    head->byte_order = BYTE_ORDER_MARK;
    memcpy(head->version, RONIN_VERSION,
           strnlen(RONIN_VERSION, sizeof(head->version) - 1));
    head->dir_count = dirs->count;
    head->file_count = files->count;
    head->action_count = actions->count;
    buffer_add(image, head, sizeof(*head));
    buffer_add(image, files->items,
               (size_t)files->count * sizeof(struct scan_file));
    buffer_add(image, dirs->items,
               (size_t)dirs->count * sizeof(struct scan_dir));
    buffer_add(image, actions->items,
               (size_t)actions->count * sizeof(struct action_id));
}

static void
seal_image(struct buffer *image)
{
    assert(image->len >= sizeof(struct head));
    struct hash128 hash = hash_default()->bytes(image->bytes + HASHED_START,
                                                image->len - HASHED_START);
    memcpy(image->bytes + offsetof(struct head, hash), &hash, sizeof(hash));
}

void
proof_save(const char *path, const struct judge *judge,
           const struct proof_claim *claim, const struct vec *actions)
{
    if (!judge->files || judge->proves_nothing || judge->options.dry_run) {
        return;
    }
    struct head head = {.claim = *claim};
    struct vec dirs = vec_of(sizeof(struct scan_dir));
    struct vec files = vec_of(sizeof(struct scan_file));
    struct buffer texts = {0};
    tools_save(judge->tools, &texts);
    head.outside_len = (uint32_t)texts.len;
    if (scan_collect(judge->files, &dirs, &files, &texts)) {
        struct buffer image = {0};
        head.text_len = texts.len;
        fill_image(&image, &head, &dirs, &files, actions);
        buffer_add(&image, texts.bytes, texts.len);
        seal_image(&image);
        write_file(path, &image);
        buffer_finish(&image);
    }
    vec_finish(&dirs);
    vec_finish(&files);
    buffer_finish(&texts);
}

/* --- Checking ------------------------------------------------------------------------ */

/* What a file of the database is; false if it was touched a moment ago. For
 * root, SQLite sets the owner of a log whenever it opens it, so that its ctime
 * tells nothing; every write moves its mtime. */
static bool
add_to_print(struct buffer *text, const char *dir, const char *name,
             bool by_ctime)
{
    struct file_stat stat;
    char *path = mem_format("%s/%s", dir, name);
    stat_default()->look(AT_FDCWD, path, &stat);
    free(path);
    if (!by_ctime) {
        stat.ctime_ns = stat.mtime_ns;
    }
    struct file_version v = version_of_stat(&stat, files_now_ns());
    buffer_add_format(text, "%s %d %u %lld %lld %lld %llu\n", name, v.kind,
                      v.mode, (long long)v.size, (long long)v.mtime_ns,
                      (long long)v.ctime_ns, (unsigned long long)v.inode);
    return v.settled;
}

struct hash128
proof_print(const char *state_dir)
{
    struct buffer text = {0};
    struct hash128 print = {0, 0};
    if (add_to_print(&text, state_dir, "state.db", true) &&
        add_to_print(&text, state_dir, "state.db-wal", false) &&
        add_to_print(&text, state_dir, "state.db-journal", false)) {
        print = hash_default()->bytes(text.bytes, text.len);
    }
    buffer_finish(&text);
    return print;
}

/* A proof as it is mapped. */
struct proof {
    const char *map;
    size_t len;
    const struct head *head;
    struct scan_list list;
    const struct action_id *actions;
};

/* Maps a file of at least a head. */
static bool
map_file(const char *path, struct proof *proof)
{
    struct stat info;
    void *map = MAP_FAILED;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        return false;
    }
    if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode) &&
        (size_t)info.st_size >= sizeof(struct head)) {
        proof->len = (size_t)info.st_size;
        map = mmap(NULL, proof->len, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd,
                   0);
    }
    close(fd);
    proof->map = map;
    proof->head = map;
    return map != MAP_FAILED;
}

/* A file that this program wrote, if it is whole. */
static bool
head_is_ours(const struct head *head)
{
    char version[sizeof(head->version)] = {0};
    memcpy(version, RONIN_VERSION, strnlen(RONIN_VERSION, sizeof(version) - 1));
    return memcmp(head->mark, mark, sizeof(mark)) == 0 &&
           head->format == FORMAT && head->byte_order == BYTE_ORDER_MARK &&
           memcmp(head->version, version, sizeof(version)) == 0;
}

bool
proof_knows_stamp(const char *path, const char *state_dir,
                  struct hash128 *stamp)
{
    struct head head;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    bool ours = fd >= 0 && read(fd, &head, sizeof(head)) == sizeof(head) &&
                head_is_ours(&head);
    if (fd >= 0) {
        close(fd);
    }
    struct hash128 print = {0, 0};
    if (ours) {
        print = proof_print(state_dir);
        *stamp = head.claim.stamp;
    }
    return (print.low != 0 || print.high != 0) &&
           hash_equal(print, head.claim.print);
}

/* Cheap questions first: most of what does not hold ends here. */
static bool
head_fits(const struct proof *proof, const struct proof_claim *claim)
{
    const struct head *head = proof->head;
    uint64_t size = sizeof(*head) +
                    (uint64_t)head->file_count * sizeof(struct scan_file) +
                    (uint64_t)head->dir_count * sizeof(struct scan_dir) +
                    (uint64_t)head->action_count * sizeof(struct action_id);
    return head_is_ours(head) && hash_equal(head->claim.stamp, claim->stamp) &&
           hash_equal(head->claim.graph, claim->graph) &&
           hash_equal(head->claim.request, claim->request) &&
           head->text_len <= proof->len &&
           size + head->text_len == proof->len &&
           head->outside_len <= head->text_len &&
           hash_equal(head->hash,
                      hash_default()->bytes(proof->map + HASHED_START,
                                            proof->len - HASHED_START));
}

/* Where each part begins. */
static void
find_parts(struct proof *proof)
{
    const struct head *head = proof->head;
    const void *files = proof->map + sizeof(*head);
    proof->list.files = files;
    proof->list.file_count = head->file_count;
    const void *dirs = proof->list.files + head->file_count;
    proof->list.dirs = dirs;
    proof->list.dir_count = head->dir_count;
    const void *actions = proof->list.dirs + head->dir_count;
    proof->actions = actions;
    const void *texts = proof->actions + head->action_count;
    proof->list.texts = texts;
}

/* Texts end, names are in them, and every file has one folder. */
static bool
parts_fit(const struct proof *proof)
{
    const struct scan_list *list = &proof->list;
    uint64_t len = proof->head->text_len;
    uint32_t outside_len = proof->head->outside_len;
    if ((len > 0 && list->texts[len - 1] != '\0') ||
        (outside_len > 0 && list->texts[outside_len - 1] != '\0') ||
        (list->dir_count == 0 && list->file_count > 0)) {
        return false;
    }
    uint32_t before = 0;
    for (uint32_t i = 0; i < list->dir_count; i++) {
        const struct scan_dir *dir = &list->dirs[i];
        if (dir->path >= len || dir->first >= list->file_count ||
            (i == 0 ? dir->first != 0 : dir->first <= before)) {
            return false;
        }
        before = dir->first;
    }
    for (uint32_t i = 0; i < list->file_count; i++) {
        if (list->files[i].name >= len) {
            return false;
        }
    }
    return true;
}

static bool
all_same(const struct proof *proof, const char *root)
{
    struct slice outside = {proof->list.texts, proof->head->outside_len};
    int root_fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
    bool same = root_fd >= 0 && tools_same(root, outside) &&
                scan_same(root_fd, &proof->list);
    if (root_fd >= 0) {
        close(root_fd);
    }
    return same;
}

/* The same proof with another print. */
static void
keep_print(const char *path, const struct proof *proof, struct hash128 print)
{
    struct buffer image = {0};
    struct head head = *proof->head;
    head.claim.print = print;
    buffer_add(&image, &head, sizeof(head));
    buffer_add(&image, proof->map + sizeof(head), proof->len - sizeof(head));
    seal_image(&image);
    write_file(path, &image);
    buffer_finish(&image);
}

bool
proof_holds(const char *path, const char *root, const struct proof_claim *claim,
            struct vec *actions)
{
    assert(actions->item_size == sizeof(struct action_id));
    struct proof proof = {0};
    if (!map_file(path, &proof)) {
        return false;
    }
    bool holds = head_fits(&proof, claim);
    if (holds) {
        find_parts(&proof);
        holds = parts_fit(&proof) && all_same(&proof, root);
    }
    if (holds && proof.head->action_count > 0) {
        vec_push_all(actions, proof.actions, proof.head->action_count);
    }
    if (holds && (claim->print.low != 0 || claim->print.high != 0) &&
        !hash_equal(claim->print, proof.head->claim.print)) {
        keep_print(path, &proof, claim->print);
    }
    int code = munmap((void *)(uintptr_t)proof.map, proof.len);
    assert(code == 0);
    (void)code;
    return holds;
}
