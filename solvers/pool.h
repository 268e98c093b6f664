/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/pool.h - an elite pool: a bounded set of good states that differ from each other.
 *
 * Entries are ranked by energy, best first; of equal energies the one that came first leads. A
 * state is kept when it is better than the worst entry, or the pool has room, and no entry within
 * less than `min_distance` flips of it is as good; entries that near which it beats leave. So what
 * the pool holds depends on the sequence of offers only.
 *
 * Where a model has no fields a state and its complement are the same: distances are taken modulo
 * complement then. */
#ifndef LEHR_SOLVERS_POOL_H
#define LEHR_SOLVERS_POOL_H

#include "lehr/plugin.h"
#include "qubo/energy.h"

#include <stdbool.h>

typedef struct pool {
  const lehr_model_view *model;
  int32_t capacity, count;
  int32_t min_distance; /* >= 1: equal states are never kept twice */
  bool is_symmetric;    /* every state has the energy of its complement */
  int64_t taken;        /* offers taken so far */
  /* By slot; slots stay where they are while ranks move. */
  uint8_t *bits;    /* [capacity][n] */
  energy *energies; /* [capacity] */
  int64_t *serials; /* [capacity] number of the offer, counted from 1, among those taken */
  int32_t *slots;   /* [capacity] of each rank, the free ones behind */
} pool;

/* Whether every state of the model has the energy of its complement. O(n + interactions). */
bool pool_is_symmetric(const lehr_model_view *m);

/* Bytes that pool_make takes. */
uint64_t pool_bytes(const lehr_model_view *m, int32_t capacity);
/* An empty pool, capacity and min_distance >= 1; memory from run, false when refused. */
bool pool_make(pool *p, lehr_run *run, int32_t capacity, int32_t min_distance);

/* Offers bits[n] of energy e, which must be that of energy_of() or compare alike; whether it was
 * taken. O(capacity * n). */
bool pool_offer(pool *p, const uint8_t bits[], energy e);
/* Forgets all but the best `keep` entries. */
void pool_shrink(pool *p, int32_t keep);

/* Entry of a rank, 0..count-1: its n bits, energy, and serial number, which tells whether it has
 * been seen before. */
const uint8_t *pool_bits(const pool *p, int32_t rank);
energy pool_energy(const pool *p, int32_t rank);
int64_t pool_serial(const pool *p, int32_t rank);

/* Flips between two states, modulo complement in symmetric models. O(n). */
int32_t pool_distance(const pool *p, const uint8_t a[], const uint8_t b[]);
/* Copies `bits` to aligned[n]; in symmetric models its complement if that is nearer to `to`. */
void pool_align(const pool *p, const uint8_t bits[], const uint8_t to[], uint8_t aligned[]);

#endif
