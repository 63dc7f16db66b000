/*
 * Tests of the interface proxies: security blankets, copies, identity, and that BITS still works.
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

#include "bitsmsg.h"
#include "remote.h"

#define BLANKET_SIZE 3

/* Settings that programs are known to ask for. */
struct blanket
{
    DWORD authentication_service, authorization_service, authentication_level, impersonation_level, capabilities;
};

static const struct blanket blankets[BLANKET_SIZE] =
{
    { RPC_C_AUTHN_DEFAULT, RPC_C_AUTHZ_NONE, RPC_C_AUTHN_LEVEL_DEFAULT, RPC_C_IMP_LEVEL_IMPERSONATE,
            EOAC_STATIC_CLOAKING },
    { RPC_C_AUTHN_DEFAULT, RPC_C_AUTHZ_DEFAULT, RPC_C_AUTHN_LEVEL_DEFAULT, RPC_C_IMP_LEVEL_IMPERSONATE,
            EOAC_DEFAULT },
    { RPC_C_AUTHN_WINNT, RPC_C_AUTHZ_NONE, RPC_C_AUTHN_LEVEL_PKT_PRIVACY, RPC_C_IMP_LEVEL_IMPERSONATE, EOAC_NONE },
};

static IUnknown *get_identity(void *iface)
{
    IUnknown *identity = NULL;
    HRESULT hr;

    hr = IUnknown_QueryInterface((IUnknown *)iface, &IID_IUnknown, (void **)&identity);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (SUCCEEDED(hr))
        IUnknown_Release(identity);     /* iface holds the object */
    return identity;
}

static ULONG get_refcount(void *iface)
{
    IUnknown_AddRef((IUnknown *)iface);
    return IUnknown_Release((IUnknown *)iface);
}

