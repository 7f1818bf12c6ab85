/* SPDX-License-Identifier: MIT */
/*
 * A host for unit tests of the language: sources in memory, then the standard
 * library from $STDLIB (or stdlib); what is printed goes to a buffer.
 */
#ifndef TESTS_LIB_MAGMA_HOST_H
#define TESTS_LIB_MAGMA_HOST_H

#include "interp/magma.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct host_source {
    const char *path;
    const char *text;
};

/* Set by a test: sources in memory, ended by a path NULL; or NULL. */
static const struct host_source *host_sources;
/* What the program printed since host_start. */
static char host_printed[4096];

static inline bool
host_load_file(const char *path, char **text, size_t *len)
{
    const char *folder = getenv("STDLIB");
    const char *name = strncmp(path, "clojure/", 8) == 0 ? path + 8 : path;
    char full[512];
    snprintf(full, sizeof(full), "%s/%s.magma",
             folder == NULL ? "stdlib" : folder, name);
    FILE *file = fopen(full, "rb");
    if (file == NULL) {
        return false;
    }
    *text = malloc(1 << 20);
    *len = fread(*text, 1, (1 << 20) - 1, file);
    (*text)[*len] = 0;
    fclose(file);
    return true;
}

static inline bool
host_load(void *ctx, const char *path, struct magma_source *source)
{
    (void)ctx;
    for (const struct host_source *s = host_sources;
         s != NULL && s->path != NULL; s++) {
        if (strcmp(s->path, path) == 0) {
            source->text = strdup(s->text);
            source->len = strlen(s->text);
            source->file = strdup(path);
            return true;
        }
    }
    if (!host_load_file(path, &source->text, &source->len)) {
        return false;
    }
    source->file = strdup(path);
    source->is_library = true;
    return true;
}

static inline void
host_print(void *ctx, const char *bytes, size_t len)
{
    (void)ctx;
    size_t used = strlen(host_printed);
    if (used + len < sizeof(host_printed)) {
        memcpy(host_printed + used, bytes, len);
        host_printed[used + len] = 0;
    }
}

/* Starts the language once, and a new program at every call. */
static inline void
host_start(void)
{
    static const struct magma_host host = {.load = host_load,
                                           .print = host_print};
    static bool started;
    if (!started) {
        magma_start(&host);
        started = true;
    }
    magma_reset();
    host_printed[0] = 0;
}

static inline Value
host_eval_body(void *arg)
{
    const char *text = *(const char **)arg;
    return magma_eval_text((struct magma_text){text, strlen(text)}, "t.magma");
}

/* Evaluates a text in the program that runs: true with the value, or false
 * with the error. */
static inline bool
host_try(const char *text, Value *result)
{
    Value error;
    if (magma_try(host_eval_body, &text, result, &error)) {
        return true;
    }
    *result = error;
    return false;
}

static inline Value
host_print_body(void *arg)
{
    return magma_print(*(Value *)arg);
}

/* The printed value of a text, or "! " and the message of the error; valid
 * until the next call. */
static inline const char *
host_eval(const char *text)
{
    static char shown[2048];
    Value result;
    Value error;
    bool is_done = host_try(text, &result);
    if (is_done) {
        is_done = magma_try(host_print_body, &result, &result, &error);
        result = is_done ? result : error;
    }
    Value message = is_done ? result : magma_error(result)->message;
    snprintf(shown, sizeof(shown), "%s%s", is_done ? "" : "! ",
             magma_text_of(message).bytes);
    return shown;
}

#endif
