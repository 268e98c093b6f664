/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/beam/beam.h"

#include "base/error.h"
#include "base/memory.h"
#include "tn/beam/trail.h"

#include <stdlib.h>
#include <string.h>

typedef struct search {
  const beam_walk *walk;
  const beam_guide *guide;
  const beam_wish *wish;
  const tn_guard *guard;
  beam_result *out;
  beam_level level;
  beam_trail trail;
  uint64_t *next_keys;
  int64_t *next_values;
  int64_t limit; /* values above it are of no interest */
} search;

void beam_result_free(beam_result *r) {
  free(r->spins);
  *r = (beam_result){0};
}

static uint64_t places_for(int64_t most) {
  uint64_t places = 64;
  while ((int64_t)places < 4 * most) places *= 2;
  return places;
}

/* No more states than there are bits for. */
static int64_t room_of(const beam_walk *w, int64_t most) {
  const int32_t bits = w->width < 40 ? w->width : 40;
  return most < INT64_C(1) << bits ? most : INT64_C(1) << bits;
}

static int64_t spares_of(const beam_wish *wish) { return wish->states > 1 ? wish->states : 0; }

uint64_t beam_bytes(const beam_walk *w, const beam_guide *g, const beam_wish *wish) {
  const double most = (double)room_of(w, wish->most), n = w->n;
  const double keys = 2 * most * (w->words + 1) * 8, children = most * (g->is_bound ? 32 : 48);
  const double merging = (double)places_for((int64_t)most) * 8, trail = n * (most / 4 + 32);
  const double states = (double)wish->states * n * 2;
  const double losers = (double)spares_of(wish) * (n + 1) * sizeof(beam_loser);
  return size_saturated(keys + children + most / 4 + merging + trail + states + losers);
}

static bool allocate(search *s) {
  beam_level *l = &s->level;
  const size_t most = (size_t)room_of(s->walk, s->wish->most), words = (size_t)s->walk->words;
  l->words = s->walk->words;
  l->most = (int64_t)most;
  l->places = places_for(l->most);
  l->spares = spares_of(s->wish);
  l->keys = memory_array(most * words, sizeof *l->keys);
  l->values = memory_array(most, sizeof *l->values);
  l->child = memory_array(2 * most, sizeof *l->child);
  l->rank = s->guide->is_bound ? l->child : memory_array(2 * most, sizeof *l->rank);
  l->alive = memory_array(most / 32 + 1, sizeof *l->alive);
  l->mask = memory_array(words, sizeof *l->mask);
  l->place = memory_array(l->places, sizeof *l->place);
  l->scratch = memory_array(2 * most, sizeof *l->scratch);
  l->losers = memory_array((size_t)l->spares, sizeof *l->losers);
  s->next_keys = memory_array(most * words, sizeof *s->next_keys);
  s->next_values = memory_array(most, sizeof *s->next_values);
  return trail_make(&s->trail, s->walk->n) && l->keys && l->values && l->child && l->rank &&
         l->alive && l->mask && l->place && l->scratch && l->losers && s->next_keys &&
         s->next_values;
}

static void release(search *s) {
  beam_level *l = &s->level;
  free(l->keys);
  free(l->values);
  free(l->child);
  if (l->rank != l->child) free(l->rank);
  free(l->alive);
  free(l->mask);
  free(l->place);
  free(l->scratch);
  free(l->losers);
  free(s->next_keys);
  free(s->next_values);
  trail_free(&s->trail);
}

static void prepare(search *s, int32_t step) {
  beam_level *l = &s->level;
  const beam_walk *w = s->walk;
  for (int32_t k = 0; k < l->words; k++) l->mask[k] = UINT64_MAX;
  for (int32_t k = w->first_out[step]; k < w->first_out[step + 1]; k++) {
    const int32_t slot = w->slot[w->leaves[k]];
    l->mask[slot / 64] &= ~(UINT64_C(1) << (slot % 64));
  }
  l->slot = w->slot[w->order[step]];
  l->places = places_for(l->most);
  l->n_losers = 0;
  memset(l->alive, 0xff, (size_t)(2 * l->count + 63) / 64 * sizeof *l->alive);
  if (2 * l->count % 64 != 0)
    l->alive[2 * l->count / 64] = (UINT64_C(1) << (2 * l->count % 64)) - 1;
}

/* Values and ranks of all children, block by block. False where the guard ended it, or where memory
 * is short. */
