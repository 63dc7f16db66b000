/*
 * Entity tags and time stamps: whether two responses speak of the same version of a file.
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

#include <string.h>

#include "validator.h"

static bool is_given(const char *text)
{
    return text && *text;
}

static bool is_strong(const char *etag)
{
    return is_given(etag) && strncmp(etag, "W/", 2);
}

bool validators_differ(const char *etag, const char *last_modified, const char *new_etag, const char *new_last_modified)
{
    if (is_strong(etag) && is_strong(new_etag))
        return strcmp(etag, new_etag) != 0;
    return is_given(last_modified) && is_given(new_last_modified) && strcmp(last_modified, new_last_modified);
}

bool etag_is_better(const char *etag, const char *new_etag)
{
    return is_given(new_etag) && (!is_given(etag) || (!is_strong(etag) && is_strong(new_etag)));
}

bool last_modified_is_better(const char *last_modified, const char *new_last_modified)
{
    return is_given(new_last_modified) && !is_given(last_modified);
}
