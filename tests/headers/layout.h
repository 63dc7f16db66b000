/*
 * Compile-time checks that hold for a C and for a C++ program alike.
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

#include <stddef.h>
#include <windows.h>
#include <ole2.h>
#include <deliveryoptimization.h>
#include <deliveryoptimizationerrors.h>
/* Including them twice must do no harm. */
#include <deliveryoptimization.h>
#include <deliveryoptimizationerrors.h>

/* Sizes and offsets of the published structures; pointers are the only part that depends on the
 * architecture. */
CHECK(sizeof(DO_DOWNLOAD_STATUS) == 32);
CHECK(offsetof(DO_DOWNLOAD_STATUS, BytesTotal) == 0);
CHECK(offsetof(DO_DOWNLOAD_STATUS, BytesTransferred) == 8);
CHECK(offsetof(DO_DOWNLOAD_STATUS, State) == 16);
CHECK(offsetof(DO_DOWNLOAD_STATUS, Error) == 20);
CHECK(offsetof(DO_DOWNLOAD_STATUS, ExtendedError) == 24);
CHECK(sizeof(DO_DOWNLOAD_RANGE) == 16);
CHECK(offsetof(DO_DOWNLOAD_RANGE, Length) == 8);
CHECK(sizeof(DO_DOWNLOAD_RANGES_INFO) == 24);
CHECK(offsetof(DO_DOWNLOAD_RANGES_INFO, Ranges) == 8);
CHECK(sizeof(DO_DOWNLOAD_ENUM_CATEGORY) == 2 * sizeof(void *));
CHECK(offsetof(DO_DOWNLOAD_ENUM_CATEGORY, Value) == sizeof(void *));
CHECK(offsetof(DOSwarmStats, sourceURL) == sizeof(void *));
CHECK(offsetof(DOSwarmStats, fileSize) == 2 * sizeof(void *));
CHECK(offsetof(DOSwarmStats, bytesToInternetPeers) == 2 * sizeof(void *) + 72);
CHECK(offsetof(DOSwarmStats, httpConnectionCount) == 2 * sizeof(void *) + 80);
CHECK(offsetof(DOSwarmStats, downloadDuration) == 2 * sizeof(void *) + 100);
CHECK(offsetof(DOSwarmStats, isBackground) == 2 * sizeof(void *) + 112);
CHECK(sizeof(DOSwarmStats) == 2 * sizeof(void *) + 120);
CHECK(sizeof(BG_FILE_RANGE) == 16);
CHECK(offsetof(BITS_JOB_PROPERTY_VALUE, Uint64) == 0);
CHECK(sizeof(BITS_JOB_PROPERTY_VALUE) == 16);
CHECK(sizeof(BITS_FILE_PROPERTY_VALUE) == sizeof(void *));

/* Enumerations are numbers on the wire, and first and last tell whether one is missing. */
CHECK(sizeof(DODownloadState) == 4);
CHECK(DODownloadState_Created == 0 && DODownloadState_Paused == 5);
CHECK(DODownloadCostPolicy_Always == 0 && DODownloadCostPolicy_NoCellular == 5);
CHECK(DODownloadProperty_Id == 0 && DODownloadProperty_CallbackInterface == 13);
CHECK(DODownloadProperty_TotalSizeBytes == 21 && DODownloadProperty_HttpStatusCode == 29);
CHECK(DODownloadPropertyEx_TempLocalFileUsage == 6);
CHECK(DOFilePropertyId_DecryptionInfo == 0 && DOFilePropertyId_TotalSizeBytes == 6);
CHECK(DOJobPropertyId_ExtendedErrorInfo == 0);
CHECK(DownloadMode_Internet == 3 && DownloadMode_Simple == 99 && DownloadMode_Bypass == 100);
CHECK(SwarmStatus_Paused == 3);
CHECK(BITS_FILE_PROPERTY_ID_HTTP_RESPONSE_HEADERS == 1);
CHECK((DWORD)BITS_JOB_TRANSFER_POLICY_STANDARD == 0x80000067);
CHECK(BITS_JOB_PROPERTY_ID_COST_FLAGS == 1 && BITS_JOB_PROPERTY_NOTIFICATION_CLSID == 2);
CHECK(DO_UNKNOWN_FILE_SIZE == 0xffffffffffffffffULL && DO_LENGTH_TO_EOF == BG_LENGTH_TO_EOF);
CHECK(BG_NOTIFY_FILE_RANGES_TRANSFERRED == 0x20);

/* Error codes: one of each zone, and the types. */
CHECK(sizeof(DO_E_NO_SERVICE) == sizeof(HRESULT) && FAILED(DO_E_NO_SERVICE));
CHECK(HRESULT_FACILITY(DO_E_INVALID_STATE) == FACILITY_DELIVERY_OPTIMIZATION);
CHECK((DWORD)DO_E_NO_SERVICE == 0x80d01001);
CHECK((DWORD)DO_E_INVALID_STATE == 0x80d02013);
CHECK((DWORD)DO_E_DOWNLOAD_RANGES_EXPECTED == 0x80d02204);
CHECK((DWORD)DO_E_NO_DOWNLOAD_EXTSETTINGS == 0x80d03002);
CHECK((DWORD)DO_E_UNEXPECTED_HTTP_STATUS_2XX == 0x80d0380d);
CHECK((DWORD)DO_E_OVERLAPPING_RANGES == 0x80d05012);
CHECK((DWORD)DO_E_METAINFO_FILE_SIZE == 0x80d06822);
CHECK((DWORD)HTTP_E_STATUS_UNEXPECTED == 0x80190001);
CHECK((DWORD)HTTP_E_STATUS_FORBIDDEN == 0x80190000 + 403);
CHECK((DWORD)HTTP_E_STATUS_RANGE_NOT_SATISFIABLE == 0x80190000 + 416);
CHECK((DWORD)HTTP_E_STATUS_VERSION_NOT_SUP == 0x80190000 + 505);
CHECK((DWORD)E_NOT_SET == 0x80070490);
