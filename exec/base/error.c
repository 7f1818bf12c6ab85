/* SPDX-License-Identifier: MIT */
#include "exec/base/error.h"

#include "exec/base/buffer.h"
#include "exec/base/memory.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

bool
error_set(struct error *err, enum error_class class, const char *format, ...)
{
    assert(class != ERROR_CLASS_NONE);
    if (err->class == ERROR_CLASS_NONE) {
        struct buffer what = {0};
        va_list args;
        va_start(args, format);
        buffer_add_vformat(&what, format, args);
        va_end(args);
        err->class = class;
        err->what = buffer_take(&what);
    }
    return false;
}

bool
error_set_errno(struct error *err, enum error_class class, int errnum,
                const char *format, ...)
{
    assert(class != ERROR_CLASS_NONE);
    if (err->class == ERROR_CLASS_NONE) {
        struct buffer what = {0};
        char text[256];
        va_list args;
        va_start(args, format);
        buffer_add_vformat(&what, format, args);
        va_end(args);
        buffer_add_str(&what, ": ");
        buffer_add_str(&what, strerror_r(errnum, text, sizeof(text)));
        err->class = class;
        err->what = buffer_take(&what);
    }
    return false;
}

void
error_set_where(struct error *err, const char *file, unsigned line,
                unsigned column)
{
    assert(err->class != ERROR_CLASS_NONE);
    if (err->where != NULL) {
        return;
    }
    if (line == 0) {
        err->where = mem_copy_str(file);
    } else if (column == 0) {
        err->where = mem_format("%s:%u", file, line);
    } else {
        err->where = mem_format("%s:%u:%u", file, line, column);
    }
}

void
error_set_help(struct error *err, const char *format, ...)
{
    assert(err->class != ERROR_CLASS_NONE);
    if (err->help == NULL) {
        struct buffer help = {0};
        va_list args;
        va_start(args, format);
        buffer_add_vformat(&help, format, args);
        va_end(args);
        err->help = buffer_take(&help);
    }
}

void
error_set_subject(struct error *err, const char *subject, const char *needer)
{
    assert(err->class != ERROR_CLASS_NONE);
    if (err->subject == NULL) {
        err->subject = mem_copy_str(subject);
        err->needer = needer == NULL ? NULL : mem_copy_str(needer);
    }
}

void
error_drop_help(struct error *err)
{
    free(err->help);
    err->help = NULL;
}

void
error_set_code(struct error *err, enum error_code code)
{
    assert(err->class != ERROR_CLASS_NONE);
    if (err->code == ERROR_CODE_NONE) {
        err->code = code;
    }
}

void
error_wrap(struct error *err, const char *prefix)
{
    assert(err->class != ERROR_CLASS_NONE && err->what != NULL);
    char *what = mem_format("%s: %s", prefix, err->what);
    free(err->what);
    err->what = what;
}

void
error_finish(struct error *err)
{
    free(err->what);
    free(err->where);
    free(err->help);
    free(err->subject);
    free(err->needer);
    *err = (struct error){0};
}
