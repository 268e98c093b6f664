/* SPDX-License-Identifier: Apache-2.0 */
/* Minimum with proof: states by decisions and by turning round, promotion, limits. */
#include "tn/minplus/coarse.h"

#include "base/clock.h"
#include "check.h"
#include "random_models.h"
#include "support/shared.h"
#include "tn/minplus/range.h"
#include "tn/networks.h"
#include "tn/program_make.h"

#include <stdio.h>
#include <string.h>

enum { MOST = 64 };

/* Order number *user of an endless list; the one after it next time. */
static lehr_status find_order(void *user, const tn_network *t, int32_t order[], lehr_error *err) {
  (void)err;
  philox_stream s = philox_stream_at(77, (*(uint64_t *)user)++);
  random_order(&s, t->n, order);
  return LEHR_OK;
}

static lehr_status find_given(void *user, const tn_network *t, int32_t order[], lehr_error *err) {
  (void)user;
  (void)err;
  for (int32_t i = 0; i < t->n; i++) order[i] = i;
  return LEHR_OK;
}

static void check_minimum(const tn_network *t, const mp_options *o, int64_t expected,
                          mp_minimum *out) {
  const tn_guard guard = {.bytes = UINT64_MAX, .threads = 1};
  int8_t spins[MOST];
  REQUIRE_OK(mp_minimize(t, o, &guard, NULL, out, NULL));
  CHECK_INT(out->bound, expected);
  REQUIRE_OK(mp_minimize(t, o, &guard, spins, out, NULL));
  CHECK_INT(out->energy, expected);
  CHECK_INT(out->bound, expected);
  CHECK_INT(network_energy(t, spins), expected);
}

static void optimum_of_every_shape(void) {
  philox_stream s = philox_stream_at(21, 0);
  uint64_t number = 0;
  int64_t runs = 0, types[MP_TYPES] = {0};
  for (int trial = 0; trial < 600; trial++) {
    const int32_t n = (int32_t)philox_below(&s, 15) + (trial % SHAPES == TORUS);
    const uint32_t range = (const uint32_t[]){1, 400, 1000000, 1u << 31}[trial / SHAPES % 4];
    tn_network t = network_of_shape((shape)(trial % SHAPES), &s, n, range, trial & 1);
    mp_options o = mp_options_of((mp_orderer){find_order, &number});
    mp_minimum out;
    o.level = trial % (cpu_best_level() + 2) - 1;
    t.constant = trial;
    const int64_t expected = network_brute_force(&t);
    for (int few = 0; few < 2; few++) {
      if (few) o.decision_bytes = philox_below(&s, 200); /* turns round, in pieces, */
      o.trace_bytes = few * philox_below(&s, 2000);      /* or all of it in stretches */
      check_minimum(&t, &o, expected, &out);
      runs += few ? out.runs : 0;
      types[out.type]++;
    }
    network_free(&t);
  }
  CHECK(runs > 700);
  CHECK(types[MP_INT8] > 100 && types[MP_INT16] > 100 && types[MP_INT32] > 100 &&
        types[MP_INT64] > 100);
}

static tn_network lattice(int32_t width, int32_t rows) {
  philox_stream s = philox_stream_at(24, 0);
  lehr_builder *b;
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, width * rows, &b));
  for (int32_t i = 0; i < width * rows; i++) {
    if (i % width > 0)
      REQUIRE_OK(lehr_builder_add_int(b, i, i - 1, philox_below(&s, 2) ? 1 : -1, NULL));
    if (i >= width)
      REQUIRE_OK(lehr_builder_add_int(b, i, i - width, philox_below(&s, 2) ? 1 : -1, NULL));
  }
  return network_of(b);
}

