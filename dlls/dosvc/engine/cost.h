/*
 * What the use of the network costs, and which jobs may use it.
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

#ifndef DOSVC_COST_H
#define DOSVC_COST_H

#include <stdbool.h>
#include <stdint.h>

/* Of BITS_JOB_TRANSFER_POLICY. */
#define COST_FLAGS_ALWAYS 0x800000ffu
#define COST_FLAGS_STANDARD 0x80000067u

/* Whether a job with these flags may use a network of that cost (NLM_CONNECTION_COST, 0: not known). */
bool cost_is_allowed(uint32_t network, uint32_t flags);

#endif /* DOSVC_COST_H */
