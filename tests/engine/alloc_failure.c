/*
 * Lets an allocation fail on purpose.
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

#include <stddef.h>

#include "alloc_failure.h"

/* Names that the linker gives: __wrap_x is called for x, and __real_x is the true one. */
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
char *__real_strdup(const char *text);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);
char *__wrap_strdup(const char *text);

static _Thread_local unsigned int countdown;
static _Thread_local bool failed;

void alloc_failure_set(unsigned int n)
{
    countdown = n;
    failed = false;
}

bool alloc_failure_clear(void)
{
    countdown = 0;
    return failed;
}

static bool shall_fail(void)
{
    if (!countdown || --countdown)
        return false;
    failed = true;
    return true;
}

void *__wrap_malloc(size_t size)
{
    return shall_fail() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return shall_fail() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *block, size_t size)
{
    return shall_fail() ? NULL : __real_realloc(block, size);
}

char *__wrap_strdup(const char *text)
{
    return shall_fail() ? NULL : __real_strdup(text);
}
