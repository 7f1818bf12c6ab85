/* SPDX-License-Identifier: MIT */
/*
 * The cheapest program that looks like a compiler to a build executor, so that
 * what is measured is the executor:
 *
 *     cheapcc cc  -I DIR... -MF DEPFILE -o OUT SOURCE
 *     cheapcc any -o OUT INPUT...
 *
 * `cc` writes a depfile of the #include "..." lines of its source, each taken
 * relative to the first -I. OUT gets a number that depends on the source, or
 * on the names of the inputs. Other options are read and ignored.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SOURCE_MAX = 1 << 18, DEPFILE_MAX = 1 << 20 };

struct request {
    const char *out;
    const char *depfile;
    const char *include;
    const char *source; /* the last input */
    uint64_t hash;
};

static void
fail(const char *what, const char *path)
{
    fprintf(stderr, "cheapcc: cannot %s %s\n", what, path);
    exit(1);
}

static uint64_t
mix(uint64_t hash, const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        hash = (hash + (unsigned char)bytes[i]) * UINT64_C(0x100000001b3);
        hash ^= hash >> 29;
    }
    return hash;
}

static size_t
read_file(const char *path, char *bytes, size_t cap)
{
    int fd = open(path, O_RDONLY);
    ssize_t len = fd < 0 ? -1 : read(fd, bytes, cap - 1);
    if (len < 0) {
        fail("read", path);
    }
    close(fd);
    bytes[len] = 0;
    return (size_t)len;
}

static void
write_file(const char *path, const char *bytes, size_t len)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (fd < 0 || write(fd, bytes, len) != (ssize_t)len || close(fd) != 0) {
        fail("write", path);
    }
}

/* Adds "INCLUDE/NAME" for each line of the form #include "NAME". */
static void
add_headers(FILE *out, const struct request *request, const char *text)
{
    static const char mark[] = "#include \"";
    for (const char *at = strstr(text, mark); at != NULL;
         at = strstr(at, mark)) {
        at += sizeof(mark) - 1;
        size_t len = strcspn(at, "\"\n");
        fprintf(out, " \\\n  %s/%.*s", request->include, (int)len, at);
    }
}

static void
compile(struct request *request)
{
    static char source[SOURCE_MAX];
    static char depfile[DEPFILE_MAX];
    size_t len = read_file(request->source, source, sizeof(source));
    request->hash = mix(1, source, len);
    FILE *out = fmemopen(depfile, sizeof(depfile), "w");
    if (out == NULL || request->depfile == NULL || request->include == NULL) {
        fail("make a depfile for", request->source);
    }
    fprintf(out, "%s: %s", request->out, request->source);
    add_headers(out, request, source);
    fputc('\n', out);
    fclose(out);
    write_file(request->depfile, depfile, strlen(depfile));
}

int
main(int argc, char **argv)
{
    struct request request = {.hash = 1};
    for (int i = 2; i < argc; i++) {
        if (i + 1 < argc && strcmp(argv[i], "-o") == 0) {
            request.out = argv[++i];
        } else if (i + 1 < argc && strcmp(argv[i], "-MF") == 0) {
            request.depfile = argv[++i];
        } else if (i + 1 < argc && strcmp(argv[i], "-I") == 0) {
            i++;
            request.include = request.include ? request.include : argv[i];
        } else if (argv[i][0] != '-') {
            request.source = argv[i];
            request.hash = mix(request.hash, argv[i], strlen(argv[i]));
        }
    }
    if (request.out == NULL || request.source == NULL) {
        fputs("usage: cheapcc cc|any [OPTION...] -o OUT INPUT...\n", stderr);
        return 2;
    }
    if (strcmp(argv[1], "cc") == 0) {
        compile(&request);
    }
    char line[32];
    int len = snprintf(line, sizeof(line), "%016llx\n",
                       (unsigned long long)request.hash);
    write_file(request.out, line, (size_t)len);
    return 0;
}
