/*
 * Numbers and texts that clients set, and how they are stored.
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

#include "config.h"

#include <jansson.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "settings.h"

void settings_init(const struct setting_table *table, uint64_t *numbers, char **texts)
{
    unsigned int i;

    for (i = 0; i < table->number_count; i++)
        numbers[i] = table->numbers[i].initial;
    memset(texts, 0, table->text_count * sizeof(*texts));
}

void settings_cleanup(const struct setting_table *table, char **texts)
{
    unsigned int i;

    for (i = 0; i < table->text_count; i++)
    {
        if (texts[i] && !table->texts[i])
            OPENSSL_cleanse(texts[i], strlen(texts[i])); /* it may be a secret */
        free(texts[i]);
        texts[i] = NULL;
    }
}

static bool settings_pack(const struct setting_table *table, const uint64_t *numbers, char *const *texts,
                          json_t *object)
{
    unsigned int i;

    for (i = 0; i < table->number_count; i++)
    {
        const struct setting_number *number = &table->numbers[i];

        if (number->name && numbers[i] != number->initial
            && json_object_set_new(object, number->name, json_integer((json_int_t)numbers[i])))
            return false;
    }
    for (i = 0; i < table->text_count; i++)
    {
        if (table->texts[i] && texts[i] && json_object_set_new(object, table->texts[i], json_string(texts[i])))
            return false;
    }
    return true;
}

char *settings_store(const struct setting_table *table, const uint64_t *numbers, char *const *texts)
{
    json_t *object = json_object();
    char *json = NULL;

    if (object && settings_pack(table, numbers, texts, object))
        json = json_dumps(object, JSON_COMPACT);
    json_decref(object);
    return json;
}

static bool settings_load_text(const json_t *value, char **text)
{
    char *copy;

    if (!json_is_string(value) || !(copy = strdup(json_string_value(value))))
        return false;
    free(*text);
    *text = copy;
    return true;
}

static bool settings_unpack(const struct setting_table *table, const json_t *object, uint64_t *numbers, char **texts)
{
    const json_t *value;
    unsigned int i;

    for (i = 0; i < table->number_count; i++)
    {
        if (!table->numbers[i].name || !(value = json_object_get(object, table->numbers[i].name)))
            continue;
        if (!json_is_integer(value))
            return false;
        numbers[i] = (uint64_t)json_integer_value(value);
    }
    for (i = 0; i < table->text_count; i++)
    {
        if (table->texts[i] && (value = json_object_get(object, table->texts[i]))
            && !settings_load_text(value, &texts[i]))
            return false;
    }
    return true;
}

bool settings_load(const struct setting_table *table, const char *json, uint64_t *numbers, char **texts)
{
    json_t *object;
    bool loaded;

    if (!json || !(object = json_loads(json, 0, NULL)))
        return false;
    loaded = json_is_object(object) && settings_unpack(table, object, numbers, texts);
    json_decref(object);
    return loaded;
}
