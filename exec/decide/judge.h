/* SPDX-License-Identifier: MIT */
/*
 * Whether an action must run, and what is remembered of it when it has: the
 * one place where manifests, signatures and records meet.
 *
 * The build loop asks about an action when all that it needs is settled, in
 * this order: judge_action; if dirty, judge_begin before its first step, and
 * judge_finish after its last one (or judge_abandon). An attempt owns copies
 * of all it needs, so that it survives a reload of the graph in between.
 * See spec/build/signature.md.
 */
#ifndef EXEC_DECIDE_JUDGE_H
#define EXEC_DECIDE_JUDGE_H

#include "exec/exec.h"

struct judge;
struct attempt;
struct state;
struct tools;

struct judge_options {
    const char *root;
    const char *build_file;
    uint64_t run; /* number of this run in the database */
    bool content; /* :ifwritten as :ifchanged */
    bool dry_run; /* nothing is written */
    bool by_need; /* few actions will be asked about: their rows are read one
                     by one, not all at once */
    const uint8_t *settled;       /* by action of the first graph: those that
                                     are known to be clean; NULL: none */
    const struct exec_host *host; /* for watch predicates */
};

/* What is wrong with the state shows at the first judge_action. */
struct judge *judge_create(struct state *state, const struct graph *graph,
                           const struct judge_options *options);
/* More is known by now of what is clean (NULL: nothing), and whether the rows are
 * still to be read one by one. False if they cannot be read all at once: then
 * nothing can be judged any more. */
bool judge_set_settled(struct judge *judge, const uint8_t *settled,
                       bool by_need, struct error *err) EXEC_MUST_CHECK;
/* The graph was made anew: signatures seen in this run, by path, and actions
 * done in this run, by key, carry over. */
void judge_set_graph(struct judge *judge, const struct graph *graph);
/* Actions (struct action_id) of the present graph whose dyndep files were not
 * read: what these had them make in earlier builds, nobody is said to make, and
 * VERDICT_GROW asks for it. The list must stay as long as the graph; without
 * one nothing is looked for. */
void judge_set_growers(struct judge *judge, const struct vec *growers);
void judge_destroy(struct judge *judge);
/* What finds the programs of manifests, for whoever runs them. */
struct tools *judge_tools(struct judge *judge);

enum verdict {
    VERDICT_CLEAN,
    VERDICT_DIRTY,
    VERDICT_WAIT, /* a discovered input, known from the last run, is built by
                     an action that has not been settled: see judge_waits_for */
    VERDICT_GROW, /* it reads what a grower made the last time: see
                     judge_growers_of */
    VERDICT_ERROR /* a missing input and the like; err says it */
};

/* All reasons, not only the first; they live until the next call. */
struct verdict_reasons {
    struct exec_reason *items;
    uint32_t count;
    bool stale_program; /* a predicate had another fingerprint: reload */
};
enum verdict judge_action(struct judge *judge, struct action_id action,
                          struct verdict_reasons *reasons,
                          struct error *err) EXEC_MUST_CHECK;

/* The same of an action of which the index says that all it needs is settled,
 * what it discovered included: that is not looked for again. */
enum verdict judge_sure_action(struct judge *judge, struct action_id action,
                               struct verdict_reasons *reasons,
                               struct error *err) EXEC_MUST_CHECK;

/* A key as a person knows it: an action without outputs by its name. */
const char *judge_shown_key(const char *key);

/* False with an error if a file that somebody named does not exist and nothing
 * makes it. */
bool judge_check_target(struct judge *judge, struct file_id file,
                        struct error *err) EXEC_MUST_CHECK;
/* True if the file exists. */
bool judge_sees(struct judge *judge, struct file_id file);
/* False with an error if a member of the group, or of a group in it, does not
 * exist and nothing makes it. */
bool judge_check_group(struct judge *judge, struct group_id group,
                       struct error *err) EXEC_MUST_CHECK;

/* Discovered inputs of the last run that an action of the graph makes: the
 * build loop orders by them (an edge that would close a cycle is left out by
 * the caller). Returns the count; *producers lives until the next call. */
