/*
 * Checks at compile time that a C program sees the published layout.
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

#define CHECK(condition) _Static_assert(condition, #condition)
#define SLOT(iface, method, slot) \
    _Static_assert(offsetof(iface##Vtbl, method) == (slot) * sizeof(void *), #iface " " #method)
#define SLOT_COUNT(iface, count) \
    _Static_assert(sizeof(iface##Vtbl) == (count) * sizeof(void *), #iface)

#define COBJMACROS
#define INITGUID
#include "layout.h"

SLOT(IBackgroundCopyManager, CreateJob, 3);
SLOT(IBackgroundCopyManager, GetJob, 4);
SLOT(IBackgroundCopyManager, EnumJobs, 5);
SLOT(IBackgroundCopyManager, GetErrorDescription, 6);
SLOT_COUNT(IBackgroundCopyManager, 7);

SLOT(IBackgroundCopyJob, AddFileSet, 3);
SLOT(IBackgroundCopyJob, AddFile, 4);
SLOT(IBackgroundCopyJob, EnumFiles, 5);
SLOT(IBackgroundCopyJob, Suspend, 6);
SLOT(IBackgroundCopyJob, Resume, 7);
SLOT(IBackgroundCopyJob, Cancel, 8);
SLOT(IBackgroundCopyJob, Complete, 9);
SLOT(IBackgroundCopyJob, GetId, 10);
SLOT(IBackgroundCopyJob, GetType, 11);
SLOT(IBackgroundCopyJob, GetProgress, 12);
SLOT(IBackgroundCopyJob, GetTimes, 13);
SLOT(IBackgroundCopyJob, GetState, 14);
SLOT(IBackgroundCopyJob, GetError, 15);
SLOT(IBackgroundCopyJob, GetOwner, 16);
SLOT(IBackgroundCopyJob, SetDisplayName, 17);
SLOT(IBackgroundCopyJob, GetDisplayName, 18);
SLOT(IBackgroundCopyJob, SetDescription, 19);
SLOT(IBackgroundCopyJob, GetDescription, 20);
SLOT(IBackgroundCopyJob, SetPriority, 21);
SLOT(IBackgroundCopyJob, GetPriority, 22);
SLOT(IBackgroundCopyJob, SetNotifyFlags, 23);
SLOT(IBackgroundCopyJob, GetNotifyFlags, 24);
SLOT(IBackgroundCopyJob, SetNotifyInterface, 25);
SLOT(IBackgroundCopyJob, GetNotifyInterface, 26);
SLOT(IBackgroundCopyJob, SetMinimumRetryDelay, 27);
SLOT(IBackgroundCopyJob, GetMinimumRetryDelay, 28);
SLOT(IBackgroundCopyJob, SetNoProgressTimeout, 29);
SLOT(IBackgroundCopyJob, GetNoProgressTimeout, 30);
SLOT(IBackgroundCopyJob, GetErrorCount, 31);
SLOT(IBackgroundCopyJob, SetProxySettings, 32);
SLOT(IBackgroundCopyJob, GetProxySettings, 33);
SLOT(IBackgroundCopyJob, TakeOwnership, 34);
SLOT_COUNT(IBackgroundCopyJob, 35);

SLOT(IBackgroundCopyJob2, SetNotifyCmdLine, 35);
SLOT(IBackgroundCopyJob2, GetNotifyCmdLine, 36);
SLOT(IBackgroundCopyJob2, GetReplyProgress, 37);
SLOT(IBackgroundCopyJob2, GetReplyData, 38);
SLOT(IBackgroundCopyJob2, SetReplyFileName, 39);
SLOT(IBackgroundCopyJob2, GetReplyFileName, 40);
SLOT(IBackgroundCopyJob2, SetCredentials, 41);
SLOT(IBackgroundCopyJob2, RemoveCredentials, 42);
SLOT_COUNT(IBackgroundCopyJob2, 43);

SLOT(IBackgroundCopyJob3, ReplaceRemotePrefix, 43);
SLOT(IBackgroundCopyJob3, AddFileWithRanges, 44);
SLOT(IBackgroundCopyJob3, SetFileACLFlags, 45);
SLOT(IBackgroundCopyJob3, GetFileACLFlags, 46);
SLOT_COUNT(IBackgroundCopyJob3, 47);

SLOT(IBackgroundCopyJob4, SetPeerCachingFlags, 47);
SLOT(IBackgroundCopyJob4, GetPeerCachingFlags, 48);
SLOT(IBackgroundCopyJob4, GetOwnerIntegrityLevel, 49);
SLOT(IBackgroundCopyJob4, GetOwnerElevationState, 50);
SLOT(IBackgroundCopyJob4, SetMaximumDownloadTime, 51);
SLOT(IBackgroundCopyJob4, GetMaximumDownloadTime, 52);
SLOT_COUNT(IBackgroundCopyJob4, 53);

SLOT(IBackgroundCopyJob5, SetProperty, 53);
SLOT(IBackgroundCopyJob5, GetProperty, 54);
SLOT_COUNT(IBackgroundCopyJob5, 55);

SLOT(IBackgroundCopyFile, GetRemoteName, 3);
SLOT(IBackgroundCopyFile, GetLocalName, 4);
SLOT(IBackgroundCopyFile, GetProgress, 5);
SLOT_COUNT(IBackgroundCopyFile, 6);

SLOT(IBackgroundCopyFile2, GetFileRanges, 6);
SLOT(IBackgroundCopyFile2, SetRemoteName, 7);
SLOT_COUNT(IBackgroundCopyFile2, 8);

SLOT(IBackgroundCopyFile3, GetTemporaryName, 8);
SLOT(IBackgroundCopyFile3, SetValidationState, 9);
SLOT(IBackgroundCopyFile3, GetValidationState, 10);
SLOT(IBackgroundCopyFile3, IsDownloadedFromPeer, 11);
SLOT_COUNT(IBackgroundCopyFile3, 12);

SLOT(IBackgroundCopyFile4, GetPeerDownloadStats, 12);
SLOT_COUNT(IBackgroundCopyFile4, 13);

SLOT(IBackgroundCopyFile5, SetProperty, 13);
SLOT(IBackgroundCopyFile5, GetProperty, 14);
SLOT_COUNT(IBackgroundCopyFile5, 15);

SLOT(IEnumBackgroundCopyFiles, Next, 3);
SLOT(IEnumBackgroundCopyFiles, Skip, 4);
SLOT(IEnumBackgroundCopyFiles, Reset, 5);
SLOT(IEnumBackgroundCopyFiles, Clone, 6);
SLOT(IEnumBackgroundCopyFiles, GetCount, 7);
SLOT_COUNT(IEnumBackgroundCopyFiles, 8);

SLOT(IEnumBackgroundCopyJobs, Next, 3);
SLOT(IEnumBackgroundCopyJobs, Skip, 4);
SLOT(IEnumBackgroundCopyJobs, Reset, 5);
SLOT(IEnumBackgroundCopyJobs, Clone, 6);
SLOT(IEnumBackgroundCopyJobs, GetCount, 7);
SLOT_COUNT(IEnumBackgroundCopyJobs, 8);

SLOT(IBackgroundCopyError, GetError, 3);
SLOT(IBackgroundCopyError, GetFile, 4);
SLOT(IBackgroundCopyError, GetErrorDescription, 5);
SLOT(IBackgroundCopyError, GetErrorContextDescription, 6);
SLOT(IBackgroundCopyError, GetProtocol, 7);
SLOT_COUNT(IBackgroundCopyError, 8);

SLOT(IBackgroundCopyCallback, JobTransferred, 3);
SLOT(IBackgroundCopyCallback, JobError, 4);
SLOT(IBackgroundCopyCallback, JobModification, 5);
SLOT_COUNT(IBackgroundCopyCallback, 6);

SLOT(IBackgroundCopyCallback2, FileTransferred, 6);
SLOT_COUNT(IBackgroundCopyCallback2, 7);

SLOT(IDOManager, CreateDownload, 3);
SLOT(IDOManager, EnumDownloads, 4);
SLOT_COUNT(IDOManager, 5);

SLOT(IDODownload, Start, 3);
SLOT(IDODownload, Pause, 4);
SLOT(IDODownload, Abort, 5);
SLOT(IDODownload, Finalize, 6);
SLOT(IDODownload, GetStatus, 7);
SLOT(IDODownload, GetProperty, 8);
SLOT(IDODownload, SetProperty, 9);
SLOT_COUNT(IDODownload, 10);

SLOT(IDODownloadStatusCallback, OnStatusChange, 3);
SLOT_COUNT(IDODownloadStatusCallback, 4);

SLOT(IDeliveryOptimizationJob, AddFileWithRanges, 3);
SLOT_COUNT(IDeliveryOptimizationJob, 4);

SLOT(IDeliveryOptimizationJob2, AddFile, 3);
SLOT(IDeliveryOptimizationJob2, GetProperty, 4);
SLOT(IDeliveryOptimizationJob2, SetProperty, 5);
SLOT_COUNT(IDeliveryOptimizationJob2, 6);

SLOT(IDeliveryOptimizationFile, GetStats, 3);
SLOT(IDeliveryOptimizationFile, GetStatsAlias, 4);
SLOT_COUNT(IDeliveryOptimizationFile, 5);

SLOT(IDeliveryOptimizationFile2, GetProperty, 3);
SLOT(IDeliveryOptimizationFile2, SetProperty, 4);
SLOT_COUNT(IDeliveryOptimizationFile2, 5);

SLOT(IDeliveryOptimizationMgrInternal, SetUserToken, 3);
SLOT(IDeliveryOptimizationMgrInternal, GetCacheSize, 4);
SLOT(IDeliveryOptimizationMgrInternal, DeleteCache, 5);
SLOT(IDeliveryOptimizationMgrInternal, SetSwarmPinned, 6);
SLOT(IDeliveryOptimizationMgrInternal, SetExpiration, 7);
SLOT(IDeliveryOptimizationMgrInternal, DeleteSwarms, 8);
SLOT_COUNT(IDeliveryOptimizationMgrInternal, 9);

/* The names that programs use: identifiers, and the macros for calls. */
HRESULT use_names(IUnknown *unknown);

