/*
 * Numbers and texts that clients set, and how they are stored: as JSON, without those that have their default.
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

#ifndef DOSVC_SETTINGS_H
#define DOSVC_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

/* A name is that of the value in the store; NULL: the value is not stored, because it is secret or found out anew. */
struct setting_number
{
    const char *name;
    uint64_t initial;
};

struct setting_table
{
    const struct setting_number *numbers;
    const char *const *texts;           /* names; texts are NULL (empty) at first */
    unsigned int number_count;
    unsigned int text_count;
};

void settings_init(const struct setting_table *table, uint64_t *numbers, char **texts);
void settings_cleanup(const struct setting_table *table, char **texts);

/* JSON text, to be freed with free(). NULL: no memory. */
char *settings_store(const struct setting_table *table, const uint64_t *numbers, char *const *texts);

/*
 * Sets what the JSON text has, and leaves the rest as it is. What it has beyond the table is ignored. False: it is no
 * such text (NULL is not), or there is no memory; what was set so far stays set.
 */
bool settings_load(const struct setting_table *table, const char *json, uint64_t *numbers, char **texts);

#endif /* DOSVC_SETTINGS_H */
