/* SPDX-License-Identifier: MIT */
/*
 * Whether many files are what they were: each is looked at once, folder by
 * folder, by two threads of their own, and compared with the print in a list.
 * The list has no pointers, so that it can be written to a file and used where
 * it is mapped. Whoever cannot wait for the threads looks at a file himself.
 */
#ifndef EXEC_DECIDE_SCAN_H
#define EXEC_DECIDE_SCAN_H

#include "exec/backend/stat.h"

/* A folder, whose files follow each other from `first` to that of the next.
 * The same folder may come again. */
struct scan_dir {
    uint32_t path; /* in the texts; "" is the root */
    uint32_t first;
};

struct scan_file {
    uint64_t print; /* of its attributes; SCAN_NO_PRINT: it always differs */
    uint32_t name;  /* in the texts: the path below its folder */
    uint32_t maker; /* whose it is, for the owner of the list; 0, nobody's:
                       these are looked at before the others */
};

#define SCAN_NO_PRINT 0
/* As `maker`: no file, and not looked at here. */
#define SCAN_NOT_A_FILE UINT32_MAX

/* All arrays belong to somebody else. */
struct scan_list {
    const struct scan_dir *dirs;
    const struct scan_file *files;
    const char *texts; /* zero-terminated ones */
    uint32_t dir_count;
    uint32_t file_count;
};

/* A number for all that the attributes tell, of a link and of what it leads
 * to: where two are equal, nothing was written in between. */
uint64_t scan_print(const struct file_stat *stat);

struct scan;
/* Begins to look; list and folder must stay until scan_finish. */
struct scan *scan_start(int root_fd, const struct scan_list *list);
/* Whether a file differs: what is known, or what a look of now shows. */
bool scan_differs(struct scan *scan, uint32_t file);
/* False if there are so few files that only who waits looks at them. */
bool scan_has_threads(const struct scan *scan);
/* While held, one thread goes on, and the others leave their processors to whoever
 * holds them. */
void scan_hold(struct scan *scan, bool hold);
/* Waits until a file that differs can be taken, or all have been looked at. */
void scan_wait_some(struct scan *scan);
/* Waits until all files have been looked at. */
void scan_wait(struct scan *scan);
/* True when they have. */
bool scan_is_done(const struct scan *scan);
/* The next file that was found to differ, in no order; false if there is none
 * by now. */
bool scan_take(struct scan *scan, uint32_t *file);
/* Ends the threads, whether they are done or not. NULL is fine. */
void scan_finish(struct scan *scan);

#endif
