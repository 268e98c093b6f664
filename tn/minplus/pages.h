/* SPDX-License-Identifier: Apache-2.0 */
/* tn/minplus/pages.h - big tables from huge pages, under a limit of bytes.
 *
 * Tables of two MiB and more are mapped, aligned to huge pages, and take memory as they are
 * touched; a pass over one walks through thousands of rows, which small pages make twice as slow.
 * Not for use by several threads at once. */
#ifndef LEHR_TN_MINPLUS_PAGES_H
#define LEHR_TN_MINPLUS_PAGES_H

#include <stddef.h>
#include <stdint.h>

/* Tables of 64 KiB and more that were given back, for the next ones of the same size, in the same run or later:
 * memory that is new comes zeroed, which takes as long as a pass. They count for the limit, and are
 * let go where something else needs the room. */
enum { PAGES_KEPT = 8 };
typedef struct pages_kept {
  int count;
  void *pages[PAGES_KEPT];
  uint64_t bytes[PAGES_KEPT];
  uint64_t sum; /* of bytes */
} pages_kept;
void pages_kept_free(pages_kept *k);

typedef struct pages_budget {
  uint64_t limit;
  pages_kept *kept;    /* NULL: nothing is kept */
  uint64_t used, peak; /* bytes */
} pages_budget;

/* At least `bytes`, aligned to 64, undefined contents. NULL beyond the limit or when memory is
 * short. */
void *pages_take(pages_budget *b, uint64_t bytes);
/* The same number of bytes as was asked for; NULL is allowed. */
void pages_give(pages_budget *b, void *pages, uint64_t bytes);
/* What a request counts as. */
uint64_t pages_round(uint64_t bytes);

#endif
