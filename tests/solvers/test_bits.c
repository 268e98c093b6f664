/* SPDX-License-Identifier: Apache-2.0 */
/* Bit-sliced sweeps: every width and instruction set decides as plain Metropolis does. */
#include "check.h"
#include "random_models.h"
#include "support/bare_run.h"

#include "base/memory.h"
#include "qubo/model.h"
#include "solvers/bits/ladder.h"
#include "solvers/bits/transpose.h"

enum { DROPS = 64, SWEEPS = 5 };

/* What the couplings and fields of a test model look like. */
typedef struct recipe {
  const char *name;
  int32_t n;
  double bonds; /* per site */
  int64_t largest_weight, largest_field;
  bool is_signed;
} recipe;

static const recipe recipes[] = {
    {"sparse", 300, 1.2, 1, 0, true},
    {"sparse, one sign", 300, 1.2, 1, 0, false},
    {"degree 6", 200, 3, 1, 0, true},
    {"degree 20", 200, 10, 1, 0, true},
    {"one sign", 200, 10, 1, 0, false},
    {"dense", 120, 25, 1, 0, true},
    {"dense, one sign", 120, 25, 1, 0, false},
    {"degree 80", 100, 40, 1, 0, true},
    {"weights to 3", 150, 4, 3, 0, true},
    {"weights to 7 and fields", 150, 8, 7, 7, true},
    {"fields", 150, 3, 1, 2, true},
    {"large fields", 100, 2, 1, 1000, true},
    {"few fields", 400, 3, 1, -30, true},
    {"pairs", 100, 0.4, 1, 0, true},
};
enum { RECIPES = sizeof recipes / sizeof recipes[0] };

static int64_t random_weight(philox_stream *s, const recipe *r) {
  const int64_t size = 1 + philox_below(s, (uint32_t)r->largest_weight);
  return r->is_signed && philox_below(s, 2) ? -size : size;
}

static lehr_model *make_model(const recipe *r) {
  philox_stream s = philox_stream_at(77, (uint64_t)r->n);
  lehr_builder *b;
  lehr_model *m;
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, r->n, &b));
  uint8_t *is_coupled = calloc((size_t)r->n * (size_t)r->n, 1);
  for (int32_t k = 0; k < (int32_t)(r->bonds * r->n); k++) {
    const int32_t i = (int32_t)philox_below(&s, (uint32_t)r->n);
    const int32_t j = (int32_t)philox_below(&s, (uint32_t)r->n);
    const int32_t low = i < j ? i : j, high = i < j ? j : i;
    if (i == j || is_coupled[low * r->n + high]++) continue;
    REQUIRE_OK(lehr_builder_add_int(b, i, j, random_weight(&s, r), NULL));
  }
  free(is_coupled);
  for (int32_t i = 0; i < r->n && r->largest_field != 0; i++) {
    const bool is_rare = r->largest_field < 0;
    if (is_rare && i % -r->largest_field != 0) continue;
    const uint32_t range = is_rare ? 2 : 2 * (uint32_t)r->largest_field + 1;
    const int64_t h = (int64_t)philox_below(&s, range) - (is_rare ? 0 : r->largest_field);
    REQUIRE_OK(lehr_builder_add_linear_int(b, i, h, NULL));
  }
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  return m;
}

/* ---- Plain Metropolis on numbers ---- */

/* What the sweeps of one check draw from. */
typedef struct dice {
  int32_t drop[DROPS][2];
  uint64_t noise[2 * BITS_NOISE * 8]; /* the first words of each row are a kernel's */
} dice;

/* One sweep of replica `lane` over the spins -1 and +1, in the order of the places. */
static void plain_sweep(const spin_form *f, const bit_strip *s, int words, int lane,
                        int8_t spin[]) {
  uint64_t random = s->random;
  for (int32_t p = 0; p < f->n; p++) {
    const uint64_t x = bits_next(&random);
    const int32_t i = s->model->site[p];
    int64_t field = f->h[i], weight = f->h[i] < 0 ? -f->h[i] : f->h[i];
    for (int64_t k = f->row[i]; k < f->row[i + 1]; k++) {
      field += f->J[k] * spin[f->col[k]];
      weight += f->J[k] < 0 ? -f->J[k] : f->J[k];
    }
    /* y in digits: its own lowest one of those that matter, the shared ones above. */
    const int parity = (int)(weight % 2);
    const size_t row = (size_t)parity * BITS_NOISE + bits_noise_at(x);
    const uint64_t own = s->noise[row * (size_t)words + (size_t)(lane / 64)] >> lane % 64 & 1;
    const int64_t limit = 2 * (s->drop[bits_drop_at(x, s->drop_mask)][parity] + (int64_t)own);
    if (-spin[i] * field <= limit - parity) spin[i] = (int8_t)-spin[i];
  }
}

