/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/hybrid/generation.h - good states of one model, put in order by energy, that take from
 * others what is better there (recombine.h). */
#ifndef LEHR_SOLVERS_HYBRID_GENERATION_H
#define LEHR_SOLVERS_HYBRID_GENERATION_H

#include "solvers/recombine.h"

typedef struct generation {
  spin_form form; /* with groups: joined.h */
  bool is_whole;  /* groups too large to be joined: a row takes all of another, or nothing */
  int32_t threads;
  recombine *crossing; /* [threads] */
  int32_t capacity, count;
  int64_t words;    /* of a row */
  int32_t *slot;    /* [capacity] where row r lies: rows are put in order without moving them */
  uint64_t *rows;   /* [capacity][words] by slot, packed as in cluster.h */
  double *energies; /* [capacity] by slot; in units of the spin form, without constant */
  uint64_t *other;  /* [threads][words] */
  uint64_t *before; /* [capacity][words] by slot: copies of the rows */
} generation;

uint64_t generation_bytes(const lehr_model_view *m, int32_t capacity, int32_t threads);
/* Of run->model, for run->threads; memory from run, false when refused, or if the run should
 * stop (poll.h). */
bool generation_make(generation *p, lehr_run *run, int32_t capacity);

/* Replaces row r < count, or adds it where r == count. O(interactions). */
void generation_put(generation *p, int32_t r, const uint8_t bits[]);
void generation_get(const generation *p, int32_t r, uint8_t bits[]);
/* Row r takes the better clusters of bits[n], and those that are as good. Returns by how much its
 * energy fell, at least 0. */
double generation_cross(generation *p, int32_t r, const uint8_t bits[]);
/* The same for rows first, first + 1, ... (modulo count) with bits[rows][n], all at once: rows is
 * at most count. gains[rows] receives what each returns. */
void generation_cross_many(generation *p, int32_t first, const uint8_t bits[], int32_t rows,
                           double gains[]);
/* Each row r takes the better clusters of row r + distance (modulo count) as that was before; those
 * that are as good are left: rows stay different. */
void generation_cross_rows(generation *p, int32_t distance);
/* Sorts by energy, lowest first; of equal rows one is left. O(capacity^2 + n capacity / 64). */
void generation_sort(generation *p);

/* Mean energy of the best rows, at most `most`; 0 where there is none. O(count * most). */
double generation_elite(const generation *p, int32_t most);

static inline double generation_energy(const generation *p, int32_t r) {
  return p->energies[p->slot[r]];
}

#endif
