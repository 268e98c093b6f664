/* SPDX-License-Identifier: Apache-2.0 */
/* Ground states counted by values of fronts: right numbers whatever the memory, and the memory that
 * was planned. */
#include "tn/count_network.h"

#include "base/clock.h"
#include "enumeration.h"
#include "tn/bounded/split.h"
#include "tn/count.h"
#include "tn/graphs.h"
#include "tn/naturals.h"
#include "tn/order_find.h"
#include "tn/spectrum.h"

static const count_limits always_cut = {.bytes = UINT64_MAX / 4};

/* Every level of it cuts, and the smallest type saturates for some: pieces of 2 variables are all
 * that is contracted at once. */
static void counts_by_fronts(void) {
  philox_stream s = philox_stream_at(4, 0);
  for (int trial = 0; trial < 240; trial++) {
    const int32_t n = (int32_t)philox_below(&s, 12) + (trial % SHAPES == TORUS);
    const uint32_t ranges[] = {1, 2, 60, 30000};
    tn_network t =
        network_of_shape((shape)(trial % SHAPES), &s, n, ranges[trial / 8 % 4], trial & 1);
    int64_t *energy = spectrum_of(&t), least = network_brute_force(&t), ways = 0;
    int32_t order[16];
    tn_count count;
    int8_t spins[16];
    char expected[24];
    random_order(&s, n, order);
    for (uint32_t x = 0; x < 1u << n; x++) ways += energy[x] == least;
    snprintf(expected, sizeof expected, "%" PRId64, ways);
    REQUIRE_OK(count_network(&t, order, always_cut, &no_limits, spins, &count, NULL));
    CHECK(count.is_complete);
    CHECK_INT(network_energy(&t, spins), least);
    CHECK_INT(count.energy, least);
    check_natural(&count.states, expected);
    free(energy);
    network_free(&t);
  }
}

/* Strips of up to 24 variables in rows of four. */
static void counts_of_strips(void) {
  static const int32_t sizes[] = {24, 21, 23};
  static enumeration all;
  philox_stream s = philox_stream_at(6, 0);
  for (int trial = 0; trial < 3; trial++) {
    const int32_t n = sizes[trial];
    int32_t order[ENUMERATION_BITS];
    char expected[24];
    lehr_builder *b;
    lehr_model *m;
    tn_network t;
    tn_count count;
    REQUIRE_OK(lehr_builder_create(LEHR_SPIN, n, &b));
    for (int32_t i = 0; i < n; i++)
      for (int32_t j = 0; j < i; j++) {
        const int64_t J = philox_below(&s, 2) ? 1 : -1;
        if (j == i - 4 || (j == i - 1 && i % 4 > 0))
          REQUIRE_OK(lehr_builder_add_int(b, i, j, J, NULL));
      }
    REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
    REQUIRE_OK(network_make(lehr_model_look(m), &t, NULL));
    enumerate_model(m, 0, &all);
    snprintf(expected, sizeof expected, "%" PRId64, all.ground);
    random_order(&s, n, order);
    REQUIRE_OK(count_network(&t, order, always_cut, &no_limits, NULL, &count, NULL));
    CHECK_REAL((double)count.energy * t.unit, all.lowest[0], 0);
    CHECK(count.fronts > 0);
    check_natural(&count.states, expected);
    network_free(&t);
    lehr_model_free(m);
    lehr_builder_free(b);
  }
}

/* ---- Larger ones, against one contraction ---- */

/* Couplings +-1, or of 1, 2 and 4. */
static void draw_couplings(tn_network *t, int sizes, uint64_t seed) {
  philox_stream s = philox_stream_at(5, seed);
  for (int32_t v = 0; v < t->n; v++)
    for (int64_t k = t->row[v]; k < t->row[v + 1]; k++) {
      if (t->col[k] <= v) continue;
      const int64_t J =
          (int64_t)(1 << philox_below(&s, (uint32_t)sizes)) * (philox_below(&s, 2) ? 1 : -1);
      t->J[k] = t->J[network_entry(t, t->col[k], v)] = J;
    }
}

static int32_t *order_of(const tn_network *t) {
  const order_limits limits = {.most_entries = 1 << 24, .bytes = 8, .work = 10000000, .seed = 1};
  order_found found;
  REQUIRE_OK(order_find(network_graph(t), &limits, &found, NULL));
  return found.order;
}

/* By one contraction; to be freed. */
static char *states_of(const tn_network *t, const int32_t order[], int64_t *energy) {
  tn_program p;
  natural states = {0};
  bool is_complete;
  REQUIRE_OK(program_from_order(t, order, &p, NULL));
  REQUIRE_OK(count_ground_states(&p, &no_limits, energy, &states, &is_complete, NULL));
  char *const text = natural_decimal(&states);
  natural_free(&states);
  program_free(&p);
  return text;
}

/* Lattices, Chimera graphs, and lattices of frustrated plaquettes, whose fronts have many values.
 */
static tn_network large_network(int kind) {
  tn_network t =
      kind % 3 == 2 ? graph_chimera(2 + kind / 3) : graph_square(5 + kind, 6, kind % 3, false);
  draw_couplings(&t, kind < 3 ? 1 : 3, (uint64_t)kind);
  return t;
}

static void both_ways_agree(void) {
  for (int kind = 0; kind < 9; kind++) {
    tn_network t = large_network(kind);
    int32_t *const order = order_of(&t);
    int64_t energy;
    tn_count count;
    char *const states = states_of(&t, order, &energy);
    REQUIRE_OK(count_network(&t, order, always_cut, &no_limits, NULL, &count, NULL));
    CHECK_INT(count.energy, energy);
    CHECK(count.fronts > 0);
    check_natural(&count.states, states);
    free(states);
    free(order);
    network_free(&t);
  }
}

