/*
 * This program once more, in another process.
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

#include "child.h"
#include "dosvc_test.h"

#define CHILD_LIMIT_MS 60000

struct reader
{
    HANDLE pipe;
    char *output;
    DWORD size;
};

/* Ends when the child, the only other owner of the pipe, has ended. */
static DWORD WINAPI read_output(void *context)
{
    struct reader *reader = context;
    DWORD length = 0, count;

    while (length < reader->size - 1
            && ReadFile(reader->pipe, reader->output + length, reader->size - 1 - length, &count, NULL) && count)
        length += count;
    reader->output[length] = 0;
    return 0;
}

static BOOL start_child(const char *arguments, HANDLE output, PROCESS_INFORMATION *process)
{
    STARTUPINFOA startup = { .cb = sizeof(startup), .dwFlags = STARTF_USESTDHANDLES };
    char path[MAX_PATH], line[2 * MAX_PATH];

    GetModuleFileNameA(NULL, path, sizeof(path));
    snprintf(line, sizeof(line), "\"%s\" %s", path, arguments);
    startup.hStdInput = GetStdHandle(STD_INPUT_HANDLE);
    startup.hStdOutput = output;
    startup.hStdError = output;
    return CreateProcessA(NULL, line, NULL, NULL, TRUE, CREATE_NO_WINDOW, NULL, NULL, &startup, process);
}

static BOOL wait_child(HANDLE process, DWORD *status)
{
    if (!ok(WaitForSingleObject(process, CHILD_LIMIT_MS) == WAIT_OBJECT_0, "The child process takes too long.\n"))
    {
        TerminateProcess(process, 1);
        return FALSE;
    }
    return ok(GetExitCodeProcess(process, status), "No exit status, error %lu.\n", GetLastError());
}

BOOL run_child_process(const char *arguments, char *output, DWORD size, DWORD *status)
{
    SECURITY_ATTRIBUTES attributes = { .nLength = sizeof(attributes), .bInheritHandle = TRUE };
    struct reader reader = { .output = output, .size = size };
    PROCESS_INFORMATION process;
    HANDLE thread, write_end;
    BOOL ret;

    *output = 0;
    if (!ok(CreatePipe(&reader.pipe, &write_end, &attributes, 0), "No pipe, error %lu.\n", GetLastError()))
        return FALSE;
    SetHandleInformation(reader.pipe, HANDLE_FLAG_INHERIT, 0);
    ret = start_child(arguments, write_end, &process);
    CloseHandle(write_end);
    if (!ok(ret, "No child process, error %lu.\n", GetLastError()))
    {
        CloseHandle(reader.pipe);
        return FALSE;
    }

    thread = CreateThread(NULL, 0, read_output, &reader, 0, NULL);
    ret = wait_child(process.hProcess, status);
    ret = ok(WaitForSingleObject(thread, CHILD_LIMIT_MS) == WAIT_OBJECT_0, "The output has no end.\n") && ret;
    CloseHandle(thread);
    CloseHandle(process.hThread);
    CloseHandle(process.hProcess);
    CloseHandle(reader.pipe);
    return ret;
}
