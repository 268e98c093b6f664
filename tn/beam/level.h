/* SPDX-License-Identifier: Apache-2.0 */
/* tn/beam/level.h - the states of one step and their children; between the files of the beam.
 *
 * Child 2 p + x is parent p with the new variable at x (1 = +1). Children keep the order of their
 * parents, so that two bits per parent say which of them live on, and a state's number is found
 * again from these bits alone (trail.h). */
#ifndef LEHR_TN_BEAM_LEVEL_H
#define LEHR_TN_BEAM_LEVEL_H

#include "tn/beam/guide.h"
#include "tn/guard.h"

/* Between two questions whether to stop. */
enum { BEAM_BLOCK = 4096 };

/* A child that lost against an equal one. */
typedef struct beam_loser {
  int64_t value; /* its own; in the trail what it has more than the winner */
  int64_t child;
  int64_t winner; /* place in which the winner is; in the trail its number after the step */
} beam_loser;

typedef struct beam_level {
  int32_t words;
  int64_t most;       /* states kept */
  int64_t count;      /* parents */
  uint64_t *keys;     /* [most][words] frontiers of the parents */
  int64_t *values;    /* [most] */
  int64_t *child;     /* [2 most] values of children */
  int64_t *rank;      /* [2 most] ranks; child where they are the same */
  uint64_t *alive;    /* [2 most / 64] */
  uint64_t *mask;     /* [words] slots that stay */
  int32_t slot;       /* of the new variable; -1: none */
  uint64_t *place;    /* [places] merge: upper half of the hash, child + 1; 0: empty */
  uint64_t places;    /* power of two */
  int64_t *scratch;   /* [2 most] */
  beam_loser *losers; /* [spares] a heap, worst on top */
  int64_t n_losers, spares;
} beam_level;

/* key[words] of a child, and its hash. */
static inline void child_key(const beam_level *l, int64_t child, uint64_t key[]) {
  const uint64_t *parent = l->keys + child / 2 * l->words;
  for (int32_t w = 0; w < l->words; w++) key[w] = parent[w] & l->mask[w];
  if (l->slot >= 0) key[l->slot / 64] |= (uint64_t)(child & 1) << (l->slot % 64);
}

static inline uint64_t child_hash(const beam_level *l, int64_t child) {
  const uint64_t *parent = l->keys + child / 2 * l->words;
  uint64_t h = 0x9E3779B97F4A7C15u;
  for (int32_t w = 0; w < l->words; w++) {
    uint64_t key = parent[w] & l->mask[w];
    if (l->slot >= 0 && l->slot / 64 == w) key |= (uint64_t)(child & 1) << (l->slot % 64);
    h = (h ^ key) * 0xBF58476D1CE4E5B9u;
    h ^= h >> 29;
  }
  h *= 0x94D049BB133111EBu;
  return h ^ h >> 32;
}

static inline bool is_alive(const beam_level *l, int64_t child) {
  return l->alive[child / 64] >> (child % 64) & 1;
}

static inline void kill_child(beam_level *l, int64_t child) {
  l->alive[child / 64] &= ~(UINT64_C(1) << (child % 64));
}

/* Of living children with equal keys the best value lives on, the first of several. False where the
 * guard ended it. */
bool level_merge(beam_level *l, const tn_guard *guard);

/* The `most` living children of lowest rank live on; ties are decided by the hash of the key.
 * Lowest rank of the others: *discarded, if it is lower. Returns how many live. */
int64_t level_select(beam_level *l, int64_t *discarded);

#endif
