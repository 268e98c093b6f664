/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"
#include "tn/elimination.h"
#include "tn/graphs.h"
#include "tn/networks.h"
#include "tn/order.h"
#include "tn/order_find.h"

#include <math.h>
#include <pthread.h>

enum { MOST = 400 };

typedef struct parts {
  int32_t level[MOST], start[MOST];
} parts;

static void find_parts(tn_graph g, int32_t seed, int32_t largest, parts *out) {
  const separator_rule rule = {.seed = seed, .imbalance = 200, .largest = largest};
  int64_t work = 0;
  REQUIRE_OK(order_separators(g, &rule, out->level, out->start, &work, NULL));
  CHECK(work >= 0);
}

static void check_permutation(const int32_t order[], int32_t n) {
  bool is_seen[MOST] = {false};
  for (int32_t k = 0; k < n; k++) {
    REQUIRE(order[k] >= 0 && order[k] < n && !is_seen[order[k]]);
    is_seen[order[k]] = true;
  }
}

/* The largest front of a sweep between separators, or of CAMD; levels leave one after the other. */
static int32_t width_between(tn_graph g, const parts *p, int kind) {
  int32_t order[MOST];
  int64_t work = 0;
  tn_elimination e;
  if (kind == SWEEP_TIES) {
    REQUIRE_OK(order_suitesparse(g, SPARSE_CAMD, p->level, order, NULL));
  } else {
    sweep *const s = sweep_create(g);
    REQUIRE(s != NULL);
    const sweep_rule rule = {
        .tie = (sweep_tie)kind, .give_up = g.n, .level = p->level, .start = p->start};
    CHECK(sweep_run(s, &rule, order, &work) >= 0);
    sweep_free(s);
  }
  check_permutation(order, g.n);
  for (int32_t k = 1; k < g.n; k++) CHECK(p->level[order[k - 1]] <= p->level[order[k]]);
  REQUIRE_OK(elimination_make(g, order, MOST, &e, NULL));
  const int32_t width = e.largest;
  elimination_free(&e);
  return width;
}

static void orders_are_permutations(void) {
  philox_stream s = philox_stream_at(1, 0);
  parts p;
  for (int trial = 0; trial < 20 * SHAPES; trial++) {
    const int32_t n = (int32_t)philox_below(&s, 80) + (trial % SHAPES == TORUS);
    tn_network t = network_of_shape((shape)(trial % SHAPES), &s, n, 1, false);
    const tn_graph g = network_graph(&t);
    find_parts(g, trial, n >> (trial % 8), &p);
    check_permutation(p.start, n);
    for (int32_t k = 1; k < n; k++) CHECK(p.level[p.start[k - 1]] <= p.level[p.start[k]]);
    for (int kind = 0; kind <= SWEEP_TIES && n > 0; kind++) width_between(g, &p, kind);
    network_free(&t);
  }
}

static void nothing_is_coupled(void) {
  graph_builder b = graph_begin(50, 1);
  tn_network t = graph_end(&b);
  parts p;
  find_parts(network_graph(&t), 1, 1, &p);
  check_permutation(p.start, 50);
  for (int32_t v = 0; v < 50; v++) CHECK_INT(p.level[v], 0);
  network_free(&t);
}

/* Halves of a lattice are not coupled with each other, and what is between them is small. */
static void separators_separate(void) {
  tn_network t = graph_square(20, 20, false, false);
  const tn_graph g = network_graph(&t);
  parts p;
  find_parts(g, 1, 200, &p);
  const int32_t last = p.level[p.start[MOST - 1]];
  CHECK(last >= 370 && last < 400);
  for (int32_t v = 0; v < g.n; v++)
    for (int64_t k = g.row[v]; k < g.row[v + 1]; k++) {
      const int32_t a = p.level[v], b = p.level[g.col[k]];
      CHECK(a == b || a == last || b == last);
    }
  CHECK(p.level[p.start[0]] == 0 && p.level[p.start[250]] > 0);
  network_free(&t);
}

