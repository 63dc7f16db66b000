/*
 * Tests of names and passwords for servers and proxies.
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
#include <curl/curl.h>
#include <stdio.h>
#include <string.h>

#include "credentials.h"
#include "fixture.h"
#include "result.h"
#include "suites.h"
#include "testserver.h"
#include "testserver.h"

#define PASSWORD "s3cret-w0rd"
#define WRONG "wr0ng-w0rd"
#define LARGE (16u << 20)
/* As it stands in a URL, which is stored: not to be found by a search for the above. A format has every sign twice. */
#define ESCAPED "s3cret%%2Dw0rd"
#define ESCAPED_TWICE "s3cret%%252Dw0rd"
#define ESCAPED_ONE_SIGN "s3cret%2Dw0rd"

int credentials_setup(void)
{
    return fixture_start_server();
}

int credentials_teardown(void)
{
    return fixture_stop_server();
}

/* One request with credentials of a scheme: S_OK and the file, or the code of the error. */
static int32_t fetch_as(const char *url, enum credential_target target, enum credential_scheme scheme,
                        const char *user, const char *password)
{
    struct job_id job = fixture_create_job();
    struct job_error error = {0};
    bool transferred;

    fixture_add_file(&job, url, "c");
    if (password)
        CU_ASSERT_EQUAL(engine_job_set_credentials(fixture_engine, &job, target, scheme, user, password), S_OK);
    if (target == CREDENTIAL_PROXY)
        CU_ASSERT_EQUAL(engine_job_set_proxy(fixture_engine, &job, PROXY_OVERRIDE,
                                             fixture_url("%s", "") + strlen("http://"), ""), S_OK);
    fixture_act(&job, JOB_ACTION_RESUME);
    transferred = fixture_wait_end(&job) == JOB_TRANSFERRED;
    if (!transferred)
        CU_ASSERT_EQUAL(engine_job_get_error(fixture_engine, &job, &error), S_OK);
    CU_ASSERT_FALSE(password && fixture_state_contains(password));
    CU_ASSERT_FALSE(password && fixture_logged(password));
    fixture_act(&job, transferred ? JOB_ACTION_COMPLETE : JOB_ACTION_CANCEL);
    if (transferred)
        CU_ASSERT(fixture_file_is("c", 0, 1000));
    return error.code;
}

static int32_t fetch(const char *url, enum credential_target target, enum credential_scheme scheme,
                     const char *password)
{
    return fetch_as(url, target, scheme, "user", password);
}

/* Through a tunnel of the test server as proxy, with the right user. */
static int32_t fetch_tunnelled(const char *proxy_scheme, enum credential_scheme scheme, const char *password)
{
    char url[128];

    snprintf(url, sizeof(url), "https://%s.tunnel.test/data/c?size=1000&key=in_%s", proxy_scheme, proxy_scheme);
    return fetch_as(url, CREDENTIAL_PROXY, scheme, TESTSERVER_TUNNEL_USER, password);
}

static void test_choice(void)
{
    struct credentials credentials = {0}, copy;
    const struct credential *credential;
    unsigned long scheme = 0;

    CU_ASSERT_PTR_NULL(credentials_choose(&credentials, CREDENTIAL_SERVER, CURLAUTH_ANY, &scheme));
    CU_ASSERT(credentials_set(&credentials, CREDENTIAL_SERVER, CREDENTIAL_BASIC, "b", "1"));
    CU_ASSERT_PTR_NULL(credentials_choose(&credentials, CREDENTIAL_SERVER, CURLAUTH_DIGEST | CURLAUTH_NTLM, &scheme));
    CU_ASSERT_PTR_NULL(credentials_choose(&credentials, CREDENTIAL_PROXY, CURLAUTH_BASIC, &scheme));
    CU_ASSERT_EQUAL(scheme, 0);
    CU_ASSERT(credentials_set(&credentials, CREDENTIAL_SERVER, CREDENTIAL_DIGEST, "d", "2"));
    CU_ASSERT_PTR_NOT_NULL_FATAL(credential = credentials_choose(&credentials, CREDENTIAL_SERVER,
                                                                 CURLAUTH_BASIC | CURLAUTH_DIGEST, &scheme));
    CU_ASSERT_STRING_EQUAL(credential->user, "d");
    CU_ASSERT_EQUAL(scheme, CURLAUTH_DIGEST);
    CU_ASSERT(credentials_copy(&copy, &credentials));
    CU_ASSERT(credentials_remove(&credentials, CREDENTIAL_SERVER, CREDENTIAL_DIGEST));
    CU_ASSERT_FALSE(credentials_remove(&credentials, CREDENTIAL_SERVER, CREDENTIAL_DIGEST));
    CU_ASSERT_PTR_NOT_NULL_FATAL(credential = credentials_choose(&credentials, CREDENTIAL_SERVER,
                                                                 CURLAUTH_BASIC | CURLAUTH_DIGEST, &scheme));
    CU_ASSERT_STRING_EQUAL(credential->password, "1");
    CU_ASSERT_EQUAL(scheme, CURLAUTH_BASIC);
    CU_ASSERT_STRING_EQUAL(copy.of[CREDENTIAL_SERVER][CREDENTIAL_DIGEST].password, "2");
    credentials_cleanup(&copy);
    credentials_cleanup(&credentials);
    CU_ASSERT_PTR_NULL(credentials.of[CREDENTIAL_SERVER][CREDENTIAL_BASIC].user);
}

