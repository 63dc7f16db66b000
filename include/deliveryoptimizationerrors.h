/*
 * HRESULTs of the Delivery Optimization service.
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
#ifndef __DELIVERYOPTIMIZATIONERRORS_H
#define __DELIVERYOPTIMIZATIONERRORS_H

/*
 * Include windows.h or winerror.h first for the type HRESULT. A code is transient when its facility
 * is FACILITY_DELIVERY_OPTIMIZATION and (code & 0xf800) is 0x3800.
 * Page: do-return-values; the page names fewer codes than the service has.
 */

#ifndef _HRESULT_TYPEDEF_
#define _HRESULT_TYPEDEF_(code) ((HRESULT)code)
#endif

#ifndef FACILITY_DELIVERY_OPTIMIZATION
#define FACILITY_DELIVERY_OPTIMIZATION 208
#endif

/* A property without a value: HRESULT_FROM_WIN32(ERROR_NOT_FOUND). */
#ifndef E_NOT_SET
#define E_NOT_SET _HRESULT_TYPEDEF_(0x80070490L)
#endif

/* The service. */

/* Service cannot serve the request (stopping, disabled). */
#define DO_E_NO_SERVICE _HRESULT_TYPEDEF_(0x80D01001L)

/* Jobs and downloads. */

/* No byte arrived within the no-progress timeout. */
#define DO_E_DOWNLOAD_NO_PROGRESS _HRESULT_TYPEDEF_(0x80D02002L)

/* GetJob with unknown id. */
#define DO_E_JOB_NOT_FOUND _HRESULT_TYPEDEF_(0x80D02003L)

/* Resume of a job without files. */
#define DO_E_JOB_EMPTY _HRESULT_TYPEDEF_(0x80D02004L)

/* IDOManager::EnumDownloads found nothing. */
#define DO_E_NO_DOWNLOADS _HRESULT_TYPEDEF_(0x80D02005L)

/* The memory stream as a destination was withdrawn. */
#define DO_E_MEMORYSTREAM_DOWNLOAD_NOT_SUPPORTED _HRESULT_TYPEDEF_(0x80D0200BL)

/* Neither completed nor cancelled before its maximum age. */
#define DO_E_JOB_TOO_OLD _HRESULT_TYPEDEF_(0x80D0200CL)

/* File of a job has no destination. */
#define DO_E_LOCALPATH_NOT_SET _HRESULT_TYPEDEF_(0x80D0200DL)

/* The error has no file. */
#define DO_E_FILE_NOT_AVAILABLE _HRESULT_TYPEDEF_(0x80D02010L)

/* Get/SetProperty, id not known. */
#define DO_E_UNKNOWN_PROPERTY_ID _HRESULT_TYPEDEF_(0x80D02011L)

/* SetProperty of what can only be read. */
#define DO_E_READ_ONLY_PROPERTY _HRESULT_TYPEDEF_(0x80D02012L)

/* The action is not legal in this state. */
#define DO_E_INVALID_STATE _HRESULT_TYPEDEF_(0x80D02013L)

/* The job has no error object. */
#define DO_E_ERROR_INFORMATION_UNAVAILABLE _HRESULT_TYPEDEF_(0x80D02014L)

/* GetProperty of what can only be written. */
#define DO_E_WRITE_ONLY_PROPERTY _HRESULT_TYPEDEF_(0x80D02015L)

/* Integrity check mandatory, IntegrityCheckInfo not given. */
#define DO_E_INTEGRITYCHECKINFO_UNSPECIFIED _HRESULT_TYPEDEF_(0x80D02016L)

/* Integrity check mandatory, piece hashes not available. */
#define DO_E_INTEGRITYCHECKINFO_UNAVAILABLE _HRESULT_TYPEDEF_(0x80D02017L)

/* Started with neither a path nor a stream to write to. */
#define DO_E_FILE_DOWNLOADSINK_UNSPECIFIED _HRESULT_TYPEDEF_(0x80D02018L)

/* Another kind of sink is already set. */
#define DO_E_FILE_DOWNLOADSINK_ALREADY_SET _HRESULT_TYPEDEF_(0x80D02019L)

/* The size could not be learned from an answer 200. */
#define DO_E_FILE_SIZE_UNKNOWN_HTTP_200 _HRESULT_TYPEDEF_(0x80D0201AL)

/* DecryptionInfo given but the content is not encrypted. */
#define DO_E_FILE_ENCRYPTION_EXPECTED _HRESULT_TYPEDEF_(0x80D0201BL)

