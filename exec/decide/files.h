/* SPDX-License-Identifier: MIT */
/*
 * What is known of files: the versions that earlier runs recorded, and what
 * each file is now. A file is looked at once in a run, and again only after
 * an action has made it. Files are numbered in memory by their place in this
 * table, whatever graph they came from.
 *
 * A folder is one thing: its size, times and content are those of all that is
 * in it (tree.h), asked for when an edge looks at more than that it is there.
 * Its inode stands for all names and attributes in it.
 *
 * An unsettled version (its time is not older than the moment of the look, in
 * the granularity that the time itself shows) is read once at the next look;
 * where only inode or ctime differ, the content decides.
 */
#ifndef EXEC_DECIDE_FILES_H
#define EXEC_DECIDE_FILES_H

#include "exec/decide/tree.h"
#include "exec/state/state.h"

struct files;

/* Knows nothing yet. With `frozen`, nothing is written. */
struct files *files_create(struct state *state, const char *root, bool frozen);
/* From now on all that the state has is known; until then each file is asked
 * for when it is met. False if the state is damaged: what is known then is of
 * no use. */
bool files_load(struct files *files, struct error *err) EXEC_MUST_CHECK;
void files_destroy(struct files *files);
/* What does not count in folders from now on. */
void files_set_filter(struct files *files, struct tree_filter filter);
struct tree_filter files_filter(const struct files *files);

/* The root as an open folder, or AT_FDCWD. */
int files_root_fd(const struct files *files);
/* The place of a path, added if need be. */
uint32_t files_add(struct files *files, const char *path, size_t len);
/* TABLE_NONE if the path is not known. */
uint32_t files_find(const struct files *files, const char *path, size_t len);
const char *files_path(const struct files *files, uint32_t file);
uint32_t files_count(const struct files *files);

/* What the file is now; looks the first time. Valid until files_add. */
const struct file_version *files_look(struct files *files, uint32_t file);
/* An action has run: what links lead to may be another file by now, whoever made
 * that. They are looked at again when they are asked for. */
void files_expire_links(struct files *files);
/* Looks again: an action has made it, or may have. */
const struct file_version *files_look_again(struct files *files, uint32_t file);
bool files_is_looked(const struct files *files, uint32_t file);
/* What it was at the last look, as scan.h compares it; SCAN_NO_PRINT if that is
 * not settled. */
uint64_t files_print(const struct files *files, uint32_t file);
/* The print of all that is in a folder, 0 if nobody asked for it. */
uint64_t files_tree_print(const struct files *files, uint32_t file);
/* Looks at a folder with all that is in it, without the content. */
const struct file_version *files_look_tree(struct files *files, uint32_t file);
/* Counts the looks that found a file other than the look before; files_changed
 * is the count at the last one of a file. */
uint32_t files_moment(const struct files *files);
uint32_t files_changed(const struct files *files, uint32_t file);
/* The same with its content hash, if it is a file that can be read. */
const struct file_version *files_hash(struct files *files, uint32_t file);
/* Looks and reads again, as files_look_again. */
const struct file_version *files_hash_again(struct files *files, uint32_t file);
/* Stores what it is now; the id of the version is then in it. */
bool files_store(struct files *files, uint32_t file,
                 struct error *err) EXEC_MUST_CHECK;

/* A recorded version by its id; NULL if it is not there. */
const struct file_version *files_version(struct files *files, uint32_t id);
/* The place of the file that a recorded version is of; TABLE_NONE if it is not
 * there. */
uint32_t files_of_version(struct files *files, uint32_t id);

/* A stamp of the root's own file system: what is written from now on has the
 * same or a later one, what was written before has an earlier one wherever the
 * file system can tell. */
int64_t files_stamp_ns(struct files *files);

/* Kinds of edges (enum edge_kind) in whose sense the file differs from the
 * recorded version; reads the content where that decides. */
uint8_t files_compare(struct files *files, uint32_t file,
                      const struct file_version *recorded, uint8_t kinds);
/* The same for two versions that are both hashed, if they can be. */
uint8_t version_compare(const struct file_version *a,
                        const struct file_version *b, uint8_t kinds);
bool version_exists(const struct file_version *version);
/* True for a link, wherever it leads. */
bool version_is_link(const struct file_version *version);
/* True if both are of the same link, as its maker left it: only what it leads to
 * may be another. */
bool
version_same_link(const struct file_version *a, const struct file_version *b);
/* What a look at that moment saw, as a version without content. */
struct file_version
version_of_stat(const struct file_stat *stat, int64_t moment_ns);

#endif
