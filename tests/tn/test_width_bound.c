/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/width_bound.h"

#include "check.h"
#include "tn/graphs.h"

static int32_t bound_of(const tn_network *t) {
  const width_question q = {.enough = INT32_MAX, .work = INT64_MAX};
  int32_t bound;
  int64_t work = 0;
  REQUIRE_OK(width_bound(network_graph(t), &q, &bound, &work, NULL));
  return bound;
}

/* And frees it. */
static int32_t bound_at_end(graph_builder *g) {
  tn_network t = graph_end(g);
  const int32_t bound = bound_of(&t);
  network_free(&t);
  return bound;
}

/* Neighbours of v outside of `gone`, directly or through variables of it. */
static int32_t front_size(const uint32_t neighbours[], uint32_t gone, int32_t v) {
  uint32_t seen = UINT32_C(1) << v, reached = neighbours[v];
  for (uint32_t fresh; (fresh = reached & gone & ~seen) != 0;) {
    seen |= fresh & -fresh;
    reached |= neighbours[__builtin_ctz(fresh)];
  }
  return __builtin_popcount(reached & ~gone & ~(UINT32_C(1) << v));
}

/* The least largest front of all orders, by sets of variables that left (Bodlaender, Fomin, Koster,
 * Kratsch, Thilikos 2012). */
static int32_t width_by_sets(tn_graph g) {
  enum { MOST = 12 };
  static int32_t width[1 << MOST];
  uint32_t neighbours[MOST] = {0};
  REQUIRE(g.n <= MOST);
  for (int32_t v = 0; v < g.n; v++)
    for (int64_t k = g.row[v]; k < g.row[v + 1]; k++) neighbours[v] |= UINT32_C(1) << g.col[k];
  width[0] = 0;
  for (uint32_t set = 1; set < UINT32_C(1) << g.n; set++) {
    width[set] = INT32_MAX;
    for (uint32_t left = set; left; left &= left - 1) {
      const int32_t v = __builtin_ctz(left);
      const uint32_t gone = set & ~(UINT32_C(1) << v);
      const int32_t front = front_size(neighbours, gone, v);
      const int32_t largest = front > width[gone] ? front : width[gone];
      if (largest < width[set]) width[set] = largest;
    }
  }
  return width[(UINT32_C(1) << g.n) - 1];
}

/* Never above the width, and often there. */
static void below_every_order(void) {
  enum { TRIALS = 600 };
  philox_stream s = philox_stream_at(11, 0);
  int32_t tight = 0;
  for (int trial = 0; trial < TRIALS; trial++) {
    graph_builder g = graph_begin(1 + (int32_t)philox_below(&s, 12), (uint64_t)trial);
    const uint32_t density = 1 + philox_below(&s, 10);
    for (int32_t i = 0; i < g.n; i++)
      for (int32_t j = 0; j < i; j++)
        if (philox_below(&s, 10) < density) graph_edge(&g, i, j);
    tn_network t = graph_end(&g);
    const int32_t bound = bound_of(&t), width = width_by_sets(network_graph(&t));
    CHECK(bound <= width);
    tight += bound == width;
    network_free(&t);
  }
  CHECK(tight > TRIALS / 2);
}

static void known_widths(void) {
  enum { N = 200 };
  graph_builder g = graph_begin(N, 1);
  for (int32_t i = 1; i < N; i++) graph_edge(&g, i, i / 3);
  CHECK_INT(bound_at_end(&g), 1);
  g = graph_begin(N, 2);
  for (int32_t i = 0; i < N; i++) graph_edge(&g, i, (i + 1) % N);
  CHECK_INT(bound_at_end(&g), 2);
  g = graph_begin(N, 3);
  for (int32_t i = 0; i < N; i++)
    for (int32_t j = 0; j < i; j++) graph_edge(&g, i, j);
  CHECK_INT(bound_at_end(&g), N - 1);
  g = graph_begin(N, 4); /* hubs, complete once all others are part of them */
  for (int32_t i = 0; i < 10; i++)
    for (int32_t j = 0; j < i; j++)
      for (int32_t k = 0; k < 4; k++) {
        const int32_t between = 10 + 4 * (i * (i - 1) / 2 + j) + k;
        graph_edge(&g, i, between);
        graph_edge(&g, j, between);
      }
  CHECK_INT(bound_at_end(&g), 9);
  g = graph_begin(N, 5);
  CHECK_INT(bound_at_end(&g), 0);
  g = graph_begin(0, 6);
  CHECK_INT(bound_at_end(&g), 0);
}

static void lattices(void) {
  for (int32_t side = 1; side <= 40; side++) {
    tn_network t = graph_square(side, 2 * side, false, false);
    const int32_t bound = bound_of(&t);
    CHECK(bound <= side && bound >= (side > 2 ? 3 : side));
    network_free(&t);
  }
  tn_network t = graph_chimera(8);
  const int32_t bound = bound_of(&t);
  CHECK(bound >= 4 && bound <= 32);
  network_free(&t);
}

static int never(void *user) {
  ++*(int *)user;
  return 0;
}
static int at_once(void *user) {
  ++*(int *)user;
  return 1;
}

/* It ends when that is enough, when the work is done, and when it is told to; what it has is a
 * bound. */
static void ends(void) {
  enum { N = 20000, DEGREE = 8 };
  graph_builder g = graph_begin(N, 7);
  philox_stream s = philox_stream_at(12, 0);
  for (int32_t k = 0; k < N * DEGREE / 2; k++) {
    const int32_t i = (int32_t)philox_below(&s, N), j = (int32_t)philox_below(&s, N - 1);
    graph_edge(&g, i, j < i ? j : j + 1);
  }
  tn_network t = graph_end(&g);
  const int32_t all = bound_of(&t);
  CHECK(all > 100);
  int asked = 0;
  const tn_guard guards[] = {{.should_stop = never, .user = &asked},
                             {.should_stop = at_once, .user = &asked}};
  const width_question questions[] = {
      {.enough = 40, .work = INT64_MAX, .guard = &guards[0]},
      {.enough = INT32_MAX, .work = 100000},
      {.enough = INT32_MAX, .work = 0},
      {.enough = INT32_MAX, .work = INT64_MAX, .guard = &guards[1]}};
  for (int k = 0; k < 4; k++) {
    int32_t bound;
    int64_t work = 5;
    asked = 0;
    REQUIRE_OK(width_bound(network_graph(&t), &questions[k], &bound, &work, NULL));
    CHECK(k == 0 ? bound >= 40 && bound < all : bound < 40);
    CHECK(k == 0 ? asked > 5 : asked == (k == 3));
    CHECK(work > 5 && (k == 0 || work < 1000000));
  }
  network_free(&t);
}

static const check_test tests[] = {{"below every order", below_every_order},
                                   {"known widths", known_widths},
                                   {"lattices", lattices},
                                   {"ends", ends}};
CHECK_MAIN("tn/width_bound", tests)
