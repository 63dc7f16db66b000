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

#ifndef DOSVC_POLICY_H
#define DOSVC_POLICY_H

#include <stdbool.h>
#include <stdint.h>

#include "engine.h"

struct policy
{
    enum policy_provider provider;
    uint64_t number;
    char *text;                         /* NULL: not set, and there is none by default; an empty one is set */
};

struct policies
{
    struct policy values[POLICY_COUNT];
};

/* What holds while nobody sets anything. */
void policies_init(struct policies *policies);
void policies_cleanup(struct policies *policies);

/*
 * Takes all values: of several for one policy that of the first provider whose value is good. *ignored counts those
 * that are of the wrong kind, or out of range. False: no memory, and *policies is not set.
 */
bool policies_choose(struct policies *policies, const struct engine_policy *values, uint32_t count,
                     unsigned int *ignored);

/* Whether somebody has set it. */
bool policy_is_set(const struct policies *policies, enum policy_id id);
/* What is in force. */
uint64_t policy_number(const struct policies *policies, enum policy_id id);
/* NULL: there is none, which is something else than an empty one. */
const char *policy_text(const struct policies *policies, enum policy_id id);

#endif /* DOSVC_POLICY_H */
