/*
 * Base64 as RFC 4648 has it, with padding and without anything else.
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

#ifndef DOSVC_BASE64_H
#define DOSVC_BASE64_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Decodes a text of which every character must belong to it. False: it is no base64, or more than `capacity` bytes; the
 * buffer may have been written to. *size becomes the number of bytes.
 */
bool base64_decode(const char *text, uint8_t *buffer, size_t capacity, size_t *size);

#endif /* DOSVC_BASE64_H */
