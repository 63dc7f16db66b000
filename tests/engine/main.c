/*
 * Runs the suites of the engine's tests: all of them, or those named on the command line.
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

#include <CUnit/Basic.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "suites.h"

struct suite
{
    const char *name;
    CU_TestInfo *tests;
    int (*setup)(void);
    int (*teardown)(void);
};

static const struct suite suites[] =
{
    {"address", address_tests, address_setup, address_teardown},
    {"auto_proxy", auto_proxy_tests, auto_proxy_setup, auto_proxy_teardown},
    {"base64", base64_tests, NULL, NULL},
    {"cache_choice", cache_choice_tests, NULL, NULL},
    {"cache_url", cache_url_tests, NULL, NULL},
    {"client_certificate", client_certificate_tests, client_certificate_setup, client_certificate_teardown},
    {"credentials", credentials_tests, credentials_setup, credentials_teardown},
    {"custom_headers", custom_headers_tests, NULL, NULL},
    {"cost", cost_tests, NULL, NULL},
    {"correlation_vector", correlation_vector_tests, NULL, NULL},
    {"decryption", decryption_tests, NULL, NULL},
    {"delivery", delivery_tests, delivery_setup, delivery_teardown},
    {"decryption_info", decryption_info_tests, NULL, NULL},
    {"dhcp", dhcp_tests, NULL, NULL},
    {"download", download_tests, download_setup, download_teardown},
    {"errors", errors_tests, NULL, NULL},
    {"event", event_tests, event_setup, event_teardown},
    {"extended_error", extended_error_tests, extended_error_setup, extended_error_teardown},
    {"extent", extent_tests, NULL, NULL},
    {"fault_matrix", fault_matrix_tests, fault_matrix_setup, fault_matrix_teardown},
    {"file_api", file_api_tests, file_api_setup, file_api_teardown},
    {"follow", follow_tests, follow_setup, follow_teardown},
    {"http_header", http_header_tests, NULL, NULL},
    {"http_options", http_options_tests, http_options_setup, http_options_teardown},
    {"integrity_info", integrity_info_tests, NULL, NULL},
    {"integrity", integrity_tests, integrity_setup, integrity_teardown},
    {"job", job_tests, job_setup, job_teardown},
    {"lifetime", lifetime_tests, lifetime_setup, lifetime_teardown},
    {"network", network_tests, network_setup, network_teardown},
    {"policy", policy_tests, policy_setup, policy_teardown},
    {"piece_hashes", piece_hashes_tests, NULL, NULL},
    {"piece_layout", piece_layout_tests, NULL, NULL},
    {"fetch", fetch_tests, fetch_setup, fetch_teardown},
    {"priority", priority_tests, priority_setup, priority_teardown},
    {"proxy", proxy_tests, NULL, NULL},
    {"range", range_tests, NULL, NULL},
    {"rate_limit", rate_limit_tests, NULL, NULL},
    {"retry", retry_tests, NULL, NULL},
    {"saver", saver_tests, saver_setup, saver_teardown},
    {"response", response_tests, response_setup, response_teardown},
    {"settings", settings_tests, NULL, NULL},
    {"source", source_tests, source_setup, source_teardown},
    {"statistics", statistics_tests, statistics_setup, statistics_teardown},
    {"store_check", store_check_tests, store_check_setup, store_check_teardown},
    {"store_file", store_file_tests, store_file_setup, store_file_teardown},
    {"store", store_tests, store_setup, store_teardown},
    {"stream", stream_tests, stream_setup, stream_teardown},
    {"temp_file", temp_file_tests, temp_file_setup, temp_file_teardown},
    {"testserver", testserver_tests, testserver_setup, testserver_teardown},
    {"tls", tls_tests, tls_setup, tls_teardown},
    {"transfer", transfer_tests, transfer_setup_suite, transfer_teardown_suite},
    {"transfer_limit", transfer_limit_tests, transfer_limit_setup, transfer_limit_teardown},
    {"transition", transition_tests, NULL, NULL},
    {"trust", trust_tests, trust_setup, trust_teardown},
    {"url", url_tests, NULL, NULL},
    {"host_network", host_network_tests, NULL, NULL},
    {"vpn", vpn_tests, NULL, NULL},
    {"validator", validator_tests, validator_setup, validator_teardown},
    {"work", work_tests, NULL, NULL},
};

bool suite_check(bool value, const char *file, unsigned int line, const char *condition, const char *format, ...)
{
    char text[1024];
    size_t length;
    va_list args;

    if (!value)
    {
        snprintf(text, sizeof(text), "%s: ", condition);
        length = strlen(text);
        va_start(args, format);
        vsnprintf(text + length, sizeof(text) - length, format, args);
        va_end(args);
    }
    else
    {
        snprintf(text, sizeof(text), "%s", condition);
    }
    CU_assertImplementation(value, line, text, file, "", CU_FALSE);
    return value;
}

static bool suite_add(const struct suite *suite)
{
    CU_pSuite added = CU_add_suite(suite->name, suite->setup, suite->teardown);
    const CU_TestInfo *test;

    for (test = suite->tests; added && test->pName; test++)
    {
        if (!CU_add_test(added, test->pName, test->pTestFunc))
            added = NULL;
    }
    if (!added)
        fprintf(stderr, "Suite %s cannot be added: %s.\n", suite->name, CU_get_error_msg());
    return added != NULL;
}

static bool suite_add_named(const char *name)
{
    unsigned int i;

    for (i = 0; i < COUNT_OF(suites); i++)
    {
        if (!strcmp(suites[i].name, name))
            return suite_add(&suites[i]);
    }
    fprintf(stderr, "There is no suite %s.\n", name);
    return false;
}

static bool add_suites(int count, char **names)
{
    unsigned int i;
    int name;

    for (name = 0; name < count; name++)
    {
        if (!suite_add_named(names[name]))
            return false;
    }
    for (i = 0; !count && i < COUNT_OF(suites); i++)
    {
        if (!suite_add(&suites[i]))
            return false;
    }
    return true;
}

/* Tests whose suite could not be set up did not pass either; a suite that could not clean up has failed. */
static bool print_result(void)
{
    unsigned int passed = CU_get_number_of_tests_run() - CU_get_number_of_tests_failed();
    unsigned int failed = CU_get_run_summary()->nTestsRun ? 0 : 1, i;
    CU_pSuite suite;

    for (i = 1; (suite = CU_get_suite_at_pos(i)); i++)
        failed += suite->uiNumberOfTests;
    failed -= passed;
    if (!failed)
        failed = CU_get_number_of_suites_failed();
    printf("%u passed, %u failed\n", passed, failed);
    return !failed;
}

int main(int argc, char **argv)
{
    bool success = false;

    if (CU_initialize_registry() != CUE_SUCCESS)
    {
        fprintf(stderr, "The test registry cannot be made: %s.\n", CU_get_error_msg());
        return EXIT_FAILURE;
    }
    if (add_suites(argc - 1, argv + 1))
    {
        CU_basic_set_mode(CU_BRM_VERBOSE);
        success = CU_basic_run_tests() == CUE_SUCCESS;
        success = print_result() && success;
    }
    CU_cleanup_registry();
    return success ? EXIT_SUCCESS : EXIT_FAILURE;
}
