/* SPDX-License-Identifier: Apache-2.0 */
/* Min-plus kernels and passes: every type, level and tile size against the reference. */
#include "tn/minplus/run.h"
#include "tn/minplus/tail.h"

#include "check.h"
#include "tn/networks.h"
#include "tn/program_make.h"
#include "tn/run_scalar.h"

#include <string.h>

enum { MOST = 64 };

static const tn_guard free_guard = {.bytes = UINT64_MAX, .threads = 1};

/* Tiles that are small enough for small tables to need many; 0 is what is used in earnest. */
static mp_setup setup_of(const tn_program *p, mp_type type, int level, int tile) {
  mp_setup s = {.type = type, .level = level, .limits = mp_limits_of(type)};
  if (tile > 0) {
    s.limits.row_bits = mp_types[type].lane_bits + 1 + (tile > 1);
    s.limits.tile_bits = s.limits.row_bits + 1 + tile;
  }
  s.first_decision = tile == 3 ? p->n_ops / 2 : 0;
  s.trace_bytes = tile == 2 ? 1 : 0; /* in stretches, as many as need least */
  return s;
}

/* One way to run it, against the reference's value and state. */
static void check_run_of(const tn_program *p, const mp_setup *s, int64_t value,
                         const int8_t spins[]) {
  mp_result result;
  int8_t found[MOST];
  memcpy(found, spins, MOST); /* those that left before first_decision stay */
  for (int64_t k = s->first_decision; k < p->n_ops; k++)
    if (p->ops[k].kind == TN_ELIM || p->ops[k].kind == TN_REPLACE) found[p->ops[k].leaves] = 0;
  REQUIRE_OK(mp_run(p, s, &free_guard, found, &result, NULL));
  CHECK_INT(result.energy, value);
  CHECK_INT(memcmp(found, spins, (size_t)p->n), 0);
  mp_setup energy_only = *s;
  energy_only.first_decision = p->n_ops;
  REQUIRE_OK(mp_run(p, &energy_only, &free_guard, NULL, &result, NULL));
  CHECK_INT(result.energy, value);
}

static void check_levels(const tn_program *p, mp_type least) {
  int8_t spins[MOST] = {0};
  int64_t value;
  REQUIRE_OK(run_scalar(p, UINT64_MAX, &value, spins, NULL));
  for (int type = least; type < MP_TYPES; type++)
    for (int level = MP_SCALAR; level <= (int)cpu_best_level(); level++)
      for (int tile = 0; tile < 4; tile++) {
        const mp_setup s = setup_of(p, (mp_type)type, level, tile);
        check_run_of(p, &s, value, spins);
      }
}

enum { SWEEP = 200 };

/* A lattice of `rows` rows of `side` spins, each with up to three couplings back to its row and the
 * one before, and a field. */
static tn_network sweep_of(philox_stream *s, int32_t side, int32_t rows, uint32_t range) {
  const int32_t n = side * rows;
  lehr_builder *b;
  lehr_model *m;
  tn_network t;
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, n, &b));
  for (int32_t i = 0; i < n; i++) {
    const int64_t field = (int64_t)philox_below(s, 2 * range + 1) - range;
    REQUIRE_OK(lehr_builder_add_linear_int(b, i, field, NULL));
    for (int32_t back = 1; back <= side; back++) {
      const bool is_there = back == side || philox_below(s, 4) == 0;
      const int64_t J = (int64_t)philox_below(s, 2 * range + 1) - range;
      if (i >= back && is_there) REQUIRE_OK(lehr_builder_add_int(b, i - back, i, J, NULL));
    }
  }
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  REQUIRE_OK(network_make(lehr_model_look(m), &t, NULL));
  lehr_model_free(m);
  return t;
}

static void every_shape(void) {
  philox_stream s = philox_stream_at(11, 0);
  int32_t order[MOST];
  for (int trial = 0; trial < 300; trial++) {
    const shape kind = (shape)(trial % SHAPES);
    const int32_t n = (int32_t)philox_below(&s, 16) + (kind == TORUS);
    const uint32_t range = trial % 3 ? 1 : 1000;
    tn_network t = network_of_shape(kind, &s, n, range, trial & 1);
    tn_program p;
    random_order(&s, n, order);
    REQUIRE_OK(program_from_order(&t, order, &p, NULL));
    check_levels(&p, range == 1 ? MP_INT8 : MP_INT32);
    program_free(&p);
    network_free(&t);
  }
}

/* Wide tables: more tiles, runs and table bits than brute force could follow. */
static void wide_tables(void) {
  philox_stream s = philox_stream_at(12, 0);
  int32_t order[MOST];
  for (int trial = 0; trial < 12; trial++) {
    const int32_t n = 17 + trial % 6;
    tn_network t = network_of_shape(trial & 1 ? RANDOM : COMPLETE, &s, n, 1, trial & 2);
    tn_program p;
    random_order(&s, n, order);
    REQUIRE_OK(program_from_order(&t, order, &p, NULL));
    check_levels(&p, MP_INT8);
    program_free(&p);
    network_free(&t);
  }
}

/* Long sweeps: operations in a row at all pairs of slots, far more states than brute force could
 * follow; every level has the value of the scalar twin, in tables that saturate too. */
