/*
 * What comes of every fault of a server, a network and a proxy, in every way to fetch a file.
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

#include "config.h"

#include <arpa/inet.h>
#include <CUnit/CUnit.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "fixture.h"
#include "result.h"
#include "suites.h"
#include "testserver.h"

/*
 * Each row is a fault, each column a way to fetch. All rows of a column run at once, in one engine, each as a job of
 * its own; but for cache hosts, which are banned for the next one when they fail. Rows that wait for a time limit of
 * the engine have an engine with short ones: with those, any other row could end by them on a machine that is busy, and
 * the fault of its first request would be lost. With DOSVC_FAULT_TABLE=FILE in the environment the results are appended
 * to that file, as a table in Markdown.
 */

#define SIZE 4194304u                   /* fetched over one connection */
#define LARGE_SIZE 12582912u            /* over several */
#define LARGE_RATE "rate=8000000"
#define LARGE_ROWS 8                    /* at once */
#define RANDOM_POINTS 10
#define QUICK_MS 6000                   /* to get over a fault that is seen at once; the machine may be busy */
#define SLOW_MS 14000                   /* over one that shows by nothing happening: libcurl looks at the last 6 s */
#define NOTHING 0u
#define EVERYTHING (2 * SIZE)

#define WIN32_TIMEOUT HRESULT_FROM_WIN32(12002u)
#define WIN32_NAME_NOT_RESOLVED HRESULT_FROM_WIN32(12007u)
#define WIN32_CANNOT_CONNECT HRESULT_FROM_WIN32(12029u)
#define WIN32_CONNECTION_ERROR HRESULT_FROM_WIN32(12030u)
#define WIN32_INVALID_CA HRESULT_FROM_WIN32(12045u)
#define WIN32_REDIRECT_FAILED HRESULT_FROM_WIN32(12156u)
#define WIN32_SECURE_CHANNEL_ERROR HRESULT_FROM_WIN32(12157u)

enum outcome_kind
{
    OUTCOME_FILE,                       /* the fault is got over */
    OUTCOME_REPAIRED,                   /* it lasts, as a transient error, until the URL is a better one */
    OUTCOME_ERROR                       /* the job fails */
};

enum place
{
    PLACE_SERVER,                       /* the query is for the test server */
    PLACE_NOBODY,                       /* a port without listener */
    PLACE_SILENCE,                      /* a port whose listener takes nothing in */
    PLACE_NO_NAME,
    PLACE_ALERT,
    PLACE_UNTRUSTED,
    PLACE_PROXY,                        /* the test server is the proxy; the client has no password */
    PLACE_PROXY_PASSWORD                /* the client has one */
};

struct row
{
    const char *name;
    const char *query;                  /* %u: a random place in the file */
    enum place place;
    bool ranged;                        /* the client asks for a range */
    unsigned int repeat;                /* so many cells; 0: one */
    uint32_t size;                      /* of the file in the end; 0: SIZE */
    enum outcome_kind outcome;
    int32_t code;                       /* of the failures on the way, or of the error; S_OK: there are none */
    uint32_t twice;                     /* at most so many bytes of the body come in vain */
    unsigned int least_ms, limit_ms;    /* until the end, or the repair; limit 0: QUICK_MS */
};

#define IMPATIENT_ROWS 3u               /* the first ones end by the engine's time limits */

