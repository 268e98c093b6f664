/* SPDX-License-Identifier: Apache-2.0 */
/* Clusters of differing sites: the components they should be, and the energies they should carry.
 */
#include "check.h"
#include "random_models.h"
#include "support/bare_run.h"

#include "base/memory.h"
#include "qubo/energy.h"
#include "solvers/cluster.h"

enum { LARGEST = 200 };

/* Sparse random graph with integer couplings and fields. */
static lehr_model *sparse_model(philox_stream *s, int32_t n) {
  lehr_builder *b;
  lehr_model *m;
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, n, &b));
  for (int32_t k = 0; k < 2 * n; k++) {
    const int32_t i = (int32_t)philox_below(s, (uint32_t)n);
    const int32_t j = (int32_t)philox_below(s, (uint32_t)n);
    const int64_t weight = (int64_t)philox_below(s, 15) - 7;
    if (i != j) REQUIRE_OK(lehr_builder_add_int(b, i, j, weight, NULL));
    if (k % 3 == 0) REQUIRE_OK(lehr_builder_add_linear_int(b, i, weight, NULL));
  }
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  return m;
}

/* b is a with some sites flipped. */
static void random_pair(philox_stream *s, int32_t n, uint8_t a[], uint8_t b[]) {
  const uint32_t share = philox_below(s, 101);
  for (int32_t i = 0; i < n; i++) {
    a[i] = philox_u32(s) & 1;
    b[i] = a[i] ^ (philox_below(s, 100) < share);
  }
}

/* Every site lies in the cluster of its label, and neighbours that both differ share one. */
static void check_components(const clusters *c, const spin_form *f, const int32_t label[],
                             const uint8_t a[], const uint8_t b[]) {
  int32_t differing = 0;
  for (int32_t i = 0; i < f->n; i++) {
    CHECK((label[i] >= 0) == (a[i] != b[i]));
    CHECK(label[i] < c->count);
    differing += a[i] != b[i];
    for (int64_t k = f->row[i]; k < f->row[i + 1]; k++)
      if (label[i] >= 0 && label[f->col[k]] >= 0) CHECK_INT(label[f->col[k]], label[i]);
  }
  CHECK_INT(c->first[c->count], differing);
  for (int32_t k = 0; k < c->count; k++) {
    CHECK(c->first[k + 1] > c->first[k]);
    for (int32_t p = c->first[k]; p < c->first[k + 1]; p++) CHECK_INT(label[c->site[p]], k);
  }
}

/* Each site behind the first has a neighbour before it: the cluster hangs together. */
static void check_connected(const clusters *c, const spin_form *f) {
  for (int32_t k = 0; k < c->count; k++)
    for (int32_t p = c->first[k] + 1; p < c->first[k + 1]; p++) {
      const int32_t i = c->site[p];
      bool is_joined = false;
      for (int64_t e = f->row[i]; e < f->row[i + 1]; e++)
        for (int32_t q = c->first[k]; q < p; q++) is_joined |= c->site[q] == f->col[e];
      CHECK(is_joined);
    }
}

static void check_energies(const clusters *c, const lehr_model_view *m, const uint8_t a[],
                           const uint8_t b[]) {
  uint8_t x[LARGEST], y[LARGEST];
  const int64_t of_a = energy_of(m, a).exact, of_b = energy_of(m, b).exact;
  for (int32_t k = 0; k < c->count; k++) {
    memcpy(x, a, (size_t)m->n);
    memcpy(y, b, (size_t)m->n);
    for (int32_t p = c->first[k]; p < c->first[k + 1]; p++) {
      x[c->site[p]] ^= 1;
      y[c->site[p]] ^= 1;
    }
    CHECK_INT(energy_of(m, x).exact - of_a, -2 * c->outward[k]);
    CHECK_INT(energy_of(m, y).exact - of_b, 2 * c->outward[k]);
  }
}

