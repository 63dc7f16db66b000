/*
 * The command policy: what the administrator allows, as the service tells it.
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

#include "doadmin.h"

#include "../../dlls/dosvc/engine/policy_list.h"

/* Where the service keeps what is in force; on Windows it is the key of the user NetworkService. */
#define CONFIG_KEY L"Software\\Microsoft\\Windows\\CurrentVersion\\DeliveryOptimization\\Config"
#define POLICY_TEXT_MAX 8193    /* characters with the zero */

static const struct
{
    const WCHAR *name;
    enum policy_kind kind;
    const WCHAR *unit;
}
policies[POLICY_COUNT] =
{
#define POLICY(id, name, settings, kind, minimum, maximum, fallback, unit) \
    [POLICY_##id] = { L##name, POLICY_KIND_##kind, L##unit },
    POLICY_LIST(POLICY)
#undef POLICY
};

/* The value of a policy. */
struct value
{
    DWORD number;
    WCHAR *text;                /* NULL: there is none */
    DWORD provider;             /* enum policy_provider */
};

static const WCHAR *provider_name(DWORD provider)
{
    static const WCHAR *const names[] = { L"Group Policy", L"MDM", L"Settings", L"default" };

    return provider < ARRAY_SIZE(names) ? names[provider] : L"unknown";
}

/* The buffer has room for any text. */
static LSTATUS value_read(HKEY key, unsigned int id, WCHAR *buffer, struct value *value)
{
    DWORD size = sizeof(value->number);
    LSTATUS status;
    WCHAR name[80];

    memset(value, 0, sizeof(*value));
    format_buffer(name, ARRAY_SIZE(name), L"%lsProvider", policies[id].name);
    if ((status = RegGetValueW(key, NULL, name, RRF_RT_REG_DWORD, NULL, &value->provider, &size)))
        return status;
    if (policies[id].kind == POLICY_KIND_NUMBER)
        return RegGetValueW(key, NULL, policies[id].name, RRF_RT_REG_DWORD, NULL, &value->number, &size);

    size = POLICY_TEXT_MAX * sizeof(*buffer);
    if (!(status = RegGetValueW(key, NULL, policies[id].name, RRF_RT_REG_SZ, NULL, buffer, &size)))
        value->text = buffer;
    return status == ERROR_FILE_NOT_FOUND ? ERROR_SUCCESS : status;
}

/* A text stands in quotation marks, so that an empty one can be seen. */
static void value_append_line(struct text *text, unsigned int id, const struct value *value)
{
    text_append_format(text, L"%-45ls  %-12ls  ", policies[id].name, provider_name(value->provider));
    if (policies[id].kind == POLICY_KIND_NUMBER)
    {
        text_append_format(text, *policies[id].unit ? L"%lu %ls\n" : L"%lu%ls\n", value->number, policies[id].unit);
    }
    else if (value->text)
    {
        text_append(text, L"\"", 1);
        text_append_plain(text, value->text);
        text_append(text, L"\"\n", 2);
    }
    else
    {
        text_append_format(text, L"not set\n");
    }
}

static void value_append_json(struct json *json, unsigned int id, const struct value *value)
{
    json_begin(json, NULL, '{');
    json_string(json, L"name", policies[id].name);
    if (policies[id].kind == POLICY_KIND_NUMBER)
        json_number(json, L"value", value->number);
    else if (value->text)
        json_string(json, L"value", value->text);
    else
        json_null(json, L"value");
    if (*policies[id].unit)
        json_string(json, L"unit", policies[id].unit);
    else
        json_null(json, L"unit");
    json_string(json, L"source", provider_name(value->provider));
    json_end(json, '}');
}

static LSTATUS append_policies(struct text *text, struct json *json)
{
    WCHAR *buffer = malloc(POLICY_TEXT_MAX * sizeof(*buffer));
    struct value value;
    LSTATUS status;
    unsigned int i;
    HKEY key;

    if (!buffer)
        return ERROR_OUTOFMEMORY;
    if (!(status = RegOpenKeyExW(HKEY_CURRENT_USER, CONFIG_KEY, 0, KEY_QUERY_VALUE, &key)))
    {
        for (i = 0; i < POLICY_COUNT && !(status = value_read(key, i, buffer, &value)); ++i)
        {
            if (json)
                value_append_json(json, i, &value);
            else
                value_append_line(text, i, &value);
        }
        RegCloseKey(key);
    }
    free(buffer);
    return status;
}

/* The service, which runs now, has written down what it goes by before it answered anybody. */
enum exit_status policy_run(struct context *context)
{
    BOOL as_json = !!(context->options.given & OPTION_JSON);
    struct text text = {0};
    struct json json;
    HRESULT hr;

    json_init(&json, &text);
    if (as_json)
        json_begin(&json, NULL, '[');
    else
        text_append_format(&text, L"%-45ls  %-12ls  %ls\n", L"POLICY", L"SET BY", L"VALUE");
    hr = HRESULT_FROM_WIN32(append_policies(&text, as_json ? &json : NULL));
    if (as_json)
        json_end(&json, ']');
    return text_print(context, &text, hr);
}
