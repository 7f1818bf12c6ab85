/* SPDX-License-Identifier: MIT */
/* The check of the database. */
#ifndef EXEC_HEALTH_RECORDS_H
#define EXEC_HEALTH_RECORDS_H

#include "exec/health/health.h"
#include "exec/state/state.h"

void examine_records(struct state *state, exec_finding_fn *call, void *ctx);

#endif
