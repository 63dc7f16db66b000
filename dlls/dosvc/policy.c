/*
 * The policies in the registry: reads them, watches them, and tells what is in force.
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
#include "winreg.h"
#include "winternl.h"

#include "wine/debug.h"

WINE_DEFAULT_DEBUG_CHANNEL(dosvc);

#define DOSVC_KEY L"Software\\Microsoft\\Windows\\CurrentVersion\\DeliveryOptimization"
#define MAX_TEXT 8193       /* characters; the engine has a smaller limit */
#define MAX_WATCHED 64      /* keys: those that have values, and all above them */

/* Where values are; who comes first has its way. On Windows the last two are the same key. */
static const struct
{
    HKEY root;
    const WCHAR *key;
    enum policy_provider provider;
}
places[] =
{
    { HKEY_LOCAL_MACHINE, L"SOFTWARE\\Policies\\Microsoft\\Windows\\DeliveryOptimization",
      POLICY_PROVIDER_GROUP_POLICY },
    { HKEY_LOCAL_MACHINE, L"SOFTWARE\\Microsoft\\PolicyManager\\current\\device\\DeliveryOptimization",
      POLICY_PROVIDER_MDM },
    { HKEY_USERS, L"S-1-5-20\\" DOSVC_KEY L"\\Settings", POLICY_PROVIDER_SETTINGS },
    { HKEY_CURRENT_USER, DOSVC_KEY L"\\Settings", POLICY_PROVIDER_SETTINGS },
};

C_ASSERT(ARRAY_SIZE(places) * POLICY_COUNT == DOSVC_MAX_POLICY_VALUES);