static void sweeps(void) {
  for (int trial = 0; trial < 10; trial++) {
    philox_stream s = philox_stream_at(13, (uint64_t)trial);
    tn_network t = sweep_of(&s, 3 + trial, 9, trial & 1 ? 60 : 1);
    int32_t order[SWEEP];
    tn_program p;
    for (int32_t i = 0; i < t.n; i++) order[i] = i;
    REQUIRE_OK(program_from_order(&t, order, &p, NULL));
    for (int type = 0; type < MP_TYPES; type++)
      for (int tile = 0; tile < 3; tile++) {
        mp_result twin, here;
        mp_setup setup = setup_of(&p, (mp_type)type, MP_SCALAR, tile);
        REQUIRE_OK(mp_run(&p, &setup, &free_guard, NULL, &twin, NULL));
        for (int level = 0; level <= (int)cpu_best_level(); level++) {
          setup.level = level;
          REQUIRE_OK(mp_run(&p, &setup, &free_guard, NULL, &here, NULL));
          CHECK_INT(here.energy, twin.energy);
        }
      }
    program_free(&p);
    network_free(&t);
  }
}

/* Cells of 2 x `side` spins in rows and columns: the first half of a cell is coupled with the
 * second one, and with that of the cells below or beside it. */
static tn_network chimera_of(philox_stream *s, int32_t rows, int32_t columns, int32_t side) {
  lehr_builder *b;
  lehr_model *m;
  tn_network t;
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, 2 * rows * columns * side, &b));
  for (int32_t cell = 0; cell < rows * columns; cell++)
    for (int32_t k = 0; k < side; k++) {
      const int32_t down = 2 * side * cell + k, across = down + side;
      const int32_t below = down + 2 * side * columns, beside = across + 2 * side;
      for (int32_t i = 0; i < side; i++)
        REQUIRE_OK(lehr_builder_add_int(b, down, 2 * side * cell + side + i,
                                        (int64_t)philox_below(s, 9) - 4, NULL));
      if (cell / columns + 1 < rows)
        REQUIRE_OK(lehr_builder_add_int(b, down, below, (int64_t)philox_below(s, 5) - 2, NULL));
      if (cell % columns + 1 < columns)
        REQUIRE_OK(lehr_builder_add_int(b, across, beside, (int64_t)philox_below(s, 5) - 2, NULL));
      REQUIRE_OK(lehr_builder_add_linear_int(b, across, (int64_t)philox_below(s, 3) - 1, NULL));
    }
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  REQUIRE_OK(network_make(lehr_model_look(m), &t, NULL));
  lehr_model_free(m);
  return t;
}

/* Column by column: chains from top to bottom, one after the other, then what is across. */
static void order_by_chains(int32_t rows, int32_t columns, int32_t side, int32_t order[]) {
  int32_t count = 0;
  for (int32_t x = 0; x < columns; x++) {
    for (int32_t k = 0; k < side; k++)
      for (int32_t y = 0; y < rows; y++) order[count++] = 2 * side * (y * columns + x) + k;
    for (int32_t y = 0; y < rows; y++)
      for (int32_t k = 0; k < side; k++) order[count++] = 2 * side * (y * columns + x) + side + k;
  }
}

static void exchange(int32_t order[], uint32_t i, uint32_t j) {
  const int32_t v = order[i];
  order[i] = order[j];
  order[j] = v;
}

static int64_t count_tails(const tn_program *p, const mp_setup *s) {
  int64_t count = 0;
  tn_tail tail;
  for (int64_t k = 0; k < p->n_ops; k++) count += tail_at(p, k, &s->limits, p->n_ops, &tail);
  return count;
}

/* Chains end in tables as wide as the one that they are joined to. */
static void tails(void) {
  for (int trial = 0; trial < 16; trial++) {
    philox_stream s = philox_stream_at(14, (uint64_t)trial);
    const int32_t side = 4 + trial % 2, rows = side == 5 ? 2 : 3, columns = side == 5 ? 3 : 2;
    tn_network t = chimera_of(&s, rows, columns, side);
    int32_t order[SWEEP];
    tn_program p;
    order_by_chains(rows, columns, side, order);
    for (int swap = 0; trial >= 8 && swap < 3; swap++)
      exchange(order, philox_below(&s, (uint32_t)t.n), philox_below(&s, (uint32_t)t.n));
    REQUIRE_OK(program_from_order(&t, order, &p, NULL));
    const mp_setup small = setup_of(&p, MP_INT8, MP_SCALAR, 1);
    CHECK(trial >= 8 || count_tails(&p, &small) > 0);
    int64_t value;
    REQUIRE_OK(run_scalar(&p, UINT64_MAX, &value, NULL, NULL));
    for (int type = MP_INT16; type < MP_TYPES; type++)
      for (int level = MP_SCALAR; level <= (int)cpu_best_level(); level++)
        for (int tile = 0; tile < 3; tile++) {
          mp_result result;
          mp_setup setup = setup_of(&p, (mp_type)type, level, tile);
          setup.first_decision = p.n_ops;
          REQUIRE_OK(mp_run(&p, &setup, &free_guard, NULL, &result, NULL));
          CHECK_INT(result.energy, value);
        }
    program_free(&p);
    network_free(&t);
  }
}

static const check_test tests[] = {
    {"tails", tails},
    {"every shape", every_shape},
    {"wide tables", wide_tables},
    {"sweeps", sweeps},
};
CHECK_MAIN("minplus", tests)
