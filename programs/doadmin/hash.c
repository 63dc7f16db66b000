/*
 * The commands hash and verify: piece hash files are made, and files checked by them.
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
#include <string.h>

#include "doadmin.h"

#define PIECE_SIZE (1024 * 1024)

static enum exit_status fail(struct context *context, const WCHAR *path, HRESULT hr)
{
    error_report(context, path, hr, NULL);
    return STATUS_FAILED;
}

/* The last part of a path, which is where the file will be for somebody who serves its directory. */
static const WCHAR *file_name(const WCHAR *path)
{
    const WCHAR *p, *name = path;

    for (p = path; *p; ++p)
    {
        if (*p == '\\' || *p == '/' || *p == ':')
            name = p + 1;
    }
    return name;
}

static enum exit_status print_info(struct context *context, const struct pieces *pieces, const WCHAR *url)
{
    WCHAR root[PIECE_TEXT_MAX];
    struct text text = {0};
    struct json json;

    pieces_format_root(pieces, root);
    json_init(&json, &text);
    json_begin(&json, NULL, '{');
    json_string(&json, L"PiecesHashFileUrl", url);
    json_string(&json, L"HashOfHashes", root);
    json_end(&json, '}');
    stream_write(&context->out, text.chars, text.length);
    text_cleanup(&text);
    return stream_check(context);
}

enum exit_status hash_run(struct context *context)
{
    const struct options *options = &context->options;
    enum exit_status status;
    struct text path = {0};
    struct pieces pieces;
    HRESULT hr;

    text_append_plain(&path, options->operand);
    text_append_plain(&path, L".phf");
    if (path.failed)
        status = fail(context, NULL, E_OUTOFMEMORY);
    else if (FAILED(hr = pieces_hash_file(&pieces, options->operand, PIECE_SIZE)))
        status = fail(context, options->operand, hr);
    else
    {
        if (FAILED(hr = pieces_write(&pieces, path.chars)))
            status = fail(context, path.chars, hr);
        else
            status = print_info(context, &pieces, options->phf ? options->phf : file_name(path.chars));
        pieces_cleanup(&pieces);
    }
    text_cleanup(&path);
    return status;
}

/* A line for every piece that is not what it should be. */
static enum exit_status compare(struct context *context, const struct pieces *wanted, const struct pieces *actual)
{
    const WCHAR *path = context->options.operands[0];
    enum exit_status status = STATUS_OK;
    WCHAR text[64];
    UINT32 i;

    if (wanted->length != actual->length)
    {
        error_report(context, path, DO_E_METAINFO_CONTENT_LENGTH, L"its length is not that of the piece hash file");
        return STATUS_FAILED;
    }
    for (i = 0; i < wanted->count; ++i)
    {
        if (!memcmp(wanted->hashes + (size_t)i * PIECE_HASH_SIZE, actual->hashes + (size_t)i * PIECE_HASH_SIZE,
                PIECE_HASH_SIZE))
            continue;
        format_buffer(text, ARRAY_SIZE(text), L"piece %u does not match its hash", i);
        error_report(context, path, DO_E_BAD_PIECE_HASH, text);
        status = STATUS_FAILED;
    }
    return status;
}

enum exit_status verify_run(struct context *context)
{
    WCHAR **operands = context->options.operands;
    struct pieces wanted, actual;
    enum exit_status status;
    struct text line = {0};
    HRESULT hr;

    if (FAILED(hr = pieces_read(&wanted, operands[1])))
        return fail(context, operands[1], hr);
    if (FAILED(hr = pieces_hash_file(&actual, operands[0], wanted.piece_size)))
    {
        status = fail(context, operands[0], hr);
    }
    else if ((status = compare(context, &wanted, &actual)) == STATUS_OK)
    {
        text_append_plain(&line, operands[0]);
        text_append_format(&line, L": %u pieces, all good\n", wanted.count);
        stream_write(&context->out, line.chars, line.length);
        text_cleanup(&line);
        status = stream_check(context);
    }
    pieces_cleanup(&actual);
    pieces_cleanup(&wanted);
    return status;
}

HRESULT integrity_get_text(const struct options *options, BSTR *text)
{
    struct text buffer = {0};
    struct json json;

    *text = NULL;
    if (options->integrity)
        return (*text = SysAllocString(options->integrity)) ? S_OK : E_OUTOFMEMORY;
    if (!options->phf)
        return S_FALSE;
    json_init(&json, &buffer);
    json_begin(&json, NULL, '{');
    json_string(&json, L"PiecesHashFileUrl", options->phf);
    json_end(&json, '}');
    if (!buffer.failed)
        *text = SysAllocString(buffer.chars);
    text_cleanup(&buffer);
    return *text ? S_OK : E_OUTOFMEMORY;
}