/* The size could not be learned from an answer 206. */
#define DO_E_FILE_SIZE_UNKNOWN_HTTP_206 _HRESULT_TYPEDEF_(0x80D0201CL)

/* The size could not be learned from another answer 2xx. */
#define DO_E_FILE_SIZE_UNKNOWN_HTTP_2XX _HRESULT_TYPEDEF_(0x80D0201DL)

/* User consent for network use is pending. */
#define DO_E_NETWORK_ACCESS_CONSENT_NEEDED _HRESULT_TYPEDEF_(0x80D0201EL)

/* Start without Uri. */
#define DO_E_DOWNLOAD_NO_URI _HRESULT_TYPEDEF_(0x80D02200L)

/* Caller class that must give a ContentId did not. */
#define DO_E_DOWNLOAD_NO_CONTENT_ID _HRESULT_TYPEDEF_(0x80D02201L)

/* Malformed or not accepted ContentId. */
#define DO_E_INVALID_CONTENT_ID _HRESULT_TYPEDEF_(0x80D02202L)

/* Ranges given where none are allowed. */
#define DO_E_DOWNLOAD_RANGES_UNEXPECTED _HRESULT_TYPEDEF_(0x80D02203L)

/* No ranges given where they are needed. */
#define DO_E_DOWNLOAD_RANGES_EXPECTED _HRESULT_TYPEDEF_(0x80D02204L)

/* Policies. */

/* Participation throttling refuses the download. */
#define DO_E_NO_DOWNLOAD_PARTICIPATION _HRESULT_TYPEDEF_(0x80D03001L)

/* Not allowed by a setting of the user or the administrator. */
#define DO_E_NO_DOWNLOAD_EXTSETTINGS _HRESULT_TYPEDEF_(0x80D03002L)

/* Transient: the download is paused and goes on by itself. */

/* Paused: the network costs too much for the policy. */
#define DO_E_BLOCKED_BY_COST_TRANSFER_POLICY _HRESULT_TYPEDEF_(0x80D03801L)

/* Download mode forced by the content policy. */
#define DO_E_DOWNLOADMODE_SET_BY_CP _HRESULT_TYPEDEF_(0x80D03802L)

/* Paused: cellular network. */
#define DO_E_BLOCKED_BY_CELLULAR_POLICY _HRESULT_TYPEDEF_(0x80D03803L)

/* Paused: on battery. */
#define DO_E_BLOCKED_BY_POWER_STATE _HRESULT_TYPEDEF_(0x80D03804L)

/* Paused: no network. */
#define DO_E_BLOCKED_BY_NO_NETWORK _HRESULT_TYPEDEF_(0x80D03805L)

/* Download mode forced by a policy. */
#define DO_E_DOWNLOADMODE_SET_BY_POLICY _HRESULT_TYPEDEF_(0x80D03806L)

/* Completed download paused: VPN. */
#define DO_E_BLOCKED_BY_VPN_POLICY _HRESULT_TYPEDEF_(0x80D03807L)

/* Completed download paused: memory is short. */
#define DO_E_BLOCKED_BY_CRITICAL_MEMORY_USAGE _HRESULT_TYPEDEF_(0x80D03808L)

/* Download mode forced, there is no cache directory. */
#define DO_E_DOWNLOADMODE_SET_BY_CACHE_ABSENCE _HRESULT_TYPEDEF_(0x80D03809L)

/* A cloud service cannot be reached. */
#define DO_E_CLOUD_SERVICES_UNREACHABLE _HRESULT_TYPEDEF_(0x80D0380AL)

/* Download mode forced, the caller is not registered. */
#define DO_E_DOWNLOADMODE_SET_FOR_UNREG_CALLER _HRESULT_TYPEDEF_(0x80D0380BL)

/* Download mode forced, ranges of simple mode. */
#define DO_E_DOWNLOADMODE_SET_FOR_SIMPLE_RANGES _HRESULT_TYPEDEF_(0x80D0380CL)

/* Paused: an answer 2xx that has no use here, such as 204. */
#define DO_E_UNEXPECTED_HTTP_STATUS_2XX _HRESULT_TYPEDEF_(0x80D0380DL)

/* HTTP. */

/* The amount received is not the one asked for. */
#define DO_E_HTTP_BLOCKSIZE_MISMATCH _HRESULT_TYPEDEF_(0x80D05001L)

/* Server certificate failed validation. */
#define DO_E_HTTP_CERT_VALIDATION _HRESULT_TYPEDEF_(0x80D05002L)

/* A range that begins or ends beyond the file. */
#define DO_E_INVALID_RANGE _HRESULT_TYPEDEF_(0x80D05010L)

