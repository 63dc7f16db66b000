/*
 * Declarations shared by the files of doadmin.
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

#ifndef __DOADMIN_H
#define __DOADMIN_H

#include <stdarg.h>
#include <wchar.h>

#define COBJMACROS
#include <windows.h>
#include <ole2.h>

#include "deliveryoptimization.h"
#include "deliveryoptimizationerrors.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* Not a code of the service: the beginning of an identifier that fits several jobs. */
#define JOB_E_AMBIGUOUS HRESULT_FROM_WIN32(ERROR_MORE_DATA)

#define JOB_ID_MAX 39           /* characters of "{GUID}" with the zero */
#define ERROR_NAME_MAX 64       /* characters of the name of a code with the zero */
#define SIZE_TEXT_MAX 32        /* characters of "12.3 MiB", "1:02:03" and the like with the zero */

/* What the program ends with; documented in doadmin.1 and in the general help. */
enum exit_status
{
    STATUS_OK = 0,
    STATUS_FAILED = 1,          /* the service, the network or the file system said no */
    STATUS_USAGE = 2,           /* the command line makes no sense; nothing was done */
    STATUS_CANCELLED = 3,       /* by Ctrl-C, or the job was cancelled by somebody else */
};

/* A text that grows. After a failed allocation it stays as it was and failed is set. */
struct text
{
    WCHAR *chars;               /* NULL or zero-terminated */
    size_t length;              /* without the zero */
    size_t capacity;
    BOOL failed;
};

/* Standard output or standard error: UTF-16 for a console, UTF-8 for everything else. */
struct stream
{
    HANDLE handle;
    BOOL console;
    BOOL failed;                /* something could not be written */
};

/* Options of all commands; a command accepts those that its entry in the table names. */
enum option_id
{
    OPTION_HELP = 0x01,
    OPTION_VERSION = 0x02,
    OPTION_OUTPUT = 0x04,
    OPTION_RANGE = 0x08,
    OPTION_FOREGROUND = 0x10,
    OPTION_JSON = 0x20,
    OPTION_FILE_ID = 0x40,
    OPTION_SIZE = 0x80,
    OPTION_TIMEOUT = 0x100,
    OPTION_INTERVAL = 0x200,
    OPTION_COUNT = 0x400,
    OPTION_STREAM = 0x800,
    OPTION_HEADER = 0x1000,
    OPTION_NAME = 0x2000,
    OPTION_CONTENT_ID = 0x4000,
    OPTION_URI = 0x8000,
    OPTION_PATH = 0x10000,
    OPTION_COST_POLICY = 0x20000,
    OPTION_IGNORE = 0x40000,
    OPTION_INSECURE_REDIRECT = 0x80000,
    OPTION_NON_VOLATILE = 0x100000,
    OPTION_NO_PROGRESS = 0x200000,
    OPTION_INTEGRITY = 0x400000,
    OPTION_PHF = 0x800000,
};

/* With the options of a command: it needs no service. */
#define COMMAND_LOCAL 0x80000000u

struct options
{
    const struct command *command;      /* NULL: none was named */
    WCHAR **operands;                   /* elements of the command line */
    unsigned int operand_count;
    const WCHAR *operand;               /* the first of them: the URL or the job; NULL if there is none */
    const WCHAR *output;                /* --output, NULL if not given */
    const WCHAR *file_id;               /* --file-id, NULL if not given */
    const WCHAR *name;                  /* --name, as the next six */
    const WCHAR *content_id;
    const WCHAR *uri;
    const WCHAR *path;
    const WCHAR *cost_policy;
    const WCHAR *ignore;
    const WCHAR *integrity;
    const WCHAR *phf;                   /* --phf */
    struct text headers;                /* --header, a line each */
    UINT64 no_progress;                 /* --no-progress-timeout, seconds */
    UINT64 size;                        /* --size, DO_UNKNOWN_FILE_SIZE if not given */
    UINT64 timeout;                     /* --timeout, seconds */
    UINT64 interval;                    /* --interval, seconds */
    UINT64 count;                       /* --count */
    BG_FILE_RANGE *ranges;
    unsigned int range_count;
    unsigned int given;                 /* option_id bits */
};

struct context
{
    struct options options;
    struct stream out;
    struct stream err;
    IBackgroundCopyManager *manager;    /* set before a command runs that needs the service */
};

struct command
{
    const WCHAR *name;
    const WCHAR *operand;               /* what the first operand is called, NULL: takes none */
    const WCHAR *more;                  /* what others are called, behind a space; empty if there are none */
    unsigned int least, most;           /* number of operands */
    const WCHAR *summary;               /* one line for the general help */
    const WCHAR *help;                  /* paragraphs for its own help */
    unsigned int options;               /* option_id bits that it accepts besides OPTION_HELP */
    enum exit_status (*run)(struct context *context);
};

