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

/* These functions run on threads that are unknown to Wine: no Wine call here. */

#include "config.h"

#include "cost.h"

/* Of NLM_CONNECTION_COST. */
#define NETWORK_FIXED 0x2u
#define NETWORK_VARIABLE 0x4u
#define NETWORK_OVER_LIMIT 0x10000u
#define NETWORK_CONGESTED 0x20000u
#define NETWORK_ROAMING 0x40000u
#define NETWORK_NEAR_LIMIT 0x80000u

/* The bits that BITS_JOB_TRANSFER_POLICY is made of: each allows one kind of network. */
#define ALLOW_USAGE_UNKNOWN 0x02u
#define ALLOW_NEAR_CAP 0x08u
#define ALLOW_OVER_CAP_CHARGED 0x10u
#define ALLOW_OVER_CAP_THROTTLED 0x20u
#define ALLOW_USAGE_BASED 0x40u
#define ALLOW_ROAMING 0x80u

bool cost_is_allowed(uint32_t network, uint32_t flags)
{
    uint32_t needed = 0;

    if (network & NETWORK_ROAMING)
        needed |= ALLOW_ROAMING;
    if (network & NETWORK_OVER_LIMIT)
        needed |= network & NETWORK_CONGESTED ? ALLOW_OVER_CAP_THROTTLED : ALLOW_OVER_CAP_CHARGED;
    else if (network & NETWORK_NEAR_LIMIT)
        needed |= ALLOW_NEAR_CAP;
    else if (network & NETWORK_FIXED)
        needed |= ALLOW_USAGE_UNKNOWN;
    if (network & NETWORK_VARIABLE)
        needed |= ALLOW_USAGE_BASED;
    return !(needed & ~flags);
}
