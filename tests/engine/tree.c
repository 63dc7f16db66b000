/*
 * A directory that stands for the root of the file system in tests.
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

#include <CUnit/CUnit.h>
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tree.h"

void tree_make(char *root)
{
    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(root));
}

void tree_write(const char *root, const char *path, const char *text)
{
    char name[256], *slash;
    FILE *file;

    snprintf(name, sizeof(name), "%s%s", root, path);
    for (slash = name + strlen(root) + 1; (slash = strchr(slash, '/')); slash++)
    {
        *slash = 0;
        CU_ASSERT(!mkdir(name, 0700) || errno == EEXIST);
        *slash = '/';
    }
    CU_ASSERT_PTR_NOT_NULL_FATAL(file = fopen(name, "w"));
    CU_ASSERT(fputs(text, file) >= 0);
    CU_ASSERT_EQUAL(fclose(file), 0);
}

static int remove_entry(const char *path, const struct stat *info, int type, struct FTW *walk)
{
    (void)info;
    (void)type;
    (void)walk;
    return remove(path);
}

void tree_remove(const char *root)
{
    CU_ASSERT_EQUAL(nftw(root, remove_entry, 16, FTW_DEPTH | FTW_PHYS), 0);
}
