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

#include <limits.h>
#include <stdlib.h>

#include "doadmin.h"

#define NAME_MIN 8              /* columns; where there is less room, other columns are left out */
#define ALWAYS_COLUMNS 32       /* of identifier, state and part that is done */
#define WIDTH_WITHOUT_CONSOLE 132

/* Columns of the table that a narrow terminal lacks: the last ones first. */
enum table_part
{
    PART_BYTES,
    PART_RATE,
    PART_LEFT,
    PART_FILES,
    PART_COUNT,
};

static const struct
{
    const WCHAR *title;
    int columns;                /* to the left edge if negative, as in a format */
} table_parts[PART_COUNT] =
{
    [PART_BYTES] = {L"BYTES", 10},
    [PART_RATE] = {L"RATE", 12},
    [PART_LEFT] = {L"LEFT", 9},
    [PART_FILES] = {L"FILES", -7},
};

/* What fits, side by side. */
struct layout
{
    unsigned int width;         /* of a whole line */
    unsigned int height;        /* lines of a whole table */
    unsigned int parts;         /* how many of table_parts */
    unsigned int name_columns;
};

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
    struct job_list named;      /* the jobs of the command line, which have no other list when they are over */
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
        text_append_format(text, L" %3u%%  ",
                (unsigned int)(progress->BytesTransferred * 100.0 / progress->BytesTotal));
}

/* The line ends with its last character that is no space, and where the terminal does. */
static void end_line(struct text *text, size_t start, const struct layout *layout)
{
    if (!layout->name_columns && text->length > start + layout->width)
        text->length = start + layout->width; /* all of it is narrow then */
    while (text->length > start && text->chars[text->length - 1] == ' ')
        --text->length;
    text_append(text, L"\n", 1);
}

static void append_title(struct text *text, const struct layout *layout)
{
    size_t start = text->length;
    unsigned int i;

    text_append_format(text, L"%-8ls  %-15ls%5ls  ", L"ID", L"STATE", L"DONE");
    for (i = 0; i < layout->parts; ++i)
        text_append_format(text, L"%*ls  ", table_parts[i].columns, table_parts[i].title);
    text_append_columns(text, L"NAME", layout->name_columns);
    end_line(text, start, layout);
}

static void append_line(struct text *text, const struct job_info *info, UINT64 rate, const struct layout *layout)
{
    const BG_JOB_PROGRESS *progress = &info->progress;
    WCHAR parts[PART_COUNT][SIZE_TEXT_MAX + 2] = {0};
    size_t start = text->length;
    unsigned int i;

    format_size(parts[PART_BYTES], ARRAY_SIZE(parts[0]), progress->BytesTransferred);
    if (rate)
    {
        format_size(parts[PART_RATE], ARRAY_SIZE(parts[0]) - 2, rate);
        wcscat_s(parts[PART_RATE], ARRAY_SIZE(parts[0]), L"/s");
        if (progress->BytesTotal != BG_SIZE_UNKNOWN && progress->BytesTotal > progress->BytesTransferred)
            format_duration(parts[PART_LEFT], ARRAY_SIZE(parts[0]),
                    (progress->BytesTotal - progress->BytesTransferred) / rate);
    }
    format_buffer(parts[PART_FILES], ARRAY_SIZE(parts[0]), L"%3lu/%-3lu", progress->FilesTransferred,
            progress->FilesTotal);
    text_append_format(text, L"%.8ls  %-15ls", info->id + 1, job_state_name(info->state));
    append_percent(text, progress);
    for (i = 0; i < layout->parts; ++i)
        text_append_format(text, L"%*ls  ", table_parts[i].columns, parts[i]);
    text_append_columns(text, info->name, layout->name_columns);
    end_line(text, start, layout);
}

