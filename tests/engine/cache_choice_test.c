/*
 * Tests of the choice between cache hosts and the origin, and of bans.
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
#include <stdio.h>
#include <string.h>

#include "alloc_failure.h"
#include "cache_choice.h"
#include "suites.h"

#define URL "http://dl.example.net/file"
#define BEGIN 1000000                   /* ms on the clock of these tests */

/* One file, and what its choices depend on. */
static struct cache_hosts hosts;
static struct cache_bans bans;
static struct cache_choice choice;
static struct cache_view view;

static void begin(const char *list, uint64_t delay)
{
    unsigned int ignored;

    cache_hosts_parse(&hosts, list, &ignored);
    memset(&bans, 0, sizeof(bans));
    memset(&choice, 0, sizeof(choice));
    view = (struct cache_view){.hosts = &hosts, .bans = &bans, .url = URL, .delay = delay, .now = BEGIN};
}

static void end(void)
{
    cache_bans_cleanup(&bans);
    CU_ASSERT_EQUAL(bans.count, 0);
}

static void ban(uint32_t index, enum cache_blame blame)
{
    if (blame != CACHE_BLAME_NOBODY)
        cache_bans_add(&bans, &hosts.hosts[index], blame == CACHE_BLAME_PAIR ? "dl.example.net" : NULL, view.now);
}

/* A request to the source whose turn it is fails; gives whether the next one may follow at once. */
static bool fail(uint32_t expected, enum cache_blame blame, bool brought_bytes)
{
    uint32_t source = cache_choose(&choice, &view);

    CHECK(source == expected, "source %d instead of %d", (int)source, (int)expected);
    if (source == CACHE_ORIGIN)
    {
        cache_origin_failed(&choice, &view, brought_bytes);
        return false;
    }
    ban(source, blame);
    return cache_host_failed(&choice, &view, source, brought_bytes);
}

static void test_no_hosts(void)
{
    begin("", 0);
    CU_ASSERT_EQUAL(cache_choose(&choice, &view), CACHE_ORIGIN);
    CU_ASSERT(!fail(CACHE_ORIGIN, CACHE_BLAME_NOBODY, false));
    CU_ASSERT(!fail(CACHE_ORIGIN, CACHE_BLAME_NOBODY, false));
    CU_ASSERT(!fail(CACHE_ORIGIN, CACHE_BLAME_NOBODY, false));
    end();
    begin("https://cache", 3600000);    /* none for this URL */
    CU_ASSERT(!fail(CACHE_ORIGIN, CACHE_BLAME_NOBODY, false));
    CU_ASSERT(!fail(CACHE_ORIGIN, CACHE_BLAME_NOBODY, false));
    end();
}

static void test_success_stays(void)
{
    begin("a,b", 0);
    CU_ASSERT_EQUAL(cache_choose(&choice, &view), 0);
    cache_succeeded(&choice);
    CU_ASSERT_EQUAL(cache_choose(&choice, &view), 0);
    view.now += 24 * 3600 * 1000;
    CU_ASSERT_EQUAL(cache_choose(&choice, &view), 0);
    end();
    begin("a,b", 1000);                 /* a delay that is over is no reason to leave a host that works */
    CU_ASSERT_EQUAL(cache_choose(&choice, &view), 0);
    cache_succeeded(&choice);
    view.now += 24 * 3600 * 1000;
    CU_ASSERT_EQUAL(cache_choose(&choice, &view), 0);
    end();
}

/* Without a delay the first failure of whatever kind leads to the origin at once. */
static void test_fall_back_at_once(void)
{
    static const enum cache_blame blames[] = {CACHE_BLAME_NOBODY, CACHE_BLAME_PAIR, CACHE_BLAME_HOST};
    unsigned int i, bytes;

    for (i = 0; i < COUNT_OF(blames); i++)
    {
        for (bytes = 0; bytes < 2; bytes++)
        {
            begin("a,b", 0);
            CU_ASSERT(fail(0, blames[i], bytes));
            CU_ASSERT_EQUAL(cache_choose(&choice, &view), CACHE_ORIGIN);
            cache_succeeded(&choice);
            CU_ASSERT_EQUAL(cache_choose(&choice, &view), CACHE_ORIGIN);
            view.now += CACHE_BAN_MS;
            CU_ASSERT_EQUAL(cache_choose(&choice, &view), CACHE_ORIGIN);
            end();
        }
    }
}

