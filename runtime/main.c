/* SPDX-License-Identifier: MIT */
/* Where ronin begins: the verb is found, and its command runs. */
#include "runtime/cli/command.h"

#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Freed memory that stays with us, in all and of one piece. */
enum { KEPT_BYTES = 64 << 20, KEPT_BYTES_EACH = 4 << 20 };

/* `ronin --help` and `ronin --version`, without a verb. */
static const struct command *
asked_instead(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            return &command_help;
        }
        if (strcmp(argv[i], "--version") == 0) {
            return &command_version;
        }
    }
    return NULL;
}

/* The names under which build file generators look for ninja. */
static bool
is_called_ninja(const char *program)
{
    static const char *const names[] = {"ninja", "ninja-build", "samu"};
    const char *slash = strrchr(program, '/');
    const char *name = slash == NULL ? program : slash + 1;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(name, names[i]) == 0) {
            return true;
        }
    }
    return false;
}

static int
count_words(char **words)
{
    int count = 0;
    while (words[count] != NULL) {
        count++;
    }
    return count;
}

/* What a full disk or a closed pipe swallowed is a failure as well. */
static int
flush_output(int status)
{
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fputs("ronin: error[R0502]: standard output could not be written\n",
              stderr);
        return status == 0 ? 4 : status;
    }
    return status;
}

/* What one action needs, the next one needs again: memory that is given back to
 * the system in between costs a call and a page fault each time. Where a library
 * knows none of it, all works as well. */
static void
keep_memory(void)
{
#if defined(M_TRIM_THRESHOLD) && defined(M_MMAP_THRESHOLD)
    (void)mallopt(M_TRIM_THRESHOLD, KEPT_BYTES);
    (void)mallopt(M_MMAP_THRESHOLD, KEPT_BYTES_EACH);
#endif
}

int
main(int argc, char **argv)
{
    char **words = NULL;
    keep_memory();
    signal(SIGXFSZ, SIG_IGN); /* a file too large is an error like others */
    if (argc < 1) {
        return 2;
    }
    if (is_called_ninja(argv[0])) {
        return flush_output(command_ninja.run(argc, argv));
    }
    const struct command *command = command_split(argc, argv, &words);
    if (command == NULL) {
        command = asked_instead(argc, argv);
        if (command == NULL) {
            command = &command_build;
        } else {
            words[1] = NULL;
        }
    }
    /* The guard starts while there is little memory to copy; without it all
     * works, but that a killed ronin leaves its commands running. */
    struct error ignored = {0};
    if (command->builds && !exec_guard_start(&ignored)) {
        error_finish(&ignored);
    }
    int status = command->run(count_words(words), words);
    free(words);
    return flush_output(status);
}
