/*
 * The command line of doadmin.
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

struct option_info
{
    unsigned int id;
    WCHAR letter;               /* 0: none */
    const WCHAR *name;
    const WCHAR *argument;      /* NULL: takes none */
    const WCHAR *help;
};

static const struct option_info option_infos[] =
{
    {OPTION_OUTPUT, 'o', L"output", L"FILE", L"write to FILE, or into the directory FILE"},
    {OPTION_RANGE, 0, L"range", L"OFFSET:LENGTH",
            L"fetch LENGTH bytes from OFFSET on, to the end without LENGTH;\n"
            L"may be given again, in the order of the offsets"},
    {OPTION_FOREGROUND, 0, L"foreground", NULL, L"download before and faster than background jobs"},
    {OPTION_FILE_ID, 0, L"file-id", L"TEXT", L"identifier of the file, for programs that know it by one"},
    {OPTION_SIZE, 0, L"size", L"BYTES", L"size of the whole file"},
    {OPTION_TIMEOUT, 0, L"timeout", L"SECONDS", L"do not wait longer"},
    {OPTION_INTERVAL, 0, L"interval", L"SECONDS", L"time between two tables, 1 if not given"},
    {OPTION_COUNT, 0, L"count", L"NUMBER", L"end after so many tables"},
    {OPTION_STREAM, 0, L"stream", NULL, L"write the data to standard output, the progress to standard error"},
    {OPTION_HEADER, 0, L"header", L"'NAME: VALUE'", L"header to send to the URL's server; may be given again"},
    {OPTION_NAME, 0, L"name", L"TEXT", L"display name"},
    {OPTION_CONTENT_ID, 0, L"content-id", L"TEXT", L"identifier of the content"},
    {OPTION_URI, 0, L"uri", L"URL", L"only downloads from this URL"},
    {OPTION_PATH, 0, L"path", L"FILE", L"only downloads to this file"},
    {OPTION_COST_POLICY, 0, L"cost-policy", L"NAME",
            L"networks to use: always, unrestricted, standard, no-roaming,\n"
            L"no-surcharge or no-cellular"},
    {OPTION_IGNORE, 0, L"ignore", L"FAULT[,FAULT]...",
            L"faults of the server's certificate to put up with: unknown-ca,\n"
            L"wrong-usage, wrong-name, wrong-date"},
    {OPTION_INSECURE_REDIRECT, 0, L"insecure-redirect", NULL, L"follow redirects from https to http"},
    {OPTION_NON_VOLATILE, 0, L"non-volatile", NULL, L"let the download survive a restart of the service"},
    {OPTION_NO_PROGRESS, 0, L"no-progress-timeout", L"SECONDS", L"fail after so long without a byte, at least 60"},
    {OPTION_INTEGRITY, 0, L"integrity", L"JSON", L"IntegrityCheckInfo of the file"},
    {OPTION_PHF, 0, L"phf", L"URL", L"where the piece hash file is; without a good one there is no file"},
    {OPTION_JSON, 0, L"json", NULL, L"print JSON"},
    {OPTION_HELP, 'h', L"help", NULL, L"print this text"},
    {OPTION_VERSION, 0, L"version", NULL, L"print the version"},
};

#define HELP_COLUMN 32

void options_print_help(struct context *context, unsigned int accepted)
{
    const struct option_info *info;
    const WCHAR *line, *end;
    WCHAR left[64];
    unsigned int i;

    for (i = 0; i < ARRAY_SIZE(option_infos); ++i)
    {
        info = &option_infos[i];
        if (!(accepted & info->id))
            continue;
        format_buffer(left, ARRAY_SIZE(left), L"%lc%lc%ls --%ls%ls%ls", info->letter ? '-' : ' ',
                info->letter ? info->letter : ' ', info->letter ? L"," : L" ", info->name,
                info->argument ? L" " : L"", info->argument ? info->argument : L"");
        stream_print(&context->out, L"  %-*ls", HELP_COLUMN, left);
        for (line = info->help; (end = wcschr(line, '\n')); line = end + 1)
            stream_print(&context->out, L"  %.*ls\n%*ls", (int)(end - line), line, HELP_COLUMN + 2, L"");
        stream_print(&context->out, L"  %ls\n", line);
    }
}

/* One line that says what is wrong and where to read on. */
static enum exit_status usage_error(struct context *context, const WCHAR *format, ...)
{
    const struct command *command = context->options.command;
    struct text message = {0}, line = {0};
    va_list args;

    va_start(args, format);
    text_append_format_args(&message, format, args);
    va_end(args);
    text_append_format(&line, L"doadmin: ");
    text_append_plain(&line, message.chars);
    text_append_format(&line, L"; see 'doadmin %ls%ls--help'\n", command ? command->name : L"",
            command ? L" " : L"");
    stream_write(&context->err, line.chars, line.length);
    text_cleanup(&message);
    text_cleanup(&line);
    return STATUS_USAGE;
}

