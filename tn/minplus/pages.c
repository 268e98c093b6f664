/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/minplus/pages.h"

#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { HUGE_PAGE = 1 << 21, NOTABLE = 1 << 16, LINE = 64 };

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

static void forget(pages_kept *k, int i) {
  k->sum -= k->bytes[i];
  k->pages[i] = k->pages[--k->count];
  k->bytes[i] = k->bytes[k->count];
}

static void *take_kept(pages_kept *k, uint64_t bytes) {
  for (int i = 0; k && i < k->count; i++) {
    void *const pages = k->pages[i];
    if (k->bytes[i] != bytes) continue;
    forget(k, i);
    return pages;
  }
  return NULL;
}

static void release(void *pages, uint64_t size) {
  if (size >= HUGE_PAGE)
    munmap(pages, size);
  else
    free(pages);
}

static void let_go(pages_kept *k, int i) {
  release(k->pages[i], k->bytes[i]);
  forget(k, i);
}

/* Where there is no place, in the place of the smallest one, if that is smaller. */
static bool keep(pages_kept *k, void *pages, uint64_t bytes) {
  if (!k || bytes < NOTABLE) return false;
  if (k->count == PAGES_KEPT) {
    int least = 0;
    for (int i = 1; i < k->count; i++)
      if (k->bytes[i] < k->bytes[least]) least = i;
    if (k->bytes[least] >= bytes) return false;
    let_go(k, least);
  }
  k->pages[k->count] = pages;
  k->bytes[k->count++] = bytes;
  k->sum += bytes;
  return true;
}

void pages_kept_free(pages_kept *k) {
  while (k->count > 0) let_go(k, 0);
}

/* Makes room for new pages within the limit. */
static void *take_new(const pages_budget *b, uint64_t bytes) {
  while (b->kept && b->kept->count > 0 && b->used + b->kept->sum > b->limit - bytes)
    let_go(b->kept, 0);
  return bytes >= HUGE_PAGE ? map_aligned(bytes) : aligned_alloc(LINE, bytes);
}

void *pages_take(pages_budget *b, uint64_t bytes) {
  const uint64_t size = pages_round(bytes);
  if (size < bytes || size > b->limit || b->used > b->limit - size) return NULL;
  void *pages = take_kept(b->kept, size);
  if (!pages) pages = take_new(b, size);
  if (!pages) return NULL;
  b->used += size;
  if (b->used > b->peak) b->peak = b->used;
  return pages;
}

void pages_give(pages_budget *b, void *pages, uint64_t bytes) {
  const uint64_t size = pages_round(bytes);
  if (!pages) return;
  if (!keep(b->kept, pages, size)) release(pages, size);
  b->used -= size;
}