/* The server ignored the range that was asked for. */
#define DO_E_INSUFFICIENT_RANGE_SUPPORT _HRESULT_TYPEDEF_(0x80D05011L)

/* Duplicate or overlapping ranges. */
#define DO_E_OVERLAPPING_RANGES _HRESULT_TYPEDEF_(0x80D05012L)

/* Data, caches and peers. */

/* Peer use. */
#define DO_E_UPLOADING_BAD_PIECES _HRESULT_TYPEDEF_(0x80D06800L)

/* Internal. */
#define DO_E_FATAL_CORE_ERROR _HRESULT_TYPEDEF_(0x80D06802L)

/* Cloud service answered an empty JSON. */
#define DO_E_SERVICES_RESPONSE_EMPTY _HRESULT_TYPEDEF_(0x80D06803L)

/* Bad or incomplete data for a piece. */
#define DO_E_BAD_INCOMING_DATA _HRESULT_TYPEDEF_(0x80D06804L)

/* Piece does not match its hash. */
#define DO_E_BAD_PIECE_HASH _HRESULT_TYPEDEF_(0x80D06805L)

/* Same, source not banned. */
#define DO_E_BAD_PIECE_HASH_NO_BAN _HRESULT_TYPEDEF_(0x80D06806L)

/* Piece is already in the cache. */
#define DO_E_ALREADY_HAVE_PIECE _HRESULT_TYPEDEF_(0x80D06807L)

/* Piece is no longer in the cache. */
#define DO_E_MISSING_PIECE _HRESULT_TYPEDEF_(0x80D06808L)

/* The file of piece hashes is not parsable. */
#define DO_E_METAINFO_CONTENT _HRESULT_TYPEDEF_(0x80D06809L)

/* Its version is not valid. */
#define DO_E_METAINFO_VERSION _HRESULT_TYPEDEF_(0x80D0680AL)

/* Peer use. */
#define DO_E_SWARM_NOT_RUNNING _HRESULT_TYPEDEF_(0x80D0680BL)

/* Peer protocol. */
#define DO_E_UNRECOGNIZED_CONN _HRESULT_TYPEDEF_(0x80D0680CL)

/* Peer protocol. */
#define DO_E_PEER_BANNED _HRESULT_TYPEDEF_(0x80D0680DL)

/* Peer protocol. */
#define DO_E_CONNECT_TO_SELF _HRESULT_TYPEDEF_(0x80D0680EL)

/* Peer protocol. */
#define DO_E_ALREADY_CONNECTED _HRESULT_TYPEDEF_(0x80D0680FL)

/* Peer protocol. */
#define DO_E_NO_MORE_CONNECTIONS _HRESULT_TYPEDEF_(0x80D06810L)

/* Peer protocol. */
#define DO_E_LOST_CONNECTION _HRESULT_TYPEDEF_(0x80D06811L)

/* Peer protocol. */
#define DO_E_UNRECOGNIZED_SWARM _HRESULT_TYPEDEF_(0x80D06812L)

/* Peer protocol. */
#define DO_E_INVALID_HANDSHAKE_LEN _HRESULT_TYPEDEF_(0x80D06813L)

/* Peer protocol. */
#define DO_E_SOCKET_CLOSED _HRESULT_TYPEDEF_(0x80D06814L)

/* Peer protocol. */
#define DO_E_PEER_MSG_TOO_LONG _HRESULT_TYPEDEF_(0x80D06815L)

/* Peer protocol. */
#define DO_E_INVALID_PEER_MSG _HRESULT_TYPEDEF_(0x80D06816L)

/* Peer protocol. */
#define DO_E_PEER_IS_UPLOAD _HRESULT_TYPEDEF_(0x80D06817L)

/* Swarm is not in peering mode, cannot be pinned. */
#define DO_E_PIN_FAIL_NO_PEERING _HRESULT_TYPEDEF_(0x80D06818L)

/* Pinned, and delete was not forced. */
#define DO_E_DELETE_PINNED_SWARM _HRESULT_TYPEDEF_(0x80D06819L)

/* Digest of the piece hash file differs from the caller's. */
#define DO_E_METAINFO_DIGEST_MATCH _HRESULT_TYPEDEF_(0x80D0681AL)

/* HashOfHashes in the file differs from the caller's. */
#define DO_E_METAINFO_HOH_MATCH _HRESULT_TYPEDEF_(0x80D0681BL)

/* Computed HashOfHashes differs. */
#define DO_E_METAINFO_HOH_FINAL_MATCH _HRESULT_TYPEDEF_(0x80D0681CL)

