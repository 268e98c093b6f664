/* SPDX-License-Identifier: Apache-2.0 */
/* base/philox.h - counter-based random numbers, Philox4x32-10.
 *
 * Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3". The value at a
 * counter does not depend on who asks or when, so results are the same on any thread count. */
#ifndef LEHR_BASE_PHILOX_H
#define LEHR_BASE_PHILOX_H

#include <stdint.h>

typedef struct philox_block {
  uint32_t v[4];
} philox_block;

/* The 128 random bits at (key, counter). */
philox_block philox_at(uint64_t key, uint64_t counter_high, uint64_t counter_low);

/* Key for a named purpose below a seed: keys of different names are unrelated. */
uint64_t philox_key(uint64_t seed, const char *name);
/* Key of item number `index` below a key (batch items, replica blocks, ...). */
uint64_t philox_subkey(uint64_t key, uint64_t index);

/* A sequential stream for code that just wants the next number. */
typedef struct philox_stream {
  uint64_t key, stream, position;
  philox_block block;
  int left; /* unused words in block */
} philox_stream;

philox_stream philox_stream_at(uint64_t key, uint64_t stream);
uint32_t philox_u32(philox_stream *s);
uint64_t philox_u64(philox_stream *s);
/* Uniform in the open interval (0, 1), 53 bits. */
double philox_unit(philox_stream *s);
/* Uniform in 0..bound-1, unbiased; bound >= 1. */
uint32_t philox_below(philox_stream *s, uint32_t bound);
/* Standard normal deviate (polar method on our own logarithm: the same on every machine). */
double philox_normal(philox_stream *s);

#endif
