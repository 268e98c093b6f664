/* SPDX-License-Identifier: Apache-2.0 */
/* base/sha256.h - SHA-256 (FIPS 180-4), for saying which input a result was made from. */
#ifndef LEHR_BASE_SHA256_H
#define LEHR_BASE_SHA256_H

#include "lehr/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct sha256 {
  uint32_t state[8];
  uint64_t length; /* bytes so far */
  unsigned char block[64];
  bool is_plain; /* set after sha256_start: without the processor's SHA instructions */
} sha256;

enum { SHA256_TEXT = 65 };

void sha256_start(sha256 *s);
void sha256_add(sha256 *s, const void *data, size_t size);
/* 64 hexadecimal digits and a final 0. */
void sha256_text(sha256 *s, char text[SHA256_TEXT]);

/* Of a whole file. ENOINPUT or EIO. */
lehr_status sha256_file(const char *path, char text[SHA256_TEXT], lehr_error *err);

#endif
