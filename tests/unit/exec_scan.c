/* SPDX-License-Identifier: MIT */
/* Many files in many folders, by two threads: each difference is found. */
#include "exec/decide/scan.h"

#include "exec/base/memory.h"
#include "tests/lib/builds.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>

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
    struct scan_file item = {.print = scan_print(&stat),
                             .name = (uint32_t)texts.len};
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
    dir[0] = '\0';
    if (i > 0) {
        snprintf(dir, 32, "d%d", i);
    }
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

/* How many are found, each once. */
static int
count_differing(int fd, const struct scan_list *list)
{
    struct scan *scan = scan_start(fd, list);
    uint8_t *seen = mem_alloc((size_t)list->file_count + 1, 1);
    uint32_t file;
    int count = 0;
    scan_wait(scan);
    while (scan_take(scan, &file)) {
        CHECK(file < list->file_count && !seen[file]);
        CHECK(scan_differs(scan, file));
        seen[file] = 1;
        count++;
    }
    free(seen);
    scan_finish(scan);
    return count;
}

static bool
same(void)
{
    struct scan_list list = {.dirs = dirs.items,
                             .files = files.items,
                             .texts = texts.bytes,
                             .dir_count = dirs.count,
                             .file_count = files.count};
    return count_differing(root_fd, &list) == 0;
}

TEST(an_empty_list_is_the_same)
{
    REQUIRE(set_up("empty", no_graph));
    struct scan_list list = {0};
    CHECK_EQ_INT(count_differing(AT_FDCWD, &list), 0);
}

TEST(each_attribute_is_in_the_print)
{
    const struct file_stat plain = {.exists = true,
                                    .kind = KIND_FILE,
                                    .mode = 0644,
                                    .size = 5,
                                    .mtime_ns = 7,
                                    .ctime_ns = 9,
                                    .inode = 11};
    struct file_stat others[9];
    for (int i = 0; i < 9; i++) {
        others[i] = plain;
    }
    others[0].size++;
    others[1].mtime_ns++;
    others[2].ctime_ns++;
    others[3].inode++;
    others[4].mode ^= 0111;
    others[5].kind = KIND_DIR;
    others[6].is_link = true;
    others[7].is_link = true;
    others[7].link_inode = 1;
    others[8].exists = false;
    CHECK(scan_print(&plain) != SCAN_NO_PRINT);
    for (int i = 0; i < 9; i++) {
        CHECK(scan_print(&others[i]) != scan_print(&plain));
        for (int k = 0; k < i; k++) {
            CHECK(scan_print(&others[i]) != scan_print(&others[k]));
        }
    }
    others[0].errnum = EACCES;
    CHECK(scan_print(&others[0]) == SCAN_NO_PRINT);
}

TEST(each_file_that_differs_is_found)
{
    REQUIRE(make_files("attributes"));
    CHECK(files.count > 1024); /* so that the threads work */
    CHECK(same());
    int changed = 0;
    for (uint32_t i = 0; i < files.count; i += 41) {
        ((struct scan_file *)vec_at(&files, i))->print ^= 1;
        changed++;
    }
    struct scan_list list = {dirs.items, files.items, texts.bytes, dirs.count,
                             files.count};
    CHECK_EQ_INT(count_differing(root_fd, &list), changed);
    for (uint32_t i = 0; i < files.count; i += 41) {
        ((struct scan_file *)vec_at(&files, i))->maker = SCAN_NOT_A_FILE;
    }
    CHECK(same());
    finish();
}

TEST(a_file_can_be_asked_for_before_the_threads_come_to_it)
{
    REQUIRE(make_files("early"));
    uint32_t last = files.count - 1;
    ((struct scan_file *)vec_at(&files, last))->print = SCAN_NO_PRINT;
    struct scan_list list = {dirs.items, files.items, texts.bytes, dirs.count,
                             files.count};
    for (int i = 0; i < 20; i++) {
        struct scan *scan = scan_start(root_fd, &list);
        CHECK(scan_differs(scan, last));
        CHECK(!scan_differs(scan, last - 1));
        if (i % 2 == 0) {
            uint32_t file = 0;
            scan_wait(scan);
            CHECK(scan_take(scan, &file) && file == last);
            CHECK(!scan_take(scan, &file));
        }
        scan_finish(scan);
    }
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

/* The signals that a thread of ours blocks, as a mask of the system; all where it
 * is gone by now. */
static unsigned long long
blocked_by(const char *thread)
{
    char path[64];
    char line[256];
    unsigned long long mask = ~0ull;
    snprintf(path, sizeof(path), "/proc/self/task/%.20s/status", thread);
    FILE *status = fopen(path, "r");
    while (status != NULL && fgets(line, sizeof(line), status) != NULL) {
        if (strncmp(line, "SigBlk:", 7) == 0) {
            mask = strtoull(line + 7, NULL, 16);
        }
    }
    if (status != NULL) {
        fclose(status);
    }
    return mask;
}

/* How many threads there are beside this one; no signal is theirs. */
static int
check_threads(void)
{
    char self[24];
    int count = 0;
    DIR *tasks = opendir("/proc/self/task");
    snprintf(self, sizeof(self), "%d", (int)getpid());
    for (struct dirent *e; (e = readdir(tasks)) != NULL;) {
        if (e->d_name[0] != '.' && strcmp(e->d_name, self) != 0) {
            unsigned long long ends = 1ull << (SIGINT - 1) |
                                      1ull << (SIGTERM - 1) |
                                      1ull << (SIGHUP - 1);
            CHECK((blocked_by(e->d_name) & ends) == ends);
            count++;
        }
    }
    closedir(tasks);
    return count;
}

/* The handlers are taken away while a scan may still go on: a thread that took a
 * signal then would end the process. */
TEST(the_threads_take_no_signals)
{
    REQUIRE(make_files("signals"));
    struct scan_file last =
        *(struct scan_file *)vec_at(&files, files.count - 1);
    for (uint32_t i = 0; i < 50000; i++) {
        vec_push(&files, &last);
    }
    struct scan_list list = {dirs.items, files.items, texts.bytes, dirs.count,
                             files.count};
    int seen = 0;
    for (int i = 0; seen == 0 && i < 100; i++) {
        struct scan *scan = scan_start(root_fd, &list);
        seen = check_threads();
        scan_finish(scan);
    }
    CHECK(seen > 0);
    finish();
}
