/* SPDX-License-Identifier: Apache-2.0 */
/* base/memory.h - checked sizes, plain allocation, and the arena of one solve. */
#ifndef LEHR_BASE_MEMORY_H
#define LEHR_BASE_MEMORY_H

#include "lehr/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* *product = a * b; false on overflow. */
bool size_mul(size_t a, size_t b, size_t *product);
/* An estimate of bytes, at most SIZE_SATURATED, which no machine has. */
#define SIZE_SATURATED (UINT64_C(1) << 62)
uint64_t size_saturated(double bytes);

/* Zeroed array of count * size bytes, 64-byte aligned (SIMD loads), at least one byte; NULL when
 * the product overflows or memory is short. Release with free(). */
void *memory_array(size_t count, size_t size);
/* Copy of count * size bytes made the same way. source may be NULL if count == 0. */
void *memory_copy(const void *source, size_t count, size_t size);
/* realloc of *array to count * size bytes, at least one; false, *array untouched, when the product
 * overflows or memory is short. Not for arrays of memory_array that need their alignment. */
bool memory_grow(void **array, size_t count, size_t size);

/* Bytes that this process may still take: free memory of the machine, cgroup and RLIMIT_AS
 * considered. */
uint64_t memory_available(void);

/* The end of a struct of which every thread has one in an array. Processors hand memory to each
 * other in lines of 64 bytes and read the next ones ahead: with what they write side by side, two
 * threads can be slower than one. */
#define THREAD_APART char thread_apart[256]

/* ---- Arena: everything allocated from it goes with one arena_free ---- */

typedef struct arena_block arena_block;
typedef struct arena {
  arena_block *last;
  uint64_t used;  /* bytes handed out */
  uint64_t limit; /* refuse beyond; UINT64_MAX = none */
} arena;

void arena_init(arena *a, uint64_t limit);
/* Zeroed, 64-byte aligned; NULL beyond the limit or when memory is short. */
void *arena_alloc(arena *a, size_t bytes);
/* Array with overflow-checked size. */
void *arena_array(arena *a, size_t count, size_t size);
void arena_free(arena *a);

#endif
