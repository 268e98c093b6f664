/* SPDX-License-Identifier: Apache-2.0 */
/* qubo/sampleset.h - the inside of lehr_sampleset: packed rows with recomputed energies.
 *
 * Rows are appended in any order and sorted at the end: feasible first, then by energy, then by
 * bits, equal rows merged. So the order in which engines deliver does not show. Many rows are
 * merged on the way as well: memory follows the distinct ones. */
#ifndef LEHR_QUBO_SAMPLESET_H
#define LEHR_QUBO_SAMPLESET_H

#include "lehr/solve.h"
#include "qubo/energy.h"

typedef struct sampleset_level {
  energy e;
  char *degeneracy; /* owned */
} sampleset_level;

struct lehr_sampleset {
  int32_t n;
  bool is_exact;      /* energies are compared as integers */
  uint64_t max_bytes; /* refuse to take more; UINT64_MAX at first */
  size_t row_bytes;   /* ceil(n / 8); bits are packed least significant first */
  int64_t count, capacity;
  uint8_t *bits;           /* [capacity * row_bytes] */
  energy *energies;        /* [capacity] */
  int64_t *occurrences;    /* [capacity] */
  uint8_t *feasible;       /* [capacity] */
  lehr_result_info info;   /* all texts and arrays are owned */
  lehr_sampleset *lowest;  /* states of lowest energy, or NULL */
  sampleset_level *levels; /* [n_levels] degeneracies of their energies, where known */
  int64_t n_levels;
};

/* NULL when memory is short. Free with lehr_sampleset_free. */
lehr_sampleset *sampleset_create(const lehr_model_view *m);

/* Appends bits[n] with its energy and feasibility. LEHR_ENOMEM when memory is short or max_bytes
 * do not suffice. Amortised O(n + log rows). */
lehr_status sampleset_put(lehr_sampleset *s, const uint8_t bits[], int64_t occurrences, energy e,
                          bool is_feasible);

/* Sorts and merges. LEHR_ENOMEM when memory is short; the set is then unchanged. */
lehr_status sampleset_sort(lehr_sampleset *s);

/* Most bytes that a set of `rows` distinct rows takes, sorting included; UINT64_MAX if that is
 * beyond counting. */
uint64_t sampleset_bytes(int32_t n, int64_t rows);

/* ---- Between the files of the set ---- */

enum { SORT_BYTES = 32 }; /* per row, while sorting */
/* Makes room for so many rows; false when memory is short. */
bool sampleset_resize(lehr_sampleset *s, int64_t capacity);
/* Frees all rows. */
void sampleset_drop(lehr_sampleset *s);

/* The level of that energy, NULL where its degeneracy is not known. O(levels). */
const sampleset_level *sampleset_level_of(const lehr_sampleset *s, energy e);

/* Packed row, row_bytes long. */
const uint8_t *sampleset_packed(const lehr_sampleset *s, int64_t row);

/* bits[n] of 0/1 to ceil(n/8) bytes and back. Padding bits are 0. */
void bits_pack(const uint8_t bits[], int32_t n, uint8_t packed[]);
void bits_unpack(const uint8_t packed[], int32_t n, uint8_t bits[]);

#endif
