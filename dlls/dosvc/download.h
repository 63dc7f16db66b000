/*
 * Declarations shared by the files of the download object.
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

#ifndef DOSVC_DOWNLOAD_H
#define DOSVC_DOWNLOAD_H

#include "dosvc_private.h"
#include "oleauto.h"

/* A view of a download, which is a job of the engine with one file; several objects may show the same one. */
struct download
{
    IDODownload IDODownload_iface;
    LONG refcount;
    struct client_object client;
    GUID id;        /* constant; open in the engine as long as this exists */
};

static inline struct download *impl_from_IDODownload(IDODownload *iface)
{
    return CONTAINING_RECORD(iface, struct download, IDODownload_iface);
}

/* download_properties.c */
HRESULT WINAPI download_GetProperty(IDODownload *iface, DODownloadProperty property, VARIANT *value);
HRESULT WINAPI download_SetProperty(IDODownload *iface, DODownloadProperty property, const VARIANT *value);

/* download_certificate.c: the value is VT_ARRAY | VT_UI1; CRYPT_E_FILE_ERROR */
HRESULT download_write_certificate(const GUID *id, const VARIANT *value);

#endif /* DOSVC_DOWNLOAD_H */
