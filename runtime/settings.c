/* SPDX-License-Identifier: MIT */
#include "runtime/settings.h"

#include "runtime/source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The name in the user's folder and at the build root alike. */
#define FILE_NAME "ronin.conf"

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* Without the blanks around it. */
static struct slice
trim(struct slice text)
{
    while (text.len > 0 && is_blank(text.bytes[0])) {
        text = (struct slice){text.bytes + 1, text.len - 1};
    }
    while (text.len > 0 && is_blank(text.bytes[text.len - 1])) {
        text.len--;
    }
    return text;
}

bool
settings_fail_key(const struct setting *setting, struct error *err)
{
    error_set_where(err, setting->file, setting->line, 1);
    return false;
}

bool
settings_fail_value(const struct setting *setting, struct error *err)
{
    error_set_where(err, setting->file, setting->line, setting->column);
    return false;
}

static bool
check_key(const struct setting *setting, struct error *err)
{
    if (strncmp(setting->key, SETTING_QUERY, strlen(SETTING_QUERY)) == 0 ||
        strcmp(setting->key, SETTING_PTY) == 0) {
        return true;
    }
    error_set(err, ERROR_CLASS_USAGE, "no setting is called %.100s",
              setting->key);
    error_set_help(err, "there are " SETTING_PTY " = WHEN and " SETTING_QUERY
                        "NAME = QUERY");
    return settings_fail_key(setting, err);
}

/* A value is taken as it stands: what is quoted in it, or begins with #, belongs
 * to those who read it. */
static bool
add_line(struct settings *settings, const char *file, uint32_t number,
         struct slice line, struct error *err)
{
    struct slice trimmed = trim(line);
    if (trimmed.len == 0 || trimmed.bytes[0] == '#') {
        return true;
    }
    const char *equals = memchr(line.bytes, '=', line.len);
    struct slice key = {0};
    if (equals != NULL) {
        key = trim((struct slice){line.bytes, (size_t)(equals - line.bytes)});
    }
    if (key.len == 0) {
        error_set(err, ERROR_CLASS_USAGE, "this line is no setting");
        error_set_where(err, file, number,
                        (uint32_t)(trimmed.bytes - line.bytes) + 1);
        error_set_help(err, "write KEY = VALUE, or # in front of a comment");
        return false;
    }
    size_t behind = (size_t)(equals - line.bytes) + 1;
    struct slice value =
        trim((struct slice){line.bytes + behind, line.len - behind});
    struct setting *row = vec_add(&settings->rows);
    *row = (struct setting){
        .key = arena_copy(&settings->arena, key.bytes, key.len),
        .value = arena_copy(&settings->arena, value.bytes, value.len),
        .file = arena_copy(&settings->arena, file, strlen(file)),
        .line = number,
        .column = (uint32_t)(value.bytes - line.bytes) + 1,
    };
    return check_key(row, err);
}

bool
settings_add(struct settings *settings, const char *file, struct slice text,
             struct error *err)
{
    if (settings->rows.item_size == 0) {
        settings->rows = vec_of(sizeof(struct setting));
    }
    for (uint32_t number = 1; text.len > 0; number++) {
        const char *newline = memchr(text.bytes, '\n', text.len);
        size_t len =
            newline == NULL ? text.len : (size_t)(newline - text.bytes);
        struct slice line = {text.bytes, len};
        if (!add_line(settings, file, number, line, err)) {
            return false;
        }
        len += newline != NULL;
        text = (struct slice){text.bytes + len, text.len - len};
    }
    return true;
}

/* Places in it are told by the name that is shown. */
static bool
read_file(struct settings *settings, const char *path, const char *shown,
          struct error *err)
{
    char *bytes = NULL;
    size_t len = 0;
    if (access(path, F_OK) != 0 && errno != EACCES) {
        return true;
    }
    if (!source_read_file(path, &bytes, &len, err)) {
        err->class = ERROR_CLASS_USAGE; // It is no build file that is wrong.
        return false;
    }
    bool done = settings_add(settings, shown, (struct slice){bytes, len}, err);
    free(bytes);
    return done;
}

/* Where the user's file is; NULL without a home. */
static char *
user_path(void)
{
    const char *folder = getenv("XDG_CONFIG_HOME");
    const char *home = getenv("HOME");
    if (folder != NULL && folder[0] == '/') {
        return mem_format("%s/ronin/" FILE_NAME, folder);
    }
    return home != NULL && home[0] == '/'
               ? mem_format("%s/.config/ronin/" FILE_NAME, home)
               : NULL;
}

bool
settings_read(const char *root, struct settings *settings, struct error *err)
{
    char *user = user_path();
    char *project = path_join(root, FILE_NAME);
    bool done = (user == NULL || read_file(settings, user, user, err)) &&
                read_file(settings, project, FILE_NAME, err);
    free(user);
    free(project);
    return done;
}

void
settings_finish(struct settings *settings)
{
    arena_finish(&settings->arena);
    vec_finish(&settings->rows);
    *settings = (struct settings){.rows = {0}};
}

const struct setting *
settings_find(const struct settings *settings, const char *key)
{
    const struct setting *found = NULL;
    for (uint32_t i = 0; i < settings->rows.count; i++) {
        const struct setting *setting = vec_at(&settings->rows, i);
        found = strcmp(setting->key, key) == 0 ? setting : found;
    }
    return found;
}
