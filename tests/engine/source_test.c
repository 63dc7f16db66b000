/*
 * Tests of downloads from cache hosts, and of falling back to the origin.
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

#include <CUnit/CUnit.h>
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "fixture.h"
#include "policy_list.h"
#include "result.h"
#include "suites.h"
#include "tree.h"

/*
 * The test server is origin and cache host: "localhost" and "127.0.0.1". Parameters of a URL that begin with "cache_"
 * count only for the cache host, so that requests to it are counted under a key of their own.
 */
#define HOST "127.0.0.1"
#define SIZE 500000
#define FILE_URL "/data/f?size=500000&key=origin&cache_key=cache"

int source_setup(void)
{
    return fixture_start_server();
}

int source_teardown(void)
{
    return fixture_stop_server();
}

static uint64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* Policies that a test sets, in turn; NULL as a text: a number. */
static struct engine_policy policies[8];
static uint32_t policy_count;

static void set_policy(enum policy_id id, uint64_t number, const char *text)
{
    CU_ASSERT_FATAL(policy_count < COUNT_OF(policies));
    policies[policy_count++] = (struct engine_policy){.id = id, .number = number, .text = text};
    if (fixture_engine)
        CU_ASSERT_EQUAL(engine_set_policies(fixture_engine, policies, policy_count), S_OK);
}

static void begin(const char *hosts)
{
    policy_count = 0;
    fixture_begin();
    if (hosts)
        set_policy(POLICY_CACHE_HOST, 0, hosts);
}

static unsigned int url_port(const char *url)
{
    unsigned int port = 0;

    CU_ASSERT_EQUAL_FATAL(sscanf(url, "%*[a-z]://%*[^:/]:%u", &port), 1);
    return port;
}

/* A port of the cache host on which nobody listens, as long as the socket stays open. */
static unsigned int bind_port(int *fd)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(address);

    *fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CU_ASSERT_FATAL(*fd != -1);
    CU_ASSERT_EQUAL_FATAL(bind(*fd, (struct sockaddr *)&address, sizeof(address)), 0);
    CU_ASSERT_EQUAL_FATAL(getsockname(*fd, (struct sockaddr *)&address, &size), 0);
    return ntohs(address.sin_port);
}

/* The statistics of what was transferred: bytes of servers in all, and of cache hosts. */
static void check_bytes(const struct job_id *job, uint64_t all, uint64_t cached)
{
    struct file_stats stats = {0};

    CU_ASSERT_EQUAL(engine_file_get_stats(fixture_engine, job, 0, &stats), S_OK);
    CHECK(stats.bytes_from_http == all, "%llu", (unsigned long long)stats.bytes_from_http);
    CHECK(stats.bytes_from_cache == cached, "%llu", (unsigned long long)stats.bytes_from_cache);
    CU_ASSERT_EQUAL(stats.cache_connections, 0);
    CU_ASSERT_EQUAL(stats.http_connections, 0);
}

static void check_requests(unsigned int origin, unsigned int cache)
{
    CHECK(fixture_requests("origin") == origin, "%u requests to the origin", fixture_requests("origin"));
    CHECK(fixture_requests("cache") == cache, "%u requests to the cache host", fixture_requests("cache"));
}

/* Waits for a download, and looks at its file. Errors that a client could see are none of these tests' business. */
static void finish(const struct job_id *job, const char *name)
{
    fixture_wait_state(job, JOB_TRANSFERRED);
    fixture_act(job, JOB_ACTION_COMPLETE);
    CU_ASSERT(fixture_file_is(name, 0, SIZE));
}

/* A download whose client hears of no error. */
static void fetch(const char *url, uint64_t all, uint64_t cached)
{
    struct job_id job = fixture_start_download(url, "f");

    fixture_wait_state(&job, JOB_TRANSFERRED);
    CU_ASSERT_EQUAL(fixture_info(&job).error_count, 0);
    check_bytes(&job, all, cached);
    finish(&job, "f");
}

static void test_from_the_cache(void)
{
    struct engine_statistics statistics;
    char host[64];

    begin(HOST);
    fetch(fixture_url(FILE_URL), SIZE, SIZE);
    check_requests(0, 1);
    snprintf(host, sizeof(host), "Host: " HOST ":%u\r\n", url_port(fixture_url("/")));
    CU_ASSERT(fixture_last_request_has("cache", host));
    CU_ASSERT_EQUAL(engine_get_statistics(fixture_engine, &statistics), S_OK);
    CU_ASSERT_EQUAL(statistics.bytes_received, SIZE);
    CU_ASSERT_EQUAL(statistics.bytes_received_cache, SIZE);
    CU_ASSERT_EQUAL(statistics.cache_connections, 0);
    fixture_end();
}

