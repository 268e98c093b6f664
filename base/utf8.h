/* SPDX-License-Identifier: Apache-2.0 */
/* base/utf8.h - is this text what the files promise, and can it be made so? */
#ifndef LEHR_BASE_UTF8_H
#define LEHR_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* Whether text[0..length) is well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates, at
 * most U+10FFFF). */
bool utf8_is_valid(const char *text, size_t length);

/* The same, and it holds no control characters. */
bool utf8_is_text(const char *text, size_t length);

/* A copy in which each byte that belongs to no well-formed character is U+FFFD: names of files may
 * be any bytes. NULL when memory is short; free() it. */
char *utf8_repaired(const char *text);

#endif
