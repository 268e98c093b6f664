/* SPDX-License-Identifier: Apache-2.0 */
/* Beam search against enumeration: optimum with enough states, valid bounds with few. */
#include "tn/beam/beam.h"

#include "check.h"
#include "tn/beam/buckets.h"
#include "tn/spectrum.h"

#include <math.h>

typedef struct beam_setup {
  beam_walk walk;
  beam_buckets buckets;
} beam_setup;

/* A walk that was searched for, or a random one. */
static void set_up(const tn_network *t, philox_stream *s, int32_t most, bool is_random,
                   beam_setup *b) {
  bool is_complete;
  int32_t order[64];
  if (is_random) {
    random_order(s, t->n, order);
    REQUIRE_OK(beam_walk_make(network_graph(t), order, &b->walk, NULL));
  } else {
    beam_walk_list found = {.most = 1};
    REQUIRE_OK(beam_walk_find(network_graph(t), t->time_index, 3, &found, NULL));
    b->walk = found.walk[0];
  }
  const bucket_limits limits = {.most = most, .bytes = UINT64_MAX, .entries = INFINITY};
  REQUIRE_OK(buckets_shape(t, &b->walk, &limits, &b->buckets, NULL));
  REQUIRE_OK(buckets_fill(&b->buckets, t, &no_limits, &is_complete, NULL));
  REQUIRE(is_complete);
}

static void put_away(beam_setup *b) {
  buckets_free(&b->buckets);
  beam_walk_free(&b->walk);
}

static void check_walk(const beam_walk *w, tn_graph g) {
  for (int32_t k = 0; k < g.n; k++) {
    const int32_t v = w->order[k];
    uint64_t slots = 0;
    CHECK_INT(w->rank[v], k);
    for (int32_t i = 0; i <= k; i++) { /* who is in the frontier after step k */
      const int32_t u = w->order[i];
      bool is_open = false;
      for (int64_t e = g.row[u]; e < g.row[u + 1]; e++) is_open |= w->rank[g.col[e]] > k;
      CHECK(is_open == (w->last[u] > k));
      if (!is_open) continue;
      CHECK(w->slot[u] >= 0 && w->slot[u] < w->width);
      CHECK(!(slots >> w->slot[u] & 1));
      slots |= UINT64_C(1) << w->slot[u];
    }
  }
}

static void walks(void) {
  philox_stream s = philox_stream_at(1, 0);
  for (int trial = 0; trial < 80; trial++) {
    tn_network t = network_of_shape((shape)(trial % SHAPES), &s, trial % 17, 1, false);
    beam_setup b;
    set_up(&t, &s, 4, trial & 1, &b);
    check_walk(&b.walk, network_graph(&t));
    put_away(&b);
    network_free(&t);
  }
}

/* Several walks: the best first, none between the ends of another, none much wider. */
static void several_walks(void) {
  philox_stream s = philox_stream_at(5, 0);
  int32_t several = 0;
  for (int trial = 0; trial < 40; trial++) {
    tn_network t = network_of_shape((shape)(trial % SHAPES), &s, 4 + trial % 17, 1, false);
    beam_walk_list one = {.most = 1}, list = {.most = BEAM_WALKS};
    REQUIRE_OK(beam_walk_find(network_graph(&t), t.time_index, 3, &one, NULL));
    REQUIRE_OK(beam_walk_find(network_graph(&t), t.time_index, 3, &list, NULL));
    REQUIRE(list.count >= 1 && list.count <= BEAM_WALKS && one.count == 1);
    CHECK_INT(list.walk[0].width, one.walk[0].width);
    CHECK_REAL(list.walk[0].crowd, one.walk[0].crowd, 0);
    for (int32_t k = 0; k < list.count; k++) {
      const beam_walk *w = &list.walk[k];
      check_walk(w, network_graph(&t));
      if (k > 0) CHECK(w->width >= w[-1].width && w->width * 8 <= one.walk[0].width * 9);
      for (int32_t i = 0; i < k; i++)
        CHECK(w->order[0] != list.walk[i].order[0] ||
              w->order[t.n - 1] != list.walk[i].order[t.n - 1]);
    }
    several += list.count > 1;
    beam_walks_free(&one);
    beam_walks_free(&list);
    network_free(&t);
  }
  CHECK(several > 30);
}

static int64_t lowest_of(const int64_t energy[], int32_t n) {
  int64_t least = energy[0];
  for (uint32_t x = 1; x < 1u << n; x++)
    if (energy[x] < least) least = energy[x];
  return least;
}

static uint32_t index_of(const int8_t spins[], int32_t n) {
  uint32_t x = 0;
  for (int32_t v = 0; v < n; v++) x |= (uint32_t)(spins[v] > 0) << v;
  return x;
}