/* While bytes come they are counted, and the connection is the cache host's. */
static void test_statistics(void)
{
    struct engine_statistics statistics;
    struct file_stats stats;
    struct job_id job;

    begin(HOST);
    job = fixture_start_download(fixture_url(FILE_URL "&hold_at=400000&hold=statistics"), "f");
    fixture_wait_bytes(&job, 400000);
    CU_ASSERT_EQUAL(engine_file_get_stats(fixture_engine, &job, 0, &stats), S_OK);
    CU_ASSERT_EQUAL(stats.bytes_from_cache, 400000);
    CU_ASSERT_EQUAL(stats.bytes_from_http, 400000);
    CU_ASSERT_EQUAL(stats.cache_connections, 1);
    CU_ASSERT_EQUAL(stats.http_connections, 0);
    CU_ASSERT_EQUAL(engine_get_statistics(fixture_engine, &statistics), S_OK);
    CU_ASSERT_EQUAL(statistics.connections, 1);
    CU_ASSERT_EQUAL(statistics.cache_connections, 1);
    fixture_release("statistics");
    fixture_wait_state(&job, JOB_TRANSFERRED);
    fixture_restart();
    check_bytes(&job, SIZE, SIZE);
    finish(&job, "f");
    fixture_end();
}

static void test_no_list(void)
{
    static const char *const lists[] = {NULL, "", " , ", "https://" HOST, "not a host"};
    unsigned int i;

    for (i = 0; i < COUNT_OF(lists); i++)
    {
        begin(lists[i]);
        fetch(fixture_url("/data/f?size=500000&key=none%u&cache_key=some%u", i, i), SIZE, 0);
        CU_ASSERT_EQUAL(fixture_requests("none0") ? fixture_requests("some0") : 1, 0);
        fixture_end();
    }
}

static void test_download_modes(void)
{
    static const struct
    {
        uint64_t mode;
        bool cached;
    } rows[] = {{0, true}, {1, true}, {2, true}, {3, true}, {99, true}, {100, false}};
    unsigned int i;

    for (i = 0; i < COUNT_OF(rows); i++)
    {
        begin(HOST);
        set_policy(POLICY_DOWNLOAD_MODE, rows[i].mode, NULL);
        fetch(fixture_url(FILE_URL), SIZE, rows[i].cached ? SIZE : 0);
        fixture_end();
    }
}

/* An entry of the list for TLS serves https and nothing else, and its certificate must be right. */
static void test_https(void)
{
    char untrusted[64];
    struct job_id job;

    begin(HOST);
    fetch(fixture_https_url("/data/f?size=500000"), SIZE, 0);
    fixture_end();
    begin(HOST ",https://" HOST);
    fetch(fixture_https_url("/data/f?size=500000"), SIZE, SIZE);
    fetch(fixture_url("/data/f?size=500000"), SIZE, SIZE);
    fixture_end();

    snprintf(untrusted, sizeof(untrusted), "https://" HOST ":%u", url_port(fixture_untrusted_url("/")));
    begin(untrusted);
    job = fixture_create_job();
    fixture_add_file(&job, fixture_https_url(FILE_URL "&key=kept&cache_key=forgiven"), "f");
    CU_ASSERT_EQUAL(engine_job_set_number(fixture_engine, &job, JOB_NUMBER_SECURITY_FLAGS,
                                          SECURITY_IGNORE_UNKNOWN_CA), S_OK);
    fixture_act(&job, JOB_ACTION_RESUME);
    fixture_wait_state(&job, JOB_TRANSFERRED);
    check_bytes(&job, SIZE, 0);
    finish(&job, "f");
    CU_ASSERT_EQUAL(fixture_requests("forgiven"), 0);
    fixture_end();
}

/* The correlation vector of a download says which requests belong together: that is for the origin. */
static void test_no_vector(void)
{
    struct job_id job;

    begin(HOST);
    CU_ASSERT_EQUAL(engine_job_create(fixture_engine, JOB_KIND_DOWNLOAD, "", "", &job), S_OK);
    fixture_add_file(&job, fixture_url("/data/f?size=500000&key=vector.origin&cache_key=vector"), "f");
    fixture_act(&job, JOB_ACTION_RESUME);
    finish(&job, "f");
    CU_ASSERT_EQUAL(fixture_requests("vector"), 1);
    CU_ASSERT(!fixture_any_request_has("vector", "MS-CV"));
    CU_ASSERT_EQUAL(fixture_requests("vector.origin"), 0);
    fixture_end();
}

