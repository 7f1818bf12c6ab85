/* SPDX-License-Identifier: MIT */
/*
 * Asks the kernel each time. One call for a path that is no link, two for one
 * that is.
 */
#include "exec/backend/stamp.h"
#include "exec/backend/stat.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

static int64_t
nanoseconds(struct timespec time)
{
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static enum file_kind
kind_of(mode_t mode)
{
    if (S_ISREG(mode)) {
        return KIND_FILE;
    }
    if (S_ISDIR(mode)) {
        return KIND_DIR;
    }
    return S_ISLNK(mode) ? KIND_LINK : KIND_OTHER;
}

static void
fill(const struct stat *info, struct file_stat *stat)
{
    stat->exists = true;
    stat->kind = kind_of(info->st_mode);
    stat->mode = info->st_mode & 07777;
    stat->uid = info->st_uid;
    stat->size = (uint64_t)info->st_size;
    stat->mtime_ns = nanoseconds(info->st_mtim);
    stat->ctime_ns = nanoseconds(info->st_ctim);
    stat->inode = info->st_ino;
    stat->dev = info->st_dev;
}

/* Notes why nothing could be seen, unless there is just nothing: no file can
 * have a name that is too long. */
static void
fill_failure(int errnum, struct file_stat *stat)
{
    bool nothing =
        errnum == ENOENT || errnum == ENOTDIR || errnum == ENAMETOOLONG;
    stat->errnum = nothing ? 0 : errnum;
}

static void
look_link(int dir_fd, const char *path, struct file_stat *stat)
{
    struct stat info;

    /* Before the look, so that a change after it cannot seem to be older. */
    *stat = (struct file_stat){.seen_ns = stamp_now_ns()};
    if (fstatat(dir_fd, path, &info, AT_SYMLINK_NOFOLLOW) != 0) {
        fill_failure(errno, stat);
        return;
    }
    fill(&info, stat);
    if (stat->kind == KIND_LINK) {
        stat->is_link = true;
        stat->link_mtime_ns = stat->mtime_ns;
        stat->link_inode = stat->inode;
    }
}

static void
look(int dir_fd, const char *path, struct file_stat *stat)
{
    struct stat info;

    look_link(dir_fd, path, stat);
    if (!stat->is_link) {
        return;
    }
    struct file_stat target = {.is_link = true,
                               .seen_ns = stat->seen_ns,
                               .link_mtime_ns = stat->link_mtime_ns,
                               .link_inode = stat->link_inode};
    if (fstatat(dir_fd, path, &info, 0) == 0) {
        fill(&info, &target);
    } else {
        fill_failure(errno, &target);
    }
    *stat = target;
}

static void
scan(int dir_fd, const char *const *paths, uint32_t count,
     struct file_stat *stats)
{
    for (uint32_t i = 0; i < count; i++) {
        look(dir_fd, paths[i], &stats[i]);
    }
}

/* Nothing is kept that could be old. */
static void
expire(void)
{
}

const struct stat_backend stat_direct = {
    .name = "direct",
    .look = look,
    .look_fresh = look,
    .expire = expire,
    .look_link = look_link,
    .scan = scan,
};