static const struct
{
    const WCHAR *name;
    const WCHAR *settings_name;     /* empty: the Settings page has no such value */
    enum policy_kind kind;
}
descriptions[POLICY_COUNT] =
{
#define POLICY(id, name, settings, kind, minimum, maximum, fallback, unit) \
    [POLICY_##id] = { L##name, L##settings, POLICY_KIND_##kind },
    POLICY_LIST(POLICY)
#undef POLICY
};

/* Of the service's main thread. */
static HKEY watched[MAX_WATCHED];
static unsigned int watched_count;

static BOOL read_text(HKEY key, const WCHAR *name, struct dosvc_policy *policy)
{
    WCHAR *text = malloc(MAX_TEXT * sizeof(*text));
    DWORD size = MAX_TEXT * sizeof(*text);
    char *utf8 = NULL;
    LSTATUS status;

    if (!text)
        return FALSE;
    status = RegGetValueW(key, NULL, name, RRF_RT_REG_SZ, NULL, text, &size);
    if (!status && FAILED(utf8_from_wide(text, &utf8)))
        status = ERROR_INVALID_DATA;
    if (status && status != ERROR_FILE_NOT_FOUND)
        WARN("The policy %s is ignored, error %ld.\n", debugstr_w(name), status);
    free(text);
    policy->text = (ULONG_PTR)utf8;
    return utf8 != NULL;
}

static BOOL read_number(HKEY key, const WCHAR *name, struct dosvc_policy *policy)
{
    DWORD value, size = sizeof(value);
    LSTATUS status;

    if ((status = RegGetValueW(key, NULL, name, RRF_RT_REG_DWORD, NULL, &value, &size)))
    {
        if (status != ERROR_FILE_NOT_FOUND)
            WARN("The policy %s is ignored, error %ld.\n", debugstr_w(name), status);
        return FALSE;
    }
    policy->number = value;
    return TRUE;
}

/* The Settings page has bytes per second where the policies have units of 1024. */
static UINT64 kilobytes_from_bytes(UINT64 bytes)
{
    return (bytes + 1023) / 1024;
}

static void read_place(HKEY key, enum policy_provider provider, struct policy_values *values)
{
    struct dosvc_policy *policy;
    const WCHAR *name;
    unsigned int i;
    BOOL found;

    for (i = 0; i < POLICY_COUNT; ++i)
    {
        policy = &values->values[values->count];
        memset(policy, 0, sizeof(*policy));
        policy->id = i;
        policy->provider = provider;
        name = provider == POLICY_PROVIDER_SETTINGS ? descriptions[i].settings_name : descriptions[i].name;
        if (!*name)
            continue;
        if (descriptions[i].kind == POLICY_KIND_TEXT)
            found = read_text(key, name, policy);
        else
            found = read_number(key, name, policy);
        if (found && provider == POLICY_PROVIDER_SETTINGS && (i == POLICY_MAX_BACKGROUND || i == POLICY_MAX_FOREGROUND))
            policy->number = kilobytes_from_bytes(policy->number);
        values->count += found;
    }
}

void policy_read(struct policy_values *values)
{
    unsigned int i;
    HKEY key;

    values->count = 0;
    for (i = 0; i < ARRAY_SIZE(places); ++i)
    {
        if (RegOpenKeyExW(places[i].root, places[i].key, 0, KEY_QUERY_VALUE, &key))
            continue;
        read_place(key, places[i].provider, values);
        if (places[i].provider != POLICY_PROVIDER_SETTINGS)
            policy_read_hours(key, places[i].provider, values);
        RegCloseKey(key);
    }
    TRACE("There are %u values.\n", values->count);
}

void policy_free(struct policy_values *values)
{
    unsigned int i;

    for (i = 0; i < values->count; ++i)
        free((void *)(ULONG_PTR)values->values[i].text);
    values->count = 0;
}

/* Takes the key over. */
static void watch_key(HKEY key, HANDLE event, DWORD filter)
{
    LSTATUS status;

    if (watched_count == ARRAY_SIZE(watched))
    {
        ERR("There are too many keys to watch.\n");
        RegCloseKey(key);
    }
    else if ((status = RegNotifyChangeKeyValue(key, FALSE, filter, event, TRUE)))
    {
        WARN("The policies cannot be watched, error %ld.\n", status);
        RegCloseKey(key);
    }
    else
        watched[watched_count++] = key;
}

/* HKEY_USERS is no handle that could be closed, and so a watch of it would stay for ever. */
static void watch_users(HANDLE event)
{
    OBJECT_ATTRIBUTES attributes;
    UNICODE_STRING name;
    HANDLE key;

    RtlInitUnicodeString(&name, L"\\Registry\\User");
    InitializeObjectAttributes(&attributes, &name, OBJ_CASE_INSENSITIVE, NULL, NULL);
    if (!NtOpenKey(&key, KEY_NOTIFY, &attributes))
        watch_key(key, event, REG_NOTIFY_CHANGE_NAME);
}

/*
 * Watches the key and, since it may come and go with those above it, whose end is told to their parents only, these as
 * well, as far as they exist.
 */
static void watch_path(HKEY root, const WCHAR *path, HANDLE event)
{
    WCHAR prefix[MAX_PATH];
    const WCHAR *end = path;
    HKEY key;

    if (root == HKEY_USERS)
        watch_users(event);
    do
    {
        end = wcschr(end + 1, '\\');
        lstrcpynW(prefix, path, end ? (int)(end - path) + 1 : MAX_PATH);
        if (RegOpenKeyExW(root, prefix, 0, KEY_NOTIFY, &key))
            return;
        watch_key(key, event, end ? REG_NOTIFY_CHANGE_NAME : REG_NOTIFY_CHANGE_LAST_SET);
    }
    while (end);
}

/* Closing a key that is watched sets the event: that must not count as a change. */
void policy_watch(HANDLE event)
{
    unsigned int i;

    policy_cleanup();
    ResetEvent(event);
    for (i = 0; i < ARRAY_SIZE(places); ++i)
        watch_path(places[i].root, places[i].key, event);
}

void policy_cleanup(void)
{
    while (watched_count)
        RegCloseKey(watched[--watched_count]);
}

static void publish_value(HKEY key, enum policy_id id, UINT64 number, const WCHAR *text)
{
    DWORD value = (DWORD)number; /* no limit is higher */

    if (descriptions[id].kind == POLICY_KIND_NUMBER)
        RegSetValueExW(key, descriptions[id].name, 0, REG_DWORD, (const BYTE *)&value, sizeof(value));
    else if (text)
        RegSetValueExW(key, descriptions[id].name, 0, REG_SZ, (const BYTE *)text,
                       (DWORD)((wcslen(text) + 1) * sizeof(*text)));
    else
        RegDeleteValueW(key, descriptions[id].name);
}

/* Each value under its name, and who set it under the same name with "Provider" behind it. */
void policy_publish(void)
{
    enum policy_provider provider;
    WCHAR name[MAX_PATH], *text;
    LSTATUS status;
    UINT64 number;
    DWORD value;
    HKEY key;
    int i;

    if ((status = RegCreateKeyExW(HKEY_CURRENT_USER, DOSVC_KEY L"\\Config", 0, NULL, 0, KEY_SET_VALUE, NULL, &key,
                                  NULL)))
    {
        WARN("The policies in force cannot be told, error %ld.\n", status);
        return;
    }
    for (i = 0; i < POLICY_COUNT; ++i)
    {
        if (FAILED(engine_get_policy(i, &number, &text, &provider)))
            continue;
        publish_value(key, i, number, text);
        CoTaskMemFree(text);
        value = provider;
        lstrcpyW(name, descriptions[i].name);
        lstrcatW(name, L"Provider");
        RegSetValueExW(key, name, 0, REG_DWORD, (const BYTE *)&value, sizeof(value));
    }
    RegCloseKey(key);
}

void policy_update(void)
{
    struct policy_values values;
    HRESULT hr;

    policy_read(&values);
    if (FAILED(hr = engine_set_policies(values.values, values.count)))
        WARN("The policies could not be set, hr %#lx.\n", hr);
    else if (hr == S_FALSE)
        WARN("Some policies are out of range and ignored.\n");
    policy_free(&values);
    if (SUCCEEDED(hr))
        policy_publish();
}
