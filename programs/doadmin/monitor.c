/*
 * The command monitor: a table of jobs, again and again.
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

#include "doadmin.h"

#define NAME_MIN 8              /* columns */
#define OTHER_COLUMNS 77        /* what stands before the name */
#define WIDTH_WITHOUT_CONSOLE 132

/* What a job had at the table before, for its rate. */
struct mark
{
    GUID id;
    UINT64 bytes;
};

struct monitor
{
    struct context *context;
    HANDLE interrupted;
    struct mark *marks;
    unsigned int mark_count;
    UINT64 marks_time;          /* milliseconds, 0: there are none */
    unsigned int lines;         /* of the table on the console */
};

static BOOL state_is_under_way(BG_JOB_STATE state)
{
    return state == BG_JOB_STATE_QUEUED || state == BG_JOB_STATE_CONNECTING || state == BG_JOB_STATE_TRANSFERRING
            || state == BG_JOB_STATE_TRANSIENT_ERROR;
}

/* Bytes per second since the last table, 0 if that is not known. */
static UINT64 monitor_get_rate(const struct monitor *monitor, const GUID *id, UINT64 bytes, UINT64 now)
{
    unsigned int i;

    if (!monitor->marks_time || now <= monitor->marks_time)
        return 0;
    for (i = 0; i < monitor->mark_count; ++i)
    {
        if (IsEqualGUID(&monitor->marks[i].id, id))
            return bytes < monitor->marks[i].bytes ? 0
                    : (UINT64)((bytes - monitor->marks[i].bytes) * 1000.0 / (now - monitor->marks_time));
    }
    return 0;
}

static void append_percent(struct text *text, const BG_JOB_PROGRESS *progress)
{
    if (progress->BytesTotal == BG_SIZE_UNKNOWN)
        text_append_format(text, L"    ?  ");
    else if (!progress->BytesTotal)
        text_append_format(text, L" 100%%  ");
    else
        text_append_format(text, L" %3u%%  ", (unsigned int)(progress->BytesTransferred * 100.0 / progress->BytesTotal));
}

static void append_line(struct text *text, const struct job_info *info, UINT64 rate, unsigned int name_columns)
{
    const BG_JOB_PROGRESS *progress = &info->progress;
    WCHAR size[SIZE_TEXT_MAX], rate_text[SIZE_TEXT_MAX + 2] = L"", left[SIZE_TEXT_MAX] = L"";

    format_size(size, ARRAY_SIZE(size), progress->BytesTransferred);
    if (rate)
    {
        format_size(left, ARRAY_SIZE(left), rate);
        format_buffer(rate_text, ARRAY_SIZE(rate_text), L"%ls/s", left);
        left[0] = 0;
        if (progress->BytesTotal != BG_SIZE_UNKNOWN && progress->BytesTotal > progress->BytesTransferred)
            format_duration(left, ARRAY_SIZE(left), (progress->BytesTotal - progress->BytesTransferred) / rate);
    }
    text_append_format(text, L"%.8ls  %-15ls", info->id + 1, job_state_name(info->state));
    append_percent(text, progress);
    text_append_format(text, L"%10ls  %12ls  %9ls  %3lu/%-3lu  ", size, rate_text, left, progress->FilesTransferred,
            progress->FilesTotal);
    text_append_columns(text, info->name, name_columns);
    while (text->length && text->chars[text->length - 1] == ' ')
        --text->length;
    text_append(text, L"\n", 1);
}

/* The columns that are left for names. */
static unsigned int get_name_columns(const struct monitor *monitor)
{
    const struct stream *out = &monitor->context->out;
    unsigned int width = out->console ? stream_width(out) : WIDTH_WITHOUT_CONSOLE;

    return width > OTHER_COLUMNS + NAME_MIN ? width - OTHER_COLUMNS - 1 : NAME_MIN;
}

/* Appends a line for each job, and gives how many of them are under way. */
static unsigned int monitor_append_jobs(struct monitor *monitor, const struct job_list *list, struct text *text)
{
    unsigned int i, busy = 0, name_columns = get_name_columns(monitor);
    UINT64 now = GetTickCount64();
    struct mark *marks = calloc(list->count + 1, sizeof(*marks));
    struct job_info info;

    text_append_format(text, L"%-8ls  %-15ls%5ls  %10ls  %12ls  %9ls  %-7ls  %ls\n", L"ID", L"STATE", L"DONE", L"BYTES",
            L"RATE", L"LEFT", L"FILES", L"NAME");
    monitor->lines = 1;
    for (i = 0; i < list->count; ++i)
    {
        GUID id;

        /* A job that ended since the list was made has no line. */
        if (FAILED(job_get_info(list->jobs[i], &info)))
            continue;
        CLSIDFromString(info.id, &id);
        append_line(text, &info, monitor_get_rate(monitor, &id, info.progress.BytesTransferred, now), name_columns);
        if (marks)
        {
            marks[i].id = id;
            marks[i].bytes = info.progress.BytesTransferred;
        }
        ++monitor->lines;
        busy += state_is_under_way(info.state);
        job_info_cleanup(&info);
    }
    free(monitor->marks);
    monitor->marks = marks;
    monitor->mark_count = marks ? list->count : 0;
    monitor->marks_time = now;
    return busy;
}

/* Puts the cursor where the last table began, and clears what stood there. */
static void monitor_go_back(struct monitor *monitor)
{
    HANDLE console = monitor->context->out.handle;
    CONSOLE_SCREEN_BUFFER_INFO info;
    DWORD written;
    COORD start;

    if (!monitor->lines || !GetConsoleScreenBufferInfo(console, &info))
        return;
    start.X = 0;
    start.Y = info.dwCursorPosition.Y > (SHORT)monitor->lines ? info.dwCursorPosition.Y - (SHORT)monitor->lines : 0;
    FillConsoleOutputCharacterW(console, ' ', (DWORD)info.dwSize.X * monitor->lines, start, &written);
    SetConsoleCursorPosition(console, start);
}

/* One table. FALSE: that was the last one, or it failed. */
static BOOL monitor_show(struct monitor *monitor, enum exit_status *status)
{
    struct stream *out = &monitor->context->out;
    unsigned int busy, lines_before = monitor->lines;
    struct text text = {0};
    struct job_list list;

    if (FAILED(job_list_get(monitor->context, &list)))
    {
        *status = STATUS_FAILED;
        return FALSE;
    }
    if (lines_before && out->console)
        monitor_go_back(monitor);
    else if (lines_before)
        stream_write(out, L"\n", 1);
    busy = monitor_append_jobs(monitor, &list, &text);
    job_list_cleanup(&list);
    if (text.failed)
        out->failed = TRUE;
    stream_write(out, text.chars, text.length);
    text_cleanup(&text);
    *status = stream_check(monitor->context);
    return busy && *status == STATUS_OK;
}

enum exit_status monitor_run(struct context *context)
{
    const struct options *options = &context->options;
    struct monitor monitor = {.context = context};
    enum exit_status status;
    UINT64 shown = 0;

    if (!(monitor.interrupted = interrupt_start()))
    {
        error_report(context, NULL, HRESULT_FROM_WIN32(GetLastError()), NULL);
        return STATUS_FAILED;
    }
    while (monitor_show(&monitor, &status) && (!(options->given & OPTION_COUNT) || ++shown < options->count))
    {
        if (WaitForSingleObject(monitor.interrupted, (DWORD)min(options->interval, 86400) * 1000) == WAIT_OBJECT_0)
            break;
    }
    free(monitor.marks);
    interrupt_stop();
    return status;
}
