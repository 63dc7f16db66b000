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

#include "config.h"

#include <string.h>

#include "base64.h"

/* -1: no character of the alphabet. */
static int base64_value(char character)
{
    if (character >= 'A' && character <= 'Z')
        return character - 'A';
    if (character >= 'a' && character <= 'z')
        return character - 'a' + 26;
    if (character >= '0' && character <= '9')
        return character - '0' + 52;
    if (character == '+')
        return 62;
    return character == '/' ? 63 : -1;
}

/* Four characters, of which the last `padding` are not looked at; bits that belong to no byte must be zero. */
static bool base64_decode_group(const char *text, unsigned int padding, uint8_t bytes[3])
{
    uint32_t bits = 0;
    unsigned int i;
    int value;

    for (i = 0; i < 4; i++)
    {
        value = i < 4 - padding ? base64_value(text[i]) : 0;
        if (value < 0)
            return false;
        bits = bits << 6 | (uint32_t)value;
    }
    if (bits & ((1u << 8 * padding) - 1))
        return false;
    bytes[0] = (uint8_t)(bits >> 16);
    bytes[1] = (uint8_t)(bits >> 8);
    bytes[2] = (uint8_t)bits;
    return true;
}

bool base64_decode(const char *text, uint8_t *buffer, size_t capacity, size_t *size)
{
    size_t length = strlen(text), decoded, done = 0, part, i;
    unsigned int padding = 0;
    uint8_t bytes[3];

    if (length % 4)
        return false;
    while (padding < 2 && padding < length && text[length - 1 - padding] == '=')
        padding++;
    decoded = length / 4 * 3 - padding;
    if (decoded > capacity)
        return false;
    for (i = 0; i < length; i += 4)
    {
        if (!base64_decode_group(text + i, i + 4 == length ? padding : 0, bytes))
            return false;
        part = decoded - done < 3 ? decoded - done : 3;
        memcpy(buffer + done, bytes, part);
        done += part;
    }
    *size = decoded;
    return true;
}