/* Multiples of one number, but for what printing them did, by a 3000th of it each. */
static void near_multiples(philox_stream *s, tn_network *t) {
  const int64_t q = 40000 + (int64_t)philox_below(s, 1000);
  for (int32_t i = 0; i < t->n; i++) {
    t->h[i] = q * t->h[i] + (t->h[i] == 0 ? 0 : (int64_t)philox_below(s, 27) - 13);
    for (int64_t k = t->row[i]; k < t->row[i + 1]; k++)
      if (t->col[k] < i && t->J[k] != 0)
        t->J[k] = q * t->J[k] + (int64_t)philox_below(s, 27) - 13;
  }
  for (int32_t i = 0; i < t->n; i++) /* both triangles alike */
    for (int64_t k = t->row[i]; k < t->row[i + 1]; k++)
      for (int64_t m = t->row[t->col[k]]; t->col[k] > i && m < t->row[t->col[k] + 1]; m++)
        if (t->col[m] == i) t->J[k] = t->J[m];
}

/* Coarse optima are many, the finest one among them is found. */
static void coarse_units(void) {
  philox_stream s = philox_stream_at(25, 0);
  uint64_t number = 0;
  int64_t coarse = 0, small = 0;
  for (int trial = 0; trial < 400; trial++) {
    const int32_t n = (int32_t)philox_below(&s, 15) + (trial % SHAPES == TORUS);
    tn_network t = network_of_shape((shape)(trial % SHAPES), &s, n, 4 + trial % 3, trial & 1);
    tn_network rough;
    bool is_there;
    near_multiples(&s, &t);
    mp_options o = mp_options_of((mp_orderer){find_order, &number});
    mp_minimum out;
    o.coarse_seconds = 0;
    REQUIRE_OK(coarse_network(&t, &rough, &is_there, NULL));
    coarse += is_there;
    network_free(&rough);
    check_minimum(&t, &o, network_brute_force(&t), &out);
    small += out.type <= MP_INT16;
    network_free(&t);
  }
  CHECK(coarse > 250);
  CHECK(small > 250);
}

static void check_memory(const tn_network *t, mp_options *o, int64_t optimum, int32_t *shorts) {
  bool is_enough = false;
  int8_t spins[64];
  for (uint64_t bytes = 1 << 20; bytes < 1 << 23; bytes += bytes / 4) {
    const tn_guard guard = {.bytes = bytes, .threads = 1};
    mp_minimum out;
    const lehr_status status = mp_minimize(t, o, &guard, spins, &out, NULL);
    if (status == LEHR_ENOMEM && !is_enough) continue;
    REQUIRE_OK(status);
    is_enough = true;
    CHECK(out.bound <= optimum && optimum <= out.energy);
    CHECK_INT(out.energy, network_energy(t, spins));
    CHECK_INT(out.is_short, out.bound < out.energy);
    *shorts += out.is_short;
  }
}

/* Three rows: fields hold the outer ones, and what these do to the middle one cancels. */
static void free_in_the_middle(tn_network *t, int32_t width, int64_t first) {
  for (int32_t i = 0; i < t->n; i++) {
    t->h[i] = (1 - i / width) * 9;
    for (int64_t k = t->row[i]; k < t->row[i + 1]; k++) {
      const bool is_row = t->col[k] / width == i / width;
      t->J[k] = is_row ? i / width / 2 * -5 : 1 + (i + first) % width % 4;
    }
  }
}

/* Optima have too many values of the front, and there is memory for the coarse unit only: a state
 * and a bound, or ENOMEM where that is not wished. With more memory, the optimum. */
static void memory_for_coarse_units(void) {
  enum { WIDE = 20, ROWS = 3, TRIES = 4 };
  philox_stream s = philox_stream_at(28, 0);
  int32_t order[WIDE * ROWS], shorts[2] = {0};
  for (int32_t i = 0; i < WIDE * ROWS; i++) order[i] = i;
  for (int k = 0; k < TRIES; k++) {
    tn_network t = lattice(WIDE, ROWS);
    int8_t spins[WIDE * ROWS];
    const tn_guard all = {.bytes = UINT64_MAX, .threads = 1};
    mp_options o = mp_options_of((mp_orderer){0});
    mp_minimum best;
    free_in_the_middle(&t, WIDE, k);
    near_multiples(&s, &t);
    o.order = order;
    REQUIRE_OK(mp_minimize(&t, &o, &all, spins, &best, NULL));
    CHECK_INT(best.energy, best.bound);
    o.coarse_seconds = 0;
    for (o.keeps_state = false;; o.keeps_state = true) {
      check_memory(&t, &o, best.energy, &shorts[o.keeps_state]);
      if (o.keeps_state) break;
    }
    network_free(&t);
  }
  CHECK_INT(shorts[false], 0);
  CHECK(shorts[true] > 0);
}

