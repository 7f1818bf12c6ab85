/* SPDX-License-Identifier: MIT */
/*
 * The index: what is derived from graph and database so that a build looks by
 * file, and not by action. For each file what it was when it was looked at last,
 * for each action what it looks at and whether it was found clean with that. It
 * is a file, stamped with the database and the
 * graph that it was made from. One that does not fit, or is damaged, costs time
 * and nothing else. See spec/format/index.md.
 */
#ifndef EXEC_DECIDE_INDEX_H
#define EXEC_DECIDE_INDEX_H

#include "exec/backend/hash.h"
#include "exec/base/gaps.h"
#include "exec/base/vec.h"
#include "exec/decide/scan.h"

#include <stdbool.h>

/* What is known of an action beforehand. */
enum index_verdict {
    INDEX_UNKNOWN,          /* to be judged */
    INDEX_CLEAN_BY_CONTENT, /* clean under --content, if nothing differs */
    INDEX_CLEAN             /* clean, if nothing that it looks at differs */
};

/* What an index is about. */
struct index_claim {
    struct hash128 stamp; /* of the database: state_stamp */
    struct hash128 graph; /* of the snapshot's file */
};

#define INDEX_OPENED 8
struct index_head;
struct index {
    const char *map; /* NULL: there is none */
    size_t len;
    const struct index_head *head;
    /* All that is looked at: files, and questions about variables and programs
     * (SCAN_NOT_A_FILE), whose name is that of the question. `maker` is the
     * action that makes a file + 1, or 0. */
    struct scan_list items;
    size_t texts_len;
    const uint8_t *verdicts; /* by action: enum index_verdict */
    uint32_t action_count;
    void *opened[INDEX_OPENED]; /* what is small in the file */
};

/* Opens the file if it fits the claim; what has been checked then is all but
 * the lists. */
bool index_open(const char *path, const struct index_claim *claim,
                struct index *index);
void index_close(struct index *index);

/* True if the lists, which stay in the file, are as they were written. */
bool index_lists_hold(const struct index *index);
/* The items that an action looks at, in ascending order. The row behind the
 * last action's has the files that must be there for whoever asks: members of
 * groups. */
struct gaps index_row(const struct index *index, uint32_t action);
bool index_next(struct gaps *row, uint32_t *item);
/* Some of the next items, for who reads all rows: how many, 0 at the end. */
enum { INDEX_SOME = 64 };
uint32_t index_some(struct gaps *row, uint32_t items[INDEX_SOME]);
/* The path of a file, or the name of a question, malloc'ed. */
char *index_path(const struct index *index, uint32_t item);
uint32_t index_dir(const struct index *index, uint32_t item);

/* What a request wanted in the last run. */
struct index_wanted {
    const uint32_t *actions; /* in ascending order */
    uint32_t count;
    uint32_t counted; /* of them, those that are not phony */
};
/* False if the last run was of another request, or did not come to its end. */
bool index_wanted(const struct index *index, struct hash128 request,
                  struct index_wanted *wanted);
/* Sources that were edited not long ago, the latest run's first: what is most
 * likely to have been edited again. */
enum { INDEX_RECENT_MAX = 32 };
const uint32_t *index_recent(const struct index *index, uint32_t *count);
/* Who looks at an item, beside the action that makes it. It may be said of one that
 * did so in an earlier run, and of more than there are; nobody is left out. */
#define INDEX_NOBODY UINT32_MAX
struct index_reader {
    uint32_t action; /* the first one, or INDEX_NOBODY */
    bool more;       /* others may, too */
};
/* To be called before the next one is asked; false if that is damaged. */
bool index_open_readers(struct index *index);
struct index_reader index_reader(const struct index *index, uint32_t item);
bool index_orphans_done(const struct index *index);
/* That actions of the graph told of when they ran last. */
uint32_t index_warnings(const struct index *index);

/* --- The database's files ------------------------------------------------------ */

/* True if the index knows the stamp of the database as its files are now, so
 * that it need not be opened to ask for it. */
bool index_knows_stamp(const char *path, const char *state_dir,
                       struct hash128 *stamp);
/* Lets the index know it from now on, if the files tell enough. */
void index_keep_print(const char *path, const struct index *index,
                      const char *state_dir);

/* --- Writing --------------------------------------------------------------------- */

struct index_image {
    struct index_claim claim;
    struct hash128 request; /* zero: no list of wanted actions */
    bool orphans_done;
    uint32_t warnings;
    struct vec files; /* of struct scan_file */
    struct vec dirs;  /* of struct scan_dir */
    struct buffer texts;
    uint8_t *verdicts; /* by action, owned */
    struct vec starts; /* of uint32_t: by action, and two more */
    struct buffer lists;
    struct vec wanted;  /* of uint32_t */
    struct vec recent;  /* of uint32_t */
    struct vec readers; /* of uint32_t: by item */
    uint32_t action_count;
};

void index_image_init(struct index_image *image, uint32_t action_count);
void index_image_finish(struct index_image *image);
/* Begins with the readers of another index, open there, whose items come first. */
void index_copy_readers(struct index_image *image, const struct index *from);
/* Of an item that somebody else made before: who did may look at it, too. */
void index_doubt_reader(struct index_image *image, uint32_t item);
/* Adds the next row: ascending items, each once, which are all there by now. */
void
index_add_row(struct index_image *image, const uint32_t *items, uint32_t count);
/* Adds the next row as another index has it. */
void index_copy_row(struct index_image *image, const struct index *from,
                    uint32_t action);
/* Takes what another index has as recent, behind the sources that have changed
 * since: a byte for each of its items. */
void index_add_recent(struct index_image *image, const struct index *from,
                      const uint8_t *changed);
/* Writes the file through a temporary one beside it. A failure is only a loss
 * of speed, so it is not reported; then there is no index. */
void index_write(const struct index_image *image, const char *path,
                 const char *state_dir);

#endif