/* main.c */
#define ANY_NUMBER (~0u)

const struct command *command_find(const WCHAR *name);

/* options.c: fills options from the command line. STATUS_USAGE after a line on standard error. */
enum exit_status options_parse(struct context *context, int argc, WCHAR **argv);
void options_cleanup(struct options *options);
void options_print_help(struct context *context, unsigned int accepted);

/* output.c */
void stream_init(struct stream *stream, DWORD id);
void stream_write(struct stream *stream, const WCHAR *chars, size_t length);
void stream_print(struct stream *stream, const WCHAR *format, ...);
unsigned int stream_width(const struct stream *stream);
unsigned int stream_height(const struct stream *stream);
enum exit_status stream_check(struct context *context);
void text_append(struct text *text, const WCHAR *chars, size_t length);
void text_append_format(struct text *text, const WCHAR *format, ...);
void text_append_format_args(struct text *text, const WCHAR *format, va_list args);
void text_append_plain(struct text *text, const WCHAR *string);
void text_append_columns(struct text *text, const WCHAR *string, unsigned int columns);
void text_cleanup(struct text *text);
/* Prints a text if it came about, with hr, else says what went wrong, and cleans it up. */
enum exit_status text_print(struct context *context, struct text *text, HRESULT hr);
void format_buffer(WCHAR *buffer, size_t size, const WCHAR *format, ...);
void format_size(WCHAR *buffer, size_t size, UINT64 bytes);
void format_duration(WCHAR *buffer, size_t size, UINT64 seconds);

/* json.c: writes JSON into a text; key is NULL inside an array. */
struct json
{
    struct text *text;
    unsigned int depth;
    BOOL empty;                 /* nothing yet in the innermost object or array */
};

void json_init(struct json *json, struct text *text);
void json_begin(struct json *json, const WCHAR *key, WCHAR bracket);
void json_end(struct json *json, WCHAR bracket);
void json_string(struct json *json, const WCHAR *key, const WCHAR *value);
void json_number(struct json *json, const WCHAR *key, UINT64 value);
void json_size(struct json *json, const WCHAR *key, UINT64 value);
void json_bool(struct json *json, const WCHAR *key, BOOL value);
void json_null(struct json *json, const WCHAR *key);

/* errors.c */
void error_get_name(HRESULT code, WCHAR *name, size_t size);
const WCHAR *error_get_sentence(HRESULT code);
BOOL error_is_about_file(HRESULT code);
BOOL error_is_connection_lost(HRESULT code);
void error_report(struct context *context, const WCHAR *subject, HRESULT code,
        const WCHAR *description);
void error_describe(struct context *context, struct text *text, HRESULT code,
        const WCHAR *description);

/* service.c */
HRESULT service_connect(struct context *context);
void service_disconnect(struct context *context);
DWORD service_language(void);
HRESULT service_find_job(struct context *context, const WCHAR *id, IBackgroundCopyJob **job);
BOOL job_id_is_valid(const WCHAR *id);

/* job.c: what list, show and get read from a job. */
struct job_error
{
    HRESULT code;               /* S_OK: the job has no error */
    BG_ERROR_CONTEXT context;
    WCHAR *description;         /* CoTaskMemFree; NULL if there is none */
    WCHAR *url;                 /* CoTaskMemFree; of the file it is about, NULL if it is about none */
};

struct job_info
{
    WCHAR id[JOB_ID_MAX];
    WCHAR *name;                /* CoTaskMemFree */
    BG_JOB_STATE state;
    BG_JOB_PROGRESS progress;
    BG_JOB_PRIORITY priority;
    BG_JOB_TIMES times;
    struct job_error error;
};

HRESULT job_get_error(IBackgroundCopyJob *job, struct job_error *error);
void job_error_cleanup(struct job_error *error);
HRESULT job_get_info(IBackgroundCopyJob *job, struct job_info *info);
void job_info_cleanup(struct job_info *info);
void job_info_write_json(const struct job_info *info, struct json *json);
void job_report(struct context *context, HRESULT code);
const WCHAR *job_state_name(BG_JOB_STATE state);
const WCHAR *job_priority_name(BG_JOB_PRIORITY priority);

/* fields.c: named values, a line each or as members of a JSON object. */
struct fields
{
    struct text *text;
    struct json *json;          /* NULL: lines */
};

void fields_text(struct fields *fields, const WCHAR *name, const WCHAR *value);
void fields_number(struct fields *fields, const WCHAR *name, UINT64 value);
void fields_bool(struct fields *fields, const WCHAR *name, BOOL value);