static const struct row rows[] =
{
    {"connection not answered", "", .place = PLACE_SILENCE, .outcome = OUTCOME_REPAIRED, .code = WIN32_TIMEOUT},
    {"stall in the body", "stall=%u&stall_ms=60000&times=1", .code = WIN32_TIMEOUT, .limit_ms = SLOW_MS},
    {"drip of 1 byte/s", "drip=%u&times=1", .code = WIN32_TIMEOUT, .limit_ms = SLOW_MS},
    {"no fault", "", .place = PLACE_SERVER},
    {"connection refused", "", .place = PLACE_NOBODY, .outcome = OUTCOME_REPAIRED, .code = WIN32_CANNOT_CONNECT},
    {"host name unknown", "", .place = PLACE_NO_NAME, .outcome = OUTCOME_REPAIRED, .code = WIN32_NAME_NOT_RESOLVED,
     .limit_ms = SLOW_MS},
    {"reset before the answer, twice", "drop=2", .code = WIN32_CONNECTION_ERROR},
    {"reset at a random point", "reset=%u&times=1", .repeat = RANDOM_POINTS, .code = WIN32_CONNECTION_ERROR},
    {"truncated body", "truncate=%u&times=1", .code = WIN32_CONNECTION_ERROR},
    {"truncated again and again", "truncate=1000000&times=4", .code = WIN32_CONNECTION_ERROR},
    /* Closed, since the rest would look like the answer to another row's request. */
    {"body longer than promised", "extra=5000&close=1", .outcome = OUTCOME_FILE},
    {"body longer than its range", "extra=5000&chunked=1&times=1", .ranged = true,
     .code = DO_E_HTTP_BLOCKSIZE_MISMATCH},
    {"no size", "chunked=1", .outcome = OUTCOME_ERROR, .code = DO_E_FILE_SIZE_UNKNOWN_HTTP_200},
    {"wrong Content-Range", "badrange=1&times=2", .ranged = true, .code = DO_E_HTTP_BLOCKSIZE_MISMATCH},
    {"206 with another range", "otherrange=1&times=2", .ranged = true, .code = DO_E_HTTP_BLOCKSIZE_MISMATCH},
    {"200 for the client's range", "norange=1", .ranged = true, .outcome = OUTCOME_ERROR,
     .code = DO_E_INSUFFICIENT_RANGE_SUPPORT},
    {"200 for the rest of a file", "norange=1&truncate=%u&times=1", .code = WIN32_CONNECTION_ERROR, .twice = SIZE},
    {"416 for the client's range", "status=416", .ranged = true, .outcome = OUTCOME_ERROR,
     .code = HRESULT_FROM_HTTP(416u)},
    {"416 for the rest of a file: it is shorter now", "truncate=3000000&times=1&after=1&seed=8&seed2=7&size2=2000000",
     .size = 2000000, .code = WIN32_CONNECTION_ERROR, .twice = SIZE},
    {"429 with Retry-After", "fail=1&fail_status=429&retry_after=1", .code = HRESULT_FROM_HTTP(429u),
     .least_ms = 1000},
    {"503 with Retry-After", "fail=1&fail_status=503&retry_after=1", .code = HRESULT_FROM_HTTP(503u),
     .least_ms = 1000},
    {"503 with Retry-After as a date", "fail=1&fail_status=503&retry_after=2&retry_date=1",
     .code = HRESULT_FROM_HTTP(503u), .least_ms = 1000},
    {"500 for a while", "fail=4", .code = HRESULT_FROM_HTTP(500u), .least_ms = 50 + 100 + 200 + 400},
    {"404", "status=404", .outcome = OUTCOME_ERROR, .code = HRESULT_FROM_HTTP(404u)},
    {"changed ETag", "truncate=%u&times=1&after=1&seed=8&seed2=7", .code = WIN32_CONNECTION_ERROR, .twice = SIZE},
    {"changed size", "truncate=3000000&times=1&after=1&seed=8&seed2=7&size2=5000000&etag=none&last_modified=old"
     "&last_modified2=new", .size = 5000000, .code = WIN32_CONNECTION_ERROR, .twice = SIZE},
    {"gzip although not asked for", "gzip=1", .outcome = OUTCOME_FILE},
    {"redirect loop", "loop=1", .outcome = OUTCOME_ERROR, .code = WIN32_REDIRECT_FAILED},
    {"TLS alert", "", .place = PLACE_ALERT, .outcome = OUTCOME_REPAIRED, .code = WIN32_SECURE_CHANNEL_ERROR},
    {"certificate of nobody", "", .place = PLACE_UNTRUSTED, .outcome = OUTCOME_ERROR, .code = WIN32_INVALID_CA},
    {"407 of a proxy, no password", "proxy_auth=basic:u:p", .place = PLACE_PROXY, .outcome = OUTCOME_ERROR,
     .code = HRESULT_FROM_HTTP(407u)},
    {"407 of a proxy, with the password", "proxy_auth=digest:u:p", .place = PLACE_PROXY_PASSWORD},
};

