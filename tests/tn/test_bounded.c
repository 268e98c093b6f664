/* SPDX-License-Identifier: Apache-2.0 */
/* Bounded slicing: split networks against all of their states, the search against all states of the
 * original, at every width, with decisions and without, and stopped anywhere. */
#include "tn/bounded/bounded.h"

#include "check.h"
#include "tn/networks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 20, MOST_COPIES = 18 };

static const tn_guard no_limits = {.bytes = (uint64_t)1 << 30, .threads = 1};

static tn_network draw(philox_stream *s, int trial) {
  const int32_t n = (int32_t)philox_below(s, MOST - 3) + (trial % SHAPES == TORUS);
  const uint32_t range = (const uint32_t[]){1, 400, 1000000, 1u << 31}[trial / SHAPES % 4];
  tn_network t =
      network_of_shape((shape)(trial % SHAPES), s, n, range, trial / (4 * SHAPES) % 2 == 0);
  t.constant = trial % 7 - 3;
  return t;
}

/* A torus of unit couplings. */
static tn_network torus(int32_t rows, int32_t columns, uint64_t seed) {
  philox_stream s = philox_stream_at(seed, 0);
  lehr_builder *b;
  lehr_model *m;
  tn_network t;
  if (lehr_builder_create(LEHR_SPIN, rows * columns, &b)) abort();
  for (int32_t y = 0; y < rows; y++)
    for (int32_t x = 0; x < columns; x++)
      for (int k = 0; k < 2; k++) {
        const int32_t other = k ? (y + 1) % rows * columns + x : y * columns + (x + 1) % columns;
        const int64_t J = philox_below(&s, 2) ? 1 : -1;
        if (lehr_builder_add_int(b, y * columns + x, other, J, NULL)) abort();
      }
  if (lehr_builder_finish(b, &m, NULL)) abort();
  if (network_make(lehr_model_look(m), &t, NULL)) abort();
  lehr_builder_free(b);
  lehr_model_free(m);
  return t;
}

static int8_t spin_of(uint32_t state, int32_t i) { return state >> i & 1 ? 1 : -1; }

/* No energy of any state is skipped when bounds are rounded up. */
static void attainable_energies(void) {
  philox_stream s = philox_stream_at(31, 0);
  for (int trial = 0; trial < 160; trial++) {
    tn_network t = draw(&s, trial);
    const tn_attainable a = attainable_of(&t);
    int8_t spins[MOST];
    for (uint32_t state = 0; state < 1u << (t.n < 10 ? t.n : 10); state++) {
      for (int32_t i = 0; i < t.n; i++) spins[i] = spin_of(state, i);
      const int64_t e = network_energy(&t, spins);
      CHECK_INT(attainable_from(&a, e), e);
      CHECK_INT(attainable_from(&a, e - (a.step > 0 ? a.step - 1 : 5)), e);
    }
    network_free(&t);
  }
  tn_network even = torus(4, 5, 1);
  CHECK_INT(attainable_of(&even).step, 4);
  network_free(&even);
}

/* The least energy of the copies, variables fixed as asked. */
static int64_t least_of_copies(const tn_split *s, const int64_t field[], const int8_t fixed[]) {
  int64_t best = INT64_MAX;
  tn_network t = s->network;
  int8_t spins[MOST_COPIES];
  t.h = (int64_t *)field;
  for (uint32_t state = 0; state < 1u << t.n; state++) {
    bool is_asked_for = true;
    for (int32_t c = 0; c < t.n; c++) {
      spins[c] = spin_of(state, c);
      if (fixed[s->of[c]] != 0 && fixed[s->of[c]] != spins[c]) is_asked_for = false;
    }
    const int64_t e = is_asked_for ? network_energy(&t, spins) : best;
    if (e < best) best = e;
  }
  return best;
}

