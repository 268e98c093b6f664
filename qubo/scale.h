/* SPDX-License-Identifier: Apache-2.0 */
/* qubo/scale.h - the exact integer form of real coefficients.
 *
 * A scale is either a whole number, or 1/d with d a whole number (power of ten or of two found by
 * scale_find; any d when read from a file). integer * scale is evaluated as integer / d in the
 * second case, so that 3 units of 0.1 are the double nearest to 0.3. */
#ifndef LEHR_QUBO_SCALE_H
#define LEHR_QUBO_SCALE_H

#include <stdbool.h>
#include <stdint.h>

/* integer * scale in real units, rounded once (for |integer| <= 2^53). */
double scale_real(int64_t integer, double scale);

/* True and *integer set if `value` is exactly integer * scale. */
bool scale_integer(double value, double scale, int64_t *integer);

/* Finds the coarsest scale 10^-k (k = 0..18), else 2^-k (k <= 62), under which all values are
 * integers whose magnitudes sum up to at most 2^53, so that energies are exact in double as well.
 * False if there is none. O(count) per step of k. */
bool scale_find(const double values[], int64_t count, double *scale);

#endif
