/*
 * The table of generated proxies, and the factory of rpcrt4 for them.
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

/* For the macros of rpcproxy.h: our class, {545BD672-DA5E-41B7-96A1-F3999213F45C}, and a prefix for
 * the names of the entry points that they define; factory.c has the real ones. */
#define PROXY_CLSID_IS \
    {0x545bd672, 0xda5e, 0x41b7, {0x96, 0xa1, 0xf3, 0x99, 0x92, 0x13, 0xf4, 0x5c}}
#define ENTRY_PREFIX rpcrt4_

#include "dosvcprxy_private.h"

EXTERN_PROXY_FILE(dosvcprxy)

PROXYFILE_LIST_START
    REFERENCE_PROXY_FILE(dosvcprxy),
PROXYFILE_LIST_END

DLLDATA_ROUTINES(aProxyFileList, GET_DLL_CLSID)
