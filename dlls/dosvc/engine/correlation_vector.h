/*
 * Correlation vectors: by the header MS-CV services tell which requests belong together.
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

#ifndef DOSVC_CORRELATION_VECTOR_H
#define DOSVC_CORRELATION_VECTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CORRELATION_VECTOR_MAX 127      /* characters, as the specification of version 2 has it */
#define CORRELATION_VECTOR_BASE 22      /* characters of a new one */

/* Makes the base of a new one; false: there are no random numbers. */
bool correlation_vector_create(char buffer[CORRELATION_VECTOR_BASE + 1]);

/* Writes the base with a number behind it; the base alone when that would be too long, or when it is closed by "!". */
void correlation_vector_extend(const char *base, uint32_t number, char buffer[CORRELATION_VECTOR_MAX + 1]);

/* Whether it may stand in a header. */
bool correlation_vector_is_valid(const char *text);

#endif /* DOSVC_CORRELATION_VECTOR_H */
