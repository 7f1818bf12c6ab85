/* SPDX-License-Identifier: MIT */
/* Many files in many folders, by two threads: each difference is found. */
#include "exec/decide/scan.h"

#include "exec/base/memory.h"
#include "tests/lib/builds.h"

#include <fcntl.h>

#define DIRS 40
#define PER_DIR 60

static struct vec dirs;
static struct vec files;
static struct buffer texts;
static int root_fd = -1;

static void
no_graph(void)
{
}

/* Adds what is there under a name as an item of the list. */
static void
add_file(const char *dir, const char *name)
{
    char path[128];
    struct file_stat stat;
    snprintf(path, sizeof(path), "%s%s%s", dir, *dir != '\0' ? "/" : "", name);
    stat_default()->look(root_fd, path, &stat);
    struct file_version version = version_of_stat(&stat, files_now_ns());
    struct scan_file item = {
        .size = version.size,
        .mtime_ns = version.mtime_ns,
        .ctime_ns = version.ctime_ns,
        .inode = version.inode,
        .mode = version.mode,
        .kind = version.kind,
        .name = (uint32_t)texts.len,
    };
    buffer_add_text(&texts, name);
    vec_push(&files, &item);
}

static void
add_dir(const char *path)
{
    struct scan_dir dir = {(uint32_t)texts.len, files.count};
    buffer_add_text(&texts, path);
    vec_push(&dirs, &dir);
}

static void
name_at(char *dir, char *name, int i, int k)
{
    snprintf(dir, 32, i == 0 ? "" : "d%d", i);
    snprintf(name, 32, "f%d", k);
}

/* Folder 0 is the root; every third has one file alone. */
static bool
make_files(const char *name)
{
    char dir[32];
    char file_name[32];
    char path[80];
    if (!set_up(name, no_graph)) {
        return false;
    }
    root_fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
    dirs = vec_of(sizeof(struct scan_dir));
    files = vec_of(sizeof(struct scan_file));
    for (int i = 0; i < DIRS; i++) {
        name_at(dir, file_name, i, 0);
        if (i > 0) {
            (void)mkdir(path_of(dir), 0777);
        }
        add_dir(dir);
        for (int k = 0; k < (i % 3 == 1 ? 1 : PER_DIR); k++) {
            name_at(dir, file_name, i, k);
            snprintf(path, sizeof(path), "%s%s%s", dir, i > 0 ? "/" : "",
                     file_name);
            if (k % 5 != 4) {
                put(path, "x");
            }
            add_file(dir, file_name);
        }
    }
    return true;
}

static void
finish(void)
{
    close(root_fd);
    vec_finish(&dirs);
    vec_finish(&files);
    buffer_finish(&texts);
}

static bool
same(void)
{
    struct scan_list list = {.dirs = dirs.items,
                             .files = files.items,
                             .texts = texts.bytes,
                             .dir_count = dirs.count,
                             .file_count = files.count};
    return scan_same(root_fd, &list);
}

TEST(an_empty_list_is_the_same)
{
    REQUIRE(set_up("empty", no_graph));
    struct scan_list list = {0};
    CHECK(scan_same(AT_FDCWD, &list));
}

TEST(each_attribute_of_each_file_counts)
{
    REQUIRE(make_files("attributes"));
    CHECK(files.count > 1024); /* so that both threads work */
    CHECK(same());
    for (uint32_t i = 0; i < files.count; i += 41) {
        struct scan_file *item = vec_at(&files, i);
        struct scan_file kept = *item;
        item->size++;
        CHECK(!same());
        *item = kept;
        item->mtime_ns--;
        CHECK(!same());
        *item = kept;
        item->ctime_ns++;
        CHECK(!same());
        *item = kept;
        item->inode++;
        CHECK(!same());
        *item = kept;
        item->mode ^= 1;
        CHECK(!same());
        *item = kept;
        item->kind = item->kind == KIND_NONE ? KIND_FILE : KIND_NONE;
        CHECK(!same());
        *item = kept;
    }
    CHECK(same());
    finish();
}

TEST(files_that_come_and_go_are_seen)
{
    REQUIRE(make_files("come"));
    put("d3/f4", "new");
    CHECK(!same());
    CHECK_EQ_INT(unlink(path_of("d3/f4")), 0);
    CHECK(same());
    CHECK_EQ_INT(unlink(path_of("d3/f0")), 0);
    CHECK(!same());
    finish();
}

TEST(a_folder_that_goes_or_is_another_is_seen)
{
    REQUIRE(make_files("folder"));
    char *from = mem_copy_str(path_of("d7"));
    char *to = mem_copy_str(path_of("d7-away"));
    CHECK_EQ_INT(rename(from, to), 0);
    CHECK(!same());
    CHECK_EQ_INT(symlink("d7-away", from), 0);
    CHECK(same()); /* what the paths lead to is what it was */
    CHECK_EQ_INT(unlink(from), 0);
    CHECK_EQ_INT(symlink("d6", from), 0);
    CHECK(!same());
    free(from);
    free(to);
    finish();
}

TEST(a_link_is_not_what_it_leads_to)
{
    REQUIRE(make_files("link"));
    char *from = mem_copy_str(path_of("d2/f0"));
    char *to = mem_copy_str(path_of("d2/away"));
    CHECK_EQ_INT(rename(from, to), 0);
    CHECK_EQ_INT(symlink("away", from), 0);
    CHECK(!same());
    free(from);
    free(to);
    finish();
}
