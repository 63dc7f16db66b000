/*
 * The test harness: counts and prints, runs the tests that the command line names.
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

#define COBJMACROS
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "dosvc_test.h"

#define MAX_CONTEXTS 8
#define MAX_TODOS 8
#define CONTEXT_SIZE 128
#define STRING_COUNT 16
#define STRING_SIZE 256
#define LINE_SIZE 2048
#define DEFAULT_LIMIT_SECONDS 300

struct todo
{
    BOOL is_todo;
    BOOL entered;
};

struct thread_data
{
    char contexts[MAX_CONTEXTS][CONTEXT_SIZE];
    unsigned int context_count;     /* may be more than there is room for */
    struct todo todos[MAX_TODOS];
    unsigned int todo_count;
    char strings[STRING_COUNT][STRING_SIZE];
    unsigned int next_string;
};

struct counts
{
    LONG passed;
    LONG failed;
    LONG todo;                      /* failed as expected */
    LONG skipped;
};

static DWORD tls_index;
static CRITICAL_SECTION output_lock;
static struct counts counts;        /* of the test that runs; changed by interlocked functions */
static struct counts total;         /* of those before it */
static const struct test *current_test;
static const char *last_file = "";  /* of the last check of any thread, for a test that does not come to its end */
static LONG last_line;
static DWORD limit_seconds = DEFAULT_LIMIT_SECONDS;

static struct thread_data *get_thread_data(void)
{
    struct thread_data *data;

    if ((data = TlsGetValue(tls_index)))
        return data;
    if (!(data = calloc(1, sizeof(*data))))
    {
        fprintf(stderr, "Out of memory.\n");
        abort();
    }
    TlsSetValue(tls_index, data);
    return data;
}

static const char *file_name(const char *path)
{
    const char *name = path, *ch;

    for (ch = path; *ch; ++ch)
    {
        if (*ch == '/' || *ch == '\\')
            name = ch + 1;
    }
    return name;
}

static void print_message(const char *file, int line, const char *kind, const char *format, va_list args)
{
    struct thread_data *data = get_thread_data();
    char text[LINE_SIZE];
    unsigned int i;

    vsnprintf(text, sizeof(text), format, args);
    text[sizeof(text) - 1] = 0;

    EnterCriticalSection(&output_lock);
    printf("%s:%d: %s: ", file_name(file), line, kind);
    for (i = 0; i < data->context_count && i < MAX_CONTEXTS; ++i)
        printf("%s: ", data->contexts[i]);
    fputs(text, stdout);
    if (!*text || text[strlen(text) - 1] != '\n')
        putchar('\n');
    fflush(stdout);
    LeaveCriticalSection(&output_lock);
}

static BOOL is_todo(const struct thread_data *data)
{
    unsigned int i;

    for (i = 0; i < data->todo_count && i < MAX_TODOS; ++i)
    {
        if (data->todos[i].is_todo)
            return TRUE;
    }
    return FALSE;
}

BOOL test_check(const char *file, int line, BOOL condition, const char *format, ...)
{
    BOOL todo = is_todo(get_thread_data());
    DWORD error = GetLastError();
    va_list args;

    last_file = file;
    InterlockedExchange(&last_line, line);
    va_start(args, format);
    if (!todo && condition)
        InterlockedIncrement(&counts.passed);
    else if (!todo)
    {
        InterlockedIncrement(&counts.failed);
        print_message(file, line, "Test failed", format, args);
    }
    else if (condition)
    {
        InterlockedIncrement(&counts.failed);
        print_message(file, line, "Test succeeded inside todo block", format, args);
    }
    else
    {
        InterlockedIncrement(&counts.todo);
        print_message(file, line, "Test marked todo", format, args);
    }
    va_end(args);
    SetLastError(error);
    return condition;
}

void test_skip(const char *file, int line, const char *format, ...)
{
    va_list args;

    InterlockedIncrement(&counts.skipped);
    va_start(args, format);
    print_message(file, line, "Tests skipped", format, args);
    va_end(args);
}

void test_win_skip(const char *file, int line, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    if (test_is_wine())
    {
        InterlockedIncrement(&counts.failed);
        print_message(file, line, "Test failed", format, args);
    }
    else
    {
        InterlockedIncrement(&counts.skipped);
        print_message(file, line, "Tests skipped", format, args);
    }
    va_end(args);
}

