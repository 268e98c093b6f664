/* SPDX-License-Identifier: Apache-2.0 */
/* base/nearest.h - how far a mistyped word is from a name. */
#ifndef LEHR_BASE_NEAREST_H
#define LEHR_BASE_NEAREST_H

#include <stddef.h>

/* Levenshtein distance: inserted, dropped and replaced characters. Only the first 63 characters
 * count. O(length of a * length of b). */
size_t nearest_distance(const char *a, const char *b);

#endif
