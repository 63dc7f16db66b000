/*
 * The test harness: checks, contexts, expected failures, skips and counts, in the manner of Wine's tests.
 *
 * Copyright 2026 the dosvc authors
 *
 * This library is free software; you can redistribute it and/or
 * modify it under the terms of the GNU Lesser General Public
 * License as published by the Free Software Foundation; either
 * version 2.1 of the License, or (at your option) any later version.
 *
 * This library is distributed in the hope that it will be useful,
 * but WITHOUT ANY WARRANTY; without even the implied warranty of
 * MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE.  See the GNU
 * Lesser General Public License for more details.
 *
 * You should have received a copy of the GNU Lesser General Public
 * License along with this library; if not, write to the Free Software
 * Foundation, Inc., 51 Franklin St, Fifth Floor, Boston, MA 02110-1301, USA
 */

#ifndef DOSVC_TEST_H
#define DOSVC_TEST_H

#include <stdio.h>
#include <windows.h>
#include <unknwn.h>

/*
 * A program defines the two lists and links harness.c, which has main():
 *
 *     program                  runs every test of test_list in order
 *     program NAME...          runs these, from either list
 *     program --list           prints the names of test_list
 *     program --limit SECONDS  for each test, before the names
 *     program --child NAME ARGUMENT...
 *                              runs nothing but the child function of that test
 *
 * Every check counts, whatever thread makes it. Contexts and expected failures belong to the thread that set them.
 * The exit status is 0, or 1 if a check failed, an exception was not handled, a test took too long, made no check and
 * skipped nothing, or was not found.
 */

struct test
{
    const char *name;
    void (*run)(void);
    int (*run_child)(int argc, char **argv);    /* its result is the exit status; NULL: there is none */
};

/* Both end with an entry without a name. */
extern const struct test test_list[];
extern const struct test test_hidden_list[];    /* run only when named: samples for the test of the harness itself */

#define START_TEST(name) void func_##name(void); void func_##name(void)
#define TEST_CHILD(name) int child_##name(int argc, char **argv); int child_##name(int argc, char **argv)

#define TEST_PRINTF(text, arguments) __attribute__((format(__MINGW_PRINTF_FORMAT, text, arguments)))

/* The check and its message, which tells the value found and ends with a newline. Gives the condition back. */
#define ok(...) test_check(__FILE__, __LINE__, __VA_ARGS__)
/* The same in the name of the line that called a helper. */
#define ok_(file, line, ...) test_check(file, line, __VA_ARGS__)

/* What cannot be tested here and now. */
#define skip(...) test_skip(__FILE__, __LINE__, __VA_ARGS__)
/* What an old Windows does not have; for Wine that is a failure. */
#define win_skip(...) test_win_skip(__FILE__, __LINE__, __VA_ARGS__)
#define trace(...) test_trace(__FILE__, __LINE__, __VA_ARGS__)

/*
 * Before a statement or a block: the checks in it are expected to fail on Wine, and one that succeeds is a failure. Not
 * to be left by break, goto or return.
 */
#define todo_wine todo_wine_if(TRUE)
#define todo_wine_if(is_todo) \
    for (test_todo_enter(is_todo); test_todo_loop(); )

/* A check in the name of an old Windows that does otherwise; never true on Wine. */
BOOL broken(BOOL condition);

BOOL test_check(const char *file, int line, BOOL condition, const char *format, ...) TEST_PRINTF(4, 5);
void test_skip(const char *file, int line, const char *format, ...) TEST_PRINTF(3, 4);
void test_win_skip(const char *file, int line, const char *format, ...) TEST_PRINTF(3, 4);
void test_trace(const char *file, int line, const char *format, ...) TEST_PRINTF(3, 4);
void test_todo_enter(BOOL is_todo);
BOOL test_todo_loop(void);

/* What precedes the messages of this thread until it is popped. */
void push_context(const char *format, ...) TEST_PRINTF(1, 2);
void pop_context(void);

/* Whether QueryInterface gives that interface. */
#define check_interface(iface, iid, supported) check_interface_(__FILE__, __LINE__, iface, iid, supported)
void check_interface_(const char *file, int line, void *iface, const IID *iid, BOOL supported);

/* The count that AddRef and Release show. */
#define check_refcount(iface, expected) check_refcount_(__FILE__, __LINE__, iface, expected)
void check_refcount_(const char *file, int line, void *iface, ULONG expected);

BOOL test_is_wine(void);

/* A text with escapes for everything that is not printable ASCII, good for the next 16 calls of the thread. */
const char *debug_string(const WCHAR *text);
const char *debug_guid(const GUID *guid);

#endif /* DOSVC_TEST_H */
