/*
 * Tests of IEnumBackgroundCopyJobs.
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

/* Other programs may have jobs too: only what is ours is looked for, and counts are compared with one another. */

static IEnumBackgroundCopyJobs *create_enumerator(struct fixture *fixture)
{
    IEnumBackgroundCopyJobs *enumerator = NULL;
    HRESULT hr;

    hr = IBackgroundCopyManager_EnumJobs(fixture->manager, 0, &enumerator);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    return enumerator;
}

/* The place of a job, from where the enumerator is; -1 if it is not there. */
static int find_job(IEnumBackgroundCopyJobs *enumerator, const GUID *id)
{
    IBackgroundCopyJob *job;
    BOOL found = FALSE;
    int place = -1;
    GUID got;

    while (!found && IEnumBackgroundCopyJobs_Next(enumerator, 1, &job, NULL) == S_OK)
    {
        found = SUCCEEDED(IBackgroundCopyJob_GetId(job, &got)) && IsEqualGUID(&got, id);
        IBackgroundCopyJob_Release(job);
        ++place;
    }
    return found ? place : -1;
}

static void test_content(struct fixture *fixture)
{
    IBackgroundCopyJob *first, *second;
    IEnumBackgroundCopyJobs *before, *after;
    int first_place, second_place;
    ULONG count = 0;
    HRESULT hr;
    GUID id[2];

    before = create_enumerator(fixture);
    first = create_job(fixture);
    second = create_job(fixture);
    after = create_enumerator(fixture);
    if (!before || !after || !first || !second)
        return;
    IBackgroundCopyJob_GetId(first, &id[0]);
    IBackgroundCopyJob_GetId(second, &id[1]);

    check_interface(after, &IID_IUnknown, TRUE);
    check_interface(after, &IID_IEnumBackgroundCopyJobs, TRUE);
    check_interface(after, &IID_IEnumBackgroundCopyFiles, FALSE);
    check_refcount(after, 1);

    ok(find_job(before, &id[0]) == -1, "The job was found.\n");
    first_place = find_job(after, &id[0]);
    ok(first_place >= 0, "The job was not found.\n");
    hr = IEnumBackgroundCopyJobs_Reset(after);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    second_place = find_job(after, &id[1]);
    ok(second_place >= 0, "The job was not found.\n");
    hr = IEnumBackgroundCopyJobs_GetCount(after, &count);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    ok(count >= 2 && first_place < (int)count && second_place < (int)count, "Got count %lu, places %d and %d.\n",
            count, first_place, second_place);

    /* Those that are over are not in it, whoever holds them. */
    hr = IBackgroundCopyJob_Cancel(first);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    IEnumBackgroundCopyJobs_Release(before);
    if ((before = create_enumerator(fixture)))
    {
        ok(find_job(before, &id[0]) == -1, "The job was found.\n");
        IEnumBackgroundCopyJobs_Reset(before);
        ok(find_job(before, &id[1]) >= 0, "The job was not found.\n");
        IEnumBackgroundCopyJobs_Release(before);
    }
    IEnumBackgroundCopyJobs_Release(after);
    end_job(first);
    end_job(second);
}

/* Takes all from the enumerator; gives how many there were. */
static ULONG drain(IEnumBackgroundCopyJobs *enumerator)
{
    IBackgroundCopyJob *jobs[4];
    ULONG total = 0, count, i;
    HRESULT hr;

    do
    {
        count = 0;
        hr = IEnumBackgroundCopyJobs_Next(enumerator, ARRAYSIZE(jobs), jobs, &count);
        ok(hr == (count == ARRAYSIZE(jobs) ? S_OK : S_FALSE), "Got hr %#lx with count %lu.\n", hr, count);
        for (i = 0; SUCCEEDED(hr) && i < count; ++i)
            IBackgroundCopyJob_Release(jobs[i]);
        total += count;
    } while (hr == S_OK);
    return total;
}

static void test_methods(struct fixture *fixture)
{
    IEnumBackgroundCopyJobs *enumerator, *clone = NULL;
    IBackgroundCopyJob *jobs[3], *job;
    ULONG count = 0xdeadbeef, got = 0xdeadbeef, total;
    unsigned int i;
    HRESULT hr;

    for (i = 0; i < ARRAYSIZE(jobs); ++i)
    {
        if (!(jobs[i] = create_job(fixture)))
            return;
    }
    if (!(enumerator = create_enumerator(fixture)))
        return;
    hr = IEnumBackgroundCopyJobs_GetCount(enumerator, &count);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    ok(count >= ARRAYSIZE(jobs), "Got count %lu.\n", count);

    /* Others may end their jobs in the meantime: then some of the count cannot be had. */
    total = drain(enumerator);
    ok(total >= ARRAYSIZE(jobs) && total <= count, "Got %lu of %lu.\n", total, count);
    hr = IEnumBackgroundCopyJobs_Next(enumerator, 1, &job, &got);
    ok(hr == S_FALSE, "Got hr %#lx.\n", hr);
    ok(!got, "Got count %lu.\n", got);
    hr = IEnumBackgroundCopyJobs_Skip(enumerator, 1);
    ok(hr == S_FALSE, "Got hr %#lx.\n", hr);

    hr = IEnumBackgroundCopyJobs_Reset(enumerator);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = IEnumBackgroundCopyJobs_Skip(enumerator, 2);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = IEnumBackgroundCopyJobs_Clone(enumerator, &clone);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (SUCCEEDED(hr))
    {
        hr = IEnumBackgroundCopyJobs_Reset(enumerator);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        hr = IEnumBackgroundCopyJobs_GetCount(clone, &got);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        ok(got == count, "Got count %lu, expected %lu.\n", got, count);
        hr = IEnumBackgroundCopyJobs_Skip(clone, count - 1);
        ok(hr == S_FALSE, "Got hr %#lx.\n", hr);
        ok(!IEnumBackgroundCopyJobs_Release(clone), "The object has references left.\n");
    }

    hr = IEnumBackgroundCopyJobs_Next(enumerator, 2, &job, NULL);
    check_null_refused(hr);
    hr = IEnumBackgroundCopyJobs_Next(enumerator, 1, NULL, &got);
    check_null_refused(hr);
    hr = IEnumBackgroundCopyJobs_GetCount(enumerator, NULL);
    check_null_refused(hr);
    hr = IEnumBackgroundCopyJobs_Clone(enumerator, NULL);
    check_null_refused(hr);
    ok(!IEnumBackgroundCopyJobs_Release(enumerator), "The object has references left.\n");
    for (i = 0; i < ARRAYSIZE(jobs); ++i)
        end_job(jobs[i]);
}

START_TEST(enum_jobs)
{
    struct fixture fixture;

    if (!fixture_init(&fixture, COINIT_MULTITHREADED))
        return;
    test_content(&fixture);
    test_methods(&fixture);
    fixture_cleanup(&fixture);
}
