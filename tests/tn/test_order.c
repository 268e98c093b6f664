/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/order.h"

#include "check.h"
#include "tn/blocks.h"
#include "tn/graphs.h"
#include "tn/networks.h"
#include "tn/order_find.h"
#include "tn/order_reduce.h"
#include "tn/program_make.h"
#include "tn/reroot.h"

static void check_permutation(const int32_t order[], int32_t n) {
  bool *is_seen = calloc((size_t)n + 1, sizeof *is_seen);
  int32_t wrong = 0;
  for (int32_t k = 0; k < n; k++) {
    const bool is_new = order[k] >= 0 && order[k] < n && !is_seen[order[k]];
    wrong += !is_new;
    if (is_new) is_seen[order[k]] = true;
  }
  CHECK_INT(wrong, 0);
  free(is_seen);
}

/* Sizes of fronts without the fronts, and with them. */
static void counts_are_fronts(void) {
  philox_stream s = philox_stream_at(1, 0);
  tn_counts c;
  REQUIRE(counts_make(&c, 60));
  for (int trial = 0; trial < 200; trial++) {
    const int32_t n = (int32_t)philox_below(&s, 60) + (trial % SHAPES == TORUS);
    tn_network t = network_of_shape((shape)(trial % SHAPES), &s, n, 1, false);
    int32_t order[64];
    tn_elimination e;
    random_order(&s, n, order);
    REQUIRE_OK(elimination_make(network_graph(&t), order, 64, &e, NULL));
    counts_find(&c, network_graph(&t), order);
    for (int32_t k = 0; k < n; k++) {
      const int32_t v = order[k];
      CHECK_INT(c.size[k], e.first[v + 1] - e.first[v]);
      CHECK_INT(c.parent[k], e.parent[v] < 0 ? -1 : e.rank[e.parent[v]]);
    }
    elimination_free(&e);
    network_free(&t);
  }
  counts_free(&c);
}

/* Predictions from fronts and from programs, which save what they can. */
static void costs_agree(void) {
  philox_stream s = philox_stream_at(2, 0);
  tn_counts c;
  double scratch[180];
  REQUIRE(counts_make(&c, 60));
  for (int trial = 0; trial < 200; trial++) {
    const int32_t n = 10 + (int32_t)philox_below(&s, 20);
    tn_network t = network_of_shape((shape)(trial % SHAPES), &s, n, 1, false);
    int32_t order[64];
    tn_program p;
    random_order(&s, n, order);
    REQUIRE_OK(program_from_order(&t, order, &p, NULL));
    counts_find(&c, network_graph(&t), order);
    const tn_cost quick = cost_from_counts(&c, n, 1, scratch), exact = program_cost(&p, 1);
    CHECK_INT(quick.width, exact.width);
    CHECK(exact.peak_entries <= 2 * quick.peak_entries &&
          quick.peak_entries <= 2 * exact.peak_entries);
    CHECK(exact.entries <= 2 * quick.entries && quick.entries <= 2 * exact.entries);
    CHECK(exact.seconds <= 2 * quick.seconds && quick.seconds <= 2 * exact.seconds);
    program_free(&p);
    network_free(&t);
  }
  counts_free(&c);
}

static void every_way_is_a_permutation(void) {
  philox_stream s = philox_stream_at(3, 0);
  for (int trial = 0; trial < 60; trial++) {
    const int32_t n = 1 + (int32_t)philox_below(&s, 80);
    tn_network t = network_of_shape((shape)(trial % SHAPES), &s, n, 1, false);
    const tn_graph g = network_graph(&t);
    int32_t order[100], level[100];
    int64_t work = 0;
    for (int32_t v = 0; v < n; v++) level[v] = v % 3;
    for (int kind = 0; kind < 2 * SWEEP_TIES; kind++) {
      sweep *sw = sweep_create(g);
      REQUIRE(sw != NULL);
      const sweep_rule rule = {.root = n / 2,
                               .tie = (sweep_tie)(kind % SWEEP_TIES),
                               .reaches = kind >= SWEEP_TIES,
                               .give_up = n};
      CHECK(sweep_run(sw, &rule, order, &work) >= 0);
      check_permutation(order, n);
      sweep_free(sw);
    }
    for (int by_degree = 0; by_degree < 2; by_degree++) {
      REQUIRE_OK(order_breadth_first(g, n - 1, by_degree != 0, order, NULL));
      check_permutation(order, n);
      REQUIRE_OK(order_greedy(g, (greedy_rule)by_degree, 5, INT64_MAX, order, &work, NULL));
      check_permutation(order, n);
    }
    REQUIRE_OK(order_fiedler(g, 3, order, &work, NULL));
    check_permutation(order, n);
    for (int method = 0; method < SPARSE_METHODS; method++) {
      REQUIRE_OK(order_suitesparse(g, (sparse_method)method, method == SPARSE_CAMD ? level : NULL,
                                   order, NULL));
      check_permutation(order, n);
      for (int32_t k = 1; k < n && method == SPARSE_CAMD; k++)
        CHECK(level[order[k - 1]] <= level[order[k]]);
    }
    REQUIRE_OK(order_metis(g, 3, 200, order, NULL));
    check_permutation(order, n);
    REQUIRE_OK(order_by_value(level, n, order, NULL));
    check_permutation(order, n);
    network_free(&t);
  }
}