/* What has a secret, or may have one, goes to its server only. */
static void test_secrets(void)
{
    struct job_id jobs[4];
    unsigned int i;

    begin(HOST);
    for (i = 0; i < COUNT_OF(jobs); i++)
    {
        char name[16];

        snprintf(name, sizeof(name), "f%u", i);
        jobs[i] = fixture_create_job();
        fixture_add_file(&jobs[i], fixture_url("/data/f?size=500000&key=secrets.origin&cache_key=secrets"), name);
    }
    CU_ASSERT_EQUAL(engine_job_set_text(fixture_engine, &jobs[0], JOB_TEXT_CUSTOM_HEADERS, "X-Any: thing"), S_OK);
    CU_ASSERT_EQUAL(engine_job_set_text(fixture_engine, &jobs[1], JOB_TEXT_AUTH_HEADERS, "Authorization: x"), S_OK);
    CU_ASSERT_EQUAL(engine_job_set_credentials(fixture_engine, &jobs[2], CREDENTIAL_SERVER, CREDENTIAL_DIGEST, "user",
                                               "password"), S_OK);
    CU_ASSERT_EQUAL(engine_job_set_credentials(fixture_engine, &jobs[3], CREDENTIAL_PROXY, CREDENTIAL_BASIC, "user",
                                               "password"), S_OK);
    for (i = 0; i < COUNT_OF(jobs); i++)
    {
        fixture_act(&jobs[i], JOB_ACTION_RESUME);
        fixture_wait_state(&jobs[i], JOB_TRANSFERRED);
        check_bytes(&jobs[i], SIZE, i == 3 ? SIZE : 0); /* those for a proxy go to the proxy */
        fixture_act(&jobs[i], JOB_ACTION_COMPLETE);
    }
    CU_ASSERT_EQUAL(fixture_requests("secrets.origin"), 3);
    CU_ASSERT(!fixture_any_request_has("secrets", "Authorization"));
    fixture_end();
}

static void test_dead_port(void)
{
    char list[64];
    int fd;

    snprintf(list, sizeof(list), HOST ":%u", bind_port(&fd));
    begin(list);
    fetch(fixture_url("/data/f?size=500000&key=dead"), SIZE, 0);
    CU_ASSERT_EQUAL(fixture_requests("dead"), 1);
    CU_ASSERT(fixture_logged("is not asked for a quarter of an hour"));
    fixture_end();
    close(fd);
}

static void test_unknown_name(void)
{
    begin("cache.invalid");
    fetch(fixture_url("/data/f?size=500000"), SIZE, 0);
    fixture_end();
}

