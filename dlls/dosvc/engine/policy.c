/*
 * The policies that an administrator sets, and what is in force of them.
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

/* These functions run on threads that are unknown to Wine: no Wine call here. */

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "engine_private.h"
#include "policy.h"

struct policy_description
{
    const char *name;
    enum policy_kind kind;
    uint64_t minimum, maximum;          /* of a text: bytes without the zero */
    uint64_t fallback;
};

static const struct policy_description descriptions[POLICY_COUNT] =
{
#define POLICY(id, name, settings, kind, minimum, maximum, fallback, unit) \
    [POLICY_##id] = {name, POLICY_KIND_##kind, minimum, maximum, fallback},
    POLICY_LIST(POLICY)
#undef POLICY
};

/* In the documentation of DOVpnKeywords. */
static const char default_vpn_keywords[] = "VPN,Secure,Virtual Private Network";

static const char *default_text(enum policy_id id)
{
    return id == POLICY_VPN_KEYWORDS ? default_vpn_keywords : NULL;
}

static bool number_is_good(const struct engine_policy *value)
{
    const struct policy_description *description = &descriptions[value->id];

    if (value->number < description->minimum || value->number > description->maximum)
        return false;
    return value->id != POLICY_DOWNLOAD_MODE || value->number <= 3 || value->number >= 99;
}

static bool value_is_good(const struct engine_policy *value)
{
    if (value->id >= POLICY_COUNT || value->provider >= POLICY_PROVIDER_DEFAULT)
        return false;
    if (descriptions[value->id].kind == POLICY_KIND_TEXT)
        return value->text && strlen(value->text) <= descriptions[value->id].maximum;
    return !value->text && number_is_good(value);
}

void policies_init(struct policies *policies)
{
    unsigned int i;

    memset(policies, 0, sizeof(*policies));
    for (i = 0; i < POLICY_COUNT; i++)
    {
        policies->values[i].provider = POLICY_PROVIDER_DEFAULT;
        policies->values[i].number = descriptions[i].fallback;
    }
}

void policies_cleanup(struct policies *policies)
{
    unsigned int i;

    for (i = 0; i < POLICY_COUNT; i++)
        free(policies->values[i].text);
    policies_init(policies);
}

static bool policy_set(struct policy *policy, const struct engine_policy *value)
{
    char *text = NULL;

    if (value->text && !(text = strdup(value->text)))
        return false;
    free(policy->text);
    policy->text = text;
    policy->number = value->number;
    policy->provider = (enum policy_provider)value->provider;
    return true;
}

bool policies_choose(struct policies *policies, const struct engine_policy *values, uint32_t count,
                     unsigned int *ignored)
{
    uint32_t i;

    policies_init(policies);
    *ignored = 0;
    for (i = 0; i < count; i++)
    {
        if (!value_is_good(&values[i]))
        {
            ++*ignored;
        }
        else if (values[i].provider < policies->values[values[i].id].provider
                 && !policy_set(&policies->values[values[i].id], &values[i]))
        {
            policies_cleanup(policies);
            return false;
        }
    }
    return true;
}

bool policy_is_set(const struct policies *policies, enum policy_id id)
{
    return policies->values[id].provider != POLICY_PROVIDER_DEFAULT;
}

uint64_t policy_number(const struct policies *policies, enum policy_id id)
{
    return policies->values[id].number;
}

const char *policy_text(const struct policies *policies, enum policy_id id)
{
    return policy_is_set(policies, id) ? policies->values[id].text : default_text(id);
}

int32_t engine_load_policies(struct engine *engine, const struct engine_policy *values, uint32_t count)
{
    struct policies policies, old;
    unsigned int ignored;
    uint32_t i;

    if (!policies_choose(&policies, values, count, &ignored))
        return E_OUTOFMEMORY;
    for (i = 0; ignored && i < count; i++)
    {
        if (!value_is_good(&values[i]))
            engine_log(engine, ENGINE_LOG_WARNING, "A value of the policy %s is ignored: it is out of range.",
                       values[i].id < POLICY_COUNT ? descriptions[values[i].id].name : "that nobody knows");
    }
    old = engine->policies;
    engine->policies = policies;
    policies_cleanup(&old);
    limits_update(engine);
    return ignored ? S_FALSE : S_OK;
}

int32_t engine_set_policies(struct engine *engine, const struct engine_policy *values, uint32_t count)
{
    int32_t hr;

    pthread_mutex_lock(&engine->lock);
    if (engine->stopping)
        hr = DO_E_NO_SERVICE;
    else
        hr = engine_load_policies(engine, values, count);
    pthread_mutex_unlock(&engine->lock);
    source_refresh(engine);
    return hr;
}

int32_t engine_get_policy(struct engine *engine, enum policy_id id, struct engine_policy_info *info, char *buffer,
                          uint32_t *size)
{
    const char *text;
    int32_t hr;

    if (id >= POLICY_COUNT)
        return E_INVALIDARG;
    pthread_mutex_lock(&engine->lock);
    text = policy_text(&engine->policies, id);
    if (SUCCEEDED(hr = text_copy(text, buffer, size)))
    {
        info->provider = engine->policies.values[id].provider;
        info->has_text = text != NULL;
        info->number = policy_number(&engine->policies, id);
    }
    pthread_mutex_unlock(&engine->lock);
    return hr;
}
