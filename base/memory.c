/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

enum { ALIGNMENT = 64 };

bool size_mul(size_t a, size_t b, size_t *product) {
  return !__builtin_mul_overflow(a, b, product);
}

uint64_t size_saturated(double bytes) {
  return bytes < (double)SIZE_SATURATED ? (uint64_t)bytes : SIZE_SATURATED;
}

static bool round_up(size_t bytes, size_t *rounded) {
  if (bytes == 0) bytes = 1;
  if (__builtin_add_overflow(bytes, (size_t)ALIGNMENT - 1, rounded)) return false;
  *rounded &= ~((size_t)ALIGNMENT - 1);
  return *rounded <= PTRDIFF_MAX;
}

void *memory_array(size_t count, size_t size) {
  size_t bytes, rounded;
  if (!size_mul(count, size, &bytes) || !round_up(bytes, &rounded)) return NULL;
  void *p = aligned_alloc(ALIGNMENT, rounded);
  if (p) memset(p, 0, rounded);
  return p;
}

void *memory_copy(const void *source, size_t count, size_t size) {
  void *p = memory_array(count, size);
  if (p && count) memcpy(p, source, count * size);
  return p;
}

bool memory_grow(void **array, size_t count, size_t size) {
  size_t bytes;
  if (!size_mul(count, size, &bytes)) return false;
  void *grown = realloc(*array, bytes ? bytes : 1);
  if (grown) *array = grown;
  return grown != NULL;
}

/* Value in bytes of a "Name:  123 kB" line of /proc/meminfo, or UINT64_MAX. */
static uint64_t meminfo_available(void) {
  uint64_t result = UINT64_MAX;
  char line[128];
  FILE *f = fopen("/proc/meminfo", "re");
  if (!f) return result;
  while (fgets(line, sizeof line, f)) {
    unsigned long long kilobytes;
    if (sscanf(line, "MemAvailable: %llu kB", &kilobytes) == 1) result = (uint64_t)kilobytes << 10;
  }
  fclose(f);
  return result;
}

static uint64_t number_in_file(const char *path) {
  unsigned long long value;
  FILE *f = fopen(path, "re");
  if (!f) return UINT64_MAX;
  const bool read = fscanf(f, "%llu", &value) == 1; /* "max" does not match */
  fclose(f);
  return read ? (uint64_t)value : UINT64_MAX;
}

static uint64_t min_u64(uint64_t a, uint64_t b) { return a < b ? a : b; }

uint64_t memory_available(void) {
  uint64_t result = meminfo_available();
  const uint64_t group_limit = number_in_file("/sys/fs/cgroup/memory.max");
  if (group_limit != UINT64_MAX) {
    const uint64_t used = number_in_file("/sys/fs/cgroup/memory.current");
    result = min_u64(result, used < group_limit ? group_limit - used : 0);
  }
  struct rlimit limit;
  if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) {
    const uint64_t pages = number_in_file("/proc/self/statm");
    const uint64_t used = pages == UINT64_MAX ? 0 : pages * (uint64_t)sysconf(_SC_PAGESIZE);
    result = min_u64(result, used < limit.rlim_cur ? limit.rlim_cur - used : 0);
  }
  return result;
}

/* Blocks are linked newest first. Large requests get zeroed pages of their own, so memory that an
 * engine reserves but never touches costs nothing. */
struct arena_block {
  arena_block *previous;
  size_t size; /* payload bytes */
  size_t used;
  bool is_mapped;
};

enum { HEADER = 64, BLOCK = 1 << 16, MAP_FROM = 1 << 20 };
_Static_assert(sizeof(arena_block) <= HEADER, "block header fits its slot");

void arena_init(arena *a, uint64_t limit) { *a = (arena){.limit = limit}; }

static arena_block *new_block(size_t payload) {
  const size_t bytes = payload + HEADER;
  arena_block *b;
  if (bytes >= MAP_FROM) {
    void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) return NULL;
    b = p;
    *b = (arena_block){.size = payload, .is_mapped = true};
  } else {
    b = aligned_alloc(ALIGNMENT, bytes);
    if (!b) return NULL;
    *b = (arena_block){.size = payload};
  }
  return b;
}

void *arena_alloc(arena *a, size_t bytes) {
  size_t need;
  if (!round_up(bytes, &need) || need > a->limit - a->used || need > PTRDIFF_MAX - HEADER)
    return NULL;
  arena_block *b = a->last;
  if (!b || need > b->size - b->used) {
    b = new_block(need > BLOCK ? need : BLOCK);
    if (!b) return NULL;
    b->previous = a->last;
    a->last = b;
  }
  char *p = (char *)b + HEADER + b->used;
  if (!b->is_mapped) memset(p, 0, need);
  b->used += need;
  a->used += need;
  return p;
}

void *arena_array(arena *a, size_t count, size_t size) {
  size_t bytes;
  return size_mul(count, size, &bytes) ? arena_alloc(a, bytes) : NULL;
}

void arena_free(arena *a) {
  for (arena_block *b = a->last; b;) {
    arena_block *previous = b->previous;
    if (b->is_mapped)
      munmap(b, b->size + HEADER);
    else
      free(b);
    b = previous;
  }
  arena_init(a, a->limit);
}