static void test_server(void)
{
    const int32_t denied = HRESULT_FROM_HTTP(401);

    fixture_begin();
    CU_ASSERT_EQUAL(fetch(fixture_url("/data/c?size=1000&auth=basic:user:" ESCAPED "&key=basic"), CREDENTIAL_SERVER,
                          CREDENTIAL_BASIC, PASSWORD), S_OK);
    CU_ASSERT_EQUAL(fixture_requests("basic"), 2);      /* the first one without */
    CU_ASSERT_EQUAL(fetch(fixture_url("/data/c?size=1000&auth=digest:user:" ESCAPED "&key=digest"), CREDENTIAL_SERVER,
                          CREDENTIAL_DIGEST, PASSWORD), S_OK);
    CU_ASSERT_FALSE(fixture_last_request_has("digest", PASSWORD));
    CU_ASSERT_EQUAL(fetch(fixture_url("/data/c?size=1000&auth=basic:user:" ESCAPED "&key=wrong"), CREDENTIAL_SERVER,
                          CREDENTIAL_BASIC, WRONG), denied);
    CU_ASSERT_EQUAL(fixture_requests("wrong"), 2);
    CU_ASSERT_EQUAL(fetch(fixture_url("/data/c?size=1000&auth=digest:user:" ESCAPED), CREDENTIAL_SERVER,
                          CREDENTIAL_DIGEST, WRONG), denied);
    CU_ASSERT_EQUAL(fetch(fixture_url("/data/c?size=1000&auth=basic:user:" ESCAPED), CREDENTIAL_SERVER,
                          CREDENTIAL_BASIC, NULL), denied);
    /* what the client did not allow is not done: a digest's password is not shown */
    CU_ASSERT_EQUAL(fetch(fixture_url("/data/c?size=1000&auth=basic:user:" ESCAPED "&key=other"), CREDENTIAL_SERVER,
                          CREDENTIAL_DIGEST, PASSWORD), denied);
    CU_ASSERT_EQUAL(fixture_requests("other"), 1);
    fixture_end();
}

/* In Windows' order; Negotiate becomes NTLM, and is nothing by itself. */
static void test_order_of_windows(void)
{
    struct credentials credentials = {0};
    const struct credential *credential;
    unsigned long scheme = 0;

    CU_ASSERT(credentials_set(&credentials, CREDENTIAL_PROXY, CREDENTIAL_DIGEST, "d", "1"));
    CU_ASSERT(credentials_set(&credentials, CREDENTIAL_PROXY, CREDENTIAL_NTLM, "n", "2"));
    CU_ASSERT_PTR_NOT_NULL_FATAL(credential = credentials_choose(&credentials, CREDENTIAL_PROXY,
                                                                 CURLAUTH_DIGEST | CURLAUTH_NTLM, &scheme));
    CU_ASSERT_STRING_EQUAL(credential->user, "n");
    CU_ASSERT_EQUAL(scheme, CURLAUTH_NTLM);
    CU_ASSERT(credentials_set(&credentials, CREDENTIAL_PROXY, CREDENTIAL_NEGOTIATE, "g", "3"));
    CU_ASSERT_PTR_NOT_NULL_FATAL(credential = credentials_choose(&credentials, CREDENTIAL_PROXY,
                                                                 CURLAUTH_NEGOTIATE | CURLAUTH_NTLM, &scheme));
    CU_ASSERT_STRING_EQUAL(credential->user, "g");
    CU_ASSERT_EQUAL(scheme, CURLAUTH_NTLM);
    CU_ASSERT_PTR_NULL(credentials_choose(&credentials, CREDENTIAL_PROXY, CURLAUTH_NEGOTIATE | CURLAUTH_BASIC,
                                          &scheme));
    credentials_cleanup(&credentials);
}