/* As at some temperature: from -1 to beyond the largest weight, small ones mostly. */
static void throw_dice(philox_stream *s, int64_t largest, int sweep, dice *d) {
  for (int k = 0; k < DROPS; k++)
    for (int parity = 0; parity < 2; parity++) {
      const uint32_t top = sweep % 2 ? 3 : (uint32_t)largest / 2 + 3;
      d->drop[k][parity] = (int32_t)philox_below(s, top) - (philox_below(s, 4) == 0);
    }
  for (int k = 0; k < 2 * BITS_NOISE * 8; k++) d->noise[k] = philox_u64(s);
}

/* ---- A kernel from given states, against that ---- */

static void check_kernel(const recipe *r, const spin_form *f, const bit_model *m,
                         const bit_kernel *kernel) {
  const size_t n = (size_t)r->n, words = (size_t)kernel->words, lanes = words * 64;
  uint8_t *rows = calloc(n, lanes);
  int8_t *plain = calloc(n, lanes);
  uint64_t *spins = aligned_alloc(64, ((n + 1) * words * 8 + 63) / 64 * 64);
  uint64_t *scratch = calloc(n, sizeof *scratch);
  dice *d = malloc(sizeof *d);
  philox_stream s = philox_stream_at(5, (uint64_t)r->n), l = philox_stream_at(6, 1);
  for (size_t k = 0; k < n * lanes; k++) {
    rows[k] = philox_u32(&s) & 1;
    plain[k] = (int8_t)(2 * rows[k] - 1);
  }
  for (size_t w = 0; w < words; w++) {
    transpose_in(rows + w * 64 * n, 64, m, scratch, spins + w, (int)words);
    spins[n * words + w] = UINT64_MAX;
  }
  bool is_same = true;
  for (int t = 0; t < SWEEPS; t++) {
    bit_strip strip = {.model = m,
                       .spins = spins,
                       .drop = d->drop,
                       .drop_mask = DROPS - 1,
                       .noise = d->noise,
                       .random = (uint64_t)t * 12345 + 1};
    throw_dice(&l, m->largest_weight, t, d);
    for (size_t k = 0; k < lanes; k++) plain_sweep(f, &strip, (int)words, (int)k, plain + k * n);
    const int32_t cut = (int32_t)philox_below(&l, (uint32_t)r->n + 1); /* in two parts */
    kernel->sweep(&strip, 0, cut);
    kernel->sweep(&strip, cut, r->n);
    for (size_t w = 0; w < words; w++)
      transpose_out(spins + w, (int)words, m, scratch, 64, rows + w * 64 * n);
    for (size_t k = 0; k < n * lanes; k++) is_same &= plain[k] == 2 * rows[k] - 1;
  }
  if (!is_same) printf("\n  %s: %d words differ\n", r->name, kernel->words);
  CHECK(is_same);
  free(rows);
  free(plain);
  free(spins);
  free(d);
  free(scratch);
}

static void decides_as_plain_metropolis(void) {
  for (int k = 0; k < RECIPES; k++) {
    lehr_model *model = make_model(&recipes[k]);
    arena memory;
    spin_form f;
    bit_model m;
    lehr_run run = bare_run(model, &memory);
    REQUIRE(spin_form_make(&f, &run) && bits_prepare(&m, &f, &run));
    CHECK(memory.used <= spin_form_bytes(run.model) + bits_bytes(run.model));
    check_kernel(&recipes[k], &f, &m, &bits_scalar);
    for (int level = 0; level <= (int)cpu_best_level(); level++)
      for (int64_t wanted = 1; wanted <= 512; wanted *= 2)
        check_kernel(&recipes[k], &f, &m, bits_kernel(level, wanted));
    arena_free(&memory);
    lehr_model_free(model);
  }
}

/* Every degree of the unrolled kernels and beyond, each with the hub last and first. */
static void every_degree(void) {
  for (int degree = 0; degree < 140; degree++) {
    recipe r = {"star", degree + 1, 0, 1, 0, degree % 3 == 0};
    philox_stream s = philox_stream_at(4, (uint64_t)degree);
    lehr_builder *b;
    lehr_model *model;
    arena memory;
    spin_form f;
    bit_model m;
    REQUIRE_OK(lehr_builder_create(LEHR_SPIN, r.n, &b));
    for (int32_t i = 0; i < degree; i++)
      REQUIRE_OK(lehr_builder_add_int(b, i, degree, random_weight(&s, &r), NULL));
    REQUIRE_OK(lehr_builder_finish(b, &model, NULL));
    lehr_builder_free(b);
    lehr_run run = bare_run(model, &memory);
    REQUIRE(spin_form_make(&f, &run) && bits_prepare(&m, &f, &run));
    for (int level = BITS_SCALAR; level <= (int)cpu_best_level(); level++)
      check_kernel(&r, &f, &m, bits_kernel(level, 512));
    check_kernel(&r, &f, &m, bits_kernel(CPU_BASELINE, 1));
    arena_free(&memory);
    lehr_model_free(model);
  }
}

