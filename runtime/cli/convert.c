/* SPDX-License-Identifier: MIT */
/* `ronin convert`: a ninja file as Magma. */
#include "runtime/ninja/convert.h"
#include "runtime/cli/command.h"
#include "runtime/report.h"
#include "runtime/source.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct option_row rows[] = {
    {'o', "output", "FILE", "the build file to write, instead of build.magma"},
    {OPTION_CHECK, "check", NULL,
     "write nothing; end with 1 if the file has another graph"},
    {OPTION_FORCE, "force", NULL,
     "replace files that were not converted as well"},
    {0, NULL, NULL, NULL},
};

struct request {
    const char *from;
    const char *to;
    bool check;
    bool force;
};

/* --- Writing -------------------------------------------------------------------- */

/* False if there is a file that somebody wrote by hand. */
static bool
is_ours(const char *path, struct error *err)
{
    char begin[64] = {0};
    size_t len = strlen(conversion_mark);
    assert(len < sizeof(begin));
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return true; // Whatever is wrong with it is told when it is written.
    }
    ssize_t read_len = read(fd, begin, len);
    close(fd);
    if (read_len <= 0 || memcmp(begin, conversion_mark, len) == 0) {
        return true;
    }
    error_set(err, ERROR_CLASS_USAGE, "%s is there, and was not converted",
              path);
    error_set_help(err, "name another file with -o FILE, or replace it with "
                        "--force");
    return false;
}

/* Namespaces stand in folders as their names say. */
static bool
make_folders(const char *path, struct error *err)
{
    char *dir = mem_copy_str(path);
    for (char *slash = strchr(dir, '/'); slash != NULL;
         slash = strchr(slash + 1, '/')) {
        *slash = 0;
        if (mkdir(dir, 0777) != 0 && errno != EEXIST) {
            error_set_errno(err, ERROR_CLASS_SYSTEM, errno,
                            "cannot make the folder %s", dir);
            free(dir);
            return false;
        }
        *slash = '/';
    }
    free(dir);
    return true;
}

/* A signal may cut a write short; the rest is written then. */
static bool
write_all(int fd, const struct buffer *text)
{
    for (size_t at = 0; at < text->len;) {
        ssize_t n = write(fd, text->bytes + at, text->len - at);
        if (n < 0 && errno != EINTR) {
            return false;
        }
        at += n > 0 ? (size_t)n : 0;
    }
    return true;
}

/* Whole or not at all. */
static bool
write_file(const struct converted_file *file, struct error *err)
{
    if (!make_folders(file->path, err)) {
        return false;
    }
    char *temporary = mem_format("%s.%ld.tmp", file->path, (long)getpid());
    int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    bool done = fd >= 0 && write_all(fd, &file->text);
    done = fd >= 0 && close(fd) == 0 && done;
    done = done && rename(temporary, file->path) == 0;
    if (!done) {
        error_set_errno(err, ERROR_CLASS_SYSTEM, errno, "cannot write %s",
                        file->path);
        unlink(temporary);
    }
    free(temporary);
    return done;
}

/* The build file last: it requires the others. */
static bool
write_files(const struct request *request, const struct conversion *made,
            struct error *err)
{
    for (uint32_t i = 0; i < made->files.count && !request->force; i++) {
        const struct converted_file *file = vec_at(&made->files, i);
        if (!is_ours(file->path, err)) {
            return false;
        }
    }
    for (uint32_t i = made->files.count; i > 0; i--) {
        if (!write_file(vec_at(&made->files, i - 1), err)) {
            return false;
        }
    }
    return true;
}

/* --- Running -------------------------------------------------------------------- */

/* Nothing is written that is not the same graph. */
static bool
convert(const struct request *request, struct error *err)
{
    struct conversion made = {0};
    bool done = ninja_convert(request->from, request->to, source_read_file,
                              &made, err) &&
                conversion_holds(request->from, request->to, source_read_file,
                                 &made, err) &&
                write_files(request, &made, err);
    for (uint32_t i = 0; done && i < made.files.count; i++) {
        const struct converted_file *file = vec_at(&made.files, i);
        printf("%s\n", file->path);
    }
    conversion_finish(&made);
    return done;
}

/* The exit status: 1 is kept for graphs that differ. */
static int
run_request(const struct request *request)
{
    struct error err = {0};
    if (strchr(request->to, '/') != NULL) {
        return options_usage(&command_convert,
                             "the build file stands in the folder that its "
                             "paths are relative to",
                             "name a file of this folder, or change folder "
                             "with -C");
    }
    bool done = request->check ? conversion_holds(request->from, request->to,
                                                  source_read_file, NULL, &err)
                               : convert(request, &err);
    if (done) {
        return 0;
    }
    if (request->check && err.class == ERROR_CLASS_BUILD) {
        error_set_help(&err, "ronin convert %s -o %s makes it anew",
                       request->from, request->to);
    }
    int status = report_exit_status(&err);
    report_error(stderr, &err);
    return status;
}

static int
run(int argc, char **argv)
{
    struct options o;
    struct request request = {"build.ninja", "build.magma", false, false};
    int id;
    options_init(&o, &command_convert, argc, argv);
    while ((id = options_next(&o)) > 0) {
        if (id == 'o') {
            request.to = o.value;
        } else if (id == OPTION_CHECK) {
            request.check = true;
        } else {
            assert(id == OPTION_FORCE);
            request.force = true;
        }
    }
    int status = o.status;
    if (id == OPTION_END && o.word_count > 1) {
        status = options_usage(&command_convert, "convert takes one file",
                               "as ronin convert build.ninja");
    } else if (id == OPTION_END) {
        request.from = o.word_count == 1 ? o.words[0] : request.from;
        status = run_request(&request);
    }
    options_finish(&o);
    return status;
}

const struct command command_convert = {
    .name = "convert",
    .args = "[OPTION...] [FILE]",
    .summary = "Write a ninja file as Magma.",
    .usage =
        "FILE is build.ninja unless it is named. What it includes becomes "
        "namespaces, in files\nof their own. The graph stays the same; one "
        "action is added, which converts again\nwhen the ninja files "
        "change.",
    .options = rows,
    .run = run,
};