HRESULT use_names(IUnknown *unknown)
{
    IDOManager *manager;
    IDODownload *download;
    HRESULT hr;

    if (FAILED(hr = CoCreateInstance(&CLSID_DeliveryOptimization, NULL, CLSCTX_LOCAL_SERVER,
                                     &IID_IDOManager, (void **)&manager)))
        return hr;
    if (SUCCEEDED(hr = IDOManager_CreateDownload(manager, &download)))
    {
        hr = IDODownload_Start(download, NULL);
        IDODownload_Release(download);
    }
    IDOManager_Release(manager);
    if (IsEqualGUID(&IID_IDeliveryOptimizationJob, &IID_IDeliveryOptimizationJob2)
        || IsEqualGUID(&IID_IDeliveryOptimizationFile, &IID_IDeliveryOptimizationFile2)
        || IsEqualGUID(&IID_IBackgroundCopyFile3, &IID_IBackgroundCopyFile4)
        || IsEqualGUID(&IID_IBackgroundCopyFile5, &IID_IDODownload)
        || IsEqualGUID(&IID_IDODownloadStatusCallback, &IID_IDeliveryOptimizationMgrInternal))
        hr = E_UNEXPECTED;
    return unknown ? hr : DO_E_JOB_NOT_FOUND;
}