/* ContentLength invalid. */
#define DO_E_METAINFO_CONTENT_LENGTH _HRESULT_TYPEDEF_(0x80D0681DL)

/* PieceSize invalid. */
#define DO_E_METAINFO_PIECE_SIZE _HRESULT_TYPEDEF_(0x80D0681EL)

/* HashOfHashes not decodable. */
#define DO_E_METAINFO_PARSE_HOH _HRESULT_TYPEDEF_(0x80D0681FL)

/* Pieces array missing or not an array. */
#define DO_E_METAINFO_PARSE_PIECEHASHES _HRESULT_TYPEDEF_(0x80D06820L)

/* One piece hash is not decodable. */
#define DO_E_METAINFO_PARSE_ONE_PIECEHASH _HRESULT_TYPEDEF_(0x80D06821L)

/* The size of the file of piece hashes is unknown or bad. */
#define DO_E_METAINFO_FILE_SIZE _HRESULT_TYPEDEF_(0x80D06822L)

/*
 * HTTP status codes as HRESULTs: 0x80190000 + status. Windows has these names in winerror.h, the
 * headers of Wine and mingw-w64 have not. The first four stand for no single status.
 */

/* No more fitting code exists for the answer. */
#ifndef HTTP_E_STATUS_UNEXPECTED
#define HTTP_E_STATUS_UNEXPECTED _HRESULT_TYPEDEF_(0x80190001L)
#endif

/* A redirection that was not followed. */
#ifndef HTTP_E_STATUS_UNEXPECTED_REDIRECTION
#define HTTP_E_STATUS_UNEXPECTED_REDIRECTION _HRESULT_TYPEDEF_(0x80190003L)
#endif

/* Another 4xx. */
#ifndef HTTP_E_STATUS_UNEXPECTED_CLIENT_ERROR
#define HTTP_E_STATUS_UNEXPECTED_CLIENT_ERROR _HRESULT_TYPEDEF_(0x80190004L)
#endif

/* Another 5xx. */
#ifndef HTTP_E_STATUS_UNEXPECTED_SERVER_ERROR
#define HTTP_E_STATUS_UNEXPECTED_SERVER_ERROR _HRESULT_TYPEDEF_(0x80190005L)
#endif

#ifndef HTTP_E_STATUS_AMBIGUOUS
#define HTTP_E_STATUS_AMBIGUOUS _HRESULT_TYPEDEF_(0x8019012CL)  /* 300 */
#endif

#ifndef HTTP_E_STATUS_MOVED
#define HTTP_E_STATUS_MOVED _HRESULT_TYPEDEF_(0x8019012DL)  /* 301 */
#endif

#ifndef HTTP_E_STATUS_REDIRECT
#define HTTP_E_STATUS_REDIRECT _HRESULT_TYPEDEF_(0x8019012EL)  /* 302 */
#endif

#ifndef HTTP_E_STATUS_REDIRECT_METHOD
#define HTTP_E_STATUS_REDIRECT_METHOD _HRESULT_TYPEDEF_(0x8019012FL)  /* 303 */
#endif

#ifndef HTTP_E_STATUS_NOT_MODIFIED
#define HTTP_E_STATUS_NOT_MODIFIED _HRESULT_TYPEDEF_(0x80190130L)  /* 304 */
#endif

#ifndef HTTP_E_STATUS_USE_PROXY
#define HTTP_E_STATUS_USE_PROXY _HRESULT_TYPEDEF_(0x80190131L)  /* 305 */
#endif

#ifndef HTTP_E_STATUS_REDIRECT_KEEP_VERB
#define HTTP_E_STATUS_REDIRECT_KEEP_VERB _HRESULT_TYPEDEF_(0x80190133L)  /* 307 */
#endif

#ifndef HTTP_E_STATUS_BAD_REQUEST
#define HTTP_E_STATUS_BAD_REQUEST _HRESULT_TYPEDEF_(0x80190190L)  /* 400 */
#endif

#ifndef HTTP_E_STATUS_DENIED
#define HTTP_E_STATUS_DENIED _HRESULT_TYPEDEF_(0x80190191L)  /* 401 */
#endif

#ifndef HTTP_E_STATUS_PAYMENT_REQ
#define HTTP_E_STATUS_PAYMENT_REQ _HRESULT_TYPEDEF_(0x80190192L)  /* 402 */
#endif

#ifndef HTTP_E_STATUS_FORBIDDEN
#define HTTP_E_STATUS_FORBIDDEN _HRESULT_TYPEDEF_(0x80190193L)  /* 403 */
#endif

