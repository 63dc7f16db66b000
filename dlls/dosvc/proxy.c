/*
 * The proxy of Windows' Internet settings.
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
#include "winhttp.h"

#include "wine/debug.h"

WINE_DEFAULT_DEBUG_CHANNEL(dosvc);

void system_proxy_update(void)
{
    WINHTTP_CURRENT_USER_IE_PROXY_CONFIG config = {0};
    HRESULT hr;

    /* Fails when nothing was ever set; then the engine looks at its environment, as with an empty list. */
    if (!WinHttpGetIEProxyConfigForCurrentUser(&config))
        TRACE("There are no Internet settings, error %lu.\n", GetLastError());

    if (FAILED(hr = engine_set_system_proxy(config.lpszProxy, config.lpszProxyBypass)))
        WARN("The proxy could not be handed on, hr %#lx.\n", hr);

    GlobalFree(config.lpszAutoConfigUrl);
    GlobalFree(config.lpszProxy);
    GlobalFree(config.lpszProxyBypass);
}