static void test_proxy(void)
{
    const char *basic = "http://elsewhere.invalid/data/c?size=1000&proxy_auth=basic:user:" ESCAPED_ONE_SIGN "&key=p1";
    const char *digest = "http://elsewhere.invalid/data/c?size=1000&proxy_auth=digest:user:" ESCAPED_ONE_SIGN;

    fixture_begin();
    CU_ASSERT_EQUAL(fetch(basic, CREDENTIAL_PROXY, CREDENTIAL_BASIC, PASSWORD), S_OK);
    CU_ASSERT_EQUAL(fixture_requests("p1"), 2);
    CU_ASSERT_FALSE(fixture_last_request_has("p1", "\r\nAuthorization:"));
    CU_ASSERT_EQUAL(fetch(digest, CREDENTIAL_PROXY, CREDENTIAL_DIGEST, PASSWORD), S_OK);
    CU_ASSERT_EQUAL(fetch(digest, CREDENTIAL_PROXY, CREDENTIAL_DIGEST, WRONG), HRESULT_FROM_HTTP(407));
    CU_ASSERT_EQUAL(fetch(digest, CREDENTIAL_PROXY, CREDENTIAL_DIGEST, NULL), HRESULT_FROM_HTTP(407));
    /* a server cannot ask for what is the proxy's, nor a proxy for what is the server's */
    CU_ASSERT_EQUAL(fetch("http://elsewhere.invalid/data/c?size=1000&auth=basic:user:" ESCAPED_ONE_SIGN,
                          CREDENTIAL_PROXY, CREDENTIAL_BASIC, PASSWORD), HRESULT_FROM_HTTP(401));
    CU_ASSERT_EQUAL(fetch(fixture_url("/data/c?size=1000&key=no_proxy&proxy_auth=basic:user:" ESCAPED),
                          CREDENTIAL_SERVER, CREDENTIAL_BASIC, PASSWORD), HRESULT_FROM_HTTP(407));
    CU_ASSERT_EQUAL(fixture_requests("no_proxy"), 1);
    fixture_end();
}

/* The proxy asks before there is a tunnel; what goes through the tunnel has nothing of that. */
static void test_tunnel(void)
{
    static const struct
    {
        const char *name;
        enum credential_scheme scheme;
        unsigned int answers;           /* requests that libcurl makes with the password: it asks for a nonce, too */
    }
    schemes[] = {{"basic", CREDENTIAL_BASIC, 1}, {"digest", CREDENTIAL_DIGEST, 2}};
    const int32_t denied = HRESULT_FROM_HTTP(407);
    char host[64], key[64];
    unsigned int answers, i;

    fixture_begin();
    CU_ASSERT_EQUAL(fetch_tunnelled("open", CREDENTIAL_BASIC, NULL), S_OK);
    for (i = 0; i < sizeof(schemes) / sizeof(*schemes); i++)
    {
        answers = schemes[i].answers;
        snprintf(host, sizeof(host), "%s.tunnel.test", schemes[i].name);
        snprintf(key, sizeof(key), "in_%s", schemes[i].name);
        CU_ASSERT_EQUAL(fetch_tunnelled(schemes[i].name, schemes[i].scheme, NULL), denied);
        CU_ASSERT_EQUAL(fixture_requests(host), 1);
        CU_ASSERT_FALSE(fixture_any_request_has(host, "Proxy-Authorization"));
        CU_ASSERT_EQUAL(fetch_tunnelled(schemes[i].name, schemes[i].scheme, WRONG), denied);
        CU_ASSERT_EQUAL(fixture_requests(host), 2 + answers);
        CU_ASSERT_EQUAL(fetch_tunnelled(schemes[i].name, !schemes[i].scheme, TESTSERVER_TUNNEL_PASSWORD), denied);
        CU_ASSERT_EQUAL(fixture_requests(host), 3 + answers);
        CU_ASSERT_EQUAL(fixture_requests(key), 0);
        CU_ASSERT_EQUAL(fetch_tunnelled(schemes[i].name, schemes[i].scheme, TESTSERVER_TUNNEL_PASSWORD), S_OK);
        CU_ASSERT_EQUAL(fixture_requests(host), 4 + 2 * answers);
        CU_ASSERT_EQUAL(fixture_requests(key), 1);
        CU_ASSERT_FALSE(fixture_any_request_has(key, "Authorization"));
        CU_ASSERT_FALSE(fixture_any_request_has(host, TESTSERVER_TUNNEL_PASSWORD));
    }
    fixture_end();
}