/* A star whose first leaves push the centre up by more than int8 holds, and later ones down by even
 * more: the entry of the optimum saturates on the way, the value comes out too low, and int16 must
 * prove it. */
static void saturation_promotes(void) {
  enum { UP = 131, DOWN = 135, CENTRE = UP + DOWN };
  lehr_builder *b;
  lehr_model *m;
  tn_network t;
  const tn_guard guard = {.bytes = UINT64_MAX, .threads = 1};
  mp_options o = mp_options_of((mp_orderer){find_given, NULL});
  mp_minimum out;
  int8_t spins[CENTRE + 1];
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, CENTRE + 1, &b));
  for (int32_t i = 0; i < CENTRE; i++) {
    REQUIRE_OK(lehr_builder_add_linear_int(b, i, i == 0 ? 3 : i < UP ? 2 : -2, NULL));
    REQUIRE_OK(lehr_builder_add_int(b, i, CENTRE, 2, NULL));
  }
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  REQUIRE_OK(network_make(lehr_model_look(m), &t, NULL));
  REQUIRE_OK(mp_minimize(&t, &o, &guard, spins, &out, NULL));
  CHECK_INT(out.repeated, 1);
  CHECK_INT(out.type, MP_INT16);
  CHECK_INT(out.energy, -1 - 4 * DOWN);
  CHECK_INT(out.bound, -1 - 4 * DOWN);
  tn_guard small = {.bytes = out.peak - 1, .threads = 1}; /* for int8 only */
  CHECK_INT(mp_minimize(&t, &o, &small, spins, &out, NULL), LEHR_ENOMEM);
  o.keeps_state = true;
  REQUIRE_OK(mp_minimize(&t, &o, &small, spins, &out, NULL));
  CHECK(out.is_short && out.bound < -1 - 4 * DOWN);
  CHECK(out.energy == network_energy(&t, spins) && out.energy >= -1 - 4 * DOWN);
  o.keeps_state = false;
  REQUIRE_OK(mp_minimize(&t, &o, &guard, NULL, &out, NULL)); /* no state, no risk */
  CHECK_INT(out.repeated, 0);
  CHECK_INT(out.type, MP_INT16);
  CHECK_INT(out.bound, -1 - 4 * DOWN);
  lehr_builder_free(b);
  lehr_model_free(m);
  network_free(&t);
}

/* Real couplings: rounded to int32 or float the gap is certified, in int64 there is none. */
static void rounded_couplings(void) {
  philox_stream s = philox_stream_at(23, 0);
  for (int trial = 0; trial < 60; trial++) {
    tn_network t = network_of_shape((shape)(trial % SHAPES), &s, 13, 1u << 31, true);
    const tn_guard guard = {.bytes = UINT64_MAX, .threads = 1};
    mp_options o = mp_options_of((mp_orderer){find_given, NULL});
    mp_minimum out;
    int8_t spins[MOST];
    const int64_t expected = network_brute_force(&t);
    o.least = trial & 1 ? MP_FLOAT : MP_INT8;
    for (int k = 0; k < 2; k++) {
      o.tolerance = k ? (int64_t)1 << 24 : 0;
      REQUIRE_OK(mp_minimize(&t, &o, &guard, spins, &out, NULL));
      CHECK(out.bound <= expected && expected <= out.energy);
      CHECK(out.energy - out.bound <= o.tolerance);
    }
    network_free(&t);
  }
}

