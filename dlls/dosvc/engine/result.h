/*
 * The HRESULTs that the engine gives, by their Windows names.
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

#ifndef DOSVC_RESULT_H
#define DOSVC_RESULT_H

#include <stdint.h>

/* The engine uses no Windows header: these are the numbers of deliveryoptimizationerrors.h and winerror.h. */

#define RESULT(code) ((int32_t)(code))
#define FAILED(hr) ((int32_t)(hr) < 0)
#define SUCCEEDED(hr) ((int32_t)(hr) >= 0)
#define HRESULT_FROM_WIN32(code) RESULT(0x80070000u | ((code) & 0xffffu))
#define HRESULT_FROM_HTTP(status) RESULT(0x80190000u | ((status) & 0xffffu))

#define S_OK RESULT(0)
#define S_FALSE RESULT(1)
#define E_NOTIMPL RESULT(0x80004001u)
#define E_INVALIDARG RESULT(0x80070057u)
#define E_OUTOFMEMORY RESULT(0x8007000eu)
#define E_ACCESSDENIED RESULT(0x80070005u)
#define E_FAIL RESULT(0x80004005u)
#define CRYPT_E_FILE_ERROR RESULT(0x80092003u)
#define E_NOT_SET RESULT(0x80070490u)
#define INET_E_INVALID_URL RESULT(0x800c0002u)

#define S_FALSE RESULT(1)
#define BG_E_MAXDOWNLOAD_TIMEOUT RESULT(0x80200054u)

#define DO_E_NO_SERVICE RESULT(0x80d01001u)
#define DO_E_DOWNLOAD_NO_PROGRESS RESULT(0x80d02002u)
#define DO_E_JOB_NOT_FOUND RESULT(0x80d02003u)
#define DO_E_JOB_EMPTY RESULT(0x80d02004u)
#define DO_E_JOB_TOO_OLD RESULT(0x80d0200cu)
#define DO_E_LOCALPATH_NOT_SET RESULT(0x80d0200du)
#define DO_E_INVALID_STATE RESULT(0x80d02013u)
#define DO_E_ERROR_INFORMATION_UNAVAILABLE RESULT(0x80d02014u)
#define DO_E_INTEGRITYCHECKINFO_UNSPECIFIED RESULT(0x80d02016u)
#define DO_E_INTEGRITYCHECKINFO_UNAVAILABLE RESULT(0x80d02017u)
#define DO_E_FILE_DOWNLOADSINK_UNSPECIFIED RESULT(0x80d02018u)
#define DO_E_FILE_DOWNLOADSINK_ALREADY_SET RESULT(0x80d02019u)
#define DO_E_FILE_SIZE_UNKNOWN_HTTP_200 RESULT(0x80d0201au)
#define DO_E_FILE_ENCRYPTION_EXPECTED RESULT(0x80d0201bu)
#define DO_E_FILE_SIZE_UNKNOWN_HTTP_206 RESULT(0x80d0201cu)
#define DO_E_DOWNLOAD_NO_URI RESULT(0x80d02200u)
#define DO_E_DOWNLOAD_RANGES_UNEXPECTED RESULT(0x80d02203u)
#define DO_E_BLOCKED_BY_COST_TRANSFER_POLICY RESULT(0x80d03801u)
#define DO_E_BLOCKED_BY_CELLULAR_POLICY RESULT(0x80d03803u)
#define DO_E_BLOCKED_BY_NO_NETWORK RESULT(0x80d03805u)
#define DO_E_UNEXPECTED_HTTP_STATUS_2XX RESULT(0x80d0380du)
#define DO_E_HTTP_BLOCKSIZE_MISMATCH RESULT(0x80d05001u)
#define DO_E_INVALID_RANGE RESULT(0x80d05010u)
#define DO_E_INSUFFICIENT_RANGE_SUPPORT RESULT(0x80d05011u)
#define DO_E_OVERLAPPING_RANGES RESULT(0x80d05012u)
#define DO_E_FATAL_CORE_ERROR RESULT(0x80d06802u)
#define DO_E_BAD_PIECE_HASH RESULT(0x80d06805u)
#define DO_E_METAINFO_CONTENT RESULT(0x80d06809u)
#define DO_E_METAINFO_VERSION RESULT(0x80d0680au)
#define DO_E_METAINFO_DIGEST_MATCH RESULT(0x80d0681au)
#define DO_E_METAINFO_HOH_MATCH RESULT(0x80d0681bu)
#define DO_E_METAINFO_HOH_FINAL_MATCH RESULT(0x80d0681cu)
#define DO_E_METAINFO_CONTENT_LENGTH RESULT(0x80d0681du)
#define DO_E_METAINFO_PIECE_SIZE RESULT(0x80d0681eu)
#define DO_E_METAINFO_PARSE_HOH RESULT(0x80d0681fu)
#define DO_E_METAINFO_PARSE_PIECEHASHES RESULT(0x80d06820u)
#define DO_E_METAINFO_PARSE_ONE_PIECEHASH RESULT(0x80d06821u)
#define DO_E_METAINFO_FILE_SIZE RESULT(0x80d06822u)

#define HTTP_E_STATUS_UNEXPECTED RESULT(0x80190001u)
#define HTTP_E_STATUS_UNEXPECTED_REDIRECTION RESULT(0x80190003u)

#define RESULT_INVALID_SERVER_RESPONSE HRESULT_FROM_WIN32(12152)

#define ERROR_INSUFFICIENT_BUFFER 122u

#endif /* DOSVC_RESULT_H */