static void check_relaxed(philox_stream *s, const tn_network *t, int32_t width) {
  const relaxed_options o = {.width = width,
                             .order_work = 1000000,
                             .memory = (uint64_t)1 << 30,
                             .decision_bytes = (uint64_t)1 << 20};
  tn_relaxed r;
  relaxed_result out;
  REQUIRE_OK(relaxed_make(t, &o, &r, NULL));
  const tn_split *const split = &r.split;
  if (split->network.n <= MOST_COPIES) {
    int64_t field[MOST_COPIES];
    int8_t fixed[MOST] = {0}, spin[MOST_COPIES];
    memcpy(field, split->network.h, (size_t)split->network.n * sizeof *field);
    for (int32_t v = 0; v < t->n; v++) {
      fixed[v] = philox_below(s, 4) == 0 ? (int8_t)(philox_below(s, 2) ? 1 : -1) : 0;
      for (int32_t c = split->first[v] + 1; c < split->first[v + 1]; c++) {
        const int64_t moved = (int64_t)philox_below(s, 9) - 4;
        field[c] += moved;
        field[split->first[v]] -= moved;
      }
    }
    REQUIRE_OK(relaxed_run(&r, field, fixed, &no_limits, spin, &out, NULL));
    const int64_t expected = least_of_copies(split, field, fixed);
    CHECK(out.is_complete);
    CHECK(out.bound <= expected);
    CHECK(out.bound == expected || out.energy > out.bound); /* saturated, and known to be */
    CHECK(out.energy >= expected);
  }
  relaxed_free(&r);
}

static void split_networks(void) {
  philox_stream s = philox_stream_at(32, 0);
  for (int trial = 0; trial < 240; trial++) {
    tn_network t = draw(&s, trial);
    check_relaxed(&s, &t, 2 + trial % 5);
    network_free(&t);
  }
}

static void optimum_at_every_width(void) {
  philox_stream s = philox_stream_at(33, 0);
  int64_t divided = 0, nodes = 0;
  for (int trial = 0; trial < 320; trial++) {
    tn_network t = draw(&s, trial);
    const int64_t expected = network_brute_force(&t);
    for (int32_t width = 0; width < 6; width++) {
      if (width == 1) continue;
      const bounded_options o = {.width = width, .updates = HUGE_VAL, .order_work = 300000};
      bounded_result out;
      int8_t spins[MOST];
      for (int32_t i = 0; i < t.n; i++) spins[i] = 1;
      REQUIRE_OK(bounded_minimize(&t, &o, &no_limits, spins, &out, NULL));
      CHECK_INT(out.bound, expected);
      CHECK_INT(out.energy, expected);
      CHECK_INT(network_energy(&t, spins), expected);
      divided += out.divided;
      nodes += out.nodes;
    }
    network_free(&t);
  }
  CHECK(divided > 1000);
  CHECK(nodes > 500);
}

/* Without decisions there is no state of the copies, and leaves are solved by themselves. */
static void optimum_without_decisions(void) {
  philox_stream s = philox_stream_at(34, 0);
  for (int trial = 0; trial < 80; trial++) {
    tn_network t = draw(&s, 8 * trial + RANDOM);
    const relaxed_options o = {.width = 4, .order_work = 300000, .memory = (uint64_t)1 << 30};
    const search_options limits = {.root = {.most = 3, .first = 3},
                                   .node = {.most = 1, .first = 1},
                                   .memory = trial & 1 ? 1 : 1 << 20};
    int8_t spins[MOST];
    tn_relaxed r;
    tn_dual d;
    tn_search search;
    for (int32_t i = 0; i < t.n; i++) spins[i] = 1;
    tn_incumbent best = {.energy = network_energy(&t, spins), .spins = spins};
    REQUIRE_OK(relaxed_make(&t, &o, &r, NULL));
    REQUIRE_OK(dual_make(&d, &t, &r, &best, &no_limits, NULL));
    REQUIRE_OK(search_begin(&search, &d, &limits, NULL));
    const int64_t expected = network_brute_force(&t);
    CHECK(search.root <= expected);
    while (search.open.count > 0) { /* in pieces */
      const int64_t before = search_bound(&search);
      REQUIRE_OK(search_go_on(&search, 1, NULL));
      CHECK(search_bound(&search) >= before);
      CHECK(search_bound(&search) <= expected);
    }
    CHECK_INT(search_bound(&search), expected);
    CHECK_INT(best.energy, expected);
    search_end(&search);
    dual_free(&d);
    relaxed_free(&r);
    network_free(&t);
  }
}

