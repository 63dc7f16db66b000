/*
 * The policies of hours that limit bandwidth, as administrative templates and MDM write them.
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

#include <stdlib.h>

#include "dosvc_private.h"
#include "winreg.h"

#include "wine/debug.h"

WINE_DEFAULT_DEBUG_CHANNEL(dosvc);

#define MAX_XML 2048
#define MAX_NAME 80

/* How the names of a limit's numbers end. */
static const struct
{
    unsigned int offset;    /* of the policy's number behind the limit's own */
    const WCHAR *name;
}
elements[] =
{
    { POLICY_HOURS_BACKGROUND_FROM - POLICY_HOURS_BACKGROUND, L"From" },
    { POLICY_HOURS_BACKGROUND_TO - POLICY_HOURS_BACKGROUND, L"To" },
    { POLICY_HOURS_BACKGROUND_IN - POLICY_HOURS_BACKGROUND, L"In" },
    { POLICY_HOURS_BACKGROUND_OUT - POLICY_HOURS_BACKGROUND, L"Out" },
};

/* Both limits stand in the list in the same way. */
C_ASSERT(POLICY_HOURS_FOREGROUND_FROM - POLICY_HOURS_BACKGROUND_FROM
         == POLICY_HOURS_FOREGROUND - POLICY_HOURS_BACKGROUND);
C_ASSERT(POLICY_HOURS_FOREGROUND_OUT - POLICY_HOURS_BACKGROUND_OUT
         == POLICY_HOURS_FOREGROUND - POLICY_HOURS_BACKGROUND);

static BOOL value_is_there(const struct policy_values *values, enum policy_provider provider, enum policy_id id)
{
    unsigned int i;

    for (i = 0; i < values->count; ++i)
    {
        if (values->values[i].id == id && values->values[i].provider == provider)
            return TRUE;
    }
    return FALSE;
}

static void add_number(struct policy_values *values, enum policy_provider provider, enum policy_id id, DWORD number)
{
    struct dosvc_policy *policy = &values->values[values->count];

    if (values->count == ARRAY_SIZE(values->values) || value_is_there(values, provider, id))
        return;
    memset(policy, 0, sizeof(*policy));
    policy->id = id;
    policy->provider = provider;
    policy->number = number;
    ++values->count;
}

/* The value of <data id="NAME" value="..."/>, a number. */
static BOOL xml_get_number(const WCHAR *xml, const WCHAR *name, DWORD *number)
{
    static const WCHAR attribute[] = L"value=\"";
    WCHAR id[MAX_NAME + 8], *end;
    const WCHAR *data, *value;

    swprintf(id, ARRAY_SIZE(id), L"id=\"%s\"", name);
    if (!(data = wcsstr(xml, id)) || !(value = wcsstr(data, attribute)) || value > data + wcscspn(data, L">"))
        return FALSE;
    value += ARRAY_SIZE(attribute) - 1;
    *number = wcstoul(value, &end, 10);
    return *value >= '0' && *value <= '9' && *end == '"';
}

/* A number of a limit, from the text if there is one, or else from a value of its own. */
static BOOL get_element(HKEY key, const WCHAR *xml, const WCHAR *limit, const WCHAR *element, DWORD *number)
{
    DWORD size = sizeof(*number);
    WCHAR name[MAX_NAME];

    if (xml)
    {
        swprintf(name, ARRAY_SIZE(name), L"%s%s", limit, element);
        return xml_get_number(xml, name, number);
    }
    swprintf(name, ARRAY_SIZE(name), L"DO%s_%s", limit, element);
    return !RegGetValueW(key, NULL, name, RRF_RT_REG_DWORD, NULL, number, &size);
}

static void read_limit(HKEY key, enum policy_provider provider, enum policy_id id, const WCHAR *limit,
                       struct policy_values *values)
{
    WCHAR xml[MAX_XML], name[MAX_NAME];
    DWORD size = sizeof(xml), number;
    BOOL found = FALSE, has_xml;
    unsigned int i;

    if (value_is_there(values, provider, id))
        return;
    swprintf(name, ARRAY_SIZE(name), L"DO%s", limit);
    has_xml = !RegGetValueW(key, NULL, name, RRF_RT_REG_SZ, NULL, xml, &size);
    if (has_xml && !wcsstr(xml, L"<enabled"))
        return;
    for (i = 0; i < ARRAY_SIZE(elements); ++i)
    {
        if (!get_element(key, has_xml ? xml : NULL, limit, elements[i].name, &number))
            continue;
        add_number(values, provider, id + elements[i].offset, number);
        found = TRUE;
    }
    if (found)
        add_number(values, provider, id, 1);
}

void policy_read_hours(HKEY key, enum policy_provider provider, struct policy_values *values)
{
    TRACE("key %p, provider %u, values %p.\n", key, provider, values);

    read_limit(key, provider, POLICY_HOURS_BACKGROUND, L"SetHoursToLimitBackgroundDownloadBandwidth", values);
    read_limit(key, provider, POLICY_HOURS_FOREGROUND, L"SetHoursToLimitForegroundDownloadBandwidth", values);
}
