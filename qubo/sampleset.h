/* SPDX-License-Identifier: Apache-2.0 */
/* qubo/sampleset.h - the inside of lehr_sampleset: packed rows with recomputed energies.
 *
 * Rows are appended in any order and sorted once at the end: feasible first, then by energy, then
 * by bits, equal rows merged. So the order in which engines deliver does not show. */
#ifndef LEHR_QUBO_SAMPLESET_H
#define LEHR_QUBO_SAMPLESET_H

#include "lehr/solve.h"
#include "qubo/energy.h"

struct lehr_sampleset {
  int32_t n;
  size_t row_bytes; /* ceil(n / 8); bits are packed least significant first */
  int64_t count, capacity;
  uint8_t *bits;         /* [capacity * row_bytes] */
  energy *energies;      /* [capacity] */
  int64_t *occurrences;  /* [capacity] */
  uint8_t *feasible;     /* [capacity] */
  lehr_result_info info; /* engine and options_json are owned */
};

/* NULL when memory is short. Free with lehr_sampleset_free. */
lehr_sampleset *sampleset_create(int32_t n);

/* Appends bits[n] with energy and feasibility recomputed from m. LEHR_ENOMEM when memory is short.
 */
lehr_status sampleset_add(lehr_sampleset *s, const lehr_model_view *m, const uint8_t bits[],
                          int64_t occurrences);
/* The same for a state whose energy and feasibility were computed already. */
lehr_status sampleset_put(lehr_sampleset *s, const uint8_t bits[], int64_t occurrences, energy e,
                          bool is_feasible);

/* Sorts and merges. LEHR_ENOMEM when memory is short; the set is then unchanged. */
lehr_status sampleset_sort(lehr_sampleset *s, const lehr_model_view *m);

/* Packed row, row_bytes long. */
const uint8_t *sampleset_packed(const lehr_sampleset *s, int64_t row);

/* bits[n] of 0/1 to ceil(n/8) bytes and back. Padding bits are 0. */
void bits_pack(const uint8_t bits[], int32_t n, uint8_t packed[]);
void bits_unpack(const uint8_t packed[], int32_t n, uint8_t bits[]);

#endif