/* Bounds hold, told states ascend and differ, enough states prove the optimum. */
static void check_beam(const tn_network *t, const beam_setup *b, const beam_wish *wish,
                       const int64_t energy[]) {
  const beam_guide guide = buckets_guide(&b->buckets);
  const int64_t least = lowest_of(energy, t->n);
  beam_result r;
  CHECK(b->buckets.bound <= least * (INT64_C(1) << guide.grain));
  if (b->buckets.is_exact) CHECK_INT(b->buckets.bound, least * (INT64_C(1) << guide.grain));
  REQUIRE_OK(beam_run(&b->walk, &guide, wish, &no_limits, &r, NULL));
  REQUIRE(r.is_complete && r.count >= 1 && r.count <= wish->states);
  const int64_t found = energy[index_of(r.spins, t->n)];
  CHECK(r.bound <= least || found == least);
  CHECK((r.discarded == INT64_MAX) == (r.bound == INT64_MAX));
  if (r.bound >= found) CHECK_INT(found, least);
  if (wish->most >= 1 << 20) CHECK_INT(found, least);
  if (b->buckets.is_exact) CHECK_INT(found, least);
  for (int64_t i = 1; i < r.count; i++) {
    const uint32_t x = index_of(r.spins + i * t->n, t->n);
    CHECK(energy[x] >= energy[index_of(r.spins + (i - 1) * t->n, t->n)]);
    for (int64_t k = 0; k < i; k++) CHECK(x != index_of(r.spins + k * t->n, t->n));
  }
  beam_result_free(&r);
}

static void against_enumeration(void) {
  philox_stream s = philox_stream_at(2, 0);
  for (int trial = 0; trial < 400; trial++) {
    const int32_t n = (int32_t)philox_below(&s, 14) + (trial % SHAPES == TORUS);
    const uint32_t range = (const uint32_t[]){1, 7, 1000000, 1u << 31}[trial / SHAPES % 4];
    tn_network t = network_of_shape((shape)(trial % SHAPES), &s, n, range, trial & 1);
    beam_setup b;
    set_up(&t, &s, 1 + (int32_t)philox_below(&s, 5), trial & 2, &b);
    int64_t *energy = spectrum_of(&t);
    const beam_wish wish = {.most = trial % 3 ? 1 + (int64_t)philox_below(&s, 9) : 1 << 20,
                            .below = INT64_MAX,
                            .states = 1 + trial % 4 * 5,
                            .fix_spin = network_is_even(&t) && n > 0};
    check_beam(&t, &b, &wish, energy);
    free(energy);
    put_away(&b);
    network_free(&t);
  }
}

/* What is not below the limit is left out; nothing is found where the limit is the optimum. */
static void only_below(void) {
  philox_stream s = philox_stream_at(3, 0);
  for (int trial = 0; trial < 100; trial++) {
    tn_network t = network_of_shape((shape)(trial % SHAPES), &s, 10, 5, trial & 1);
    beam_setup b;
    set_up(&t, &s, 2, false, &b);
    const beam_guide guide = buckets_guide(&b.buckets);
    const int64_t least = network_brute_force(&t);
    for (int64_t above = 0; above < 2; above++) {
      const beam_wish wish = {.most = 1 << 20, .below = least + above, .states = 1};
      beam_result r;
      REQUIRE_OK(beam_run(&b.walk, &guide, &wish, &no_limits, &r, NULL));
      CHECK(r.is_complete);
      CHECK_INT(r.count, above);
      CHECK_INT(r.bound, INT64_MAX);
      if (r.count > 0) CHECK_INT(network_energy(&t, r.spins), least);
      beam_result_free(&r);
    }
    put_away(&b);
    network_free(&t);
  }
}

/* A lattice of 210 spins in two words of frontier bits; any number of threads, the same states. */
static void threads_change_nothing(void) {
  philox_stream s = philox_stream_at(4, 0);
  tn_network t = network_of_shape(SQUARE, &s, 210, 3, true);
  int32_t order[210];
  beam_walk walk;
  beam_buckets buckets;
  beam_result one, many;
  bool is_complete;
  random_order(&s, 210, order);
  REQUIRE_OK(beam_walk_make(network_graph(&t), order, &walk, NULL));
  CHECK_INT(walk.words, 2);
  const bucket_limits limits = {.most = 6, .bytes = 1 << 20, .entries = 1e6};
  REQUIRE_OK(buckets_fit(&t, &walk, &limits, &buckets, NULL));
  REQUIRE_OK(buckets_fill(&buckets, &t, &no_limits, &is_complete, NULL));
  const beam_guide guide = buckets_guide(&buckets);
  const beam_wish wish = {.most = 9000, .below = INT64_MAX, .states = 8};
  tn_guard guard = no_limits;
  guard.threads = 1;
  REQUIRE_OK(beam_run(&walk, &guide, &wish, &guard, &one, NULL));
  guard.threads = 3;
  REQUIRE_OK(beam_run(&walk, &guide, &wish, &guard, &many, NULL));
  CHECK_INT(one.count, 8);
  CHECK_INT(one.bound, many.bound);
  CHECK(memcmp(one.spins, many.spins, 8 * 210) == 0);
  beam_result_free(&one);
  beam_result_free(&many);
  buckets_free(&buckets);
  beam_walk_free(&walk);
  network_free(&t);
}

static const check_test tests[] = {{"walks", walks},
                                   {"several walks", several_walks},
                                   {"against enumeration", against_enumeration},
                                   {"only below", only_below},
                                   {"threads change nothing", threads_change_nothing}};
CHECK_MAIN("tn/beam", tests)
