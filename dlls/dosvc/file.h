/*
 * The file object, for the files that implement its methods.
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

#ifndef DOSVC_FILE_H
#define DOSVC_FILE_H

#include "dosvc_private.h"

/* A view of a file of a job; several objects may show the same file. */
struct file
{
    IBackgroundCopyFile5 IBackgroundCopyFile5_iface;
    IDeliveryOptimizationFile IDeliveryOptimizationFile_iface;
    IDeliveryOptimizationFile2 IDeliveryOptimizationFile2_iface;
    LONG refcount;
    struct client_object client;
    GUID job_id;            /* constant; open in the engine as long as this exists */
    unsigned int index;     /* constant */
};

static inline struct file *impl_from_IBackgroundCopyFile5(IBackgroundCopyFile5 *iface)
{
    return CONTAINING_RECORD(iface, struct file, IBackgroundCopyFile5_iface);
}

static inline struct file *impl_from_IDeliveryOptimizationFile(IDeliveryOptimizationFile *iface)
{
    return CONTAINING_RECORD(iface, struct file, IDeliveryOptimizationFile_iface);
}

static inline struct file *impl_from_IDeliveryOptimizationFile2(IDeliveryOptimizationFile2 *iface)
{
    return CONTAINING_RECORD(iface, struct file, IDeliveryOptimizationFile2_iface);
}

/* file3.c, which has File4 and File5 too */
HRESULT WINAPI file_GetTemporaryName(IBackgroundCopyFile5 *iface, WCHAR **name);
HRESULT WINAPI file_SetValidationState(IBackgroundCopyFile5 *iface, BOOL valid);
HRESULT WINAPI file_GetValidationState(IBackgroundCopyFile5 *iface, BOOL *valid);
HRESULT WINAPI file_IsDownloadedFromPeer(IBackgroundCopyFile5 *iface, BOOL *from_peer);
HRESULT WINAPI file_GetPeerDownloadStats(IBackgroundCopyFile5 *iface, UINT64 *from_origin, UINT64 *from_peers);
HRESULT WINAPI file_SetProperty(IBackgroundCopyFile5 *iface, BITS_FILE_PROPERTY_ID id, BITS_FILE_PROPERTY_VALUE value);
HRESULT WINAPI file_GetProperty(IBackgroundCopyFile5 *iface, BITS_FILE_PROPERTY_ID id,
                                BITS_FILE_PROPERTY_VALUE *value);

/* do_file.c, do_file2.c */
extern const IDeliveryOptimizationFileVtbl do_file_vtbl;
extern const IDeliveryOptimizationFile2Vtbl do_file2_vtbl;

#endif /* DOSVC_FILE_H */
