/* SPDX-License-Identifier: MIT */
/* Reports as data, for editors and scripts: private to report.c. */
#ifndef RUNTIME_REPORT_DATA_H
#define RUNTIME_REPORT_DATA_H

#include "runtime/report.h"

enum report_format { REPORT_TEXT, REPORT_EDN, REPORT_JSON };

/* One line of a stack; `fn` is NULL for a frame that has no name. */
struct report_frame {
    const char *fn;
    size_t fn_len;
    const char *file; /* or NULL */
    uint32_t line;
    uint32_t column;
};

void report_frame_at(Value trace, uint32_t index, struct report_frame *frame);

/* One line. */
void report_data_print(FILE *out, const struct report *report,
                       enum report_format format);

#endif
