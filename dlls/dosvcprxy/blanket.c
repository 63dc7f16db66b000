/*
 * Security settings of an interface pointer: defaults, checks, copies.
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

#include "dosvcprxy_private.h"

/* Without the flags that are for CoInitializeSecurity alone. */
#define CAPABILITIES_ALLOWED (EOAC_MUTUAL_AUTH | EOAC_STATIC_CLOAKING | EOAC_DYNAMIC_CLOAKING | \
                              EOAC_ANY_AUTHORITY | EOAC_MAKE_FULLSIC | EOAC_DEFAULT)

/*
 * What a process has that never called CoInitializeSecurity, and what "default" stands for in a
 * call: NTLM, connect, identify, no cloaking. The calls stay on this machine and in this session,
 * so the settings are remembered and answered, but nothing is encrypted on their account.
 */
void blanket_init(struct blanket *blanket)
{
    blanket->authn_service = RPC_C_AUTHN_WINNT;
    blanket->authz_service = RPC_C_AUTHZ_NONE;
    blanket->principal = NULL;
    blanket->authn_level = RPC_C_AUTHN_LEVEL_CONNECT;
    blanket->imp_level = RPC_C_IMP_LEVEL_IDENTIFY;
    blanket->auth_info = NULL;
    blanket->capabilities = EOAC_NONE;
}

static WCHAR *duplicate_string(const WCHAR *string)
{
    size_t size = (lstrlenW(string) + 1) * sizeof(*string);
    WCHAR *copy;

    if ((copy = CoTaskMemAlloc(size)))
        memcpy(copy, string, size);
    return copy;
}

HRESULT blanket_init_copy(struct blanket *blanket, const struct blanket *source)
{
    *blanket = *source;
    if (source->principal && !(blanket->principal = duplicate_string(source->principal)))
        return E_OUTOFMEMORY;
    return S_OK;
}

static BOOL values_are_valid(DWORD authn_level, DWORD imp_level, DWORD capabilities)
{
    const DWORD cloaking = EOAC_STATIC_CLOAKING | EOAC_DYNAMIC_CLOAKING;

    if (authn_level > RPC_C_AUTHN_LEVEL_PKT_PRIVACY || imp_level > RPC_C_IMP_LEVEL_DELEGATE)
        return FALSE;
    if (capabilities & ~CAPABILITIES_ALLOWED || (capabilities & cloaking) == cloaking)
        return FALSE;
    return TRUE;
}

/* Checks the arguments of SetBlanket and resolves those that say "default". */
HRESULT blanket_init_values(struct blanket *blanket, DWORD authn_service, DWORD authz_service,
                            const WCHAR *principal, DWORD authn_level, DWORD imp_level,
                            void *auth_info, DWORD capabilities)
{
    if (!values_are_valid(authn_level, imp_level, capabilities))
        return E_INVALIDARG;

    blanket_init(blanket);
    if (authn_service != RPC_C_AUTHN_DEFAULT)
        blanket->authn_service = authn_service;
    if (authz_service != RPC_C_AUTHZ_DEFAULT)
        blanket->authz_service = authz_service;
    if (authn_level != RPC_C_AUTHN_LEVEL_DEFAULT)
        blanket->authn_level = authn_level;
    if (imp_level != RPC_C_IMP_LEVEL_DEFAULT)
        blanket->imp_level = imp_level;
    if (auth_info != COLE_DEFAULT_AUTHINFO)
        blanket->auth_info = auth_info;
    if (!(capabilities & EOAC_DEFAULT))
        blanket->capabilities = capabilities;
    if (principal && principal != COLE_DEFAULT_PRINCIPAL)
    {
        if (!(blanket->principal = duplicate_string(principal)))
            return E_OUTOFMEMORY;
    }
    return S_OK;
}

void blanket_cleanup(struct blanket *blanket)
{
    CoTaskMemFree(blanket->principal);
    blanket->principal = NULL;
}
