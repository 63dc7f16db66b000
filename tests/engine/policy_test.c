/*
 * Policies: which value of which provider is in force.
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
#include <string.h>

#include "alloc_failure.h"
#include "fixture.h"
#include "policy.h"
#include "result.h"
#include "suites.h"

#define NUMBER(name, by, value) {.id = POLICY_##name, .provider = POLICY_PROVIDER_##by, .number = value}
#define TEXT(name, by, value) {.id = POLICY_##name, .provider = POLICY_PROVIDER_##by, .text = value}

int policy_setup(void)
{
    return fixture_start_server();
}

int policy_teardown(void)
{
    return fixture_stop_server();
}

static void test_defaults(void)
{
    struct policies policies;
    unsigned int i;

    policies_init(&policies);
    for (i = 0; i < POLICY_COUNT; i++)
    {
        CHECK(!policy_is_set(&policies, i), "policy %u", i);
        CHECK(policy_number(&policies, i) == (i == POLICY_DOWNLOAD_MODE), "policy %u", i);
        if (i != POLICY_VPN_KEYWORDS)
            CHECK(!policy_text(&policies, i), "policy %u", i);
    }
    CU_ASSERT_STRING_EQUAL(policy_text(&policies, POLICY_VPN_KEYWORDS), "VPN,Secure,Virtual Private Network");
    policies_cleanup(&policies);
}

/* The order in which the values come does not matter. */
static void test_precedence(void)
{
    static const struct engine_policy values[] =
    {
        NUMBER(MAX_BACKGROUND, SETTINGS, 3), NUMBER(MAX_BACKGROUND, GROUP_POLICY, 1), NUMBER(MAX_BACKGROUND, MDM, 2),
        NUMBER(MAX_FOREGROUND, SETTINGS, 3), NUMBER(MAX_FOREGROUND, MDM, 2),
        NUMBER(CACHE_HOST_SOURCE, SETTINGS, 2),
        TEXT(CACHE_HOST, MDM, "mdm"), TEXT(CACHE_HOST, GROUP_POLICY, "group"), TEXT(CACHE_HOST, SETTINGS, "user"),
        TEXT(VPN_KEYWORDS, GROUP_POLICY, "tunnel"),
    };
    struct policies policies;
    unsigned int ignored;

    CU_ASSERT_FATAL(policies_choose(&policies, values, COUNT_OF(values), &ignored));
    CU_ASSERT_EQUAL(ignored, 0);
    CU_ASSERT_EQUAL(policy_number(&policies, POLICY_MAX_BACKGROUND), 1);
    CU_ASSERT_EQUAL(policies.values[POLICY_MAX_BACKGROUND].provider, POLICY_PROVIDER_GROUP_POLICY);
    CU_ASSERT_EQUAL(policy_number(&policies, POLICY_MAX_FOREGROUND), 2);
    CU_ASSERT_EQUAL(policies.values[POLICY_MAX_FOREGROUND].provider, POLICY_PROVIDER_MDM);
    CU_ASSERT_EQUAL(policy_number(&policies, POLICY_CACHE_HOST_SOURCE), 2);
    CU_ASSERT_EQUAL(policies.values[POLICY_CACHE_HOST_SOURCE].provider, POLICY_PROVIDER_SETTINGS);
    CU_ASSERT_STRING_EQUAL(policy_text(&policies, POLICY_CACHE_HOST), "group");
    CU_ASSERT_STRING_EQUAL(policy_text(&policies, POLICY_VPN_KEYWORDS), "tunnel");
    CU_ASSERT_FALSE(policy_is_set(&policies, POLICY_DOWNLOAD_MODE));
    policies_cleanup(&policies);
}

/* A value that cannot be leaves its place to the next provider. */
static void test_bad_values(void)
{
    static const struct engine_policy values[] =
    {
        NUMBER(PERCENT_BACKGROUND, GROUP_POLICY, 101), NUMBER(PERCENT_BACKGROUND, MDM, 100),
        TEXT(PERCENT_FOREGROUND, GROUP_POLICY, "50"),
        NUMBER(CACHE_HOST, GROUP_POLICY, 7), TEXT(CACHE_HOST, MDM, "cache"),
        {.id = POLICY_COUNT, .number = 1},
        NUMBER(MAX_BACKGROUND, DEFAULT, 1),
    };
    struct policies policies;
    unsigned int ignored;

    CU_ASSERT_FATAL(policies_choose(&policies, values, COUNT_OF(values), &ignored));
    CU_ASSERT_EQUAL(ignored, 5);
    CU_ASSERT_EQUAL(policy_number(&policies, POLICY_PERCENT_BACKGROUND), 100);
    CU_ASSERT_FALSE(policy_is_set(&policies, POLICY_PERCENT_FOREGROUND));
    CU_ASSERT_FALSE(policy_is_set(&policies, POLICY_MAX_BACKGROUND));
    CU_ASSERT_STRING_EQUAL(policy_text(&policies, POLICY_CACHE_HOST), "cache");
    policies_cleanup(&policies);
}

