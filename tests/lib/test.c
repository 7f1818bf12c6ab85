/* SPDX-License-Identifier: MIT */
/*
 * Runs the registered tests in the order of their definition and prints TAP.
 * "# begin NAME" comes before each test, so that whoever reads the output
 * knows which one crashed.
 */
#include "tests/lib/test.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct test *first;
static struct test **end = &first;
static bool failed;
static char dir[4096];

void
test_register(struct test *test)
{
    *end = test;
    end = &test->next;
}

static int
remove_entry(const char *path, const struct stat *info, int kind,
             struct FTW *place)
{
    (void)info;
    (void)kind;
    (void)place;
    return remove(path);
}

const char *
test_dir(void)
{
    if (dir[0] == '\0') {
        const char *base = getenv("TMPDIR");

        snprintf(dir, sizeof(dir), "%s/ronin-test-XXXXXX",
                 base != NULL ? base : "/tmp");
        if (mkdtemp(dir) == NULL) {
            perror(dir);
            exit(2);
        }
    }
    return dir;
}

bool
test_check(bool held, const char *file, int line, const char *what)
{
    if (!held) {
        failed = true;
        printf("# %s:%d: does not hold: %s\n", file, line, what);
    }
    return held;
}

bool
test_check_int(intmax_t actual, intmax_t expected, const char *file, int line,
               const char *what)
{
    if (actual == expected) {
        return true;
    }
    failed = true;
    printf("# %s:%d: %s\n#   is       %jd\n#   expected %jd\n", file, line,
           what, actual, expected);
    return false;
}

/* Prints text as one diagnostic, also when it has several lines. */
static void
print_text(const char *label, const char *text)
{
    printf("#   %-8s ", label);
    for (const char *p = text != NULL ? text : "(NULL)"; *p != '\0'; p++) {
        putchar(*p);
        if (*p == '\n' && p[1] != '\0') {
            fputs("#            ", stdout);
        }
    }
    putchar('\n');
}

bool
test_check_str(const char *actual, const char *expected, const char *file,
               int line, const char *what)
{
    if (actual == expected ||
        (actual != NULL && expected != NULL && strcmp(actual, expected) == 0)) {
        return true;
    }
    failed = true;
    printf("# %s:%d: %s\n", file, line, what);
    print_text("is", actual);
    print_text("expected", expected);
    return false;
}

bool
test_check_mem(const void *actual, const void *expected, size_t len,
               const char *file, int line)
{
    const unsigned char *a = actual;
    const unsigned char *b = expected;

    for (size_t i = 0; i < len; i++) {
        if (a[i] != b[i]) {
            failed = true;
            printf("# %s:%d: byte %zu is 0x%02x, expected 0x%02x\n", file, line,
                   i, a[i], b[i]);
            return false;
        }
    }
    return true;
}

int
main(int argc, char **argv)
{
    int count = 0;
    int bad = 0;

    setvbuf(stdout, NULL, _IOLBF, 0);
    for (struct test *test = first; test != NULL; test = test->next) {
        if (argc > 1 && strstr(test->name, argv[1]) == NULL) {
            continue;
        }
        failed = false;
        printf("# begin %s\n", test->name);
        test->run();
        count++;
        bad += failed;
        printf("%sok %d - %s\n", failed ? "not " : "", count, test->name);
    }
    printf("1..%d\n", count);
    if (dir[0] != '\0') {
        nftw(dir, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    }
    return bad == 0 ? 0 : 1;
}