uint32_t judge_waits_for(struct judge *judge, struct action_id action,
                         const struct action_id **producers);

/* Growers that made in their last builds what the action reads, whatever the edge,
 * or the file or one in the group, and what nothing of the graph makes: their files
 * are to be read before it is judged. Returns the count; *growers lives until the
 * next call. */
uint32_t judge_growers_of(struct judge *judge, struct node node,
                          const struct action_id **growers);

/* The caller orders without that producer or grower, for it would close a cycle:
 * what the action discovered of its outputs is dropped, and the action is dirty. */
void judge_break_wait(struct judge *judge, struct action_id action,
                      struct action_id producer);

/* Takes the signatures of the inputs and makes the record invalid. NULL on
 * failure. Parent folders of outputs are made by the step runner, not here. */
struct attempt *judge_begin(struct judge *judge, struct action_id action,
                            struct error *err) EXEC_MUST_CHECK;

/* After the judge_begin of one or more actions, before the command of any of
 * them starts: their records must be invalid on disk by then. Costs nothing
 * if none of them was valid. */
bool judge_commit(struct judge *judge, struct error *err) EXEC_MUST_CHECK;

/* A row of folders that were made for outputs: they are ours to remove, when
 * they are empty. */
bool judge_note_folders(struct judge *judge, struct slice row,
                        struct error *err) EXEC_MUST_CHECK;

/* What it reads was there before this moment of the file system's clock. */
int64_t judge_began_ns(const struct attempt *attempt);

/* What came of it. */
struct attempt_outcome {
    int64_t started_unix_us;
    int64_t duration_us;
    int64_t cpu_us;
    int64_t peak_kib;
    int exit_code;
    int signal;
    const char *output;
    size_t output_len;
    uint32_t warnings;      /* in the output */
    const char *discovered; /* zero-terminated canonical paths, in a row */
    size_t discovered_len;
    uint8_t discovered_kinds;
    struct slice discovered_env; /* zero-terminated names of variables */
    struct slice value;          /* of a dynout: its paths; else empty */
    bool interrupted;            /* ronin was asked to stop */
    const char *depfile; /* of what was interrupted, or NULL: perhaps half */
};

/* What a successful attempt led to. */
struct attempt_news {
    bool unchanged; /* all outputs came out the same in the sense of every edge
                       that looks at them */
    const char *edited; /* a source that was changed after the command may have
                           read it: the action is dirty next time; or NULL.
                           Valid until the judge is asked again */
};

/*
 * The action succeeded: signs the outputs (a missing one is an error unless
 * the action may not write it), records manifest, run and value. Frees the
 * attempt in any case.
 */
bool judge_finish(struct judge *judge, struct attempt *attempt,
                  const struct attempt_outcome *outcome,
                  struct attempt_news *news, struct error *err) EXEC_MUST_CHECK;

/* It failed, was killed or interrupted: outputs that it wrote are removed
 * (a generator's are put back), the failed run is recorded without a valid
 * record. Frees the attempt. */
void judge_abandon(struct judge *judge, struct attempt *attempt,
                   const struct attempt_outcome *outcome);

/* The action was judged clean, or is done: its outputs are settled. */
void judge_settle(struct judge *judge, struct action_id action);

/* In a dry run: it would run now, so that what it makes would be another. */
void judge_pretend(struct judge *judge, struct action_id action);

struct judge_orphans {
    bool dry_run;
    bool is_final; /* no dynout has but the value of an earlier run: what is an
                      input now is not ours any more */
    bool has_kept; /* out: something was kept because this is not so */
    void (*removed)(void *ctx, const char *path); /* called with each */
    void *ctx;
};
/* Outputs that were recorded for this build file and that the sealed graph does
 * not have any more are removed, and the depfiles of actions that are gone with
 * them (spec/build/graph.md). */
bool judge_remove_orphans(struct judge *judge, struct judge_orphans *orphans,
                          struct error *err) EXEC_MUST_CHECK;

#endif