static void test_limits(void)
{
    static const struct
    {
        struct engine_policy value;
        bool good;
    }
    tests[] =
    {
        {NUMBER(DOWNLOAD_MODE, MDM, 0), true}, {NUMBER(DOWNLOAD_MODE, MDM, 3), true},
        {NUMBER(DOWNLOAD_MODE, MDM, 4), false}, {NUMBER(DOWNLOAD_MODE, MDM, 98), false},
        {NUMBER(DOWNLOAD_MODE, MDM, 99), true}, {NUMBER(DOWNLOAD_MODE, MDM, 100), true},
        {NUMBER(DOWNLOAD_MODE, MDM, 101), false},
        {NUMBER(MAX_BACKGROUND, MDM, 4294967295), true}, {NUMBER(MAX_FOREGROUND, MDM, 4294967295), true},
        {NUMBER(PERCENT_BACKGROUND, MDM, 100), true}, {NUMBER(PERCENT_FOREGROUND, MDM, 101), false},
        {NUMBER(HOURS_BACKGROUND, MDM, 1), true}, {NUMBER(HOURS_FOREGROUND, MDM, 2), false},
        {NUMBER(HOURS_BACKGROUND_FROM, MDM, 23), true}, {NUMBER(HOURS_BACKGROUND_TO, MDM, 24), false},
        {NUMBER(HOURS_FOREGROUND_FROM, MDM, 24), false}, {NUMBER(HOURS_FOREGROUND_TO, MDM, 23), true},
        {NUMBER(HOURS_BACKGROUND_IN, MDM, 101), false}, {NUMBER(HOURS_BACKGROUND_OUT, MDM, 100), true},
        {NUMBER(HOURS_FOREGROUND_IN, MDM, 100), true}, {NUMBER(HOURS_FOREGROUND_OUT, MDM, 101), false},
        {NUMBER(CACHE_HOST_SOURCE, MDM, 2), true}, {NUMBER(CACHE_HOST_SOURCE, MDM, 3), false},
        {NUMBER(CACHE_DELAY_BACKGROUND, MDM, 2592000), true}, {NUMBER(CACHE_DELAY_BACKGROUND, MDM, 2592001), false},
        {NUMBER(CACHE_DELAY_FOREGROUND, MDM, 2592000), true}, {NUMBER(CACHE_DELAY_FOREGROUND, MDM, 2592001), false},
        {NUMBER(DISALLOW_CACHE_ON_VPN, MDM, 1), true}, {NUMBER(DISALLOW_CACHE_ON_VPN, MDM, 2), false},
        {NUMBER(HTTP_DELAY_BACKGROUND, MDM, 4294967295), true}, {NUMBER(HTTP_DELAY_FOREGROUND, MDM, 3600), true},
        {TEXT(CACHE_HOST, MDM, ""), true}, {TEXT(VPN_KEYWORDS, MDM, ""), true},
    };
    struct policies policies;
    unsigned int i, ignored;

    for (i = 0; i < COUNT_OF(tests); i++)
    {
        CU_ASSERT_FATAL(policies_choose(&policies, &tests[i].value, 1, &ignored));
        CHECK(ignored == !tests[i].good, "policy %u, value %u", tests[i].value.id, (unsigned int)tests[i].value.number);
        CHECK(policy_is_set(&policies, tests[i].value.id) == tests[i].good, "policy %u, value %u", tests[i].value.id,
              (unsigned int)tests[i].value.number);
        policies_cleanup(&policies);
    }
}

static void test_text_too_long(void)
{
    struct engine_policy value = TEXT(CACHE_HOST, MDM, NULL);
    struct policies policies;
    unsigned int ignored;
    char text[8194];

    memset(text, 'h', sizeof(text));
    text[sizeof(text) - 1] = 0;
    value.text = text;
    CU_ASSERT_FATAL(policies_choose(&policies, &value, 1, &ignored));
    CU_ASSERT_EQUAL(ignored, 1);
    policies_cleanup(&policies);
    value.text = text + 1;
    CU_ASSERT_FATAL(policies_choose(&policies, &value, 1, &ignored));
    CU_ASSERT_EQUAL(ignored, 0);
    policies_cleanup(&policies);
}