void test_trace(const char *file, int line, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    print_message(file, line, "Trace", format, args);
    va_end(args);
}

void test_todo_enter(BOOL todo)
{
    struct thread_data *data = get_thread_data();

    if (data->todo_count < MAX_TODOS)
    {
        data->todos[data->todo_count].is_todo = todo && test_is_wine();
        data->todos[data->todo_count].entered = FALSE;
    }
    ++data->todo_count;
}

/* True once; the second call leaves the block. */
BOOL test_todo_loop(void)
{
    struct thread_data *data = get_thread_data();
    struct todo *todo = &data->todos[data->todo_count - 1];

    if (data->todo_count <= MAX_TODOS && !todo->entered)
    {
        todo->entered = TRUE;
        return TRUE;
    }
    --data->todo_count;
    return FALSE;
}

void push_context(const char *format, ...)
{
    struct thread_data *data = get_thread_data();
    va_list args;
    char *context;

    if (data->context_count < MAX_CONTEXTS)
    {
        context = data->contexts[data->context_count];
        va_start(args, format);
        vsnprintf(context, CONTEXT_SIZE, format, args);
        va_end(args);
        context[CONTEXT_SIZE - 1] = 0;
    }
    ++data->context_count;
}

void pop_context(void)
{
    struct thread_data *data = get_thread_data();

    if (data->context_count)
        --data->context_count;
}

void check_interface_(const char *file, int line, void *iface, const IID *iid, BOOL supported)
{
    HRESULT hr, expected = supported ? S_OK : E_NOINTERFACE;
    IUnknown *unknown = iface, *out = (IUnknown *)0xdeadbeef;

    hr = IUnknown_QueryInterface(unknown, iid, (void **)&out);
    test_check(file, line, hr == expected, "QueryInterface of %s gave hr %#lx, expected %#lx.\n", debug_guid(iid), hr,
            expected);
    if (SUCCEEDED(hr))
        IUnknown_Release(out);
    else
        test_check(file, line, !out, "QueryInterface of %s left %p.\n", debug_guid(iid), (void *)out);
}

void check_refcount_(const char *file, int line, void *iface, ULONG expected)
{
    IUnknown *unknown = iface;
    ULONG refcount;

    IUnknown_AddRef(unknown);
    refcount = IUnknown_Release(unknown);
    test_check(file, line, refcount == expected, "Got refcount %lu, expected %lu.\n", refcount, expected);
}

BOOL test_is_wine(void)
{
    return GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "wine_get_version") != NULL;
}

BOOL broken(BOOL condition)
{
    return !test_is_wine() && condition;
}

static char *get_string_buffer(void)
{
    struct thread_data *data = get_thread_data();

    return data->strings[data->next_string++ % STRING_COUNT];
}

const char *debug_string(const WCHAR *text)
{
    char *buffer = get_string_buffer(), *out = buffer;

    if (!text)
        return "(null)";
    *out++ = '"';
    for (; *text && out < buffer + STRING_SIZE - 12; ++text)
    {
        if (*text >= ' ' && *text < 0x7f)
            *out++ = (char)*text;
        else
            out += sprintf(out, "\\x%04x", *text);
    }
    strcpy(out, *text ? "\"..." : "\"");
    return buffer;
}

const char *debug_guid(const GUID *guid)
{
    char *buffer = get_string_buffer();

    if (!guid)
        return "(null)";
    snprintf(buffer, STRING_SIZE, "{%08lx-%04x-%04x-%02x%02x-%02x%02x%02x%02x%02x%02x}", guid->Data1, guid->Data2,
            guid->Data3, guid->Data4[0], guid->Data4[1], guid->Data4[2], guid->Data4[3], guid->Data4[4],
            guid->Data4[5], guid->Data4[6], guid->Data4[7]);
    return buffer;
}

/* Ends the test: its line, and its counts added to those of the whole run. */
static void finish_test(void)
{
    if (!counts.passed && !counts.failed && !counts.todo && !counts.skipped)
    {
        printf("%s: Test failed: nothing was checked.\n", current_test->name);
        counts.failed = 1;
    }
    printf("%s: %ld tests executed (%ld marked as todo, %ld failure%s), %ld skipped.\n", current_test->name,
            counts.passed + counts.failed + counts.todo, counts.todo, counts.failed, counts.failed == 1 ? "" : "s",
            counts.skipped);
    fflush(stdout);
    total.passed += counts.passed;
    total.failed += counts.failed;
    total.todo += counts.todo;
    total.skipped += counts.skipped;
    memset(&counts, 0, sizeof(counts));
}