/* Reads a decimal number and moves *string behind it; fails on anything else and on overflow. */
static BOOL parse_number(const WCHAR **string, UINT64 *value)
{
    const WCHAR *p = *string;
    UINT64 number = 0;
    unsigned int digit;

    if (*p < '0' || *p > '9')
        return FALSE;
    for (; *p >= '0' && *p <= '9'; ++p)
    {
        digit = *p - '0';
        if (number > (~(UINT64)0 - digit) / 10)
            return FALSE;
        number = number * 10 + digit;
    }
    *string = p;
    *value = number;
    return TRUE;
}

static enum exit_status options_add_range(struct context *context, const WCHAR *string)
{
    struct options *options = &context->options;
    const WCHAR *p = string;
    BG_FILE_RANGE range, *ranges;
    UINT64 value;

    if (!parse_number(&p, &value) || *p++ != ':')
        return usage_error(context, L"--range '%ls' is not of the form OFFSET:LENGTH", string);
    range.InitialOffset = value;
    value = BG_LENGTH_TO_EOF;
    if (*p && (!parse_number(&p, &value) || *p))
        return usage_error(context, L"--range '%ls' is not of the form OFFSET:LENGTH", string);
    if (!value)
        return usage_error(context, L"--range '%ls' is empty", string);
    if (value != BG_LENGTH_TO_EOF && value > ~(UINT64)0 - range.InitialOffset)
        return usage_error(context, L"--range '%ls' ends beyond the largest offset", string);
    range.Length = value;

    if (!(ranges = realloc(options->ranges, (options->range_count + 1) * sizeof(*ranges))))
    {
        error_report(context, NULL, E_OUTOFMEMORY, NULL);
        return STATUS_FAILED;
    }
    ranges[options->range_count++] = range;
    options->ranges = ranges;
    return STATUS_OK;
}

/* Where the number of an option goes; NULL if its value is none. */
static UINT64 *options_find_number(struct options *options, unsigned int id)
{
    switch (id)
    {
        case OPTION_SIZE:
            return &options->size;
        case OPTION_TIMEOUT:
            return &options->timeout;
        case OPTION_INTERVAL:
            return &options->interval;
        case OPTION_COUNT:
            return &options->count;
        case OPTION_NO_PROGRESS:
            return &options->no_progress;
        default:
            return NULL;
    }
}

static enum exit_status options_set_number(struct context *context, const struct option_info *info,
        const WCHAR *value)
{
    UINT64 *number = options_find_number(&context->options, info->id);
    const WCHAR *p = value;

    if (!parse_number(&p, number) || *p)
        return usage_error(context, L"--%ls '%ls' is not a number", info->name, value);
    if (!*number && info->id & (OPTION_INTERVAL | OPTION_COUNT))
        return usage_error(context, L"--%ls must not be 0", info->name);
    context->options.given |= info->id;
    return STATUS_OK;
}

/* The same for an option whose value is any text. */
static const WCHAR **options_find_text(struct options *options, unsigned int id)
{
    switch (id)
    {
        case OPTION_FILE_ID:
            return &options->file_id;
        case OPTION_NAME:
            return &options->name;
        case OPTION_CONTENT_ID:
            return &options->content_id;
        case OPTION_URI:
            return &options->uri;
        case OPTION_PATH:
            return &options->path;
        case OPTION_COST_POLICY:
            return &options->cost_policy;
        case OPTION_IGNORE:
            return &options->ignore;
        case OPTION_INTEGRITY:
            return &options->integrity;
        case OPTION_PHF:
            return &options->phf;
        default:
            return NULL;
    }
}

static enum exit_status options_set(struct context *context, const struct option_info *info,
        const WCHAR *value)
{
    struct options *options = &context->options;

    if (options_find_number(options, info->id))
        return options_set_number(context, info, value);
    if (options_find_text(options, info->id))
        *options_find_text(options, info->id) = value;
    if (info->id == OPTION_HEADER)
        text_append_format(&options->headers, L"%ls\r\n", value);
    if (info->id == OPTION_RANGE)
    {
        options->given |= info->id;
        return options_add_range(context, value);
    }
    if (info->id == OPTION_OUTPUT)
    {
        if (options->given & OPTION_OUTPUT)
            return usage_error(context, L"--output is given twice");
        if (!*value)
            return usage_error(context, L"--output needs the name of a file");
        if (!wcscmp(value, L"-"))
            return usage_error(context, L"--output cannot be standard output; name a file");
        options->output = value;
    }
    options->given |= info->id;
    return STATUS_OK;
}

