/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/semiring/price.h"

/* Seconds of an entry. Lattices of 20 x 20 to 24 x 24 spins: `lehr solve --engine tn --threads 1`
 * with log_z=1, marginals=1, mode=sample, lowest=10, each less `lehr info`; wide sums at beta=20.
 */
static const struct {
  double entry, back;
} rates[SEMIRINGS] = {
    [SUM_NARROW] = {0.45e-9, 1.4e-9}, [SUM_WIDE] = {1.9e-9, 4.9e-9}, [LOWEST_ENERGY] = {0.25e-9, 0}};
static const double kept_entry = 0.05e-9; /* and byte */
static const double operation = 4e-6;     /* weights are made, however small the table is */
static const double fresh_byte = 0.2e-9;  /* comes zeroed by the kernel */

double semiring_seconds(const semiring *s, const semiring_work *w) {
  return w->operations * operation + w->entries * rates[s->kind].entry +
         w->kept * kept_entry * (double)semiring_entry_bytes(s) + w->back * rates[s->kind].back +
         (double)w->bytes * fresh_byte;
}
