/* SPDX-License-Identifier: Apache-2.0 */
/* Semirings on every instruction set: tables, derivatives and what is measured of them are alike in
 * every bit, for tables of several blocks and every slot. */
#include "tn/semiring/tape.h"

#include "check.h"
#include "tn/networks.h"
#include "tn/program_make.h"
#include "tn/sumproduct.h"

#include <math.h>
#include <string.h>

static const tn_guard no_limits = {.bytes = UINT64_MAX, .threads = 1};

/* FNV-1a (Fowler, Noll, Vo) of everything that a reader sees. */
static void digest(uint64_t *sum, const void *data, size_t bytes) {
  const uint8_t *at = data;
  for (size_t k = 0; k < bytes; k++) *sum = (*sum ^ at[k]) * UINT64_C(0x100000001b3);
}

static void digest_table(uint64_t *sum, const semiring *s, const tn_table *t) {
  for (int32_t k = 0; k < s->planes; k++) digest(sum, t->plane[k], (size_t)s->bytes[k] << t->width);
}

/* Reads backwards; sums with their derivatives. */
typedef struct reading {
  const tn_program *p;
  const semiring *s;
  semiring_context *c;
  machine back;
  uint64_t sum;
} reading;

static lehr_status begin(void *user, const tn_table *root) {
  reading *r = user;
  digest_table(&r->sum, r->s, root);
  r->back.depth = 1;
  r->s->one(machine_top(&r->back));
  return LEHR_OK;
}

static void read_derivatives(reading *r, const tn_op *op, const tn_table *before,
                             const tn_table *below) {
  const bool is_join = op->kind == TN_JOIN;
  r->back.depth += is_join - op_begins(op);
  if (op_begins(op)) return;
  correlations found = {0};
  tn_table *const top = machine_top(&r->back);
  const semiring_back back = {.p = r->p,
                              .op = op,
                              .a = top - is_join,
                              .b = top,
                              .was_a = is_join ? below : before,
                              .was_b = before,
                              .out = &found};
  r->s->adjoint(r->c, &back);
  digest_table(&r->sum, r->s, top - is_join);
  digest(&r->sum, &found, sizeof found);
}

static lehr_status read_op(void *user, const tn_op *op, const tn_table *before,
                           const tn_table *below) {
  reading *r = user;
  if (before) digest_table(&r->sum, r->s, before);
  if (r->s->adjoint) read_derivatives(r, op, before, below);
  return LEHR_OK;
}

static uint64_t digest_of(const tn_program *p, semiring_kind kind, int level, double beta) {
  semiring_context c = {.beta = beta,
                        .prime = (UINT64_C(1) << 61) - 1,
                        .never = INT64_MAX,
                        .guard = &no_limits,
                        .is_exact = true};
  reading r = {.p = p, .s = semiring_of(kind, level), .c = &c, .sum = 0xcbf29ce484222325};
  const tape_reader reader = {.user = &r, .wants_joins = true, .begin = begin, .read = read_op};
  region room;
  size_t bytes;
  bool is_complete;
  REQUIRE_OK(machine_bytes(p, r.s, &bytes, NULL));
  REQUIRE_OK(region_make(&room, bytes, NULL));
  REQUIRE_OK(machine_make(&r.back, p, r.s, &room, NULL));
  REQUIRE_OK(tape_read(p, r.s, &c, &reader, &is_complete, NULL));
  CHECK(is_complete);
  CHECK_INT(r.s->kind, kind);
  machine_free(&r.back);
  region_free(&room);
  return r.sum;
}

static void check_levels(const tn_network *t, const int32_t order[], double beta) {
  tn_program p;
  REQUIRE_OK(program_from_order(t, order, &p, NULL));
  for (int kind = 0; kind < SEMIRINGS; kind++) {
    const uint64_t expected = digest_of(&p, (semiring_kind)kind, SEMIRING_SCALAR, beta);
    for (int level = CPU_BASELINE; level <= (int)cpu_best_level(); level++)
      CHECK(digest_of(&p, (semiring_kind)kind, level, beta) == expected);
  }
  program_free(&p);
}