/* Finds the option that arg names. *value becomes the text behind "=" or behind the letter, or NULL. */
static const struct option_info *option_find(const WCHAR *arg, const WCHAR **value)
{
    const struct option_info *info;
    const WCHAR *name = arg + 2, *end;
    unsigned int i;
    size_t length;

    *value = NULL;
    if (arg[1] != '-')
    {
        for (i = 0; i < ARRAY_SIZE(option_infos); ++i)
        {
            info = &option_infos[i];
            if (info->letter != arg[1] || (arg[2] && !info->argument))
                continue;
            if (arg[2])
                *value = arg + 2;
            return info;
        }
        return NULL;
    }
    end = wcschr(name, '=');
    length = end ? (size_t)(end - name) : wcslen(name);
    for (i = 0; i < ARRAY_SIZE(option_infos); ++i)
    {
        info = &option_infos[i];
        if (wcslen(info->name) != length || wcsncmp(info->name, name, length))
            continue;
        if (end)
            *value = end + 1;
        return info;
    }
    return NULL;
}

/* Takes the option at argv[*index] and its argument, which may be the next element. */
static enum exit_status options_take(struct context *context, int argc, WCHAR **argv, int *index)
{
    const struct command *command = context->options.command;
    unsigned int accepted = OPTION_HELP | (command ? command->options : OPTION_VERSION);
    const struct option_info *info;
    const WCHAR *value;

    info = option_find(argv[*index], &value);
    if (!info || !(info->id & accepted))
    {
        if (!command)
            return usage_error(context, L"unknown option '%ls' before the command", argv[*index]);
        return usage_error(context, L"%ls: unknown option '%ls'", command->name, argv[*index]);
    }
    if (!info->argument && value)
        return usage_error(context, L"--%ls takes no value", info->name);
    if (info->argument && !value)
    {
        if (*index + 1 >= argc)
            return usage_error(context, L"--%ls needs a value, %ls", info->name, info->argument);
        value = argv[++*index];
    }
    return options_set(context, info, value);
}

/* Whether an operand is the identifier of a job. */
static BOOL command_takes_id(const struct command *command, unsigned int index)
{
    return !wcscmp(command->operand, L"[ID]...") || (!index && !wcscmp(command->operand, L"ID"));
}

static enum exit_status options_check(struct context *context)
{
    const struct options *options = &context->options;
    const struct command *command = options->command;
    unsigned int i;

    if (options->given & (OPTION_HELP | OPTION_VERSION))
        return STATUS_OK;
    if (!command)
        return usage_error(context, L"no command is given");
    if (options->operand_count < command->least)
    {
        return usage_error(context, L"%ls: %ls is missing", command->name,
                options->operand_count ? command->more + 1 : command->operand);
    }
    for (i = 0; i < options->operand_count; ++i)
    {
        if (command_takes_id(command, i) && !job_id_is_valid(options->operands[i]))
        {
            return usage_error(context, L"%ls: '%ls' is not the identifier of a job", command->name,
                    options->operands[i]);
        }
        if (!*options->operands[i])
            return usage_error(context, L"%ls: %ls is empty", command->name, i ? command->more + 1 : command->operand);
    }
    return STATUS_OK;
}

enum exit_status options_parse(struct context *context, int argc, WCHAR **argv)
{
    struct options *options = &context->options;
    BOOL options_end = FALSE;
    enum exit_status status;
    int i;

    options->size = DO_UNKNOWN_FILE_SIZE;
    options->interval = 1;
    if (!(options->operands = calloc(argc + 1, sizeof(*options->operands))))
    {
        error_report(context, NULL, E_OUTOFMEMORY, NULL);
        return STATUS_FAILED;
    }
    for (i = 1; i < argc; ++i)
    {
        if (!options_end && !wcscmp(argv[i], L"--"))
        {
            options_end = TRUE;
        }
        else if (!options_end && argv[i][0] == '-' && argv[i][1])
        {
            if ((status = options_take(context, argc, argv, &i)) != STATUS_OK)
                return status;
        }
        else if (!options->command)
        {
            if (!(options->command = command_find(argv[i])))
                return usage_error(context, L"unknown command '%ls'", argv[i]);
        }
        else if (options->operand_count >= options->command->most)
        {
            return usage_error(context, L"%ls: '%ls' is one argument too many",
                    options->command->name, argv[i]);
        }
        else
        {
            options->operands[options->operand_count++] = argv[i];
        }
    }
    options->operand = options->operand_count ? options->operands[0] : NULL;
    return options_check(context);
}

void options_cleanup(struct options *options)
{
    text_cleanup(&options->headers);
    free(options->operands);
    free(options->ranges);
}