/* ---- Memory ---- */

/* A lattice with one frustrated coupling in each plaquette: 2^(n/3) ground states and more. */
static tn_network frustrated(int32_t rows, int32_t columns) {
  lehr_builder *b;
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, rows * columns, &b));
  for (int32_t v = 0; v < rows * columns; v++) {
    const int64_t J = v / columns % 2 ? -1 : 1;
    if (v % columns > 0) REQUIRE_OK(lehr_builder_add_int(b, v - 1, v, J, NULL));
    if (v >= columns) REQUIRE_OK(lehr_builder_add_int(b, v - columns, v, 1, NULL));
  }
  return network_of(b);
}

/* A table of pairs would take 0.7 GB; what the process takes is what was planned. */
static void memory_is_foreseen(void) {
  tn_network t = graph_square(25, 26, false, false);
  draw_couplings(&t, 3, 0);
  int32_t *const order = order_of(&t);
  tn_guard guard = {.bytes = UINT64_C(1) << 28, .threads = 1};
  count_limits limits = {.seconds = 1};
  double seconds;
  tn_count count;
  REQUIRE_OK(count_network_plan(&t, order, &guard, &limits.bytes, &seconds, NULL));
  CHECK(limits.bytes > 64 << 20 && limits.bytes < 200 << 20);
  guard.bytes = limits.bytes;
  const int64_t before = clock_peak_memory();
  REQUIRE_OK(count_network(&t, order, limits, &guard, NULL, &count, NULL));
  const int64_t taken = clock_peak_memory() - before;
  CHECK_REAL((double)taken, (double)limits.bytes, 0.1 * (double)limits.bytes);
  CHECK(count.is_complete && count.fronts > 0);
  natural_free(&count.states);
  free(order);
  network_free(&t);
}

/* Less and less: right, or refused, and first the one. */
static void less_and_less_memory(void) {
  tn_network t = frustrated(16, 16);
  int32_t *const order = order_of(&t);
  int64_t energy, cut = 0, refused = 0;
  char *const states = states_of(&t, order, &energy);
  for (uint64_t bytes = 3 << 20; bytes > 1 << 18; bytes /= 2) {
    const count_limits limits = {.bytes = bytes, .seconds = 1};
    const tn_guard guard = {.bytes = bytes, .threads = 1};
    tn_count count;
    lehr_error err = {0};
    const lehr_status status = count_network(&t, order, limits, &guard, NULL, &count, &err);
    CHECK(status == LEHR_OK || status == LEHR_ENOMEM || status == LEHR_EUNAVAILABLE);
    CHECK(status == LEHR_OK || err.text[0]);
    CHECK(status != LEHR_OK || refused == 0);
    if (status == LEHR_OK) {
      CHECK_INT(count.energy, energy);
      CHECK_TEXT(err.text, "");
      cut += count.fronts > 0;
      check_natural(&count.states, states);
    } else {
      refused++;
      natural_free(&count.states);
    }
  }
  CHECK(cut > 0 && refused > 0);
  free(states);
  free(order);
  network_free(&t);
}

/* The same state as well: what is fixed, and in which order pieces are counted. */
static void threads_change_nothing(void) {
  tn_network t = frustrated(16, 16);
  int32_t *const order = order_of(&t);
  int8_t spins[2][16 * 16];
  tn_count count[2];
  for (int k = 0; k < 2; k++) {
    const tn_guard guard = {.bytes = 1 << 22, .threads = 1 + k};
    const count_limits limits = {.bytes = 1 << 20, .seconds = 1};
    REQUIRE_OK(count_network(&t, order, limits, &guard, spins[k], &count[k], NULL));
  }
  CHECK_INT(count[1].fronts, count[0].fronts);
  CHECK(memcmp(spins[0], spins[1], sizeof spins[0]) == 0);
  char *const states = natural_decimal(&count[0].states);
  check_natural(&count[1].states, states);
  free(states);
  natural_free(&count[0].states);
  free(order);
  network_free(&t);
}

/* ---- Stops ---- */

typedef struct stopper {
  int left, after; /* questions until it says stop, and after that */
} stopper;

static int stop_after(void *user) {
  stopper *const s = user;
  if (s->left > 0) return --s->left, 0;
  s->after++;
  return 1;
}

/* At every question: not complete, and little is asked after it. */
static void stops_at_once(void) {
  tn_network t = large_network(0);
  int32_t *const order = order_of(&t);
  bool is_complete = false;
  int stops = 0;
  for (int k = 0; !is_complete; k += 1 + k / 16) {
    stopper s = {.left = k};
    const tn_guard guard = {
        .should_stop = stop_after, .user = &s, .bytes = UINT64_MAX / 4, .threads = 1};
    int8_t spins[64];
    tn_count count;
    REQUIRE_OK(count_network(&t, order, always_cut, &guard, spins, &count, NULL));
    is_complete = count.is_complete;
    CHECK_INT(is_complete, s.after == 0);
    CHECK(s.after < 40);
    stops += !is_complete;
    natural_free(&count.states);
  }
  CHECK(stops > 20);
  free(order);
  network_free(&t);
}

static const check_test tests[] = {{"memory is foreseen", memory_is_foreseen},
                                   {"counts by fronts", counts_by_fronts},
                                   {"counts of strips", counts_of_strips},
                                   {"both ways agree", both_ways_agree},
                                   {"less and less memory", less_and_less_memory},
                                   {"threads change nothing", threads_change_nothing},
                                   {"stops at once", stops_at_once}};
CHECK_MAIN("tn/fronts", tests)
