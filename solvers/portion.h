/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/portion.h - how many variables to visit between two questions whether to stop. Variables
 * with very many neighbours make averages useless: a portion is as many as take so much work. */
#ifndef LEHR_SOLVERS_PORTION_H
#define LEHR_SOLVERS_PORTION_H

#include <stdint.h>

/* Work of variables begin..end-1: `each`, and 1 for each entry of their rows. row: [n+1]. */
static inline int64_t portion_work(const int64_t row[], int32_t begin, int32_t end, int64_t each) {
  return row[end] - row[begin] + each * (end - begin);
}

/* The largest end <= n with portion_work <= most, begin + 1 at least. O(log n). */
static inline int32_t portion_end(const int64_t row[], int32_t begin, int32_t n, int64_t each,
                                  int64_t most) {
  int32_t end = begin + 1, beyond = n + 1;
  while (beyond - end > 1) {
    const int32_t middle = end + (beyond - end) / 2;
    if (portion_work(row, begin, middle, each) <= most)
      end = middle;
    else
      beyond = middle;
  }
  return end;
}

#endif