static void threads_change_nothing(void) {
  enum { WIDE = 20, ROWS = 5 };
  tn_network t = lattice(WIDE, ROWS);
  int8_t spins[2][WIDE * ROWS];
  mp_minimum out[2];
  for (int k = 0; k < 2; k++) {
    const tn_guard guard = {.bytes = UINT64_MAX, .threads = 1 + 2 * k};
    mp_options o = mp_options_of((mp_orderer){find_given, NULL});
    o.decision_bytes = 1 << 20;
    o.least = MP_INT16;
    REQUIRE_OK(mp_minimize(&t, &o, &guard, spins[k], &out[k], NULL));
    CHECK_INT(out[k].energy, out[k].bound);
  }
  CHECK_INT(out[0].bound, out[1].bound);
  CHECK_INT(memcmp(spins[0], spins[1], sizeof spins[0]), 0);
  network_free(&t);
}

static int stop_after(void *user) { return --*(int *)user < 0; }

static void stops(void) {
  tn_network t = lattice(20, 20);
  int8_t spins[400];
  int polls = 40;
  const tn_guard guard = {
      .should_stop = stop_after, .user = &polls, .bytes = UINT64_MAX, .threads = 1};
  const mp_options o = mp_options_of((mp_orderer){find_given, NULL});
  mp_minimum out;
  REQUIRE_OK(mp_minimize(&t, &o, &guard, spins, &out, NULL));
  CHECK(out.is_stopped);
  CHECK(polls > -10);
  network_free(&t);
}

/* A table of 128 MiB: the estimate against what the process took, and against the limit. */
static void memory_is_foreseen(void) {
  enum { WIDE = 27 };
  tn_network t = lattice(WIDE, 3);
  int32_t order[WIDE * 3];
  tn_program p;
  uint64_t bytes;
  mp_result result;
  mp_setup s = mp_setup_of(MP_INT8, 0);
  for (int32_t i = 0; i < WIDE * 3; i++) order[i] = i;
  REQUIRE_OK(program_from_order(&t, order, &p, NULL));
  s.first_decision = p.n_ops;
  REQUIRE_OK(mp_bytes(&p, &s, 1, &bytes, NULL));
  CHECK(bytes > (uint64_t)128 << 20 && bytes < (uint64_t)130 << 20);
  tn_guard guard = {.bytes = bytes - 1, .threads = 1};
  CHECK_INT(mp_run(&p, &s, &guard, NULL, &result, NULL), LEHR_ENOMEM);
  const int64_t before = clock_peak_memory();
  guard.bytes = bytes;
  REQUIRE_OK(mp_run(&p, &s, &guard, NULL, &result, NULL));
  CHECK_INT(result.peak, bytes);
  const int64_t taken = clock_peak_memory() - before;
  CHECK_REAL((double)taken, (double)bytes, 0.1 * (double)bytes);
  program_free(&p);
  network_free(&t);
}

/* What is foreseen for any number of threads is enough, and no more than is taken. */
static void tiles_are_foreseen(void) {
  enum { WIDE = 20 };
  tn_network t = lattice(WIDE, 3);
  int32_t order[WIDE * 3];
  tn_program p;
  mp_setup s = mp_setup_of(MP_INT8, 0);
  for (int32_t i = 0; i < WIDE * 3; i++) order[i] = i;
  REQUIRE_OK(program_from_order(&t, order, &p, NULL));
  s.first_decision = p.n_ops;
  for (int32_t threads = 1; threads <= 9; threads++) {
    tn_guard guard = {.threads = threads};
    mp_result result;
    REQUIRE_OK(mp_bytes(&p, &s, threads, &guard.bytes, NULL));
    REQUIRE_OK(mp_run(&p, &s, &guard, NULL, &result, NULL));
    CHECK_INT(result.peak, guard.bytes);
  }
  program_free(&p);
  network_free(&t);
}

/* Not all decisions fit: two tables meet in the middle, or where the memory has room for one only,
 * the order ends with its last front. The same energy, within the memory that was foreseen. */
