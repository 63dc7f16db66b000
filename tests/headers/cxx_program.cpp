/*
 * Checks at compile time that a C++ program sees the published layout and signatures.
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

#define CHECK(condition) static_assert(condition, #condition)

#include "layout.h"

/* A signature is checked by converting the address of the method to what it has to be. */
#define METHOD(iface, method, ...) \
    static_assert(static_cast<HRESULT (STDMETHODCALLTYPE iface::*)(__VA_ARGS__)>(&iface::method) \
                  != nullptr, #iface " " #method)

METHOD(IDOManager, CreateDownload, IDODownload **);
METHOD(IDOManager, EnumDownloads, const DO_DOWNLOAD_ENUM_CATEGORY *, IEnumUnknown **);
METHOD(IDODownload, Start, const DO_DOWNLOAD_RANGES_INFO *);
METHOD(IDODownload, Pause);
METHOD(IDODownload, Abort);
METHOD(IDODownload, Finalize);
METHOD(IDODownload, GetStatus, DO_DOWNLOAD_STATUS *);
METHOD(IDODownload, GetProperty, DODownloadProperty, VARIANT *);
METHOD(IDODownload, SetProperty, DODownloadProperty, const VARIANT *);
METHOD(IDODownloadStatusCallback, OnStatusChange, IDODownload *, const DO_DOWNLOAD_STATUS *);
METHOD(IDeliveryOptimizationJob, AddFileWithRanges, LPCWSTR, LPCWSTR, LPCWSTR, DWORD,
       BG_FILE_RANGE *, UINT64);
METHOD(IDeliveryOptimizationJob2, AddFile, LPCWSTR, LPCWSTR, DWORD, BG_FILE_RANGE *, REFIID,
       void **);
METHOD(IDeliveryOptimizationJob2, GetProperty, DOJobPropertyId, VARIANT *);
METHOD(IDeliveryOptimizationJob2, SetProperty, DOJobPropertyId, const VARIANT *);
METHOD(IDeliveryOptimizationFile, GetStats, DOSwarmStats *);
METHOD(IDeliveryOptimizationFile2, GetProperty, DOFilePropertyId, VARIANT *);
METHOD(IDeliveryOptimizationFile2, SetProperty, DOFilePropertyId, const VARIANT *);
METHOD(IDeliveryOptimizationMgrInternal, GetCacheSize, UINT64 *);
METHOD(IDeliveryOptimizationMgrInternal, SetExpiration, UINT64, LPCWSTR);
METHOD(IBackgroundCopyJob5, SetProperty, BITS_JOB_PROPERTY_ID, BITS_JOB_PROPERTY_VALUE);
METHOD(IBackgroundCopyJob5, GetProperty, BITS_JOB_PROPERTY_ID, BITS_JOB_PROPERTY_VALUE *);
METHOD(IBackgroundCopyFile3, GetTemporaryName, LPWSTR *);
METHOD(IBackgroundCopyFile3, SetValidationState, BOOL);
METHOD(IBackgroundCopyFile3, GetValidationState, BOOL *);
METHOD(IBackgroundCopyFile3, IsDownloadedFromPeer, BOOL *);
METHOD(IBackgroundCopyFile4, GetPeerDownloadStats, UINT64 *, UINT64 *);
METHOD(IBackgroundCopyFile5, SetProperty, BITS_FILE_PROPERTY_ID, BITS_FILE_PROPERTY_VALUE);
METHOD(IBackgroundCopyFile5, GetProperty, BITS_FILE_PROPERTY_ID, BITS_FILE_PROPERTY_VALUE *);

/* What a program does that implements an interface of its own, and one that derives. */
class status_callback : public IDODownloadStatusCallback
{
public:
    virtual ~status_callback() {}
    HRESULT STDMETHODCALLTYPE QueryInterface(REFIID iid, void **out) override;
    ULONG STDMETHODCALLTYPE AddRef() override;
    ULONG STDMETHODCALLTYPE Release() override;
    HRESULT STDMETHODCALLTYPE OnStatusChange(IDODownload *download,
                                             const DO_DOWNLOAD_STATUS *status) override;
};

HRESULT STDMETHODCALLTYPE status_callback::OnStatusChange(IDODownload *download,
                                                          const DO_DOWNLOAD_STATUS *status)
{
    if (status->State == DODownloadState_Transferred)
        return download->Finalize();
    return SUCCEEDED(status->Error) ? S_OK : DO_E_INVALID_STATE;
}

static_assert(__is_base_of(IBackgroundCopyFile2, IBackgroundCopyFile5), "IBackgroundCopyFile5");
static_assert(__is_base_of(IBackgroundCopyJob4, IBackgroundCopyJob5), "IBackgroundCopyJob5");
