/* SPDX-License-Identifier: MIT */
#include "exec/backend/registry.h"
#include "exec/backend/stamp.h"
#include "exec/base/memory.h"
#include "tests/lib/test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The folder of the tests, opened. */
static int
dir(void)
{
    static int fd = -1;

    if (fd < 0) {
        fd = open(test_dir(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    }
    return fd;
}

static void
write_file(const char *name, const char *bytes, size_t len)
{
    int fd = openat(dir(), name, O_WRONLY | O_CREAT | O_TRUNC, 0640);

    CHECK(fd >= 0);
    CHECK_EQ_INT(write(fd, bytes, len), len);
    close(fd);
}

static struct file_stat
look(const char *name)
{
    struct file_stat stat;

    memset(&stat, 0xff, sizeof(stat));
    stat_default()->look(dir(), name, &stat);
    return stat;
}

TEST(registry)
{
    CHECK(registry_hash("xxh3") == hash_default());
    CHECK(registry_stat("direct") == stat_default());
    CHECK(registry_hash("none") == NULL);
    CHECK(registry_stat("none") == NULL);
    CHECK_EQ_STR(hash_default()->name, "xxh3");
}

TEST(stat_of_a_file)
{
    write_file("file", "12345", 5);
    struct file_stat stat = look("file");
    CHECK(stat.exists && !stat.is_link);
    CHECK_EQ_INT(stat.kind, KIND_FILE);
    CHECK_EQ_INT(stat.size, 5);
    CHECK_EQ_INT(stat.mode, 0640);
    CHECK_EQ_INT(stat.uid, getuid());
    CHECK_EQ_INT(stat.errnum, 0);
    CHECK(stat.mtime_ns > INT64_C(1000000000000000000));
    CHECK(stat.inode != 0);
    struct file_stat again = look("file");
    CHECK(file_stat_same(&stat, &again));
    CHECK_EQ_INT(fchmodat(dir(), "file", 0600, 0), 0);
    again = look("file");
    CHECK(!file_stat_same(&stat, &again));
}

TEST(stat_of_nothing)
{
    struct file_stat stat = look("nothing");
    CHECK(!stat.exists && stat.kind == KIND_NONE && stat.errnum == 0);
    stat = look("nothing/at/all");
    CHECK(!stat.exists && stat.errnum == 0);
    write_file("file", "", 0);
    stat = look("file/below");
    CHECK(!stat.exists && stat.errnum == 0);
    CHECK_EQ_INT(symlinkat("loop", dir(), "loop"), 0);
    stat = look("loop");
    CHECK(!stat.exists && stat.is_link);
    CHECK_EQ_INT(stat.errnum, ELOOP);
}

TEST(stat_of_folder_and_pipe)
{
    mkdirat(dir(), "folder", 0755);
    mkfifoat(dir(), "pipe", 0600);
    CHECK_EQ_INT(look("folder").kind, KIND_DIR);
    CHECK_EQ_INT(look("pipe").kind, KIND_OTHER);
}

TEST(stat_of_links)
{
    struct file_stat stat;

    write_file("target", "123", 3);
    CHECK_EQ_INT(symlinkat("target", dir(), "link"), 0);
    CHECK_EQ_INT(symlinkat("nowhere", dir(), "dangling"), 0);
    stat = look("link");
    CHECK(stat.exists && stat.is_link && stat.kind == KIND_FILE);
    CHECK_EQ_INT(stat.size, 3);
    CHECK_EQ_INT(stat.inode, look("target").inode);
    CHECK(stat.link_inode != 0 && stat.link_inode != stat.inode);
    CHECK(stat.link_mtime_ns != 0);
    stat = look("dangling");
    CHECK(!stat.exists && stat.is_link && stat.link_inode != 0);
    CHECK_EQ_INT(stat.size, 0);
    stat_default()->look_link(dir(), "link", &stat);
    CHECK(stat.exists && stat.is_link && stat.kind == KIND_LINK);
    CHECK_EQ_INT(stat.size, 6);
}

TEST(stat_of_many)
{
    const char *const paths[] = {"one", "none", "two"};
    struct file_stat stats[3];

    write_file("one", "1", 1);
    write_file("two", "22", 2);
    stat_default()->scan(dir(), paths, 3, stats);
    CHECK_EQ_INT(stats[0].size, 1);
    CHECK(!stats[1].exists);
    CHECK_EQ_INT(stats[2].size, 2);
}

static const char *const hash_names[] = {"xxh3", "sha256"};
static const char *const stat_names[] = {"direct", "cached"};

/* The hash of these bytes in parts of the given size. */
static struct hash128
hash_in_parts(const struct hash_backend *hash, const char *bytes, size_t len,
              size_t part)
{
    struct hash_state *state = hash->create();

    for (size_t at = 0; at < len; at += part) {
        hash->add(state, bytes + at, len - at < part ? len - at : part);
    }
    return hash->end(state);
}

/* One length by one algorithm: in memory, as a file and in parts. */
static void
check_hash(const struct hash_backend *backend, size_t len)
{
    char *bytes = mem_alloc(len, 1);
    for (size_t k = 0; k < len; k++) {
        bytes[k] = (char)(k * 7 + k / 251);
    }
    struct hash128 expected = backend->bytes(bytes, len);
    struct hash128 hash = {0, 0};
    struct error err = {0};
    int errnum;
    write_file("hashed", bytes, len);
    CHECK(backend->file(dir(), "hashed", &hash, &errnum, &err));
    CHECK(hash_equal(hash, expected));
    CHECK(hash_equal(hash_in_parts(backend, bytes, len, 1000), expected));
    if (len > 0) {
        bytes[len / 2] ^= 1;
        CHECK(!hash_equal(backend->bytes(bytes, len), expected));
    }
    free(bytes);
}

TEST(hash_is_one_whatever_the_way)
{
    static const size_t lens[] = {0,     1,     17,      240,     241,
                                  65535, 65536, 1048576, 1114112, 3000000};

    for (size_t h = 0; h < 2; h++) {
        const struct hash_backend *backend = registry_hash(hash_names[h]);
        REQUIRE(backend != NULL);
        CHECK_EQ_STR(backend->name, hash_names[h]);
        for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
            check_hash(backend, lens[i]);
        }
    }
}

/* The first half of the published digest of "abc", in the order of bytes. */
TEST(hash_is_sha256)
{
    static const unsigned char digest[] = {0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01,
                                           0xcf, 0xea, 0x41, 0x41, 0x40, 0xde,
                                           0x5d, 0xae, 0x22, 0x23};
    struct hash128 hash = hash_sha256.bytes("abc", 3);
    CHECK_EQ_MEM(&hash, digest, sizeof(digest));
}

/* Every way of looking answers as the kernel does, also for what is not there,
 * and sees what was written as soon as it is told that something ran. */
TEST(stat_is_one_whatever_the_way)
{
    static const char *const names[] = {"seen",    "seen-dir", "seen-link",
                                        "nothing", "no/where", "seen/below"};
    write_file("seen", "1", 1);
    mkdirat(dir(), "seen-dir", 0755);
    (void)!symlinkat("nothing", dir(), "seen-link");
    for (size_t b = 0; b < 2; b++) {
        const struct stat_backend *backend = registry_stat(stat_names[b]);
        REQUIRE(backend != NULL);
        CHECK_EQ_STR(backend->name, stat_names[b]);
        backend->expire();
        for (int round = 0; round < 2; round++) {
            for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
                struct file_stat here;
                struct file_stat there;
                backend->look(dir(), names[i], &here);
                stat_direct.look(dir(), names[i], &there);
                CHECK(file_stat_same(&here, &there));
                CHECK_EQ_INT(here.errnum, there.errnum);
                CHECK_EQ_INT(here.is_link, there.is_link);
                backend->look_link(dir(), names[i], &here);
                stat_direct.look_link(dir(), names[i], &there);
                CHECK(file_stat_same(&here, &there));
            }
        }
        struct file_stat stat;
        write_file("nothing", "22", 2);
        backend->look_fresh(dir(), "nothing", &stat);
        CHECK_EQ_INT(stat.size, 2);
        backend->expire();
        backend->look(dir(), "seen-link", &stat);
        CHECK_EQ_INT(stat.size, 2);
        unlinkat(dir(), "nothing", 0);
        backend->expire();
        backend->look(dir(), "nothing", &stat);
        CHECK(!stat.exists);
    }
}

