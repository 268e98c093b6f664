/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/minplus/pages.h"

#include <stdlib.h>
#include <sys/mman.h>

enum { HUGE_PAGE = 1 << 21, LINE = 64 };

uint64_t pages_round(uint64_t bytes) {
  const uint64_t unit = bytes >= HUGE_PAGE ? HUGE_PAGE : LINE;
  return (bytes + unit - 1) / unit * unit;
}

/* Maps one huge page more and returns what is before and behind the aligned part. */
static void *map_aligned(uint64_t bytes) {
  char *const all = mmap(NULL, bytes + HUGE_PAGE, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (all == MAP_FAILED) return NULL;
  const uint64_t before = (HUGE_PAGE - (uintptr_t)all % HUGE_PAGE) % HUGE_PAGE;
  if (before > 0) munmap(all, before);
  munmap(all + before + bytes, HUGE_PAGE - before);
  (void)madvise(all + before, bytes, MADV_HUGEPAGE); /* advice: without it, it is only slower */
  return all + before;
}

void *pages_take(pages_budget *b, uint64_t bytes) {
  const uint64_t size = pages_round(bytes);
  if (size < bytes || size > b->limit || b->used > b->limit - size) return NULL;
  void *const pages = size >= HUGE_PAGE ? map_aligned(size) : aligned_alloc(LINE, size);
  if (!pages) return NULL;
  b->used += size;
  if (b->used > b->peak) b->peak = b->used;
  return pages;
}

void pages_give(pages_budget *b, void *pages, uint64_t bytes) {
  const uint64_t size = pages_round(bytes);
  if (!pages) return;
  if (size >= HUGE_PAGE)
    munmap(pages, size);
  else
    free(pages);
  b->used -= size;
}