static void test_query_blanket(void *iface)
{
    DWORD authentication_service = 0xdead, authorization_service = 0xdead, authentication_level = 0xdead;
    DWORD impersonation_level = 0xdead, capabilities = 0xdead;
    WCHAR *principal = (WCHAR *)0xdeadbeef;
    HRESULT hr;

    hr = CoQueryProxyBlanket(iface, &authentication_service, &authorization_service, &principal,
            &authentication_level, &impersonation_level, NULL, &capabilities);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    ok(authentication_service != 0xdead, "Got no authentication service.\n");
    ok(authorization_service != 0xdead, "Got no authorization service.\n");
    ok(authentication_level != 0xdead, "Got no authentication level.\n");
    ok(impersonation_level != 0xdead, "Got no impersonation level.\n");
    ok(capabilities != 0xdead, "Got no capabilities.\n");
    ok(principal != (WCHAR *)0xdeadbeef, "Got no principal.\n");
    if (SUCCEEDED(hr))
        CoTaskMemFree(principal);
    hr = CoQueryProxyBlanket(iface, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
}

static HRESULT set_blanket(void *iface, const struct blanket *blanket)
{
    return CoSetProxyBlanket(iface, blanket->authentication_service, blanket->authorization_service, NULL,
            blanket->authentication_level, blanket->impersonation_level, NULL, blanket->capabilities);
}

static void test_set_blanket(void *iface)
{
    DWORD impersonation_level;
    unsigned int i;
    HRESULT hr;

    for (i = 0; i < BLANKET_SIZE; ++i)
    {
        hr = set_blanket(iface, &blankets[i]);
        ok(hr == S_OK, "Got hr %#lx for blanket %u.\n", hr, i);
        impersonation_level = 0xdead;
        hr = CoQueryProxyBlanket(iface, NULL, NULL, NULL, NULL, &impersonation_level, NULL, NULL);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        ok(impersonation_level == RPC_C_IMP_LEVEL_IMPERSONATE, "Got level %lu.\n", impersonation_level);
    }
}

/* The other way to the same: the interface that the functions of COM ask for. */
static void test_client_security(void *iface, IUnknown *identity)
{
    IClientSecurity *security = NULL;
    IUnknown *unknown = NULL;
    HRESULT hr;

    hr = IUnknown_QueryInterface((IUnknown *)iface, &IID_IClientSecurity, (void **)&security);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (FAILED(hr))
        return;
    hr = IClientSecurity_QueryInterface(security, &IID_IUnknown, (void **)&unknown);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    ok(unknown == identity, "Got identity %p, expected %p.\n", (void *)unknown, (void *)identity);
    IUnknown_Release(unknown);
    hr = IClientSecurity_SetBlanket(security, iface, RPC_C_AUTHN_DEFAULT, RPC_C_AUTHZ_DEFAULT, NULL,
            RPC_C_AUTHN_LEVEL_PKT_PRIVACY, RPC_C_IMP_LEVEL_IMPERSONATE, NULL, EOAC_NONE);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = IClientSecurity_QueryBlanket(security, iface, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    IClientSecurity_Release(security);
}

/* A copy is the same object with a blanket of its own. */
static void test_copy(void *iface, IUnknown *identity, const IID *iid)
{
    DWORD level = 0xdead, copy_level = 0xdead;
    IUnknown *copy = NULL, *again = NULL;
    HRESULT hr;

    hr = CoCopyProxy(iface, &copy);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (FAILED(hr))
        return;
    ok((void *)copy != iface, "Got the same pointer.\n");
    ok(get_identity(copy) == identity, "Got another identity.\n");
    hr = IUnknown_QueryInterface(copy, iid, (void **)&again);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (SUCCEEDED(hr))
        IUnknown_Release(again);

    hr = CoSetProxyBlanket((IUnknown *)iface, RPC_C_AUTHN_DEFAULT, RPC_C_AUTHZ_NONE, NULL,
            RPC_C_AUTHN_LEVEL_DEFAULT, RPC_C_IMP_LEVEL_IMPERSONATE, NULL, EOAC_NONE);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = CoSetProxyBlanket(copy, RPC_C_AUTHN_DEFAULT, RPC_C_AUTHZ_NONE, NULL, RPC_C_AUTHN_LEVEL_DEFAULT,
            RPC_C_IMP_LEVEL_IDENTIFY, NULL, EOAC_NONE);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = CoQueryProxyBlanket(iface, NULL, NULL, NULL, NULL, &level, NULL, NULL);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    ok(level == RPC_C_IMP_LEVEL_IMPERSONATE, "Got level %lu.\n", level);
    hr = CoQueryProxyBlanket(copy, NULL, NULL, NULL, NULL, &copy_level, NULL, NULL);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    ok(copy_level == RPC_C_IMP_LEVEL_IDENTIFY, "Got level %lu.\n", copy_level);
    IUnknown_Release(copy);
}

static void test_pointer(const char *name, void *iface, const IID *iid)
{
    IUnknown *identity;
    ULONG refcount;

    push_context("%s", name);
    identity = get_identity(iface);
    refcount = get_refcount(iface);
    test_query_blanket(iface);
    test_set_blanket(iface);
    test_client_security(iface, identity);
    test_copy(iface, identity, iid);
    ok(get_identity(iface) == identity, "Got another identity.\n");
    check_refcount(iface, refcount);
    check_interface(iface, iid, TRUE);
    check_interface(iface, &IID_IStream, FALSE);
    pop_context();
}

/* The calls go through the proxies whose blankets were set, and through a copy. */
static void test_calls(struct fixture *fixture, IBackgroundCopyJob *job)
{
    IBackgroundCopyJob *copy;
    BG_JOB_STATE state;
    HRESULT hr;
    GUID id;

    hr = IBackgroundCopyJob_GetId(job, &id);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    check_state(job, BG_JOB_STATE_SUSPENDED);
    hr = CoCopyProxy((IUnknown *)job, (IUnknown **)&copy);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (SUCCEEDED(hr))
    {
        hr = set_blanket(copy, &blankets[0]);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        hr = IBackgroundCopyJob_GetState(copy, &state);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        ok(state == BG_JOB_STATE_SUSPENDED, "Got state %s.\n", debug_state(state));
        hr = IBackgroundCopyJob_SetDescription(copy, L"through a copy");
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        IBackgroundCopyJob_Release(copy);
    }
    check_state(job, BG_JOB_STATE_SUSPENDED);
}

static void test_job_pointers(struct fixture *fixture)
{
    IEnumBackgroundCopyFiles *enumerator;
    IDeliveryOptimizationJob *do_job;
    IBackgroundCopyFile2 *file2;
    IBackgroundCopyFile *file;
    IBackgroundCopyJob *job;
    HRESULT hr;

    if (!(job = create_file_job(fixture, UNUSED_URL, L"file")))
        return;
    test_pointer("IBackgroundCopyJob", job, &IID_IBackgroundCopyJob);
    hr = IBackgroundCopyJob_QueryInterface(job, &IID_IDeliveryOptimizationJob, (void **)&do_job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    test_pointer("IDeliveryOptimizationJob", do_job, &IID_IDeliveryOptimizationJob);
    ok(get_identity(do_job) == get_identity(job), "Got two identities.\n");
    IDeliveryOptimizationJob_Release(do_job);
    test_calls(fixture, job);

    if ((file = get_file(job, 0)))
    {
        test_pointer("IBackgroundCopyFile", file, &IID_IBackgroundCopyFile);
        hr = IBackgroundCopyFile_QueryInterface(file, &IID_IBackgroundCopyFile2, (void **)&file2);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        test_pointer("IBackgroundCopyFile2", file2, &IID_IBackgroundCopyFile2);
        IBackgroundCopyFile2_Release(file2);
        ok(!IBackgroundCopyFile_Release(file), "The object has references left.\n");
    }
    hr = IBackgroundCopyJob_EnumFiles(job, &enumerator);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (SUCCEEDED(hr))
    {
        test_pointer("IEnumBackgroundCopyFiles", enumerator, &IID_IEnumBackgroundCopyFiles);
        ok(!IEnumBackgroundCopyFiles_Release(enumerator), "The object has references left.\n");
    }
    hr = IBackgroundCopyJob_Cancel(job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    ok(!IBackgroundCopyJob_Release(job), "The object has references left.\n");
}

static void test_error_pointer(struct fixture *fixture)
{
    IBackgroundCopyError *error;
    IBackgroundCopyJob *job;
    struct remote remote;
    HRESULT hr;

    if (!remote_available(REMOTE_HTTP))
        return;
    remote_init(&remote, REMOTE_HTTP, "status=403");
    if (!(job = create_file_job(fixture, remote.url, L"error")))
        return;
    hr = IBackgroundCopyJob_Resume(job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    wait_for_state(job, BG_JOB_STATE_ERROR);
    hr = IBackgroundCopyJob_GetError(job, &error);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (SUCCEEDED(hr))
    {
        test_pointer("IBackgroundCopyError", error, &IID_IBackgroundCopyError);
        check_error_object(error, 0x80190193, BG_ERROR_CONTEXT_REMOTE_FILE, remote.url);
        ok(!IBackgroundCopyError_Release(error), "The object has references left.\n");
    }
    end_job(job);
}

static void test_pointers(DWORD apartment)
{
    IEnumBackgroundCopyJobs *enumerator;
    struct fixture fixture;
    HRESULT hr;

    if (!fixture_init(&fixture, apartment))
        return;
    push_context(apartment == COINIT_APARTMENTTHREADED ? "STA" : "MTA");
    test_pointer("IBackgroundCopyManager", fixture.manager, &IID_IBackgroundCopyManager);
    hr = IBackgroundCopyManager_EnumJobs(fixture.manager, 0, &enumerator);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (SUCCEEDED(hr))
    {
        test_pointer("IEnumBackgroundCopyJobs", enumerator, &IID_IEnumBackgroundCopyJobs);
        ok(!IEnumBackgroundCopyJobs_Release(enumerator), "The object has references left.\n");
    }
    test_job_pointers(&fixture);
    test_error_pointer(&fixture);
    fixture_cleanup(&fixture);
    pop_context();
}

/* The calls of a pointer from one apartment in another one, through the marshalling of COM. */
struct handover
{
    IStream *stream;
    GUID id;
};

static DWORD WINAPI use_in_other_apartment(void *context)
{
    struct handover *handover = context;
    IBackgroundCopyJob *job = NULL;
    HRESULT hr;
    GUID id;

    hr = CoInitializeEx(NULL, COINIT_APARTMENTTHREADED);
    ok(SUCCEEDED(hr), "Got hr %#lx.\n", hr);
    hr = CoGetInterfaceAndReleaseStream(handover->stream, &IID_IBackgroundCopyJob, (void **)&job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (SUCCEEDED(hr))
    {
        hr = set_blanket(job, &blankets[0]);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        hr = IBackgroundCopyJob_GetId(job, &id);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        ok(IsEqualGUID(&id, &handover->id), "Got identifier %s.\n", debug_guid(&id));
        IBackgroundCopyJob_Release(job);
    }
    CoUninitialize();
    return 0;
}

static void test_other_apartment(void)
{
    struct handover handover;
    struct fixture fixture;
    IBackgroundCopyJob *job;
    HANDLE thread;
    HRESULT hr;

    if (!fixture_init(&fixture, COINIT_MULTITHREADED))
        return;
    if ((job = create_job(&fixture)))
    {
        IBackgroundCopyJob_GetId(job, &handover.id);
        hr = CoMarshalInterThreadInterfaceInStream(&IID_IBackgroundCopyJob, (IUnknown *)job, &handover.stream);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        if (SUCCEEDED(hr))
        {
            thread = CreateThread(NULL, 0, use_in_other_apartment, &handover, 0, NULL);
            ok(wait_event(thread, WAIT_LIMIT_MS), "The thread does not end.\n");
            CloseHandle(thread);
        }
        end_job(job);
    }
    fixture_cleanup(&fixture);
}

/* What is no proxy has no blanket. */
static void test_own_object(void)
{
    IStream *stream;
    HRESULT hr;

    hr = CoInitializeEx(NULL, COINIT_MULTITHREADED);
    ok(SUCCEEDED(hr), "Got hr %#lx.\n", hr);
    hr = CreateStreamOnHGlobal(NULL, TRUE, &stream);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (SUCCEEDED(hr))
    {
        hr = set_blanket(stream, &blankets[0]);
        ok(hr == E_NOINTERFACE, "Got hr %#lx.\n", hr);
        IStream_Release(stream);
    }
    CoUninitialize();
}

/* BITS shares its interfaces, and their proxies, with this service. */
static void test_bits_job(struct fixture *fixture, IBackgroundCopyJob *job)
{
    IEnumBackgroundCopyFiles *enumerator;
    IBackgroundCopyFile *file = NULL;
    ULONG count = 0;
    WCHAR *text;
    HRESULT hr;

    hr = IBackgroundCopyJob_AddFile(job, UNUSED_URL, fixture_path(fixture, L"bits"));
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyJob_GetDisplayName(job, &text);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (SUCCEEDED(hr))
    {
        ok(!wcscmp(text, L"dosvc test of BITS"), "Got %s.\n", debug_string(text));
        CoTaskMemFree(text);
    }
    check_state(job, BG_JOB_STATE_SUSPENDED);
    hr = IBackgroundCopyJob_EnumFiles(job, &enumerator);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (FAILED(hr))
        return;
    hr = IEnumBackgroundCopyFiles_GetCount(enumerator, &count);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    ok(count == 1, "Got count %lu.\n", count);
    hr = IEnumBackgroundCopyFiles_Next(enumerator, 1, &file, NULL);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (hr == S_OK)
    {
        hr = IBackgroundCopyFile_GetRemoteName(file, &text);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        if (SUCCEEDED(hr))
        {
            ok(!wcscmp(text, UNUSED_URL), "Got %s.\n", debug_string(text));
            CoTaskMemFree(text);
        }
        IBackgroundCopyFile_Release(file);
    }
    IEnumBackgroundCopyFiles_Release(enumerator);
}

static BOOL find_job(IBackgroundCopyManager *manager, const GUID *id)
{
    IEnumBackgroundCopyJobs *enumerator;
    IBackgroundCopyJob *job;
    BOOL found = FALSE;
    HRESULT hr;
    GUID got;

    hr = IBackgroundCopyManager_EnumJobs(manager, 0, &enumerator);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (FAILED(hr))
        return FALSE;
    while (!found && IEnumBackgroundCopyJobs_Next(enumerator, 1, &job, NULL) == S_OK)
    {
        found = SUCCEEDED(IBackgroundCopyJob_GetId(job, &got)) && IsEqualGUID(&got, id);
        IBackgroundCopyJob_Release(job);
    }
    IEnumBackgroundCopyJobs_Release(enumerator);
    return found;
}

static void test_bits(void)
{
    IBackgroundCopyManager *bits;
    IBackgroundCopyJob *job;
    struct fixture fixture;
    HRESULT hr;
    GUID id;

    if (!fixture_init(&fixture, COINIT_MULTITHREADED))
        return;
    hr = CoCreateInstance(&CLSID_BackgroundCopyManager, NULL, CLSCTX_LOCAL_SERVER, &IID_IBackgroundCopyManager,
            (void **)&bits);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (SUCCEEDED(hr))
    {
        hr = IBackgroundCopyManager_CreateJob(bits, L"dosvc test of BITS", BG_JOB_TYPE_DOWNLOAD, &id, &job);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        if (SUCCEEDED(hr))
        {
            test_bits_job(&fixture, job);
            ok(find_job(bits, &id), "The job was not found.\n");
            /* The two services have nothing but the interfaces in common. */
            ok(!find_job(fixture.manager, &id), "The job was found.\n");
            /* Wine's BITS says so when there is nothing to delete. */
            hr = IBackgroundCopyJob_Cancel(job);
            ok(hr == S_OK || hr == BG_S_UNABLE_TO_DELETE_FILES, "Got hr %#lx.\n", hr);
            check_state(job, BG_JOB_STATE_CANCELLED);
            IBackgroundCopyJob_Release(job);
        }
        IBackgroundCopyManager_Release(bits);
    }
    fixture_cleanup(&fixture);
}

START_TEST(proxy)
{
    test_pointers(COINIT_MULTITHREADED);
    test_pointers(COINIT_APARTMENTTHREADED);
    test_other_apartment();
    test_own_object();
    test_bits();
}
