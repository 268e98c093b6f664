/* SPDX-License-Identifier: Apache-2.0 */
/* Bit-sliced replicas with random digits of their own: their states have Boltzmann's frequencies,
 * each at the temperature of its place, by a chi-square test against exact probabilities. */
#include "check.h"
#include "support/bare_run.h"
#include "support/frequencies.h"

#include "base/memory.h"
#include "base/philox.h"
#include "lehr/lehr.h"
#include "qubo/model.h"
#include "solvers/bits/ladder.h"

#include <stdlib.h>

enum { N = 8, STATES = 1 << N, LANES = 512, STEPS = 3, WORDS = 8 };
/* Sweeps from random states to the one that is looked at, which makes it independent of the others;
 * and how often that is done with all words. */
enum { BURN = 150, LOOKS = 60 };

typedef struct recipe {
  const char *name;
  lehr_vartype vartype;
  int64_t largest_weight, largest_field;
  double bonds; /* share of the pairs */
} recipe;

static const recipe recipes[] = {
    {"equal", LEHR_SPIN, 1, 0, 0.5},         {"equal, dense", LEHR_SPIN, 1, 0, 1},
    {"equal, fields", LEHR_SPIN, 1, 1, 0.6}, {"short integers", LEHR_SPIN, 7, 7, 0.7},
    {"binary", LEHR_BINARY, 3, 3, 0.6},      {"few bonds", LEHR_SPIN, 1, 0, 0.12},
};

static lehr_model *make(const recipe *r) {
  philox_stream s = philox_stream_at(12, (uint64_t)(r - recipes));
  lehr_builder *b;
  lehr_model *m;
  REQUIRE_OK(lehr_builder_create(r->vartype, N, &b));
  for (int32_t i = 0; i < N; i++) {
    const uint32_t fields = 2 * (uint32_t)r->largest_field + 1;
    const int64_t h = (int64_t)philox_below(&s, fields) - r->largest_field;
    REQUIRE_OK(lehr_builder_add_linear_int(b, i, h, NULL));
    for (int32_t j = 0; j < i; j++) {
      if (philox_unit(&s) >= r->bonds) continue;
      const int64_t size = 1 + philox_below(&s, (uint32_t)r->largest_weight);
      REQUIRE_OK(lehr_builder_add_int(b, i, j, philox_below(&s, 2) ? size : -size, NULL));
    }
  }
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  return m;
}

/* The kernel's model with its memory. */
typedef struct fixture {
  lehr_run run;
  arena memory;
  spin_form form;
  bit_model model;
  bit_ladder ladder;
  uint64_t spins[(N + 1) * WORDS] __attribute__((aligned(64)));
} fixture;

static void start(fixture *f, const lehr_model *m, int words) {
  f->run = bare_run(m, &f->memory);
  REQUIRE(spin_form_make(&f->form, &f->run) && bits_prepare(&f->model, &f->form, &f->run) &&
          bits_ladder_make(&f->ladder, &f->model, words, &f->run));
  bits_ladder_seed(&f->ladder, words, 21, 0);
  for (int k = N * words; k < (N + 1) * words; k++) f->spins[k] = UINT64_MAX;
}

/* Counts the states of replicas by the temperature of their place, STEPS of them interleaved. */
static void look(const fixture *f, int words, int64_t counts[][STATES]) {
  for (int l = 0; l < words * 64; l++) {
    int state = 0;
    for (int p = 0; p < N; p++)
      state |= (int)(f->spins[p * words + l / 64] >> l % 64 & 1) << f->model.site[p];
    counts[l % STEPS][state]++;
  }
}

static void weigh(const lehr_model *m, double beta, double weight[]) {
  double sum = 0;
  for (int state = 0; state < STATES; state++) {
    uint8_t bits[N];
    for (int i = 0; i < N; i++) bits[i] = state >> i & 1;
    sum += weight[state] = exp(-beta * lehr_model_energy(m, bits));
  }
  for (int state = 0; state < STATES; state++) weight[state] /= sum;
}

/* Of each temperature; `believed` factor: of the beta compared with. */
static void add_recipe(frequencies *into, const recipe *r, const bit_kernel *kernel,
                       double believed) {
  static const double betas[STEPS] = {0.05, 0.2, 0.45};
  static int64_t counts[STEPS][STATES];
  static double weight[STATES];
  lehr_model *m = make(r);
  fixture *f = aligned_alloc(64, (sizeof *f + 63) / 64 * 64);
  const int words = kernel->words;
  philox_stream s = philox_stream_at(13, 1);
  start(f, m, words);
  memset(counts, 0, sizeof counts);
  const double scale = sqrt((double)r->largest_weight), cost_unit = 2 * f->form.unit;
  for (int l = 0; l < words * 64; l++)
    bits_ladder_set(&f->ladder, words, scale / (betas[l % STEPS] * cost_unit), l, l + 1);
  bit_strip strip = {.model = &f->model, .spins = f->spins};
  const int looks = LOOKS * WORDS / words; /* as many states whatever the width */
  for (int t = 0; t < looks; t++) {
    for (int p = 0; p < N * words; p++) f->spins[p] = philox_u64(&s);
    for (int sweep = 0; sweep < BURN; sweep++) kernel->sweep_ladder(&strip, &f->ladder, 0, N);
    look(f, words, counts);
  }
  for (int k = 0; k < STEPS; k++) {
    weigh(m, believed * betas[k] / scale, weight);
    frequencies_add(into, counts[k], weight, STATES);
  }
  arena_free(&f->memory);
  free(f);
  lehr_model_free(m);
}

static void frequencies_are_boltzmanns(void) {
  for (int64_t wanted = 64; wanted <= LANES; wanted *= 2) {
    const bit_kernel *kernel = bits_kernel((int)cpu_best_level(), wanted);
    frequencies f = {0};
    for (size_t k = 0; k < sizeof recipes / sizeof recipes[0]; k++)
      add_recipe(&f, &recipes[k], kernel, 1);
    frequencies_check(&f, "ladders");
  }
}

/* The test can fail. */
static void other_temperatures_are_told_apart(void) {
  frequencies f = {0};
  add_recipe(&f, &recipes[0], bits_kernel((int)cpu_best_level(), LANES), 1.25);
  CHECK(f.worst_shape > 8 && f.worst_slope > 8);
}

static const check_test tests[] = {
    {"frequencies are Boltzmann's", frequencies_are_boltzmanns},
    {"other temperatures are told apart", other_temperatures_are_told_apart},
};
CHECK_MAIN("bit ladder", tests)
