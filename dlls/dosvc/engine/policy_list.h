/*
 * Every policy that the service knows: one list for the engine, the PE side and doadmin.
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

#ifndef DOSVC_POLICY_LIST_H
#define DOSVC_POLICY_LIST_H

/*
 * POLICY(id, name, settings, kind, minimum, maximum, fallback, unit)
 *
 * `name` is that of the value below the keys of Group Policy and MDM, `settings` that of the user's Settings page, or
 * empty. Of a number the limits and what holds while nobody has set it; of a text they are its length in bytes, and
 * policy.c has what holds. Numbers are in `unit`.
 */
#define POLICY_LIST(POLICY) \
    POLICY(DOWNLOAD_MODE, "DODownloadMode", "DownloadMode", NUMBER, 0, 100, 1, "") \
    POLICY(MAX_BACKGROUND, "DOMaxBackgroundDownloadBandwidth", "DownloadRateBackgroundBps", NUMBER, 0, UINT32_MAX, 0, \
           "KB/s") \
    POLICY(MAX_FOREGROUND, "DOMaxForegroundDownloadBandwidth", "DownloadRateForegroundBps", NUMBER, 0, UINT32_MAX, 0, \
           "KB/s") \
    POLICY(PERCENT_BACKGROUND, "DOPercentageMaxBackgroundBandwidth", "DownloadRateBackgroundPct", NUMBER, 0, 100, 0, \
           "%") \
    POLICY(PERCENT_FOREGROUND, "DOPercentageMaxForegroundBandwidth", "DownloadRateForegroundPct", NUMBER, 0, 100, 0, \
           "%") \
    POLICY(HOURS_BACKGROUND, "SetHoursToLimitBackgroundDownloadBandwidth", "", NUMBER, 0, 1, 0, "") \
    POLICY(HOURS_BACKGROUND_FROM, "SetHoursToLimitBackgroundDownloadBandwidthFrom", "", NUMBER, 0, 23, 0, "h") \
    POLICY(HOURS_BACKGROUND_TO, "SetHoursToLimitBackgroundDownloadBandwidthTo", "", NUMBER, 0, 23, 0, "h") \
    POLICY(HOURS_BACKGROUND_IN, "SetHoursToLimitBackgroundDownloadBandwidthIn", "", NUMBER, 0, 100, 0, "%") \
    POLICY(HOURS_BACKGROUND_OUT, "SetHoursToLimitBackgroundDownloadBandwidthOut", "", NUMBER, 0, 100, 0, "%") \
    POLICY(HOURS_FOREGROUND, "SetHoursToLimitForegroundDownloadBandwidth", "", NUMBER, 0, 1, 0, "") \
    POLICY(HOURS_FOREGROUND_FROM, "SetHoursToLimitForegroundDownloadBandwidthFrom", "", NUMBER, 0, 23, 0, "h") \
    POLICY(HOURS_FOREGROUND_TO, "SetHoursToLimitForegroundDownloadBandwidthTo", "", NUMBER, 0, 23, 0, "h") \
    POLICY(HOURS_FOREGROUND_IN, "SetHoursToLimitForegroundDownloadBandwidthIn", "", NUMBER, 0, 100, 0, "%") \
    POLICY(HOURS_FOREGROUND_OUT, "SetHoursToLimitForegroundDownloadBandwidthOut", "", NUMBER, 0, 100, 0, "%") \
    POLICY(CACHE_HOST, "DOCacheHost", "", TEXT, 0, 8192, 0, "") \
    POLICY(CACHE_HOST_SOURCE, "DOCacheHostSource", "", NUMBER, 0, 2, 0, "") \
    POLICY(CACHE_DELAY_BACKGROUND, "DODelayCacheServerFallbackBackground", "", NUMBER, 0, 2592000, 0, "s") \
    POLICY(CACHE_DELAY_FOREGROUND, "DODelayCacheServerFallbackForeground", "", NUMBER, 0, 2592000, 0, "s") \
    POLICY(DISALLOW_CACHE_ON_VPN, "DODisallowCacheServerDownloadsOnVPN", "", NUMBER, 0, 1, 0, "") \
    POLICY(VPN_KEYWORDS, "DOVpnKeywords", "", TEXT, 0, 8192, 0, "") \
    POLICY(HTTP_DELAY_BACKGROUND, "DODelayBackgroundDownloadFromHttp", "", NUMBER, 0, UINT32_MAX, 0, "s") \
    POLICY(HTTP_DELAY_FOREGROUND, "DODelayForegroundDownloadFromHttp", "", NUMBER, 0, UINT32_MAX, 0, "s")

enum policy_id
{
#define POLICY(id, name, settings, kind, minimum, maximum, fallback, unit) POLICY_##id,
    POLICY_LIST(POLICY)
#undef POLICY
    POLICY_COUNT
};

enum policy_kind
{
    POLICY_KIND_NUMBER,
    POLICY_KIND_TEXT
};

/* Who set a policy. The first one of them whose value is good has its way, the last one holds what nobody sets. */
enum policy_provider
{
    POLICY_PROVIDER_GROUP_POLICY = 0,
    POLICY_PROVIDER_MDM = 1,
    POLICY_PROVIDER_SETTINGS = 2,
    POLICY_PROVIDER_DEFAULT = 3,
    POLICY_PROVIDER_COUNT
};

#endif /* DOSVC_POLICY_LIST_H */