/*
 * A way to fetch. `configure` changes fixture_config before the engine starts. With `cache` the test server is cache
 * host and origin, and only as a cache host it misbehaves: in the end the file is the origin's, and the client hears of
 * no error. With `parallel` a failure of one connection need not be one of the file.
 */
struct column
{
    const char *name;
    void (*configure)(void);
    bool cache;
    bool parallel;                      /* the file is large, and the server slow, so that it comes in parts */
};

enum cell_step
{
    CELL_RUNNING,
    CELL_REPAIRED,                      /* the URL is another one now */
    CELL_DONE
};

struct cell
{
    const struct row *row;
    struct job_id job;
    char url[512];
    uint64_t size;                      /* of the file in the end */
    enum cell_step step;
    uint64_t started, seen, ended;      /* ms; seen: the error that is repaired */
    enum job_state state;               /* in which it ended */
    struct job_error error;
    uint64_t twice;
};

#define CELLS_MAX 64
#define CACHE_HOST "127.0.0.1"          /* while the origin is "localhost" */

static struct cell cells[CELLS_MAX];
static unsigned int cell_count;
static uint32_t random_state;
static int silent_sockets[3];           /* a listener, and what fills its queue */
static unsigned int silent_port;

static uint64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static uint32_t cell_size(const struct column *column, const struct row *row)
{
    if (row->size && !column->cache)
        return row->size;
    return column->parallel ? LARGE_SIZE : SIZE;
}

/* The same points in every run, and in every column. */
static unsigned int next_point(void)
{
    random_state = random_state * 1664525u + 1013904223u;
    return (random_state >> 8) % SIZE;
}

/* A queue of no length takes one connection; the next ones get no answer. */
static bool open_silence(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof(address);
    unsigned int i;

    for (i = 0; i < COUNT_OF(silent_sockets); i++)
        silent_sockets[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | (i ? SOCK_NONBLOCK : 0), 0);
    if (bind(silent_sockets[0], (struct sockaddr *)&address, sizeof(address)) || listen(silent_sockets[0], 0)
        || getsockname(silent_sockets[0], (struct sockaddr *)&address, &length))
        return false;
    silent_port = ntohs(address.sin_port);
    for (i = 1; i < COUNT_OF(silent_sockets); i++)
        (void)connect(silent_sockets[i], (struct sockaddr *)&address, sizeof(address)); /* the last one hangs */
    return true;
}

static void close_silence(void)
{
    unsigned int i;

    for (i = 0; i < COUNT_OF(silent_sockets); i++)
        close(silent_sockets[i]);
}

static const char *make_url(const struct column *column, const struct row *row, const char *name, const char *query)
{
    uint32_t size = column->parallel ? LARGE_SIZE : SIZE;

    switch (row->place)
    {
    case PLACE_NOBODY:
        return "http://127.0.0.1:1/nobody";
    case PLACE_NO_NAME:
        return "http://nobody.invalid/x";
    case PLACE_ALERT:
        return fixture_port_url(TESTSERVER_ALERT, "/data/%s?size=%u", name, size);
    case PLACE_UNTRUSTED:
        return fixture_untrusted_url("/data/%s?size=%u", name, size);
    default:
        /* What a client asks for of a file is not all of it. */
        return fixture_url("/data/%s?size=%u&%s%s", name, size + (row->ranged ? 1000 : 0), query,
                           column->parallel ? "&" LARGE_RATE : "");
    }
}

static void set_proxy(const struct job_id *job, bool password)
{
    char proxy[64];

    snprintf(proxy, sizeof(proxy), "%s", fixture_url("%s", ""));
    CU_ASSERT_EQUAL_FATAL(engine_job_set_proxy(fixture_engine, job, PROXY_OVERRIDE, proxy, NULL), S_OK);
    if (password)
        CU_ASSERT_EQUAL_FATAL(engine_job_set_credentials(fixture_engine, job, CREDENTIAL_PROXY, CREDENTIAL_DIGEST, "u",
                                                         "p"), S_OK);
}