static void print_total(void)
{
    printf("%ld passed, %ld failed, %ld skipped\n", total.passed, total.failed, total.skipped);
    fflush(stdout);
}

/* For a test that cannot go on. Whatever thread is in the middle of printing, the process ends at once. */
static void DECLSPEC_NORETURN give_up(void)
{
    InterlockedIncrement(&counts.failed);
    finish_test();
    print_total();
    TerminateProcess(GetCurrentProcess(), 1);
    for (;;)
        WaitForSingleObject(GetCurrentProcess(), INFINITE);
}

static LONG WINAPI unhandled_exception(EXCEPTION_POINTERS *pointers)
{
    EXCEPTION_RECORD *record = pointers->ExceptionRecord;

    if (!current_test)
        return EXCEPTION_CONTINUE_SEARCH;
    EnterCriticalSection(&output_lock);
    printf("%s: Test failed: unhandled exception %08lx at %p, module offset %#llx, last check at %s:%ld.\n",
            current_test->name, record->ExceptionCode, record->ExceptionAddress,
            (ULONG64)((char *)record->ExceptionAddress - (char *)GetModuleHandleW(NULL)), file_name(last_file),
            last_line);
    give_up();
}

static void CALLBACK limit_reached(void *context, BOOLEAN fired)
{
    EnterCriticalSection(&output_lock);
    printf("%s: Test failed: not finished after %lu s, last check at %s:%ld.\n", current_test->name, limit_seconds,
            file_name(last_file), last_line);
    give_up();
}

static void run_test(const struct test *test)
{
    HANDLE timer;

    current_test = test;
    if (!CreateTimerQueueTimer(&timer, NULL, limit_reached, NULL, limit_seconds * 1000, 0, WT_EXECUTEONLYONCE))
    {
        printf("%s: Test failed: no timer, error %lu.\n", test->name, GetLastError());
        give_up();
    }
    test->run();
    DeleteTimerQueueTimer(NULL, timer, INVALID_HANDLE_VALUE);
    finish_test();
    current_test = NULL;
}

static const struct test *find_test(const char *name)
{
    static const struct test *const lists[] = { test_list, test_hidden_list };
    const struct test *test;
    unsigned int i;

    for (i = 0; i < ARRAYSIZE(lists); ++i)
    {
        for (test = lists[i]; test->name; ++test)
        {
            if (!strcmp(test->name, name))
                return test;
        }
    }
    fprintf(stderr, "There is no test %s.\n", name);
    return NULL;
}

static int run_tests(int count, char **names)
{
    const struct test *test;
    int i;

    for (i = 0; i < count; ++i)
    {
        if (!find_test(names[i]))
            return 1;
    }
    for (i = 0; i < count; ++i)
        run_test(find_test(names[i]));
    for (test = test_list; !count && test->name; ++test)
        run_test(test);
    print_total();
    return total.failed ? 1 : 0;
}

static int run_child(int argc, char **argv)
{
    const struct test *test;

    if (!argc || !(test = find_test(argv[0])) || !test->run_child)
    {
        fprintf(stderr, "No child function was named.\n");
        return 1;
    }
    return test->run_child(argc - 1, argv + 1);
}

static int print_list(void)
{
    const struct test *test;

    for (test = test_list; test->name; ++test)
        printf("%s\n", test->name);
    return 0;
}

int main(int argc, char **argv)
{
    if ((tls_index = TlsAlloc()) == TLS_OUT_OF_INDEXES)
        return 1;
    InitializeCriticalSection(&output_lock);

    if (argc > 1 && !strcmp(argv[1], "--child"))
        return run_child(argc - 2, argv + 2);
    if (argc == 2 && !strcmp(argv[1], "--list"))
        return print_list();
    if (argc > 2 && !strcmp(argv[1], "--limit"))
    {
        if (!(limit_seconds = strtoul(argv[2], NULL, 10)) || limit_seconds > 3600)
        {
            fprintf(stderr, "%s is no time limit.\n", argv[2]);
            return 1;
        }
        argc -= 2;
        argv += 2;
    }
    SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX);
    SetUnhandledExceptionFilter(unhandled_exception);
    return run_tests(argc - 1, argv + 1);
}
