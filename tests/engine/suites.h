/*
 * The suites of the engine's tests, and what they share.
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

#ifndef DOSVC_TEST_SUITES_H
#define DOSVC_TEST_SUITES_H

#include <CUnit/CUnit.h>
#include <stdbool.h>

/* Every file has the tests of one source file; the list ends with CU_TEST_INFO_NULL. */
extern CU_TestInfo address_tests[];
extern CU_TestInfo auto_proxy_tests[];
extern CU_TestInfo base64_tests[];
extern CU_TestInfo cache_choice_tests[];
extern CU_TestInfo cache_url_tests[];
extern CU_TestInfo client_certificate_tests[];
extern CU_TestInfo credentials_tests[];
extern CU_TestInfo custom_headers_tests[];
extern CU_TestInfo cost_tests[];
extern CU_TestInfo correlation_vector_tests[];
extern CU_TestInfo decryption_tests[];
extern CU_TestInfo delivery_tests[];
extern CU_TestInfo decryption_info_tests[];
extern CU_TestInfo dhcp_tests[];
extern CU_TestInfo download_tests[];
extern CU_TestInfo errors_tests[];
extern CU_TestInfo event_tests[];
extern CU_TestInfo extended_error_tests[];
extern CU_TestInfo extent_tests[];
extern CU_TestInfo fault_matrix_tests[];
extern CU_TestInfo fetch_tests[];
extern CU_TestInfo file_api_tests[];
extern CU_TestInfo follow_tests[];
extern CU_TestInfo http_header_tests[];
extern CU_TestInfo http_options_tests[];
extern CU_TestInfo integrity_info_tests[];
extern CU_TestInfo integrity_tests[];
extern CU_TestInfo job_tests[];
extern CU_TestInfo lifetime_tests[];
extern CU_TestInfo network_tests[];
extern CU_TestInfo policy_tests[];
extern CU_TestInfo piece_hashes_tests[];
extern CU_TestInfo piece_layout_tests[];
extern CU_TestInfo priority_tests[];
extern CU_TestInfo proxy_tests[];
extern CU_TestInfo range_tests[];
extern CU_TestInfo rate_limit_tests[];
extern CU_TestInfo retry_tests[];
extern CU_TestInfo saver_tests[];
extern CU_TestInfo response_tests[];
extern CU_TestInfo settings_tests[];
extern CU_TestInfo source_tests[];
extern CU_TestInfo statistics_tests[];
extern CU_TestInfo store_check_tests[];
extern CU_TestInfo store_file_tests[];
extern CU_TestInfo store_tests[];
extern CU_TestInfo stream_tests[];
extern CU_TestInfo temp_file_tests[];
extern CU_TestInfo testserver_tests[];
extern CU_TestInfo tls_tests[];
extern CU_TestInfo transfer_tests[];
extern CU_TestInfo transfer_limit_tests[];
extern CU_TestInfo transition_tests[];
extern CU_TestInfo trust_tests[];
extern CU_TestInfo url_tests[];
extern CU_TestInfo host_network_tests[];
extern CU_TestInfo vpn_tests[];
extern CU_TestInfo validator_tests[];
extern CU_TestInfo work_tests[];

/* Before the first and after the last test of a suite: 0, or the suite fails. */
int address_setup(void);
int address_teardown(void);
int auto_proxy_setup(void);
int auto_proxy_teardown(void);
int event_setup(void);
int event_teardown(void);
int credentials_setup(void);
int credentials_teardown(void);
int extended_error_setup(void);
int extended_error_teardown(void);
int download_setup(void);
int download_teardown(void);
int fault_matrix_setup(void);
int fault_matrix_teardown(void);
int file_api_setup(void);
int file_api_teardown(void);
int follow_setup(void);
int follow_teardown(void);
int http_options_setup(void);
int http_options_teardown(void);
int delivery_setup(void);
int delivery_teardown(void);
int integrity_setup(void);
int integrity_teardown(void);
int job_setup(void);
int job_teardown(void);
int saver_setup(void);
int saver_teardown(void);
int response_setup(void);
int response_teardown(void);
int lifetime_setup(void);
int lifetime_teardown(void);
int network_setup(void);
int network_teardown(void);
int source_setup(void);
int source_teardown(void);
int statistics_setup(void);
int statistics_teardown(void);
int store_check_setup(void);
int store_check_teardown(void);
int store_file_setup(void);
int store_file_teardown(void);
int store_setup(void);
int store_teardown(void);
int stream_setup(void);
int stream_teardown(void);
int temp_file_setup(void);
int testserver_setup(void);
int temp_file_teardown(void);
int testserver_teardown(void);
int client_certificate_setup(void);
int client_certificate_teardown(void);
int trust_setup(void);
int trust_teardown(void);
int tls_setup(void);
int tls_teardown(void);
int policy_setup(void);
int policy_teardown(void);
int fetch_setup(void);
int fetch_teardown(void);
int priority_setup(void);
int priority_teardown(void);
int transfer_limit_setup(void);
int transfer_limit_teardown(void);
int transfer_setup_suite(void);
int validator_setup(void);
int validator_teardown(void);
int transfer_teardown_suite(void);

/* An assertion that tells which row of a table, or which values, it is about. Gives the value. */
#define CHECK(value, ...) suite_check((value), __FILE__, __LINE__, #value, __VA_ARGS__)

bool suite_check(bool value, const char *file, unsigned int line, const char *condition, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

#define COUNT_OF(array) (sizeof(array) / sizeof(*(array)))

#endif /* DOSVC_TEST_SUITES_H */