/* Three messages on one connection. The server looks only at the name. */
static void test_ntlm(void)
{
    const char *proxied = "http://elsewhere.invalid/data/c?size=1000&key=pn&proxy_auth=ntlm:user:" ESCAPED_ONE_SIGN;
    const int32_t denied = HRESULT_FROM_HTTP(407);
    struct job_id job;

    fixture_begin();
    CU_ASSERT_EQUAL(fetch(proxied, CREDENTIAL_PROXY, CREDENTIAL_NTLM, PASSWORD), S_OK);
    CU_ASSERT_EQUAL(fixture_requests("pn"), 3);
    CU_ASSERT_FALSE(fixture_any_request_has("pn", PASSWORD));
    CU_ASSERT_EQUAL(fetch(proxied, CREDENTIAL_PROXY, CREDENTIAL_BASIC, PASSWORD), denied);
    CU_ASSERT_EQUAL(fetch_as(proxied, CREDENTIAL_PROXY, CREDENTIAL_NTLM, "other", PASSWORD), denied);
    CU_ASSERT_EQUAL(fetch_tunnelled("ntlm", CREDENTIAL_NTLM, NULL), denied);
    CU_ASSERT_EQUAL(fetch_tunnelled("ntlm", CREDENTIAL_NEGOTIATE, TESTSERVER_TUNNEL_PASSWORD), S_OK);
    CU_ASSERT_EQUAL(fetch_tunnelled("ntlm", CREDENTIAL_NTLM, TESTSERVER_TUNNEL_PASSWORD), S_OK);
    CU_ASSERT_FALSE(fixture_any_request_has("in_ntlm", "Authorization"));
    CU_ASSERT_EQUAL(fetch(fixture_url("/data/c?size=1000&key=sn&auth=ntlm:user:" ESCAPED), CREDENTIAL_SERVER,
                          CREDENTIAL_NTLM, PASSWORD), S_OK);
    CU_ASSERT_EQUAL(fixture_requests("sn"), 3);
    job = fixture_create_job();
    fixture_add_file(&job, fixture_url("/data/l?size=%u&key=ln&auth=ntlm:user:" ESCAPED "&rate=4000000", LARGE), "l");
    CU_ASSERT_EQUAL(engine_job_set_credentials(fixture_engine, &job, CREDENTIAL_SERVER, CREDENTIAL_NTLM, "user",
                                               PASSWORD), S_OK);
    fixture_act(&job, JOB_ACTION_RESUME);
    fixture_wait_state(&job, JOB_TRANSFERRED);
    fixture_act(&job, JOB_ACTION_COMPLETE);
    CU_ASSERT(fixture_file_is("l", 0, LARGE));
    CU_ASSERT(fixture_concurrent_maximum("ln") > 1);    /* each connection is made known by itself */
    CU_ASSERT_EQUAL(fetch_as(fixture_url("/data/c?size=1000&auth=ntlm:user:" ESCAPED), CREDENTIAL_SERVER,
                             CREDENTIAL_NTLM, "other", PASSWORD), HRESULT_FROM_HTTP(401));
    fixture_end();
}