/* jobs.c: the jobs that the command line names, or all of them. */
struct job_list
{
    IBackgroundCopyJob **jobs;  /* a reference to each */
    unsigned int count;
};

HRESULT job_list_get(struct context *context, struct job_list *list);
HRESULT job_list_add(struct job_list *list, IBackgroundCopyJob *job);
HRESULT job_list_get_all(struct context *context, struct job_list *list);
void job_list_cleanup(struct job_list *list);

/* destination.c: the file that a download goes to. */
#define DESTINATION_NAME_MAX 200        /* characters of a name made from a URL with the zero */

HRESULT destination_get_path(const WCHAR *url, const WCHAR *output, WCHAR **path);
void destination_name_from_url(const WCHAR *url, WCHAR *name);
WCHAR *url_for_display(const WCHAR *url);

/* callback.c: an IBackgroundCopyCallback that sets events. */
struct callback
{
    IBackgroundCopyCallback IBackgroundCopyCallback_iface;
    LONG refcount;
    HANDLE finished;            /* auto-reset: transferred, or failed */
    HANDLE modified;            /* auto-reset: state or progress changed */
};

HRESULT callback_create(struct callback **callback);

/* interrupt.c: Ctrl-C. */
HANDLE interrupt_start(void);
void interrupt_stop(void);

/* sink.c: an IStream that writes to a stream of the program. */
HRESULT sink_create(struct stream *stream, IStream **sink);

/* progress.c: the progress of one download on a stream. */
#define PROGRESS_SAMPLES 20

struct progress_sample
{
    UINT64 time;                /* milliseconds */
    UINT64 bytes;
};

struct progress
{
    struct stream *stream;
    UINT64 start;               /* milliseconds, as all its times; from GetTickCount64 */
    UINT64 line_time;           /* of the last plain line */
    struct text line;           /* last line written, to write none twice */
    BOOL bar_open;              /* the cursor stands in a line with a bar */
    struct progress_sample samples[PROGRESS_SAMPLES];   /* a ring, for the rate of the last seconds */
    unsigned int sample_first;
    unsigned int sample_count;
};

void progress_init(struct progress *progress, struct stream *stream, UINT64 now);
void progress_update(struct progress *progress, UINT64 now, const BG_JOB_PROGRESS *state,
        const WCHAR *status, BOOL last);
void progress_end(struct progress *progress);

/* pieces.c: the hashes of the pieces of a file. */
#define PIECE_HASH_SIZE 32              /* SHA-256 */
#define PIECE_TEXT_MAX 45               /* of a hash in base64, with the zero */
#define PIECES_MAX (1400 * 1024)        /* as many as a piece hash file that the service reads can have */

struct pieces
{
    UINT64 length;                      /* bytes of the file */
    UINT32 piece_size;
    UINT32 count;
    BYTE *hashes;
    BYTE root[PIECE_HASH_SIZE];         /* the hash over all hashes */
};

HRESULT pieces_init(struct pieces *pieces, UINT64 length, UINT32 piece_size);
HRESULT pieces_hash_file(struct pieces *pieces, const WCHAR *path, UINT32 piece_size);
HRESULT pieces_compute_root(const struct pieces *pieces, BYTE root[PIECE_HASH_SIZE]);
void pieces_cleanup(struct pieces *pieces);

/* piece_file.c: the file with these hashes. */
HRESULT pieces_write(const struct pieces *pieces, const WCHAR *path);
HRESULT pieces_read(struct pieces *pieces, const WCHAR *path);
void pieces_format_root(const struct pieces *pieces, WCHAR text[PIECE_TEXT_MAX]);

/* hash.c: IntegrityCheckInfo as the options have it, for SysFreeString; S_FALSE and NULL: they have none. */
HRESULT integrity_get_text(const struct options *options, BSTR *text);

/* Commands. */
enum exit_status hash_run(struct context *context);
enum exit_status verify_run(struct context *context);
enum exit_status get_run(struct context *context);
enum exit_status list_run(struct context *context);
enum exit_status show_run(struct context *context);
enum exit_status create_run(struct context *context);
enum exit_status add_run(struct context *context);
enum exit_status set_run(struct context *context);
enum exit_status wait_run(struct context *context);
enum exit_status stats_run(struct context *context);
enum exit_status perfsnap_run(struct context *context);
enum exit_status policy_run(struct context *context);
enum exit_status monitor_run(struct context *context);
enum exit_status download_run(struct context *context);
enum exit_status enum_run(struct context *context);
enum exit_status suspend_run(struct context *context);
enum exit_status resume_run(struct context *context);
enum exit_status complete_run(struct context *context);
enum exit_status cancel_run(struct context *context);

#endif /* __DOADMIN_H */