static void clusters_are_components(void) {
  philox_stream s = philox_stream_at(41, 0);
  for (int k = 0; k < 200; k++) {
    const int32_t n = 1 + (int32_t)philox_below(&s, LARGEST);
    lehr_model *model = sparse_model(&s, n);
    arena memory;
    lehr_run run = bare_run(model, &memory);
    spin_form f;
    clusters c;
    uint8_t a[LARGEST], b[LARGEST], back[LARGEST];
    uint64_t row_a[4], row_b[4];
    int32_t label[LARGEST];
    REQUIRE(spin_form_make(&f, &run) && clusters_make(&c, n, &run));
    /* The form is reduced by the divisor of all coefficients. */
    const bool is_unit = f.unit == 1;
    random_pair(&s, n, a, b);
    cluster_pack(n, a, row_a);
    cluster_pack(n, b, row_b);
    cluster_unpack(n, row_b, back);
    CHECK(memcmp(b, back, (size_t)n) == 0);
    clusters_find(&c, &f, row_a, row_b, label);
    check_components(&c, &f, label, a, b);
    check_connected(&c, &f);
    if (is_unit) check_energies(&c, run.model, a, b);
    CHECK(memory.used <= spin_form_bytes(run.model) + clusters_bytes(n));
    arena_free(&memory);
    lehr_model_free(model);
  }
}

/* With links the sums are the same. */
static void links_change_nothing(void) {
  enum { N = 300 };
  philox_stream s = philox_stream_at(43, 0);
  lehr_builder *b;
  lehr_model *model;
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, N, &b));
  for (int32_t i = 0; i < N; i++)
    REQUIRE_OK(lehr_builder_add_int(b, i, (i * 7 + 1) % N, philox_below(&s, 2) ? 3 : -3, NULL));
  REQUIRE_OK(lehr_builder_add_linear_int(b, 5, 1, NULL));
  REQUIRE_OK(lehr_builder_finish(b, &model, NULL));
  lehr_builder_free(b);
  arena memory;
  lehr_run run = bare_run(model, &memory);
  spin_form f;
  clusters plain, linked;
  REQUIRE(spin_form_make(&f, &run) && f.magnitude == 3);
  REQUIRE(clusters_make(&plain, N, &run) && clusters_make(&linked, N, &run));
  REQUIRE(clusters_link(&linked, &f, &run) && linked.link);
  for (int k = 0; k < 50; k++) {
    uint8_t x[N], y[N];
    uint64_t row_x[5], row_y[5];
    random_pair(&s, N, x, y);
    cluster_pack(N, x, row_x);
    cluster_pack(N, y, row_y);
    clusters_find(&plain, &f, row_x, row_y, NULL);
    clusters_find(&linked, &f, row_x, row_y, NULL);
    CHECK_INT(linked.count, plain.count);
    const size_t size = (size_t)plain.count;
    CHECK(memcmp(linked.first, plain.first, size * sizeof *plain.first) == 0);
    CHECK(memcmp(linked.outward, plain.outward, size * sizeof *plain.outward) == 0);
  }
  arena_free(&memory);
  lehr_model_free(model);
}

/* Sums beyond 64 bits are clamped. */
static void huge_couplings_do_not_wrap(void) {
  static const int64_t row[] = {0, 1, 2, 3, 4}, h[4] = {0};
  static const int32_t col[] = {1, 0, 3, 2};
  static int64_t J[] = {INT64_C(1) << 61, INT64_C(1) << 61, INT64_C(1) << 61, INT64_C(1) << 61};
  int64_t fields[] = {INT64_C(1) << 61, INT64_C(1) << 61, 0, 0};
  const spin_form f = {.n = 4, .row = row, .col = col, .h = fields, .J = J};
  arena memory;
  lehr_run run = bare_run(NULL, &memory);
  clusters c;
  const uint64_t up[] = {15}, down[] = {0}, half[] = {12};
  REQUIRE(clusters_make(&c, 4, &run));
  clusters_find(&c, &f, up, down, NULL);
  CHECK_INT(c.count, 2);
  CHECK_INT(c.outward[0], INT64_C(1) << 62);
  CHECK_INT(c.outward[1], h[0]);
  fields[0] = fields[1] = INT64_C(1) << 62;
  clusters_find(&c, &f, up, half, NULL);
  CHECK_INT(c.count, 1);
  CHECK_INT(c.outward[0], INT64_MAX);
  arena_free(&memory);
}

static const check_test tests[] = {
    {"clusters are components", clusters_are_components},
    {"links change nothing", links_change_nothing},
    {"huge couplings do not wrap", huge_couplings_do_not_wrap},
};
CHECK_MAIN("solvers/cluster", tests)