/* What "cached" is for: one look, until something ran. */
TEST(cached_looks_once)
{
    struct file_stat stat;
    write_file("once", "1", 1);
    stat_cached.expire();
    stat_cached.look(dir(), "once", &stat);
    CHECK_EQ_INT(stat.size, 1);
    write_file("once", "123", 3);
    stat_cached.look(dir(), "once", &stat);
    CHECK_EQ_INT(stat.size, 1);
    stat_cached.expire();
    stat_cached.look(dir(), "once", &stat);
    CHECK_EQ_INT(stat.size, 3);
}

TEST(stamps_are_recent_as_far_as_they_show)
{
    static const struct {
        int64_t stamp;
        int64_t last; /* moment at which a change could have this stamp, too */
    } cases[] = {
        {5000000000, 6999999999}, // Whole seconds: two of them.
        {5300000000, 5399999999}, // Tenths.
        {5040000000, 5049999999}, // Hundredths.
        {5123456000, 5123456999}, // Microseconds.
        {5123456789, 5123456789}, // As fine as can be.
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        CHECK(stamp_is_recent(cases[i].stamp, cases[i].stamp));
        CHECK(stamp_is_recent(cases[i].stamp, cases[i].last));
        CHECK(!stamp_is_recent(cases[i].stamp, cases[i].last + 1));
        // A clock that was put back.
        CHECK(stamp_is_recent(cases[i].stamp, 1));
    }
}