/* The query with its random place filled in; for a cache host each parameter is told to be for that. */
static void make_query(const struct row *row, bool cache, char *query, size_t room)
{
    const char *mark = strstr(row->query, "%u"), *next;
    char text[256];

    if (mark)
        snprintf(text, sizeof(text), "%.*s%u%s", (int)(mark - row->query), row->query, next_point(), mark + 2);
    else
        snprintf(text, sizeof(text), "%s", row->query);
    snprintf(query, room, "%s", cache ? "" : text);
    for (next = text; cache && *next; next += strcspn(next, "&"), next += *next == '&')
        snprintf(query + strlen(query), room - strlen(query), "cache_%.*s&", (int)strcspn(next, "&"), next);
}

static void start_cell(const struct column *column, const struct row *row)
{
    struct file_range range = {0, cell_size(column, row)};
    struct cell *cell = &cells[cell_count];
    struct file_request request = {0};
    char name[32], query[512];

    CU_ASSERT_FATAL(cell_count < CELLS_MAX);
    memset(cell, 0, sizeof(*cell));
    snprintf(name, sizeof(name), "%s-%u", column->name, cell_count++);
    make_query(row, column->cache, query, sizeof(query));
    cell->row = row;
    cell->size = range.length;
    if (row->place == PLACE_SILENCE)
        snprintf(cell->url, sizeof(cell->url), "http://127.0.0.1:%u/silence", silent_port);
    else
        snprintf(cell->url, sizeof(cell->url), "%s", make_url(column, row, name, query));
    request.url = cell->url;
    request.local_name = name;
    request.path = fixture_path(name);
    request.ranges = row->ranged ? &range : NULL;
    request.range_count = row->ranged ? 1 : 0;
    request.size = ENGINE_SIZE_UNKNOWN;
    cell->job = fixture_create_job();
    CU_ASSERT_EQUAL_FATAL(engine_job_add_files(fixture_engine, &cell->job, &request, 1), S_OK);
    if (row->place == PLACE_PROXY || row->place == PLACE_PROXY_PASSWORD)
        set_proxy(&cell->job, row->place == PLACE_PROXY_PASSWORD);
    cell->started = now_ms();           /* not later than the engine can begin */
    fixture_act(&cell->job, JOB_ACTION_RESUME);
}

static void repair_cell(struct cell *cell)
{
    const char *url = fixture_url("/data/repaired?size=%" PRIu64 "&" LARGE_RATE, cell->size);

    CU_ASSERT_EQUAL(engine_file_set_url(fixture_engine, &cell->job, 0, url), S_OK);
    cell->step = CELL_REPAIRED;
    cell->seen = now_ms();
}

static void watch_cell(struct cell *cell)
{
    enum job_state state = fixture_info(&cell->job).state;

    if (state == JOB_TRANSIENT_ERROR && cell->step == CELL_RUNNING && cell->row->outcome == OUTCOME_REPAIRED
        && SUCCEEDED(engine_job_get_error(fixture_engine, &cell->job, &cell->error)))
        repair_cell(cell);
    if (state != JOB_TRANSFERRED && state != JOB_ERROR)
        return;
    if (state == JOB_ERROR)
        CHECK(SUCCEEDED(engine_job_get_error(fixture_engine, &cell->job, &cell->error)), "%s", cell->row->name);
    cell->step = CELL_DONE;
    cell->state = state;
    cell->ended = now_ms();
}

static bool all_cells_done(const void *context)
{
    bool done = true;
    unsigned int i;

    (void)context;
    for (i = 0; i < cell_count; i++)
    {
        if (cells[i].step != CELL_DONE)
            watch_cell(&cells[i]);
        done = done && cells[i].step == CELL_DONE;
    }
    return done;
}

/* Whether the log tells of a failure of the cell with the code. */
static bool was_logged(const struct cell *cell)
{
    char text[640];

    snprintf(text, sizeof(text), "Fetching %.*s failed, error %#x,", (int)strcspn(cell->url, "?"), cell->url,
             (unsigned int)cell->row->code);
    return fixture_logged(text);
}