static void layout_init(struct layout *layout, const struct stream *out)
{
    unsigned int used = ALWAYS_COLUMNS, columns;

    /* In the last column the cursor would go on to the next line. */
    layout->width = (out->console ? stream_width(out) : WIDTH_WITHOUT_CONSOLE) - 1;
    layout->height = out->console ? stream_height(out) : UINT_MAX;
    for (layout->parts = 0; layout->parts < PART_COUNT; ++layout->parts, used += columns)
    {
        columns = abs(table_parts[layout->parts].columns) + 2;
        if (used + columns + NAME_MIN > layout->width)
            break;
    }
    layout->name_columns = layout->width > used ? layout->width - used : 0;
}

/* Appends the line of a job and notes what the next rate needs; gives whether it is under way. */
static HRESULT monitor_append_job(struct monitor *monitor, IBackgroundCopyJob *job, struct mark *mark, UINT64 now,
        const struct layout *layout, struct text *text, BOOL *busy)
{
    struct job_info info;
    HRESULT hr;

    *busy = FALSE;
    if (FAILED(hr = job_get_info(job, &info)))
        return hr;
    (void)CLSIDFromString(info.id, &mark->id); /* it was made by StringFromGUID2() */
    mark->bytes = info.progress.BytesTransferred;
    /* The last line of the console is for the cursor, the one before for what did not fit. */
    if (monitor->lines + 2 < layout->height)
        append_line(text, &info, monitor_get_rate(monitor, &mark->id, mark->bytes, now), layout);
    *busy = state_is_under_way(info.state);
    job_info_cleanup(&info);
    return S_OK;
}

/* Appends a line for each job, and counts how many of them are under way. */
static HRESULT monitor_append_jobs(struct monitor *monitor, const struct job_list *list, struct text *text,
        unsigned int *busy_count)
{
    UINT64 now = GetTickCount64();
    unsigned int i, shown = 0;
    struct layout layout;
    struct mark *marks;
    HRESULT hr = S_OK;
    BOOL busy;

    if (!(marks = calloc(list->count + 1, sizeof(*marks))))
        return E_OUTOFMEMORY;
    layout_init(&layout, &monitor->context->out);
    append_title(text, &layout);
    monitor->lines = 1;
    *busy_count = 0;
    for (i = 0; i < list->count && SUCCEEDED(hr); ++i)
    {
        hr = monitor_append_job(monitor, list->jobs[i], &marks[shown], now, &layout, text, &busy);
        *busy_count += busy;
        if (SUCCEEDED(hr) && ++shown && monitor->lines + 2 < layout.height)
            ++monitor->lines;
        else if (hr == DO_E_JOB_NOT_FOUND)
            hr = S_OK; /* a job that ended since the list was made has no line */
    }
    if (shown >= monitor->lines)
    {
        text_append_format(text, L"%u more\n", shown + 1 - monitor->lines);
        ++monitor->lines;
    }
    free(monitor->marks);
    monitor->marks = marks;
    monitor->mark_count = shown;
    monitor->marks_time = now;
    return hr;
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
    unsigned int busy = 0, lines_before = monitor->lines;
    struct job_list all = {0};
    struct text text = {0};
    HRESULT hr = S_OK;

    if (!monitor->named.count)
        hr = job_list_get_all(monitor->context, &all);
    if (lines_before && out->console)
        monitor_go_back(monitor);
    else if (lines_before)
        text_append(&text, L"\n", 1);
    if (SUCCEEDED(hr))
        hr = monitor_append_jobs(monitor, monitor->named.count ? &monitor->named : &all, &text, &busy);
    job_list_cleanup(&all);
    *status = text_print(monitor->context, &text, hr);
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
    if (options->operand_count && FAILED(job_list_get(context, &monitor.named)))
    {
        interrupt_stop();
        return STATUS_FAILED;
    }
    while (monitor_show(&monitor, &status) && (!(options->given & OPTION_COUNT) || ++shown < options->count))
    {
        if (WaitForSingleObject(monitor.interrupted, (DWORD)min(options->interval, 86400) * 1000) == WAIT_OBJECT_0)
            break;
    }
    free(monitor.marks);
    job_list_cleanup(&monitor.named);
    interrupt_stop();
    return status;
}