/* Arms of lattices around a hub. */
static tn_network spider(int32_t arms, int32_t across, int32_t along) {
  graph_builder g = graph_begin((1 + arms * along) * across, 3);
  for (int32_t arm = 0; arm < arms; arm++)
    for (int32_t y = 0; y < along; y++)
      for (int32_t x = 0; x < across; x++) {
        const int32_t v = (1 + arm * along + y) * across + x;
        graph_edge(&g, v, y > 0 ? v - across : x);
        if (x > 0) graph_edge(&g, v, v - 1);
      }
  return graph_end(&g);
}

/* Sweeps that pass the hub carry two fronts on; between separators every arm is swept towards it.
 */
static void arms_are_swept_one_by_one(void) {
  enum { ARMS = 4, ACROSS = 6, ALONG = 15 };
  tn_network t = spider(ARMS, ACROSS, ALONG);
  const tn_graph g = network_graph(&t);
  int32_t order[MOST], plain = MOST, between = MOST;
  int64_t work = 0;
  sweep *const s = sweep_create(g);
  parts p;
  REQUIRE(s != NULL);
  for (int32_t root = 0; root < g.n; root++)
    for (int kind = 0; kind < 2 * SWEEP_TIES; kind++) {
      const sweep_rule rule = {.root = root,
                               .tie = (sweep_tie)(kind % SWEEP_TIES),
                               .reaches = kind >= SWEEP_TIES,
                               .give_up = g.n};
      const int32_t width = sweep_run(s, &rule, order, &work);
      if (width < plain) plain = width;
    }
  for (int32_t seed = 0; seed < 3; seed++) {
    find_parts(g, seed, g.n / 4, &p);
    for (int kind = 0; kind < SWEEP_TIES; kind++) {
      const int32_t width = width_between(g, &p, kind);
      if (width < between) between = width;
    }
  }
  CHECK(plain >= 2 * ACROSS - 2);
  CHECK(between <= ACROSS + 1);
  sweep_free(s);
  network_free(&t);
}

/* The search finds that, too; without separators it ended at width 27. */
static void search_divides(void) {
  tn_network t = spider(4, 16, 30);
  const order_limits limits = {
      .most_entries = ldexp(1, 34), .bytes = 1, .work = ORDER_WORK, .seed = 1};
  order_found found;
  REQUIRE_OK(order_find(network_graph(&t), &limits, &found, NULL));
  CHECK(found.cost.width <= 17);
  CHECK(strstr(found.method, "separators") != NULL);
  free(found.order);
  network_free(&t);
}

/* What one thread calls, and whether it always gave what was expected. */
typedef struct caller {
  tn_graph g;
  const separator_rule *rule;
  const parts *expected;
  bool is_same;
} caller;

static void *call_often(void *context) {
  caller *const c = context;
  const size_t bytes = (size_t)c->g.n * sizeof *c->expected->level;
  for (int k = 0; k < 20; k++) {
    parts p;
    int64_t work = 0;
    c->is_same &= order_separators(c->g, c->rule, p.level, p.start, &work, NULL) == LEHR_OK &&
                  memcmp(p.level, c->expected->level, bytes) == 0 &&
                  memcmp(p.start, c->expected->start, bytes) == 0;
  }
  return NULL;
}

static void threads_get_the_same(void) {
  tn_network t = graph_three_regular(200, 1);
  pthread_t threads[3];
  caller callers[3];
  parts p;
  const separator_rule rule = {.seed = 5, .imbalance = 200, .largest = 20};
  find_parts(network_graph(&t), rule.seed, rule.largest, &p);
  for (int k = 0; k < 3; k++) {
    callers[k] = (caller){network_graph(&t), &rule, &p, true};
    REQUIRE(pthread_create(&threads[k], NULL, call_often, &callers[k]) == 0);
  }
  for (int k = 0; k < 3; k++) {
    pthread_join(threads[k], NULL);
    CHECK(callers[k].is_same);
  }
  network_free(&t);
}

static const check_test tests[] = {{"orders are permutations", orders_are_permutations},
                                   {"nothing is coupled", nothing_is_coupled},
                                   {"separators separate", separators_separate},
                                   {"arms are swept one by one", arms_are_swept_one_by_one},
                                   {"search divides", search_divides},
                                   {"threads get the same", threads_get_the_same}};
CHECK_MAIN("tn/separators", tests)