static void check_time(const struct cell *cell)
{
    const struct row *row = cell->row;
    uint64_t limit = row->limit_ms ? row->limit_ms : QUICK_MS, time = cell->ended - cell->started;

    CHECK(time <= limit, "%s: %" PRIu64 " ms", row->name, time);
    CHECK(time >= row->least_ms, "%s: %" PRIu64 " ms", row->name, time);
}

/* The failures on the way are the expected ones, and none without a reason. */
static void check_failures(const struct cell *cell)
{
    const struct row *row = cell->row;
    uint32_t failures = fixture_info(&cell->job).error_count;

    CHECK(!failures == !row->code, "%s: %u failures", row->name, failures);
    if (row->code)
        CHECK(was_logged(cell), "%s", row->name);
    if (row->outcome == OUTCOME_FILE)
        return;
    CHECK(cell->error.code == row->code, "%s: %#x", row->name, (unsigned int)cell->error.code);
    CHECK(!cell->error.context, "%s: context %u", row->name, cell->error.context);
}

/* A connection that is cut because another one has taken its part has sent bytes in vain; chance tells how many. */
static uint64_t column_twice(const struct column *column, const struct row *row)
{
    if (column->parallel)
        return row->twice ? LARGE_SIZE : LARGE_SIZE / 2;
    return column->cache ? SIZE : row->twice;
}

/* Failures of a cache host are not the client's; it is got over all of them. */
static void check_cache_cell(const struct cell *cell)
{
    uint32_t failures = fixture_info(&cell->job).error_count;

    CHECK(!failures, "%s: %u failures", cell->row->name, failures);
    CHECK(cell->state == JOB_TRANSFERRED, "%s: state %u", cell->row->name, cell->state);
    CHECK(cell->ended - cell->started <= QUICK_MS, "%s: %" PRIu64 " ms", cell->row->name,
          cell->ended - cell->started);
}

static void check_cell(struct cell *cell, const struct column *column, unsigned int index)
{
    const struct row *row = cell->row;
    struct file_stats stats;
    char name[32];

    if (!CHECK(cell->step == CELL_DONE, "%s: it hangs, state %u", row->name, fixture_info(&cell->job).state))
        return;
    if (column->cache)
    {
        check_cache_cell(cell);
    }
    else
    {
        CHECK((cell->state == JOB_ERROR) == (row->outcome == OUTCOME_ERROR), "%s: state %u", row->name, cell->state);
        check_time(cell);
        if (!column->parallel)
            check_failures(cell);
    }
    CU_ASSERT_EQUAL_FATAL(engine_file_get_stats(fixture_engine, &cell->job, 0, &stats), S_OK);
    snprintf(name, sizeof(name), "%s-%u", column->name, index);
    if (cell->state == JOB_ERROR)
    {
        fixture_act(&cell->job, JOB_ACTION_CANCEL);
        CHECK(!fixture_exists(name), "%s", row->name);
        return;
    }
    cell->twice = stats.bytes_from_http - cell->size;
    CHECK(cell->twice <= column_twice(column, row), "%s: %" PRIu64 " bytes twice", row->name, cell->twice);
    fixture_act(&cell->job, JOB_ACTION_COMPLETE);
    CHECK(fixture_file_is(name, 0, cell->size), "%s: the file is wrong", row->name);
}

/* Cells of one row become one line, with the largest figures. */
static void write_table(const struct column *column)
{
    const char *path = getenv("DOSVC_FAULT_TABLE");
    unsigned int i, next;
    FILE *file;

    if (!path || !(file = fopen(path, "a")))
        return;
    fprintf(file, "| fault (%s) | outcome | bytes in vain | ms |\n|---|---|---|---|\n", column->name);
    for (i = 0; i < cell_count; i = next)
    {
        const struct row *row = cells[i].row;
        uint64_t twice = 0, time = 0;
        char outcome[64];

        for (next = i; next < cell_count && cells[next].row == row; next++)
        {
            twice = cells[next].twice > twice ? cells[next].twice : twice;
            if (cells[next].ended - cells[next].started > time)
                time = cells[next].ended - cells[next].started;
        }
        if (column->cache || !row->code)
            snprintf(outcome, sizeof(outcome), "right file");
        else
            snprintf(outcome, sizeof(outcome), "%s %08X", row->outcome == OUTCOME_ERROR ? "error" : "right file, after",
                     (unsigned int)row->code);
        fprintf(file, "| %s%s | %s%s | %" PRIu64 " | %" PRIu64 " |\n", row->name, next - i > 1 ? " (10 points)" : "",
                outcome, row->outcome == OUTCOME_REPAIRED && !column->cache ? " and another URL" : "", twice, time);
    }
    fprintf(file, "\n");
    fclose(file);
}