/* A host that does not even answer is given up after 3 seconds. */
static void test_hang_on_connect(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd, clients[16];
    uint64_t started;
    unsigned int i;
    char list[64];

    address.sin_port = htons((uint16_t)bind_port(&fd));
    CU_ASSERT_EQUAL_FATAL(listen(fd, 0), 0);
    for (i = 0; i < COUNT_OF(clients); i++) /* nobody accepts them, and the queue is full */
    {
        clients[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        CU_ASSERT(!connect(clients[i], (struct sockaddr *)&address, sizeof(address)) || errno == EINPROGRESS);
    }
    snprintf(list, sizeof(list), HOST ":%u", ntohs(address.sin_port));
    begin(list);
    started = now_ms();
    fetch(fixture_url("/data/f?size=500000"), SIZE, 0);
    CHECK(now_ms() - started >= 3000 && now_ms() - started < 8000, "%llu ms", (unsigned long long)(now_ms() - started));
    started = now_ms();
    fetch(fixture_url("/data/f?size=500000"), SIZE, 0);
    CHECK(now_ms() - started < 3000, "%llu ms", (unsigned long long)(now_ms() - started));
    fixture_end();
    for (i = 0; i < COUNT_OF(clients); i++)
        close(clients[i]);
    close(fd);
}

/* 4xx: no more requests for files of this origin; those of others are none of its business. */
static void test_refusal(void)
{
    static const unsigned int statuses[] = {403, 404, 429};
    unsigned int i, port = url_port(fixture_url("/"));
    char list[64], other[256], origin[32], cache[32];

    snprintf(list, sizeof(list), HOST ":%u", port);
    snprintf(other, sizeof(other), "http://127.0.0.1:%u/data/f?size=500000", port);
    for (i = 0; i < COUNT_OF(statuses); i++)
    {
        snprintf(origin, sizeof(origin), "refusing%u", i);
        snprintf(cache, sizeof(cache), "refused%u", i);
        begin(list);
        fetch(fixture_url("/data/f?size=500000&cache_status=%u&key=%s&cache_key=%s", statuses[i], origin, cache),
              SIZE, 0);
        CU_ASSERT_EQUAL(fixture_requests(origin), 1);
        CU_ASSERT_EQUAL(fixture_requests(cache), 1);
        fetch(fixture_url("/data/f?size=500000&key=%s&cache_key=%s", origin, cache), SIZE, 0);
        CU_ASSERT_EQUAL(fixture_requests(origin), 2);
        CU_ASSERT_EQUAL(fixture_requests(cache), 1);
        fetch(other, SIZE, SIZE);
        CU_ASSERT(fixture_logged("is not asked for files of localhost"));
        fixture_end();
    }
}

/* 5xx: the origin at once, but the next file is asked for again. */
static void test_bad_gateway(void)
{
    begin(HOST);
    fetch(fixture_url("/data/f?size=500000&cache_status=502&key=gateway.origin&cache_key=gateway"), SIZE, 0);
    CU_ASSERT_EQUAL(fixture_requests("gateway.origin"), 1);
    CU_ASSERT_EQUAL(fixture_requests("gateway"), 1);
    fetch(fixture_url("/data/f?size=500000&key=gateway.origin&cache_key=gateway"), SIZE, SIZE);
    CU_ASSERT_EQUAL(fixture_requests("gateway"), 2);
    fixture_end();
}

/* What the origin says counts. */
static void test_refusal_of_both(void)
{
    struct job_error error = {0};
    struct job_id job;

    begin(HOST);
    job = fixture_start_download(fixture_url("/data/f?status=404"), "f");
    CU_ASSERT_EQUAL(fixture_wait_end(&job), JOB_ERROR);
    CU_ASSERT_EQUAL(engine_job_get_error(fixture_engine, &job, &error), S_OK);
    CU_ASSERT_EQUAL(error.code, HRESULT_FROM_HTTP(404));
    CU_ASSERT_EQUAL(fixture_info(&job).error_count, 1);
    fixture_act(&job, JOB_ACTION_CANCEL);
    fixture_end();
}

/* A connection that breaks: what came is kept, and the origin gives the rest. */
static void test_broken_connection(void)
{
    struct job_id job;

    begin(HOST);
    fetch(fixture_url("/data/f?size=500000&cache_truncate=300000&key=broken.origin&cache_key=broken"), SIZE, 300000);
    CU_ASSERT_EQUAL(fixture_requests("broken"), 1);
    CU_ASSERT_EQUAL(fixture_bytes_sent("broken.origin"), SIZE - 300000);
    job = fixture_start_download(fixture_url("/data/f?size=500000&cache_reset=300000"), "f");
    fixture_wait_state(&job, JOB_TRANSFERRED);
    CU_ASSERT_EQUAL(fixture_info(&job).error_count, 0);
    finish(&job, "f");
    fixture_end();
}

/* An answer that is none: no length, another range, no ranges for a client who wants some. */
static void test_bad_answers(void)
{
    static const char *const faults[] = {"cache_nolength=1", "cache_truncate=1000", "cache_extra=5"};
    struct file_range range = {1000, 2000};
    struct job_id job;
    unsigned int i;

    for (i = 0; i < COUNT_OF(faults); i++)
    {
        begin(HOST);
        job = fixture_start_download(fixture_url("/data/f?size=500000&%s&cache_etag=none", faults[i]), "f");
        fixture_wait_state(&job, JOB_TRANSFERRED);
        CU_ASSERT_EQUAL(fixture_info(&job).error_count, 0);
        finish(&job, "f");
        fixture_end();
    }
    begin(HOST);
    job = fixture_create_job();
    CU_ASSERT_EQUAL(engine_job_add_files(fixture_engine, &job,
        &(struct file_request){.url = fixture_url("/data/f?size=500000&cache_norange=1"), .local_name = "C:\\f",
                               .path = fixture_path("f"), .ranges = &range, .range_count = 1,
                               .size = ENGINE_SIZE_UNKNOWN}, 1), S_OK);
    fixture_act(&job, JOB_ACTION_RESUME);
    fixture_wait_state(&job, JOB_TRANSFERRED);
    check_bytes(&job, 2000, 0);
    fixture_act(&job, JOB_ACTION_COMPLETE);
    CU_ASSERT(fixture_file_is("f", 1000, 2000));
    fixture_end();
}

/* Bytes of the cache host that turn out to be of another version are fetched again, from the origin. */
static void test_origin_disagrees(void)
{
    static const char *const versions[] =
    {
        "cache_etag=%22old%22", "cache_size=600000&cache_etag=none",
        "etag=none&cache_etag=none&cache_last_modified=Mon,%2001%20Jan%202001%2000:00:00%20GMT",
    };
    unsigned int i;

    for (i = 0; i < COUNT_OF(versions); i++)
    {
        char origin[32], cache[32];

        snprintf(origin, sizeof(origin), "right%u", i);
        snprintf(cache, sizeof(cache), "wrong%u", i);
        begin(HOST);
        fetch(fixture_url("/data/f?size=500000&key=%s&cache_key=%s&cache_seed=9&cache_truncate=300000&%s", origin,
                          cache, versions[i]), SIZE + 300000, 300000);
        CU_ASSERT_EQUAL(fixture_requests(cache), 1);
        CU_ASSERT(fixture_logged("is not asked for files of localhost"));
        fetch(fixture_url("/data/f?size=500000&key=%s&cache_key=%s", origin, cache), SIZE, 0);
        fixture_end();
    }
}

/* Bytes of the origin are kept when a cache host has another version, and it is asked no more. */
static void test_cache_disagrees(void)
{
    static const char *const versions[] = {"cache_etag=%22old%22", "cache_size=600000", "cache_size=200000",
                                           "cache_norange=1"};
    char origin[32], cache[32];
    struct job_id job;
    unsigned int i;

    for (i = 0; i < COUNT_OF(versions); i++)
    {
        snprintf(origin, sizeof(origin), "kept%u", i);
        snprintf(cache, sizeof(cache), "old%u", i);
        begin(NULL);
        job = fixture_start_download(fixture_url("/data/f?size=500000&key=%s&cache_key=%s&cache_seed=9&%s"
                                                 "&hold_at=300000&hold=%s", origin, cache, versions[i], origin), "f");
        fixture_wait_bytes(&job, 300000);
        fixture_act(&job, JOB_ACTION_SUSPEND);
        fixture_release(origin);
        set_policy(POLICY_CACHE_HOST, 0, HOST);
        fixture_act(&job, JOB_ACTION_RESUME);
        fixture_wait_state(&job, JOB_TRANSFERRED);
        CU_ASSERT_EQUAL(fixture_info(&job).error_count, 0);
        CU_ASSERT_EQUAL(fixture_requests(cache), 1);
        check_bytes(&job, SIZE, 0);
        finish(&job, "f");
        fixture_end();
    }
}

/* The same version, but without what would tell: the rest may come from the cache host. */
static void test_cache_agrees(void)
{
    struct job_id job;

    begin(NULL);
    job = fixture_start_download(fixture_url("/data/f?size=500000&cache_etag=none&hold_at=300000&hold=agree"), "f");
    fixture_wait_bytes(&job, 300000);
    fixture_act(&job, JOB_ACTION_SUSPEND);
    fixture_release("agree");
    set_policy(POLICY_CACHE_HOST, 0, HOST);
    fixture_act(&job, JOB_ACTION_RESUME);
    fixture_wait_state(&job, JOB_TRANSFERRED);
    check_bytes(&job, SIZE, SIZE - 300000);
    finish(&job, "f");
    fixture_end();
}

/* A host that begins well and then gives nothing, or too little, is given up; its bytes are kept. */
static void test_stall(void)
{
    struct job_id stalled, dripping;

    fixture_config.slow_seconds = 1;
    begin(HOST);
    stalled = fixture_start_download(fixture_url("/data/f?size=500000&cache_stall=300000&stall_ms=60000&key=stall"),
                                     "f");
    dripping = fixture_start_download(fixture_url("/data/g?size=500000&cache_drip=200000&key=drip"), "g");
    fixture_wait_state(&stalled, JOB_TRANSFERRED);
    fixture_wait_state(&dripping, JOB_TRANSFERRED);
    CU_ASSERT_EQUAL(fixture_info(&stalled).error_count, 0);
    CU_ASSERT_EQUAL(fixture_info(&dripping).error_count, 0);
    check_bytes(&stalled, SIZE, 300000);
    CU_ASSERT(fixture_logged("is not asked for a quarter of an hour"));
    finish(&stalled, "f");
    finish(&dripping, "g");
    fixture_end();
}

/* Whatever a cache host does, the file is right in the end, and the client hears of no error. */
static void test_every_fault(void)
{
    static const char *const faults[] =
    {
        "cache_drop=1", "cache_drop=99", "cache_reset=0", "cache_reset=123456", "cache_truncate=0",
        "cache_truncate=123456", "cache_extra=5000", "cache_extra=5000&cache_chunked=1", "cache_chunked=1",
        "cache_nolength=1", "cache_badrange=1", "cache_otherrange=1", "cache_nototal=1", "cache_status=204",
        "cache_status=304", "cache_status=416", "cache_fail=1&cache_fail_status=429&cache_retry_after=60",
        "cache_fail=1&cache_fail_status=503&cache_retry_after=60", "cache_status=500", "cache_status=999",
        "cache_status=401", "cache_auth=basic:u:p", "cache_loop=1", "cache_hops=11",
        "cache_redirect=ftp://localhost/", "cache_redirect=http://nobody.invalid/", "cache_gzip=1", "cache_close=1",
    };
    struct file_range range = {0, SIZE};
    struct job_id job;
    unsigned int i;

    for (i = 0; i < 2 * COUNT_OF(faults); i++)
    {
        struct file_request request = {.local_name = "C:\\f", .size = ENGINE_SIZE_UNKNOWN};

        begin(HOST);
        /* Every second client asks for a range, and all of it is right only if the length of the file is. */
        request.url = fixture_url("/data/f?size=500000&%s", faults[i / 2]);
        request.path = fixture_path("f");
        if ((request.range_count = i % 2))
            request.ranges = &range;
        job = fixture_create_job();
        CU_ASSERT_EQUAL(engine_job_add_files(fixture_engine, &job, &request, 1), S_OK);
        fixture_act(&job, JOB_ACTION_RESUME);
        CHECK(fixture_wait_end(&job) == JOB_TRANSFERRED, "%s", faults[i / 2]);
        CHECK(fixture_info(&job).error_count == 0, "%s: %u errors", faults[i / 2], fixture_info(&job).error_count);
        fixture_act(&job, JOB_ACTION_COMPLETE);
        CHECK(fixture_file_is("f", 0, SIZE), "%s", faults[i / 2]);
        fixture_end();
    }
}

/* A proxy is for requests to the cache host, too; its password goes to nobody else. */
static void test_proxy(void)
{
    struct job_id job;
    char proxy[64];

    begin(HOST);
    snprintf(proxy, sizeof(proxy), "%s", fixture_url("%s", ""));
    job = fixture_create_job();
    fixture_add_file(&job, fixture_url("/data/f?size=500000&cache_key=proxied&proxy_auth=basic:user:password"), "f");
    CU_ASSERT_EQUAL(engine_job_set_proxy(fixture_engine, &job, PROXY_OVERRIDE, proxy, NULL), S_OK);
    CU_ASSERT_EQUAL(engine_job_set_credentials(fixture_engine, &job, CREDENTIAL_PROXY, CREDENTIAL_BASIC, "user",
                                               "password"), S_OK);
    fixture_act(&job, JOB_ACTION_RESUME);
    fixture_wait_state(&job, JOB_TRANSFERRED);
    check_bytes(&job, SIZE, SIZE);
    finish(&job, "f");
    CU_ASSERT_EQUAL(fixture_requests("proxied"), 2); /* the first one was challenged */
    CU_ASSERT(fixture_requests("proxy") >= 2);
    CU_ASSERT(!fixture_any_request_has("proxied", "\nAuthorization"));
    fixture_end();
}

/* A redirect leads where it leads: not to the cache host again. */
static void test_redirect(void)
{
    const char *target = fixture_url("/data/target?size=500000&key=target&cache_key=target.cache");

    begin(HOST);
    fetch(fixture_url("/data/f?key=redirecting&cache_key=redirected&cache_redirect=/data/target?size=500000"), SIZE, 0);
    CU_ASSERT_EQUAL(fixture_requests("redirected"), 1);
    CU_ASSERT_EQUAL(fixture_requests("redirecting"), 0);
    fetch(fixture_url("/data/f?cache_redirect=http://localhost:%u/data/g?size=500000%%26key=target"
                      "%%26cache_key=target2", url_port(target)), SIZE, 0);
    CU_ASSERT_EQUAL(fixture_requests("target"), 1);
    CU_ASSERT_EQUAL(fixture_requests("target2"), 0);
    fetch(fixture_url("/data/f?size=500000&cache_loop=1"), SIZE, 0);
    fixture_end();
}

/* Two hosts, of which the first is dead: while the origin must not be asked the second serves. */
static void test_second_host(void)
{
    char list[64];
    int fd;

    snprintf(list, sizeof(list), HOST ":%u," HOST, bind_port(&fd));
    begin(list);
    set_policy(POLICY_CACHE_DELAY_BACKGROUND, 3600, NULL);
    fetch(fixture_url("/data/f?size=500000&key=second.origin&cache_key=second"), SIZE, SIZE);
    CU_ASSERT_EQUAL(fixture_requests("second.origin"), 0);
    fixture_end();

    /* Without a delay the origin is next, and the second host serves the next file. */
    begin(list);
    fetch(fixture_url("/data/f?size=500000&key=second.origin&cache_key=second"), SIZE, 0);
    fetch(fixture_url("/data/f?size=500000&key=second.origin&cache_key=second"), SIZE, SIZE);
    fixture_end();
    close(fd);
}

/* Until the delay is over a cache host is asked again and again, and then no more. */
static void test_delay(void)
{
    struct job_id job;
    uint64_t started;

    begin(HOST);
    set_policy(POLICY_CACHE_DELAY_BACKGROUND, 1, NULL);
    set_policy(POLICY_CACHE_DELAY_FOREGROUND, 3600, NULL);
    started = now_ms();
    job = fixture_start_download(fixture_url("/data/f?size=500000&cache_status=502&key=delay.origin&cache_key=delay"),
                                 "f");
    fixture_wait_state(&job, JOB_TRANSIENT_ERROR);
    fixture_wait_state(&job, JOB_TRANSFERRED);
    CHECK(now_ms() - started >= 1000 && now_ms() - started < 10000, "%llu", (unsigned long long)(now_ms() - started));
    CU_ASSERT_EQUAL(fixture_requests("delay.origin"), 1);
    CU_ASSERT(fixture_requests("delay") >= 3);
    check_bytes(&job, SIZE, 0);
    finish(&job, "f");
    fixture_end();
}

/* A host that gets well within the delay serves the file; the origin is not asked. */
static void test_delay_is_long(void)
{
    struct job_id job;

    begin(HOST);
    set_policy(POLICY_CACHE_DELAY_FOREGROUND, 3600, NULL);
    job = fixture_create_job();
    fixture_add_file(&job, fixture_url("/data/f?size=500000&cache_fail=3&key=patient.origin&cache_key=patient"), "f");
    CU_ASSERT_EQUAL(engine_job_set_number(fixture_engine, &job, JOB_NUMBER_PRIORITY, JOB_PRIORITY_FOREGROUND), S_OK);
    fixture_act(&job, JOB_ACTION_RESUME);
    fixture_wait_state(&job, JOB_TRANSFERRED);
    CU_ASSERT_EQUAL(fixture_requests("patient"), 4);
    CU_ASSERT_EQUAL(fixture_requests("patient.origin"), 0);
    CU_ASSERT_EQUAL(fixture_info(&job).error_count, 3);
    check_bytes(&job, SIZE, SIZE);
    finish(&job, "f");
    fixture_end();
}

/* Who waits for its cache host alone is not kept waiting when the policy goes. */
static void test_resume_with_another_policy(void)
{
    struct job_id job;

    begin(HOST);
    set_policy(POLICY_CACHE_DELAY_BACKGROUND, 3600, NULL);
    job = fixture_start_download(fixture_url("/data/f?size=500000&cache_status=502&key=policy.origin&cache_key=policy"),
                                 "f");
    fixture_wait_state(&job, JOB_TRANSIENT_ERROR);
    policy_count = 0;
    set_policy(POLICY_CACHE_HOST, 0, "");
    fixture_act(&job, JOB_ACTION_RESUME);
    finish(&job, "f");
    CU_ASSERT_EQUAL(fixture_requests("policy.origin"), 1);
    fixture_end();
}

/* A delay that is over, of a list that has gone, makes no storm of requests to an origin that fails. */
static void test_no_storm(void)
{
    struct job_id job;
    uint64_t started;

    begin(HOST);
    set_policy(POLICY_CACHE_DELAY_BACKGROUND, 1, NULL);
    started = now_ms();
    job = fixture_start_download(fixture_url("/data/f?status=502&key=storm&cache_key=storm.cache"), "f");
    fixture_wait_state(&job, JOB_TRANSIENT_ERROR);
    policy_count = 1;
    policies[0].text = "";
    set_policy(POLICY_CACHE_DELAY_BACKGROUND, 1, NULL);
    fixture_wait_requests("storm", 6);  /* the last but one when the delay ends, the last one 1600 ms later */
    CHECK(now_ms() - started >= 2500, "%u requests in %llu ms", fixture_requests("storm"),
          (unsigned long long)(now_ms() - started));
    fixture_act(&job, JOB_ACTION_CANCEL);
    fixture_end();
}

/* DHCP's option against DOCacheHost: 127.0.0.1, in hexadecimal, against a list of nothing, and no list. */
static void test_dhcp(void)
{
    static const char lease[] = "ADDRESS=10.0.0.7\nOPTION_235=3132372e302e302e31\n";
    static const struct
    {
        const char *list;
        uint64_t source;
        bool cached;
    } rows[] =
    {
        {NULL, 0, false}, {NULL, 1, true}, {NULL, 2, true}, {"", 0, false}, {"", 1, false}, {"", 2, true},
        {HOST, 0, true},
    };
    char root[64];
    unsigned int i;

    for (i = 0; i < COUNT_OF(rows); i++)
    {
        fixture_config.system_root = root;
        *root = 0;
        begin(NULL);
        snprintf(root, sizeof(root), "%s/root", fixture_dir);
        CU_ASSERT_EQUAL(mkdir(root, 0700), 0);
        tree_write(root, "/run/systemd/netif/leases/2", lease);
        if (rows[i].list)
            set_policy(POLICY_CACHE_HOST, 0, rows[i].list);
        set_policy(POLICY_CACHE_HOST_SOURCE, rows[i].source, NULL);
        fetch(fixture_url(FILE_URL), SIZE, rows[i].cached ? SIZE : 0);
        fixture_end();
    }
}

static void test_vpn(void)
{
    char root[64] = "";

    fixture_config.system_root = root;
    begin(HOST);
    snprintf(root, sizeof(root), "%s/root", fixture_dir);
    CU_ASSERT_EQUAL(mkdir(root, 0700), 0);
    tree_write(root, "/sys/class/net/tun0/flags", "0x1091\n");
    tree_write(root, "/sys/class/net/tun0/tun_flags", "0x1001\n");
    fetch(fixture_url(FILE_URL), SIZE, SIZE);
    set_policy(POLICY_DISALLOW_CACHE_ON_VPN, 1, NULL);
    fetch(fixture_url(FILE_URL), SIZE, 0);
    tree_write(root, "/sys/class/net/tun0/flags", "0x1090\n");
    set_policy(POLICY_DISALLOW_CACHE_ON_VPN, 1, NULL); /* looks anew */
    fetch(fixture_url(FILE_URL), SIZE, SIZE);
    fixture_end();
}

CU_TestInfo source_tests[] =
{
    {"a file from the cache host", test_from_the_cache},
    {"statistics", test_statistics},
    {"lists of nothing", test_no_list},
    {"download modes", test_download_modes},
    {"https", test_https},
    {"no correlation vector for cache hosts", test_no_vector},
    {"no secrets for cache hosts", test_secrets},
    {"a dead port", test_dead_port},
    {"an unknown name", test_unknown_name},
    {"a host that hangs", test_hang_on_connect},
    {"a host that refuses an origin", test_refusal},
    {"a bad gateway", test_bad_gateway},
    {"a refusal of cache host and origin", test_refusal_of_both},
    {"a connection that breaks", test_broken_connection},
    {"bad answers", test_bad_answers},
    {"the origin has another version", test_origin_disagrees},
    {"the cache host has another version", test_cache_disagrees},
    {"the cache host has the same version", test_cache_agrees},
    {"a stall, and a drip", test_stall},
    {"every fault of a cache host", test_every_fault},
    {"through a proxy", test_proxy},
    {"a redirect by the cache host", test_redirect},
    {"a second host", test_second_host},
    {"a short delay", test_delay},
    {"a long delay", test_delay_is_long},
    {"another policy meanwhile", test_resume_with_another_policy},
    {"no storm of requests after a delay", test_no_storm},
    {"hosts of the DHCP server", test_dhcp},
    {"not in a virtual private network", test_vpn},
    CU_TEST_INFO_NULL
};
