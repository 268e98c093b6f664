/* SPDX-License-Identifier: Apache-2.0 */
/* base/sha256.h - SHA-256 of a file, for saying which input a result was made from (by nettle). */
#ifndef LEHR_BASE_SHA256_H
#define LEHR_BASE_SHA256_H

#include "lehr/status.h"

enum { SHA256_TEXT = 65 };

/* Writes 64 hexadecimal digits and a final 0. ENOINPUT or EIO. */
lehr_status sha256_file(const char *path, char text[SHA256_TEXT], lehr_error *err);

#endif