/* The same model with its variables in another order. */
static tn_network permuted(const tn_network *t, const int32_t place[]) {
  lehr_builder *b;
  lehr_model *m;
  tn_network out;
  if (lehr_builder_create(LEHR_SPIN, t->n, &b)) abort();
  for (int32_t i = 0; i < t->n; i++) {
    if (lehr_builder_add_linear_int(b, place[i], t->h[i], NULL)) abort();
    for (int64_t k = t->row[i]; k < t->row[i + 1] && t->col[k] < i; k++)
      if (lehr_builder_add_int(b, place[i], place[t->col[k]], t->J[k], NULL)) abort();
  }
  if (lehr_builder_finish(b, &m, NULL)) abort();
  if (network_make(lehr_model_look(m), &out, NULL)) abort();
  lehr_builder_free(b);
  lehr_model_free(m);
  return out;
}

/* Lattices too large to enumerate: proven minima do not depend on how variables are numbered, and
 * stopped searches of all numberings agree on an interval. */
static void numbering_does_not_matter(void) {
  enum { ROWS = 6, COLUMNS = 8, SPINS = ROWS * COLUMNS, NUMBERINGS = 4 };
  philox_stream s = philox_stream_at(37, 0);
  int64_t divided = 0;
  for (int trial = 0; trial < 12; trial++) {
    tn_network t = torus(ROWS, COLUMNS, 40 + (uint64_t)trial);
    int64_t least = 0, low = INT64_MIN, high = INT64_MAX;
    for (int32_t i = 0; i < SPINS; i++) t.h[i] = trial % 2 ? (int64_t)philox_below(&s, 3) - 1 : 0;
    for (int k = 0; k < 2 * NUMBERINGS; k++) {
      const bool is_cut_short = k >= NUMBERINGS;
      const bounded_options o = {.width = 4 + k % 3,
                                 .updates = is_cut_short ? 2e4 * (k + 1) : HUGE_VAL,
                                 .order_work = 300000};
      bounded_result out;
      int8_t spins[SPINS];
      int32_t place[SPINS];
      random_order(&s, SPINS, place);
      tn_network other = permuted(&t, place);
      memset(spins, 1, sizeof spins);
      REQUIRE_OK(bounded_minimize(&other, &o, &no_limits, spins, &out, NULL));
      CHECK_INT(network_energy(&other, spins), out.energy);
      if (k == 0) least = out.energy;
      if (!is_cut_short) CHECK_INT(out.bound, least);
      if (!is_cut_short) CHECK_INT(out.energy, least);
      if (out.bound > low) low = out.bound;
      if (out.energy < high) high = out.energy;
      divided += out.divided;
      network_free(&other);
    }
    CHECK_INT(low, least);
    CHECK_INT(high, least);
    network_free(&t);
  }
  CHECK(divided > 100);
}

/* Of the rings that may be cut some take ten times as many runs as others, and tables that are
 * wider than needed take sixteen times as long: proofs of tori are short whatever the couplings
 * are. */
static void tori_take_few_updates(void) {
  enum { ROWS = 18, COLUMNS = 36, SPINS = ROWS * COLUMNS, TRIALS = 2 };
  for (int trial = 0; trial < TRIALS; trial++) {
    tn_network t = torus(ROWS, COLUMNS, 71 + (uint64_t)trial);
    const bounded_options o = {.updates = HUGE_VAL};
    bounded_result out;
    int8_t spins[SPINS];
    memset(spins, 1, sizeof spins);
    REQUIRE_OK(bounded_minimize(&t, &o, &no_limits, spins, &out, NULL));
    CHECK_INT(out.bound, out.energy);
    CHECK(out.updates < 8e10);
    network_free(&t);
  }
}

static int stop_after(void *user) { return --*(int *)user < 0; }

static void stopped_anywhere(void) {
  philox_stream s = philox_stream_at(35, 0);
  int open = 0;
  for (int trial = 0; trial < 300; trial++) {
    tn_network t = draw(&s, trial);
    int polls = (int)philox_below(&s, 40);
    const tn_guard guard = {
        .should_stop = stop_after, .user = &polls, .bytes = (uint64_t)1 << 30, .threads = 1};
    const bool by_work = trial % 3 == 0;
    const bounded_options o = {.width = 3,
                               .updates = by_work ? 100 * philox_below(&s, 50) : HUGE_VAL,
                               .order_work = 300000};
    bounded_result out;
    int8_t spins[MOST];
    for (int32_t i = 0; i < t.n; i++) spins[i] = 1;
    REQUIRE_OK(bounded_minimize(&t, &o, by_work ? &no_limits : &guard, spins, &out, NULL));
    const int64_t expected = network_brute_force(&t);
    CHECK(out.bound <= expected);
    CHECK(out.energy >= expected);
    CHECK_INT(network_energy(&t, spins), out.energy);
    open += out.bound < out.energy;
    network_free(&t);
  }
  CHECK(open > 30);
}