enum { SIDE = 12, ROWS = 3 };

/* Both directions of a sweep leave by every slot; fields and couplings from -range to range. */
static tn_network lattice(philox_stream *s, uint32_t range) {
  lehr_builder *b;
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, SIDE * ROWS, &b));
  for (int32_t i = 0; i < SIDE * ROWS; i++)
    for (int k = 0; k < 3; k++) {
      const int64_t J = (int64_t)philox_below(s, 2 * range + 1) - range;
      const int32_t j = k == 2 ? i - SIDE : i - 1;
      if (k == 0) REQUIRE_OK(lehr_builder_add_linear_int(b, i, J, NULL));
      if (k > 0 && j >= 0 && (k == 2 || i % SIDE > 0))
        REQUIRE_OK(lehr_builder_add_int(b, i, j, J, NULL));
    }
  return network_of(b);
}

static void levels_of_lattices(void) {
  philox_stream s = philox_stream_at(31, 0);
  for (int trial = 0; trial < 6; trial++) {
    tn_network t = lattice(&s, trial % 2 ? 3 : 1000);
    int32_t order[SIDE * ROWS];
    for (int32_t i = 0; i < t.n; i++) order[i] = trial < 3 ? i : t.n - 1 - i;
    check_levels(&t, order, (trial % 2 ? 0.1 : 1e-4) * trial);
    network_free(&t);
  }
}

/* Orders at random: tables that are joined, that shrink in the middle. */
static void levels_of_trees(void) {
  philox_stream s = philox_stream_at(32, 0);
  for (int trial = 0; trial < 80; trial++) {
    tn_network t = network_of_shape((shape)(trial % SHAPES), &s, 1 + trial % 14, 5, trial & 1);
    int32_t order[SIDE * ROWS];
    random_order(&s, t.n, order);
    check_levels(&t, order, 0.02 * (trial % 7));
    network_free(&t);
  }
}

/* Marginals of wide tables, which nobody can enumerate: the same by two orders. */
static void marginals_by_two_orders(void) {
  philox_stream s = philox_stream_at(33, 0);
  for (int trial = 0; trial < 4; trial++) {
    const double beta = trial % 2 ? 0.004 : 0.4; /* wide numbers, narrow ones */
    tn_network t = lattice(&s, trial % 2 ? 100000 : 2);
    double mean[2][SIDE * ROWS], log_z[2];
    tn_pair pairs[2][2 * SIDE * ROWS];
    int64_t n_pairs = 0;
    for (int way = 0; way < 2; way++) {
      int32_t order[SIDE * ROWS];
      tn_program p;
      bool is_complete;
      for (int32_t i = 0; i < t.n; i++) order[i] = way ? t.n - 1 - i : i;
      REQUIRE_OK(program_from_order(&t, order, &p, NULL));
      n_pairs = sum_pairs(&p, false);
      REQUIRE_OK(sum_marginals(&p, beta, false, &no_limits,
                               &(tn_marginals){mean[way], pairs[way], NULL}, &log_z[way],
                               &is_complete, NULL));
      program_free(&p);
    }
    CHECK_REAL(log_z[0], log_z[1], 1e-10 * fabs(log_z[0]));
    for (int32_t i = 0; i < t.n; i++) CHECK_REAL(mean[0][i], mean[1][i], 1e-10);
    for (int64_t k = 0; k < n_pairs; k++) {
      CHECK(pairs[0][k].i == pairs[1][k].i && pairs[0][k].j == pairs[1][k].j);
      CHECK_REAL(pairs[0][k].correlation, pairs[1][k].correlation, 1e-10);
    }
    network_free(&t);
  }
}

static const check_test tests[] = {{"every level alike: lattices", levels_of_lattices},
                                   {"every level alike: trees", levels_of_trees},
                                   {"marginals of wide tables", marginals_by_two_orders}};
CHECK_MAIN("tn/semiring", tests)