#ifndef HTTP_E_STATUS_NOT_FOUND
#define HTTP_E_STATUS_NOT_FOUND _HRESULT_TYPEDEF_(0x80190194L)  /* 404 */
#endif

#ifndef HTTP_E_STATUS_BAD_METHOD
#define HTTP_E_STATUS_BAD_METHOD _HRESULT_TYPEDEF_(0x80190195L)  /* 405 */
#endif

#ifndef HTTP_E_STATUS_NONE_ACCEPTABLE
#define HTTP_E_STATUS_NONE_ACCEPTABLE _HRESULT_TYPEDEF_(0x80190196L)  /* 406 */
#endif

#ifndef HTTP_E_STATUS_PROXY_AUTH_REQ
#define HTTP_E_STATUS_PROXY_AUTH_REQ _HRESULT_TYPEDEF_(0x80190197L)  /* 407 */
#endif

#ifndef HTTP_E_STATUS_REQUEST_TIMEOUT
#define HTTP_E_STATUS_REQUEST_TIMEOUT _HRESULT_TYPEDEF_(0x80190198L)  /* 408 */
#endif

#ifndef HTTP_E_STATUS_CONFLICT
#define HTTP_E_STATUS_CONFLICT _HRESULT_TYPEDEF_(0x80190199L)  /* 409 */
#endif

#ifndef HTTP_E_STATUS_GONE
#define HTTP_E_STATUS_GONE _HRESULT_TYPEDEF_(0x8019019AL)  /* 410 */
#endif

#ifndef HTTP_E_STATUS_LENGTH_REQUIRED
#define HTTP_E_STATUS_LENGTH_REQUIRED _HRESULT_TYPEDEF_(0x8019019BL)  /* 411 */
#endif

#ifndef HTTP_E_STATUS_PRECOND_FAILED
#define HTTP_E_STATUS_PRECOND_FAILED _HRESULT_TYPEDEF_(0x8019019CL)  /* 412 */
#endif

#ifndef HTTP_E_STATUS_REQUEST_TOO_LARGE
#define HTTP_E_STATUS_REQUEST_TOO_LARGE _HRESULT_TYPEDEF_(0x8019019DL)  /* 413 */
#endif

#ifndef HTTP_E_STATUS_URI_TOO_LONG
#define HTTP_E_STATUS_URI_TOO_LONG _HRESULT_TYPEDEF_(0x8019019EL)  /* 414 */
#endif

#ifndef HTTP_E_STATUS_UNSUPPORTED_MEDIA
#define HTTP_E_STATUS_UNSUPPORTED_MEDIA _HRESULT_TYPEDEF_(0x8019019FL)  /* 415 */
#endif

#ifndef HTTP_E_STATUS_RANGE_NOT_SATISFIABLE
#define HTTP_E_STATUS_RANGE_NOT_SATISFIABLE _HRESULT_TYPEDEF_(0x801901A0L)  /* 416 */
#endif

#ifndef HTTP_E_STATUS_EXPECTATION_FAILED
#define HTTP_E_STATUS_EXPECTATION_FAILED _HRESULT_TYPEDEF_(0x801901A1L)  /* 417 */
#endif

#ifndef HTTP_E_STATUS_SERVER_ERROR
#define HTTP_E_STATUS_SERVER_ERROR _HRESULT_TYPEDEF_(0x801901F4L)  /* 500 */
#endif

#ifndef HTTP_E_STATUS_NOT_SUPPORTED
#define HTTP_E_STATUS_NOT_SUPPORTED _HRESULT_TYPEDEF_(0x801901F5L)  /* 501 */
#endif

#ifndef HTTP_E_STATUS_BAD_GATEWAY
#define HTTP_E_STATUS_BAD_GATEWAY _HRESULT_TYPEDEF_(0x801901F6L)  /* 502 */
#endif

#ifndef HTTP_E_STATUS_SERVICE_UNAVAIL
#define HTTP_E_STATUS_SERVICE_UNAVAIL _HRESULT_TYPEDEF_(0x801901F7L)  /* 503 */
#endif

#ifndef HTTP_E_STATUS_GATEWAY_TIMEOUT
#define HTTP_E_STATUS_GATEWAY_TIMEOUT _HRESULT_TYPEDEF_(0x801901F8L)  /* 504 */
#endif

#ifndef HTTP_E_STATUS_VERSION_NOT_SUP
#define HTTP_E_STATUS_VERSION_NOT_SUP _HRESULT_TYPEDEF_(0x801901F9L)  /* 505 */
#endif

#endif /* __DELIVERYOPTIMIZATIONERRORS_H */
