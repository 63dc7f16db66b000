/*
 * The processes of clients: when one dies, what it held of the service is taken back.
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

#include <stdlib.h>

#include "dosvc_private.h"
#include "rpc.h"
#include "rpcdcep.h"

#include "wine/debug.h"

WINE_DEFAULT_DEBUG_CHANNEL(dosvc);

/*
 * Wine's COM does not notice that a process died: its references to our objects would stay, and with them the objects
 * and the jobs that they keep open. So each object is noted with the process for which it was made, and when that
 * process ends what is left is disconnected. An object that it handed on to another process goes as well.
 */
struct client
{
    struct client *next;
    DWORD process_id;               /* not given to another process as long as the handle is open */
    HANDLE process;
    TP_WAIT *wait;
    struct client_object *objects;
};

/* Protects all clients, and the links of all objects. */
static SRWLOCK lock = SRWLOCK_INIT;
static struct client *clients;

/* For threads that call a client: its process. */
static INIT_ONCE tls_once = INIT_ONCE_STATIC_INIT;
static DWORD tls_index = TLS_OUT_OF_INDEXES;

static BOOL CALLBACK allocate_tls(INIT_ONCE *once, void *parameter, void **context)
{
    tls_index = TlsAlloc();
    return TRUE;
}

void client_set_process(DWORD process_id)
{
    InitOnceExecuteOnce(&tls_once, allocate_tls, NULL, NULL);
    if (tls_index != TLS_OUT_OF_INDEXES)
        TlsSetValue(tls_index, (void *)(ULONG_PTR)process_id);
}

DWORD client_get_process(void)
{
    ULONG process_id = 0;

    if (tls_index != TLS_OUT_OF_INDEXES)
        process_id = (ULONG_PTR)TlsGetValue(tls_index);
    if (!process_id && I_RpcBindingInqLocalClientPID(NULL, &process_id))
        return 0;                   /* no call of a client */
    return process_id == GetCurrentProcessId() ? 0 : process_id;
}

/* Under the lock. */
static void unlink_object(struct client_object *object)
{
    if (!object->link)
        return;
    if ((*object->link = object->next))
        object->next->link = object->link;
    object->link = NULL;
}

/* Under the lock. An object without references is about to go. */
static BOOL addref_object(const struct client_object *object)
{
    LONG refcount, former;

    for (refcount = *object->refcount; refcount; refcount = former)
    {
        former = InterlockedCompareExchange(object->refcount, refcount + 1, refcount);
        if (former == refcount)
            return TRUE;
    }
    return FALSE;
}

/* Takes an object off the client, with a reference. */
static IUnknown *take_object(struct client *client)
{
    struct client_object *object;
    IUnknown *unknown = NULL;

    AcquireSRWLockExclusive(&lock);
    while ((object = client->objects) && !unknown)
    {
        unlink_object(object);
        if (addref_object(object))
            unknown = object->unknown;
    }
    ReleaseSRWLockExclusive(&lock);
    return unknown;
}

static void unlink_client(struct client *client)
{
    struct client **link;

    AcquireSRWLockExclusive(&lock);
    for (link = &clients; *link; link = &(*link)->next)
    {
        if (*link == client)
        {
            *link = client->next;
            break;
        }
    }
    ReleaseSRWLockExclusive(&lock);
}

static void CALLBACK client_ended(TP_CALLBACK_INSTANCE *instance, void *context, TP_WAIT *wait, TP_WAIT_RESULT result)
{
    struct client *client = context;
    unsigned int count = 0;
    IUnknown *unknown;
    HRESULT hr;

    unlink_client(client);
    if (SUCCEEDED(hr = CoInitializeEx(NULL, COINIT_MULTITHREADED)))
    {
        while ((unknown = take_object(client)))
        {
            CoDisconnectObject(unknown, 0);
            IUnknown_Release(unknown);
            ++count;
        }
        notification_forget_process(client->process_id);
        download_callback_forget_process(client->process_id);
        CoUninitialize();
    }
    else
        ERR("The thread could not enter an apartment, hr %#lx.\n", hr);
    TRACE("Process %#lx ended, and left %u objects.\n", client->process_id, count);

    CloseThreadpoolWait(wait);
    CloseHandle(client->process);
    free(client);
}

/* Under the lock. */
static struct client *get_client(DWORD process_id)
{
    struct client *client;

    for (client = clients; client; client = client->next)
    {
        if (client->process_id == process_id)
            return client;
    }
    if (!(client = calloc(1, sizeof(*client))))
        return NULL;
    client->process_id = process_id;
    if (!(client->process = OpenProcess(SYNCHRONIZE, FALSE, process_id))
        || !(client->wait = CreateThreadpoolWait(client_ended, client, NULL)))
    {
        WARN("Process %#lx cannot be watched, error %lu.\n", process_id, GetLastError());
        if (client->process)
            CloseHandle(client->process);
        free(client);
        return NULL;
    }
    client->next = clients;
    clients = client;
    SetThreadpoolWait(client->wait, client->process, NULL);
    return client;
}

void client_watch(DWORD process_id)
{
    AcquireSRWLockExclusive(&lock);
    (void)get_client(process_id); /* says itself what went wrong; then its end is noticed when it is called */
    ReleaseSRWLockExclusive(&lock);
}

void client_object_init(struct client_object *object, IUnknown *unknown, LONG *refcount)
{
    DWORD process_id = client_get_process();
    struct client *client;

    object->unknown = unknown;
    object->refcount = refcount;
    object->link = NULL;
    if (!process_id)
        return;
    AcquireSRWLockExclusive(&lock);
    if ((client = get_client(process_id)))
    {
        if ((object->next = client->objects))
            object->next->link = &object->next;
        object->link = &client->objects;
        client->objects = object;
    }
    ReleaseSRWLockExclusive(&lock);
}

void client_object_cleanup(struct client_object *object)
{
    AcquireSRWLockExclusive(&lock);
    unlink_object(object);
    ReleaseSRWLockExclusive(&lock);
}
