/*
 * Text, and standard output and standard error.
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
#include <stdio.h>

#include "doadmin.h"

#define CONSOLE_CHUNK 4096      /* characters; a console takes less than 64 KiB at a time */
#define BYTES_CHUNK 4096        /* characters that are converted to UTF-8 at a time */
#define DEFAULT_WIDTH 80        /* columns, of a console that does not tell */

void stream_init(struct stream *stream, DWORD id)
{
    DWORD mode;

    /* The type of a handle does not tell a console from the NUL device, and a Unix terminal that Wine
     * runs in is a console like any other: only the console mode is a sure sign. */
    stream->handle = GetStdHandle(id);
    stream->console = GetConsoleMode(stream->handle, &mode);
    stream->failed = FALSE;
}

static void stream_write_console(struct stream *stream, const WCHAR *chars, size_t length)
{
    DWORD written;

    while (length)
    {
        if (!WriteConsoleW(stream->handle, chars, min(length, CONSOLE_CHUNK), &written, NULL) || !written)
        {
            stream->failed = TRUE;
            return;
        }
        chars += written;
        length -= written;
    }
}

static void stream_write_bytes(struct stream *stream, const char *bytes, size_t length)
{
    DWORD written;

    while (length)
    {
        if (!WriteFile(stream->handle, bytes, length, &written, NULL) || !written)
        {
            stream->failed = TRUE;
            return;
        }
        bytes += written;
        length -= written;
    }
}

void stream_write(struct stream *stream, const WCHAR *chars, size_t length)
{
    char bytes[BYTES_CHUNK * 3];
    size_t chunk;
    int size;

    if (stream->console)
    {
        stream_write_console(stream, chars, length);
        return;
    }
    while (length && !stream->failed)
    {
        chunk = min(length, BYTES_CHUNK);
        /* A surrogate pair must not be torn apart. */
        if (chunk < length && IS_HIGH_SURROGATE(chars[chunk - 1]))
            --chunk;
        if (!(size = WideCharToMultiByte(CP_UTF8, 0, chars, chunk, bytes, sizeof(bytes), NULL, NULL)))
            stream->failed = TRUE;
        stream_write_bytes(stream, bytes, size);
        chars += chunk;
        length -= chunk;
    }
}

void stream_print(struct stream *stream, const WCHAR *format, ...)
{
    struct text text = {0};
    va_list args;

    va_start(args, format);
    text_append_format_args(&text, format, args);
    va_end(args);
    if (text.failed)
        stream->failed = TRUE;
    stream_write(stream, text.chars, text.length);
    text_cleanup(&text);
}

unsigned int stream_width(const struct stream *stream)
{
    CONSOLE_SCREEN_BUFFER_INFO info;

    if (!GetConsoleScreenBufferInfo(stream->handle, &info) || info.srWindow.Right <= info.srWindow.Left)
        return DEFAULT_WIDTH;
    return info.srWindow.Right - info.srWindow.Left + 1;
}

/* Lines of a console; of anything else there is no end. */
unsigned int stream_height(const struct stream *stream)
{
    CONSOLE_SCREEN_BUFFER_INFO info;

    if (!GetConsoleScreenBufferInfo(stream->handle, &info) || info.srWindow.Bottom <= info.srWindow.Top)
        return UINT_MAX;
    return info.srWindow.Bottom - info.srWindow.Top + 1;
}

/* For commands whose result is what they print: a result that got lost is a failure. */
enum exit_status stream_check(struct context *context)
{
    if (!context->out.failed)
        return STATUS_OK;
    error_report(context, L"standard output", HRESULT_FROM_WIN32(ERROR_WRITE_FAULT), NULL);
    return STATUS_FAILED;
}

static BOOL text_reserve(struct text *text, size_t length)
{
    size_t capacity = max(text->capacity, 64);
    WCHAR *chars;

    if (text->failed)
        return FALSE;
    while (capacity - text->length <= length)
        capacity *= 2;
    if (capacity == text->capacity)
        return TRUE;
    if (!(chars = realloc(text->chars, capacity * sizeof(*chars))))
    {
        text->failed = TRUE;
        return FALSE;
    }
    text->chars = chars;
    text->capacity = capacity;
    return TRUE;
}

void text_append(struct text *text, const WCHAR *chars, size_t length)
{
    if (!text_reserve(text, length))
        return;
    memcpy(text->chars + text->length, chars, length * sizeof(*chars));
    text->length += length;
    text->chars[text->length] = 0;
}

void text_append_format_args(struct text *text, const WCHAR *format, va_list args)
{
    va_list copy;
    int length;

    va_copy(copy, args);
    length = _vscwprintf(format, copy);
    va_end(copy);
    if (length < 0)
        text->failed = TRUE;
    if (length < 0 || !text_reserve(text, length))
        return;
    _vsnwprintf(text->chars + text->length, length + 1, format, args);
    text->length += length;
    text->chars[text->length] = 0;
}

