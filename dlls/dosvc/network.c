/*
 * What the use of the network costs: as the user set it, or as Wine knows it.
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

#include "dosvc_private.h"
#include "netlistmgr.h"

#include "wine/debug.h"

WINE_DEFAULT_DEBUG_CHANNEL(dosvc);

/* Where Windows keeps for each medium whether it is metered. */
#define MEDIA_COST_KEY L"SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\NetworkList\\DefaultMediaCost"
#define MEDIA_COST_METERED 2

static HKEY media_cost_key; /* open from the first use on; only the service's main thread uses it */

/* The key is made if it is missing, so that there is something to watch. */
static HKEY get_media_cost_key(void)
{
    LSTATUS status;

    if (!media_cost_key && (status = RegCreateKeyExW(HKEY_LOCAL_MACHINE, MEDIA_COST_KEY, 0, NULL, 0,
                                                     KEY_QUERY_VALUE | KEY_NOTIFY, NULL, &media_cost_key, NULL)))
    {
        WARN("The settings of the network cannot be read, error %ld.\n", status);
        media_cost_key = NULL;
    }
    return media_cost_key;
}

/* Wine does not tell a wireless network from a wired one: the dearest medium counts. 0: nothing is set. */
static DWORD get_user_setting(void)
{
    static const WCHAR *const media[] = { L"Ethernet", L"WiFi", L"Default" };
    DWORD dearest = 0, value, size;
    unsigned int i;
    HKEY key;

    if (!(key = get_media_cost_key()))
        return 0;
    for (i = 0; i < ARRAY_SIZE(media); ++i)
    {
        size = sizeof(value);
        if (!RegGetValueW(key, NULL, media[i], RRF_RT_REG_DWORD, NULL, &value, &size) && value > dearest)
            dearest = value;
    }
    return dearest;
}

static UINT32 get_system_cost(void)
{
    INetworkCostManager *cost_manager;
    DWORD cost;
    HRESULT hr;

    if (FAILED(hr = CoCreateInstance(&CLSID_NetworkListManager, NULL, CLSCTX_INPROC_SERVER, &IID_INetworkCostManager,
                                     (void **)&cost_manager)))
    {
        WARN("There is no network list manager, hr %#lx.\n", hr);
        return NLM_CONNECTION_COST_UNKNOWN;
    }
    if (FAILED(hr = INetworkCostManager_GetCost(cost_manager, &cost, NULL)))
    {
        WARN("The cost of the network is not known, hr %#lx.\n", hr);
        cost = NLM_CONNECTION_COST_UNKNOWN;
    }
    INetworkCostManager_Release(cost_manager);
    return cost;
}

UINT32 network_get_cost(void)
{
    DWORD setting = get_user_setting();

    if (!setting)
        return get_system_cost();
    return setting < MEDIA_COST_METERED ? NLM_CONNECTION_COST_UNRESTRICTED : NLM_CONNECTION_COST_FIXED;
}

void network_watch(HANDLE event)
{
    LSTATUS status;
    HKEY key;

    if ((key = get_media_cost_key())
        && (status = RegNotifyChangeKeyValue(key, FALSE, REG_NOTIFY_CHANGE_LAST_SET, event, TRUE)))
        WARN("The settings of the network cannot be watched, error %ld.\n", status);
}

void network_cleanup(void)
{
    if (media_cost_key)
        RegCloseKey(media_cost_key);
    media_cost_key = NULL;
}
