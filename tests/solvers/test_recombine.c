/* SPDX-License-Identifier: Apache-2.0 */
/* Partition crossover: the best of all children, never a worse one, under any numbering and gauge.
 */
#include "check.h"
#include "random_models.h"
#include "support/bare_run.h"

#include "base/memory.h"
#include "solvers/recombine.h"

enum { LARGEST = 70, WORDS = 2, COUPLINGS = 2 * LARGEST, MOST_CLUSTERS = 12 };

/* A sparse random graph as a list, so that it can be renumbered and gauged. */
typedef struct graph {
  int32_t n, count;
  int32_t i[COUPLINGS], j[COUPLINGS];
  int64_t weight[COUPLINGS], h[LARGEST];
} graph;

static graph random_graph(philox_stream *s, int32_t n, bool has_fields) {
  graph g = {.n = n};
  for (int32_t k = 0; k < 2 * n; k++) {
    const int32_t i = (int32_t)philox_below(s, (uint32_t)n);
    const int32_t j = (int32_t)philox_below(s, (uint32_t)n);
    const int64_t weight = 2 * (int64_t)philox_below(s, 5) - 4;
    if (i == j) continue;
    g.i[g.count] = i;
    g.j[g.count] = j;
    g.weight[g.count++] = weight;
  }
  /* A field of 1 keeps the common divisor at 1. */
  for (int32_t i = 0; has_fields && i < n; i++) g.h[i] = i == 0 ? 1 : (int64_t)philox_below(s, 3);
  return g;
}

static int64_t graph_energy(const graph *g, const uint64_t row[]) {
  int64_t e = 0;
  for (int32_t i = 0; i < g->n; i++) e += cluster_bit(row, i) ? g->h[i] : -g->h[i];
  for (int32_t k = 0; k < g->count; k++)
    e += cluster_bit(row, g->i[k]) == cluster_bit(row, g->j[k]) ? g->weight[k] : -g->weight[k];
  return e;
}

/* A recombiner over a graph and all that belongs to it. */
typedef struct bench {
  arena memory;
  lehr_run run;
  lehr_model *model;
  spin_form form;
  recombine r;
  int64_t unit; /* of the graph's energies in the form */
} bench;

static void bench_make(bench *b, const graph *g) {
  lehr_builder *builder;
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, g->n, &builder));
  for (int32_t i = 0; i < g->n; i++)
    REQUIRE_OK(lehr_builder_add_linear_int(builder, i, g->h[i], NULL));
  for (int32_t k = 0; k < g->count; k++)
    REQUIRE_OK(lehr_builder_add_int(builder, g->i[k], g->j[k], g->weight[k], NULL));
  REQUIRE_OK(lehr_builder_finish(builder, &b->model, NULL));
  lehr_builder_free(builder);
  b->run = bare_run(b->model, &b->memory);
  REQUIRE(spin_form_make(&b->form, &b->run));
  const uint64_t before = b->memory.used;
  REQUIRE(recombine_make(&b->r, &b->form, &b->run));
  CHECK(b->memory.used - before <= recombine_bytes(g->n));
  b->unit = (int64_t)b->form.unit;
}

static void bench_free(bench *b) {
  arena_free(&b->memory);
  lehr_model_free(b->model);
}

static void random_row(philox_stream *s, int32_t n, uint64_t row[]) {
  uint8_t bits[LARGEST];
  for (int32_t i = 0; i < n; i++) bits[i] = philox_u32(s) & 1;
  cluster_pack(n, bits, row);
}

/* A state that differs from row[] in about a share of the sites. */
static void near_row(philox_stream *s, int32_t n, const uint64_t row[], uint64_t near[]) {
  const uint32_t share = philox_below(s, 60);
  memcpy(near, row, WORDS * sizeof *row);
  for (int32_t i = 0; i < n; i++)
    if (philox_below(s, 100) < share) near[i >> 6] ^= UINT64_C(1) << (i & 63);
}

/* The lowest energy among the children that take any subset of the clusters in b->r. */
static int64_t best_child(const bench *b, const graph *g, const uint64_t parent[]) {
  const clusters *c = &b->r.clusters;
  int64_t best = INT64_MAX;
  for (int32_t subset = 0; subset < 1 << c->count; subset++) {
    uint64_t child[WORDS];
    memcpy(child, parent, sizeof child);
    for (int32_t k = 0; k < c->count; k++)
      for (int32_t p = c->first[k]; subset >> k & 1 && p < c->first[k + 1]; p++)
        child[c->site[p] >> 6] ^= UINT64_C(1) << (c->site[p] & 63);
    const int64_t e = graph_energy(g, child);
    best = e < best ? e : best;
  }
  return best;
}