static void one_table_at_a_time(void) {
  enum { WIDE = 24, ROWS = 5, TABLE = 1 << WIDE };
  tn_network t = lattice(WIDE, ROWS);
  int32_t order[WIDE * ROWS];
  int8_t spins[WIDE * ROWS];
  int64_t energy[2];
  for (int32_t i = 0; i < WIDE * ROWS; i++) order[i] = i;
  for (int tables = 1; tables <= 2; tables++) {
    const tn_guard guard = {.bytes = (uint64_t)tables * TABLE + TABLE / 2, .threads = 1};
    mp_options o = mp_options_of((mp_orderer){0});
    mp_minimum out;
    o.order = order;
    o.decision_bytes = 1 << 20;
    REQUIRE_OK(mp_minimize(&t, &o, &guard, spins, &out, NULL));
    CHECK_INT(out.energy, out.bound);
    CHECK(out.peak > (uint64_t)tables * TABLE && out.peak <= guard.bytes);
    energy[tables - 1] = out.energy;
  }
  CHECK_INT(energy[0], energy[1]);
  network_free(&t);
}

/* What a plan says of the bytes, with memory for one table and for two. */
static void bytes_of_plans(void) {
  enum { WIDE = 14 };
  tn_plan_options wishes = {
      .memory = (uint64_t)1 << 40, .entry_bytes = 1, .only_minimum = true, .work = ORDER_WORK};
  lehr_builder *b;
  lehr_model *m;
  tn_plan plan;
  uint8_t bits[WIDE * WIDE];
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, WIDE * WIDE, &b));
  for (int32_t i = 0; i < WIDE * WIDE; i++) {
    if (i % WIDE > 0) REQUIRE_OK(lehr_builder_add_int(b, i, i - 1, i * i % 7 > 2 ? 1 : -1, NULL));
    if (i >= WIDE) REQUIRE_OK(lehr_builder_add_int(b, i, i - WIDE, i * i % 5 > 1 ? 1 : -1, NULL));
  }
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  REQUIRE_OK(plan_make(lehr_model_look(m), &wishes, &plan, NULL));
  mp_options o = mp_options_of((mp_orderer){0});
  o.decision_bytes = 1 << 10;
  uint64_t before = UINT64_MAX;
  for (tn_guard guard = {.bytes = 1 << 23, .threads = 1};; guard.bytes = before - 1) {
    mp_needs needs;
    mp_minimum out;
    REQUIRE_OK(mp_minimize_needs(&plan, &o, &guard, &needs, NULL));
    if (needs.bytes > guard.bytes) break; /* not even one */
    REQUIRE_OK(mp_minimize_plan(&plan, &o, &guard, bits, &out, NULL));
    CHECK_INT(out.peak, needs.bytes);
    CHECK_INT(out.energy, out.bound);
    before = needs.bytes;
  }
  CHECK(before < UINT64_MAX);
  plan_free(&plan);
  lehr_model_free(m);
  lehr_builder_free(b);
}

/* Models of both kinds, through a plan: presolved, a spin fixed, in parts. */
static void models_by_plan(void) {
  philox_stream s = philox_stream_at(27, 0);
  for (int trial = 0; trial < 200; trial++) {
    const model_recipe recipe = {.n = (int32_t)philox_below(&s, 13),
                                 .vartype = trial & 1 ? LEHR_SPIN : LEHR_BINARY,
                                 .values = (model_values)(trial / 2 % 3),
                                 .density = philox_unit(&s)};
    lehr_model *m = model_random(&s, &recipe);
    const tn_plan_options wishes = {.memory = (uint64_t)1 << 30,
                                    .entry_bytes = 1,
                                    .only_minimum = trial % 3 > 0,
                                    .work = ORDER_WORK};
    const tn_guard guard = {.bytes = (uint64_t)1 << 30, .threads = 1};
    mp_options o = mp_options_of((mp_orderer){0});
    tn_plan plan;
    mp_minimum out;
    uint8_t bits[MODEL_MAX_BITS];
    o.decision_bytes = trial % 4 ? o.decision_bytes : 64;
    REQUIRE_OK(plan_make(lehr_model_look(m), &wishes, &plan, NULL));
    REQUIRE_OK(mp_minimize_plan(&plan, &o, &guard, bits, &out, NULL));
    CHECK_INT(out.energy, out.bound);
    CHECK_REAL(lehr_model_energy(m, bits), model_brute_force(m).energy, 1e-9);
    plan_free(&plan);
    lehr_model_free(m);
  }
}