/* Once both were tried, a kind is left after two attempts in a row, the last of which brought nothing. */
static void test_both_tried(void)
{
    begin("a", 0);
    CU_ASSERT(fail(0, CACHE_BLAME_NOBODY, false));
    CU_ASSERT(!fail(CACHE_ORIGIN, CACHE_BLAME_NOBODY, false));
    CU_ASSERT(!fail(CACHE_ORIGIN, CACHE_BLAME_NOBODY, false));
    CU_ASSERT(!fail(0, CACHE_BLAME_NOBODY, false));
    CU_ASSERT(fail(0, CACHE_BLAME_NOBODY, false));
    CU_ASSERT(!fail(CACHE_ORIGIN, CACHE_BLAME_NOBODY, false));
    CU_ASSERT(!fail(CACHE_ORIGIN, CACHE_BLAME_NOBODY, true));
    CU_ASSERT(!fail(CACHE_ORIGIN, CACHE_BLAME_NOBODY, true));
    CU_ASSERT(!fail(CACHE_ORIGIN, CACHE_BLAME_NOBODY, false));
    CU_ASSERT(!fail(0, CACHE_BLAME_NOBODY, true));
    CU_ASSERT(!fail(0, CACHE_BLAME_NOBODY, true));
    cache_succeeded(&choice);
    CU_ASSERT(!fail(0, CACHE_BLAME_NOBODY, false));
    CU_ASSERT(fail(0, CACHE_BLAME_PAIR, false));
    CU_ASSERT(!fail(CACHE_ORIGIN, CACHE_BLAME_NOBODY, false));
    CU_ASSERT(!fail(CACHE_ORIGIN, CACHE_BLAME_NOBODY, false));
    CU_ASSERT(!fail(CACHE_ORIGIN, CACHE_BLAME_NOBODY, false)); /* it is banned */
    view.now += CACHE_BAN_MS;
    CU_ASSERT(!fail(CACHE_ORIGIN, CACHE_BLAME_NOBODY, false));
    CU_ASSERT_EQUAL(cache_choose(&choice, &view), 0);
    end();
}

/* While a delay runs hosts take turns; after a round of all of them there is a pause. */
static void test_round_robin(void)
{
    begin("a,b,c", 60000);
    CU_ASSERT(fail(0, CACHE_BLAME_NOBODY, false));
    CU_ASSERT(fail(1, CACHE_BLAME_NOBODY, false));
    CU_ASSERT(!fail(2, CACHE_BLAME_NOBODY, false));
    CU_ASSERT(!fail(0, CACHE_BLAME_NOBODY, false));
    CU_ASSERT_EQUAL(cache_choose(&choice, &view), 1);
    cache_succeeded(&choice);
    CU_ASSERT(fail(1, CACHE_BLAME_NOBODY, true));
    CU_ASSERT(fail(2, CACHE_BLAME_NOBODY, true));
    view.now = BEGIN + 59999;
    CU_ASSERT(fail(0, CACHE_BLAME_NOBODY, true));
    view.now = BEGIN + 60000;
    CU_ASSERT(fail(1, CACHE_BLAME_NOBODY, false));
    CU_ASSERT(!fail(CACHE_ORIGIN, CACHE_BLAME_NOBODY, false));
    view.now += CACHE_BAN_MS;
    CU_ASSERT(!fail(CACHE_ORIGIN, CACHE_BLAME_NOBODY, false));
    CU_ASSERT(!fail(CACHE_ORIGIN, CACHE_BLAME_NOBODY, false)); /* for good */
    CU_ASSERT(!fail(CACHE_ORIGIN, CACHE_BLAME_NOBODY, false));
    end();
}

static void test_absent_hosts_in_a_delay(void)
{
    begin("a,b", 60000);
    CU_ASSERT(fail(0, CACHE_BLAME_HOST, false));
    CU_ASSERT(!fail(1, CACHE_BLAME_NOBODY, false));
    CU_ASSERT(!fail(1, CACHE_BLAME_NOBODY, false)); /* a is not there */
    CU_ASSERT(!fail(1, CACHE_BLAME_HOST, false));
    CU_ASSERT(!fail(0, CACHE_BLAME_HOST, false)); /* nobody is, but the origin is not to be asked yet */
    CU_ASSERT(!fail(1, CACHE_BLAME_HOST, false));
    view.now = BEGIN + 60000;
    CU_ASSERT_EQUAL(cache_choose(&choice, &view), CACHE_ORIGIN);
    end();
}

