/* SPDX-License-Identifier: MIT */
/*
 * Entries of our own environment are used as they are; only what a step sets
 * is made anew. Later entries replace earlier ones of the same name.
 */
#include "exec/run/env.h"

#include "exec/base/memory.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const base_names[] = {
    "PATH",   "HOME", "USER", "LOGNAME",   "SHELL",
    "TMPDIR", "LANG", "TERM", "MAKEFLAGS",
};
#define BASE_NAME_COUNT (sizeof(base_names) / sizeof(base_names[0]))

/* True if the entry "NAME=value" is of this name. */
static bool
is_named(const char *entry, const char *name, size_t len)
{
    return strncmp(entry, name, len) == 0 && entry[len] == '=';
}

/* The whole entry, which can be handed on as it is. */
static char *
find_own(const char *name)
{
    size_t len = strlen(name);
    for (char **entry = environ; *entry != NULL; entry++) {
        if (is_named(*entry, name, len)) {
            return *entry;
        }
    }
    return NULL;
}

static void
add(struct vec *entries, char *entry)
{
    vec_push(entries, &entry);
}

void
env_base_init(struct env_base *base)
{
    base->entries = vec_of(sizeof(char *));
    for (size_t i = 0; i < BASE_NAME_COUNT; i++) {
        char *entry = find_own(base_names[i]);
        if (entry != NULL) {
            add(&base->entries, entry);
        }
    }
    for (char **entry = environ; *entry != NULL; entry++) {
        if (strncmp(*entry, "LC_", 3) == 0) {
            add(&base->entries, *entry);
        }
    }
}

void
env_base_finish(struct env_base *base)
{
    vec_finish(&base->entries);
}

/* Replaces the entry of the same name, or adds one. */
static void
put(struct env *env, char *entry)
{
    size_t len = strcspn(entry, "=");
    char **entries = env->entries.items;
    for (uint32_t i = 0; i < env->entries.count; i++) {
        if (is_named(entries[i], entry, len)) {
            entries[i] = entry;
            return;
        }
    }
    add(&env->entries, entry);
}

/* True if the text names the folder, which it may do through links: a shell takes
 * it over then. */
static bool
names_folder(const char *text, const char *dir)
{
    struct stat named;
    struct stat meant;
    if (strcmp(text, dir) == 0) {
        return true;
    }
    return text[0] == '/' && stat(text, &named) == 0 &&
           stat(dir, &meant) == 0 && named.st_dev == meant.st_dev &&
           named.st_ino == meant.st_ino;
}

/* A command that runs without a shell must not see where ronin was started in
 * place of where it runs itself. */
static void
put_folder(struct env *env)
{
    const char *own = find_own("PWD");
    if (own == NULL || !names_folder(own + strlen("PWD="), env->dir)) {
        char *entry = mem_format("PWD=%s", env->dir);
        add(&env->owned, entry);
        put(env, entry);
    }
}

/* A step knows best: what it sets replaces everything else. */
static void
put_step(struct env *env, const struct graph *g, const struct step *step)
{
    for (uint32_t i = 0; i + 1 < step->env.count; i += 2) {
        const char *name = graph_cstr(g, graph_step_env(g, step, i));
        const char *value = graph_cstr(g, graph_step_env(g, step, i + 1));
        char *entry = mem_format("%s=%s", name, value);
        add(&env->owned, entry);
        put(env, entry);
    }
}

void
env_make(struct env *env, const struct env_base *base, const struct graph *g,
         const struct action *action, const struct step *step)
{
    env->entries = vec_of(sizeof(char *));
    env->owned = vec_of(sizeof(char *));
    if ((action->flags & ACTION_ENV_INHERIT) != 0) {
        for (char **entry = environ; *entry != NULL; entry++) {
            add(&env->entries, *entry);
        }
        put_folder(env);
    } else {
        vec_push_all(&env->entries, base->entries.items, base->entries.count);
        for (uint32_t i = 0; i < action->env.count; i++) {
            char *own = find_own(graph_cstr(g, graph_env_name(g, action, i)));
            if (own != NULL) {
                put(env, own);
            }
        }
    }
    if (base->makeflags != NULL) {
        put(env, base->makeflags);
    }
    put_step(env, g, step);
    add(&env->entries, NULL);
}

char *const *
env_array(const struct env *env)
{
    return env->entries.items;
}

const char *
env_value(const struct env *env, const char *name)
{
    size_t len = strlen(name);
    for (char *const *entry = env_array(env); *entry != NULL; entry++) {
        if (is_named(*entry, name, len)) {
            return *entry + len + 1;
        }
    }
    return NULL;
}

void
env_finish(struct env *env)
{
    char **owned = env->owned.items;
    for (uint32_t i = 0; i < env->owned.count; i++) {
        free(owned[i]);
    }
    vec_finish(&env->owned);
    vec_finish(&env->entries);
}