/* Cells of these rows, in one engine. */
static void run_rows(const struct column *column, unsigned int first, unsigned int end)
{
    unsigned int start = cell_count, i, j;

    if (first < IMPATIENT_ROWS)
    {
        fixture_config.connect_timeout_ms = 1000;
        fixture_config.slow_seconds = 1;
    }
    if (column->configure)
        column->configure();
    fixture_begin();
    for (i = first; i < end; i++)
    {
        for (j = 0; j < (rows[i].repeat ? rows[i].repeat : 1); j++)
            start_cell(column, &rows[i]);
    }
    (void)fixture_wait_until(all_cells_done, NULL); /* those that are not are told one by one */
    for (i = start; i < cell_count; i++)
    {
        check_cell(&cells[i], column, i);
        if (cells[i].step != CELL_DONE)
            fixture_act(&cells[i].job, JOB_ACTION_CANCEL);
    }
    fixture_end();
}

static void check_column(const struct column *column)
{
    unsigned int step = column->parallel ? LARGE_ROWS : COUNT_OF(rows), i;

    random_state = 20261121;
    cell_count = 0;
    CU_ASSERT_FATAL(open_silence());
    if (!column->cache)
        run_rows(column, 0, IMPATIENT_ROWS);
    for (i = IMPATIENT_ROWS; i < COUNT_OF(rows) && !column->cache; i += step)
        run_rows(column, i, i + step < COUNT_OF(rows) ? i + step : COUNT_OF(rows));
    for (i = 0; i < COUNT_OF(rows) && column->cache; i++)
    {
        /* What a slow host does, and others than the host, is left to the tests of sources. */
        if (rows[i].place == PLACE_SERVER && !rows[i].limit_ms)
            run_rows(column, i, i + 1);
    }
    write_table(column);
    close_silence();
}

static void test_single(void)
{
    static const struct column column = {.name = "single"};

    check_column(&column);
}

/* In the background a file begins with all connections it may have. */
static void test_parallel(void)
{
    static const struct column column = {.name = "parallel", .parallel = true};

    check_column(&column);
    CU_ASSERT(fixture_concurrent_maximum("/data/parallel-3") > 1); /* of "no fault" */
}

/* Each time the file is begun anew, but not because it changed on the server. */
static void test_no_ranges_and_restarts(void)
{
    struct job_id job;
    int i;

    fixture_begin();
    job = fixture_start_download(fixture_url("/data/n?size=%u&norange=1&hold=norange&hold_at=500000", SIZE), "n");
    for (i = 0; i < 6; i++)
    {
        fixture_wait_bytes(&job, 100000);
        fixture_restart();
    }
    fixture_release("norange");
    fixture_wait_state(&job, JOB_TRANSFERRED);
    fixture_act(&job, JOB_ACTION_COMPLETE);
    CU_ASSERT(fixture_file_is("n", 0, SIZE));
    fixture_end();
}

static void use_cache_host(void)
{
    static const struct engine_policy policy = {.id = POLICY_CACHE_HOST, .text = CACHE_HOST};

    fixture_config.policies = &policy;
    fixture_config.policy_count = 1;
}

static void test_cache_host(void)
{
    static const struct column column = {.name = "cache", .configure = use_cache_host, .cache = true};

    check_column(&column);
}

int fault_matrix_setup(void)
{
    return fixture_start_server();
}

int fault_matrix_teardown(void)
{
    return fixture_stop_server();
}

CU_TestInfo fault_matrix_tests[] =
{
    {"one connection", test_single},
    {"several connections", test_parallel},
    {"a cache host", test_cache_host},
    {"no ranges, and an engine that ends", test_no_ranges_and_restarts},
    CU_TEST_INFO_NULL
};
