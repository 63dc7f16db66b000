/*
 * Tests of the harness: what it says and what its exit status is, for samples run in other processes.
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

#include <stdlib.h>

#include "child.h"
#include "dosvc_test.h"

START_TEST(sample_empty)
{
}

START_TEST(sample_exception)
{
    ok(TRUE, "Not to be seen.\n");
    RaiseException(0xe0001234, EXCEPTION_NONCONTINUABLE, 0, NULL);
}

START_TEST(sample_failure)
{
    push_context("outer %d", 1);
    push_context("inner %d", 2);
    ok(1 + 1 == 3, "Got %d.\n", 2);
    pop_context();
    ok(TRUE, "Not to be seen.\n");
    pop_context();
    ok(FALSE, "Got a string %s.\n", debug_string(L"a\x3b1"));
    ok(!broken(FALSE), "Not to be seen.\n");
}

/* Longer than the limit that its caller sets. */
START_TEST(sample_slow)
{
    WaitForSingleObject(GetCurrentProcess(), 60000);
}

static DWORD WINAPI check_in_thread(void *context)
{
    /* The expected failure of the other thread is none of this one's. */
    ok(TRUE, "Not to be seen.\n");
    return 0;
}

START_TEST(sample_success)
{
    HANDLE thread;

    ok(TRUE, "Not to be seen.\n");
    skip("Nothing to do.\n");
    todo_wine_if(FALSE) ok(TRUE, "Not to be seen.\n");
    todo_wine
    {
        ok(broken(TRUE), "Expected.\n");
        thread = CreateThread(NULL, 0, check_in_thread, NULL, 0, NULL);
        WaitForSingleObject(thread, INFINITE);
        CloseHandle(thread);
    }
}

START_TEST(sample_todo)
{
    todo_wine ok(TRUE, "Succeeded.\n");
}

struct sample
{
    const char *arguments;
    DWORD status;
    const char *texts[4];       /* that the output has; NULL: nothing more */
};

static void test_sample(const struct sample *sample)
{
    char output[8192];
    unsigned int i;
    DWORD status;

    push_context("%s", sample->arguments);
    if (run_child_process(sample->arguments, output, sizeof(output), &status))
    {
        ok(status == sample->status, "Got exit status %lu.\n", status);
        ok(!strstr(output, "Not to be seen"), "Got output %s.\n", output);
        for (i = 0; i < ARRAYSIZE(sample->texts) && sample->texts[i]; ++i)
            ok(strstr(output, sample->texts[i]) != NULL, "Got output %s without %s.\n", output, sample->texts[i]);
    }
    pop_context();
}

START_TEST(harness)
{
    static const struct sample samples[] =
    {
        { "sample_success", 0, { "harness_test.c:", "Tests skipped: Nothing to do.", "1 skipped." } },
        { "sample_failure", 1, { "Test failed: outer 1: inner 2: Got 2.", "Test failed: Got a string \"a\\x03b1\".",
                "sample_failure: 4 tests executed (0 marked as todo, 2 failures), 0 skipped.",
                "2 passed, 2 failed, 0 skipped" } },
        { "sample_failure sample_success sample_failure", 1, { "4 failed, 1 skipped" } },
        { "sample_empty", 1, { "nothing was checked", "0 passed, 1 failed, 0 skipped" } },
        { "sample_exception sample_success", 1, { "unhandled exception e0001234",
                "sample_exception: 2 tests executed (0 marked as todo, 1 failure), 0 skipped.",
                "1 passed, 1 failed, 0 skipped" } },
        { "--limit 1 sample_slow", 1, { "not finished after 1 s", "0 passed, 1 failed, 0 skipped" } },
        { "no_such_test", 1, { "There is no test no_such_test." } },
        { "sample_success no_such_test", 1, { "There is no test no_such_test." } },
        { "--limit never sample_success", 1, { "never is no time limit." } },
        { "--list", 0, { "harness", "manager", "job" } },
        { "--child harness a \"b c\"", 3, { "both arguments" } },
        { "--child manager", 1, { "No child function" } },
    };
    static const struct sample wine_samples[] =
    {
        { "sample_success", 0, { "Test marked todo: Expected.",
                "sample_success: 4 tests executed (1 marked as todo, 0 failures), 1 skipped.",
                "3 passed, 0 failed, 1 skipped" } },
        { "sample_todo", 1, { "Test succeeded inside todo block: Succeeded.", "0 passed, 1 failed, 0 skipped" } },
    };
    unsigned int i;

    for (i = 0; i < ARRAYSIZE(samples); ++i)
        test_sample(&samples[i]);
    for (i = 0; test_is_wine() && i < ARRAYSIZE(wine_samples); ++i)
        test_sample(&wine_samples[i]);
}

TEST_CHILD(harness)
{
    if (argc != 2 || strcmp(argv[0], "a") || strcmp(argv[1], "b c"))
        return 1;
    printf("both arguments\n");
    return 3;
}