/* Greedy elimination on trees and chains leaves nothing to be desired. */
static void greedy_on_trees(void) {
  philox_stream s = philox_stream_at(4, 0);
  for (int rule = 0; rule < 2; rule++) {
    tn_network t = network_of_shape(TREE, &s, 60, 1, false);
    int32_t order[60];
    int64_t work = 0;
    tn_elimination e;
    REQUIRE_OK(
        order_greedy(network_graph(&t), (greedy_rule)rule, 7, INT64_MAX, order, &work, NULL));
    REQUIRE_OK(elimination_make(network_graph(&t), order, 64, &e, NULL));
    CHECK_INT(e.largest, 1);
    CHECK_INT(order_greedy(network_graph(&t), (greedy_rule)rule, 7, 10, order, &work, NULL),
              LEHR_EUNAVAILABLE);
    elimination_free(&e);
    network_free(&t);
  }
}

/* Any front may leave last, and fronts do not grow. */
static void rerooting_keeps_fronts(void) {
  philox_stream s = philox_stream_at(6, 0);
  for (int trial = 0; trial < 200; trial++) {
    const int32_t n = 2 + (int32_t)philox_below(&s, 40);
    tn_network t = network_of_shape((shape)(trial % SHAPES), &s, n, 1, false);
    int32_t order[48], other[48], count;
    tn_elimination e, turned;
    random_order(&s, n, order);
    REQUIRE_OK(elimination_make(network_graph(&t), order, n, &e, NULL));
    REQUIRE_OK(elimination_reroot_heaviest(&e, other, &count, NULL));
    check_permutation(other, n);
    CHECK_INT(count, e.largest);
    const int32_t v = order[philox_below(&s, (uint32_t)n)];
    if (trial & 1) {
      count = (int32_t)(e.first[v + 1] - e.first[v]);
      REQUIRE_OK(elimination_reroot(&e, e.front + e.first[v], count, other, NULL));
    }
    REQUIRE_OK(elimination_make(network_graph(&t), other, n, &turned, NULL));
    CHECK(turned.largest <= e.largest);
    CHECK(turned.first[n] <= e.first[n]);
    for (int32_t k = 0; (trial & 1) && k < count; k++)
      CHECK(turned.rank[e.front[e.first[v] + k]] >= n - count);
    elimination_free(&e);
    elimination_free(&turned);
    network_free(&t);
  }
}

/* A sweep over a lattice becomes two that meet in the middle. */
static void sweeps_meet(void) {
  philox_stream s = philox_stream_at(7, 0);
  tn_network t = network_of_shape(SQUARE, &s, 300, 1, true);
  int32_t order[300], other[300], count;
  tn_elimination e;
  tn_program p;
  for (int32_t i = 0; i < 300; i++) order[i] = i;
  REQUIRE_OK(elimination_make(network_graph(&t), order, 300, &e, NULL));
  REQUIRE_OK(elimination_reroot_heaviest(&e, other, &count, NULL));
  CHECK_INT(count, 3);
  for (int32_t k = 297; k < 300; k++) CHECK(other[k] > 130 && other[k] < 170);
  REQUIRE_OK(program_from_order(&t, other, &p, NULL));
  CHECK_INT(p.width, 3);
  CHECK_INT(p.depth, 2);
  program_free(&p);
  elimination_free(&e);
  network_free(&t);
}

/* Two triangles that share a variable, a bridge, and one without neighbours. */
static void blocks_of_a_chain(void) {
  static const int32_t edges[][2] = {{0, 1}, {1, 2}, {0, 2}, {2, 3}, {3, 4}, {2, 4}, {4, 5}};
  graph_builder g = graph_begin(7, 3);
  int32_t number[7], owners[7] = {0};
  memcpy(number, g.number, sizeof number);
  for (size_t k = 0; k < 7; k++) graph_edge(&g, edges[k][0], edges[k][1]);
  tn_network t = graph_end(&g);
  tn_blocks b;
  REQUIRE_OK(graph_blocks(network_graph(&t), &b, NULL));
  CHECK_INT(b.count, 4);
  for (int32_t k = 0; k < b.count; k++)
    for (int32_t i = b.first[k]; i < b.first[k + 1]; i++) {
      if (b.list[i] != b.shared[k]) owners[b.list[i]]++;
      CHECK(owners[b.list[i]] == (b.list[i] != b.shared[k]));
    }
  for (int32_t v = 0; v < 7; v++) CHECK_INT(owners[v], 1);
  blocks_release(&b);
  int32_t sizes = 0;
  reduced_graph r;
  REQUIRE_OK(order_reduce(network_graph(&t), 2, &r, NULL));
  CHECK_INT(r.n, 0);
  reduced_free(&r);
  REQUIRE_OK(order_reduce(network_graph(&t), 1, &r, NULL));
  for (int32_t k = 0; k < r.n; k++) sizes += r.number[k] != number[5] && r.number[k] != number[6];
  CHECK_INT(r.n, 5);
  CHECK_INT(sizes, 5);
  reduced_free(&r);
  network_free(&t);
}

