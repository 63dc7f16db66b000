/*
 * Runs every fuzz target over its corpus, and over what comes of it by simple changes.
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

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

#define SIZE_MAX_READ (1024 * 1024)
#define CHANGES 24                      /* of each file */

struct target
{
    const char *name;
    int (*run)(const uint8_t *data, size_t size);
};

static const struct target targets[] =
{
    {"decryption_info", fuzz_decryption_info},
    {"http_header", fuzz_http_header},
    {"integrity_info", fuzz_integrity_info},
    {"piece_hashes", fuzz_piece_hashes},
    {"range", fuzz_range},
    {"store", fuzz_store},
};

static uint8_t buffer[SIZE_MAX_READ];

/* A copy that ends where the data end, so that a sanitizer sees what is read beyond. */
static void run_copy(const struct target *target, const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(size ? size : 1);

    if (!copy)
        return;
    memcpy(copy, data, size);
    target->run(copy, size);
    free(copy);
}

static void run_changed(const struct target *target, uint8_t *data, size_t size)
{
    unsigned int i;
    uint32_t random = 12345;

    run_copy(target, data, size);
    for (i = 0; i < CHANGES && size; i++)
    {
        size_t where;
        uint8_t before;

        random = random * 1664525 + 1013904223;
        where = (random >> 8) % size;
        before = data[where];
        data[where] = i % 3 ? (uint8_t)(before ^ 1u << (random >> 5 & 7)) : 0xff;
        run_copy(target, data, i % 4 ? size : where);
        data[where] = before;
    }
}

static bool run_file(const struct target *target, const char *directory, const char *name)
{
    char path[1024];
    size_t size;
    FILE *file;

    if (snprintf(path, sizeof(path), "%s/%s", directory, name) >= (int)sizeof(path) || !(file = fopen(path, "rb")))
        return false;
    size = fread(buffer, 1, sizeof(buffer), file);
    fclose(file);
    run_changed(target, buffer, size);
    return true;
}

static unsigned int run_target(const struct target *target, const char *corpus, unsigned int *failed)
{
    unsigned int count = 0;
    struct dirent *entry;
    char directory[512];
    DIR *handle;

    snprintf(directory, sizeof(directory), "%s/%s", corpus, target->name);
    for (handle = opendir(directory); handle && (entry = readdir(handle)); )
    {
        if (*entry->d_name == '.')
            continue;
        if (run_file(target, directory, entry->d_name))
            count++;
        else
            ++*failed;
    }
    if (handle)
        closedir(handle);
    if (!count)
        ++*failed;                      /* a corpus must not get lost */
    return count;
}

int main(int argc, char **argv)
{
    const char *source = getenv("srcdir");
    unsigned int passed = 0, failed = 0, i;
    char corpus[400];

    snprintf(corpus, sizeof(corpus), "%s/tests/fuzz/corpus", source ? source : ".");
    if (argc == 2)
        snprintf(corpus, sizeof(corpus), "%s", argv[1]);
    for (i = 0; i < sizeof(targets) / sizeof(*targets); i++)
        passed += run_target(&targets[i], corpus, &failed);
    printf("%u passed, %u failed\n", passed, failed);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