/* Unset, empty and set are three things. */
static void test_empty_text(void)
{
    static const struct engine_policy values[] = {TEXT(CACHE_HOST, GROUP_POLICY, ""), TEXT(CACHE_HOST, MDM, "cache")};
    struct policies policies;
    unsigned int ignored;

    CU_ASSERT_FATAL(policies_choose(&policies, values, COUNT_OF(values), &ignored));
    CU_ASSERT(policy_is_set(&policies, POLICY_CACHE_HOST));
    CU_ASSERT_STRING_EQUAL(policy_text(&policies, POLICY_CACHE_HOST), "");
    policies_cleanup(&policies);
}

static bool choose_two_texts(void)
{
    static const struct engine_policy values[] = {TEXT(CACHE_HOST, MDM, "a"), TEXT(VPN_KEYWORDS, MDM, "b")};
    struct policies policies;
    unsigned int ignored;
    bool done;

    if ((done = policies_choose(&policies, values, COUNT_OF(values), &ignored)))
        policies_cleanup(&policies);
    return done;
}

static void get(enum policy_id id, struct engine_policy_info *info, char *text, uint32_t size)
{
    memset(info, 0xcc, sizeof(*info));
    CU_ASSERT_EQUAL_FATAL(engine_get_policy(fixture_engine, id, info, text, &size), S_OK);
}

static void check_number(enum policy_id id, uint64_t number, enum policy_provider provider)
{
    struct engine_policy_info info;
    char text[64];

    get(id, &info, text, sizeof(text));
    CHECK(info.number == number, "policy %u", id);
    CHECK(info.provider == provider, "policy %u", id);
    CHECK(!info.has_text, "policy %u", id);
}

static void test_engine(void)
{
    static const struct engine_policy first[] = {NUMBER(CACHE_DELAY_BACKGROUND, MDM, 60), TEXT(CACHE_HOST, MDM, "")};
    static const struct engine_policy second[] = {TEXT(CACHE_HOST, GROUP_POLICY, "a, b"),
                                                  NUMBER(DOWNLOAD_MODE, MDM, 50)};
    struct engine_policy_info info;
    uint32_t size = 0;
    char text[64];

    fixture_config.policies = first;
    fixture_config.policy_count = COUNT_OF(first);
    fixture_begin();
    check_number(POLICY_CACHE_DELAY_BACKGROUND, 60, POLICY_PROVIDER_MDM);
    get(POLICY_CACHE_HOST, &info, text, sizeof(text));
    CU_ASSERT(info.has_text);
    CU_ASSERT_STRING_EQUAL(text, "");

    CU_ASSERT_EQUAL(engine_set_policies(fixture_engine, second, COUNT_OF(second)), S_FALSE);
    CU_ASSERT(fixture_logged("DODownloadMode"));
    check_number(POLICY_CACHE_DELAY_BACKGROUND, 0, POLICY_PROVIDER_DEFAULT);
    check_number(POLICY_DOWNLOAD_MODE, 1, POLICY_PROVIDER_DEFAULT);
    get(POLICY_CACHE_HOST, &info, text, sizeof(text));
    CU_ASSERT_EQUAL(info.provider, POLICY_PROVIDER_GROUP_POLICY);
    CU_ASSERT_STRING_EQUAL(text, "a, b");
    CU_ASSERT_EQUAL((uint32_t)engine_get_policy(fixture_engine, POLICY_CACHE_HOST, &info, NULL, &size), 0x8007007a);
    CU_ASSERT_EQUAL(size, 5);

    CU_ASSERT_EQUAL(engine_set_policies(fixture_engine, NULL, 0), S_OK);
    get(POLICY_CACHE_HOST, &info, text, sizeof(text));
    CU_ASSERT_FALSE(info.has_text);
    CU_ASSERT_EQUAL(info.provider, POLICY_PROVIDER_DEFAULT);
    CU_ASSERT_EQUAL(engine_get_policy(fixture_engine, POLICY_COUNT, &info, text, &size), E_INVALIDARG);
    engine_shutdown(fixture_engine);
    CU_ASSERT_EQUAL(engine_set_policies(fixture_engine, NULL, 0), DO_E_NO_SERVICE);
    fixture_end();
}

static void test_no_memory(void)
{
    unsigned int n = 0;
    bool done, none;

    do
    {
        alloc_failure_set(++n);
        done = choose_two_texts();
        none = alloc_failure_clear();
        CU_ASSERT_EQUAL(done, !none);
    } while (none);
    CU_ASSERT_EQUAL(n, 3);
}

CU_TestInfo policy_tests[] =
{
    {"defaults", test_defaults},
    {"precedence of providers", test_precedence},
    {"values that are ignored", test_bad_values},
    {"limits of every policy", test_limits},
    {"texts that are too long", test_text_too_long},
    {"an empty text is set", test_empty_text},
    {"without memory", test_no_memory},
    {"the engine's policies", test_engine},
    CU_TEST_INFO_NULL
};