/* Memory for nothing: what is known without any table. */
static void no_memory(void) {
  philox_stream s = philox_stream_at(36, 0);
  const tn_guard guard = {.bytes = 1000, .threads = 1};
  tn_network t = network_of_shape(COMPLETE, &s, 12, 9, true);
  const bounded_options o = {.updates = HUGE_VAL};
  bounded_result out;
  int8_t spins[MOST];
  memset(spins, 1, sizeof spins);
  REQUIRE_OK(bounded_minimize(&t, &o, &guard, spins, &out, NULL));
  CHECK(out.is_short);
  CHECK(out.bound <= network_brute_force(&t));
  CHECK_INT(network_energy(&t, spins), out.energy);
  network_free(&t);
}

/* Where tables of 16 variables do not fit, narrower ones do. */
static void narrow_where_memory_is_short(void) {
  enum { SIDE = 16, SPINS = SIDE * SIDE, WIDTH = 16 };
  tn_network t = torus(SIDE, SIDE, 60);
  const tn_guard guard = {.bytes = 700000, .threads = 1};
  bounded_options o = {.updates = 1e8, .width = WIDTH, .order_work = 300000};
  bounded_result wide, any;
  int8_t spins[SPINS];
  memset(spins, 1, sizeof spins);
  REQUIRE_OK(bounded_minimize(&t, &o, &guard, spins, &wide, NULL));
  CHECK(wide.is_short);
  o.width = 0;
  REQUIRE_OK(bounded_minimize(&t, &o, &guard, spins, &any, NULL));
  CHECK(!any.is_short);
  CHECK(any.width > 0 && any.width < WIDTH);
  CHECK(any.bound > wide.bound);
  CHECK(any.bound <= any.energy);
  network_free(&t);
}

static void threads_do_not_matter(void) {
  static const int32_t threads[] = {1, 2, 5, 16};
  enum { TRIALS = sizeof threads / sizeof threads[0] };
  tn_network t = torus(12, 14, 1);
  for (int type = 0; type < 2; type++) { /* of 8 bits, and too large for these */
    bounded_result out[TRIALS];
    int8_t spins[TRIALS][192];
    for (int64_t k = 0; type > 0 && k < t.row[t.n]; k++) t.J[k] *= 50;
    for (int k = 0; k < TRIALS; k++) {
      const tn_guard guard = {.bytes = (uint64_t)1 << 30, .threads = threads[k]};
      const bounded_options o = {.width = 12, .updates = HUGE_VAL};
      memset(spins[k], 1, sizeof spins[k]);
      REQUIRE_OK(bounded_minimize(&t, &o, &guard, spins[k], &out[k], NULL));
      CHECK(out[k].divided >= 12); /* a ring, at least */
      CHECK_INT(out[k].bound, out[k].energy);
      CHECK(memcmp(spins[0], spins[k], sizeof spins[0]) == 0);
      CHECK_INT(out[k].runs, out[0].runs);
      CHECK_INT(out[k].nodes, out[0].nodes);
      CHECK(out[k].updates == out[0].updates);
    }
    CHECK(out[0].nodes > 40);
  }
  network_free(&t);
}

static const check_test tests[] = {{"attainable energies", attainable_energies},
                                   {"split networks", split_networks},
                                   {"optimum at every width", optimum_at_every_width},
                                   {"optimum without decisions", optimum_without_decisions},
                                   {"numbering does not matter", numbering_does_not_matter},
                                   {"tori take few updates", tori_take_few_updates},
                                   {"stopped anywhere", stopped_anywhere},
                                   {"no memory", no_memory},
                                   {"narrow where memory is short", narrow_where_memory_is_short},
                                   {"threads do not matter", threads_do_not_matter}};
CHECK_MAIN("tn/bounded", tests)