/* Without a challenge they stay here, and another origin's challenge is not answered. */
static void test_origin(void)
{
    char target[256];

    fixture_begin();
    CU_ASSERT_EQUAL(fetch(fixture_url("/data/c?size=1000&key=open"), CREDENTIAL_SERVER, CREDENTIAL_BASIC, PASSWORD),
                    S_OK);
    CU_ASSERT_EQUAL(fixture_requests("open"), 1);
    CU_ASSERT_FALSE(fixture_last_request_has("open", "Authorization"));

    snprintf(target, sizeof(target), "http://127.0.0.1%s",
             strrchr(fixture_url("/data/c?size=1000%%26key=second%%26auth=basic%%253Auser%%253A" ESCAPED_TWICE), ':'));
    CU_ASSERT_EQUAL(fetch(fixture_url("/data/c?auth=basic:user:" ESCAPED "&key=first&redirect=%s", target),
                          CREDENTIAL_SERVER, CREDENTIAL_BASIC, PASSWORD), HRESULT_FROM_HTTP(401));
    CU_ASSERT_EQUAL(fixture_requests("first"), 2);
    CU_ASSERT_EQUAL(fixture_requests("second"), 1);
    CU_ASSERT_FALSE(fixture_last_request_has("second", "Authorization"));

    CU_ASSERT_EQUAL(fetch(fixture_url("/data/c?auth=basic:user:" ESCAPED
                                      "&redirect=/data/c?size=1000%%26key=same%%26auth=basic%%253Auser%%253A"
                                      ESCAPED_TWICE),
                          CREDENTIAL_SERVER, CREDENTIAL_BASIC, PASSWORD), S_OK);
    CU_ASSERT_EQUAL(fixture_requests("same"), 2);
    fixture_end();
}

static void test_arguments(void)
{
    static char large[CREDENTIAL_PASSWORD_MAX + 2];
    struct job_id job;

    fixture_begin();
    job = fixture_create_job();
    CU_ASSERT_EQUAL(engine_job_set_credentials(fixture_engine, &job, 2, 0, "u", "p"), E_INVALIDARG);
    CU_ASSERT_EQUAL(engine_job_set_credentials(fixture_engine, &job, 0, 4, "u", "p"), E_INVALIDARG);
    CU_ASSERT_EQUAL(engine_job_set_credentials(fixture_engine, &job, 0, 0, NULL, "p"), E_INVALIDARG);
    CU_ASSERT_EQUAL(engine_job_set_credentials(fixture_engine, &job, 0, 0, "u", NULL), E_INVALIDARG);
    memset(large, 'a', sizeof(large) - 1);
    CU_ASSERT_EQUAL(engine_job_set_credentials(fixture_engine, &job, 0, 0, large, "p"), E_INVALIDARG);
    CU_ASSERT_EQUAL(engine_job_set_credentials(fixture_engine, &job, 0, 0, "u", large), E_INVALIDARG);
    CU_ASSERT_EQUAL(engine_job_remove_credentials(fixture_engine, &job, 0, 4), E_INVALIDARG);
    CU_ASSERT_EQUAL(engine_job_remove_credentials(fixture_engine, &job, 0, 0), S_FALSE);
    CU_ASSERT_EQUAL(engine_job_set_credentials(fixture_engine, &job, 0, 0, "u", ""), S_OK);
    CU_ASSERT_EQUAL(engine_job_remove_credentials(fixture_engine, &job, 0, 1), S_FALSE);
    CU_ASSERT_EQUAL(engine_job_remove_credentials(fixture_engine, &job, 0, 0), S_OK);
    CU_ASSERT_EQUAL(engine_job_remove_credentials(fixture_engine, &job, 0, 0), S_FALSE);
    CU_ASSERT_EQUAL(engine_job_set_proxy(fixture_engine, &job, PROXY_OVERRIDE, "http://u:p@proxy:1", ""), E_INVALIDARG);
    CU_ASSERT_EQUAL(engine_job_set_proxy(fixture_engine, &job, PROXY_OVERRIDE, "a:1;http=u@b:2", ""), E_INVALIDARG);
    fixture_act(&job, JOB_ACTION_CANCEL);
    CU_ASSERT_EQUAL(engine_job_set_credentials(fixture_engine, &job, 0, 0, "u", "p"), DO_E_INVALID_STATE);
    CU_ASSERT_EQUAL(engine_job_remove_credentials(fixture_engine, &job, 0, 0), DO_E_INVALID_STATE);
    fixture_end();
}

CU_TestInfo credentials_tests[] =
{
    {"which are chosen", test_choice},
    {"a server asks", test_server},
    {"the order of Windows", test_order_of_windows},
    {"a proxy asks", test_proxy},
    {"a proxy asks before it gives a tunnel", test_tunnel},
    {"NTLM", test_ntlm},
    {"the origin", test_origin},
    {"arguments", test_arguments},
    CU_TEST_INFO_NULL
};