static void range_holds(void) {
  philox_stream s = philox_stream_at(26, 0);
  int32_t order[MOST];
  for (int32_t i = 0; i < MOST; i++) order[i] = i;
  tn_network t = lattice(6, 6);
  tn_program p;
  mp_range r;
  REQUIRE_OK(program_from_order(&t, order, &p, NULL));
  REQUIRE_OK(mp_range_of(&p, &r, NULL));
  CHECK_INT(r.table, 7); /* one coupling above each, one to the left of who comes next */
  CHECK_INT(r.step, 2);
  CHECK(mp_range_fits(&r, MP_INT8, 0));
  program_free(&p);
  network_free(&t);
  t = network_of_shape(COMPLETE, &s, 10, 1000, true);
  REQUIRE_OK(program_from_order(&t, order, &p, NULL));
  REQUIRE_OK(mp_range_of(&p, &r, NULL));
  CHECK(!mp_range_fits(&r, MP_INT8, 0) && mp_range_fits(&r, MP_INT16, 0));
  program_free(&p);
  network_free(&t);
}

/* Open +-J lattices with energies from other programs; those that take moments. */
static void known_lattices(void) {
  const int32_t sides[] = {10, 14, 16, 18};
  for (int k = 0; k < 4; k++) {
    char name[64], path[512], line[128];
    snprintf(name, sizeof name, "data/tn/grid2d_pmJ/grid_L%d.txt", sides[k]);
    shared_path(name, path, sizeof path);
    FILE *f = fopen(path, "r");
    int n, i, j, J, is_header = 1;
    long expected = 0;
    lehr_builder *b = NULL;
    lehr_model *m;
    tn_network t;
    if (!f) {
      printf("  %s is not there\n", path);
      return;
    }
    while (fgets(line, sizeof line, f)) {
      if (line[0] == '#') continue;
      if (is_header) {
        REQUIRE(sscanf(line, "%d %*d %ld", &n, &expected) == 2);
        REQUIRE_OK(lehr_builder_create(LEHR_SPIN, n, &b));
      } else {
        REQUIRE(sscanf(line, "%d %d %d", &i, &j, &J) == 3);
        REQUIRE_OK(lehr_builder_add_int(b, i, j, J, NULL));
      }
      is_header = 0;
    }
    fclose(f);
    REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
    REQUIRE_OK(network_make(lehr_model_look(m), &t, NULL));
    for (int few = 0; few < 2; few++) {
      const tn_guard guard = {.bytes = UINT64_MAX, .threads = 1};
      mp_options o = mp_options_of(few ? (mp_orderer){0} : (mp_orderer){find_given, NULL});
      mp_minimum out;
      int8_t spins[400];
      if (few) o.decision_bytes = 1 << 16;
      REQUIRE_OK(mp_minimize(&t, &o, &guard, spins, &out, NULL));
      CHECK_INT(out.energy, expected);
      CHECK_INT(out.bound, expected);
      CHECK_INT(out.type, MP_INT8);
    }
    lehr_builder_free(b);
    lehr_model_free(m);
    network_free(&t);
  }
}

static const check_test tests[] = {
    {"optimum of every shape", optimum_of_every_shape},
    {"coarse units", coarse_units},
    {"memory for coarse units", memory_for_coarse_units},
    {"saturation promotes", saturation_promotes},
    {"rounded couplings", rounded_couplings},
    {"threads change nothing", threads_change_nothing},
    {"stops", stops},
    {"memory is foreseen", memory_is_foreseen},
    {"tiles are foreseen", tiles_are_foreseen},
    {"one table at a time", one_table_at_a_time},
    {"bytes of plans", bytes_of_plans},
    {"models by plan", models_by_plan},
    {"range holds", range_holds},
    {"lattices of known energy", known_lattices},
};
CHECK_MAIN("minimum", tests)