/* A host that does not serve an origin is not asked for it, whatever delay there is. */
static void test_refusal_in_a_delay(void)
{
    begin("a,b", 60000);
    CU_ASSERT(fail(0, CACHE_BLAME_PAIR, false));
    CU_ASSERT(!fail(1, CACHE_BLAME_NOBODY, false)); /* which was the last one */
    CU_ASSERT(fail(1, CACHE_BLAME_PAIR, false));
    CU_ASSERT(!fail(CACHE_ORIGIN, CACHE_BLAME_NOBODY, false));
    end();
}

/* The delay counts from the first request, whatever happens to the job; everything else begins anew. */
static void test_resume(void)
{
    begin("a,b", 60000);
    CU_ASSERT(fail(0, CACHE_BLAME_NOBODY, false));
    cache_choice_reset(&choice);
    view.now = BEGIN + 59999;
    CU_ASSERT_EQUAL(cache_choose(&choice, &view), 0);
    view.now = BEGIN + 60000;
    CU_ASSERT(fail(0, CACHE_BLAME_NOBODY, false));
    cache_choice_reset(&choice);
    CU_ASSERT_EQUAL(cache_choose(&choice, &view), CACHE_ORIGIN);
    end();
    begin("a", 0);
    CU_ASSERT(fail(0, CACHE_BLAME_NOBODY, false));
    CU_ASSERT_EQUAL(cache_choose(&choice, &view), CACHE_ORIGIN);
    cache_choice_reset(&choice);
    CU_ASSERT_EQUAL(cache_choose(&choice, &view), 0);
    ban(0, CACHE_BLAME_HOST);
    CU_ASSERT(cache_host_failed(&choice, &view, 0, false));
    cache_choice_reset(&choice);
    CU_ASSERT_EQUAL(cache_choose(&choice, &view), CACHE_ORIGIN);
    cache_choice_reset(&choice);
    view.now += CACHE_BAN_MS;
    CU_ASSERT_EQUAL(cache_choose(&choice, &view), 0);
    end();
}

/* What several requests for one file at once have to say; and lists that changed meanwhile. */
static void test_late_news(void)
{
    begin("a", 0);
    CU_ASSERT_EQUAL(cache_choose(&choice, &view), 0);
    CU_ASSERT_EQUAL(cache_choose(&choice, &view), 0);
    CU_ASSERT(cache_host_failed(&choice, &view, 0, false));
    CU_ASSERT(cache_host_failed(&choice, &view, 0, false));
    CU_ASSERT_EQUAL(cache_choose(&choice, &view), CACHE_ORIGIN);
    CU_ASSERT(cache_host_failed(&choice, &view, 0, false));
    CU_ASSERT_EQUAL(cache_choose(&choice, &view), CACHE_ORIGIN);
    cache_choice_reset(&choice);
    cache_origin_failed(&choice, &view, false);
    cache_origin_failed(&choice, &view, false);
    CU_ASSERT_EQUAL(cache_choose(&choice, &view), 0);
    end();
    begin("a,b", 60000);
    CU_ASSERT_EQUAL(cache_choose(&choice, &view), 0);
    CU_ASSERT(cache_host_failed(&choice, &view, CACHE_MAX_HOSTS, false));
    choice.next = 7;
    CU_ASSERT_EQUAL(cache_choose(&choice, &view), 1);
    hosts.count = 0;
    CU_ASSERT(cache_host_failed(&choice, &view, 1, false));
    CU_ASSERT_EQUAL(cache_choose(&choice, &view), CACHE_ORIGIN);
    end();
}

static void test_retry_at(void)
{
    begin("a", 60000);
    CU_ASSERT_EQUAL(cache_limit_retry(&choice, &view, BEGIN + 70000), BEGIN + 70000);
    CU_ASSERT(!fail(0, CACHE_BLAME_NOBODY, false));
    CU_ASSERT_EQUAL(cache_limit_retry(&choice, &view, BEGIN + 59000), BEGIN + 59000);
    CU_ASSERT_EQUAL(cache_limit_retry(&choice, &view, BEGIN + 61000), BEGIN + 60000);
    view.delay = 0;
    CU_ASSERT_EQUAL(cache_limit_retry(&choice, &view, BEGIN + 61000), BEGIN + 61000);
    view.delay = 60000;
    view.now += 60000;                  /* it is over, and says nothing about when to try again */
    CU_ASSERT_EQUAL(cache_limit_retry(&choice, &view, BEGIN + 65000), BEGIN + 65000);
    CU_ASSERT(fail(0, CACHE_BLAME_NOBODY, false));
    CU_ASSERT_EQUAL(cache_limit_retry(&choice, &view, BEGIN + 65000), BEGIN + 65000);
    end();
}

