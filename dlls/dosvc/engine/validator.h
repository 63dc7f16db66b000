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

#ifndef DOSVC_VALIDATOR_H
#define DOSVC_VALIDATOR_H

#include <stdbool.h>

/* Pure functions: no I/O, no clock. NULL and empty texts stand for headers that were not there. */

/*
 * Whether a response is certainly of another version than the first one: its strong entity tag differs, or its time
 * stamp, if there are no two strong tags to compare. Weak tags are no evidence: they may stay the same when bytes
 * change.
 */
bool validators_differ(const char *etag, const char *last_modified, const char *new_etag,
                       const char *new_last_modified);

/*
 * Whether what a later response says is to be kept instead: only if there was nothing, or a weak tag where there is a
 * strong one now. Otherwise a chain of responses, each like the one before, could lead from one version to another.
 */
bool etag_is_better(const char *etag, const char *new_etag);
bool last_modified_is_better(const char *last_modified, const char *new_last_modified);

#endif /* DOSVC_VALIDATOR_H */