TEST(stamps_are_taken_from_a_file)
{
    struct stamp before = {0, 0};
    struct stamp after = {0, 0};
    int64_t now_ns = stamp_now_ns();
    int fd = stamp_open(test_dir());
    REQUIRE(fd >= 0);
    CHECK(stamp_take(fd, &before));
    CHECK(stamp_take(fd, &after));
    CHECK(before.ns >= now_ns);
    CHECK(after.ns >= before.ns);
    CHECK_EQ_INT(after.dev, before.dev);
    // No file system stamps later than this machine's clock shows by then.
    CHECK(stamp_now_ns() <= after.ns + INT64_C(60000000000));
    close(fd);
    CHECK(!stamp_take(-1, &after));
    char *nowhere = mem_format("%s/nowhere", test_dir());
    CHECK_EQ_INT(stamp_open(nowhere), -1);
    stamp_learn(nowhere);
    free(nowhere);
}

/* The published test vector of XXH3-128 with no seed for no bytes. */
TEST(hash_is_xxh3)
{
    char text[HASH_TEXT_SIZE];

    hash_to_text(hash_default()->bytes("", 0), text);
    CHECK_EQ_STR(text, "99aa06d3014798d86001c324468d497f");
}

TEST(hash_of_what_cannot_be_read)
{
    struct error err = {0};
    struct hash128 hash;
    int errnum = 0;

    CHECK(!hash_default()->file(dir(), "gone", &hash, &errnum, &err));
    CHECK_EQ_INT(errnum, ENOENT);
    CHECK_EQ_STR(err.what, "cannot read gone: No such file or directory");
    error_finish(&err);
    mkdirat(dir(), "folder", 0755);
    CHECK(!hash_default()->file(dir(), "folder", &hash, &errnum, &err));
    CHECK_EQ_INT(errnum, EISDIR);
    error_finish(&err);
}
