/* SPDX-License-Identifier: MIT */
/* See health.h. */
#include "exec/health/machine_checks.h"
#include "exec/health/records.h"
#include "exec/state/examine.h"

#include <inttypes.h>

void
exec_examine_machine(const char *root, exec_finding_fn *call, void *ctx)
{
    const struct check_place place = {root, "/proc", "/dev"};
    for (uint32_t i = 0; i < machine_check_count; i++) {
        struct buffer found = {0};
        struct buffer advice = {0};
        struct exec_finding finding = {.name = machine_checks[i].name};
        finding.health = machine_checks[i].look(&place, &found, &advice);
        finding.found = buffer_str(&found);
        finding.advice = buffer_str(&advice);
        call(ctx, &finding);
        buffer_finish(&found);
        buffer_finish(&advice);
    }
}

/* --- The records ------------------------------------------------------------- */

static const char remedy[] =
    "delete .ronin/state.db: that costs a rebuild and nothing else";

static void
describe_state(const struct state *state, const struct state_condition *now,
               struct buffer *found)
{
    enum { KIB = 1024 };
    buffer_add_format(found,
                      "%" PRId64 " KiB, %" PRId64 " of them free, %" PRIu32
                      " run%s, content by %s",
                      now->bytes / KIB, now->unused_bytes / KIB, now->runs,
                      now->runs == 1 ? "" : "s",
                      state_backends(state)->hash->name);
    if (now->damage != NULL) {
        buffer_add_format(found, "; damaged: %s", now->damage);
    }
}

/* What SQLite finds is told as it is; what to do is the same for all of it. */
void
examine_records(struct state *state, exec_finding_fn *call, void *ctx)
{
    struct buffer found = {0};
    struct exec_finding finding = {.name = "records", .advice = ""};
    if (state_was_lost(state)) {
        buffer_add_str(&found, state_note(state));
        finding.health = HEALTH_BAD;
        finding.advice = remedy;
    } else {
        struct state_condition now;
        state_examine(state, &now);
        describe_state(state, &now, &found);
        if (now.damage != NULL) {
            finding.health = HEALTH_BAD;
            finding.advice = remedy;
        }
        state_condition_finish(&now);
    }
    finding.found = buffer_str(&found);
    call(ctx, &finding);
    buffer_finish(&found);
}
