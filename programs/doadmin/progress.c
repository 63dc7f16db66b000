/*
 * The progress of a download: a bar on a console, lines elsewhere.
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

#include "doadmin.h"

#define SAMPLE_INTERVAL 250     /* milliseconds; with PROGRESS_SAMPLES the rate is that of the last 5 s */
#define LINE_INTERVAL 1000      /* milliseconds between plain lines */
#define BAR_MIN 10              /* columns; a shorter bar tells nothing */
#define BAR_MAX 50
#define TAIL_COLUMNS 46         /* what stands behind a bar seldom needs more */

void progress_init(struct progress *progress, struct stream *stream, UINT64 now)
{
    memset(progress, 0, sizeof(*progress));
    progress->stream = stream;
    progress->start = now;
    /* The first line comes at once. */
    progress->line_time = now - LINE_INTERVAL;
}

static struct progress_sample *progress_sample_at(struct progress *progress, unsigned int index)
{
    return &progress->samples[(progress->sample_first + index) % PROGRESS_SAMPLES];
}

static void progress_add_sample(struct progress *progress, UINT64 now, UINT64 bytes)
{
    struct progress_sample *sample;

    if (progress->sample_count)
    {
        sample = progress_sample_at(progress, progress->sample_count - 1);
        /* The file was begun anew. */
        if (bytes < sample->bytes)
            progress->sample_count = 0;
        else if (now - sample->time < SAMPLE_INTERVAL)
            return;
    }
    if (progress->sample_count == PROGRESS_SAMPLES)
    {
        progress->sample_first = (progress->sample_first + 1) % PROGRESS_SAMPLES;
        --progress->sample_count;
    }
    sample = progress_sample_at(progress, progress->sample_count++);
    sample->time = now;
    sample->bytes = bytes;
}

/* Bytes per second over the samples, 0 if that is not known yet. */
static UINT64 progress_rate(struct progress *progress, UINT64 now, UINT64 bytes)
{
    const struct progress_sample *oldest = progress_sample_at(progress, 0);

    if (!progress->sample_count || now < oldest->time + SAMPLE_INTERVAL || bytes < oldest->bytes)
        return 0;
    return (UINT64)((bytes - oldest->bytes) * 1000.0 / (now - oldest->time));
}

static BOOL total_is_known(const BG_JOB_PROGRESS *state)
{
    return state->BytesTotal != BG_SIZE_UNKNOWN;
}

static unsigned int get_percent(const BG_JOB_PROGRESS *state)
{
    if (!state->BytesTotal || state->BytesTransferred >= state->BytesTotal)
        return 100;
    return state->BytesTransferred * 100.0 / state->BytesTotal;
}

/* "3.2 MiB/s  0:05 left"; or status, if the job does something else than transferring. */
static void append_pace(struct text *text, const BG_JOB_PROGRESS *state, UINT64 rate, const WCHAR *status)
{
    WCHAR string[SIZE_TEXT_MAX];

    if (status)
    {
        text_append_plain(text, status);
        return;
    }
    if (!rate)
        return;
    format_size(string, ARRAY_SIZE(string), rate);
    text_append_format(text, L"%ls/s", string);
    if (total_is_known(state) && state->BytesTransferred < state->BytesTotal)
    {
        format_duration(string, ARRAY_SIZE(string), (state->BytesTotal - state->BytesTransferred) / rate);
        text_append_format(text, L"  %ls left", string);
    }
}

static void append_amount(struct text *text, const BG_JOB_PROGRESS *state)
{
    WCHAR string[SIZE_TEXT_MAX];

    format_size(string, ARRAY_SIZE(string), state->BytesTransferred);
    text_append_format(text, L"%ls", string);
    if (!total_is_known(state))
        return;
    format_size(string, ARRAY_SIZE(string), state->BytesTotal);
    text_append_format(text, L" of %ls", string);
}

static void append_bar(struct text *text, unsigned int columns, unsigned int percent)
{
    unsigned int i, inner = columns - 2, filled = inner * percent / 100;

    text_append(text, L"[", 1);
    for (i = 0; i < inner; ++i)
        text_append(text, i < filled ? L"=" : i == filled ? L">" : L" ", 1);
    text_append(text, L"]  ", 3);
}

/* Writes the line in place. The last column stays empty, or the cursor would go to the next line. */
static void progress_draw_bar(struct progress *progress, const BG_JOB_PROGRESS *state, UINT64 rate,
        const WCHAR *status)
{
    unsigned int columns = stream_width(progress->stream) - 1, used;
    struct text line = {0}, tail = {0};

    append_amount(&tail, state);
    text_append(&tail, L"  ", 2);
    append_pace(&tail, state, rate, status);
    if (total_is_known(state))
    {
        text_append_format(&line, L"%3u%%  ", get_percent(state));
        used = line.length + tail.length + 2;
        /* A bar that changes its length with the text behind it looks odd, where there is room. */
        if (columns > line.length + TAIL_COLUMNS + BAR_MIN && tail.length < TAIL_COLUMNS)
            used = line.length + TAIL_COLUMNS + 2;
        if (used + BAR_MIN <= columns)
            append_bar(&line, min(columns - used, BAR_MAX), get_percent(state));
    }
    if (line.length && line.length + tail.length > columns)
        append_pace(&line, state, rate, status);
    else
        text_append_plain(&line, tail.chars);
    if (line.length < columns)
        text_append_format(&line, L"%*ls", (int)(columns - line.length), L"");
    text_append(&line, L"\r", 1);
    if (!line.failed)
    {
        line.chars[columns] = '\r';
        stream_write(progress->stream, line.chars, columns + 1);
        progress->bar_open = TRUE;
    }
    text_cleanup(&tail);
    text_cleanup(&line);
}

static void progress_print_line(struct progress *progress, UINT64 now, const BG_JOB_PROGRESS *state,
        UINT64 rate, const WCHAR *status)
{
    struct text line = {0};

    if (total_is_known(state))
        text_append_format(&line, L"%3u%%  ", get_percent(state));
    append_amount(&line, state);
    text_append(&line, L"  ", 2);
    append_pace(&line, state, rate, status);
    while (!line.failed && line.length && line.chars[line.length - 1] == ' ')
        line.chars[--line.length] = 0;
    text_append(&line, L"\n", 1);
    if (line.failed || (progress->line.chars && !wcscmp(progress->line.chars, line.chars)))
    {
        text_cleanup(&line);
        return;
    }
    stream_write(progress->stream, line.chars, line.length);
    text_cleanup(&progress->line);
    progress->line = line;
    progress->line_time = now;
}

/* Shows state; status is NULL while data are transferred, otherwise what happens instead. last: the
 * transfer is over, show it even if the last line was written just now. */
void progress_update(struct progress *progress, UINT64 now, const BG_JOB_PROGRESS *state,
        const WCHAR *status, BOOL last)
{
    UINT64 rate;

    progress_add_sample(progress, now, state->BytesTransferred);
    rate = progress_rate(progress, now, state->BytesTransferred);
    if (progress->stream->console)
        progress_draw_bar(progress, state, rate, status);
    else if (last || now - progress->line_time >= LINE_INTERVAL)
        progress_print_line(progress, now, state, rate, status);
}

/* Leaves the line of the bar. May be called more than once. */
void progress_end(struct progress *progress)
{
    if (progress->bar_open)
        stream_write(progress->stream, L"\n", 1);
    progress->bar_open = FALSE;
    text_cleanup(&progress->line);
}
