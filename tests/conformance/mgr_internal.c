/*
 * Tests of the interface that tools clean the cache with.
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

#include "fixture.h"

static void test_cache(IDeliveryOptimizationMgrInternal *internal)
{
    UINT64 size = 0xdeadbeef;
    HRESULT hr;

    hr = IDeliveryOptimizationMgrInternal_SetUserToken(internal);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = IDeliveryOptimizationMgrInternal_GetCacheSize(internal, &size);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    ok(!size, "Got size %llu.\n", size);
    hr = IDeliveryOptimizationMgrInternal_GetCacheSize(internal, NULL);
    check_null_refused(hr);
    hr = IDeliveryOptimizationMgrInternal_DeleteCache(internal);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
}

static void test_swarms(IDeliveryOptimizationMgrInternal *internal)
{
    HRESULT hr;

    hr = IDeliveryOptimizationMgrInternal_SetSwarmPinned(internal, L"swarm", TRUE);
    ok(hr == DO_E_PIN_FAIL_NO_PEERING, "Got hr %#lx.\n", hr);
    hr = IDeliveryOptimizationMgrInternal_SetSwarmPinned(internal, L"swarm", FALSE);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = IDeliveryOptimizationMgrInternal_SetSwarmPinned(internal, NULL, TRUE);
    ok(hr == E_INVALIDARG, "Got hr %#lx.\n", hr);
    hr = IDeliveryOptimizationMgrInternal_SetSwarmPinned(internal, L"", FALSE);
    ok(hr == E_INVALIDARG, "Got hr %#lx.\n", hr);
    hr = IDeliveryOptimizationMgrInternal_SetExpiration(internal, 1000, L"swarm");
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = IDeliveryOptimizationMgrInternal_SetExpiration(internal, 0, NULL);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = IDeliveryOptimizationMgrInternal_DeleteSwarms(internal, L"swarm", FALSE);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = IDeliveryOptimizationMgrInternal_DeleteSwarms(internal, NULL, TRUE);
    ok(hr == E_INVALIDARG, "Got hr %#lx.\n", hr);
}

static void test_identity(struct fixture *fixture, IDeliveryOptimizationMgrInternal *internal)
{
    IUnknown *one, *two;
    HRESULT hr;

    check_interface(internal, &IID_IUnknown, TRUE);
    check_interface(internal, &IID_IBackgroundCopyManager, TRUE);
    check_interface(internal, &IID_IDeliveryOptimizationMgrInternal, TRUE);
    check_interface(internal, &IID_IBackgroundCopyJob, FALSE);
    hr = IDeliveryOptimizationMgrInternal_QueryInterface(internal, &IID_IUnknown, (void **)&one);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyManager_QueryInterface(fixture->manager, &IID_IUnknown, (void **)&two);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    ok(one == two, "Got %p and %p.\n", one, two);
    IUnknown_Release(two);
    IUnknown_Release(one);
}

START_TEST(mgr_internal)
{
    static const DWORD apartments[] = { COINIT_MULTITHREADED, COINIT_APARTMENTTHREADED };
    IDeliveryOptimizationMgrInternal *internal;
    struct fixture fixture;
    unsigned int i;
    HRESULT hr;

    for (i = 0; i < ARRAYSIZE(apartments); ++i)
    {
        push_context("apartment %#lx", apartments[i]);
        if (fixture_init(&fixture, apartments[i]))
        {
            hr = IBackgroundCopyManager_QueryInterface(fixture.manager, &IID_IDeliveryOptimizationMgrInternal,
                    (void **)&internal);
            ok(hr == S_OK, "Got hr %#lx.\n", hr);
            if (SUCCEEDED(hr))
            {
                test_cache(internal);
                test_swarms(internal);
                test_identity(&fixture, internal);
                IDeliveryOptimizationMgrInternal_Release(internal);
            }
            fixture_cleanup(&fixture);
        }
        pop_context();
    }
}