static bool expand(search *s, int32_t step, lehr_status *status) {
  beam_level *l = &s->level;
  const int64_t blocks = (l->count + BEAM_BLOCK - 1) / BEAM_BLOCK;
  int stopped = 0, failed = 0;
#pragma omp parallel for num_threads(s->guard->threads) schedule(static)                           \
    reduction(|                                                                                    \
              : stopped, failed) if (blocks > 1)
  for (int64_t b = 0; b < blocks; b++) {
    const int64_t first = b * BEAM_BLOCK;
    const int64_t count = l->count - first < BEAM_BLOCK ? l->count - first : BEAM_BLOCK;
    if (stopped || failed || guard_should_stop(s->guard)) {
      stopped = 1;
      continue;
    }
    failed = !s->guide->expand(s->guide->self, step, count, l->keys + first * l->words,
                               l->values + first, l->child + 2 * first, l->rank + 2 * first);
  }
  s->out->children += 2 * l->count;
  if (failed) *status = LEHR_ENOMEM;
  return !stopped && !failed;
}

/* Those that cannot get below what is known already. */
static void drop_hopeless(search *s) {
  beam_level *l = &s->level;
  for (int64_t child = 0; child < 2 * l->count; child++)
    if (l->child[child] > s->limit) kill_child(l, child);
}

static void descend(search *s, int64_t count) {
  beam_level *l = &s->level;
  int64_t next = 0;
  for (int64_t word = 0; word < (2 * l->count + 63) / 64; word++)
    for (uint64_t bits = l->alive[word]; bits != 0; bits &= bits - 1) {
      const int64_t child = 64 * word + __builtin_ctzll(bits);
      child_key(l, child, s->next_keys + next * l->words);
      s->next_values[next++] = l->child[child];
    }
  uint64_t *keys = l->keys;
  int64_t *values = l->values;
  l->keys = s->next_keys;
  l->values = s->next_values;
  s->next_keys = keys;
  s->next_values = values;
  l->count = count;
}

static bool is_merging(const search *s, int32_t step) {
  return s->level.slot < 0 || s->walk->first_out[step + 1] > s->walk->first_out[step];
}

/* One variable more. False where the guard ended it; *status tells of short memory. */
static bool advance(search *s, int32_t step, lehr_status *status, lehr_error *err) {
  beam_level *l = &s->level;
  prepare(s, step);
  if (!expand(s, step, status)) return false;
  if (step == 0 && s->wish->fix_spin) kill_child(l, 0);
  if (s->limit < INT64_MAX) drop_hopeless(s);
  if (is_merging(s, step) && !level_merge(l, s->guard)) return false;
  const int64_t count = level_select(l, &s->out->discarded);
  if (!trail_note(&s->trail, step, l)) {
    *status = error_memory(err, (uint64_t)l->count);
    return false;
  }
  descend(s, count);
  return true;
}

/* The lowest integer energy that values of this rank may mean. */
static int64_t energy_of_rank(const beam_guide *g, int64_t rank) { return -((-rank) >> g->grain); }

static lehr_status tell(search *s, lehr_error *err) {
  const int32_t n = s->walk->n;
  beam_result *out = s->out;
  out->is_complete = true;
  out->bound = !s->guide->is_bound           ? INT64_MIN
               : out->discarded == INT64_MAX ? INT64_MAX
                                             : energy_of_rank(s->guide, out->discarded);
  if (s->level.count == 0) return LEHR_OK;
  const size_t states = (size_t)s->wish->states;
  uint8_t *ways = memory_array(states * (size_t)n, 1);
  out->spins = memory_array(states * (size_t)n, 1);
  if (ways && out->spins) out->count = trail_ways(&s->trail, s->wish->states, ways);
  for (int64_t r = 0; r < out->count; r++)
    for (int32_t k = 0; k < n; k++)
      out->spins[r * n + s->walk->order[k]] = ways[r * n + k] ? 1 : -1;
  free(ways);
  return out->count > 0 ? LEHR_OK : error_memory(err, states * (size_t)n * 2);
}

static lehr_status run(search *s, lehr_error *err) {
  lehr_status status = LEHR_OK;
  s->level.count = 1;
  s->level.values[0] = s->guide->root;
  const int32_t n = s->walk->n;
  for (int32_t step = 0; step < n; step++) {
    if (guard_should_stop(s->guard) || !advance(s, step, &status, err)) return status;
    if ((step & 15) == 0) guard_progress(s->guard, (double)step / n, "beam");
  }
  return tell(s, err);
}

lehr_status beam_run(const beam_walk *w, const beam_guide *g, const beam_wish *wish,
                     const tn_guard *guard, beam_result *out, lehr_error *err) {
  *out = (beam_result){.discarded = INT64_MAX};
  search s = {.walk = w, .guide = g, .wish = wish, .guard = guard, .out = out, .limit = INT64_MAX};
  if (g->is_bound && wish->below < INT64_MAX >> (g->grain + 1))
    s.limit = (wish->below - 1) * (INT64_C(1) << g->grain);
  lehr_status status = allocate(&s) ? run(&s, err) : error_memory(err, beam_bytes(w, g, wish));
  if (status != LEHR_OK) beam_result_free(out);
  release(&s);
  return status;
}
