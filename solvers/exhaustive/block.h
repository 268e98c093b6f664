/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/exhaustive/block.h - the energies of all 2^bits settings of the low variables.
 *
 * One block is one setting of the high variables. Its energies are
 *   values[x] = base + sum_b up[b] x_b + pairs[x]
 * where the sum is made by doubling: values[2^b + x] = values[x] + up[b]. All instruction sets
 * add in the same order, so that doubles come out alike. */
#ifndef LEHR_SOLVERS_EXHAUSTIVE_BLOCK_H
#define LEHR_SOLVERS_EXHAUSTIVE_BLOCK_H

#include <stdint.h>

enum { BLOCK_BITS = 10, BLOCK_STATES = 1 << BLOCK_BITS };

/* Fills values[0 .. 2^bits) and returns their minimum. Arrays are 64-byte aligned and have
 * BLOCK_STATES entries; bits <= BLOCK_BITS. O(2^bits). */
typedef int64_t (*block_int_fn)(int64_t base, const int64_t up[], const int64_t pairs[], int bits,
                                int64_t values[]);
typedef double (*block_real_fn)(double base, const double up[], const double pairs[], int bits,
                                double values[]);

typedef struct block_kernels {
  block_int_fn fill_int;
  block_real_fn fill_real;
} block_kernels;

extern const block_kernels block_baseline;
#if defined(__x86_64__)
extern const block_kernels block_avx2, block_avx512;
#endif

/* The fastest ones that this machine runs. */
const block_kernels *block_best(void);

#endif
