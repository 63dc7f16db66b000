/*
 * The certificates that are trusted in Windows' view, for the engine to trust them too.
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
#include "wincrypt.h"

#include "wine/debug.h"

WINE_DEFAULT_DEBUG_CHANNEL(dosvc);

/*
 * What makes up the system's store ROOT. It is not opened by that name: then Wine would read all roots of the host,
 * which the engine has anyway, and check them one by one, in each process that does so.
 */
#define ROOT_STORE_KEY L"Software\\Microsoft\\SystemCertificates\\Root"

static HKEY root_keys[2];               /* open from the first use on; only the service's main thread uses them */
static struct roots known_roots;        /* what the engine has */

/* A key is made if it is missing, so that there is something to watch. */
static HKEY get_root_key(unsigned int i)
{
    static const HKEY roots[ARRAY_SIZE(root_keys)] = { HKEY_CURRENT_USER, HKEY_LOCAL_MACHINE };
    LSTATUS status;

    if (!root_keys[i] && (status = RegCreateKeyExW(roots[i], ROOT_STORE_KEY, 0, NULL, 0, KEY_READ | KEY_NOTIFY, NULL,
                                                   &root_keys[i], NULL)))
    {
        WARN("The trusted certificates cannot be read, error %ld.\n", status);
        root_keys[i] = NULL;
    }
    return root_keys[i];
}

static void roots_add(struct roots *roots, const CERT_CONTEXT *certificate)
{
    BYTE *bytes;

    if (certificate->cbCertEncoded > MAX_ROOTS_SIZE - roots->size
        || !(bytes = realloc(roots->bytes, roots->size + certificate->cbCertEncoded)))
    {
        WARN("There is no room for a trusted certificate.\n");
        return;
    }
    memcpy(bytes + roots->size, certificate->pbCertEncoded, certificate->cbCertEncoded);
    roots->bytes = bytes;
    roots->size += certificate->cbCertEncoded;
}

static void roots_read(struct roots *roots)
{
    const CERT_CONTEXT *certificate;
    HCERTSTORE store;
    unsigned int i;
    HKEY key;

    memset(roots, 0, sizeof(*roots));
    for (i = 0; i < ARRAY_SIZE(root_keys); ++i)
    {
        if (!(key = get_root_key(i)))
            continue;
        if (!(store = CertOpenStore(CERT_STORE_PROV_REG, 0, 0, CERT_STORE_READONLY_FLAG, key)))
        {
            WARN("A store of trusted certificates cannot be opened, error %lu.\n", GetLastError());
            continue;
        }
        for (certificate = NULL; (certificate = CertEnumCertificatesInStore(store, certificate));)
            roots_add(roots, certificate);
        CertCloseStore(store, 0);
    }
    TRACE("There are %u bytes of trusted certificates.\n", roots->size);
}

const struct roots *roots_get(void)
{
    free(known_roots.bytes);
    roots_read(&known_roots);
    return &known_roots;
}

void roots_watch(HANDLE event)
{
    LSTATUS status;
    unsigned int i;
    HKEY key;

    for (i = 0; i < ARRAY_SIZE(root_keys); ++i)
    {
        if ((key = get_root_key(i))
            && (status = RegNotifyChangeKeyValue(key, TRUE, REG_NOTIFY_CHANGE_NAME | REG_NOTIFY_CHANGE_LAST_SET, event,
                                                 TRUE)))
            WARN("The trusted certificates cannot be watched, error %ld.\n", status);
    }
}

void roots_update(void)
{
    struct roots roots;

    roots_read(&roots);
    if (roots.size == known_roots.size && !memcmp(roots.bytes, known_roots.bytes, roots.size))
    {
        free(roots.bytes);
        return;
    }
    free(known_roots.bytes);
    known_roots = roots;
    (void)engine_set_roots(&known_roots); /* says itself what is wrong */
}

void roots_cleanup(void)
{
    unsigned int i;

    for (i = 0; i < ARRAY_SIZE(root_keys); ++i)
    {
        if (root_keys[i])
            RegCloseKey(root_keys[i]);
        root_keys[i] = NULL;
    }
    free(known_roots.bytes);
    memset(&known_roots, 0, sizeof(known_roots));
}