/* ---- Ladders ---- */

enum { LADDER_SWEEPS = 3 };

/* States after some sweeps whose replicas have temperatures between 0.3 and 6. */
static uint64_t *climb(const bit_model *m, const bit_kernel *kernel, int64_t first) {
  arena memory;
  lehr_run run = bare_run(NULL, &memory);
  const size_t n = (size_t)m->n, words = (size_t)kernel->words;
  uint64_t *spins = calloc((n + 1) * words, sizeof *spins);
  bit_ladder ladder;
  REQUIRE(bits_ladder_make(&ladder, m, (int)words, &run));
  bits_ladder_seed(&ladder, (int)words, 5, first);
  for (int l = 0; l < (int)words * 64; l += 32) {
    const int place = (int)first * 64 + l;
    bits_ladder_set(&ladder, (int)words, 0.3 + 0.01 * place, l, l + 32);
  }
  for (size_t p = 0; p <= n; p++)
    for (size_t w = 0; w < words; w++)
      spins[p * words + w] =
          p == n ? UINT64_MAX : (p * 8 + (size_t)first + w) * UINT64_C(0x9e3779b97f4a7c15);
  bit_strip strip = {.model = m, .spins = spins};
  for (int t = 0; t < LADDER_SWEEPS; t++) {
    kernel->sweep_ladder(&strip, &ladder, 0, m->n / 3);
    kernel->sweep_ladder(&strip, &ladder, m->n / 3, m->n);
  }
  arena_free(&memory);
  return spins;
}

/* Every kernel makes of each word of a block what the scalar twin makes of it. */
static void check_climb(const recipe *r, const bit_model *m, const bit_kernel *kernel) {
  const int words = kernel->words;
  bool is_same = true;
  for (int64_t first = 0; first < 8; first += words) {
    uint64_t *wide = climb(m, kernel, first);
    for (int w = 0; w < words; w++) {
      uint64_t *narrow = climb(m, &bits_scalar, first + w);
      for (int32_t p = 0; p < m->n; p++) is_same &= wide[p * words + w] == narrow[p];
      free(narrow);
    }
    free(wide);
  }
  if (!is_same) printf("\n  %s: ladders of %d words differ\n", r->name, words);
  CHECK(is_same);
}

static void ladders_are_the_same_everywhere(void) {
  for (int k = 0; k < RECIPES; k++) {
    lehr_model *model = make_model(&recipes[k]);
    arena memory;
    spin_form f;
    bit_model m;
    lehr_run run = bare_run(model, &memory);
    REQUIRE(spin_form_make(&f, &run) && bits_prepare(&m, &f, &run));
    for (int level = 0; level <= (int)cpu_best_level(); level++)
      for (int64_t wanted = 64; wanted <= 512; wanted *= 2)
        check_climb(&recipes[k], &m, bits_kernel(level, wanted));
    arena_free(&memory);
    lehr_model_free(model);
  }
}

/* ---- Which models ---- */

static lehr_model *pair_model(int64_t weight, double real, int64_t other) {
  lehr_builder *b;
  lehr_model *m;
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, 4, &b));
  REQUIRE_OK(lehr_builder_add_int(b, 0, 1, weight, NULL));
  REQUIRE_OK(lehr_builder_add(b, 0, 2, real, NULL));
  REQUIRE_OK(lehr_builder_add_int(b, 1, 2, other, NULL));
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  return m;
}

static void chosen_for_short_weights(void) {
  static const struct {
    int64_t weight, other;
    double real;
    bool is_chosen;
  } cases[] = {{1, -1, 0, true},
               {1000000007, 1000000007, 0, true}, /* equal: of one digit in units of the divisor */
               {5, 3, 0, true},
               {12345, 54321, 0, false},
               {INT64_C(1) << 40, 1, 0, false},
               {1, 1, 0.1234567890123456789 * 1e-7, false}};
  for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
    lehr_model *m = pair_model(cases[k].weight, cases[k].real, cases[k].other);
    CHECK(bits_pay(lehr_model_look(m)) == cases[k].is_chosen);
    lehr_model_free(m);
  }
}

static const check_test tests[] = {
    {"decides as plain Metropolis", decides_as_plain_metropolis},
    {"every degree", every_degree},
    {"ladders are the same everywhere", ladders_are_the_same_everywhere},
    {"chosen for short weights", chosen_for_short_weights},
};
CHECK_MAIN("bits", tests)
