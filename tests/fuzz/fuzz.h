/*
 * Functions that are given any bytes: each is a fuzz target, or one of those that run over a corpus.
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

#ifndef DOSVC_FUZZ_H
#define DOSVC_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* Built alone, a target is what libFuzzer calls. */
#ifdef FUZZ_ALONE
#define FUZZ_TARGET(name) LLVMFuzzerTestOneInput
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
#else
#define FUZZ_TARGET(name) fuzz_##name
int fuzz_decryption_info(const uint8_t *data, size_t size);
int fuzz_http_header(const uint8_t *data, size_t size);
int fuzz_integrity_info(const uint8_t *data, size_t size);
int fuzz_piece_hashes(const uint8_t *data, size_t size);
int fuzz_range(const uint8_t *data, size_t size);
int fuzz_store(const uint8_t *data, size_t size);
#endif

/* What must hold whatever the bytes are; ends the process otherwise. */
#define FUZZ_CHECK(condition) ((condition) ? (void)0 : abort())

#endif /* DOSVC_FUZZ_H */