void text_append_format(struct text *text, const WCHAR *format, ...)
{
    va_list args;

    va_start(args, format);
    text_append_format_args(text, format, args);
    va_end(args);
}

/* Appends what comes from elsewhere, such as a job's name, as a part of one line: line ends become
 * spaces, and other control characters, which could take over a terminal, question marks. NULL is empty. */
void text_append_plain(struct text *text, const WCHAR *string)
{
    WCHAR c;

    for (; string && *string; ++string)
    {
        c = *string;
        if (c == '\r' && string[1] == '\n')
            continue;
        if (c == '\n' || c == '\r' || c == '\t')
            c = ' ';
        else if (c < 0x20 || (c >= 0x7f && c < 0xa0))
            c = '?';
        text_append(text, &c, 1);
    }
}

/* How many columns of a terminal a character takes: two for East Asian wide ones and pictures. */
static unsigned int char_columns(unsigned int c)
{
    static const struct
    {
        unsigned int first, last;
    } wide[] =
    {
        {0x1100, 0x115f}, {0x2e80, 0x303e}, {0x3041, 0xa4cf}, {0xac00, 0xd7a3}, {0xf900, 0xfaff},
        {0xfe30, 0xfe6f}, {0xff00, 0xff60}, {0xffe0, 0xffe6}, {0x1f300, 0x1f64f}, {0x1f900, 0x1f9ff},
        {0x20000, 0x3fffd},
    };
    unsigned int i;

    if ((c >= 0x300 && c <= 0x36f) || (c >= 0x200b && c <= 0x200f) || (c >= 0xfe00 && c <= 0xfe0f))
        return 0;
    for (i = 0; i < ARRAY_SIZE(wide); ++i)
    {
        if (c >= wide[i].first && c <= wide[i].last)
            return 2;
    }
    return 1;
}

/* Appends as text_append_plain() does, cut or filled with spaces to a number of columns. */
void text_append_columns(struct text *text, const WCHAR *string, unsigned int columns)
{
    unsigned int used = 0, units, c;
    WCHAR piece[3] = {0};

    for (; string && *string; string += units)
    {
        units = IS_SURROGATE_PAIR(string[0], string[1]) ? 2 : 1;
        c = units == 2 ? 0x10000 + ((string[0] & 0x3ffu) << 10 | (string[1] & 0x3ffu)) : string[0];
        if (used + char_columns(c) > columns)
            break;
        used += char_columns(c);
        piece[0] = string[0];
        piece[1] = units == 2 ? string[1] : 0;
        text_append_plain(text, piece);
    }
    for (; used < columns; ++used)
        text_append(text, L" ", 1);
}

void text_cleanup(struct text *text)
{
    free(text->chars);
    memset(text, 0, sizeof(*text));
}

enum exit_status text_print(struct context *context, struct text *text, HRESULT hr)
{
    if (SUCCEEDED(hr) && text->failed)
        hr = E_OUTOFMEMORY;
    if (SUCCEEDED(hr))
        stream_write(&context->out, text->chars, text->length);
    else
        error_report(context, NULL, hr, NULL);
    text_cleanup(text);
    return SUCCEEDED(hr) ? stream_check(context) : STATUS_FAILED;
}

/* Formats into a buffer of size characters; what does not fit is cut off. */
void format_buffer(WCHAR *buffer, size_t size, const WCHAR *format, ...)
{
    va_list args;

    va_start(args, format);
    _vsnwprintf(buffer, size, format, args);
    va_end(args);
    buffer[size - 1] = 0;
}

void format_size(WCHAR *buffer, size_t size, UINT64 bytes)
{
    static const WCHAR *const units[] = {L"KiB", L"MiB", L"GiB", L"TiB", L"PiB", L"EiB"};
    double value = bytes / 1024.0;
    unsigned int i = 0;

    if (bytes < 1024)
    {
        format_buffer(buffer, size, L"%u B", (unsigned int)bytes);
    }
    else
    {
        for (; value >= 1023.95 && i + 1 < ARRAY_SIZE(units); ++i)
            value /= 1024.0;
        format_buffer(buffer, size, L"%.1f %ls", value, units[i]);
    }
}

void format_duration(WCHAR *buffer, size_t size, UINT64 seconds)
{
    if (seconds < 3600)
        format_buffer(buffer, size, L"%u:%02u", (unsigned int)(seconds / 60), (unsigned int)(seconds % 60));
    else if (seconds < 100 * 3600)
        format_buffer(buffer, size, L"%u:%02u:%02u", (unsigned int)(seconds / 3600),
                (unsigned int)(seconds / 60 % 60), (unsigned int)(seconds % 60));
    else
        format_buffer(buffer, size, L"%I64u days", seconds / 86400);
}
