/* SPDX-License-Identifier: MIT */
/*
 * The harness of the unit tests. A test is a function made by TEST; a check
 * that fails prints both values and the test goes on, a REQUIRE that fails
 * ends its test. The program prints TAP. `program NAME` runs only the tests
 * whose names contain NAME.
 *
 *     TEST(list_count_of_empty)
 *     {
 *         CHECK_EQ_INT(list_count(list_empty()), 0);
 *     }
 */
#ifndef TESTS_LIB_TEST_H
#define TESTS_LIB_TEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct test {
    const char *name;
    void (*run)(void);
    struct test *next;
};

/* Adds a test to run after those added before it; keeps the pointer. */
void test_register(struct test *test);
/* A writable folder of this program alone; removed at the end. */
const char *test_dir(void);

/* Each notes a failure of the running test and says whether it held. */
bool test_check(bool held, const char *file, int line, const char *what);
bool test_check_int(intmax_t actual, intmax_t expected, const char *file,
                    int line, const char *what);
/* NULL equals only NULL. */
bool test_check_str(const char *actual, const char *expected, const char *file,
                    int line, const char *what);
bool test_check_mem(const void *actual, const void *expected, size_t len,
                    const char *file, int line);

#define TEST(name)                                                 \
    static void test_##name(void);                                 \
    __attribute__((constructor)) static void register_##name(void) \
    {                                                              \
        static struct test test = {#name, test_##name, NULL};      \
        test_register(&test);                                      \
    }                                                              \
    static void test_##name(void)

#define CHECK(cond) test_check((cond), __FILE__, __LINE__, #cond)
#define CHECK_EQ_INT(actual, expected)                                 \
    test_check_int((intmax_t)(actual), (intmax_t)(expected), __FILE__, \
                   __LINE__, #actual)
#define CHECK_EQ_STR(actual, expected) \
    test_check_str((actual), (expected), __FILE__, __LINE__, #actual)
#define CHECK_EQ_MEM(actual, expected, len) \
    test_check_mem((actual), (expected), (len), __FILE__, __LINE__)
/* Ends the test when `cond` is false; only in the body of a TEST. */
#define REQUIRE(cond)                                         \
    do {                                                      \
        if (!test_check((cond), __FILE__, __LINE__, #cond)) { \
            return;                                           \
        }                                                     \
    } while (0)

#endif
