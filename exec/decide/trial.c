/* SPDX-License-Identifier: MIT */
/*
 * What a judge remembers of a run, put aside while it is asked what would run: the
 * answers are thrown away, and the run goes on as if nobody had asked. What was
 * seen of files stays: they were looked at, whoever asked.
 */
#include "exec/decide/trial.h"

#include "exec/base/memory.h"
#include "exec/decide/record.h"

#include <assert.h>
#include <stdlib.h>

/* Of one record, what a judgement changes. */
struct kept_record {
    uint32_t settled;
    uint32_t clean_moment;
    uint32_t broken_count;
    bool ran;
    bool pretended;
    bool met;
    bool clean;
};

struct judge_trial {
    struct judge *judge;
    struct kept_record *records;
    uint32_t count;
    uint32_t moment;
    bool dry_run;
};

static struct kept_record
keep(const struct record *record)
{
    return (struct kept_record){.settled = record->settled,
                                .clean_moment = record->clean_moment,
                                .broken_count = record->broken.count,
                                .ran = record->ran,
                                .pretended = record->pretended,
                                .met = record->met,
                                .clean = record->clean};
}

static void
put_back(struct record *record, const struct kept_record *kept)
{
    assert(record->broken.count >= kept->broken_count);
    record->settled = kept->settled;
    record->clean_moment = kept->clean_moment;
    record->broken.count = kept->broken_count;
    record->ran = kept->ran;
    record->pretended = kept->pretended;
    record->met = kept->met;
    record->clean = kept->clean;
}

struct judge_trial *
judge_begin_trial(struct judge *judge)
{
    struct judge_trial *trial = mem_alloc(1, sizeof(*trial));
    trial->judge = judge;
    trial->count = judge->records.count;
    trial->records = mem_alloc(trial->count + 1u, sizeof(*trial->records));
    for (uint32_t i = 0; i < trial->count; i++) {
        trial->records[i] = keep(record_at(judge, i));
    }
    trial->moment = judge->moment;
    trial->dry_run = judge->options.dry_run;
    judge->options.dry_run = true;
    return trial;
}

void
judge_end_trial(struct judge_trial *trial)
{
    const struct kept_record nothing = {0};
    struct judge *judge = trial->judge;
    for (uint32_t i = 0; i < judge->records.count; i++) {
        put_back(record_at(judge, i),
                 i < trial->count ? &trial->records[i] : &nothing);
    }
    judge->moment = trial->moment;
    judge->options.dry_run = trial->dry_run;
    free(trial->records);
    free(trial);
}