/* The search within tables of 2^most entries, twice: the same order. */
static tn_cost find(tn_network *t, int most) {
  const order_limits limits = {
      .most_entries = ldexp(1, most), .bytes = 1, .work = ORDER_WORK, .seed = 1};
  order_found a, b;
  REQUIRE_OK(order_find(network_graph(t), &limits, &a, NULL));
  REQUIRE_OK(order_find(network_graph(t), &limits, &b, NULL));
  check_permutation(a.order, t->n);
  CHECK(a.work <= 2 * limits.work);
  CHECK_INT(a.work, b.work);
  CHECK(memcmp(a.order, b.order, (size_t)t->n * sizeof *a.order) == 0);
  CHECK_TEXT(a.method, b.method);
  const tn_cost cost = a.cost;
  free(a.order);
  free(b.order);
  network_free(t);
  return cost;
}

/* Widths of tables that are known to do, or better. */
static void known_widths(void) {
  tn_network t = graph_square(32, 32, false, false);
  CHECK(find(&t, 32).width <= 32);
  t = graph_square(15, 15, false, true);
  CHECK(find(&t, 40).width <= 16);
  t = graph_square(8, 100, true, false);
  CHECK(find(&t, 40).width <= 16);
  t = graph_chimera(4);
  CHECK(find(&t, 40).width <= 20);
  t = graph_chimera(8);
  CHECK(find(&t, 33).width <= 33);
  t = graph_three_regular(100, 1);
  CHECK(find(&t, 40).width <= 17);
}

/* Blocks that share single variables with each other, chains between them: the width is that of the
 * largest block. */
static void parts_by_themselves(void) {
  enum { CLIQUE = 6, CLIQUES = 400, BRIDGE = 5 };
  graph_builder g = graph_begin(CLIQUES * (CLIQUE + BRIDGE), 4);
  for (int32_t c = 0; c < CLIQUES; c++) {
    const int32_t first = c * (CLIQUE + BRIDGE);
    for (int32_t i = 0; i < CLIQUE; i++)
      for (int32_t j = 0; j < i; j++) graph_edge(&g, first + i, first + j);
    for (int32_t i = 0; i < BRIDGE; i++) graph_edge(&g, first + CLIQUE + i, first + CLIQUE + i - 1);
    if (c > 0) graph_edge(&g, first, first - 1 - (int32_t)(c % 3));
  }
  tn_network t = graph_end(&g);
  CHECK_INT(find(&t, 40).width, CLIQUE - 1);
}

/* A tree of a million variables. */
static void large_trees(void) {
  enum { N = 1000000 };
  graph_builder g = graph_begin(N, 5);
  for (int32_t i = 1; i < N; i++) graph_edge(&g, i, i % 1000 ? i - 1 : i / 2000);
  tn_network t = graph_end(&g);
  CHECK_INT(find(&t, 40).width, 1);
}

/* Two thousand variables, out of reach for exact contraction: the search is bounded all the same.
 */
static void bounded_search(void) {
  tn_network t = graph_square(20, 100, true, false);
  const tn_cost cost = find(&t, 34);
  CHECK(cost.width >= 20 && cost.width <= 40);
}

static void nothing_to_order(void) {
  philox_stream s = philox_stream_at(5, 0);
  tn_network t = network_of_shape(RANDOM, &s, 0, 1, false);
  CHECK_INT(find(&t, 40).width, 0);
  t = network_of_shape(PIECES, &s, 1, 1, false);
  CHECK_INT(find(&t, 40).width, 1);
}

static const check_test tests[] = {{"counts are fronts", counts_are_fronts},
                                   {"costs agree", costs_agree},
                                   {"every way is a permutation", every_way_is_a_permutation},
                                   {"greedy on trees", greedy_on_trees},
                                   {"rerooting keeps fronts", rerooting_keeps_fronts},
                                   {"sweeps meet", sweeps_meet},
                                   {"blocks of a chain", blocks_of_a_chain},
                                   {"known widths", known_widths},
                                   {"parts by themselves", parts_by_themselves},
                                   {"large trees", large_trees},
                                   {"bounded search", bounded_search},
                                   {"nothing to order", nothing_to_order}};
CHECK_MAIN("tn/order", tests)
