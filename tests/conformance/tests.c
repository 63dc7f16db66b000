/*
 * The list of the tests in the order in which they run, and the identifiers that they use.
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

#include <windows.h>
#include <ole2.h>
#include <initguid.h>

#include "deliveryoptimization.h"
#include "dosvc_test.h"

void func_auto_proxy(void);
void func_callback(void);
void func_clients_download(void);
void func_clients_job(void);
void func_credentials(void);
void func_do_manager(void);
void func_dofile(void);
void func_dofile2(void);
void func_dojob(void);
void func_dojob2(void);
void func_download(void);
void func_download_network(void);
void func_download_properties(void);
void func_download_states(void);
void func_download_timeout(void);
void func_download_tls(void);
void func_dying(void);
void func_dying_download(void);
void func_enum_files(void);
void func_enum_jobs(void);
void func_error(void);
void func_extended_error(void);
void func_faults(void);
void func_file(void);
void func_file3(void);
void func_harness(void);
void func_http_options(void);
void func_job(void);
void func_job2(void);
void func_job3(void);
void func_job4(void);
void func_job5(void);
void func_job_states(void);
void func_job_states_slow(void);
void func_life(void);
void func_manager(void);
void func_mgr_internal(void);
void func_nonvolatile(void);
void func_notify(void);
void func_policy(void);
void func_proxy(void);
void func_stress(void);
void func_redirects(void);
void func_register(void);
void func_sdk_client(void);
void func_security_context(void);
void func_stream(void);
void func_stream_client(void);
void func_transfer(void);
void func_trust(void);
void func_usage(void);

void func_sample_empty(void);
void func_sample_exception(void);
void func_sample_failure(void);
void func_sample_slow(void);
void func_sample_success(void);
void func_sample_todo(void);

int child_callback(int argc, char **argv);
int child_clients_job(int argc, char **argv);
int child_notify(int argc, char **argv);
int child_dying(int argc, char **argv);
int child_dying_download(int argc, char **argv);
int child_harness(int argc, char **argv);
int child_stream_client(int argc, char **argv);

const struct test test_list[] =
{
    { "harness", func_harness, child_harness },
    { "register", func_register, NULL },
    { "manager", func_manager, NULL },
    { "mgr_internal", func_mgr_internal, NULL },
    { "job", func_job, NULL },
    { "job2", func_job2, NULL },
    { "job3", func_job3, NULL },
    { "job4", func_job4, NULL },
    { "job5", func_job5, NULL },
    { "dojob", func_dojob, NULL },
    { "http_options", func_http_options, NULL },
    { "credentials", func_credentials, NULL },
    { "extended_error", func_extended_error, NULL },
    { "dojob2", func_dojob2, NULL },
    { "file", func_file, NULL },
    { "file3", func_file3, NULL },
    { "dofile", func_dofile, NULL },
    { "dofile2", func_dofile2, NULL },
    { "enum_files", func_enum_files, NULL },
    { "enum_jobs", func_enum_jobs, NULL },
    { "error", func_error, NULL },
    { "callback", func_callback, child_callback },
    { "notify", func_notify, child_notify },
    { "dying", func_dying, child_dying },
    { "dying_download", func_dying_download, child_dying_download },
    { "do_manager", func_do_manager, NULL },
    { "download", func_download, NULL },
    { "download_network", func_download_network, NULL },
    { "download_properties", func_download_properties, NULL },
    { "clients_download", func_clients_download, NULL },
    { "sdk_client", func_sdk_client, NULL },
    { "download_states", func_download_states, NULL },
    { "download_timeout", func_download_timeout, NULL },
    { "download_tls", func_download_tls, NULL },
    { "security_context", func_security_context, NULL },
    { "redirects", func_redirects, NULL },
    { "nonvolatile", func_nonvolatile, NULL },
    { "transfer", func_transfer, NULL },
    { "stream", func_stream, NULL },
    { "stream_client", func_stream_client, child_stream_client },
    { "faults", func_faults, NULL },
    { "job_states", func_job_states, NULL },
    { "job_states_slow", func_job_states_slow, NULL },
    { "life", func_life, NULL },
    { "clients_job", func_clients_job, child_clients_job },
    { "trust", func_trust, NULL },
    { "usage", func_usage, NULL },
    { "policy", func_policy, NULL },
    { "auto_proxy", func_auto_proxy, NULL },
    { "proxy", func_proxy, NULL },
    { "stress", func_stress, NULL },
    { NULL, NULL, NULL },
};

/* What the test of the harness runs in other processes. */
const struct test test_hidden_list[] =
{
    { "sample_empty", func_sample_empty, NULL },
    { "sample_exception", func_sample_exception, NULL },
    { "sample_failure", func_sample_failure, NULL },
    { "sample_slow", func_sample_slow, NULL },
    { "sample_success", func_sample_success, NULL },
    { "sample_todo", func_sample_todo, NULL },
    { NULL, NULL, NULL },
};
