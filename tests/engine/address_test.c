/*
 * Tests of the choice of another address after a failure.
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
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "address.h"
#include "fixture.h"
#include "result.h"
#include "suites.h"
#include "testserver.h"

static bool has_old(const struct address_set *set, const char *text)
{
    struct sockaddr_in address = {.sin_family = AF_INET};

    inet_pton(AF_INET, text, &address.sin_addr);
    return address_set_has(set, (const struct sockaddr *)&address);
}

static bool has_new(const struct address_set *set, const char *text)
{
    struct sockaddr_in6 address = {.sin6_family = AF_INET6};

    inet_pton(AF_INET6, text, &address.sin6_addr);
    return address_set_has(set, (const struct sockaddr *)&address);
}

static void test_set(void)
{
    struct address_set set = {.count = 0};
    struct sockaddr local = {.sa_family = AF_UNIX};

    CU_ASSERT(!has_old(&set, "127.0.0.1"));
    address_set_add(&set, "127.0.0.1");
    address_set_add(&set, "127.0.0.1");
    address_set_add(&set, "2001:db8::1");
    address_set_add(&set, "");
    address_set_add(&set, "localhost");
    CU_ASSERT_EQUAL(set.count, 2);
    CU_ASSERT(has_old(&set, "127.0.0.1"));
    CU_ASSERT(has_new(&set, "::ffff:127.0.0.1"));
    CU_ASSERT(has_new(&set, "2001:db8::1"));
    CU_ASSERT(!has_old(&set, "127.0.0.2"));
    CU_ASSERT(!has_new(&set, "2001:db8::2"));
    CU_ASSERT(!address_set_has(&set, &local));
}

static void test_the_oldest_makes_room(void)
{
    struct address_set set = {.count = 0};
    char text[32];
    int i;

    for (i = 1; i <= ADDRESS_SET_MAX + 1; i++)
    {
        snprintf(text, sizeof(text), "127.0.0.%d", i);
        address_set_add(&set, text);
    }
    CU_ASSERT_EQUAL(set.count, ADDRESS_SET_MAX);
    CU_ASSERT(!has_old(&set, "127.0.0.1"));
    CU_ASSERT(has_old(&set, "127.0.0.2"));
    CU_ASSERT(has_old(&set, text));
}

/* Gives the name many.test these addresses. */
static void start_with(const char *addresses, char *resolve, size_t size)
{
    snprintf(resolve, size, "many.test:%s:%s", strrchr(fixture_url("%s", ""), ':') + 1, addresses);
    fixture_config.resolve = resolve;
    fixture_begin();
}

static const char *many_url(const char *query)
{
    static char url[256];

    snprintf(url, sizeof(url), "http://many.test:%s/data/x?%s", strrchr(fixture_url("%s", ""), ':') + 1, query);
    return url;
}

static void check_address(const struct job_id *job, const char *expected)
{
    char address[64];
    uint32_t size = sizeof(address);

    CU_ASSERT_EQUAL_FATAL(engine_file_get_text(fixture_engine, job, 0, FILE_TEXT_SERVER_ADDRESS, address, &size), S_OK);
    CU_ASSERT_STRING_EQUAL(address, expected);
}

static void fetch_and_check(const char *addresses, const char *query, const char *expected)
{
    struct job_id job;
    char resolve[256];

    start_with(addresses, resolve, sizeof(resolve));
    job = fixture_start_download(many_url(query), "x");
    CU_ASSERT_EQUAL(fixture_wait_end(&job), JOB_TRANSFERRED);
    check_address(&job, expected);
    fixture_act(&job, JOB_ACTION_COMPLETE);
    CU_ASSERT(fixture_file_is("x", 0, 100000));
    fixture_end();
}

/* The test server listens at 127.0.0.1 only, and once more at 127.0.0.2. */
static void test_next_address(void)
{
    fetch_and_check("127.0.0.1,127.0.0.2", "size=100000&key=a0", "127.0.0.1");
    fetch_and_check("127.0.0.1,127.0.0.2", "size=100000&key=a1&fail=1", "127.0.0.2");
    fetch_and_check("127.0.0.1,127.0.0.2", "size=100000&key=a2&truncate=50000&times=1", "127.0.0.2");
    fetch_and_check("127.0.0.1,127.0.0.2", "size=100000&key=a3&drop=1", "127.0.0.2");
}

/* When all have failed they come anew, and so does the only one. */
static void test_round(void)
{
    fetch_and_check("127.0.0.1,127.0.0.2", "size=100000&key=r1&fail=2", "127.0.0.1");
    fetch_and_check("127.0.0.1,127.0.0.2", "size=100000&key=r2&fail=3", "127.0.0.2");
    fetch_and_check("127.0.0.1", "size=100000&key=r3&fail=3", "127.0.0.1");
    CU_ASSERT_EQUAL(fixture_requests("r3"), 4);
}

/* Nobody listens there: libcurl goes on by itself, within one attempt. */
static void test_dead_address(void)
{
    fetch_and_check("127.0.0.9,127.0.0.1", "size=100000&key=d1", "127.0.0.1");
    fetch_and_check("127.0.0.9,127.0.0.1", "size=100000&key=d2&fail=2", "127.0.0.1");
}

int address_setup(void)
{
    return fixture_start_server();
}

int address_teardown(void)
{
    return fixture_stop_server();
}

CU_TestInfo address_tests[] =
{
    {"the set", test_set},
    {"the oldest makes room", test_the_oldest_makes_room},
    {"the next address", test_next_address},
    {"all of them again", test_round},
    {"a dead address", test_dead_address},
    CU_TEST_INFO_NULL
};