static void takes_the_best_of_all_children(void) {
  philox_stream s = philox_stream_at(51, 0);
  int compared = 0;
  for (int k = 0; k < 400; k++) {
    const graph g = random_graph(&s, 1 + (int32_t)philox_below(&s, LARGEST), k % 2 == 0);
    uint64_t a[WORDS] = {0}, b[WORDS] = {0}, child[WORDS];
    bench t;
    bench_make(&t, &g);
    random_row(&s, g.n, a);
    near_row(&s, g.n, a, b);
    memcpy(child, a, sizeof child);
    const int64_t gain = recombine_into(&t.r, child, b, (recombine_ties)(k % 3 == 0));
    CHECK_INT(graph_energy(&g, a) - graph_energy(&g, child), gain * t.unit);
    CHECK(gain >= 0);
    CHECK(g.n % 64 == 0 || child[g.n / 64] >> g.n % 64 == 0);
    if (t.r.clusters.count <= MOST_CLUSTERS) {
      CHECK_INT(graph_energy(&g, child), best_child(&t, &g, a));
      compared++;
    }
    bench_free(&t);
  }
  CHECK(compared > 100);
}

/* Without fields the complement of a parent makes the same child. */
static void complement_is_the_same_parent(void) {
  philox_stream s = philox_stream_at(52, 0);
  for (int k = 0; k < 100; k++) {
    const graph g = random_graph(&s, 65, false); /* odd: one of the two is nearer */
    uint64_t a[WORDS], b[WORDS], other[WORDS], child[WORDS];
    bench t;
    bench_make(&t, &g);
    random_row(&s, g.n, a);
    random_row(&s, g.n, b);
    for (int w = 0; w < WORDS; w++) other[w] = ~b[w];
    other[1] &= 1;
    memcpy(child, a, sizeof child);
    const int64_t gain = recombine_into(&t.r, child, b, RECOMBINE_TAKE_TIES);
    CHECK_INT(recombine_into(&t.r, a, other, RECOMBINE_TAKE_TIES), gain);
    CHECK(memcmp(a, child, sizeof a) == 0);
    bench_free(&t);
  }
}

/* Site i of `g` becomes to[i], with its spin turned where flip[i]. */
static graph renamed(const graph *g, const int32_t to[], const bool flip[]) {
  graph other = *g;
  for (int32_t i = 0; i < g->n; i++) other.h[to[i]] = flip[i] ? -g->h[i] : g->h[i];
  for (int32_t k = 0; k < g->count; k++) {
    other.i[k] = to[g->i[k]];
    other.j[k] = to[g->j[k]];
    if (flip[g->i[k]] != flip[g->j[k]]) other.weight[k] = -g->weight[k];
  }
  return other;
}

static void rename_row(int32_t n, const int32_t to[], const bool flip[], uint64_t row[]) {
  uint8_t from[LARGEST], bits[LARGEST];
  cluster_unpack(n, row, from);
  for (int32_t i = 0; i < n; i++) bits[to[i]] = from[i] ^ flip[i];
  cluster_pack(n, bits, row);
}

static void same_child_under_numbering_and_gauge(void) {
  philox_stream s = philox_stream_at(53, 0);
  for (int k = 0; k < 100; k++) {
    const graph g = random_graph(&s, 63, k % 2 == 0);
    int32_t to[LARGEST];
    bool flip[LARGEST];
    uint64_t a[WORDS] = {0}, b[WORDS] = {0};
    bench t, u;
    for (int32_t i = 0; i < g.n; i++) {
      to[i] = (i * 5 + 7) % g.n;
      flip[i] = philox_u32(&s) & 1;
    }
    CHECK_INT(g.n % 5, 3); /* prime to 5: a permutation */
    const graph other = renamed(&g, to, flip);
    bench_make(&t, &g);
    bench_make(&u, &other);
    random_row(&s, g.n, a);
    near_row(&s, g.n, a, b);
    uint64_t a2[WORDS], b2[WORDS];
    memcpy(a2, a, sizeof a);
    memcpy(b2, b, sizeof b);
    rename_row(g.n, to, flip, a2);
    rename_row(g.n, to, flip, b2);
    CHECK_INT(recombine_into(&t.r, a, b, RECOMBINE_KEEP_TIES),
              recombine_into(&u.r, a2, b2, RECOMBINE_KEEP_TIES));
    rename_row(g.n, to, flip, a);
    CHECK(memcmp(a, a2, sizeof a) == 0);
    bench_free(&t);
    bench_free(&u);
  }
}

static void empty_and_single(void) {
  const graph none = {.n = 0}, one = {.n = 1, .h = {3}};
  uint64_t up[1] = {1}, down[1] = {0};
  bench t;
  bench_make(&t, &none);
  CHECK_INT(recombine_into(&t.r, up, down, RECOMBINE_TAKE_TIES), 0);
  bench_free(&t);
  bench_make(&t, &one);
  CHECK_INT(recombine_into(&t.r, up, down, RECOMBINE_KEEP_TIES) * t.unit, 6);
  CHECK_INT(up[0], 0);
  bench_free(&t);
}

static const check_test tests[] = {
    {"takes the best of all children", takes_the_best_of_all_children},
    {"the complement is the same parent", complement_is_the_same_parent},
    {"same child under numbering and gauge", same_child_under_numbering_and_gauge},
    {"empty and single", empty_and_single},
};
CHECK_MAIN("solvers/recombine", tests)