static void test_bans(void)
{
    begin("a,b,a:80", 0);
    CU_ASSERT(!cache_bans_has(&bans, &hosts.hosts[0], "x", BEGIN));
    cache_bans_add(&bans, &hosts.hosts[0], "x", BEGIN);
    CU_ASSERT(cache_bans_has(&bans, &hosts.hosts[0], "x", BEGIN));
    CU_ASSERT(!cache_bans_has(&bans, &hosts.hosts[0], "y", BEGIN));
    CU_ASSERT(!cache_bans_has(&bans, &hosts.hosts[0], NULL, BEGIN));
    CU_ASSERT(!cache_bans_has(&bans, &hosts.hosts[1], "x", BEGIN));
    CU_ASSERT(!cache_bans_has(&bans, &hosts.hosts[2], "x", BEGIN));
    cache_bans_add(&bans, &hosts.hosts[1], NULL, BEGIN);
    CU_ASSERT(cache_bans_has(&bans, &hosts.hosts[1], NULL, BEGIN));
    CU_ASSERT(cache_bans_has(&bans, &hosts.hosts[0], "x", BEGIN + CACHE_BAN_MS - 1));
    CU_ASSERT(!cache_bans_has(&bans, &hosts.hosts[0], "x", BEGIN + CACHE_BAN_MS));
    CU_ASSERT_EQUAL(bans.count, 2);
    cache_bans_add(&bans, &hosts.hosts[0], "x", BEGIN + CACHE_BAN_MS / 2);
    CU_ASSERT_EQUAL(bans.count, 2);     /* the same one, renewed */
    CU_ASSERT(cache_bans_has(&bans, &hosts.hosts[0], "x", BEGIN + CACHE_BAN_MS));
    cache_bans_add(&bans, &hosts.hosts[0], "z", BEGIN + CACHE_BAN_MS);
    CU_ASSERT_EQUAL(bans.count, 2);     /* b's is over, and gone */
    end();
}

static void test_too_many_bans(void)
{
    char origin[16];
    unsigned int i;

    begin("a", 0);
    for (i = 0; i <= CACHE_MAX_BANS; i++)
    {
        snprintf(origin, sizeof(origin), "origin%u", i);
        cache_bans_add(&bans, &hosts.hosts[0], origin, BEGIN + i);
    }
    CU_ASSERT_EQUAL(bans.count, CACHE_MAX_BANS);
    CU_ASSERT(!cache_bans_has(&bans, &hosts.hosts[0], "origin0", BEGIN));
    CU_ASSERT(cache_bans_has(&bans, &hosts.hosts[0], "origin1", BEGIN));
    CU_ASSERT(cache_bans_has(&bans, &hosts.hosts[0], origin, BEGIN));
    end();
}

static void test_no_memory(void)
{
    begin("a", 0);
    alloc_failure_set(1);
    cache_bans_add(&bans, &hosts.hosts[0], "x", BEGIN);
    CU_ASSERT(alloc_failure_clear());
    CU_ASSERT(!cache_bans_has(&bans, &hosts.hosts[0], "x", BEGIN));
    cache_bans_add(&bans, &hosts.hosts[0], "x", BEGIN);
    CU_ASSERT(cache_bans_has(&bans, &hosts.hosts[0], "x", BEGIN));
    end();
}

CU_TestInfo cache_choice_tests[] =
{
    {"without a cache host", test_no_hosts},
    {"a host that works is kept", test_success_stays},
    {"to the origin at once without a delay", test_fall_back_at_once},
    {"back and forth when both fail", test_both_tried},
    {"hosts take turns while a delay runs", test_round_robin},
    {"absent hosts while a delay runs", test_absent_hosts_in_a_delay},
    {"refusals while a delay runs", test_refusal_in_a_delay},
    {"a job that is resumed", test_resume},
    {"failures that come late", test_late_news},
    {"no pause reaches beyond the delay", test_retry_at},
    {"bans of hosts and of origins", test_bans},
    {"too many bans", test_too_many_bans},
    {"bans without memory", test_no_memory},
    CU_TEST_INFO_NULL
};
